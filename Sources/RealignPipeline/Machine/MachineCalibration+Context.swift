import Foundation
import RealignHardware

extension MachineCalibration {
  /// The calibration of this machine, if there is one; a damaged file and one of another machine
  /// are left alone, with a warning.
  static func current(_ context: CommandContext) -> MachineCalibration? {
    guard let path = path(context.environment), FileManager.default.fileExists(atPath: path)
    else { return nil }
    do {
      let found = try MachineCalibration(path: path)
      guard found.machine == .current else {
        context.progress.warn(
          "\(path) is the calibration of another machine (\(found.machine.processor), "
            + "\(found.machine.cores) cores); realign bench calibrate measures this one"
        )
        return nil
      }
      return found
    } catch {
      context.progress.warn("the calibration is not used: \(error)")
      return nil
    }
  }
}

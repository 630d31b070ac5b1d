import RealignHardware
import RealignTestSupport
import Testing

@testable import RealignPipeline

@Suite("Calibration of this machine")
struct CurrentCalibrationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func calibration(
    _ machine: MachineCalibration.Machine = .current
  ) -> MachineCalibration {
    MachineCalibration(
      machine: machine,
      version: ProgramVersion.number,
      date: "2026-01-02T03:04:05Z",
      threads: 2,
      productGFLOPS: 150,
      memoryBandwidth: 30,
      shapes: []
    )
  }

  @Test("only the calibration of this machine is used; others are left alone with a warning")
  func current() throws {
    let progress = RecordedProgress()
    let context = CommandContext(
      output: CollectedOutput(),
      progress: progress,
      environment: ["XDG_CACHE_HOME": folder.path]
    )
    #expect(MachineCalibration.current(context) == nil)
    #expect(progress.warnings.isEmpty)
    let path = try #require(MachineCalibration.path(context.environment))
    try calibration().save(to: path)
    #expect(MachineCalibration.current(context) == calibration())
    #expect(progress.warnings.isEmpty)
    var other = MachineCalibration.Machine.current
    other.processor += " of another kind"
    try calibration(other).save(to: path)
    #expect(MachineCalibration.current(context) == nil)
    #expect(progress.warnings.count == 1)
    try folder.write("{", to: "realign/calibration.json")
    #expect(MachineCalibration.current(context) == nil)
    #expect(progress.warnings.count == 2)
  }
}

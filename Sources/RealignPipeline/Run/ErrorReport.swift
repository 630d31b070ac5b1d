import Foundation
import RealignText
import RealignTraining

/// A run that was asked to stop and has saved what resuming needs.
public struct RunInterrupted: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where it stopped, for people: "stage optimize, step 120".
  public var place: String

  /// A stop at a place.
  public init(place: String) { self.place = place }

  /// A sentence for people.
  public var description: String { "stopped in \(place)" }
}

/// What any error becomes at the end of the program: a text for stderr and an exit code.
public struct ErrorReport: Sendable, Equatable {
  /// The text, without a trailing newline.
  public var text: String
  /// The exit code.
  public var status: ExitStatus

  /// The report of an error.
  public init(_ error: any Error) {
    switch error {
    case let error as InputError:
      text = "error: \(error)"
      status = ExitStatus(rawValue: error.exitCode) ?? .failure
    case let error as WorkersFailed:
      text = "error: \(error)"
      status = error.status
    case let error as RunInterrupted:
      text = "\(error); run again with --resume to continue"
      status = .resumable
    case TrainingError.interrupted(let step):
      text = "stopped after step \(step); run again with --resume to continue"
      status = .resumable
    case let error as TrainingError:
      text = "error: \(error)"
      status = .failure
    case let error as CocoaError:
      text = "error: " + InputError.shown(Self.describe(error), limit: 600)
      status = Self.status(of: error)
    default:
      text = "error: " + InputError.shown("\(error)", limit: 1000)
      status = .failure
    }
  }

  private static func describe(_ error: CocoaError) -> String {
    let path = error.userInfo[NSFilePathErrorKey] as? String
    return (path.map { $0 + ": " } ?? "") + error.localizedDescription
  }

  private static func status(of error: CocoaError) -> ExitStatus {
    switch error.code {
    case .fileReadNoSuchFile, .fileNoSuchFile, .fileReadNoPermission: return .missingInput
    case .fileWriteNoPermission, .fileWriteVolumeReadOnly, .fileWriteFileExists:
      return .cannotCreate
    case .fileWriteOutOfSpace, .fileWriteUnknown, .fileReadUnknown: return .inputOutput
    default: return .failure
    }
  }
}

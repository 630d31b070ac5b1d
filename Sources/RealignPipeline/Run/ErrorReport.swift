import Foundation
import RealignNumerics
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
  /// The text, without a trailing newline; empty where another rank says it.
  public var text: String
  /// The exit code.
  public var status: ExitStatus
  /// Whether it happened to another rank, which says so and ends the job.
  public var isOfAnotherRank = false

  /// The report of an error on one of several ranks: what all of them come to is said by the first
  /// one, a lost rank by the lowest one left, anything else by the rank that it happened to.
  public init(_ error: any Error, on group: any ProcessGroup) {
    self.init(error)
    guard group.size > 1, !text.isEmpty else { return }
    let isSaid: Bool
    switch error {
    case is ProcessGroupError, TrainingError.rankLost: isSaid = ProcessGroups.speaks(of: error)
    case is TrainingError, is RunInterrupted: isSaid = group.isFirst
    default:
      isSaid = true
      if !group.isFirst { text = "rank \(group.rank): " + text }
    }
    if !isSaid { text = "" }
  }

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
    case let error as SharedFailure:
      text = ""
      isOfAnotherRank = true
      status = error.kind.flatMap { ExitStatus(rawValue: $0.exitCode) } ?? .failure
    case TrainingError.rankLost:
      let words = InputError.shown("\(error)", limit: 1000)
      text = "error: \(words); run again with --resume to continue"
      status = .resumable
    case TrainingError.interrupted(let step):
      text = "stopped after step \(step); run again with --resume to continue"
      status = .resumable
    case let error as TrainingError:
      text = "error: \(error)"
      status = .failure
    case let error as ProcessGroupError:
      text = "error: " + InputError.shown(ProcessGroups.explanation(of: error), limit: 1000)
      if case .silent = error { status = .resumable } else { status = .failure }
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

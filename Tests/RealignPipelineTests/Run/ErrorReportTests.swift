import Foundation
import RealignNumerics
import RealignTestSupport
import RealignText
import RealignTraining
import Testing

@testable import RealignPipeline

@Suite struct ErrorReportTests {
  @Test func `every kind of input error has the documented code`() {
    let codes: [(InputError.Kind, Int32)] = [
      (.usage, 64), (.badData, 65), (.missingInput, 66), (.busy, 69), (.internalError, 70),
      (.cannotCreate, 73), (.io, 74), (.badConfiguration, 78),
    ]
    #expect(codes.count == InputError.Kind.allCases.count)
    for (kind, code) in codes {
      let report = ErrorReport(InputError(kind, "what", file: "f", line: 3))
      #expect(report.status.rawValue == code)
      #expect(report.text == "error: f:3: what")
    }
  }

  @Test func `a stopped run can be resumed`() {
    #expect(ErrorReport(RunInterrupted(place: "stage cite")).status.rawValue == 75)
    #expect(ErrorReport(TrainingError.interrupted(step: 4)).status.rawValue == 75)
    #expect(ErrorReport(TrainingError.interrupted(step: 4)).text.contains("--resume"))
    #expect(ErrorReport(TrainingError.diverged(step: 4, detail: "x")).status.rawValue == 1)
  }

  @Test func `a lost rank leaves a run that can be resumed`() {
    let lost = ErrorReport(TrainingError.rankLost(checkpoint: 12, detail: "rank 1 has died"))
    #expect(lost.status == .resumable)
    #expect(
      lost.text == "error: rank 1 has died; a checkpoint of step 12 was saved; "
        + "run again with --resume to continue"
    )
    #expect(ErrorReport(ProcessGroupError.silent(rank: 2, seconds: 7)).status == .resumable)
    #expect(ErrorReport(ProcessGroupError.failed("no MPI")).status == .failure)
  }

  @Test func `of several ranks one says what went wrong, and all end with its code`() throws {
    let reports = try ThreadGroup.run(3) { group -> [ErrorReport] in
      var own: [ErrorReport] = []
      do {
        try group.together {
          if group.rank == 1 { throw InputError(.missingInput, "no such file", file: "x") }
        }
      } catch { own.append(ErrorReport(error, on: group)) }
      own.append(ErrorReport(RunInterrupted(place: "dpo, step 3 of 9"), on: group))
      return own
    }
    #expect(reports.map { $0[0].text } == ["", "rank 1: error: x: no such file", ""])
    #expect(reports.allSatisfy { $0[0].status == .missingInput && $0[1].status == .resumable })
    #expect(reports.map { $0[0].isOfAnotherRank } == [true, false, true])
    #expect(reports.map { $0[1].text.isEmpty } == [false, true, true])
  }

  @Test func `failed workers end with the code of the first`() {
    let error = WorkersFailed(status: .badData, failures: ["worker 2 failed with exit code 65"])
    #expect(ErrorReport(error).status == .badData)
    #expect(
      ErrorReport(error).text == """
        error: worker 2 failed with exit code 65
        hint: finished shards stay; run again with --resume
        """
    )
  }

  @Test func `errors of the system become the nearest code`() {
    #expect(ErrorReport(CocoaError(.fileReadNoSuchFile)).status == .missingInput)
    #expect(ErrorReport(CocoaError(.fileWriteNoPermission)).status == .cannotCreate)
    #expect(ErrorReport(CocoaError(.fileWriteOutOfSpace)).status == .inputOutput)
    #expect(ErrorReport(CancellationError()).status == .failure)
  }

  @Test func `the codes are those of the documentation`() {
    #expect(
      ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 64, 65, 66, 69, 70, 73, 74, 75, 78]
    )
  }
}

import ArgumentParser
import Foundation
import RealignNumerics
import RealignPipeline

/// The program: parses, runs one command, turns errors into a text and an exit code.
@main
struct Realign: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "realign",
    abstract: "Train language models that answer from sources, cite them and abstain.",
    discussion: """
      `realign train` alone runs all seven stages on the bundled Atlas data.

      Exit codes: \(exitCodes).
      """,
    version: "\(ProgramVersion.name) \(ProgramVersion.number)",
    subcommands: commands
  )

  /// Every command: one line each.
  static var commands: [any ParsableCommand.Type] {
    [
      Train.self,
      SFT.self,
      DPO.self,
      Generate.self,
      Score.self,
      KL.self,
      Tokenize.self,
      Embed.self,
      Validate.self,
      Knowledge.self,
      Detect.self,
      Evaluate.self,
      Curate.self,
      MergeShards.self,
      WorkSplit.self,
      Merge.self,
      Export.self,
      Inspect.self,
      Report.self,
      Bench.self,
      Plan.self,
      Doctor.self,
      Init.self,
      Seeds.self,
      Version.self,
    ]
  }

  private static var exitCodes: String {
    ExitStatus.allCases.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "; ")
  }

  /// The entry point; replaces the one of ArgumentParser for the spelling of flags and for errors.
  static func main() {
    Interruption.install()
    do {
      let arguments = FlagSpelling.kebabCase(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot(arguments)
      try command.run()
      ProcessGroups.leave(code: ExitStatus.success.rawValue)
    } catch {
      end(with: error)
    }
  }

  private static func end(with error: any Error) -> Never {
    // ArgumentParser knows its own errors, help texts and exit codes.
    if error is ExitCode || isParserError(error) {
      ProcessGroups.leave(code: exitCode(for: error).rawValue)
      exit(withError: error)
    }
    let report = ErrorReport(error, on: ProcessGroups.mpi ?? SingleProcess())
    if !report.text.isEmpty { TerminalProgress.writeToStandardError(report.text + "\n") }
    // The others must not end the job before the rank concerned has said why.
    if report.isOfAnotherRank { Thread.sleep(forTimeInterval: 1) }
    ProcessGroups.leave(code: report.status.rawValue)
    exit(withError: ExitCode(report.status.rawValue))
  }

  /// Anything that ArgumentParser gives a code other than "some failure" is its own.
  private static func isParserError(_ error: any Error) -> Bool {
    exitCode(for: error) != .failure
  }
}

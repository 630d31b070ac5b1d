import ArgumentParser
import Foundation
import RealignPipeline

/// Flags that every command has.
struct GlobalOptions: ParsableArguments {
  @Flag(help: "Print data as JSON.")
  var json = false

  @Flag(name: [.short, .long], help: "Print no progress.")
  var quiet = false

  @Flag(name: [.short, .long], help: "Print details.")
  var verbose = false

  @Option(help: "Threads; all cores by default.")
  var threads: Int?

  @Option(help: "Seed of every random stream.")
  var seed: UInt64?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be from 1 to 1024, found \(threads)")
    }
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other") }
  }

  /// What the library is given.
  var context: CommandContext {
    let environment = ProcessInfo.processInfo.environment
    let style = TerminalProgress.Style.standardError(
      environment: environment,
      verbosity: quiet ? -1 : verbose ? 1 : 0
    )
    return CommandContext(
      output: StandardOutput(),
      progress: TerminalProgress(style: style),
      isJSON: json,
      threads: threads,
      seed: seed,
      environment: environment
    )
  }

  /// The same for a command that renders messages.
  func context(_ templates: TemplateOptions) -> CommandContext {
    var result = context
    result.findsTokensInMessages = templates.hfIdenticalTemplates
    return result
  }

  /// The settings among these flags.
  var flags: [FlagValue] {
    let values: [(String, String?)] = [
      ("threads", threads.map { "\($0)" }), ("seed", seed.map { "\($0)" }),
    ]
    return values.compactMap { name, text in
      text.map { FlagValue(key: name, flag: "--" + name, text: $0) }
    }
  }
}

extension CommandOutcome {
  /// Ends the program with code 2 unless everything passed.
  func finish() throws {
    if self == .notPassed { throw ExitCode(ExitStatus.notPassed.rawValue) }
  }
}

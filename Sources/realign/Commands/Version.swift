import ArgumentParser
import RealignPipeline

/// `realign version`.
struct Version: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the version.",
    usage: "realign version [--json]"
  )

  @OptionGroup var global: GlobalOptions

  func run() throws { try VersionCommand.run(context: global.context) }
}

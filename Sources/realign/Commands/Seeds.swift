import ArgumentParser
import RealignPipeline

/// `realign seeds`.
struct Seeds: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run Atlas with several seeds and print their figures side by side.",
    usage: "realign seeds [--seeds <seed> ...] [<options>]",
    discussion: "Exit code 2 when a run does not pass its gates."
  )

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Seeds, one run each.", valueName: "seed")
  )
  var seeds: [UInt64] = [42, 43, 44]

  @Option(help: ArgumentHelp("Directory of the runs.", valueName: "directory"))
  var runDir = "runs"

  @Flag(help: "Replace runs that are there already.")
  var overwrite = false

  @Flag(help: "Continue runs that are there already.")
  var resume = false

  @OptionGroup var configurationOptions: ConfigurationOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if resume && overwrite { throw ValidationError("--resume and --overwrite exclude each other") }
    guard Set(seeds).count == seeds.count else {
      throw ValidationError("a seed is given twice")
    }
  }

  func run() throws {
    let options = SeedsCommand.Options(
      sources: configurationOptions.sources(flags: []),
      seeds: seeds,
      directory: runDir,
      existing: resume ? .resume : overwrite ? .replace : .refuse
    )
    try SeedsCommand.run(options, context: global.context).finish()
  }
}

import Foundation
import RealignEvaluation
import RealignKnowledge
import RealignModels
import RealignNumerics
import RealignText

/// `realign train`: the seven stages.
public enum TrainCommand {
  /// What the command line asks for.
  public struct Options: Sendable {
    /// Where settings come from.
    public var sources: ConfigurationSources
    /// The run's directory; nil names it after the data and the seed.
    public var runDirectory: String?
    /// First stage to run anew.
    public var from: StageName?
    /// Last stage to run.
    public var to: StageName?
    /// What to do with a run that is there.
    public var existing: RunDirectory.ExistingRun

    /// Creates options.
    public init(
      sources: ConfigurationSources,
      runDirectory: String?,
      from: StageName?,
      to: StageName?,
      existing: RunDirectory.ExistingRun
    ) {
      self.sources = sources
      self.runDirectory = runDirectory
      self.from = from
      self.to = to
      self.existing = existing
    }
  }

  /// Runs the stages that are not done; `.notPassed` when a gate is not.
  public static func run(
    _ options: Options,
    context: CommandContext
  ) throws -> CommandOutcome {
    let probe = try EffectiveConfiguration.load(options.sources)
    let isAtlas = probe.values.model == nil
    let configuration =
      isAtlas
      ? try EffectiveConfiguration.load(
        options.sources,
        over: EffectiveConfiguration(AtlasPreset.configuration, preset: "atlas")
      )
      : probe
    for warning in configuration.warnings { context.progress.warn(warning) }
    let values = configuration.values
    // Stage 5 is hours away; what it cannot take is said now.
    _ = try values.optimize.preference.losses()
    Parallel.configure(threads: values.threads ?? MachineInformation.coreCount)
    let path = options.runDirectory ?? "runs/\(isAtlas ? "atlas" : "run")-\(values.seed)"
    let directory = try RunDirectory(path, existing: options.existing)
    let data = try isAtlas ? AtlasData.load(size: AtlasData.Size()) : UserData.load(values)
    let base =
      try isAtlas
      ? BundledModel.directory()
      : ModelReference.resolve(values.model ?? "", environment: context.environment)
    try directory.write(configuration)
    let store = try KnowledgeStore(
      create: directory.file("knowledge.sqlite"),
      documents: data.documents
    )
    let stages = StageContext(
      configuration: values,
      directory: directory,
      data: data,
      store: store,
      baseModel: base,
      referenceFolder: values.optimize.preference.referenceCache
        ? CacheFolder.references(context.environment) : nil,
      progress: try LoggedProgress(path: directory.file("run.log"), next: context.progress)
    )
    let run = StageRun(context: stages, configuration: configuration)
    return try run.execute(from: options.from, to: options.to, output: context)
  }
}

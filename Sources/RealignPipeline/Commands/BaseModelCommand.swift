import RealignModels
import RealignText
import RealignTraining

/// `realign init --base-model DIR`: trains the bundled base model from nothing.
public enum BaseModelCommand {
  /// What the command line asks for.
  public struct Options: Sendable {
    /// Where the model goes.
    public var output: String

    /// Creates options.
    public init(output: String) { self.output = output }
  }

  /// The seed of the committed model.
  public static let seed: UInt64 = 1

  /// Trains, shows progress, writes the model directory; a run that was stopped continues.
  public static func run(_ options: Options, context: CommandContext) throws {
    var trainer = BaseModelTrainer(seed: context.seed ?? seed)
    trainer.workingDirectory = options.output + "/training"
    trainer.shouldStop = { Interruption.isRequested }
    let progress = context.progress
    progress.begin("base model", total: trainer.recipe.steps)
    trainer.onEvent = { event in
      switch event {
      case .step(let step, _, let loss):
        progress.update(step, "loss \(StageContext.decimal(loss, 3))")
      case .log(let step, let metrics):
        if let loss = metrics.first(where: { $0.name == "eval_loss" }) {
          progress.note("step \(step): held-out loss \(StageContext.decimal(loss.value, 4))")
        }
      default: break
      }
    }
    let world = AtlasWorld(seed: AtlasData.worldSeed)
    let model = try trainer.train(
      corpus: AtlasCorpus(seed: AtlasData.worldSeed, known: world.known)
    )
    progress.end("\(model.model.parameterCount) parameters")
    try model.save(options.output)
    if context.isJSON {
      try context.output.row([
        "output": .string(options.output),
        "parameters": .number(Double(model.model.parameterCount)),
      ])
    }
  }
}

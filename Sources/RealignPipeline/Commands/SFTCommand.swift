import RealignModels
import RealignNumerics
import RealignText
import RealignTraining

/// `realign sft`: supervised fine-tuning on the user's rows.
public enum SFTCommand {
  /// Trains with the settings of the group `sft` and writes the result to the output directory.
  ///
  /// With an adapter the result is a directory in PEFT's layout, with all weights one that
  /// transformers loads; checkpoints and `metrics.jsonl` lie beside it. With held-out rows the
  /// state of the lowest held-out loss is the result. All rows of all files are checked before
  /// anything is written.
  ///
  /// - Throws: `InputError` for wrong settings, model or rows; `RunInterrupted` when asked to stop,
  ///   after a checkpoint; `TrainingError` when training diverges.
  public static func run(_ options: TrainerOptions, context: CommandContext) throws {
    try run(options, context: context) { Interruption.isRequested }
  }

  /// The same, asking `shouldStop` after every update.
  static func run(
    _ options: TrainerOptions,
    context: CommandContext,
    shouldStop: @escaping () -> Bool
  ) throws {
    let run = try TrainerRun(name: "sft", group: "sft", options: options, context: context) {
      $0.sft.trainer
    }
    var encoder = run.encoder
    encoder.trainsAssistantOnly = run.configuration.values.sft.assistantOnlyLoss
    let (rows, heldOut, estimated) = try context.group.together { [encoder] in
      let rows = try TrainerRows(supervised: options.data, encoder: encoder, limit: run.rowLimit)
      let heldOut = try TrainerRows(
        supervised: options.evaluationData,
        encoder: encoder,
        limit: run.rowLimit
      )
      try rows.check(options.data, limit: run.rowLimit, progress: context.progress)
      try heldOut.check(options.evaluationData, limit: run.rowLimit, progress: context.progress)
      return (rows, heldOut, try run.reportMemory(rows: rows.sizes, heldOut: heldOut.sizes))
    }
    let lock = try run.lockOutput()
    try withExtendedLifetime(lock) {
      try run.train(
        SupervisedObjective(rows: rows.rows, heldOut: heldOut.rows),
        TrainerRun.Job(
          dataDigest: rows.digest + heldOut.digest,
          modelDigest: run.modelDigest(),
          heldOutCount: heldOut.rows.count,
          estimatedBytes: estimated,
          summary: rows.summary + [
            (
              key: "trained_tokens",
              value: .integer(rows.rows.reduce(0) { $0 + $1.completion.count })
            )
          ]
        ),
        shouldStop: shouldStop
      )
    }
  }
}

extension TrainerRows<TokenSequence> {
  /// Tokens of the rows, and those trained on.
  fileprivate var sizes: [MemoryEstimate.Pass] {
    rows.map { MemoryEstimate.Pass(rows: $0.ids.count, targets: $0.completion.count) }
  }
}

extension TrainerRows {
  /// What the summary of a training says of its rows.
  var summary: [(key: String, value: JSONValue)] {
    [
      (key: "rows", value: .integer(rows.count)),
      (key: "dropped_rows", value: .integer(dropped)),
    ] + diagnostics.findings.map { (key: $0.key, value: .integer($0.count)) }
  }
}

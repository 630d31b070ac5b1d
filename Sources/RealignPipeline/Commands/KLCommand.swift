import Foundation
import RealignModels
import RealignText

/// `realign kl`: the exact divergence of a model from a reference.
public enum KLCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// Model directory or name.
    public var model: String
    /// Adapter directory, on top of the model.
    public var adapter: String?
    /// Directory or name of the reference.
    public var reference: String
    /// JSON Lines files of rows, in order.
    public var data: [String]
    /// How the weights of both models are kept in memory.
    public var baseDtype: BaseDtype

    /// The options of one call.
    public init(
      model: String,
      adapter: String?,
      reference: String,
      data: [String],
      baseDtype: BaseDtype = .auto
    ) {
      self.model = model
      self.adapter = adapter
      self.reference = reference
      self.data = data
      self.baseDtype = baseDtype
    }
  }

  /// Prints `{"index","kl","mean","sum"}` for every row, then
  /// `{"summary":{"kl_per_token","kl_per_sequence","tokens"}}`; KL(model ‖ reference) in nats.
  ///
  /// `kl_per_token` is the mean over all tokens, `kl_per_sequence` the mean over rows of the sums.
  /// All rows are checked before the first is printed.
  ///
  /// - Throws: `InputError` for a wrong model or row, with file and line.
  public static func run(_ options: Options, context: CommandContext) throws {
    context.configureThreads()
    let baseType = options.baseDtype.type
    let text = try ModelReference.load(
      options.model,
      adapter: options.adapter,
      baseType: baseType,
      context: context
    )
    let reference = try loadReference(options.reference, for: text, context: context)
    let rows = try ScoringRows(options.data, encoder: RowEncoder(text, context: context))
    if let longest = rows.sequences.map(\.ids.count).max(),
      longest > reference.configuration.maximumPositions
    {
      throw InputError(
        .badData,
        "a row is longer than the reference takes",
        file: options.reference,
        found: "\(longest) tokens",
        expected: "at most \(reference.configuration.maximumPositions)"
      )
    }
    rows.warn(context.progress)
    try MemoryEstimate(models: [text.model, reference], rows: rows.largestPass)
      .report(context.progress, baseType: baseType)
    context.progress.begin("kl", total: rows.sequences.count, unit: "rows")
    var total = 0.0
    var tokens = 0
    for range in rows.passes {
      try CommandStopped.check(rows: range.lowerBound)
      let values = text.model.divergence(from: reference, on: Array(rows.sequences[range]))
      for (index, row) in zip(range, values) {
        let sum = row.reduce(0, +)
        total += sum
        tokens += row.count
        try context.output.row([
          "index": .integer(index), "kl": .array(row.map { .number($0) }),
          "mean": .number(sum / Double(max(1, row.count))), "sum": .number(sum),
        ])
      }
      context.progress.update(
        range.upperBound,
        "kl " + Count.decimal(total / Double(max(1, tokens)))
      )
    }
    context.progress.end("kl per token " + Count.decimal(total / Double(max(1, tokens))))
    try context.output.row([
      "summary": [
        "kl_per_token": .number(total / Double(max(1, tokens))),
        "kl_per_sequence": .number(total / Double(rows.sequences.count)),
        "tokens": .integer(tokens),
      ]
    ])
  }

  /// The reference's weights; its tokenizer must agree with the model's, if it has one.
  private static func loadReference(
    _ name: String,
    for text: TextModel,
    context: CommandContext
  ) throws -> LanguageModel {
    let directory = try ModelReference.resolve(name, environment: context.environment)
    let configuration = try ModelDirectory.loadConfiguration(directory)
    let expected = text.model.configuration.vocabularySize
    guard configuration.vocabularySize == expected else {
      throw InputError(
        .badData,
        "model and reference have different vocabularies",
        file: directory,
        field: "vocab_size",
        found: "\(configuration.vocabularySize)",
        expected: "\(expected)",
        hint: "a divergence is defined between models over the same tokens"
      )
    }
    if FileManager.default.fileExists(atPath: directory + "/" + BytePairTokenizer.fileName) {
      let other = try TokenizerLoader.load(directory: directory)
      let own = text.tokenizer.vocabulary
      let isSame =
        own.count == other.vocabulary.count
        && zip(own, other.vocabulary).allSatisfy { $0.id == $1.id && $0.token == $1.token }
      guard isSame else {
        throw InputError(
          .badData,
          "model and reference give tokens different ids",
          file: directory,
          hint: "a divergence is defined between models over the same tokens"
        )
      }
    }
    let baseType = text.model.weights.type
    var both = MemoryEstimate(weightsOf: configuration, type: baseType)
    both.weights += text.model.weights.byteCount
    try both.require(baseType: baseType)
    return try ModelDirectory.load(directory, baseType: baseType)
  }
}

import RealignData
import RealignModels
import RealignText

/// `realign embed`: vectors of texts, or labels of pairs, by an encoder.
public enum EmbedCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// Model directory or name.
    public var model: String
    /// JSON Lines files of rows, in order.
    public var data: [String]
    /// The file for the results; nil prints them.
    public var output: String?

    /// The options of one call.
    public init(model: String, data: [String], output: String? = nil) {
      self.model = model
      self.data = data
      self.output = output
    }
  }

  /// Prints or writes `{"index","embedding","tokens"}` for every row `{"text"}`, or
  /// `{"index","label","probabilities","tokens"}` for every row `{"premise","hypothesis"}`.
  ///
  /// All rows are of one kind and are checked before the model is run.
  ///
  /// - Throws: `InputError` for a wrong model or row, with file and line.
  public static func run(_ options: Options, context: CommandContext) throws {
    context.configureThreads()
    let directory = try ModelReference.resolve(options.model, environment: context.environment)
    let rows = try RowFiles.read(options.data, as: EmbedRow.self)
    let results =
      switch rows[0].row {
      case .text: try embed(rows, directory, context.progress)
      case .pair: try classify(rows, directory, context.progress)
      }
    context.progress.end("\(results.count) rows")
    guard let output = options.output else {
      for result in results { try context.output.row(result) }
      return
    }
    try JSONLines.write(results, to: output)
    context.progress.note("\(output): \(Count.grouped(results.count)) rows")
    guard context.isJSON else { return }
    try context.output.row(["output": .string(output), "rows": .integer(results.count)])
  }

  private typealias Rows = [(place: RowPlace, row: EmbedRow)]

  private static func embed(
    _ rows: Rows,
    _ directory: String,
    _ progress: any ProgressReporter
  ) throws -> [JSONValue] {
    let encoder = try SentenceEncoder.load(directory)
    let inputs = try rows.map { place, row -> TypedTokens in
      guard case .text(let text) = row else { throw mixed(place, expected: "a text") }
      let tokens = encoder.tokens(text)
      guard tokens.count > 0 else {
        throw place.error("a text without tokens", field: "text", expected: "some text")
      }
      return tokens
    }
    begin("embed", inputs, encoder.model, encoder.maximumLength, progress)
    let vectors = try encoder.embeddings(of: inputs) { try advance($0, progress) }
    return vectors.enumerated().map { index, vector -> JSONValue in
      [
        "index": .integer(index), "embedding": .array(vector.map { .single($0) }),
        "tokens": .integer(inputs[index].count),
      ]
    }
  }

  private static func classify(
    _ rows: Rows,
    _ directory: String,
    _ progress: any ProgressReporter
  ) throws -> [JSONValue] {
    let classifier = try PairClassifier.load(directory)
    let inputs = try rows.map { place, row -> TypedTokens in
      guard case .pair(let premise, let hypothesis) = row else {
        throw mixed(place, expected: "premise and hypothesis")
      }
      return classifier.tokens(premise: premise, hypothesis: hypothesis)
    }
    begin("classify", inputs, classifier.model, classifier.maximumLength, progress)
    let results = try classifier.probabilities(of: inputs) { try advance($0, progress) }
    return results.enumerated().map { index, probabilities -> JSONValue in
      let best = probabilities.indices.reduce(0) {
        probabilities[$1] > probabilities[$0] ? $1 : $0
      }
      return [
        "index": .integer(index), "label": .string(classifier.labels[best]),
        "probabilities": .metrics(
          zip(classifier.labels, probabilities).map { (name: $0, value: $1) }
        ),
        "tokens": .integer(inputs[index].count),
      ]
    }
  }

  private static func mixed(_ place: RowPlace, expected: String) -> InputError {
    place.error(
      "texts and pairs are mixed",
      expected: expected,
      hint: "the first row decides; put the others into a file of their own"
    )
  }

  /// Begins the progress, and says how many inputs were cut.
  private static func begin(
    _ task: String,
    _ inputs: [TypedTokens],
    _ model: EncoderModel,
    _ maximumLength: Int,
    _ progress: any ProgressReporter
  ) {
    progress.detail("\(Count.grouped(model.parameterCount)) parameters")
    let cut = inputs.count { $0.removedCount > 0 }
    if cut > 0 {
      progress.warn(
        "\(cut) of \(inputs.count) rows are longer than \(maximumLength) tokens and were cut"
      )
    }
    progress.begin(task, total: inputs.count, unit: "rows")
  }

  private static func advance(_ count: Int, _ progress: any ProgressReporter) throws {
    progress.update(count, "")
    try Interruption.check("while encoding")
  }
}

import Foundation
import RealignNumerics
import RealignText

/// A classification head over pairs of texts, such as premise and hypothesis of an entailment.
public struct PairClassifier: Sendable {
  /// The encoder with its head.
  public let model: EncoderModel
  /// Its tokenizer.
  public let tokenizer: ComposedTokenizer
  /// Most tokens of a pair; the longer text is cut at its end, or both.
  public let maximumLength: Int

  /// Reads a directory with a model of kind `BertForSequenceClassification`.
  ///
  /// - Throws: `InputError`: `missingInput` for absent files, `badData` for malformed ones, for a
  ///   model without head, with a head for regression or of another kind, and for a tokenizer that
  ///   cannot join two texts.
  public static func load(_ directory: String) throws -> PairClassifier {
    let text = try TypedTextEncoder(directory, inputs: .pairs)
    guard text.model.hasClassifier else {
      throw InputError(
        .badData,
        "the model has no classification head",
        file: directory,
        field: EncoderNames.classifier + ".weight",
        found: "nothing",
        expected: "a model of kind BertForSequenceClassification"
      )
    }
    guard text.model.configuration.problem != .regression else {
      throw InputError(
        .badData,
        "a head for regression gives no probabilities",
        file: directory + "/" + ModelDirectory.configurationName,
        field: "problem_type",
        found: EncoderConfiguration.Problem.regression.rawValue,
        expected: "single_label_classification or multi_label_classification"
      )
    }
    return PairClassifier(
      model: text.model,
      tokenizer: text.tokenizer,
      maximumLength: text.maximumLength
    )
  }

  /// What is distinguished, in the order of the probabilities.
  public var labels: [String] { model.configuration.labels }

  /// The tokens of a pair, cut to `maximumLength`.
  public func tokens(premise: String, hypothesis: String) -> TypedTokens {
    guard let pair = tokenizer.encodePair(premise, hypothesis, maximumLength: maximumLength) else {
      preconditionFailure("a tokenizer without a template for pairs")
    }
    return pair
  }

  /// The probability of every label for each pair.
  ///
  /// They are a softmax over the labels; where there is one label, or any number of them may hold,
  /// each is a logistic function of its own logit.
  public func classify(_ pairs: [(premise: String, hypothesis: String)]) throws -> [[Double]] {
    try probabilities(of: pairs.map(tokens))
  }

  /// The probabilities of pairs that are tokens already; `removedCount` says what was cut.
  ///
  /// - Parameters:
  ///   - inputs: Tokens as `tokens(premise:hypothesis:)` gives them.
  ///   - progress: Called with the number of finished pairs after each pass.
  /// - Throws: What `progress` throws.
  public func probabilities(
    of inputs: [TypedTokens],
    progress: (Int) throws -> Void = { _ in }
  ) throws -> [[Double]] {
    let logits = try model.logits(inputs, progress: progress)
    let isEachOnItsOwn = labels.count == 1 || model.configuration.problem == .multiLabel
    return inputs.indices.map { index in
      let row = logits.rows(index..<index + 1).values.map(Double.init)
      return isEachOnItsOwn ? row.map { 1 / (1 + exp(-$0)) } : Self.softmax(row)
    }
  }

  /// The place of the label of entailment.
  ///
  /// - Throws: `InputError` when no label or several begin with "entail".
  public func entailmentIndex() throws -> Int { try index(of: "entail") }

  /// The place of the label of contradiction.
  ///
  /// - Throws: `InputError` when no label or several begin with "contradict".
  public func contradictionIndex() throws -> Int { try index(of: "contradict") }

  /// The place of the only label that begins with a word, in any case.
  private func index(of word: String) throws -> Int {
    let found = labels.indices.filter { labels[$0].lowercased().hasPrefix(word) }
    guard found.count == 1 else {
      throw InputError(
        .badData,
        found.isEmpty ? "no label is called so" : "several labels are called so",
        field: "id2label",
        found: labels.joined(separator: ", "),
        expected: "one label that begins with \(word)",
        hint: "name the labels in config.json: id2label and label2id"
      )
    }
    return found[0]
  }

  private static func softmax(_ logits: [Double]) -> [Double] {
    let largest = logits.max() ?? 0
    let powers = logits.map { exp($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}

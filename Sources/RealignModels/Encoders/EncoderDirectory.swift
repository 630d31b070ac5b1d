import RealignNumerics
import RealignText

/// A directory with a BERT encoder as transformers writes it: `config.json`, weights, tokenizer.
public enum EncoderDirectory {
  /// Reads an encoder, checking every tensor's shape against the configuration.
  ///
  /// Names may begin with `bert.`; the pooler and the classification head are read where they are
  /// there, heads of pre-training ignored.
  ///
  /// - Throws: `InputError`: `missingInput` for absent files, `badData` for malformed ones and for
  ///   models of another kind.
  public static func load(_ directory: String) throws -> EncoderModel {
    let configuration = try loadConfiguration(directory)
    let weights = try WeightFiles(directory, skipping: EncoderNames.isBuffer)
    let names = Set(weights.names.compactMap(EncoderNames.parameter))
    func has(_ name: String) -> Bool { names.contains(name + ".weight") }
    let (hasPooler, hasClassifier) = (has(EncoderNames.pooler), has(EncoderNames.classifier))
    guard hasPooler || !hasClassifier else {
      throw InputError(
        .badData,
        "a classification head without the pooler that it reads",
        file: directory,
        field: EncoderNames.pooler + ".weight",
        found: "nothing",
        expected: "the pooler of BertForSequenceClassification"
      )
    }
    let parameters = try weights.load(
      EncoderModel.layout(configuration, hasPooler: hasPooler, hasClassifier: hasClassifier),
      hint: "check num_hidden_layers and architectures in config.json",
      parameter: EncoderNames.parameter
    )
    return EncoderModel(
      configuration: configuration,
      parameters: parameters.values,
      hasPooler: hasPooler,
      hasClassifier: hasClassifier
    )
  }

  /// Reads and checks `config.json`.
  ///
  /// - Throws: `InputError` naming the field that is missing, wrong or not supported.
  public static func loadConfiguration(_ directory: String) throws -> EncoderConfiguration {
    let (json, path) = try ModelDirectory.configurationObject(directory)
    return try EncoderConfiguration(json: json, file: path)
  }
}

/// A token of a word, with the bytes of the word's text that it stands for.
struct PlacedToken: Equatable, Sendable {
  var id: Int32
  var range: Range<Int>
}

/// What turns words into tokens: `model` in `tokenizer.json`.
protocol TokenModel: Sendable {
  /// Reads the settings.
  ///
  /// - Throws: `InputError` naming the setting that cannot be used.
  init(_ settings: ComponentSettings) throws

  /// The tokens as spelled in the file.
  var vocabulary: Vocabulary { get }

  /// The number of merges, for models that have them.
  var mergeCount: Int { get }

  /// Appends the tokens of one word, in order.
  func encode(_ bytes: [UInt8], _ word: Range<Int>, to tokens: inout [PlacedToken])
}

extension TokenModel {
  var mergeCount: Int { 0 }
}

/// The models by the names that `tokenizer.json` gives them.
enum TokenModels {
  /// All that are supported; a new one is a line here and a file beside this one.
  static let all: [(name: String, kind: any TokenModel.Type)] = [
    ("BPE", MergeModel.self), ("WordPiece", WordPieceModel.self),
    ("WordLevel", WordLevelModel.self), ("Unigram", UnigramModel.self),
  ]

  /// The model; older files do not name its kind, which then shows in its keys.
  static func read(_ value: JSONValue?, file: TokenizerFile) throws -> any TokenModel {
    guard var object = value?.objectValue else {
      throw file.error(
        "not a tokenizer",
        field: "model",
        found: value?.kindName ?? "nothing",
        expected: "an object"
      )
    }
    if object["type"]?.stringValue == nil {
      let type =
        object["merges"] != nil
        ? "BPE"
        : object["vocab"]?.arrayValue != nil
          ? "Unigram" : object["max_input_chars_per_word"] != nil ? "WordPiece" : "WordLevel"
      object["type"] = .string(type)
    }
    let settings = ComponentSettings(file: file, object: object, field: "model")
    return try file.kind(of: settings, among: all).init(settings)
  }
}

import RealignText

/// What llama.cpp calls the way a tokenizer cuts text into words.
enum GGUFPreTokenizer {
  /// One way that llama.cpp knows.
  private struct Known {
    let name: String
    let steps: [String]
    /// Whether words of the vocabulary are taken whole, without merging.
    var ignoresMerges = false
  }

  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
  private static let gpt2 =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  private static let rest = #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let llama3 = contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"# + rest
  private static let qwen2 = contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + rest
  private static let qwen35 =
    contractions + #"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"#
    + #"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  private static let known = [
    Known(name: "gpt-2", steps: ["words"]),
    Known(name: "gpt-2", steps: [gpt2, "bytes"]),
    Known(name: "smollm", steps: ["digits", "words"]),
    Known(name: "llama-bpe", steps: [llama3, "bytes"], ignoresMerges: true),
    Known(name: "smaug-bpe", steps: [llama3, "bytes"]),
    Known(name: "qwen2", steps: [qwen2, "bytes"]),
    Known(name: "qwen35", steps: [qwen35, "bytes"]),
  ]

  /// The name for a `tokenizer.json`.
  ///
  /// - Throws: `InputError` of kind `badData` when llama.cpp has no name that does the same.
  static func name(_ root: JSONValue) throws -> String {
    let value = root["pre_tokenizer"] ?? .null
    let ignoresMerges = root["model"]?["ignore_merges"]?.boolValue ?? false
    let parts = value["pretokenizers"]?.arrayValue ?? [value]
    let steps = parts.compactMap(step)
    let match = known.first { $0.steps == steps && $0.ignoresMerges == ignoresMerges }
    guard let match, steps.count == parts.count else {
      throw GGUFVocabulary.refusal(
        "pre_tokenizer",
        found: value.serialized() + (ignoresMerges ? " with ignore_merges" : ""),
        expected: "that of GPT-2, SmolLM, Llama 3 or Qwen 2 to 3.5"
      )
    }
    return match.name
  }

  /// A step's pattern or kind; nil for what llama.cpp does not do.
  private static func step(_ value: JSONValue) -> String? {
    func flag(_ key: String, default fallback: Bool = false) -> Bool {
      value[key]?.boolValue ?? fallback
    }
    switch value["type"]?.stringValue {
    case "ByteLevel" where !flag("add_prefix_space", default: true):
      return flag("use_regex", default: true) ? "words" : "bytes"
    case "Digits" where flag("individual_digits"): return "digits"
    case "Split" where value["behavior"] == .string("Isolated") && !flag("invert"):
      return value["pattern"]?["Regex"]?.stringValue
    default: return nil
    }
  }
}

extension TokenizerFile {
  /// Reads `model`.
  func model(_ object: JSONObject) throws -> BytePairModel {
    let type = object["type"]?.stringValue ?? (object["merges"] == nil ? "nothing" : "BPE")
    guard type == "BPE" else {
      throw error(
        "this tokenizer is not supported",
        field: "model.type",
        found: type,
        expected: "BPE"
      )
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let value = object[key], !value.isNull, value != .string("") {
        throw unsupported("model." + key, value, expected: "null")
      }
    }
    if let value = object["dropout"], !value.isNull, value != .number(0) {
      throw unsupported("model.dropout", value, expected: "null")
    }
    let vocabulary = try vocabulary(object)
    let merges = try merges(object)
    let model: BytePairModel
    do throws(BytePairModel.Failure) {
      model = try BytePairModel(
        vocabulary: vocabulary,
        merges: merges,
        ignoresMerges: flag(object, "ignore_merges")
      )
    } catch {
      throw self.error(
        error.message,
        field: error.field,
        found: error.found,
        expected: error.expected
      )
    }
    let isByteFallback = try flag(object, "byte_fallback", "model")
    let hasUnknown = object["unk_token"].map { !$0.isNull } ?? false
    guard model.hasAllBytes || !(isByteFallback || hasUnknown) else {
      throw error(
        "this tokenizer is not supported",
        field: "model.unk_token",
        found: "a vocabulary without tokens for all bytes",
        expected: "a token for each of the 256 bytes"
      )
    }
    return model
  }

  private func flag(_ object: JSONObject, _ key: String) -> Bool {
    object[key]?.boolValue ?? false
  }

  private func vocabulary(_ model: JSONObject) throws -> [(token: String, id: Int32)] {
    let vocabulary = try object(model, "vocab", "model.vocab")
    return try (0..<vocabulary.count).map { position in
      let pair = vocabulary.pair(at: position)
      return (pair.key, try id(pair.value, "model.vocab." + pair.key))
    }
  }

  /// Reads `merges`, pairs of tokens in order of rank.
  func merges(_ model: JSONObject) throws -> [(String, String)] {
    guard let items = model["merges"]?.arrayValue else {
      throw error(
        "not a tokenizer",
        field: "model.merges",
        found: model["merges"]?.kindName ?? "nothing",
        expected: "an array"
      )
    }
    var result: [(String, String)] = []
    result.reserveCapacity(items.count)
    for (rank, item) in items.enumerated() {
      if let text = item.stringValue {
        if text.hasPrefix("#version") { continue }
        let bytes = text.utf8
        let spaces = bytes.count { $0 == 0x20 }
        if spaces == 1, let space = bytes.firstIndex(of: 0x20) {
          result.append((String(text[..<space]), String(text[bytes.index(after: space)...])))
          continue
        }
      } else if let pair = item.arrayValue, pair.count == 2, let left = pair[0].stringValue,
        let right = pair[1].stringValue
      {
        result.append((left, right))
        continue
      }
      throw error(
        "not a merge",
        field: "model.merges[\(rank)]",
        found: item.serialized(),
        expected: "\"a b\" or [\"a\", \"b\"]"
      )
    }
    return result
  }
}

extension TokenizerFile {
  /// Reads `normalizer`: nothing, or canonical composition.
  func composesCharacters(_ value: JSONValue?) throws -> Bool {
    let parts = try components(value, list: "normalizers", field: "normalizer")
    for part in parts where part.type != "NFC" {
      throw unsupported("normalizer", .object(part.value), expected: "null or NFC")
    }
    return !parts.isEmpty
  }

  /// Reads `pre_tokenizer`: `ByteLevel`, or `Digits` or a known `Split` before it.
  func splitter(_ value: JSONValue?) throws -> WordSplitter {
    let field = "pre_tokenizer"
    var splitter = WordSplitter(digits: .kept, pattern: .none)
    let parts = try components(value, list: "pretokenizers", field: field)
    for (position, part) in parts.enumerated() {
      let isLast = position == parts.count - 1
      switch part.type {
      case "ByteLevel" where isLast:
        guard try !flag(part.value, "add_prefix_space", field) else {
          throw unsupported(field, .object(part.value), expected: "add_prefix_space false")
        }
        guard part.value["use_regex"]?.boolValue ?? true else { continue }
        guard splitter.pattern == .none else {
          throw unsupported(field, .object(part.value), expected: "one pattern")
        }
        splitter.pattern = .gpt2
      case "Digits" where position == 0:
        splitter.digits =
          try flag(part.value, "individual_digits", field) ? .individual : .grouped
      case "Split" where splitter == WordSplitter(digits: .kept, pattern: .none):
        splitter.pattern = try pattern(part.value, field)
      default:
        throw unsupported(
          field,
          .object(part.value),
          expected: "ByteLevel, or Digits or Split before it"
        )
      }
    }
    guard parts.last?.type == "ByteLevel" else {
      throw unsupported(field, value ?? .null, expected: "ByteLevel at the end")
    }
    return splitter
  }

  private func pattern(_ split: JSONObject, _ field: String) throws -> WordPattern {
    let expression = split["pattern"]?["Regex"]?.stringValue
    guard split["behavior"]?.stringValue == "Isolated", try !flag(split, "invert", field),
      let known = WordPattern.known.first(where: { $0.expression == expression })
    else {
      throw unsupported(
        field,
        .object(split),
        expected: "the pattern of GPT-2, Llama 3 or Qwen, isolated"
      )
    }
    return known.pattern
  }

  /// Reads `post_processor`: the ids that it puts before and after a text.
  func template(
    _ value: JSONValue?,
    id: (String) -> Int32?
  ) throws -> (prefix: [Int32], suffix: [Int32]) {
    let field = "post_processor"
    var result: (prefix: [Int32], suffix: [Int32]) = ([], [])
    for part in try components(value, list: "processors", field: field) {
      switch part.type {
      case "ByteLevel": continue
      case "TemplateProcessing" where result.prefix.isEmpty && result.suffix.isEmpty:
        result = try templateIDs(part.value, field, id)
      default:
        throw unsupported(
          field,
          .object(part.value),
          expected: "null, ByteLevel or one TemplateProcessing"
        )
      }
    }
    return result
  }

  private func templateIDs(
    _ template: JSONObject,
    _ field: String,
    _ id: (String) -> Int32?
  ) throws -> (prefix: [Int32], suffix: [Int32]) {
    var prefix: [Int32] = []
    var suffix: [Int32] = []
    var texts = 0
    for (index, item) in (template["single"]?.arrayValue ?? []).enumerated() {
      let place = "\(field).single[\(index)]"
      if item["Sequence"] != nil {
        texts += 1
        continue
      }
      guard let name = item["SpecialToken"]?["id"]?.stringValue,
        let ids = template["special_tokens"]?[name]?["ids"]?.arrayValue
      else {
        throw error(
          "a template names a token that it does not define",
          field: place,
          found: item.serialized(),
          expected: "a key of special_tokens"
        )
      }
      try checkFrame(ids.count + prefix.count + suffix.count, place)
      for value in ids {
        let number = try self.id(value, place)
        if texts == 0 { prefix.append(number) } else { suffix.append(number) }
      }
      guard id(name) != nil else {
        throw error(
          "a template names a token that the vocabulary lacks",
          field: place,
          found: name
        )
      }
    }
    guard texts == 1 else {
      throw unsupported(field, .object(template), expected: "a template with one text")
    }
    return (prefix, suffix)
  }

  /// Checks `decoder`, which must be `ByteLevel`.
  func checkDecoder(_ value: JSONValue?) throws {
    let parts = try components(value, list: "decoders", field: "decoder")
    guard parts.count == 1, parts[0].type == "ByteLevel" else {
      throw unsupported("decoder", value ?? .null, expected: "ByteLevel")
    }
  }

  /// Reads `added_tokens`.
  func addedTokens(_ value: JSONValue?) throws -> [AddedToken] {
    guard let value, !value.isNull else { return [] }
    guard let items = value.arrayValue else {
      throw error(
        "wrong type",
        field: "added_tokens",
        found: value.kindName,
        expected: "an array"
      )
    }
    var seen: Set<Int32> = []
    return try items.enumerated().map { index, item in
      let field = "added_tokens[\(index)]"
      guard let object = item.objectValue, let content = object["content"]?.stringValue,
        !content.isEmpty, content.utf8.count <= AddedTokenMatcher.maximumContentBytes
      else {
        throw error(
          "not an added token",
          field: field,
          found: item.serialized(),
          expected: "content of 1 to \(AddedTokenMatcher.maximumContentBytes) bytes"
        )
      }
      var token = AddedToken(
        id: try id(object["id"], field + ".id"),
        content: content,
        isSpecial: try flag(object, "special", field)
      )
      guard seen.insert(token.id).inserted else {
        throw error("two added tokens have one id", field: field, found: "\(token.id)")
      }
      token.isSingleWord = try flag(object, "single_word", field)
      token.stripsLeft = try flag(object, "lstrip", field)
      token.stripsRight = try flag(object, "rstrip", field)
      token.isNormalized = try flag(object, "normalized", field)
      return token
    }
  }

  /// Refuses added tokens that contradict the vocabulary or whose ids leave wide gaps.
  func check(
    _ added: [AddedToken],
    idBound: Int,
    id: (String) -> Int32?,
    token: (Int32) -> String?
  ) throws {
    for item in added {
      let known = id(item.content)
      guard known ?? item.id == item.id, known != nil || token(item.id) == nil else {
        throw error(
          "an added token contradicts the vocabulary",
          field: "added_tokens",
          found: "\(item.content): \(item.id)",
          expected: known.map { "\($0)" } ?? "an id that the vocabulary does not use"
        )
      }
    }
    guard Int(added.map(\.id).max() ?? 0) < idBound + 8 * added.count + 65_536 else {
      throw error(
        "an id is far beyond the number of tokens",
        field: "added_tokens",
        expected: "ids without wide gaps"
      )
    }
  }
}

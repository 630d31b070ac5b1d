/// `TemplateProcessing`: special tokens and the text, as listed.
struct TemplateProcessor: PostProcessor {
  let frame: TextFrame

  init(_ settings: ComponentSettings) throws {
    var frame = TextFrame()
    var texts = 0
    for (index, item) in (settings.object["single"]?.arrayValue ?? []).enumerated() {
      if item["Sequence"] != nil {
        texts += 1
        continue
      }
      let ids = try Self.ids(item, settings, settings.path("single[\(index)]"))
      if texts == 0 { frame.prefix += ids } else { frame.suffix += ids }
      try settings.file.checkFrame(frame.prefix.count + frame.suffix.count, settings.field)
    }
    guard texts == 1 else {
      throw settings.file.unsupported(
        settings.field,
        .object(settings.object),
        expected: "a template with one text"
      )
    }
    self.frame = frame
  }

  private static func ids(
    _ item: JSONValue,
    _ settings: ComponentSettings,
    _ field: String
  ) throws -> [Int32] {
    guard let name = item["SpecialToken"]?["id"]?.stringValue,
      let ids = settings.object["special_tokens"]?[name]?["ids"]?.arrayValue
    else {
      throw settings.file.error(
        "a template names a token that it does not define",
        field: field,
        found: item.serialized(),
        expected: "a key of special_tokens"
      )
    }
    try settings.file.checkFrame(ids.count, field)
    return try ids.map { try settings.file.id($0, field) }
  }
}

/// `TemplateProcessing`: special tokens and the text, as listed.
struct TemplateProcessor: PostProcessor {
  let frame: TextFrame
  let templates: TextTemplates?

  init(_ settings: ComponentSettings) throws {
    let single = try Self.template("single", settings)
    guard single.texts == [0] else {
      throw settings.file.unsupported(
        settings.field,
        .object(settings.object),
        expected: "a template with one text"
      )
    }
    var frame = TextFrame()
    var isBeforeText = true
    for piece in single.pieces {
      switch piece.content {
      case .text: isBeforeText = false
      case .tokens(let ids) where isBeforeText: frame.prefix += ids
      case .tokens(let ids): frame.suffix += ids
      }
    }
    self.frame = frame
    // Many files hold a pair that is never used: it matters only to those who ask for it.
    let pair = try? Self.template("pair", settings)
    templates = TextTemplates(
      single: single,
      pair: pair.flatMap { $0.texts.sorted() == [0, 1] ? $0 : nil }
    )
  }

  private static func template(
    _ key: String,
    _ settings: ComponentSettings
  ) throws -> TextTemplate {
    let items = settings.object[key]?.arrayValue ?? []
    var count = 0
    return TextTemplate(
      pieces: try items.enumerated().map { index, item in
        let field = settings.path("\(key)[\(index)]")
        if let text = item["Sequence"] {
          return TextTemplate.Piece(
            content: .text(text["id"]?.stringValue == "B" ? 1 : 0),
            type: try type(text, settings, field)
          )
        }
        let ids = try ids(item, settings, field)
        count += ids.count
        try settings.file.checkFrame(count, settings.field)
        return TextTemplate.Piece(
          content: .tokens(ids),
          type: try type(item["SpecialToken"], settings, field)
        )
      }
    )
  }

  private static func type(
    _ piece: JSONValue?,
    _ settings: ComponentSettings,
    _ field: String
  ) throws -> Int32 {
    guard let value = piece?["type_id"], !value.isNull else { return 0 }
    return try settings.file.id(value, field + ".type_id")
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

/// What is put around every text: one part of `post_processor` in `tokenizer.json`.
protocol PostProcessor: Sendable {
  /// Reads the settings.
  ///
  /// - Throws: `InputError` naming the setting that cannot be used.
  init(_ settings: ComponentSettings) throws

  /// Tokens before and after a text, by name and id.
  var frame: TextFrame { get }

  /// The same with types, and for two texts; `nil` for a part that adds nothing.
  var templates: TextTemplates? { get }
}

extension PostProcessor {
  /// Adds nothing.
  var templates: TextTemplates? { nil }
}

/// Tokens put before and after every text.
struct TextFrame: Sendable, Equatable {
  /// More tokens are refused: a short list of long lists of tokens would fill the memory.
  static let maximumCount = 4096

  var prefix: [Int32] = []
  var suffix: [Int32] = []

  /// This frame with another around it.
  func inside(_ outer: TextFrame) -> TextFrame {
    TextFrame(prefix: outer.prefix + prefix, suffix: suffix + outer.suffix)
  }

  /// The frame as a template of type 0.
  var template: TextTemplate {
    TextTemplate(pieces: [
      .init(content: .tokens(prefix)), .init(content: .text(0)), .init(content: .tokens(suffix)),
    ])
  }
}

extension TokenizerFile {
  /// Refuses more tokens around a text than any template needs.
  func checkFrame(_ count: Int, _ field: String) throws {
    guard count <= TextFrame.maximumCount else {
      throw error(
        "a template with too many tokens",
        field: field,
        found: "\(count)",
        expected: "at most \(TextFrame.maximumCount)"
      )
    }
  }
}

/// The post-processors by the names that `tokenizer.json` gives them.
enum PostProcessors {
  /// All that are supported; a new one is a line here and a file beside this one.
  static let all: [(name: String, kind: any PostProcessor.Type)] = [
    ("ByteLevel", ByteLevelPostProcessor.self), ("TemplateProcessing", TemplateProcessor.self),
    ("BertProcessing", PairProcessor.self), ("RobertaProcessing", PairProcessor.self),
  ]

  /// The frame of `post_processor`, and the templates of one and of two texts.
  ///
  /// - Throws: `InputError` for ids that no token has.
  static func read(
    _ value: JSONValue?,
    file: TokenizerFile,
    idExists: (Int32) -> Bool
  ) throws -> (frame: TextFrame, templates: TextTemplates) {
    let parts = try file.parts(value, list: "processors", field: "post_processor")
    var frame = TextFrame()
    var templates: [TextTemplates] = []
    for part in parts {
      let processor = try file.kind(of: part, among: all).init(part)
      if let found = processor.templates { templates.append(found.known(idExists)) }
      let outer = processor.frame
      for id in outer.prefix + outer.suffix where !idExists(id) {
        throw file.error(
          "a template has an id that no token has",
          field: part.field,
          found: "\(id)"
        )
      }
      frame = frame.inside(outer)
      try file.checkFrame(frame.prefix.count + frame.suffix.count, part.field)
    }
    guard templates.count > 1 else { return (frame, templates.first ?? TextTemplates()) }
    // One template around another: no tokenizer in use joins two texts that way.
    return (frame, TextTemplates(single: frame.template, pair: nil))
  }
}

/// `ByteLevel`: changes offsets only, and not those of this program, which cover the text.
struct ByteLevelPostProcessor: PostProcessor {
  let frame = TextFrame()

  init(_ settings: ComponentSettings) throws {}
}

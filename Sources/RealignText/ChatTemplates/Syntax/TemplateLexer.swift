/// Cuts a template into tokens, with Jinja's white-space rules as chat templates have them: the
/// newline after a block is dropped (`trim_blocks`), and so is white space before a block on its
/// line (`lstrip_blocks`).
struct TemplateLexer {
  /// The longest template accepted, in characters.
  static let maximumCharacters = 1_000_000
  /// The longest name in an expression, in characters: looking a name up counts as one step.
  static let maximumNameLength = 256

  let source: [TextUnit]
  let file: String?
  var position = 0
  var line = 1
  var tokens: [TemplateToken] = []
  /// Whether the last piece ended with a newline, so that a line begins here.
  private var isAtLineStart = true

  /// The characters with `\n` as the only line end, and one at the end dropped.
  init(_ source: String, file: String?) throws {
    self.file = file
    var units: [TextUnit] = []
    var wasReturn = false
    for scalar in source.unicodeScalars {
      if scalar == "\n", wasReturn {
        wasReturn = false
        continue
      }
      wasReturn = scalar == "\r"
      units.append(TextUnit(wasReturn ? "\n" : scalar))
    }
    if units.last?.scalar == "\n" { units.removeLast() }
    self.source = units
    guard units.count <= Self.maximumCharacters else {
      throw failure(
        "the chat template is too long",
        found: "\(units.count) characters",
        expected: "at most \(Self.maximumCharacters)"
      )
    }
  }

  /// All tokens, the last of which is the end.
  mutating func tokenize() throws -> [TemplateToken] {
    while position < source.count { try readText() }
    append(.end)
    return tokens
  }

  /// Text up to the next opening brace, then what that opens.
  private mutating func readText() throws {
    let start = position
    while position < source.count, !isOpening(position) { position += 1 }
    guard position < source.count else {
      emitData(start..<source.count)
      return
    }
    let opening = value(position + 1)
    let raw = opening == "%" ? rawEnd(position) : nil
    emitData(trimmed(start..<position, beforeVariable: opening == "{"))
    let begin = position
    position += 2
    if isSign(position) { position += 1 }
    switch opening {
    case "#": try skipComment()
    case "{":
      append(.variableBegin)
      try readExpression(closedBy: "}", as: .variableEnd)
    default:
      if let raw {
        position = raw
        line += newlines(begin..<raw)
        try readRaw()
      } else {
        append(.blockBegin)
        try readExpression(closedBy: "%", as: .blockEnd)
      }
    }
    isAtLineStart = position > 0 && value(position - 1) == "\n"
  }

  /// The text before an opening brace without the white space that the brace takes away.
  private func trimmed(_ range: Range<Int>, beforeVariable: Bool) -> Range<Int> {
    let sign = value(range.upperBound + 2)
    var end = range.upperBound
    if sign == "-" {
      while end > range.lowerBound, source[end - 1].isSpace { end -= 1 }
      return range.lowerBound..<end
    }
    guard sign != "+", !beforeVariable else { return range }
    while end > range.lowerBound, source[end - 1].isSpace, value(end - 1) != "\n" { end -= 1 }
    let isLineStart =
      end > range.lowerBound ? value(end - 1) == "\n" : isAtLineStart
    return isLineStart ? range.lowerBound..<end : range
  }

  private mutating func emitData(_ range: Range<Int>) {
    if !range.isEmpty { append(.data(TemplateText(units: source[range]))) }
    let end = position
    line += newlines(range.lowerBound..<end)
  }

  private mutating func skipComment() throws {
    let start = position
    while position < source.count {
      if value(position) == "#", value(position + 1) == "}" { break }
      position += 1
    }
    guard position < source.count else {
      throw failure("a comment is not closed", found: "the end of the template", expected: "#}")
    }
    let sign = position > start ? value(position - 1) : nil
    position += 2
    skipAfterBlock(sign: sign)
    line += newlines(start..<position)
  }

  /// White space after a closing brace, as the sign before the brace asks.
  mutating func skipAfterBlock(sign: Unicode.Scalar?) {
    if sign == "-" {
      while position < source.count, source[position].isSpace { position += 1 }
    } else if sign != "+", value(position) == "\n" {
      position += 1
    }
  }

  /// The position after `{% raw %}`, if that is what stands here.
  private func rawEnd(_ start: Int) -> Int? {
    guard let afterName = keyword("raw", start) else { return nil }
    var end = afterName
    while end < source.count, source[end].isSpace { end += 1 }
    let isTrimming = value(end) == "-"
    if isTrimming { end += 1 }
    guard value(end) == "%", value(end + 1) == "}" else { return nil }
    end += 2
    while isTrimming, end < source.count, source[end].isSpace { end += 1 }
    return end
  }

  /// The position after `{% name`, if that is what stands here.
  private func keyword(_ name: String, _ start: Int) -> Int? {
    guard value(start) == "{", value(start + 1) == "%" else { return nil }
    var end = start + 2
    if isSign(end) { end += 1 }
    while end < source.count, source[end].isSpace { end += 1 }
    for scalar in name.unicodeScalars {
      guard value(end) == scalar else { return nil }
      end += 1
    }
    return end
  }

  /// The text of a raw block and the block's end.
  private mutating func readRaw() throws {
    let start = position
    isAtLineStart = position > 0 && value(position - 1) == "\n"
    while position < source.count {
      if value(position) == "{", let end = rawClosing(position) {
        emitData(trimmed(start..<position, beforeVariable: false))
        let sign = value(end - 3)
        let before = position
        position = end
        skipAfterBlock(sign: sign)
        line += newlines(before..<position)
        return
      }
      position += 1
    }
    throw failure(
      "a raw block is not closed",
      found: "the end of the template",
      expected: "{% endraw %}"
    )
  }

  /// The position after `{% endraw %}`, if that is what stands here.
  private func rawClosing(_ start: Int) -> Int? {
    guard var end = keyword("endraw", start) else { return nil }
    while end < source.count, source[end].isSpace { end += 1 }
    if isSign(end) { end += 1 }
    guard value(end) == "%", value(end + 1) == "}" else { return nil }
    return end + 2
  }

  private func isOpening(_ position: Int) -> Bool {
    guard value(position) == "{", let next = value(position + 1) else { return false }
    return next == "{" || next == "%" || next == "#"
  }

  private func isSign(_ position: Int) -> Bool {
    value(position) == "-" || value(position) == "+"
  }

  /// The scalar at a position, `nil` past the end.
  func value(_ position: Int) -> Unicode.Scalar? {
    position < source.count ? source[position].scalar : nil
  }

  func newlines(_ range: Range<Int>) -> Int { source[range].count { $0.value == 0x0A } }

  mutating func append(_ kind: TemplateToken.Kind) {
    tokens.append(TemplateToken(kind: kind, line: line))
  }

  func failure(
    _ message: String,
    found: String? = nil,
    expected: String? = nil
  ) -> InputError {
    InputError(
      .badData,
      message,
      file: file,
      line: line,
      field: file == nil ? "chat_template" : nil,
      found: found,
      expected: expected
    )
  }
}

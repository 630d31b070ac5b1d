/// A token of a template.
struct TemplateToken: Sendable {
  /// What a token is.
  enum Kind: Sendable, Equatable {
    /// Text outside of all braces.
    case data(TemplateText)
    /// `{{` and `}}`.
    case variableBegin, variableEnd
    /// `{%` and `%}`.
    case blockBegin, blockEnd
    case name(String)
    case text(TemplateText)
    case integer(Int)
    case float(Double)
    /// An operator or bracket.
    case mark(String)
    case end
  }

  let kind: Kind
  /// The line in the template, from 1.
  let line: Int

  /// Whether the token is that operator or bracket.
  func isMark(_ mark: String) -> Bool { kind == .mark(mark) }

  /// Whether the token is that name.
  func isName(_ name: String) -> Bool { kind == .name(name) }

  /// The token for an error message.
  var description: String {
    switch kind {
    case .data: "text"
    case .variableBegin: "{{"
    case .variableEnd: "}}"
    case .blockBegin: "{%"
    case .blockEnd: "%}"
    case .name(let name): "`\(name)`"
    case .text(let text): "the text '\(text.string)'"
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    case .mark(let mark): "`\(mark)`"
    case .end: "the end of the template"
    }
  }
}

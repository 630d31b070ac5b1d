/// Makes statements and expressions of tokens, with Jinja's grammar.
struct TemplateParser {
  /// The greatest nesting of statements, brackets and calls in each other.
  static let maximumNesting = 80

  let tokens: [TemplateToken]
  let file: String?
  var position = 0
  /// The statements around the current one, for error messages.
  var openTags: [(name: String, line: Int)] = []
  /// How many loops around the current statement `break` could leave.
  var loops = 0
  /// The names mentioned in each macro around the current position.
  var mentions: [Set<String>] = [[]]
  private var nesting = 0

  init(_ source: String, file: String?) throws {
    var lexer = try TemplateLexer(source, file: file)
    tokens = try lexer.tokenize()
    self.file = file
  }

  /// The whole template.
  mutating func parse() throws -> [TemplateStatement] {
    let body = try parseBody(until: [])
    return body
  }

  /// The token here.
  var current: TemplateToken { tokens[min(position, tokens.count - 1)] }

  /// The token after the one here.
  var following: TemplateToken { tokens[min(position + 1, tokens.count - 1)] }

  /// Takes the token here.
  @discardableResult
  mutating func next() -> TemplateToken {
    defer { position += 1 }
    return current
  }

  /// Takes an operator or bracket if it is here.
  mutating func skip(mark: String) -> Bool {
    guard current.isMark(mark) else { return false }
    position += 1
    return true
  }

  /// Takes a name if it is here.
  mutating func skip(name: String) -> Bool {
    guard current.isName(name) else { return false }
    position += 1
    return true
  }

  /// Takes an operator or bracket that must be here.
  mutating func expect(mark: String) throws {
    guard skip(mark: mark) else { throw unexpected("`\(mark)`") }
  }

  /// Takes a name that must be here.
  mutating func expectName(_ what: String) throws -> String {
    guard case .name(let name) = current.kind else { throw unexpected(what) }
    position += 1
    return name
  }

  /// Takes a token that must be here.
  mutating func expect(_ kind: TemplateToken.Kind) throws {
    guard current.kind == kind else {
      throw unexpected(TemplateToken(kind: kind, line: 0).description)
    }
    position += 1
  }

  /// Parses one level deeper.
  mutating func nested<Result>(
    _ parse: (inout TemplateParser) throws -> Result
  ) throws -> Result {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else { throw tooDeep(current.line) }
    return try parse(&self)
  }

  /// An expression over others.
  func make(
    _ kind: TemplateExpression.Kind,
    _ line: Int,
    over children: [TemplateExpression?] = []
  ) throws -> TemplateExpression {
    let depth = 1 + (children.lazy.compactMap { $0?.depth }.max() ?? 0)
    guard depth <= TemplateExpression.maximumDepth else { throw tooDeep(line) }
    return TemplateExpression(kind, line: line, depth: depth)
  }

  private func tooDeep(_ line: Int) -> InputError {
    failure("the template nests expressions or blocks too deep", line: line)
  }

  /// The error of a token that cannot stand here.
  func unexpected(_ expected: String) -> InputError {
    failure(
      "the template has a syntax error",
      line: current.line,
      found: current.description,
      expected: expected
    )
  }

  func failure(
    _ message: String,
    line: Int,
    found: String? = nil,
    expected: String? = nil,
    hint: String? = nil
  ) -> InputError {
    InputError(
      .badData,
      message,
      file: file,
      line: line,
      field: file == nil ? "chat_template" : nil,
      found: found,
      expected: expected,
      hint: hint
    )
  }
}

extension TemplateParser {
  /// How the statement of a tag is parsed, its name taken already.
  private typealias Tag =
    @Sendable (inout TemplateParser, _ line: Int) throws -> TemplateStatement.Kind

  /// Every tag that chat templates can use.
  private static let tags: [(name: String, parse: Tag)] = [
    ("if", { parser, line in try parser.parseCondition(line) }),
    ("for", { parser, line in try parser.parseLoop(line) }),
    ("set", { parser, line in try parser.parseSet(line) }),
    ("macro", { parser, line in try parser.parseMacro(line) }),
    ("call", { parser, line in try parser.parseCallBlock(line) }),
    ("filter", { parser, line in try parser.parseFilterBlock(line) }),
    ("with", { parser, line in try parser.parseWith(line) }),
    ("generation", { parser, line in try parser.parseGeneration(line) }),
    ("break", { parser, line in try parser.parseJump("break", .breakLoop, line) }),
    ("continue", { parser, line in try parser.parseJump("continue", .continueLoop, line) }),
  ]

  /// Texts, outputs and statements up to one of the names, whose tag stays open: its name is the
  /// token here afterwards.
  mutating func parseBody(until ends: [String]) throws -> [TemplateStatement] {
    var body: [TemplateStatement] = []
    while true {
      let token = next()
      switch token.kind {
      case .data(let text): body.append(TemplateStatement(kind: .text(text), line: token.line))
      case .variableBegin:
        let value = try parseTuple()
        try expect(.variableEnd)
        body.append(TemplateStatement(kind: .output(value), line: token.line))
      case .blockBegin:
        if case .name(let name) = current.kind, ends.contains(name) { return body }
        body.append(try parseStatement(ends))
        try expect(.blockEnd)
      default:
        guard ends.isEmpty else { throw unclosed(ends) }
        return body
      }
    }
  }

  /// A body and the end of its tag; returns the name that ended it.
  private mutating func parseBlock(
    until ends: [String]
  ) throws -> (body: [TemplateStatement], end: String) {
    _ = skip(mark: ":")
    try expect(.blockEnd)
    let body = try nested { try $0.parseBody(until: ends) }
    return (body, try expectName("`\(ends[0])`"))
  }

  private mutating func parseStatement(_ ends: [String]) throws -> TemplateStatement {
    let line = current.line
    guard case .name(let name) = current.kind else { throw unexpected("the name of a tag") }
    if name == "print" { return try parsePrint() }
    guard let tag = Self.tags.first(where: { $0.name == name }) else {
      throw unknownTag(name, ends)
    }
    position += 1
    openTags.append((name, line))
    defer { openTags.removeLast() }
    return TemplateStatement(kind: try tag.parse(&self, line), line: line)
  }

  private mutating func parsePrint() throws -> TemplateStatement {
    let line = next().line
    var values: [TemplateExpression] = []
    while current.kind != .blockEnd {
      values.append(try parseExpression())
      guard skip(mark: ",") else { break }
    }
    let text = try make(.concatenation(values), line, over: values)
    return TemplateStatement(kind: .output(text), line: line)
  }

  private mutating func parseCondition(_ line: Int) throws -> TemplateStatement.Kind {
    var branches: [TemplateStatement.Branch] = []
    while true {
      let condition = try parseTuple(allowsCondition: false)
      let (body, end) = try parseBlock(until: ["elif", "else", "endif"])
      branches.append(.init(condition: condition, body: body))
      if end == "elif" { continue }
      let otherwise = end == "else" ? try parseBlock(until: ["endif"]).body : []
      return .condition(branches, otherwise: otherwise)
    }
  }

  private mutating func parseLoop(_ line: Int) throws -> TemplateStatement.Kind {
    let target = try parseTarget(endName: "in")
    guard skip(name: "in") else { throw unexpected("`in`") }
    let items = try parseTuple(allowsCondition: false, endName: "recursive")
    let condition = skip(name: "if") ? try parseExpression() : nil
    let isRecursive = skip(name: "recursive")
    loops += 1
    let (body, end) = try parseBlock(until: ["endfor", "else"])
    loops -= 1
    let otherwise = end == "else" ? try parseBlock(until: ["endfor"]).body : []
    return .loop(
      TemplateLoopDefinition(
        target: target,
        items: items,
        condition: condition,
        isRecursive: isRecursive,
        bodies: (body, otherwise)
      )
    )
  }

  private mutating func parseSet(_ line: Int) throws -> TemplateStatement.Kind {
    let target = try parseTarget(allowsAttributes: true)
    if skip(mark: "=") { return .set(target, try parseTuple()) }
    let filter = skip(mark: "|") ? try parseBlockFilters() : nil
    return .setBlock(target, filter: filter, try parseBlock(until: ["endset"]).body)
  }

  private mutating func parseMacro(_ line: Int) throws -> TemplateStatement.Kind {
    let name = try expectName("the name of a macro")
    guard current.isMark("(") else { throw unexpected("`(`") }
    return .macro(try parseDefinition(name, end: "endmacro"))
  }

  private mutating func parseCallBlock(_ line: Int) throws -> TemplateStatement.Kind {
    mentions.append([])
    let parameters = current.isMark("(") ? try parseParameters() : []
    let call = try parseExpression()
    guard case .call = call.kind else {
      throw failure("`call` needs the call of a macro", line: line, expected: "name(…)")
    }
    let body = try parseSeparateBody(until: "endcall")
    let definition = TemplateMacroDefinition(
      name: "caller",
      parameters: parameters,
      body: body,
      mentionedNames: endMentions()
    )
    return .callBlock(call, caller: definition)
  }

  private mutating func parseDefinition(
    _ name: String,
    end: String
  ) throws -> TemplateMacroDefinition {
    mentions.append([])
    let parameters = try parseParameters()
    let body = try parseSeparateBody(until: end)
    return TemplateMacroDefinition(
      name: name,
      parameters: parameters,
      body: body,
      mentionedNames: endMentions()
    )
  }

  /// The names mentioned since the last macro began; they count for the one around it too.
  private mutating func endMentions() -> Set<String> {
    let names = mentions.removeLast()
    mentions[mentions.count - 1].formUnion(names)
    return names
  }

  /// A body that `break` cannot leave.
  private mutating func parseSeparateBody(until end: String) throws -> [TemplateStatement] {
    let outer = loops
    loops = 0
    defer { loops = outer }
    return try parseBlock(until: [end]).body
  }

  private mutating func parseParameters() throws -> [TemplateMacroDefinition.Parameter] {
    try expect(mark: "(")
    var parameters: [TemplateMacroDefinition.Parameter] = []
    while !current.isMark(")") {
      let name = try expectName("the name of a parameter")
      let standard = skip(mark: "=") ? try parseExpression() : nil
      if standard == nil, parameters.last?.standard != nil {
        throw failure(
          "a parameter without default follows one with a default",
          line: current.line,
          found: "`\(name)`"
        )
      }
      parameters.append(.init(name: name, standard: standard))
      guard skip(mark: ",") else { break }
    }
    try expect(mark: ")")
    return parameters
  }

  private mutating func parseFilterBlock(_ line: Int) throws -> TemplateStatement.Kind {
    let filter = try parseBlockFilters()
    return .filterBlock(filter, try parseBlock(until: ["endfilter"]).body)
  }

  private mutating func parseWith(_ line: Int) throws -> TemplateStatement.Kind {
    var bindings: [TemplateStatement.Binding] = []
    while current.kind != .blockEnd {
      if !bindings.isEmpty { try expect(mark: ",") }
      let target = try parsePrimaryTarget(allowsAttributes: false)
      try expect(mark: "=")
      bindings.append(.init(target: target, value: try parseExpression()))
    }
    return .scoped(bindings, try parseBlock(until: ["endwith"]).body)
  }

  private mutating func parseGeneration(_ line: Int) throws -> TemplateStatement.Kind {
    .generation(try parseSeparateBody(until: "endgeneration"))
  }

  private func parseJump(
    _ name: String,
    _ kind: TemplateStatement.Kind,
    _ line: Int
  ) throws -> TemplateStatement.Kind {
    guard loops > 0 else {
      throw failure("`\(name)` stands outside of a loop", line: line, expected: "a `for` around it")
    }
    return kind
  }

  /// What a value is assigned to: a name, an attribute of a namespace, or several.
  private mutating func parseTarget(
    allowsAttributes: Bool = false,
    endName: String? = nil
  ) throws -> TemplateTarget {
    var targets = [try parsePrimaryTarget(allowsAttributes: allowsAttributes)]
    guard current.isMark(",") else { return targets[0] }
    while skip(mark: ",") {
      if let endName, current.isName(endName) { break }
      if current.isMark("=") || current.isMark(")") { break }
      targets.append(try parsePrimaryTarget(allowsAttributes: allowsAttributes))
    }
    return .tuple(targets)
  }

  private mutating func parsePrimaryTarget(allowsAttributes: Bool) throws -> TemplateTarget {
    if skip(mark: "(") {
      let target = try nested { try $0.parseTarget(allowsAttributes: allowsAttributes) }
      try expect(mark: ")")
      return target
    }
    let line = current.line
    let name = try expectName("a name to assign to")
    guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
      throw failure("the template assigns to a constant", line: line, found: "`\(name)`")
    }
    guard allowsAttributes, skip(mark: ".") else { return .name(name) }
    mentions[mentions.count - 1].insert(name)
    return .attribute(of: name, try expectName("the name of an attribute"))
  }

  private func unclosed(_ ends: [String]) -> InputError {
    let open = openTags.last
    return failure(
      "the template ends inside a block",
      line: open?.line ?? current.line,
      found: "`\(open?.name ?? "")` without its end",
      expected: ends.map { "{% \($0) %}" }.joined(separator: " or ")
    )
  }

  private func unknownTag(_ name: String, _ ends: [String]) -> InputError {
    let names = Self.tags.map(\.name) + ["raw"]
    return failure(
      "the template has an unknown tag",
      line: current.line,
      found: "`\(name)`",
      expected: (ends + names).joined(separator: ", "),
      hint: openTags.last.map { "the block open here is `\($0.name)` of line \($0.line)" }
    )
  }
}

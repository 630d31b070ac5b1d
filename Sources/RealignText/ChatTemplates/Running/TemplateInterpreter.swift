/// Runs the statements of a template within limits.
///
/// Nothing outside is within reach: there are the values given, the functions in `TemplateFilters`,
/// `TemplateTests`, `TemplateMethods` and `TemplateGlobals`, and no others.
final class TemplateInterpreter {
  let limits: ChatTemplateLimits
  /// The date for `strftime_now`.
  let date: ChatDate?
  /// The line being run, for error messages.
  var line = 0
  /// The text written so far.
  var output: [TextUnit] = []
  private var steps = 0
  private var depth = 0
  private var macroScopes: [TemplateScope] = []

  init(limits: ChatTemplateLimits, date: ChatDate?) {
    self.limits = limits
    self.date = date
  }

  /// The text that a template writes with the variables of a scope.
  func run(_ body: [TemplateStatement], _ scope: TemplateScope) throws -> [TextUnit] {
    defer { for scope in macroScopes { scope.clear() } }
    _ = try execute(body, TemplateScope(in: scope))
    return output
  }

  /// Counts a step, and the characters or items that it handles.
  func charge(_ amount: Int = 0) throws {
    steps += 1 + amount / 4
    guard steps <= limits.steps else {
      throw limitFailure("does too much", "at most \(limits.steps) steps")
    }
  }

  /// Counts the making of items, which take more memory than characters.
  func charge(items: Int) throws { try charge(16 * items) }

  /// Counts what is handed to a function that may look at all of it.
  func charge(_ arguments: TemplateArguments) throws {
    for value in arguments.positional { try charge(value.extent.weight) }
    for argument in arguments.named { try charge(argument.value.extent.weight) }
  }

  /// Counts a text before it is made.
  ///
  /// - Parameter added: How much of it is new, where it grows piece by piece.
  func admit(characters: Double, added: Int? = nil) throws {
    guard characters <= Double(limits.characters) else {
      throw limitFailure("makes too long a text", "at most \(limits.characters) characters")
    }
    try charge(added ?? Int(max(characters, 0)))
  }

  /// Counts a list before it is made.
  func admit(items: Int) throws {
    guard items <= limits.items else {
      throw limitFailure("makes too long a list", "at most \(limits.items) items")
    }
    try charge(items: items)
  }

  /// Runs something one level deeper.
  func deeper<Result>(_ run: () throws -> Result) throws -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= limits.depth else {
      throw limitFailure("calls itself too deep", "at most \(limits.depth) levels")
    }
    return try run()
  }

  /// Notes a scope that a macro of its own refers back to.
  func keepMacroScope(_ scope: TemplateScope) { macroScopes.append(scope) }

  /// Appends to the output.
  func write(_ text: TemplateText) throws {
    guard output.count + text.count <= limits.characters else {
      throw limitFailure("writes too much", "at most \(limits.characters) characters")
    }
    try charge(text.count)
    output.append(contentsOf: text.units)
  }

  /// What something writes, taken out of the output.
  func capture(_ run: () throws -> Void) throws -> TemplateText {
    let outer = output
    output = []
    defer { output = outer }
    try run()
    return TemplateText(units: output)
  }

  private func limitFailure(_ what: String, _ expected: String) -> InputError {
    TemplateError.make(
      "the chat template " + what,
      expected: expected,
      hint: "a template that needs more is broken or hostile; use another with the model"
    )
  }
}

/// A piece of a template's body, with its line.
struct TemplateStatement: Sendable {
  /// What a piece is.
  indirect enum Kind: Sendable {
    case text(TemplateText)
    case output(TemplateExpression)
    case condition([Branch], otherwise: [TemplateStatement])
    case loop(TemplateLoopDefinition)
    case set(TemplateTarget, TemplateExpression)
    case setBlock(TemplateTarget, filter: TemplateExpression?, [TemplateStatement])
    case macro(TemplateMacroDefinition)
    case callBlock(TemplateExpression, caller: TemplateMacroDefinition)
    case filterBlock(TemplateExpression, [TemplateStatement])
    case scoped([Binding], [TemplateStatement])
    case generation([TemplateStatement])
    case breakLoop
    case continueLoop
  }

  /// A condition and what follows if it holds.
  struct Branch: Sendable {
    let condition: TemplateExpression
    let body: [TemplateStatement]
  }

  /// A name and its value, of `{% with %}`.
  struct Binding: Sendable {
    let target: TemplateTarget
    let value: TemplateExpression
  }

  let kind: Kind
  let line: Int
}

/// What a value can be assigned to.
indirect enum TemplateTarget: Sendable {
  case name(String)
  case tuple([TemplateTarget])
  /// An attribute of a namespace.
  case attribute(of: String, String)
}

/// A `{% for %}`.
final class TemplateLoopDefinition: Sendable {
  let target: TemplateTarget
  let items: TemplateExpression
  let condition: TemplateExpression?
  let isRecursive: Bool
  let body: [TemplateStatement]
  let otherwise: [TemplateStatement]

  init(
    target: TemplateTarget,
    items: TemplateExpression,
    condition: TemplateExpression?,
    isRecursive: Bool,
    bodies: (body: [TemplateStatement], otherwise: [TemplateStatement])
  ) {
    self.target = target
    self.items = items
    self.condition = condition
    self.isRecursive = isRecursive
    body = bodies.body
    otherwise = bodies.otherwise
  }
}

/// A `{% macro %}`, or the body of a `{% call %}`.
final class TemplateMacroDefinition: Sendable {
  /// A parameter and its default.
  struct Parameter: Sendable {
    let name: String
    let standard: TemplateExpression?
  }

  let name: String
  let parameters: [Parameter]
  let body: [TemplateStatement]
  /// The names that the body mentions, which decide what calls may pass.
  let mentionedNames: Set<String>

  init(
    name: String,
    parameters: [Parameter],
    body: [TemplateStatement],
    mentionedNames: Set<String>
  ) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.mentionedNames = mentionedNames
  }
}

/// An expression of a template.
final class TemplateExpression: Sendable {
  /// What an expression is.
  enum Kind: Sendable {
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case text(TemplateText)
    case name(String)
    case list([TemplateExpression])
    case tuple([TemplateExpression])
    case dictionary([Pair])
    case attribute(TemplateExpression, String)
    case item(TemplateExpression, TemplateExpression)
    case slice(TemplateExpression, [TemplateExpression?])
    case call(TemplateExpression, TemplateCall)
    /// A filter; without an input it is the filter of a block.
    case filter(TemplateExpression?, String, TemplateCall)
    case test(TemplateExpression, String, TemplateCall)
    case negated(TemplateExpression)
    case sign(TemplateExpression, isMinus: Bool)
    case arithmetic(TemplateExpression, TemplateOperator, TemplateExpression)
    case concatenation([TemplateExpression])
    case comparison(TemplateExpression, [Comparison])
    case both(TemplateExpression, TemplateExpression)
    case either(TemplateExpression, TemplateExpression)
    case conditional(TemplateExpression, if: TemplateExpression, else: TemplateExpression?)
  }

  /// A key and a value of a dictionary.
  struct Pair: Sendable {
    let key: TemplateExpression
    let value: TemplateExpression
  }

  /// A link of a chain such as `a < b <= c`.
  struct Comparison: Sendable {
    let comparison: TemplateComparison
    let right: TemplateExpression
  }

  /// The greatest nesting of expressions in each other, long chains included.
  static let maximumDepth = 100

  let kind: Kind
  let line: Int
  /// The number of levels below this one.
  let depth: Int

  init(_ kind: Kind, line: Int, depth: Int) {
    self.kind = kind
    self.line = line
    self.depth = depth
  }
}

/// An arithmetic operator.
enum TemplateOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case remainder = "%"
  case power = "**"
}

/// The arguments in a call.
struct TemplateCall: Sendable {
  var positional: [TemplateExpression] = []
  var named: [Named] = []
  /// What `*` spreads.
  var spread: TemplateExpression?
  /// What `**` spreads.
  var namedSpread: TemplateExpression?

  /// An argument given by name.
  struct Named: Sendable {
    let name: String
    let value: TemplateExpression
  }

  /// All expressions of the call.
  var expressions: [TemplateExpression] {
    positional + named.map(\.value) + [spread, namedSpread].compactMap { $0 }
  }
}

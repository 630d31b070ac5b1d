/// The values in a call.
struct TemplateArguments {
  /// A value given by name.
  struct Named {
    let name: String
    let value: TemplateValue
  }

  /// What is called, for error messages.
  let callee: String
  var positional: [TemplateValue] = []
  var named: [Named] = []

  /// The value of each parameter, `nil` for those not given.
  ///
  /// - Parameter required: How many of the first must be given.
  /// - Throws: `InputError` for too many, unknown, repeated or missing arguments.
  func bind(_ names: [String], required: Int = 0) throws -> [TemplateValue?] {
    guard positional.count <= names.count else {
      throw failure("\(positional.count) arguments", names)
    }
    var values: [TemplateValue?] = positional
    values.append(contentsOf: [TemplateValue?](repeating: nil, count: names.count - values.count))
    for argument in named {
      guard let index = names.firstIndex(of: argument.name), values[index] == nil else {
        throw failure("an argument `\(argument.name)`", names)
      }
      values[index] = argument.value
    }
    if let missing = names.indices.prefix(required).first(where: { values[$0] == nil }) {
      throw failure("no argument `\(names[missing])`", names)
    }
    return values
  }

  /// The error of arguments that do not fit.
  func failure(_ found: String, _ names: [String]) -> InputError {
    TemplateError.make(
      "`\(callee)` is called with wrong arguments",
      found: found,
      expected: names.isEmpty ? "none" : names.joined(separator: ", ")
    )
  }

  /// A whole number given for a parameter.
  func integer(_ value: TemplateValue?, _ name: String) throws -> Int? {
    guard let value else { return nil }
    guard let number = value.asInteger else { throw wrongType(value, name, "a whole number") }
    return number
  }

  /// A text given for a parameter.
  func text(_ value: TemplateValue?, _ name: String) throws -> TemplateText? {
    guard let value else { return nil }
    guard let text = value.asText else { throw wrongType(value, name, "a text") }
    return text
  }

  private func wrongType(
    _ value: TemplateValue,
    _ name: String,
    _ expected: String
  ) -> InputError {
    TemplateError.type("the argument `\(name)` of `\(callee)`", value, expected: expected)
  }
}

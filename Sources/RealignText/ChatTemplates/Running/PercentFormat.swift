import Foundation

/// Python's `%` on texts, with the conversions s, r, d, i, u, x, X, o, f, F, e, g and %.
struct PercentFormat {
  private let format: [TextUnit]
  private let values: [TemplateValue]
  private let names: TemplateDictionary?
  /// Whether every value must be used; not so for one that Python takes for a mapping.
  private let usesAll: Bool
  private let interpreter: TemplateInterpreter
  private var position = 0
  private var used = 0
  private var result = TemplateText()

  /// A placeholder's flags, width and precision.
  private struct Placeholder {
    var alignsLeft = false
    var padsWithZeros = false
    var showsSign = false
    var width = 0
    var precision: Int?
    var conversion: Unicode.Scalar = "s"
    var name: TemplateText?
  }

  /// The format with its placeholders filled.
  static func apply(
    _ format: TemplateText,
    _ value: TemplateValue,
    _ interpreter: TemplateInterpreter
  ) throws -> TemplateText {
    try interpreter.charge(format.count)
    var formatter = PercentFormat(format, value, interpreter)
    return try formatter.run()
  }

  private init(
    _ format: TemplateText,
    _ value: TemplateValue,
    _ interpreter: TemplateInterpreter
  ) {
    self.format = format.units
    self.interpreter = interpreter
    switch value {
    case .sequence(let sequence): usesAll = sequence.kind == .tuple
    case .dictionary, .undefined: usesAll = false
    default: usesAll = true
    }
    if case .sequence(let sequence) = value, sequence.kind == .tuple {
      values = sequence.items
      names = nil
    } else if case .dictionary(let dictionary) = value {
      values = [value]
      names = dictionary
    } else {
      values = [value]
      names = nil
    }
  }

  private mutating func run() throws -> TemplateText {
    while position < format.count {
      let unit = format[position]
      position += 1
      guard unit.scalar == "%" else {
        result.units.append(unit)
        continue
      }
      if peek == "%" {
        position += 1
        result.units.append(unit)
      } else {
        try fill(parse())
      }
    }
    guard !usesAll || used == values.count else {
      throw failure("\(values.count) values", "\(used)")
    }
    try interpreter.admit(characters: Double(result.count))
    return result
  }

  private var peek: Unicode.Scalar? {
    position < format.count ? format[position].scalar : nil
  }

  private mutating func parse() throws -> Placeholder {
    var placeholder = Placeholder()
    if peek == "(" {
      let start = position + 1
      while let scalar = peek, scalar != ")" {
        _ = scalar
        position += 1
      }
      placeholder.name = TemplateText(units: format[start..<max(position, start)])
      position += 1
    }
    while let scalar = peek, "-0+ #".unicodeScalars.contains(scalar) {
      placeholder.alignsLeft = placeholder.alignsLeft || scalar == "-"
      placeholder.padsWithZeros = placeholder.padsWithZeros || scalar == "0"
      placeholder.showsSign = placeholder.showsSign || scalar == "+"
      position += 1
    }
    placeholder.width = number()
    if peek == "." {
      position += 1
      placeholder.precision = number()
    }
    guard let conversion = peek else { throw failure("an unfinished placeholder", "%s") }
    placeholder.conversion = conversion
    position += 1
    return placeholder
  }

  private mutating func number() -> Int {
    var result = 0
    while let scalar = peek, let digit = Character(scalar).hexDigitValue, digit < 10 {
      result = min(result * 10 + digit, 1_000_000_000)
      position += 1
    }
    return result
  }

  private mutating func fill(_ placeholder: Placeholder) throws {
    let text = try convert(next(placeholder), placeholder)
    let padding = max(placeholder.width - text.count, 0)
    let added = text.count + padding
    try interpreter.admit(characters: Double(result.count + added), added: added)
    let isNumber = !["s", "r"].contains(placeholder.conversion)
    let fill = placeholder.padsWithZeros && isNumber && !placeholder.alignsLeft ? "0" : " "
    let pad = TemplateText(String(repeating: fill, count: padding))
    if placeholder.alignsLeft {
      result.append(text + pad)
    } else if fill == "0", let sign = text.units.first, sign.scalar == "-" || sign.scalar == "+" {
      result.append(TemplateText(units: [sign]) + pad + TemplateText(units: text.units[1...]))
    } else {
      result.append(pad + text)
    }
  }

  private mutating func next(_ placeholder: Placeholder) throws -> TemplateValue {
    if let name = placeholder.name {
      guard let value = names?[.text(name)] else {
        throw failure("no `\(name.string)`", "its value")
      }
      return value
    }
    guard used < values.count else { throw failure("too few values", "one for each placeholder") }
    defer { used += 1 }
    return values[used]
  }

  private func convert(
    _ value: TemplateValue,
    _ placeholder: Placeholder
  ) throws -> TemplateText {
    let precision = placeholder.precision
    switch placeholder.conversion {
    case "s", "r":
      let text = try placeholder.conversion == "s" ? interpreter.text(of: value) : quoted(value)
      return precision.map { TemplateText(units: text.units.prefix($0)) } ?? text
    case "d", "i", "u": return TemplateText(sign(placeholder, String(try whole(value))))
    case "x": return TemplateText(sign(placeholder, String(try whole(value), radix: 16)))
    case "X":
      return TemplateText(
        sign(placeholder, String(try whole(value), radix: 16, uppercase: true))
      )
    case "o": return TemplateText(sign(placeholder, String(try whole(value), radix: 8)))
    case "f", "F", "e", "g":
      guard let number = value.asDouble else {
        throw TemplateError.type("`%`", value, expected: "a number")
      }
      let shown = String(
        format: "%.\(min(precision ?? 6, 300))\(placeholder.conversion)",
        number
      )
      return TemplateText(sign(placeholder, shown))
    default: throw failure("%\(placeholder.conversion)", "%s, %r, %d, %x, %f, %e, %g or %%")
    }
  }

  private func quoted(_ value: TemplateValue) throws -> TemplateText {
    let text = value.represented(limit: interpreter.limits.characters)
    try interpreter.admit(characters: Double(text.count))
    return text
  }

  private func sign(_ placeholder: Placeholder, _ text: String) -> String {
    placeholder.showsSign && !text.hasPrefix("-") ? "+" + text : text
  }

  private func whole(_ value: TemplateValue) throws -> Int {
    if let number = value.asInteger { return number }
    if case .float(let number) = value, let whole = Int(exactly: number.rounded(.towardZero)) {
      return whole
    }
    throw TemplateError.type("`%d`", value, expected: "a number")
  }

  private func failure(_ found: String, _ expected: String) -> InputError {
    TemplateError.make("a text is formatted wrongly", found: found, expected: expected)
  }
}

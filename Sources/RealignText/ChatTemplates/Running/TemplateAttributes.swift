/// Attributes, items and slices of values, with what Jinja's sandbox refuses left undefined.
enum TemplateAttributes {
  /// `value.name`: the attribute or method, else the item.
  static func attribute(_ name: String, of owner: TemplateValue) throws -> TemplateValue {
    if let found = try ownAttribute(name, of: owner) { return found }
    if case .dictionary(let dictionary) = owner, let value = dictionary[name] { return value }
    return missing(name, of: owner)
  }

  /// `value[index]`: the item, else the attribute or method of that name.
  static func item(_ index: TemplateValue, of owner: TemplateValue) throws -> TemplateValue {
    if let found = try ownItem(index, of: owner) { return found }
    guard let name = index.asText?.string else {
      return .undefined("a \(owner.typeName) has no element \(index.shown)")
    }
    return try ownAttribute(name, of: owner) ?? missing(name, of: owner)
  }

  /// The item at an index or of a key, `nil` where there is none.
  private static func ownItem(
    _ index: TemplateValue,
    of owner: TemplateValue
  ) throws -> TemplateValue? {
    switch owner {
    case .undefined(let reason): throw TemplateError.undefined(reason)
    case .dictionary(let dictionary):
      return (try? TemplateKey(index)).flatMap { dictionary[$0] }
    case .sequence(let sequence) where sequence.isIndexed:
      return position(index, sequence.items.count).map { sequence.items[$0] }
    case .text(let text):
      return position(index, text.count).map { .text(TemplateText(units: [text.units[$0]])) }
    default: return nil
    }
  }

  /// The position that an index counts to, from the end if it is negative.
  private static func position(_ index: TemplateValue, _ count: Int) -> Int? {
    guard let number = index.asInteger, number >= -count, number < count else { return nil }
    return number < 0 ? number + count : number
  }

  /// The attribute or method of a name, undefined where the sandbox refuses it, `nil` where there
  /// is none.
  private static func ownAttribute(
    _ name: String,
    of owner: TemplateValue
  ) throws -> TemplateValue? {
    switch owner {
    case .undefined(let reason): throw TemplateError.undefined(reason)
    case .object(let object): return try object.attribute(name)
    default: break
    }
    if TemplateMethods.has(name, owner) { return .object(TemplateMethod(owner, name)) }
    let isHidden = name.hasPrefix("__") && name.hasSuffix("__")
    if isHidden || TemplateMethods.isRefused(name, owner) {
      return .undefined("access to `\(name)` of a \(owner.typeName) is not safe")
    }
    return nil
  }

  private static func missing(_ name: String, of owner: TemplateValue) -> TemplateValue {
    .undefined("a \(owner.typeName) has no attribute `\(name)`")
  }

  // MARK: Slices

  /// `value[start:stop:step]`.
  static func slice(
    _ owner: TemplateValue,
    _ bounds: [TemplateValue?]
  ) throws -> TemplateValue {
    switch owner {
    case .text(let text):
      let positions = try positions(bounds, text.count)
      return .text(
        TemplateText(units: positions.map { text.units[$0] }, isMarkup: text.isMarkup)
      )
    case .sequence(let sequence) where sequence.kind == .tuple:
      return try .tuple(positions(bounds, sequence.items.count).map { sequence.items[$0] })
    case .sequence(let sequence) where sequence.isIndexed:
      return try .list(positions(bounds, sequence.items.count).map { sequence.items[$0] })
    default: throw TemplateError.type("a slice", owner, expected: "a text or list")
    }
  }

  /// The positions that a slice of so many items takes, in order.
  private static func positions(_ bounds: [TemplateValue?], _ count: Int) throws -> [Int] {
    let numbers = try (0..<3).map { try bound($0 < bounds.count ? bounds[$0] : nil) }
    let step = numbers[2] ?? 1
    guard step != 0 else {
      throw TemplateError.make("a slice has the step 0", expected: "another whole number")
    }
    let low = step > 0 ? 0 : -1
    let high = step > 0 ? count : count - 1
    func clamp(_ number: Int?, _ standard: Int) -> Int {
      guard let number else { return standard }
      if number < 0 { return number < -count ? low : max(low, number + count) }
      return min(number, high)
    }
    let start = clamp(numbers[0], step > 0 ? low : high)
    let stop = clamp(numbers[1], step > 0 ? high : low)
    guard step.magnitude <= UInt(count + 1) else {
      let takesStart = step > 0 ? start < stop : start > stop
      return takesStart ? [start] : []
    }
    return Array(stride(from: start, to: stop, by: step))
  }

  private static func bound(_ value: TemplateValue?) throws -> Int? {
    guard let value, !value.isNone else { return nil }
    guard let number = value.asInteger else {
      throw TemplateError.type("a slice", value, expected: "whole numbers")
    }
    return number
  }
}

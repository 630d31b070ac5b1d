import RealignCitations
import RealignEvaluation
import RealignTraining

/// A configuration value before its type is known: what YAML, the environment and flags share.
public enum SettingNode: Sendable, Equatable {
  /// No value.
  case null
  /// One word or text, as written.
  case scalar(String)
  /// A list of texts.
  case list([String])

  /// How the value is shown in messages.
  public var shown: String {
    switch self {
    case .null: return "null"
    case .scalar(let text): return text.isEmpty ? "an empty text" : text
    case .list(let items): return "[" + items.joined(separator: ", ") + "]"
    }
  }
}

/// A type that a setting can have.
public protocol SettingValue: Sendable, Equatable {
  /// What is accepted, as a phrase: "a whole number".
  static var accepted: String { get }

  /// Reads a value; nil when the node is not of this type.
  init?(setting node: SettingNode)

  /// The value as it is written.
  var settingNode: SettingNode { get }
}

extension String: SettingValue {
  /// What is accepted, as a phrase.
  public static var accepted: String { "a text" }

  /// Reads a value; nil when the node is not of this type.
  public init?(setting node: SettingNode) {
    guard case .scalar(let text) = node else { return nil }
    self = text
  }

  /// The value as it is written.
  public var settingNode: SettingNode { .scalar(self) }
}

extension Bool: SettingValue {
  /// What is accepted, as a phrase.
  public static var accepted: String { "true or false" }

  /// Reads a value; nil when the node is not of this type.
  public init?(setting node: SettingNode) {
    guard case .scalar(let text) = node else { return nil }
    switch text.lowercased() {
    case "true", "yes", "on": self = true
    case "false", "no", "off": self = false
    default: return nil
    }
  }

  /// The value as it is written.
  public var settingNode: SettingNode { .scalar(self ? "true" : "false") }
}

extension Int: SettingValue {
  /// What is accepted, as a phrase.
  public static var accepted: String { "a whole number" }

  /// Reads a value; nil when the node is not of this type.
  public init?(setting node: SettingNode) {
    guard case .scalar(let text) = node, let value = Int(text) else { return nil }
    self = value
  }

  /// The value as it is written.
  public var settingNode: SettingNode { .scalar("\(self)") }
}

extension UInt64: SettingValue {
  /// What is accepted, as a phrase.
  public static var accepted: String { "a whole number from 0" }

  /// Reads a value; nil when the node is not of this type.
  public init?(setting node: SettingNode) {
    guard case .scalar(let text) = node, let value = UInt64(text) else { return nil }
    self = value
  }

  /// The value as it is written.
  public var settingNode: SettingNode { .scalar("\(self)") }
}

extension Double: SettingValue {
  /// What is accepted, as a phrase.
  public static var accepted: String { "a finite number" }

  /// Reads a value; nil when the node is not of this type.
  public init?(setting node: SettingNode) {
    // Swift also reads hexadecimal floats, infinities and NaN; a configuration has none.
    guard case .scalar(let text) = node, text.allSatisfy({ "0123456789+-.eE".contains($0) }),
      let value = Double(text), value.isFinite
    else { return nil }
    self = value
  }

  /// The value as it is written.
  public var settingNode: SettingNode {
    let isWhole = rounded() == self && abs(self) < 1e15
    return .scalar(isWhole ? "\(Int(self))" : "\(self)")
  }
}

extension Optional: SettingValue where Wrapped: SettingValue {
  /// What is accepted, as a phrase.
  public static var accepted: String { Wrapped.accepted + " or null" }

  /// Reads a value; nil when the node is not of this type.
  public init?(setting node: SettingNode) {
    switch node {
    case .null, .scalar("null"), .scalar("~"): self = Self.none
    default:
      guard let value = Wrapped(setting: node) else { return nil }
      self = .some(value)
    }
  }

  /// The value as it is written.
  public var settingNode: SettingNode { self?.settingNode ?? .null }
}

extension Array: SettingValue where Element: SettingValue {
  /// What is accepted, as a phrase.
  public static var accepted: String { "a list, each item " + Element.accepted }

  /// One scalar is a list of one; a text with commas (from a flag) is split by the caller.
  public init?(setting node: SettingNode) {
    let texts: [String]
    switch node {
    case .null: texts = []
    case .scalar(let text): texts = [text]
    case .list(let items): texts = items
    }
    var values: [Element] = []
    for text in texts {
      guard let value = Element(setting: .scalar(text)) else { return nil }
      values.append(value)
    }
    self = values
  }

  /// The value as it is written.
  public var settingNode: SettingNode {
    .list(
      map { element in
        if case .scalar(let text) = element.settingNode { return text }
        return ""
      }
    )
  }
}

/// A setting with a closed list of names.
public protocol NamedChoice: SettingValue, CaseIterable, RawRepresentable
where RawValue == String {}

extension NamedChoice {
  /// The names, separated by commas.
  public static var accepted: String {
    "one of " + allCases.map(\.rawValue).joined(separator: ", ")
  }

  /// Reads one of the names.
  public init?(setting node: SettingNode) {
    guard case .scalar(let text) = node else { return nil }
    self.init(rawValue: text)
  }

  /// The name.
  public var settingNode: SettingNode { .scalar(rawValue) }
}

extension LearningRateSchedule: NamedChoice {}

extension FDivergence.Kind: NamedChoice {}

extension CitationFormat: NamedChoice {}

extension GateMode: NamedChoice {}

extension GateProfile: NamedChoice {}

import Foundation

/// One configuration key: its name, type, range, default and help, and where its value lives.
///
/// YAML keys, environment variables, flags, `--set` and the written documentation all come from
/// these.
public struct Setting: Sendable {
  /// Dotted name, for example `optimize.learning_rate`.
  public let key: String
  /// Other names under which the key is found in YAML.
  public let aliases: [String]
  /// What is accepted, as a phrase.
  public let accepted: String
  /// One sentence of help.
  public let help: String
  /// Whether a flag's text is split at commas.
  public let isList: Bool
  /// Whether results depend on it; what costs time or memory alone is no part of a digest.
  public let hasEffect: Bool
  private let reader: @Sendable (RunConfiguration) -> SettingNode
  private let writer: @Sendable (SettingNode, inout RunConfiguration) -> Bool

  /// A setting that lives at a key path of the configuration.
  public init<Value: SettingValue>(
    _ key: String,
    _ path: any WritableKeyPath<RunConfiguration, Value> & Sendable,
    aliases: [String] = [],
    range: SettingRange = .any,
    _ help: String
  ) {
    self.init(key, \.self, path, aliases: aliases, range: range, help)
  }

  /// A setting that lives at a field of a group of the configuration.
  public init<Group, Value: SettingValue>(
    _ key: String,
    _ group: any WritableKeyPath<RunConfiguration, Group> & Sendable,
    _ field: any WritableKeyPath<Group, Value> & Sendable,
    aliases: [String] = [],
    range: SettingRange = .any,
    hasEffect: Bool = true,
    _ help: String
  ) {
    self.key = key
    self.aliases = aliases
    self.help = help
    accepted = Value.accepted + range.phrase
    isList = Value(setting: .list([])) != nil
    self.hasEffect = hasEffect
    reader = { $0[keyPath: group][keyPath: field].settingNode }
    writer = { node, configuration in
      guard let value = Value(setting: node), Self.holds(value.settingNode, in: range)
      else { return false }
      configuration[keyPath: group][keyPath: field] = value
      return true
    }
  }

  private static func holds(_ node: SettingNode, in range: SettingRange) -> Bool {
    if range == .any { return true }
    switch node {
    case .null: return true
    case .scalar(let text): return Double(text).map(range.contains) ?? false
    case .list(let items):
      return items.allSatisfy { Double($0).map(range.contains) ?? false }
    }
  }

  /// The value in a configuration.
  public func value(in configuration: RunConfiguration) -> SettingNode { reader(configuration) }

  /// Stores a value; false when its type or range is wrong.
  public func store(_ node: SettingNode, in configuration: inout RunConfiguration) -> Bool {
    writer(node, &configuration)
  }

  /// The value when nothing sets it.
  public var defaultValue: SettingNode { reader(RunConfiguration()) }

  /// The environment variable: `REALIGN_` and the key in capitals, dots as underscores.
  public var environmentName: String {
    "REALIGN_" + key.uppercased().replacing(".", with: "_")
  }

  /// A flag's or a variable's text as a node; lists are separated by commas.
  public func node(text: String) -> SettingNode {
    guard isList else { return .scalar(text) }
    var body = text[...]
    if body.hasPrefix("["), body.hasSuffix("]") { body = body.dropFirst().dropLast() }
    let items = body.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    return .list(items)
  }
}

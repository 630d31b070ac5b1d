/// Where a value comes from.
public enum SettingOrigin: Sendable, Equatable, CustomStringConvertible {
  /// The program's default.
  case defaults
  /// A named set of defaults, for example `atlas`.
  case preset(String)
  /// A configuration file.
  case file(String, line: Int)
  /// An environment variable.
  case environment(String)
  /// `--set`, as typed.
  case assignment(String)
  /// A flag, with its dashes.
  case flag(String)

  /// The place as people write it.
  public var description: String {
    switch self {
    case .defaults: return "default"
    case .preset(let name): return "preset \(name)"
    case .file(let path, let line): return "\(path):\(line)"
    case .environment(let name): return "environment \(name)"
    case .assignment(let text): return "--set \(text)"
    case .flag(let name): return name
    }
  }
}

/// A value given by a flag.
public struct FlagValue: Sendable, Equatable {
  /// The setting's key.
  public var key: String
  /// The flag, with its dashes.
  public var flag: String
  /// The text given.
  public var text: String

  /// A flag and the setting it changes.
  public init(key: String, flag: String, text: String) {
    self.key = key
    self.flag = flag
    self.text = text
  }
}

/// All sources of a configuration; later ones win.
public struct ConfigurationSources: Sendable, Equatable {
  /// YAML files, in order.
  public var files: [String]
  /// Variables, of which those named `REALIGN_…` count.
  public var environment: [String: String]
  /// Texts `key=value`.
  public var assignments: [String]
  /// Flags.
  public var flags: [FlagValue]

  /// Sources; none by default.
  public init(
    files: [String] = [],
    environment: [String: String] = [:],
    assignments: [String] = [],
    flags: [FlagValue] = []
  ) {
    self.files = files
    self.environment = environment
    self.assignments = assignments
    self.flags = flags
  }
}

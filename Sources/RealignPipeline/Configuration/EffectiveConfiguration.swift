import RealignNumerics
import RealignText

/// A configuration and where each of its values comes from.
public struct EffectiveConfiguration: Sendable, Equatable {
  /// The values.
  public private(set) var values: RunConfiguration
  /// What the user should know, for example a variable that was ignored.
  public private(set) var warnings: [String] = []
  private var origins: [String: SettingOrigin] = [:]

  /// The defaults, or a named set of them.
  public init(_ values: RunConfiguration = RunConfiguration(), preset: String? = nil) {
    self.values = values
    guard let preset else { return }
    for setting in SettingsTable.all where setting.value(in: values) != setting.defaultValue {
      origins[setting.key] = .preset(preset)
    }
  }

  /// Reads all sources: defaults, then files in order, environment, assignments, flags.
  ///
  /// - Throws: `InputError` of kind `badConfiguration` for a wrong key or value in a file, a
  ///   variable or an assignment, `usage` for a flag, `missingInput` for an absent file.
  public static func load(
    _ sources: ConfigurationSources,
    over base: EffectiveConfiguration = .init()
  ) throws -> EffectiveConfiguration {
    var result = base
    for path in sources.files { try result.readFile(path) }
    try result.readEnvironment(sources.environment)
    for text in sources.assignments { try result.assign(text) }
    for flag in sources.flags { try result.apply(flag) }
    return result
  }

  /// Where a key's value comes from.
  public func origin(of key: String) -> SettingOrigin { origins[key] ?? .defaults }

  /// Whether anything but the defaults or a preset gave the value.
  public func isSetByUser(_ key: String) -> Bool {
    switch origin(of: key) {
    case .defaults, .preset: return false
    default: return true
    }
  }

  /// Changes one value from code, for example the adjustment of a later round.
  ///
  /// - Throws: `InputError` of kind `badConfiguration`.
  public mutating func set(_ key: String, _ text: String, origin: SettingOrigin) throws {
    guard let setting = SettingsTable.setting(key) else {
      throw Self.unknown(key, place: "\(origin)", kind: .badConfiguration)
    }
    try store(setting, text: text, origin: origin, kind: .badConfiguration)
  }

  private mutating func readFile(_ path: String) throws {
    let file = try ConfigurationFile(path: path)
    for entry in file.entries {
      guard entry.setting.store(entry.node, in: &values) else {
        throw file.mismatch(entry.setting, entry.node.shown, line: entry.line)
      }
      origins[entry.setting.key] = .file(path, line: entry.line)
    }
  }

  private mutating func readEnvironment(_ environment: [String: String]) throws {
    let names = SettingsTable.all.map(\.environmentName)
    let groups = Set(SettingsTable.groups.map { "REALIGN_" + $0.uppercased() + "_" })
    for name in environment.keys.sorted() where name.hasPrefix("REALIGN_") {
      if let index = names.firstIndex(of: name) {
        try store(
          SettingsTable.all[index],
          text: environment[name] ?? "",
          origin: .environment(name),
          kind: .badConfiguration
        )
        continue
      }
      if MPIOptions.variables.contains(name) { continue }
      let nearest = names.min {
        NearestName.distance(name, $0) < NearestName.distance(name, $1)
      }
      let isTypo = nearest.map { NearestName.distance(name, $0) <= 2 } ?? false
      guard !isTypo, !groups.contains(where: name.hasPrefix) else {
        throw InputError(
          .badConfiguration,
          "unknown environment variable",
          field: name,
          hint: nearest.map { "the nearest known variable is \($0)" }
        )
      }
      warnings.append("the environment variable \(name) is not a setting and is ignored")
    }
  }

  private mutating func assign(_ text: String) throws {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw InputError(
        .usage,
        "--set needs a key and a value",
        found: text,
        expected: "--set key=value",
        hint: "for example --set optimize.beta=0.2"
      )
    }
    let key = String(text[..<equals]).replacing("-", with: "_")
    guard let setting = SettingsTable.setting(key) else {
      throw Self.unknown(key, place: "--set", kind: .badConfiguration)
    }
    try store(
      setting,
      text: String(text[text.index(after: equals)...]),
      origin: .assignment(text),
      kind: .badConfiguration
    )
  }

  private mutating func apply(_ flag: FlagValue) throws {
    guard let setting = SettingsTable.setting(flag.key) else {
      throw Self.unknown(flag.key, place: flag.flag, kind: .internalError)
    }
    try store(setting, text: flag.text, origin: .flag(flag.flag), kind: .usage)
  }

  private mutating func store(
    _ setting: Setting,
    text: String,
    origin: SettingOrigin,
    kind: InputError.Kind
  ) throws {
    let node = setting.node(text: text)
    guard setting.store(node, in: &values) else {
      throw InputError(
        kind,
        "not accepted by \(Self.place(origin))",
        field: setting.key,
        found: node.shown,
        expected: setting.accepted
      )
    }
    origins[setting.key] = origin
  }

  /// The origin without the value that the message shows anyway.
  private static func place(_ origin: SettingOrigin) -> String {
    if case .assignment = origin { return "--set" }
    return "\(origin)"
  }

  private static func unknown(_ key: String, place: String, kind: InputError.Kind) -> InputError {
    let nearest = NearestName.nearest(to: key, in: SettingsTable.all.map(\.key))
    return InputError(
      kind,
      "unknown key in \(place)",
      field: key,
      hint: nearest.map { "the nearest known key is \($0)" }
    )
  }
}

extension EffectiveConfiguration {
  /// The values of some settings as texts, from which `RunConfiguration.init(recorded:)` reads them.
  func recorded(_ keys: [String]) -> JSONObject {
    var object = JSONObject()
    for key in keys {
      guard let setting = SettingsTable.setting(key) else {
        preconditionFailure("no setting \(key)")
      }
      object[key] = .string(setting.value(in: values).shown)
    }
    return object
  }
}

extension RunConfiguration {
  /// The defaults with the settings of a record; keys that are no settings are left alone.
  ///
  /// - Throws: `InputError` of kind `badData` for a value that its setting does not take.
  init(recorded settings: JSONObject) throws {
    self.init()
    for (key, value) in settings.pairs {
      guard let setting = SettingsTable.setting(key) else { continue }
      guard let text = value.stringValue, setting.store(setting.node(text: text), in: &self) else {
        throw InputError(
          .badData,
          "not the value of a setting",
          field: "settings." + key,
          found: value.serialized(),
          expected: setting.accepted
        )
      }
    }
  }
}

import Foundation
import RealignText
import Yams

/// One value of a configuration file and where it stands.
struct ConfigurationEntry {
  var setting: Setting
  var node: SettingNode
  var line: Int
}

/// Reads a YAML file of settings with the line of each.
///
/// The size, the nesting and the number of aliases are bounded, so that no file can take much
/// time or memory.
struct ConfigurationFile {
  static let maximumBytes = 1 << 20
  static let maximumAliases = 16
  static let maximumNesting = 32

  let path: String
  private var lines: [String: Int] = [:]
  private(set) var entries: [ConfigurationEntry] = []

  /// Reads and checks a file.
  ///
  /// - Throws: `InputError` of kind `missingInput` or `badConfiguration`.
  init(path: String) throws {
    self.path = path
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(
        .missingInput,
        "cannot read the configuration file",
        file: path,
        hint: "`realign init` writes a commented one"
      )
    }
    guard data.count <= Self.maximumBytes else {
      throw refusal(
        "the file is too large",
        found: "\(data.count) bytes",
        expected: "at most 1 MiB"
      )
    }
    guard let text = String(bytes: data, encoding: .utf8) else {
      throw refusal("the file is not UTF-8")
    }
    try boundStructure(text)
    guard let root = try compose(text) else { return }
    guard case .mapping(let mapping) = root else {
      if root.string == "" { return }
      throw refusal("the file is not a mapping of settings", line: root.mark?.line)
    }
    try visit(mapping, prefix: "")
  }

  private func refusal(
    _ message: String,
    line: Int? = nil,
    field: String? = nil,
    found: String? = nil,
    expected: String? = nil,
    hint: String? = nil
  ) -> InputError {
    InputError(
      .badConfiguration,
      message,
      file: path,
      line: line,
      field: field,
      found: found,
      expected: expected,
      hint: hint
    )
  }

  /// Refuses deep nesting and many aliases before the parser sees them; quoted text counts too,
  /// which no real configuration notices.
  private func boundStructure(_ text: String) throws {
    var aliases = 0
    var depth = 0
    var previous = UInt8(ascii: "\n")
    var line = 1
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
      case UInt8(ascii: "*") where " \t\n[{,:-?".utf8.contains(previous): aliases += 1
      default: break
      }
      previous = byte
      guard aliases <= Self.maximumAliases else {
        throw refusal(
          "too many aliases",
          line: line,
          expected: "at most \(Self.maximumAliases)"
        )
      }
      guard depth <= Self.maximumNesting else {
        throw refusal(
          "nested too deeply",
          line: line,
          expected: "at most \(Self.maximumNesting) levels"
        )
      }
    }
  }

  private func compose(_ text: String) throws -> Node? {
    do {
      return try Yams.compose(yaml: text, .basic, .default, .utf8)
    } catch let error as YamlError {
      throw refusal(error)
    }
  }

  private func refusal(_ error: YamlError) -> InputError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return InputError(
        .badConfiguration,
        "not valid YAML: \(problem)",
        file: path,
        line: mark.line,
        column: mark.column
      )
    case .duplicatedKeysInMapping(let duplicates, let context):
      return refusal(
        "a key occurs twice",
        line: context.mark.line,
        field: duplicates.first,
        hint: "keep one of the two"
      )
    case .reader(let problem, _, _, _):
      return refusal("not valid YAML: \(problem)")
    default:
      return refusal("not valid YAML")
    }
  }

  private mutating func visit(_ mapping: Node.Mapping, prefix: String) throws {
    for (key, value) in mapping {
      let line = key.mark?.line
      guard case .scalar(let scalar) = key else {
        throw refusal("a key is not a word", line: line)
      }
      let name = prefix + scalar.string.replacing("-", with: "_")
      if let setting = SettingsTable.setting(name) {
        try add(setting, value, line: line ?? 1)
      } else if SettingsTable.groups.contains(name) {
        switch value {
        case .mapping(let inner): try visit(inner, prefix: name + ".")
        case .scalar(let scalar) where Self.isNull(scalar): break
        default:
          throw refusal(
            "this is a group of settings",
            line: value.mark?.line ?? line,
            field: name,
            found: Self.shown(value),
            expected: "a mapping"
          )
        }
      } else {
        throw unknown(name, line: line)
      }
    }
  }

  private func unknown(_ name: String, line: Int?) -> InputError {
    let nearest = NearestName.nearest(
      to: name,
      in: SettingsTable.all.map(\.key) + SettingsTable.groups.sorted()
    )
    return refusal(
      "unknown key",
      line: line,
      field: name,
      hint: nearest.map { "the nearest known key is \($0)" }
    )
  }

  private mutating func add(_ setting: Setting, _ value: Node, line: Int) throws {
    if let first = lines[setting.key] {
      throw refusal(
        "a key occurs twice",
        line: line,
        field: setting.key,
        hint: "it is on line \(first) too"
      )
    }
    lines[setting.key] = line
    let place = value.mark?.line ?? line
    try refuseForeignTag(value, line: place)
    guard let node = Self.node(value) else {
      throw mismatch(setting, Self.shown(value), line: place)
    }
    entries.append(ConfigurationEntry(setting: setting, node: node, line: line))
  }

  /// The error of a value that a setting does not accept.
  func mismatch(_ setting: Setting, _ found: String, line: Int) -> InputError {
    refusal(
      "not accepted here",
      line: line,
      field: setting.key,
      found: found,
      expected: setting.accepted
    )
  }

  /// A tag such as `!!python/object` asks for a type that a configuration cannot have.
  private func refuseForeignTag(_ value: Node, line: Int) throws {
    let standard = ["str", "int", "float", "bool", "null", "seq", "map"].map {
      "tag:yaml.org,2002:" + $0
    }
    let tag = value.tag.description
    guard tag.isEmpty || tag == "!" || standard.contains(tag) else {
      throw refusal("tags are not accepted", line: line, found: tag)
    }
  }

  private static func isNull(_ scalar: Node.Scalar) -> Bool {
    (scalar.style == .plain || scalar.style == .any)
      && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  private static func node(_ value: Node) -> SettingNode? {
    switch value {
    case .scalar(let scalar): return isNull(scalar) ? .null : .scalar(scalar.string)
    case .sequence(let sequence):
      var items: [String] = []
      for item in sequence {
        guard case .scalar(let scalar) = item else { return nil }
        items.append(scalar.string)
      }
      return .list(items)
    default: return nil
    }
  }

  private static func shown(_ value: Node) -> String {
    switch value {
    case .scalar(let scalar):
      return isNull(scalar) ? "null" : SettingNode.scalar(scalar.string).shown
    case .sequence(let sequence): return "a list of \(sequence.count)"
    case .mapping(let mapping): return "a mapping of \(mapping.count)"
    case .alias: return "an alias"
    }
  }
}

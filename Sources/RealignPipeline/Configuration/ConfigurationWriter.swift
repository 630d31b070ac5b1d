/// Writes configurations as YAML that reads back to the same values.
enum ConfigurationWriter {
  /// All settings as nested YAML; `comment` gives the text after a value, `before` the lines
  /// above it.
  static func yaml(
    _ configuration: RunConfiguration,
    comment: (Setting) -> String?,
    before: (Setting) -> String? = { _ in nil }
  ) -> String {
    var text = ""
    var open: [String] = []
    for setting in SettingsTable.all {
      let parts = setting.key.split(separator: ".").map(String.init)
      let groups = Array(parts.dropLast())
      if groups != open {
        let common = zip(groups, open).prefix { $0 == $1 }.count
        for depth in common..<groups.count {
          text += String(repeating: "  ", count: depth) + groups[depth] + ":\n"
        }
        open = groups
      }
      let indent = String(repeating: "  ", count: groups.count)
      if let before = before(setting) { text += "\(indent)# \(before)\n" }
      text += indent + (parts.last ?? "") + ": " + value(setting.value(in: configuration))
      if let comment = comment(setting) { text += "  # " + oneLine(comment) }
      text += "\n"
    }
    return text
  }

  private static func value(_ node: SettingNode) -> String {
    switch node {
    case .null: return "null"
    case .scalar(let text): return scalar(text)
    case .list(let items): return "[" + items.map(scalar).joined(separator: ", ") + "]"
    }
  }

  /// Plain where that is safe everywhere in YAML, else in double quotes with escapes.
  static func scalar(_ text: String) -> String {
    let isPlain =
      text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || "._/+-".utf8.contains(byte)
      } && !text.isEmpty && text != "null" && text.utf8.first != UInt8(ascii: "-")
    let isNumber = Double(text) != nil
    if isPlain || isNumber { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default:
        if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || scalar.value == 0xFEFF
          || (0x2028...0x2029).contains(scalar.value)
        {
          let digits = String(scalar.value, radix: 16)
          quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }

  /// A comment must not break out of its line.
  private static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
            || (0x2028...0x2029).contains(scalar.value) ? " " : scalar
        }
      )
    )
  }
}

extension EffectiveConfiguration {
  /// The whole configuration as YAML, each value with its origin as a comment.
  public func yaml() -> String {
    "# The effective configuration of this run; each value with where it comes from.\n"
      + ConfigurationWriter.yaml(values) { "\(origin(of: $0.key))" }
  }

  /// The values alone, for digests.
  public var canonicalText: String { ConfigurationWriter.yaml(values) { _ in nil } }

  /// The values of some groups or settings alone, for the digest of a stage: `["sft", "seed"]`.
  ///
  /// Without those that no result depends on, so that a run can go on with another choice.
  public func canonicalText(groups: [String]) -> String {
    var text = ""
    for setting in SettingsTable.all where setting.hasEffect {
      let name = setting.key.split(separator: ".").first.map(String.init) ?? setting.key
      guard groups.contains(name) || groups.contains(setting.key) else { continue }
      text += "\(setting.key) = \(setting.value(in: values).shown)\n"
    }
    return text
  }
}

extension RunConfiguration {
  /// A commented configuration file with every setting at its value here.
  public func template() -> String {
    "# Settings of `realign train --config FILE`. Every value below is the default;\n"
      + "# keep the lines you change and delete the rest.\n"
      + "# Later sources win: this file, REALIGN_… variables, --set key=value, flags.\n"
      + ConfigurationWriter.yaml(
        self,
        comment: { _ in nil },
        before: { setting in setting.help + " Accepts " + setting.accepted + "." }
      )
  }
}

import Foundation
import RealignText

/// The settings in a run's `config.yaml`, as the program wrote them: nested keys, one value a
/// line, its origin as a comment.
struct StoredSettings: Equatable {
  /// One setting.
  struct Entry: Equatable {
    /// The whole key, such as `optimize.beta`.
    var key: String
    /// The value as written.
    var value: String
    /// Where it comes from; empty where the file does not say.
    var origin: String
  }

  /// Settings in file order.
  let entries: [Entry]

  /// Reads the file; no entries when there is none.
  ///
  /// - Throws: `InputError` when it cannot be read as text.
  init(file path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      self.init(text: "")
      return
    }
    self.init(text: try InputFile.text(path))
  }

  /// Reads text that the program wrote; lines of another shape are left out.
  init(text: String) {
    var entries: [Entry] = []
    var groups: [String] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let indent = line.prefix { $0 == " " }.count
      let body = line.dropFirst(indent)
      guard !body.hasPrefix("#"), let colon = body.firstIndex(of: ":") else { continue }
      groups = Array(groups.prefix(indent / 2))
      let key = String(body[..<colon])
      let rest = body[body.index(after: colon)...]
      if rest.isEmpty {
        groups.append(key)
        continue
      }
      let comment = rest.range(of: "  # ", options: .backwards)
      let value = comment.map { rest[..<$0.lowerBound] } ?? rest
      entries.append(
        Entry(
          key: (groups + [key]).joined(separator: "."),
          value: Self.plain(value),
          origin: comment.map { String(rest[$0.upperBound...]) } ?? ""
        )
      )
    }
    self.entries = entries
  }

  /// The value of a key; nil when it is absent or null.
  subscript(key: String) -> String? {
    entries.first { $0.key == key }.flatMap { $0.value == "null" ? nil : $0.value }
  }

  /// Whether the file was there.
  var isEmpty: Bool { entries.isEmpty }

  /// Whether the run used the data and the base model that ship with the program.
  var isAtlas: Bool { !isEmpty && self["model"] == nil }

  /// Settings that neither the defaults nor a preset gave.
  var chosen: [Entry] {
    entries.filter { entry in
      !entry.origin.isEmpty && entry.origin != "default" && !entry.origin.hasPrefix("preset ")
    }
  }

  /// Settings of a preset.
  var preset: [Entry] { entries.filter { $0.origin.hasPrefix("preset ") } }

  private static func plain(_ text: Substring) -> String {
    let value = text.trimmingCharacters(in: .whitespaces)
    guard value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") else { return value }
    return (try? JSONValue.parse(value))?.stringValue ?? String(value.dropFirst().dropLast())
  }
}

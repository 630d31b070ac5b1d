import Foundation

/// The folder of one comparison with another program: what a script of `make parity` wrote, and
/// beside it what a test found.
public struct ParityFolder: Sendable {
  /// Where it lies.
  public let path: String

  /// The folder that `REALIGN_PARITY` names, when it holds `file`; otherwise there is nothing to
  /// compare, and the test is skipped.
  public init?(holding file: String) {
    guard let path = ProcessInfo.processInfo.environment["REALIGN_PARITY"],
      FileManager.default.fileExists(atPath: path + "/" + file)
    else { return nil }
    self.path = path
  }

  /// One line of a comparison's table.
  public struct Row: Encodable, Sendable {
    /// What is compared.
    public let item: String
    /// The column, where an item has several.
    public let check: String?
    /// How many values or texts.
    public let cases: Int
    /// The largest difference or the number of cases that differ; nil when it is not finite.
    public let worst: Double?
    /// What `worst` may be at most.
    public let bound: Double
    /// Whether there are cases and all are within the bound.
    public let ok: Bool
    /// More about it.
    public let note: String

    /// A row, ok when `worst` is a number of at most `bound`.
    public init(
      _ item: String,
      check: String? = nil,
      cases: Int,
      worst: Double,
      bound: Double,
      note: String = ""
    ) {
      self.item = item
      self.check = check
      self.cases = cases
      self.worst = worst.isFinite ? worst : nil
      self.bound = bound
      ok = cases > 0 && worst <= bound
      self.note = note
    }
  }

  private struct Content: Encodable {
    let section: String
    let rows: [Row]
  }

  /// Writes the rows of a section to `SECTION.json` in the folder.
  public func write(_ rows: [Row], section: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let data = try encoder.encode(Content(section: section, rows: rows))
    try data.write(to: URL(fileURLWithPath: path + "/" + section + ".json"))
  }
}

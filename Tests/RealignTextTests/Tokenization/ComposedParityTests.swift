import RealignTestSupport
import Testing

@testable import RealignText

/// What was written to compare, if anything.
private let parityFolder = ParityFolder(holding: "kinds.json")

/// Equality with the Hugging Face `tokenizers` library on very many texts, made by
/// `Goldens/compare_tokenizers.py`.
@Suite(.enabled(if: parityFolder != nil))
struct ComposedParityTests {
  /// How many rows agree, and the first that do not.
  struct Tally {
    var rows = 0
    var ids = 0
    var fastIDs = 0
    var texts = 0
    var offsetRows = 0
    var agreeingOffsets = 0
    var equalOffsets = 0
    var differences: [String] = []

    /// The texts of which something differs, at least.
    var wrong: Int {
      rows - min(ids, fastIDs, texts, rows - offsetRows + agreeingOffsets)
    }

    var note: String {
      "offsets of \(offsetRows) texts: \(agreeingOffsets) agree, \(equalOffsets) equal"
        + differences.map { "; \($0)" }.joined()
    }
  }

  @Test func `ids, texts and matches equal those of the reference on very many texts`()
    async throws
  {
    let folder = try #require(parityFolder)
    let path = folder.path + "/kinds.json"
    let kinds = try #require(
      JSONValue.parse(InputFile.bytes(path), file: path, line: nil)["kinds"]?.arrayValue
    ).compactMap(\.stringValue)
    // Two at a time: the texts of a kind take hundreds of megabytes.
    var found = try await withThrowingTaskGroup(of: [(Int, ParityFolder.Row)].self) { group in
      for lane in 0..<2 {
        group.addTask {
          try stride(from: lane, to: kinds.count, by: 2)
            .map { ($0, try Self.row(kinds[$0], in: folder.path)) }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    found.sort { $0.0 < $1.0 }
    let rows = found.map(\.1) + [try Self.regexRow(folder.path + "/regexes.jsonl")]
    try folder.write(rows, section: "tokenizers")
    #expect(kinds.count > 0)
    for row in rows { #expect(row.ok, "\(row.item): \(row.note)") }
  }

  private static func row(_ kind: String, in folder: String) throws -> ParityFolder.Row {
    let tokenizer = try ComposedGoldens.tokenizer(kind, in: folder)
    let path = folder + "/" + kind + ".json"
    let loaded = try TokenizerLoader.load(bytes: InputFile.bytes(path), file: path)
    var tally = Tally()
    for row in try ComposedGoldens.rows(kind, in: folder) {
      compare(kind, row, tokenizer, loaded, &tally)
    }
    return ParityFolder.Row(
      kind,
      cases: tally.rows,
      worst: Double(tally.wrong),
      bound: 0,
      note: tally.note
    )
  }

  /// `make_regex_goldens.py` makes them.
  private static func regexRow(_ path: String) throws -> ParityFolder.Row {
    let (cases, different) = try RegexGoldens.compare(path)
    return ParityFolder.Row(
      "regular expressions",
      cases: cases,
      worst: Double(different.count),
      bound: 0,
      note: different.prefix(12).joined(separator: "; ")
    )
  }

  private static func compare(
    _ kind: String,
    _ row: ComposedGoldens.Row,
    _ tokenizer: ComposedTokenizer,
    _ loaded: any Tokenizer,
    _ tally: inout Tally
  ) {
    func differ(_ what: String, _ found: String, _ expected: String) {
      guard tally.differences.count < 12 else { return }
      tally.differences.append("\(what) of \(row.text.debugDescription): \(found), not \(expected)")
    }
    tally.rows += 1
    let ids = tokenizer.encode(row.text, addSpecialTokens: true)
    if ids == row.ids { tally.ids += 1 } else { differ("ids", "\(ids)", "\(row.ids)") }
    if loaded.encode(row.text, addSpecialTokens: true) == row.ids { tally.fastIDs += 1 }
    let text = tokenizer.decode(row.ids, skipSpecialTokens: false)
    if text.hasSameBytes(as: row.decoded) {
      tally.texts += 1
    } else {
      differ("text", text.debugDescription, row.decoded.debugDescription)
    }
    guard row.skipped != nil else { return }
    tally.offsetRows += 1
    let bytes = Array(row.text.utf8)
    let tokens = tokenizer.encodeWithOffsets(row.text)
    let ranges = tokens.map { ComposedGoldens.widened($0.range, in: bytes) }
    if ranges == row.ranges { tally.equalOffsets += 1 }
    if tokens.map(\.id) == row.bareIDs,
      zip(ranges, row.ranges).allSatisfy({ ComposedGoldens.agree(kind, $0, $1) })
    {
      tally.agreeingOffsets += 1
    } else {
      differ("offsets", "\(ranges)", "\(row.ranges)")
    }
  }
}

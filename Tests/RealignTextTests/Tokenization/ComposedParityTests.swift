import Foundation
import Testing

@testable import RealignText

/// The folder of the texts to compare, if there is one.
private let parityFolder = ProcessInfo.processInfo.environment["REALIGN_PARITY_TOKENIZERS"]

/// Equality with the Hugging Face `tokenizers` library on very many texts, made by
/// `Goldens/compare_tokenizers.py`; runs where `REALIGN_PARITY_TOKENIZERS` names their folder.
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
  }

  @Test(arguments: ComposedGoldens.kinds)
  func `ids equal those of the reference on very many texts`(kind: String) throws {
    let folder = try #require(parityFolder)
    let tokenizer = try ComposedGoldens.tokenizer(kind, in: folder)
    let path = folder + "/" + kind + ".json"
    let loaded = try TokenizerLoader.load(bytes: InputFile.bytes(path), file: path)
    var tally = Tally()
    for row in try ComposedGoldens.rows(kind, in: folder) {
      Self.compare(kind, row, tokenizer, loaded, &tally)
    }
    let report =
      "\(kind): \(tally.rows) texts; equal ids \(tally.ids), by the loader's choice "
      + "\(tally.fastIDs), equal decoded texts \(tally.texts); of \(tally.offsetRows) with "
      + "offsets \(tally.agreeingOffsets) in agreement, \(tally.equalOffsets) equal\n"
      + tally.differences.map { "  \(kind) \($0)\n" }.joined()
    try Data(report.utf8).write(to: URL(fileURLWithPath: folder + "/" + kind + ".report"))
    #expect(tally.rows > 0)
    #expect(tally.ids == tally.rows, "\(tally.differences.first ?? "")")
    #expect(tally.fastIDs == tally.rows, "\(tally.differences.first ?? "")")
    #expect(tally.texts == tally.rows, "\(tally.differences.first ?? "")")
    #expect(tally.agreeingOffsets == tally.offsetRows, "\(tally.differences.first ?? "")")
  }

  /// `make_regex_goldens.py FOLDER/regexes.jsonl 500 1` writes them.
  @Test func `matches equal those of Oniguruma in very many texts`() throws {
    let path = try #require(parityFolder) + "/regexes.jsonl"
    guard FileManager.default.fileExists(atPath: path) else { return }
    let (cases, different) = try RegexGoldens.compare(path)
    #expect(cases > 10_000)
    #expect(different.isEmpty, "\(different.prefix(12))")
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

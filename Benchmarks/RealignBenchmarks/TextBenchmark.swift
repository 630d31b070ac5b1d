import Foundation
import RealignData
import RealignNumerics
import RealignText

/// Speed of text on its way to the model: encoding on one thread, and reading JSON Lines into rows
/// on all.
///
/// Without `dataFile` the rows are generated, without `modelDirectory` a tokenizer learns from
/// them.
public struct TextBenchmark: Benchmark {
  /// Its name on the command line.
  public let name = "text"
  /// One line for the help.
  public let summary = "encoding text and reading JSON Lines"

  /// Size of the file that is generated, and of each text that is encoded.
  private static let fileBytes = 100_000_000
  private static let textBytes = 2000
  /// Encoded bytes are at most so many, so that a round takes a fraction of a second.
  private static let encodedBytes = 8_000_000

  /// A benchmark.
  public init() {}

  /// Measures.
  ///
  /// - Throws: `InputError` when a file that was given cannot be read, `BenchmarkError`.
  public func run(_ context: BenchmarkContext) throws -> BenchmarkResult {
    let generated =
      FileManager.default.temporaryDirectory.path + "/realign-bench-\(UUID().uuidString).jsonl"
    defer { try? FileManager.default.removeItem(atPath: generated) }
    var written: [SFTRow]?
    if context.dataFile == nil {
      context.announce("text (writing rows)")
      let rows = Self.rows()
      try SFTRow.write(rows, to: generated)
      written = rows
    }
    let file = context.dataFile ?? generated
    context.announce("text (reading rows)")
    let rows = try SFTRow.read(file)
    if let written, rows != written { throw BenchmarkError.wrongResult("reading JSON Lines") }
    let megabytes = Double(try InputFile.bytes(file).count) / 1e6
    let reading = try Stopwatch.measure(runs: 3...20, seconds: 2) {
      _ = try SFTRow.readLocated(file)
    }
    let texts = Self.texts(rows)
    var result = try encode(texts, tokenizer: try tokenizer(context, texts), context)
    result.rows.append(
      BenchmarkRow("JSON Lines to rows", unit: "MB/s", work: megabytes, timing: reading)
    )
    return result
  }

  private func encode(
    _ texts: [String],
    tokenizer: any Tokenizer,
    _ context: BenchmarkContext
  ) throws -> BenchmarkResult {
    context.announce("text (encoding)")
    var tokens = 0
    for text in texts {
      let ids = tokenizer.encode(text, addSpecialTokens: false)
      let placed = tokenizer.encodeWithOffsets(text)
      guard placed.map(\.id) == ids else {
        throw BenchmarkError.wrongResult("encoding with offsets")
      }
      tokens += ids.count
    }
    let megabytes = Double(texts.reduce(0) { $0 + $1.utf8.count }) / 1e6
    let ids = Stopwatch.measure(seconds: 2) {
      for text in texts { _ = tokenizer.encode(text, addSpecialTokens: false) }
    }
    let offsets = Stopwatch.measure(seconds: 2) {
      for text in texts { _ = tokenizer.encodeWithOffsets(text) }
    }
    return BenchmarkResult(
      rows: [
        BenchmarkRow("encode, 1 thread", unit: "MB/s", work: megabytes, timing: ids),
        BenchmarkRow(
          "encode with offsets, 1 thread",
          unit: "MB/s",
          work: megabytes,
          timing: offsets
        ),
      ],
      fields: ["bytes_per_token": .number(megabytes * 1e6 / Double(max(tokens, 1)))]
    )
  }

  private func tokenizer(_ context: BenchmarkContext, _ texts: [String]) throws -> any Tokenizer {
    if let directory = context.modelDirectory {
      return try TokenizerLoader.load(directory: directory)
    }
    context.announce("text (training a tokenizer)")
    // A tenth of the texts, so that the others have words that it has not met.
    let known = texts.indices.filter { $0 % 10 == 0 }.map { texts[$0] }
    return BytePairTrainer(vocabularySize: 8192, specialTokens: ["<|endoftext|>"]).train(known)
  }

  /// What the rows say, in texts of about `textBytes`.
  private static func texts(_ rows: [SFTRow]) -> [String] {
    var texts: [String] = []
    var text = ""
    var bytes = 0
    for row in rows {
      text += (row.prompt.map { $0.plainText + "\n" } ?? "") + row.completion.plainText + "\n"
      guard text.utf8.count >= textBytes else { continue }
      bytes += text.utf8.count
      texts.append(text)
      text = ""
      if bytes >= encodedBytes { return texts }
    }
    return text.isEmpty ? texts : texts + [text]
  }

  /// Prompts with completions and conversations, in turn.
  private static func rows() -> [SFTRow] {
    var source = EnglishLikeText(seed: 1)
    let pieces = (0..<12_000).map { source.text(bytes: 200 + 50 * ($0 % 13)) }
    var rows: [SFTRow] = []
    var bytes = 0
    while bytes < fileBytes {
      let first = pieces[2 * rows.count % pieces.count]
      let second = pieces[(2 * rows.count + 1) % pieces.count]
      // Names of fields, quotes and escapes.
      bytes += first.utf8.count + second.utf8.count + 80
      if rows.count % 2 == 0 {
        rows.append(SFTRow(prompt: .text(first), completion: .text(second)))
      } else {
        let messages = [
          ChatMessage(role: "user", content: first),
          ChatMessage(role: "assistant", content: second),
        ]
        rows.append(SFTRow(.messages(messages)))
      }
    }
    return rows
  }
}

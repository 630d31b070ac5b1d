import Foundation
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite("merge-shards")
struct MergeShardsCommandTests {
  private let folder: TemporaryFolder
  private let output: String

  init() throws {
    folder = try TemporaryFolder()
    output = folder.path + "/out.jsonl"
  }

  private func shards(_ count: Int, rows: Int = 11) throws -> [String] {
    try (1...count).map { number in
      try CountedWork(rowCount: rows).run(output, ShardOptions(shard: "\(number)/\(count)"))
      return ShardName.path(output, number: number, of: count)
    }
  }

  private func merge(_ shards: [String], to name: String? = nil) throws {
    _ = try MergeShardsCommand.run(
      MergeShardsCommand.Options(shards: shards, output: name ?? output),
      context: CommandContext(output: CollectedOutput())
    )
  }

  private func error(_ shards: [String]) throws -> InputError {
    let error = #expect(throws: InputError.self) { try merge(shards) }
    #expect(!FileManager.default.fileExists(atPath: output))
    return try #require(error)
  }

  private func edit(_ path: String, _ change: (inout String) -> Void) throws {
    var text = try String(contentsOfFile: path, encoding: .utf8)
    change(&text)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test("every record once, in the order of the rows", arguments: [1, 2, 5, 6, 9])
  func order(count: Int) throws {
    try merge(shards(count))
    let rows = try JSONLines.read(output).map(\.value)
    #expect(rows.map { $0["index"]?.intValue } == (0..<11).map { $0 })
    #expect(rows.map { $0["value"]?.intValue } == (0..<11).map { 3 * $0 })
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/.out.jsonl"))
  }

  @Test("shards of nothing merge into nothing", arguments: [nil, "1,2"])
  func nothing(weights: String?) throws {
    for number in 1...2 {
      try CountedWork(rowCount: 0).run(output, ShardOptions(shard: "\(number)/2", weights: weights))
    }
    try merge((1...2).map { ShardName.path(output, number: $0, of: 2) })
    #expect(try Data(contentsOf: URL(fileURLWithPath: output)).isEmpty)
  }

  @Test("a missing shard ends with 66 and is named with the command that makes it")
  func missing() throws {
    let shards = try shards(4)
    var error = try error([shards[0], shards[1], shards[3]])
    #expect(error.exitCode == 66)
    #expect(error.message == "shard 3 of 4 is missing")
    #expect(error.hint == "run score again with --shard 3/4")
    error = try self.error([shards[1]])
    #expect(error.message == "3 of 4 shards are missing")
    #expect(error.found == "1, 3, 4")
    // A file that is named but not there.
    try FileManager.default.removeItem(atPath: shards[2])
    error = try self.error(shards)
    #expect(error.exitCode == 66)
    #expect(error.file == shards[2])
  }

  @Test("a shard that was lost is computed again alone, and the bytes are the same")
  func again() throws {
    let shards = try shards(4)
    try merge(shards)
    let whole = try Data(contentsOf: URL(fileURLWithPath: output))
    try FileManager.default.removeItem(atPath: output)
    try FileManager.default.removeItem(atPath: shards[2])
    try CountedWork(rowCount: 11).run(output, ShardOptions(shard: "3/4"))
    try merge(shards)
    #expect(try Data(contentsOf: URL(fileURLWithPath: output)) == whole)
  }

  @Test("a shard given twice ends with 65")
  func duplicate() throws {
    let shards = try shards(3)
    let copy = folder.path + "/copy.jsonl"
    try FileManager.default.copyItem(atPath: shards[1], toPath: copy)
    let error = try error(shards + [copy])
    #expect(error.exitCode == 65)
    #expect(error.message == "shard 2 of 3 is given twice")
    #expect(error.hint == "the other one is \(shards[1])")
  }

  @Test("a shard that is cut off ends with 65", arguments: [1, 2, 40, 60, 100, 700])
  func truncated(cut: Int) throws {
    let shards = try shards(2)
    try edit(shards[1]) { $0 = String($0.dropLast(cut)) }
    let error = try error(shards)
    #expect(error.exitCode == 65)
    #expect(error.file == shards[1])
  }

  @Test("the digest tells a changed value, and what to do")
  func changedValue() throws {
    let shards = try shards(2)
    try edit(shards[0]) { $0 = $0.replacing("\"value\":9", with: "\"value\":8") }
    let error = try error(shards)
    #expect(error.message == "the shard is damaged or cut off")
    #expect(error.file == shards[0])
    #expect(error.hint == "compute it again: --shard 1/2")
  }

  @Test("a shard of other rows, settings or another division ends with 65 and names the field")
  func foreign() throws {
    let shards = try shards(2)
    func other(
      _ work: CountedWork,
      _ options: ShardOptions = ShardOptions(shard: "2/2")
    ) throws -> InputError {
      let name = folder.path + "/other.jsonl"
      try work.run(name, options)
      let error = try error([shards[0], ShardName.path(name, number: 2, of: 2)])
      #expect(error.exitCode == 65)
      #expect(error.message == "the shard belongs to other work than \(shards[0])")
      return error
    }
    let rows = try other(CountedWork(rowCount: 12))
    #expect((rows.field, rows.found, rows.expected) == ("rows", "12", "11"))
    let settings = try other(CountedWork(rowCount: 11, settings: ["factor": 4]))
    #expect((settings.field, settings.found, settings.expected) == ("settings.factor", "4", "3"))
    let blocks = try other(
      CountedWork(rowCount: 11),
      ShardOptions(shard: "2/2", weights: "1,2")
    )
    #expect((blocks.field, blocks.expected) == ("blocks", "divided evenly"))
    #expect(
      try other(CountedWork(rowCount: 11), ShardOptions(shard: "2/2", blockRows: 3)).field
        == "block_rows"
    )
  }

  @Test("shards of another number do not mix")
  func otherCount() throws {
    let two = try shards(2)
    let three = try shards(3)
    let error = try error([two[0], three[1]])
    #expect((error.field, error.found, error.expected) == ("shards", "3", "2"))
  }

  @Test("what is no shard ends with 65", arguments: ["", "{}\n", "[1]\n", "no JSON\n{}\n", "\n\n"])
  func noShard(content: String) throws {
    let file = try folder.write(content, to: "x.jsonl")
    let error = try error([file])
    #expect(error.exitCode == 65)
    #expect(error.message == "not a shard")
  }

  @Test("a header whose fields do not fit together ends with 65 and names the field")
  func header() throws {
    let changes: [(String, String, String)] = [
      ("\"shard\":2", "\"shard\":3", "shard"), ("\"shard\":2", "\"shard\":0", "shard"),
      ("\"shard\":2", "\"shard\":\"2\"", "shard"), ("\"shards\":2", "\"shards\":0", "shards"),
      ("\"shards\":2", "\"shards\":100000", "shards"),
      ("\"first_row\":6", "\"first_row\":7", "first_row"),
      ("\"rows\":5", "\"rows\":4", "first_row"),
      ("\"rows\":11", "\"rows\":-1", "work.rows"),
      ("\"rows\":11", "\"rows\":1e300", "work.rows"),
      ("\"block_rows\":2", "\"block_rows\":0", "work.block_rows"),
      ("\"block_rows\":2", "\"block_rows\":9007199254740992", "work.block_rows"),
      ("\"blocks\":null", "\"blocks\":[6]", "work.blocks"),
      ("\"blocks\":null", "\"blocks\":[6,1]", "work.blocks"),
      ("\"blocks\":null", "\"blocks\":7", "work.blocks"),
      ("\"blocks\":null", "\"blocks\":[7,-1]", "work.blocks[1]"),
      ("\"factor\":3", "\"factor\":4", "work.configuration_sha256"),
      ("\"settings\":{\"factor\":3}", "\"settings\":3", "work.settings"),
      ("\"inputs\":[", "\"inputs\":[7,", "work.inputs[0].name"),
      ("\"model_sha256\":\"m\"", "\"model_sha256\":null", "work.model_sha256"),
      ("\"content_sha256\":", "\"content\":", "content_sha256"),
      ("\"command\":\"score\"", "\"command\":[]", "work.command"),
    ]
    for (old, new, field) in changes {
      let shards = try shards(2)
      try edit(shards[1]) { text in
        #expect(text.contains(old), "\(old)")
        text = text.replacing(old, with: new)
      }
      let error = try error(shards)
      #expect(error.exitCode == 65, "\(new)")
      #expect(error.field == field, "\(new): \(error)")
    }
  }

  @Test("shards of a command that this program does not have end with 65")
  func unknownCommand() throws {
    let shards = try shards(1)
    try edit(shards[0]) { $0 = $0.replacing("\"command\":\"score\"", with: "\"command\":\"ship\"") }
    let error = try error(shards)
    #expect(error.found == "ship")
    #expect(error.expected == "score, detect, evaluate, curate")
  }

  @Test("different kernels are warned of, since last digits may differ")
  func kernels() throws {
    let shards = try shards(2)
    try edit(shards[1]) { text in
      let header = text.prefix { $0 != "\n" }
      let start = header.range(of: "\"kernel\":\"")?.upperBound ?? header.startIndex
      text.insert(contentsOf: "other-", at: start)
    }
    let progress = RecordedProgress()
    _ = try MergeShardsCommand.run(
      MergeShardsCommand.Options(shards: shards, output: output),
      context: CommandContext(output: CollectedOutput(), progress: progress)
    )
    #expect(progress.warnings.count == 1)
    #expect(progress.warnings.first?.contains("other-") == true)
  }

  @Test("records that a command cannot have written end with 65")
  func records() throws {
    for (settings, record) in [
      ("evaluate", "{\"index\":0}"), ("evaluate", "{\"index\":0,\"question\":{}}"),
      ("curate", "{\"index\":0}"),
      (
        "curate",
        "{\"claims\":[],\"answerable\":true,\"retrieved\":true,\"sampled\":{\"citations\":2}}"
      ),
    ] {
      let type = try #require(RowWorks.named(settings))
      var reducer = try type.reducer([:])
      let object = try #require(try JSONValue.parse(record).objectValue)
      let error = #expect(throws: InputError.self) { _ = try reducer.add(object) }
      #expect(error?.kind == .badData)
    }
    let error = #expect(throws: InputError.self) {
      _ = try EvaluateWork.reducer(["seed": "minus one"])
    }
    #expect(error?.field == "settings.seed")
  }
}

import Foundation
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite("Shards of a command")
struct RowRunTests {
  private let folder: TemporaryFolder
  private let output: String

  init() throws {
    folder = try TemporaryFolder()
    output = folder.path + "/out.jsonl"
  }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test("a shard computes its own blocks and no others")
  func ownBlocks() throws {
    let work = CountedWork(rowCount: 11)
    try work.run(output, ShardOptions(shard: "2/3"))
    #expect(work.log.computed == [4..<6, 6..<8])
    #expect(try folder.names == ["out.shard-00002-of-00003.jsonl"])
    let (header, records) = try ShardFile.read(folder.path + "/out.shard-00002-of-00003.jsonl")
    #expect(header.rows == 4..<8)
    #expect((header.number, header.count) == (2, 3))
    #expect(records.map { $0["index"]?.intValue } == [4, 5, 6, 7])
  }

  @Test("a shard without rows is written, so that all shards are there")
  func empty() throws {
    let work = CountedWork(rowCount: 3)
    try work.run(output, ShardOptions(shard: "5/5"))
    #expect(work.log.computed.isEmpty)
    let (header, records) = try ShardFile.read(ShardName.path(output, number: 5, of: 5))
    #expect(header.rows.isEmpty)
    #expect(records.isEmpty)
  }

  @Test("a finished shard is skipped with --resume and computed again without")
  func resume() throws {
    let work = CountedWork(rowCount: 11)
    try work.run(output, ShardOptions(shard: "1/3"))
    let path = ShardName.path(output, number: 1, of: 3)
    let first = try bytes(path)
    try work.run(output, ShardOptions(shard: "1/3", resumes: true))
    #expect(work.log.computed.count == 2)
    try work.run(output, ShardOptions(shard: "1/3"))
    #expect(work.log.computed.count == 4)
    #expect(try bytes(path) == first)
  }

  @Test("a shard of other work or a damaged one is written anew with a warning")
  func resumeForeign() throws {
    let progress = RecordedProgress()
    try CountedWork(rowCount: 11, settings: ["factor": 4]).run(output, ShardOptions(shard: "1/3"))
    let work = CountedWork(rowCount: 11)
    let options = ShardOptions(shard: "1/3", resumes: true)
    try work.run(output, options, progress: progress)
    #expect(work.log.computed.count == 2)
    #expect(progress.warnings.last?.contains("settings.factor 4") == true)
    try folder.write("{\"format\":", to: "out.shard-00001-of-00003.jsonl")
    try work.run(output, options, progress: progress)
    #expect(work.log.computed.count == 4)
    #expect(progress.warnings.last?.contains("not a shard") == true)
    // The right content under the name of another shard.
    try FileManager.default.copyItem(
      atPath: ShardName.path(output, number: 1, of: 3),
      toPath: ShardName.path(output, number: 2, of: 3)
    )
    try work.run(output, ShardOptions(shard: "2/3", resumes: true), progress: progress)
    #expect(work.log.computed.count == 6)
    #expect(progress.warnings.last?.contains("shard 1 of 3") == true)
  }

  @Test("an error in the middle leaves neither a shard nor a temporary file")
  func failure() throws {
    var work = CountedWork(rowCount: 11)
    work.before = { if $0.contains(6) { throw InputError(.io, "no more") } }
    for options in [ShardOptions(shard: "2/3"), ShardOptions(shard: "any/3"), ShardOptions()] {
      #expect(throws: InputError.self) { try work.run(output, options) }
    }
    // The shards before it are finished, and nothing is claimed.
    #expect(try folder.names == ["out.shard-00001-of-00003.jsonl"])
  }

  @Test("an output without a division is the file of all rows")
  func whole() throws {
    try CountedWork(rowCount: 5).run(output, ShardOptions())
    #expect(try JSONLines.read(output).map { $0.value["index"]?.intValue } == [0, 1, 2, 3, 4])
  }

  @Test(
    "flags that do not fit together end with 64",
    arguments: [
      ShardOptions(shard: "3/2"), ShardOptions(shard: "1/2", weights: "1,2,3"),
      ShardOptions(weights: "1,2"), ShardOptions(resumes: true), ShardOptions(plan: "p"),
      ShardOptions(shard: "any/2", weights: "1,2"),
      ShardOptions(shard: "1/2", plan: "p", weights: "1,2"), ShardOptions(blockRows: 0),
      ShardOptions(blockRows: 65_537), ShardOptions(shard: "any/2", leaseSeconds: 0),
      ShardOptions(shard: "any/2", leaseSeconds: .nan), ShardOptions(shard: "auto"),
    ]
  )
  func usage(options: ShardOptions) {
    let error = #expect(throws: InputError.self) {
      _ = try ShardRequest(options, output: "o", environment: [:])
    }
    #expect(error?.kind == .usage)
  }

  @Test("a shard needs a name for its file")
  func needsOutput() {
    let error = #expect(throws: InputError.self) {
      _ = try ShardRequest(ShardOptions(shard: "1/2"), output: nil, environment: [:])
    }
    #expect(error?.expected == "--output, which names the shards")
  }
}

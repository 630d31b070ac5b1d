import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite("Measured shares")
struct CalibrationSliceTests {
  private func slice(
    _ work: CountedWork,
    _ folder: TemporaryFolder,
    _ output: CollectedOutput,
    answer: String?
  ) throws -> CalibrationSlice<CountedWork> {
    let run = RowRun(
      work: work,
      request: try ShardRequest(
        ShardOptions(shard: "2/3", blockRows: 2, measures: true),
        output: folder.path + "/o",
        environment: [:]
      ),
      output: folder.path + "/o",
      context: CommandContext(output: output)
    )
    return CalibrationSlice(run: run, number: 2, count: 3) { answer }
  }

  @Test("a worker measures on rows of its own, keeps them, and is told the blocks of all")
  func measures() throws {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    let work = CountedWork(rowCount: 40)
    let slice = try slice(work, folder, output, answer: "[5,10,5]")
    let (counts, known) = try slice.measure()
    #expect(counts == [5, 10, 5])
    // Twenty blocks in three: the second part begins at block 7.
    #expect(work.log.computed.first == 14..<16)
    #expect(known.keys.sorted() == [7, 8, 9, 10])
    #expect(known[7]?.first?["index"]?.intValue == 14)
    let message = try #require(output.rows.last)
    #expect(message["blocks"]?.intValue == 20)
    #expect((message["rows_per_second"]?.doubleValue ?? 0) > 0)
  }

  @Test("with few blocks nothing is measured")
  func few() throws {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    let work = CountedWork(rowCount: 20)
    let (_, known) = try slice(work, folder, output, answer: "[3,3,4]").measure()
    #expect(known.isEmpty)
    #expect(work.log.computed.isEmpty)
    #expect(output.rows.last?["rows_per_second"]?.isNull == true)
  }

  @Test(
    "a wrong answer is refused",
    arguments: ["", "[1,2]", "[10,10,10]", "[-1,11,10]", "[9223372036854775807,1,20]", "x"]
  )
  func wrongAnswer(answer: String) throws {
    let folder = try TemporaryFolder()
    let slice = try slice(CountedWork(rowCount: 40), folder, CollectedOutput(), answer: answer)
    let error = #expect(throws: InputError.self) { _ = try slice.measure() }
    #expect(error?.expected == "3 numbers that add up to 20")
  }

  @Test("without an answer the worker stops")
  func noAnswer() throws {
    let folder = try TemporaryFolder()
    let slice = try slice(CountedWork(rowCount: 40), folder, CollectedOutput(), answer: nil)
    #expect(throws: RunInterrupted.self) { _ = try slice.measure() }
  }
}

import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@testable import RealignData

/// Rows read in blocks against rows read line by line.
@Suite struct RowReaderTests {
  private func line(_ number: Int) -> String {
    switch number % 4 {
    case 0: return #"{"prompt":"p \#(number)","completion":"c"}"#
    case 1: return #"{"messages":[{"role":"assistant","content":"é\n\#(number)","name":"n"}]}"#
    case 2: return "  "
    default: return #"{"text":"\#(String(repeating: "long ", count: number % 50))x"}"#
    }
  }

  @Test(arguments: [1, 2, 40, 1000, 1 << 19])
  func `blocks of any size give the rows of the lines`(size: Int) throws {
    let folder = try TemporaryFolder()
    for ending in ["\n", "\r\n", ""] {
      let lines = (0..<200).map(line)
      let text = "\u{FEFF}" + lines.joined(separator: ending.isEmpty ? "\n" : ending) + ending
      let path = try folder.write(text, to: "rows.jsonl")
      let expected = try JSONLines.read(path).map {
        LocatedRow(line: $0.line, row: try SFTRow($0.value, at: RowPlace()))
      }
      #expect(expected.map(\.line) == (1...200).filter { $0 % 4 != 3 })
      #expect(try RowReader<SFTRow>(file: path, blockSize: size).rows() == expected)
    }
  }

  @Test(arguments: [1, 60, 1 << 19])
  func `the first line that is no object counts before wrong rows`(size: Int) throws {
    let folder = try TemporaryFolder()
    func error(_ wrong: [Int: String]) throws -> InputError {
      let lines = (1...90).map { wrong[$0] ?? line($0 % 4 == 2 ? 3 : $0) }
      let path = try folder.write(lines.joined(separator: "\n"), to: "rows.jsonl")
      return try #require(throws: InputError.self) {
        try RowReader<SFTRow>(file: path, blockSize: size).rows()
      }
    }
    let noShape = #"{"x":1}"#
    #expect(try error([5: noShape, 80: "{"]).line == 80)
    #expect(try error([5: noShape, 70: "[1]", 80: "{"]).line == 70)
    let wrongRow = try error([33: #"{"text":" "}"#, 34: noShape, 80: noShape])
    #expect([wrongRow.line] == [33])
    #expect(wrongRow.field == "text" && wrongRow.message == "the value is empty")
  }

  @Test(arguments: [1, 60, 1 << 19])
  func `an id that occurs twice counts in its place`(size: Int) throws {
    let folder = try TemporaryFolder()
    func question(_ id: Int) -> String {
      #"{"id":"\#(id)","question":"q","answers":["a"],"answerable":true}"#
    }
    func error(_ lines: [String]) throws -> InputError {
      let path = try folder.write(lines.joined(separator: "\n"), to: "rows.jsonl")
      return try #require(throws: InputError.self) {
        try RowReader<QuestionRow>(file: path, blockSize: size).rows()
      }
    }
    let good = (1...20).map(question)
    let twice = try error(good + [question(3), "{}"])
    #expect(twice.line == 21 && twice.hint == "it is also in line 3")
    let wrong = try error(good + ["{}", question(3)])
    #expect(wrong.line == 21 && wrong.field == "id" && wrong.hint == nil)
  }
}

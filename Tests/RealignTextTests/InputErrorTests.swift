import RealignText
import Testing

struct InputErrorTests {
  @Test func `a full error has place, field, values and hint in a fixed layout`() {
    let error = InputError(
      .badData,
      "wrong type",
      file: "rows.jsonl",
      line: 3,
      column: 7,
      field: "prompt",
      found: "12",
      expected: "a string",
      hint: "quote it"
    )
    #expect(
      error.description
        == "rows.jsonl:3:7: wrong type: field `prompt`: found 12; expected a string\nhint: quote it"
    )
  }

  @Test func `absent parts leave no trace`() {
    #expect(InputError(.usage, "no command").description == "no command")
    #expect(InputError(.io, "full", file: "a b").description == "a b: full")
    #expect(InputError(.badData, "bad", line: 2, column: 5).description == "line 2, column 5: bad")
  }

  @Test func `control and direction characters are escaped`() {
    let error = InputError(
      .badData,
      "bad",
      file: "a\u{1B}[31m",
      found: "x\ny\u{202E}z\u{9B}\u{7F}"
    )
    #expect(
      error.description
        == "a\\u{1b}[31m: bad: found x\\ny\\u{202e}z\\u{9b}\\u{7f}"
    )
  }

  @Test func `a long value is shortened and the rest is counted`() {
    let error = InputError(.badData, "bad", found: String(repeating: "é", count: 1000))
    #expect(
      error.description == "bad: found " + String(repeating: "é", count: 120) + "… (880 more)"
    )
  }

  @Test func `kinds have the exit codes of the interface`() {
    let codes = InputError.Kind.allCases.map(\.exitCode)
    #expect(codes == [64, 65, 66, 69, 70, 73, 74, 78])
    #expect(InputError(.busy, "held").exitCode == 69)
  }
}

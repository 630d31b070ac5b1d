import RealignText
import Testing

struct JSONSerializationTests {
  @Test func `compact text has no space`() {
    let value: JSONValue = ["b": [1, 2.5, nil, true], "a": [:], "c": []]
    #expect(value.serialized() == #"{"b":[1,2.5,null,true],"a":{},"c":[]}"#)
  }

  @Test func `pretty text is indented by two spaces`() {
    let value: JSONValue = ["a": [1, ["b": false]], "c": [:]]
    let expected = """
      {
        "a": [
          1,
          {
            "b": false
          }
        ],
        "c": {}
      }
      """
    #expect(value.serialized(pretty: true) == expected)
  }

  @Test(
    arguments: [
      (0, "0"), (-0.0, "-0"), (1, "1"), (-17, "-17"), (1e15, "1000000000000000"),
      (9_007_199_254_740_992, "9007199254740992"), (1e16, "1e+16"), (0.1, "0.1"), (1e-7, "1e-07"),
      (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
      (.nan, "null"),
      (.infinity, "null"), (-.infinity, "null"), (0.30000000000000004, "0.30000000000000004"),
    ] as [(Double, String)]
  )
  func `numbers have their shortest digits`(number: Double, expected: String) throws {
    let text = JSONValue.number(number).serialized()
    #expect(text == expected)
    if number.isFinite {
      #expect(try JSONValue.parse(text).doubleValue?.bitPattern == number.bitPattern)
    }
  }

  @Test func `only what must be escaped is escaped`() throws {
    let text = "\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é😀\u{2028}"
    let written = JSONValue.string(text).serialized()
    #expect(written == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7F}é😀\u{2028}\"")
    #expect(try JSONValue.parse(written) == .string(text))
  }
}

import RealignText
import Testing

struct JSONValueTests {
  @Test func `accessors give a value of their own kind only`() {
    let values: [JSONValue] = [nil, true, 3, "s", [1], ["k": 1]]
    #expect(values.map(\.isNull) == [true, false, false, false, false, false])
    #expect(values.map(\.boolValue) == [nil, true, nil, nil, nil, nil])
    #expect(values.map(\.doubleValue) == [nil, nil, 3, nil, nil, nil])
    #expect(values.map(\.stringValue) == [nil, nil, nil, "s", nil, nil])
    #expect(values.map(\.arrayValue?.count) == [nil, nil, nil, nil, 1, nil])
    #expect(values.map(\.objectValue?.count) == [nil, nil, nil, nil, nil, 1])
    #expect(
      values.map(\.kindName) == ["null", "boolean", "number", "string", "array", "object"]
    )
  }

  @Test(
    arguments: [
      (3.0, 3), (-0.0, 0), (9_007_199_254_740_992, 9_007_199_254_740_992), (2.5, nil), (1e300, nil),
      (9_007_199_254_740_994, nil),
    ] as [(Double, Int?)]
  )
  func `whole numbers up to 2 to the 53 are integers`(number: Double, expected: Int?) {
    #expect(JSONValue.number(number).intValue == expected)
  }

  @Test func `strings are equal by their bytes`() {
    #expect(JSONValue.string("\u{C5}") != .string("A\u{30A}"))
    #expect(JSONValue.string("\u{C5}") == .string("\u{C5}"))
  }

  @Test func `objects are equal whatever the order of their keys`() {
    #expect(JSONValue.object(["a": 1, "b": 2]) == .object(["b": 2, "a": 1]))
    #expect(JSONValue.object(["a": 1]) != .object(["a": 1, "b": 2]))
    #expect(JSONValue.object(["a": 1]) != .object(["b": 1]))
  }
}

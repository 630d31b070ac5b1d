import Testing

@testable import RealignText

/// JSON made to be slow, deep or large.
struct HostileJSONTests {
  /// Spellings of one text: `é` composed or not, in all combinations.
  private static func spellings(_ count: Int) -> [String] {
    (0..<count).map { number in
      (0..<16).map { number >> $0 & 1 == 0 ? "\u{E9}" : "e\u{301}" }.joined()
    }
  }

  @Test func `spellings of one text have hashes of their own`() {
    let keys = Self.spellings(1000).map { JSONObject.ExactKey(text: $0) }
    #expect(keys.allSatisfy { $0.text == keys[0].text })
    #expect(Set(keys.map(\.hashValue)).count == 1000)
    let long = (0..<100).map { String(repeating: "a", count: 8 * $0) }
    #expect(Set(long.map { JSONObject.ExactKey(text: $0).hashValue }).count == 100)
  }

  @Test func `many spellings of one key are so many keys`() throws {
    let spellings = Self.spellings(5000)
    let text = "{" + spellings.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
    let object = try #require(try JSONValue.parse(text).objectValue)
    #expect(object.count == 5000)
    #expect(spellings.allSatisfy { object[$0] == 1 })
  }

  @Test(arguments: ["[", "{\"a\":", "[[],", "[{\"a\":[", " [\n"])
  func `deep nesting is refused with its place`(open: String) throws {
    let text = String(repeating: open, count: 100_000)
    let error = try #require(throws: InputError.self) { try JSONValue.parse(text, file: "f") }
    #expect(error.message == "more than 128 levels of arrays and objects")
    #expect(error.line != nil && error.column != nil)
  }

  @Test(arguments: ["1", "0.", "1e", "-1.5e-", "0.0000001e"])
  func `numbers of many digits are read or refused`(start: String) throws {
    let text = start + String(repeating: "7", count: 1_000_000)
    do {
      let value = try JSONValue.parse(text)
      #expect(value.doubleValue?.isFinite == true)
    } catch let error as InputError {
      #expect(error.message == "a number out of range")
      #expect(error.description.count < 300)
    }
  }

  @Test func `what is not a number in JSON is refused`() {
    for text in ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "0x1", "1_0", "+1", "01", "1."]
    {
      #expect(throws: InputError.self) { try JSONValue.parse(text) }
    }
  }
}

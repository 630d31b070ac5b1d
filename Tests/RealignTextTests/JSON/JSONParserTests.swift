import RealignText
import Testing

struct JSONParserTests {
  @Test func `values of every kind are read`() throws {
    let value = try JSONValue.parse(
      " {\"a\": [1, -2.5, true, false, null], \"b\": {\"c\": \"d\"}, \"e\": []} \r\n\t"
    )
    #expect(
      value == ["a": [1, -2.5, true, false, nil], "b": ["c": "d"], "e": []]
    )
    #expect(value.objectValue?.keys == ["a", "b", "e"])
  }

  @Test func `escapes and surrogate pairs become characters`() throws {
    let text = #""\" \\ \/ \b \f \n \r \t \u00e9 \ud83d\ude00 \u0000 é 😀""#
    #expect(
      try JSONValue.parse(text)
        == .string("\" \\ / \u{8} \u{C} \n \r \t é 😀 \u{0} é 😀")
    )
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", -0.0), ("9007199254740992", 9_007_199_254_740_992),
      ("9007199254740991", 9_007_199_254_740_991), ("-9007199254740991", -9_007_199_254_740_991),
      ("1e5", 1e5), ("1E+2", 100), ("25e-2", 0.25), ("0.1", 0.1),
      ("1.7976931348623157e308", 1.7976931348623157e308),
      ("5e-324", Double.leastNonzeroMagnitude), ("1e-400", 0), ("0e999999999999", 0),
      ("0.30000000000000004", 0.30000000000000004),
      ("123456789012345678901234567890", 0x1.8ee90ff6c373ep+96), ("8.5e22", 8.5e22),
      ("2.2250738585072011e-308", Double(bitPattern: 0x000F_FFFF_FFFF_FFFF)), ("0.000001", 1e-6),
      ("1000000000000000000000e-21", 1), ("9007199254740993", 9_007_199_254_740_992),
    ] as [(String, Double)]
  )
  func `numbers are rounded to the nearest Double`(text: String, expected: Double) throws {
    let value = try #require(try JSONValue.parse(text).doubleValue)
    #expect(value.bitPattern == expected.bitPattern)
  }

  @Test(
    arguments: [
      ("", 1, 1), ("  ", 1, 3), ("{", 1, 2), ("[1,]", 1, 4), ("[1 2]", 1, 4), ("{\"a\" 1}", 1, 6),
      ("{\"a\":1,}", 1, 8), ("{a:1}", 1, 2), ("{'a':1}", 1, 2),
      ("{\"a\":1,\n\"b\":2,\n \"a\":3}", 3, 2),
      ("01", 1, 1), ("-", 1, 2), ("+1", 1, 1), (".5", 1, 1), ("1.", 1, 3), ("1e", 1, 3),
      ("1e+", 1, 4),
      ("0x10", 1, 2), ("NaN", 1, 1), ("Infinity", 1, 1), ("-Infinity", 1, 2), ("1e309", 1, 1),
      ("-1e400", 1, 1), ("nul", 1, 1), ("True", 1, 1), ("1 2", 1, 3), ("{} {}", 1, 4),
      ("\"a", 1, 1),
      ("\"a\nb\"", 1, 3), ("\"\u{1}\"", 1, 2), ("\"\\x\"", 1, 2), ("\"\\", 1, 3),
      ("\"\\u12g4\"", 1, 6),
      ("\"\\ud83d\"", 1, 2), ("\"\\ude00\"", 1, 2), ("\"\\ud83d\\u0041\"", 1, 2), ("\"é😀\"x", 1, 5),
      ("\u{FEFF}{}", 1, 1), ("[\n\n  ?]", 3, 3), ("/* c */ 1", 1, 1), ("]", 1, 1), ("[1}", 1, 3),
      ("tru\u{0}", 1, 1), ("\u{A0}1", 1, 1),
    ] as [(String, Int, Int)]
  )
  func `what is not JSON is refused with line and column`(
    text: String,
    line: Int,
    column: Int
  ) throws {
    let error = try #require(throws: InputError.self) { try JSONValue.parse(text, file: "f") }
    #expect(error.kind == .badData)
    #expect(error.file == "f")
    #expect([error.line, error.column] == [line, column])
  }

  @Test(
    arguments: [
      [0x22, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xC3, 0x22],
      [0x22, 0xE0, 0x80, 0x80, 0x22],
      [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xFF, 0x22],
      [0x22, 0xF0, 0x9F, 0x98, 0x22], [0x22, 0x5C, 0x6E, 0xC3, 0x22],
      [0x22, 0xC3, 0x5C, 0x6E, 0x22],
    ] as [[UInt8]]
  )
  func `ill-formed UTF-8 in a string is refused`(bytes: [UInt8]) throws {
    let error = try #require(throws: InputError.self) { try JSONValue.parse(bytes) }
    #expect(error.message == "invalid UTF-8")
    #expect(error.line == 1)
  }

  @Test func `128 levels are read and 129 are refused`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try JSONValue.parse(nested(128)).arrayValue?.count == 1)
    let error = try #require(throws: InputError.self) { try JSONValue.parse(nested(129)) }
    #expect(error.column == 129)
    #expect(throws: InputError.self) {
      try JSONValue.parse(String(repeating: "{\"a\":", count: 100_000))
    }
  }

  @Test func `a key twice is refused in small and large objects`() throws {
    let many = (0..<1000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    #expect(try JSONValue.parse("{\(many)}")["k999"] == 999)
    let error = try #require(throws: InputError.self) {
      try JSONValue.parse("{\(many),\"k500\":0}")
    }
    #expect(error.message == "a key occurs twice")
    #expect(error.found == "k500")
  }

  @Test func `canonically equivalent keys are different keys`() throws {
    let value = try JSONValue.parse("{\"\u{C5}\":1,\"\u{212B}\":2,\"A\u{30A}\":3}")
    #expect(value["\u{C5}"] == 1)
    #expect(value["\u{212B}"] == 2)
    #expect(value["A\u{30A}"] == 3)
  }

  @Test func `lines are counted from the given one`() throws {
    let error = try #require(throws: InputError.self) {
      try JSONValue.parse("[1,\n x]", file: "f", line: 40)
    }
    #expect(error.line == 41)
    #expect(error.description.hasPrefix("f:41:2: not a JSON value: found `x]`"))
  }

  @Test func `every prefix of a document is refused without a trap`() throws {
    let text = Array(#"{"a":[1,-2.5e-3,"x\u00e9\ud83d\ude00é",{"b":null}],"c":true}"#.utf8)
    #expect(try JSONValue.parse(text)["c"] == true)
    for count in 0..<text.count {
      #expect(throws: InputError.self) { try JSONValue.parse(Array(text[..<count])) }
    }
  }

  @Test func `changed bytes give a value or an error`() throws {
    let text = Array(#"{"a":[1,-2.5e-3,"x\u00e9\ud83d\ude00é",{"b":null}],"c":true}"#.utf8)
    var outcomes: Set<Bool> = []
    for position in text.indices {
      for byte in stride(from: UInt8(0), through: 254, by: 1) {
        var changed = text
        changed[position] = byte
        do {
          let value = try JSONValue.parse(changed)
          // What was read can be written and read again.
          #expect(try JSONValue.parse(value.serialized()) == value)
          outcomes.insert(true)
        } catch is InputError {
          outcomes.insert(false)
        }
      }
    }
    #expect(outcomes == [true, false])
  }
}

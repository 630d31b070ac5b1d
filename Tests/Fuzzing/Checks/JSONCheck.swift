import RealignText

extension FuzzCheck {
  /// JSON that is accepted is written and read back equal; JSON Lines are rows or refused.
  static let json = FuzzCheck(name: "json") { bytes in
    if let value = try accepted({ try JSONValue.parse(bytes, file: "a.json") }) {
      for pretty in [false, true] {
        let text = value.serializedBytes(pretty: pretty)
        try require(try JSONValue.parse(text) == value, "another value when read again")
      }
      try require(try JSONValue.parse(String(decoding: bytes, as: UTF8.self)) == value, "text")
    }
    let rows = try accepted { try JSONLines.parse(bytes, file: "a.jsonl") } ?? []
    for (row, after) in zip(rows, rows.dropFirst()) {
      try require(row.line < after.line, "lines \(row.line) and \(after.line)")
    }
  }
}

/// Typed access to a part of `tokenizer.json`; what is unsupported is refused by name.
struct TokenizerFile {
  let file: String

  /// The value of a whole file.
  ///
  /// - Throws: `InputError` of kind `badData` if it is not a JSON object.
  func root(_ bytes: [UInt8]) throws -> JSONObject {
    guard let root = try JSONValue.parse(bytes, file: file).objectValue else {
      throw InputError(.badData, "not a tokenizer", file: file, expected: "an object")
    }
    return root
  }

  func error(
    _ message: String,
    field: String,
    found: String? = nil,
    expected: String? = nil
  ) -> InputError {
    InputError(
      .badData,
      message,
      file: file,
      field: field,
      found: found,
      expected: expected
    )
  }

  func unsupported(_ field: String, _ value: JSONValue, expected: String) -> InputError {
    error(
      "this tokenizer is not supported",
      field: field,
      found: value.serialized(),
      expected: expected
    )
  }

  func object(_ parent: JSONObject, _ key: String, _ field: String) throws -> JSONObject {
    guard let object = parent[key]?.objectValue else {
      throw error(
        "not a tokenizer",
        field: field,
        found: parent[key]?.kindName ?? "nothing",
        expected: "an object"
      )
    }
    return object
  }

  func flag(_ object: JSONObject, _ key: String, _ field: String) throws -> Bool {
    guard let value = object[key], !value.isNull else { return false }
    guard let flag = value.boolValue else {
      throw error(
        "wrong type",
        field: field + "." + key,
        found: value.serialized(),
        expected: "true or false"
      )
    }
    return flag
  }

  func id(_ value: JSONValue?, _ field: String) throws -> Int32 {
    guard let number = value?.intValue, number >= 0, number < Int(Int32.max) else {
      throw error(
        "not a token id",
        field: field,
        found: value?.serialized() ?? "nothing",
        expected: "a whole number from 0 to 2147483646"
      )
    }
    return Int32(number)
  }

  /// The type of a component and its members, those of a `Sequence` unrolled.
  func components(
    _ value: JSONValue?,
    list: String,
    field: String
  ) throws -> [(type: String, value: JSONObject)] {
    guard let value, !value.isNull else { return [] }
    guard let object = value.objectValue, let type = object["type"]?.stringValue else {
      throw error(
        "wrong type",
        field: field,
        found: value.serialized(),
        expected: "an object with a type, or null"
      )
    }
    guard type == "Sequence" else { return [(type, object)] }
    guard let items = object[list]?.arrayValue else {
      throw error("a sequence without members", field: field + "." + list, expected: "an array")
    }
    var result: [(type: String, value: JSONObject)] = []
    for (index, item) in items.enumerated() {
      result += try components(item, list: list, field: "\(field).\(list)[\(index)]")
    }
    return result
  }
}

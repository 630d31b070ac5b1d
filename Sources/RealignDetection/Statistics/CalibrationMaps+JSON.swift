import RealignText

extension PlattCalibration {
  /// The object `{"kind": "platt", "slope", "intercept"}`.
  public var json: JSONValue {
    ["kind": "platt", "slope": .number(slope), "intercept": .number(intercept)]
  }

  /// Reads the object that ``json`` wrote.
  ///
  /// - Throws: `InputError` of kind `badData` that names the field.
  public init(json: JSONValue, file: String? = nil) throws {
    let reader = MapReader(json: json, file: file, kind: "platt")
    try reader.checkKind()
    self.init(slope: try reader.number("slope"), intercept: try reader.number("intercept"))
  }
}

extension IsotonicCalibration {
  /// The object `{"kind": "isotonic", "scores": […], "values": […]}`.
  public var json: JSONValue {
    [
      "kind": "isotonic", "scores": .array(scores.map { .number($0) }),
      "values": .array(values.map { .number($0) }),
    ]
  }

  /// Reads the object that ``json`` wrote.
  ///
  /// - Throws: `InputError` of kind `badData` that names the field.
  public init(json: JSONValue, file: String? = nil) throws {
    let reader = MapReader(json: json, file: file, kind: "isotonic")
    try reader.checkKind()
    let (scores, values) = (try reader.numbers("scores"), try reader.numbers("values"))
    guard let map = IsotonicCalibration(scores: scores, values: values) else {
      throw InputError(
        .badData,
        "the calibration map is not a rising step function",
        file: file,
        field: "scores",
        expected: "as many values as scores, scores strictly rising, values not falling"
      )
    }
    self = map
  }
}

/// Reads the fields of a saved calibration map.
private struct MapReader {
  let json: JSONValue
  let file: String?
  let kind: String

  func checkKind() throws {
    guard json["kind"]?.stringValue == kind else {
      throw failure("kind", expected: "\"\(kind)\"")
    }
  }

  func number(_ field: String) throws -> Double {
    guard let value = json[field]?.doubleValue, value.isFinite else {
      throw failure(field, expected: "a finite number")
    }
    return value
  }

  func numbers(_ field: String) throws -> [Double] {
    guard let items = json[field]?.arrayValue else {
      throw failure(field, expected: "an array of numbers")
    }
    return try items.map { item in
      guard let value = item.doubleValue, value.isFinite else {
        throw failure(field, expected: "an array of finite numbers")
      }
      return value
    }
  }

  private func failure(_ field: String, expected: String) -> InputError {
    InputError(
      .badData,
      "cannot read the calibration map",
      file: file,
      field: field,
      found: json[field]?.serialized() ?? "nothing",
      expected: expected
    )
  }
}

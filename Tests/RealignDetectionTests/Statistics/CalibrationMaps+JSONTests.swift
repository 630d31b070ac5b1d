import RealignDetection
import RealignText
import Testing

@Suite("Saved calibration maps") struct CalibrationMapsJSONTests {
  @Test("both maps read back exactly what they wrote, through text")
  func roundTrip() throws {
    let platt = PlattCalibration(slope: 0.1 + 0.2, intercept: -1e-17)
    let read = try PlattCalibration(json: JSONValue.parse(platt.json.serialized()))
    #expect(read == platt)
    let isotonic = try #require(
      IsotonicCalibration.fit(
        scores: [0.1, 0.7, 0.3, 0.9],
        outcomes: [false, true, true, true]
      )
    )
    let text = isotonic.json.serialized()
    #expect(try IsotonicCalibration(json: JSONValue.parse(text)) == isotonic)
  }

  @Test(
    "a damaged map is refused with the field at fault",
    arguments: [
      (#"{"kind":"isotonic","scores":[1,2],"values":[0.5]}"#, "scores"),
      (#"{"kind":"isotonic","scores":[2,1],"values":[0,1]}"#, "scores"),
      (#"{"kind":"isotonic","scores":[1,"x"],"values":[0,1]}"#, "scores"),
      (#"{"kind":"isotonic","scores":[1]}"#, "values"), (#"{"kind":"platt"}"#, "kind"),
    ]
  )
  func damaged(text: String, field: String) throws {
    let json = try JSONValue.parse(text)
    let error = #expect(throws: InputError.self) {
      try IsotonicCalibration(json: json, file: "detector.json")
    }
    #expect(error?.kind == .badData)
    #expect(error?.field == field)
    #expect(error?.file == "detector.json")
  }

  @Test("a Platt map without a slope is refused")
  func missingSlope() {
    let error = #expect(throws: InputError.self) {
      try PlattCalibration(json: ["kind": "platt", "intercept": 0])
    }
    #expect(error?.field == "slope")
    #expect(error?.found == "nothing")
  }
}

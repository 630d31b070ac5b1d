import Foundation
import RealignText

/// A fitted detector on disk: `detector.json` with the verifier, the probe, the weights of the
/// combination and the frozen threshold.
public enum DetectorFile {
  /// The file's name in a detector directory.
  public static let name = "detector.json"

  /// Writes a detector into a directory.
  public static func save(
    _ detector: CombinedDetector,
    verifier: ClaimVerifier,
    probe: HiddenStateProbe?,
    to directory: String
  ) throws {
    let json: JSONValue = [
      "version": 1,
      "threshold": detector.threshold.isFinite ? .number(detector.threshold) : .null,
      "members": .array(detector.members.map { .string($0.name) }),
      "combination": detector.regression.json,
      "verifier": verifier.json,
      "probe": probe?.regression.json ?? .null,
    ]
    try AtomicFile.write(json.serialized() + "\n", to: directory + "/" + name)
  }

  /// The file of a detector, given by its directory or by itself.
  public static func path(_ detector: String) -> String {
    detector.hasSuffix(".json") ? detector : detector + "/" + name
  }

  /// Reads a detector.
  ///
  /// - Returns: The detector and the verifier it contains.
  /// - Throws: `InputError` when the file is missing or not a detector.
  public static func load(
    _ directory: String
  ) throws -> (detector: CombinedDetector, verifier: ClaimVerifier) {
    let path = path(directory)
    let json = try JSONValue.parse(try InputFile.bytes(path), file: path, line: nil)
    guard json["version"]?.intValue == 1, let verifierJSON = json["verifier"],
      let combination = json["combination"], let names = json["members"]?.arrayValue
    else {
      throw InputError(.badData, "not a detector of this version", file: path)
    }
    let verifier = try ClaimVerifier(json: verifierJSON, file: path)
    var probe: HiddenStateProbe?
    if let json = json["probe"], !json.isNull {
      probe = HiddenStateProbe(regression: try LogisticRegression(json: json, file: path))
    }
    let all = Detectors.all(verifier: verifier, probe: probe)
    let members = try names.map { name in
      guard let member = all.first(where: { $0.name == name.stringValue }) else {
        throw InputError(
          .badData,
          "an unknown detector",
          file: path,
          field: "members",
          found: name.serialized(),
          expected: all.map { $0.name }.joined(separator: ", ")
        )
      }
      return member
    }
    let detector = CombinedDetector(
      members: members,
      regression: try LogisticRegression(json: combination, file: path),
      threshold: json["threshold"]?.doubleValue ?? .infinity
    )
    return (detector, verifier)
  }
}

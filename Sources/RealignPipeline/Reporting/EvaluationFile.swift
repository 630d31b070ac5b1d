import RealignText

/// `evaluation.json`: the final figures in the shape of `realign evaluate --json`, and what stands
/// beside them.
enum EvaluationFile {
  /// The file's object; nil when the final evaluation has not run.
  static func json(_ run: RunFiles) -> JSONValue? {
    guard let stage = run.stage("evaluate") else { return nil }
    let figures = stage.figures
    var object: JSONObject = [
      "metrics": figures["metrics"] ?? .null,
      "gates": .array(stage.gates.map(\.json)),
      "decision": figures["decision"]?["decision"] ?? .null,
      "reasons": figures["decision"]?["reasons"] ?? .array([]),
      "recommendations": figures["decision"]?["recommendations"] ?? .array([]),
      "judge": "gold answers",
      "comparison": comparison(figures),
    ]
    for key in beside {
      if let value = figures[key] { object[key] = value }
    }
    if let retention = figures["retention"]?.arrayValue {
      object["retention"] = .array(withCounts(retention, RetentionSection.itemCounts(run)))
    }
    return .object(object)
  }

  /// Writes the file, or removes one left by an earlier evaluation when there is none now.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  static func write(_ run: RunFiles) throws {
    let path = run.path + "/evaluation.json"
    guard let json = json(run) else {
      try RunDirectory.remove(path)
      return
    }
    try AtomicFile.write(json.serialized(pretty: true) + "\n", to: path)
  }

  private static let beside = [
    "kl", "kl_to_baseline", "temperature_1", "transfer", "controls", "untrained_rules",
    "always_refuse", "refusal_margin_auroc",
  ]

  /// Baseline and paired change.
  private static func comparison(_ figures: JSONObject) -> JSONValue {
    var object: JSONObject = ["baseline": figures["baseline"] ?? .null]
    for pair in figures["change"]?.objectValue?.pairs ?? [] where pair.key != "baseline" {
      object[pair.key] = pair.value
    }
    return .object(object)
  }

  private static func withCounts(_ list: [JSONValue], _ counts: [String: Int]) -> [JSONValue] {
    list.map { item in
      guard var object = item.objectValue, object["n"] == nil,
        let name = object["name"]?.stringValue, let n = counts[name]
      else { return item }
      object["n"] = .integer(n)
      return .object(object)
    }
  }
}

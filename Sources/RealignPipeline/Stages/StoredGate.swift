import RealignEvaluation
import RealignText

/// A decided gate as it lies in a run directory.
struct StoredGate {
  let json: JSONValue

  var name: String { json["name"]?.stringValue ?? "" }
  var verdict: String { json["verdict"]?.stringValue ?? "" }
  var stage: String { json["stage"]?.stringValue ?? "" }
  var isGating: Bool { json["gating"]?.boolValue ?? true }
  /// Whether it stops a strict run.
  var isBlocking: Bool { isGating && verdict != GateVerdict.pass.rawValue }

  /// The gates of a stage's record.
  static func read(_ result: JSONValue) -> [StoredGate] {
    (result["gates"]?.arrayValue ?? []).map(StoredGate.init)
  }

  /// The gates of a stage that was done before, as far as walking on needs them.
  static func results(_ result: JSONValue) -> [GateResult] {
    read(result).compactMap { gate in
      guard let operation = gate.json["operator"]?.stringValue.flatMap(GateOperator.init),
        let threshold = gate.json["threshold"]?.doubleValue,
        let verdict = GateVerdict(rawValue: gate.verdict)
      else { return nil }
      return GateResult(
        gate: Gate(
          gate.name,
          stage: gate.stage,
          operation,
          threshold,
          isGating: gate.isGating
        ),
        mode: .bound,
        value: nil,
        bound: gate.json["bound"]?.doubleValue ?? .nan,
        verdict: verdict,
        itemsNeeded: nil
      )
    }
  }

  /// The table of a terminal, 80 columns.
  static func table(_ gates: [StoredGate]) -> [String] {
    func cell(_ text: String, _ width: Int, right: Bool = false) -> String {
      let pad = String(repeating: " ", count: max(0, width - text.count))
      return right ? pad + text : text + pad
    }
    func number(_ gate: StoredGate, _ key: String) -> String {
      gate.json[key]?.doubleValue.map { StageContext.decimal($0, 4) } ?? "-"
    }
    let head =
      cell("stage", 9) + cell("gate", 26) + cell("estimate", 9, right: true)
      + cell("bound", 9, right: true) + cell("needs", 10, right: true)
      + cell("n", 6, right: true) + "  verdict"
    return [head]
      + gates.map { gate in
        let rule =
          (gate.json["operator"]?.stringValue ?? "") + " "
          + (gate.json["threshold"]?.doubleValue.map { "\($0)" } ?? "")
        return cell(gate.stage, 9) + cell(gate.name, 26)
          + cell(number(gate, "estimate"), 9, right: true)
          + cell(number(gate, "bound"), 9, right: true) + cell(rule, 10, right: true)
          + cell("\(gate.json["n"]?.intValue ?? 0)", 6, right: true) + "  " + gate.verdict
          + (gate.isGating ? "" : " (reported)")
      }
  }
}

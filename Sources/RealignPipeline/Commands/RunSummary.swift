import Foundation
import RealignEvaluation
import RealignText

/// A run directory as it lies on disk, read without locking it.
struct RunSummary: Sendable {
  /// A decided gate as `gates.json` has it.
  struct GateEntry: Sendable {
    let name: String
    let stage: String
    let symbol: String
    let threshold: Double?
    let estimate: Double?
    let verdict: String
    let isGating: Bool
    let reason: String?
    let itemsNeeded: Int?

    var hasPassed: Bool { verdict == GateVerdict.pass.rawValue }
  }

  /// The directory.
  let path: String
  /// Stages whose marker was written.
  let finished: [StageName]
  /// The last decision on each gate, in the order of first decision; nil without `gates.json`.
  let gates: [GateEntry]?

  /// Reads markers and gates.
  ///
  /// - Throws: `InputError`: `missingInput` when there is no run, `badData` for malformed gates.
  init(_ path: String) throws {
    self.path = path
    let manager = FileManager.default
    guard
      manager.fileExists(atPath: path + "/stages")
        || manager.fileExists(atPath: path + "/gates.json")
    else {
      throw InputError(
        .missingInput,
        "there is no run here",
        file: path,
        expected: "the directory of a run, with `stages` or gates.json in it"
      )
    }
    finished = StageName.allCases.filter {
      manager.fileExists(
        atPath: "\(path)/stages/\($0.folder)/\(RunDirectory.markerName)"
      )
    }
    gates = try Self.readGates(path + "/gates.json")
  }

  private static func readGates(_ path: String) throws -> [GateEntry]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let json = try JSONValue.parse(InputFile.bytes(path), file: path)
    guard let items = json.arrayValue else {
      throw InputError(
        .badData,
        "not a list of gates",
        file: path,
        found: json.kindName,
        expected: "a list"
      )
    }
    var entries: [GateEntry] = []
    for item in items {
      guard let name = item["name"]?.stringValue, let verdict = item["verdict"]?.stringValue else {
        throw InputError(.badData, "a gate without name or verdict", file: path)
      }
      let entry = GateEntry(
        name: name,
        stage: item["stage"]?.stringValue ?? "",
        symbol: item["operator"]?.stringValue.flatMap(GateOperator.init(rawValue:))?.symbol ?? "",
        threshold: item["threshold"]?.doubleValue,
        estimate: item["estimate"]?.doubleValue,
        verdict: verdict,
        isGating: item["gating"]?.boolValue ?? true,
        reason: item["reason"]?.stringValue,
        itemsNeeded: item["items_needed"]?.intValue
      )
      // Later stages decide again; the last decision counts.
      if let index = entries.firstIndex(where: { $0.name == name }) {
        entries[index] = entry
      } else {
        entries.append(entry)
      }
    }
    return entries
  }

  /// Stages that have not finished, in order.
  var unfinished: [StageName] { StageName.allCases.filter { !finished.contains($0) } }

  /// The run for `inspect`.
  var description: InspectCommand.Description {
    var lines = ["run  \(path)"]
    lines += StageName.allCases.map { stage in
      "  \(stage.folder): " + (finished.contains(stage) ? "finished" : "not finished")
    }
    if let gates {
      lines.append("gates")
      let width = gates.map(\.name.count).max() ?? 0
      lines += gates.map { gate in
        let fill = String(repeating: " ", count: width - gate.name.count)
        let estimate = gate.estimate.map { Count.decimal($0) } ?? "-"
        let limit = gate.threshold.map { "\(gate.symbol) \(Count.decimal($0))" } ?? ""
        return "  \(gate.name)\(fill)  \(estimate)  \(limit)  \(gate.verdict)"
          + (gate.isGating ? "" : " (reported)")
      }
    } else {
      lines.append("gates: none decided yet")
    }
    return InspectCommand.Description(json: json, lines: lines)
  }

  private var json: JSONValue {
    [
      "kind": "run", "path": .string(path),
      "stages": .array(
        StageName.allCases.map {
          ["name": .string($0.rawValue), "finished": .bool(finished.contains($0))]
        }
      ),
      "gates": gates.map { .array($0.map(\.json)) } ?? .null,
    ]
  }
}

extension RunSummary.GateEntry {
  /// The gate as JSON.
  var json: JSONValue {
    [
      "name": .string(name), "stage": .string(stage),
      "threshold": threshold.map { .number($0) } ?? .null,
      "estimate": estimate.map { .number($0) } ?? .null, "verdict": .string(verdict),
      "gating": .bool(isGating),
    ]
  }
}

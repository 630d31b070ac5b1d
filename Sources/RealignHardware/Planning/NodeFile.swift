import Foundation
import RealignText

/// Files of nodes: the `--nodes` of a plan.
public enum NodeFile {
  /// The nodes of a file: a list of
  /// `{"node","profile"?,"calibration"?,"throughput"?,"memory_gb"?,"batch_size"?,"timestamp"?}`, or
  /// what `realign bench calibrate --save` wrote, a node named after the file.
  ///
  /// A profile's or calibration's figures fill what is absent. A calibration is an object, or the
  /// plain name of a file beside this one. The file is input from elsewhere: identifiers are
  /// `[A-Za-z0-9_.-]{1,64}`, figures positive (a throughput of 0 is an offline node, null one whose
  /// measurement failed), sizes limited.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - profiles: Profiles that nodes may name.
  ///   - warn: Receives what is odd but harmless.
  /// - Throws: `InputError`: `missingInput`, or `badData` with the field that is wrong.
  public static func read(
    _ path: String,
    profiles: [MachineProfile],
    warn: (String) -> Void = { _ in }
  ) throws -> [PlanNode] {
    let json = try FieldReader.value(path)
    if MachineCalibration.isCalibration(json) {
      let calibration = try MachineCalibration(json: json, file: path)
      let name = try ProfileFile.name(of: path)
      return [PlanNode(id: name, profile: MachineProfile(calibration, name: name))]
    }
    let reader = NodeReader(
      fields: FieldReader(
        file: path,
        message: "not a list of nodes",
        hint: #"a node is {"node":"a","throughput":3.9,"memory_gb":128}, or names a profile or "#
          + "calibration"
      ),
      profiles: profiles
    )
    let nodes = try reader.fields.list(json, "nodes") { try reader.node($0, $1, warn) }
    guard !nodes.isEmpty else {
      throw reader.fields.error("nodes", json, expected: "at least one node")
    }
    return nodes
  }
}

/// Reads nodes.
private struct NodeReader {
  let fields: FieldReader
  let profiles: [MachineProfile]

  static let known = [
    "node", "profile", "calibration", "throughput", "memory_gb", "batch_size", "timestamp",
  ]

  func node(_ json: JSONValue, _ place: String, _ warn: (String) -> Void) throws -> PlanNode {
    let object = try fields.object(json, place)
    let id = try fields.identifier(object["node"], place + ".node")
    for key in object.keys where !Self.known.contains(key) {
      let shown = InputError.shown(key, limit: 40)
      warn("\(id): the field `\(shown)` is not known and not used")
    }
    let throughput = try object["throughput"].map { try rate($0, place + ".throughput") }
    var profile = try profile(of: object, id, place)
    guard profile != nil || throughput != nil else {
      throw fields.error(
        place + ".throughput",
        nil,
        expected: "a throughput, a profile or a calibration"
      )
    }
    if let memory = try fields.optional(object["memory_gb"], place + ".memory_gb", fields.rate) {
      if profile == nil { profile = MachineProfile(name: id, source: "the file of nodes") }
      profile?.memoryGigabytes = memory
    }
    return PlanNode(
      id: id,
      profile: profile ?? MachineProfile(name: id, source: "the file of nodes"),
      throughput: throughput,
      batchSize: try fields.optional(object["batch_size"], place + ".batch_size") {
        try fields.count($0, $1, atMost: 65_536)
      },
      timestamp: try fields.optional(object["timestamp"], place + ".timestamp", time)
    )
  }

  /// Zero is an offline node; null is what programs write for a number that is none.
  private func rate(_ value: JSONValue, _ field: String) throws -> Double {
    if value.isNull { return .nan }
    guard let rate = value.doubleValue, rate >= 0 else {
      throw fields.error(field, value, expected: "a number of at least 0")
    }
    return rate
  }

  private func time(_ value: JSONValue?, _ field: String) throws -> Date {
    guard let date = value?.stringValue.flatMap(Timestamp.date) else {
      throw fields.error(field, value, expected: Timestamp.rule)
    }
    return date
  }

  private func profile(
    of object: JSONObject,
    _ id: String,
    _ place: String
  ) throws -> MachineProfile? {
    let named = try fields.optional(object["profile"], place + ".profile") { value, field in
      let name = try fields.text(value, field, limit: 64)
      guard let found = profiles.first(where: { $0.isNamed(name) }) else {
        let names = profiles.map(\.name).joined(separator: ", ")
        throw fields.error(field, value, expected: "one of \(names)")
      }
      return found
    }
    let measured = try fields.optional(object["calibration"], place + ".calibration") {
      MachineProfile(try calibration($0, $1), name: id)
    }
    guard named == nil || measured == nil else {
      throw fields.error(
        place + ".calibration",
        object["calibration"],
        expected: "a profile or a calibration, not both"
      )
    }
    return named ?? measured
  }

  private func calibration(_ value: JSONValue?, _ field: String) throws -> MachineCalibration {
    guard let name = value?.stringValue else {
      let object = JSONValue.object(try fields.object(value, field))
      do {
        return try MachineCalibration(json: object, file: fields.file)
      } catch var error as InputError {
        error.field = field + (error.field.map { "." + $0 } ?? "")
        throw error
      }
    }
    guard NodeIdentifier.isValid(name) else {
      throw fields.error(
        field,
        value,
        expected: "an object, or the plain name of a file beside this"
      )
    }
    let folder = ((fields.file ?? "") as NSString).deletingLastPathComponent
    let path = (folder.isEmpty ? "." : folder) + "/" + name
    // Of the name itself: a link could lead anywhere.
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let type = attributes?[.type] as? FileAttributeType
    guard type == nil || type == .typeRegular else {
      throw fields.error(field, value, expected: "a regular file, not a link or a folder")
    }
    return try MachineCalibration(path: path)
  }
}

import Foundation
import RealignText

/// Machine profiles that users write, and calibrations of other machines.
public enum ProfileFile {
  /// The profiles of a file: one object or a list of them, or what `realign bench calibrate --save`
  /// wrote, which is named after the file.
  ///
  /// The format is described in <doc:PlanningWork>.
  ///
  /// - Throws: `InputError`: `missingInput`, or `badData` with the field that is wrong.
  public static func read(_ path: String) throws -> [MachineProfile] {
    let json = try FieldReader.value(path)
    if MachineCalibration.isCalibration(json) {
      let calibration = try MachineCalibration(json: json, file: path)
      return [MachineProfile(calibration, name: try name(of: path))]
    }
    let reader = ProfileReader(
      fields: FieldReader(
        file: path,
        message: "not a machine profile",
        hint: "an example is in the guide PlanningWork of RealignHardware"
      )
    )
    guard json.arrayValue != nil else { return [try reader.profile(json, "")] }
    return try reader.fields.list(json, "profiles", atMost: 64) { item, place in
      try reader.profile(item, place + ".")
    }
  }

  /// The name of a file without its extensions, as an identifier.
  ///
  /// - Throws: `InputError` of kind `badData` where it is none.
  static func name(of path: String) throws -> String {
    let file = (path as NSString).lastPathComponent
    let name = String(file.prefix { $0 != "." })
    guard NodeIdentifier.isValid(name) else {
      throw InputError(
        .badData,
        "a calibration is named after its file",
        file: path,
        found: name.isEmpty ? file : name,
        expected: NodeIdentifier.rule,
        hint: "rename the file, or list it in a file of nodes"
      )
    }
    return name
  }
}

/// Reads profiles.
private struct ProfileReader {
  let fields: FieldReader

  func profile(_ json: JSONValue, _ prefix: String) throws -> MachineProfile {
    let object = try fields.object(json, prefix.isEmpty ? "profile" : String(prefix.dropLast()))
    func optional<Value>(
      _ key: String,
      _ read: (JSONValue?, String) throws -> Value
    ) throws -> Value? {
      try fields.optional(object[key], prefix + key, read)
    }
    let known = [
      "name", "kind", "cores", "memory_gb", "gflops", "gflops_per_core", "source", "date",
      "batch_curve", "throughput", "contradictions",
    ]
    if let unknown = object.keys.first(where: { !known.contains($0) }) {
      throw fields.error(
        prefix + unknown,
        object[unknown],
        expected: "only \(known.joined(separator: ", "))"
      )
    }
    let series = try optional("throughput") { try fields.list($0, $1, atMost: 64, self.series) }
    let remarks = try optional("contradictions") { value, place in
      try fields.list(value, place, atMost: 64) { try fields.text($0, $1) }
    }
    return MachineProfile(
      name: try name(object["name"], prefix + "name"),
      kind: try optional("kind", kind) ?? .other,
      cores: try optional("cores") { try fields.count($0, $1, atMost: 1_000_000) },
      gflops: try optional("gflops", fields.rate),
      gflopsPerCore: try optional("gflops_per_core", fields.rate),
      memoryGigabytes: try optional("memory_gb", fields.rate),
      batchCurve: try optional("batch_curve", curve) ?? [],
      series: series ?? [],
      source: try fields.text(object["source"], prefix + "source"),
      date: try optional("date", date),
      contradictions: (remarks ?? []).map { Contradiction(.speed, $0) }
    )
  }

  /// A name stands in lines on a terminal.
  private func name(_ value: JSONValue?, _ field: String) throws -> String {
    let name = try fields.text(value, field, limit: 64)
    guard InputError.shown(name, limit: 64) == name else {
      throw fields.error(field, value, expected: "a name without control characters")
    }
    return name
  }

  private func kind(_ value: JSONValue?, _ field: String) throws -> MachineProfile.Kind {
    guard let kind = value?.stringValue.flatMap(MachineProfile.Kind.init) else {
      let names = MachineProfile.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw fields.error(field, value, expected: names)
    }
    return kind
  }

  private func date(_ value: JSONValue?, _ field: String) throws -> String {
    let text = try fields.text(value, field, limit: 64)
    guard Timestamp.date(text) != nil else {
      throw fields.error(field, value, expected: Timestamp.rule)
    }
    return text
  }

  private func curve(_ value: JSONValue?, _ field: String) throws -> [MachineCalibration.Rate] {
    let rates = try fields.list(value, field, atMost: 256) { item, place in
      MachineCalibration.Rate(
        batchSize: try fields.count(item["batch_size"], place + ".batch_size", atMost: 65_536),
        perSecond: try fields.rate(item["examples_per_second"], place + ".examples_per_second")
      )
    }
    guard !rates.isEmpty, Set(rates.map(\.batchSize)).count == rates.count else {
      throw fields.error(field, value, expected: "at least one rate, each batch size once")
    }
    return rates
  }

  private func series(_ item: JSONValue, _ place: String) throws -> MeasuredSeries {
    guard let task = item["task"]?.stringValue.flatMap(Workload.Task.init) else {
      let names = Workload.Task.allCases.map(\.rawValue).joined(separator: ", ")
      throw fields.error(place + ".task", item["task"], expected: names)
    }
    func count(_ key: String) throws -> Int? {
      try fields.optional(item[key], "\(place).\(key)") { try fields.count($0, $1) }
    }
    let rates: MeasuredSeries.Rates
    if let value = item["curve"] {
      rates = .curve(try curve(value, place + ".curve"))
    } else {
      let field = place + ".examples_per_second"
      rates = .single(try fields.rate(item["examples_per_second"], field))
    }
    return MeasuredSeries(
      task: task,
      parameters: try count("parameters"),
      tokensPerExample: try count("tokens_per_example"),
      rates: rates,
      source: try fields.optional(item["source"], place + ".source") { try fields.text($0, $1) }
        ?? "as given in the profile"
    )
  }
}

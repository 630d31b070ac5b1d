import Foundation
import RealignText

extension MachineCalibration {
  private static let format = "realign-calibration-1"

  /// Where the calibration of this user lies: `realign/calibration.json` below `XDG_CACHE_HOME`,
  /// or else below `.cache` in the home folder; nil without either.
  public static func path(_ environment: [String: String]) -> String? {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    let cache = value("XDG_CACHE_HOME") ?? value("HOME").map { $0 + "/.cache" }
    return cache.map { $0 + "/realign/calibration.json" }
  }

  /// Reads a file that `save` wrote, here or elsewhere.
  ///
  /// - Throws: `InputError`: `missingInput`, or `badData` with the field that is wrong or what is
  ///   larger than a calibration is.
  public init(path: String) throws {
    let json: JSONValue
    do {
      json = try FieldReader.value(path)
    } catch var error as InputError where error.kind == .missingInput {
      error.hint = "realign bench calibrate writes it"
      throw error
    }
    try self.init(json: json, file: path)
  }

  /// Whether a value claims to be a calibration.
  static func isCalibration(_ json: JSONValue) -> Bool {
    json["format"]?.stringValue == format
  }

  /// Reads the record that `json` gives.
  ///
  /// - Parameters:
  ///   - json: The record.
  ///   - file: Where it was found.
  /// - Throws: `InputError` of kind `badData` with the field that is wrong.
  public init(json: JSONValue, file: String?) throws {
    let reader = CalibrationReader(
      fields: FieldReader(
        file: file,
        message: "not a calibration",
        hint: "realign bench calibrate writes a new one"
      )
    )
    let fields = reader.fields
    guard Self.isCalibration(json) else {
      throw fields.error("format", json["format"], expected: "\"\(Self.format)\"")
    }
    machine = try reader.machine(json["device"])
    version = try fields.text(json["realign"], "realign", limit: 64)
    date = try fields.text(json["date"], "date", limit: 64)
    guard Timestamp.date(date) != nil else {
      throw fields.error("date", json["date"], expected: Timestamp.rule)
    }
    threads = try fields.count(json["device"]?["threads"], "device.threads", atMost: 65_536)
    productGFLOPS = try fields.rate(json["peak_gflops"], "peak_gflops")
    memoryBandwidth = try fields.rate(json["memory_bandwidth_gbs"], "memory_bandwidth_gbs")
    shapes = try fields.list(json["shapes"], "shapes", atMost: 64, reader.shape)
  }

  /// The record as it is saved.
  public var json: JSONValue {
    [
      "format": .string(Self.format), "realign": .string(version), "date": .string(date),
      "device": [
        "cpu": .string(machine.processor), "cores": .integer(machine.cores),
        "isa": .string(machine.instructionSet), "kernel": .string(machine.kernel),
        "threads": .integer(threads), "memory_gb": .number(machine.memoryGigabytes),
      ],
      "peak_gflops": .number(productGFLOPS), "memory_bandwidth_gbs": .number(memoryBandwidth),
      "shapes": .array(shapes.map(Self.json)),
    ]
  }

  private static func json(_ shape: Shape) -> JSONValue {
    func table(_ rates: [Rate], _ size: String, _ unit: String) -> JSONValue {
      .array(
        rates.map { rate in
          var fields: JSONObject = [
            size: .integer(rate.batchSize), unit: .number(rate.perSecond),
          ]
          if let gflops = rate.gflops { fields["model_gflops"] = .number(gflops) }
          return .object(fields)
        }
      )
    }
    var fields: JSONObject = [
      "shape": .string(shape.name), "parameters": .integer(shape.parameters),
      "scoring": table(shape.scoring, "batch_size", "examples_per_second"),
      "training": table(shape.training, "pairs", "pairs_per_second"),
      "generation": table(shape.generation, "prompts", "tokens_per_second"),
    ]
    fields["tokens_per_example"] = shape.tokensPerExample.map { .integer($0) }
    fields["tokens_per_pair"] = shape.tokensPerPair.map { .integer($0) }
    return .object(fields)
  }

  /// Writes the file, whole or not at all, and the folders above it.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public func save(to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty {
      do {
        try FileManager.default.createDirectory(
          atPath: folder,
          withIntermediateDirectories: true
        )
      } catch {
        throw InputError(.cannotCreate, "cannot create the folder", file: folder)
      }
    }
    try AtomicFile.write(json.serialized(pretty: true) + "\n", to: path)
  }
}

/// Reads the parts of a calibration.
private struct CalibrationReader {
  let fields: FieldReader

  func machine(_ value: JSONValue?) throws -> MachineCalibration.Machine {
    MachineCalibration.Machine(
      processor: try fields.text(value?["cpu"], "device.cpu"),
      cores: try fields.count(value?["cores"], "device.cores", atMost: 65_536),
      instructionSet: try fields.text(value?["isa"], "device.isa", limit: 64),
      kernel: try fields.text(value?["kernel"], "device.kernel", limit: 64),
      memoryGigabytes: try fields.rate(value?["memory_gb"], "device.memory_gb")
    )
  }

  func shape(_ value: JSONValue, _ field: String) throws -> MachineCalibration.Shape {
    func table(_ name: String, _ size: String, _ unit: String) throws -> [MachineCalibration.Rate] {
      try fields.list(value[name], "\(field).\(name)", atMost: 256) { item, place in
        MachineCalibration.Rate(
          batchSize: try fields.count(item[size], "\(place).\(size)"),
          perSecond: try fields.rate(item[unit], "\(place).\(unit)"),
          gflops: try item["model_gflops"].map { try fields.rate($0, "\(place).model_gflops") }
        )
      }
    }
    func tokens(_ name: String) throws -> Int? {
      try fields.optional(value[name], "\(field).\(name)") { try fields.count($0, $1) }
    }
    return MachineCalibration.Shape(
      name: try fields.text(value["shape"], field + ".shape", limit: 64),
      parameters: try fields.count(value["parameters"], field + ".parameters"),
      scoring: try table("scoring", "batch_size", "examples_per_second"),
      training: try table("training", "pairs", "pairs_per_second"),
      generation: try table("generation", "prompts", "tokens_per_second"),
      tokensPerExample: try tokens("tokens_per_example"),
      tokensPerPair: try tokens("tokens_per_pair")
    )
  }
}

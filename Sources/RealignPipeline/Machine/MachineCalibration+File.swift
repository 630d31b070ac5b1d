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

  /// The calibration of this machine, if there is one; a damaged file and one of another machine
  /// are left alone, with a warning.
  public static func current(_ context: CommandContext) -> MachineCalibration? {
    guard let path = path(context.environment), FileManager.default.fileExists(atPath: path)
    else { return nil }
    do {
      let found = try MachineCalibration(path: path)
      guard found.machine == .current else {
        context.progress.warn(
          "\(path) is the calibration of another machine (\(found.machine.processor), "
            + "\(found.machine.cores) cores); realign bench calibrate measures this one"
        )
        return nil
      }
      return found
    } catch {
      context.progress.warn("the calibration is not used: \(error)")
      return nil
    }
  }

  /// Reads a file that `save` wrote.
  ///
  /// - Throws: `InputError`: `missingInput`, or `badData` with the field that is wrong.
  public init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError(
        .missingInput,
        "cannot read the calibration",
        file: path,
        hint: "realign bench calibrate writes it"
      )
    }
    let json = try JSONValue.parse([UInt8](data), file: path, line: nil)
    let reader = CalibrationReader(file: path)
    guard json["format"]?.stringValue == Self.format else {
      throw reader.error("format", json["format"], expected: "\"\(Self.format)\"")
    }
    machine = try reader.machine(json["device"])
    version = try reader.text(json["realign"], "realign")
    date = try reader.text(json["date"], "date")
    threads = try reader.count(json["device"]?["threads"], "device.threads")
    productGFLOPS = try reader.rate(json["peak_gflops"], "peak_gflops")
    memoryBandwidth = try reader.rate(json["memory_bandwidth_gbs"], "memory_bandwidth_gbs")
    shapes = try reader.list(json["shapes"], "shapes", reader.shape)
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
    return [
      "shape": .string(shape.name), "parameters": .integer(shape.parameters),
      "scoring": table(shape.scoring, "batch_size", "examples_per_second"),
      "training": table(shape.training, "pairs", "pairs_per_second"),
      "generation": table(shape.generation, "prompts", "tokens_per_second"),
    ]
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

/// Reads the fields of a calibration, or says which is wrong.
private struct CalibrationReader {
  let file: String

  func error(_ field: String, _ found: JSONValue?, expected: String) -> InputError {
    InputError(
      .badData,
      "not a calibration",
      file: file,
      field: field,
      found: found?.serialized() ?? "nothing",
      expected: expected,
      hint: "realign bench calibrate writes a new one"
    )
  }

  func text(_ value: JSONValue?, _ field: String) throws -> String {
    guard let text = value?.stringValue else {
      throw error(field, value, expected: "a text")
    }
    return text
  }

  func count(_ value: JSONValue?, _ field: String) throws -> Int {
    guard let count = value?.intValue, count > 0 else {
      throw error(field, value, expected: "a whole number above 0")
    }
    return count
  }

  func rate(_ value: JSONValue?, _ field: String) throws -> Double {
    guard let rate = value?.doubleValue, rate > 0, rate.isFinite else {
      throw error(field, value, expected: "a number above 0")
    }
    return rate
  }

  func list<Item>(
    _ value: JSONValue?,
    _ field: String,
    _ item: (JSONValue, String) throws -> Item
  ) throws -> [Item] {
    guard let items = value?.arrayValue else { throw error(field, value, expected: "a list") }
    return try items.enumerated().map { try item($1, "\(field)[\($0)]") }
  }

  func machine(_ value: JSONValue?) throws -> MachineCalibration.Machine {
    MachineCalibration.Machine(
      processor: try text(value?["cpu"], "device.cpu"),
      cores: try count(value?["cores"], "device.cores"),
      instructionSet: try text(value?["isa"], "device.isa"),
      kernel: try text(value?["kernel"], "device.kernel"),
      memoryGigabytes: try rate(value?["memory_gb"], "device.memory_gb")
    )
  }

  func shape(_ value: JSONValue, _ field: String) throws -> MachineCalibration.Shape {
    func table(_ name: String, _ size: String, _ unit: String) throws -> [MachineCalibration.Rate] {
      try list(value[name], "\(field).\(name)") { item, place in
        MachineCalibration.Rate(
          batchSize: try count(item[size], "\(place).\(size)"),
          perSecond: try rate(item[unit], "\(place).\(unit)"),
          gflops: try item["model_gflops"].map { try rate($0, "\(place).model_gflops") }
        )
      }
    }
    return MachineCalibration.Shape(
      name: try text(value["shape"], field + ".shape"),
      parameters: try count(value["parameters"], field + ".parameters"),
      scoring: try table("scoring", "batch_size", "examples_per_second"),
      training: try table("training", "pairs", "pairs_per_second"),
      generation: try table("generation", "prompts", "tokens_per_second")
    )
  }
}

import Foundation
import RealignNumerics
import RealignText

/// The weights of a model directory: one safetensors file, or shards and their index.
struct WeightFiles {
  let directory: String
  private let files: [SafeTensorsFile]

  /// Maps the files and checks their headers.
  ///
  /// - Parameters:
  ///   - directory: Of the model.
  ///   - isSkipped: Names of tensors that are no parameters and may be of any type.
  /// - Throws: `InputError`: `missingInput` for absent files, `badData` for malformed ones.
  init(_ directory: String, skipping isSkipped: (String) -> Bool = { _ in false }) throws {
    self.directory = directory
    let single = directory + "/" + ModelDirectory.weightsName
    let paths =
      FileManager.default.fileExists(atPath: single)
      ? [single] : try Self.shards(directory).map { directory + "/" + $0 }
    files = try paths.map { try SafeTensorsFile(path: $0, skipping: isSkipped) }
  }

  /// The names of all tensors.
  var names: [String] { files.flatMap { $0.entries.map(\.name) } }

  /// The parameters of a layout, 1 x `layout.count`, each found once and in its shape.
  ///
  /// - Parameters:
  ///   - layout: What is to be read.
  ///   - hint: What to check when there is a tensor too many.
  ///   - parameter: The parameter that a tensor's name stands for; nil for what is to be ignored.
  func load(
    _ layout: ParameterLayout,
    hint: String,
    parameter: (String) -> String?
  ) throws -> Tensor {
    let sources = try match(layout, hint: hint, parameter: parameter)
    let parameters = Tensor(rows: 1, columns: layout.count)
    for source in sources {
      let place = parameters.slice(source.place.range)
      source.file.load(source.entry, into: place)
      if source.place.isStoredTransposed {
        let stored = place.reshaped(rows: source.place.columns, columns: source.place.rows)
        place.copy(from: stored.transposed().reshaped(rows: 1, columns: place.columns))
      }
    }
    guard parameters.isFinite else {
      throw InputError(.badData, "the weights hold NaN or infinite values", file: directory)
    }
    return parameters
  }

  /// Where a parameter comes from.
  private struct Source {
    let file: SafeTensorsFile
    let entry: SafeTensorsFile.Entry
    let place: ParameterLayout.Entry
  }

  /// Finds every parameter once, in its shape, before anything is allocated.
  private func match(
    _ layout: ParameterLayout,
    hint: String,
    parameter: (String) -> String?
  ) throws -> [Source] {
    var missing = Set(layout.entries.map(\.name))
    var sources: [Source] = []
    for file in files {
      for entry in file.entries {
        guard let name = parameter(entry.name) else { continue }
        guard let place = layout[name] else {
          throw Self.refusal(
            of: entry,
            in: file,
            "the weights hold a tensor the configuration does not explain",
            hint: hint
          )
        }
        guard missing.remove(name) != nil else {
          throw Self.refusal(of: entry, in: file, "a tensor appears twice")
        }
        guard entry.shape == place.shape else {
          throw Self.refusal(
            of: entry,
            in: file,
            "a tensor's shape does not fit the configuration",
            expected: "\(place.shape)"
          )
        }
        sources.append(Source(file: file, entry: entry, place: place))
      }
    }
    if let first = missing.sorted().first {
      throw InputError(
        .badData,
        "the weights lack \(missing.count) tensors",
        file: directory,
        field: first
      )
    }
    return sources
  }

  private static func refusal(
    of entry: SafeTensorsFile.Entry,
    in file: SafeTensorsFile,
    _ message: String,
    expected: String? = nil,
    hint: String? = nil
  ) -> InputError {
    InputError(
      .badData,
      message,
      file: file.path,
      field: entry.name,
      found: "\(entry.shape)",
      expected: expected,
      hint: hint
    )
  }

  private static func shards(_ directory: String) throws -> [String] {
    let path = directory + "/model.safetensors.index.json"
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw InputError(
        .missingInput,
        "no weights found",
        file: directory,
        expected: "model.safetensors or model.safetensors.index.json"
      )
    }
    let json = try JSONValue.parse([UInt8](bytes), file: path, line: nil)
    guard let map = json.objectValue?["weight_map"]?.objectValue else {
      throw InputError(.badData, "the index has no weight_map", file: path)
    }
    var names = Set<String>()
    for key in map.keys {
      guard let name = map[key]?.stringValue, !name.contains("/"), !name.hasPrefix("."),
        name.hasSuffix(".safetensors")
      else {
        throw InputError(
          .badData,
          "bad shard name",
          file: path,
          field: key,
          found: map[key]?.serialized(),
          expected: "a .safetensors file name without a path"
        )
      }
      names.insert(name)
    }
    return names.sorted()
  }
}

import Foundation
import RealignNumerics
import RealignText

/// The weights of a model directory, matched with the parameters they are for.
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
    files = try WeightShards(directory: directory, skipping: isSkipped).files
  }

  /// The names of all tensors.
  var names: [String] { files.flatMap { $0.entries.map(\.name) } }

  /// The parameters of a layout, each found once and in its shape.
  ///
  /// Nothing is allocated before names, shapes and places of all tensors are known to be sound;
  /// then each is read straight into its place.
  ///
  /// - Parameters:
  ///   - layout: What is to be read.
  ///   - type: How matrices are kept in memory; rounded to the nearest, ties to even.
  ///   - shards: Keeps the matrices of the blocks where they are divided over ranks; of those, one
  ///     is in memory at a time.
  ///   - hint: What to check when there is a tensor too many.
  ///   - parameter: The parameter that a tensor's name stands for; nil for what is to be ignored.
  /// - Throws: `InputError`: `badData` for malformed files, `io` when reading fails.
  func load(
    _ layout: ParameterLayout,
    as type: ScalarType = .f32,
    shards: BlockShards? = nil,
    hint: String,
    parameter: (String) -> String?
  ) throws -> BaseWeights {
    let sources = try match(layout, hint: hint, parameter: parameter)
    let weights = BaseWeights(layout: layout, type: type, shards: shards)
    for source in sources {
      guard let shards, shards.holds(source.place.name) else {
        try Self.load(source, into: weights)
        continue
      }
      let alone = BaseWeights(layout: layout.filtered { $0.name == source.place.name }, type: type)
      try Self.load(source, into: alone)
      if let matrix = alone[source.place.name] { shards.store(matrix, as: source.place.name) }
    }
    guard weights.isFinite else {
      throw InputError(
        .badData,
        "the weights hold NaN or infinite values",
        file: directory,
        hint: type == .f16 ? "f16 ends at 65504; choose bf16 or f32" : nil
      )
    }
    return weights
  }

  private static func load(_ source: Source, into weights: BaseWeights) throws {
    guard let place = weights[source.place.name] else { return }
    guard source.place.isStoredTransposed else {
      try source.file.load(source.entry, into: place)
      return
    }
    let stored = Tensor(rows: source.place.columns, columns: source.place.rows)
    try source.file.load(source.entry, into: stored)
    place.copy(from: stored.transposed())
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
}

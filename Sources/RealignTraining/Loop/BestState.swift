import RealignModels
import RealignNumerics
import RealignText

/// The best state of a run: on disk where the run has a directory, else in memory.
///
/// Of several ranks the first one has the file, and every rank the same state in memory.
struct BestState {
  /// The update it was reached with; nil before the first.
  private(set) var step: Int?
  private let path: String?
  private let group: any ProcessGroup
  private var values: Tensor?

  init(directory: String?, group: any ProcessGroup = SingleProcess()) {
    path = directory.map { $0 + "/best.safetensors" }
    self.group = group
  }

  /// Takes the place of the state that was kept before.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  mutating func keep(_ parameters: Tensor, step: Int) throws {
    self.step = step
    if let path {
      _ = try group.onFirst {
        try SafeTensorsWriter.write(
          [("values", [parameters.count], parameters)],
          metadata: ["step": "\(step)"],
          to: path
        )
      }
    } else {
      let copy = values ?? Tensor(rows: 1, columns: parameters.count)
      copy.copy(from: parameters)
      values = copy
    }
  }

  /// Finds the state on disk that a resumed run kept.
  ///
  /// - Parameter count: Number of parameters.
  /// - Throws: `InputError` when there is none, or it is of another model.
  mutating func find(count: Int) throws {
    guard let path else { return }
    step = try group.fromFirst {
      let file = try Self.open(path, count: count).file
      guard let step = file.metadata["step"].flatMap({ Int($0) }) else {
        throw InputError(.badData, "the best state does not say its step", file: path)
      }
      return .integer(step)
    }.intValue
  }

  /// Copies the state that was kept, if there is one.
  ///
  /// - Throws: `InputError` when it cannot be read any more.
  func restore(into parameters: Tensor) throws {
    if let values {
      parameters.copy(from: values)
    } else if let path, step != nil {
      _ = try group.onFirst {
        let (file, entry) = try Self.open(path, count: parameters.count)
        try file.load(entry, into: parameters)
      }
      try group.broadcast(parameters, from: 0)
    }
  }

  private static func open(
    _ path: String,
    count: Int
  ) throws -> (file: SafeTensorsFile, entry: SafeTensorsFile.Entry) {
    let file = try SafeTensorsFile(path: path)
    guard let entry = file.entry("values"), entry.shape == [count] else {
      throw InputError(.badData, "the best state does not fit the model", file: path)
    }
    return (file, entry)
  }
}

import RealignModels
import RealignNumerics
import RealignText

/// Checkpoints of several ranks: the first one reads and writes them, in the form that a single
/// process gives them, so that a run may go on with another number of ranks.
extension TrainingCheckpoint {
  /// Restores the newest complete checkpoint of the same run into `optimizer`, on all ranks.
  ///
  /// - Returns: nil when there is no complete checkpoint.
  /// - Throws: `InputError` when the newest complete checkpoint belongs to another run or does not
  ///   fit the model; on the other ranks `SharedFailure`; `ProcessGroupError`.
  static func restoreNewest(
    from directory: String,
    digest: String,
    optimizer: AdamWState,
    group: any ProcessGroup
  ) throws -> TrainingCheckpoint? {
    var path = ""
    let json = try group.fromFirst {
      guard let found = try newest(in: directory, digest: digest) else { return .null }
      path = found.path
      return found.checkpoint.json
    }
    guard let checkpoint = TrainingCheckpoint(json: json) else { return nil }
    let all = 0..<optimizer.parameters.count
    let weights = ("values", optimizer.parameters, all)
    for (file, tensors) in [
      (weightsName, [weights]),
      (optimizerName, optimizer.moments.map { ($0.name, $0.values, optimizer.slice) }),
    ] {
      try load(path + "/" + file, tensors, count: all.count, group: group)
    }
    return checkpoint
  }

  /// Floats that the first rank reads and the others are sent at a time.
  private static let pieceElements = 1 << 22

  /// Loads slices of tensors that the first rank reads.
  private static func load(
    _ path: String,
    _ tensors: [(name: String, values: Tensor, slice: Range<Int>)],
    count: Int,
    group: any ProcessGroup
  ) throws {
    let file = try group.onFirst { try SafeTensorsFile(path: path) }
    let room = Tensor(rows: 1, columns: min(count, pieceElements))
    for (name, values, slice) in tensors {
      let entry = try group.onFirst {
        guard let entry = file?.entry(name), entry.shape == [count] else {
          throw InputError(
            .badData,
            "the checkpoint does not fit the model",
            file: path,
            field: name
          )
        }
        return entry
      }
      for start in stride(from: 0, to: count, by: pieceElements) {
        let range = start..<min(count, start + pieceElements)
        let piece = room.slice(0..<range.count)
        _ = try group.onFirst {
          if let file, let entry { try file.load(entry, range, into: piece) }
        }
        try group.broadcast(piece, from: 0)
        let own = range.clamped(to: slice)
        guard !own.isEmpty else { continue }
        values.slice(own.lowerBound - slice.lowerBound..<own.upperBound - slice.lowerBound)
          .copy(from: piece.slice(own.lowerBound - start..<own.upperBound - start))
      }
    }
  }
}

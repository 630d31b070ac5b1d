import RealignNumerics
import Synchronization

/// The frozen matrices of a model's blocks, divided over ranks (the sharding of Zhao and others
/// 2023, arXiv 2304.11277, for weights that do not train).
///
/// Each rank keeps an equal part of every block. Before a block computes, its parts are gathered in
/// one room that all blocks share, so that a rank needs the memory of one whole block besides its
/// parts. Gathering is collective: all ranks go through the same blocks in the same order, and a
/// rank that has nothing to compute goes with the others (`LanguageModel.accompany`).
///
/// Passes do not throw. A failure of the transport is kept in `failure`, passes then end early with
/// results that mean nothing, and whoever trains asks for it.
final class BlockShards: Sendable {
  let group: any ProcessGroup
  /// The matrices of each block, one beneath the other.
  let layouts: [ParameterLayout]
  private let type: ScalarType
  /// The memory that all blocks share, as floats and as what lies there.
  private let room: Tensor
  private let matrices: WeightMatrix
  /// What each rank keeps of a block, as ranges of the room; the same for all blocks.
  private let ranges: [Range<Int>]
  /// What this rank keeps of each block.
  private let own: [Tensor]
  /// The block of every matrix.
  private let places: [String: Int]
  private let state = Mutex(State())

  private struct State {
    var gathered: Int?
    var failure: ProcessGroupError?
  }

  /// Zeros.
  ///
  /// - Parameter layouts: The matrices of each block, of the same shapes in all.
  init(layouts: [ParameterLayout], type: ScalarType, group: any ProcessGroup) {
    self.layouts = layouts
    self.type = type
    self.group = group
    let count = layouts.first?.count ?? 0
    precondition(layouts.allSatisfy { $0.count == count }, "blocks of different sizes")
    let floats = Self.floats(count, type: type)
    let room = Tensor(rows: 1, columns: floats)
    self.room = room
    matrices = type == .f32 ? .single(room) : .half(HalfTensor(over: room, type: type))
    let ranges = (0..<group.size).map {
      floats * $0 / group.size..<floats * ($0 + 1) / group.size
    }
    self.ranges = ranges
    own = layouts.map { _ in Tensor(rows: 1, columns: ranges[group.rank].count) }
    places = Dictionary(
      uniqueKeysWithValues: layouts.enumerated().flatMap { layer, layout in
        layout.entries.map { ($0.name, layer) }
      }
    )
  }

  /// The memory of numbers of a type, counted in floats.
  private static func floats(_ count: Int, type: ScalarType) -> Int {
    (count * type.byteCount + 3) / 4
  }

  /// Bytes of memory of this rank.
  var byteCount: Int { 4 * (room.count + own.reduce(0) { $0 + $1.count }) }

  /// Bytes of memory of a rank at most: its parts and the room.
  static func byteCount(_ layouts: [ParameterLayout], type: ScalarType, ranks: Int) -> Int {
    let floats = floats(layouts.first?.count ?? 0, type: type)
    return 4 * (floats + layouts.count * ((floats + ranks - 1) / ranks))
  }

  /// Whether a parameter is one of the matrices.
  func holds(_ name: String) -> Bool { places[name] != nil }

  /// One matrix over several of a block, stacked by rows, where the room has them; nil for others.
  ///
  /// It has the values of the block that was gathered last.
  func stacked(_ names: [String]) -> WeightMatrix? {
    guard let first = names.first, let layer = places[first],
      let range = layouts[layer].stackedRange(names), let columns = layouts[layer][first]?.columns
    else { return nil }
    return matrices.slice(range).reshaped(rows: range.count / columns, columns: columns)
  }

  /// Makes the room hold a block.
  func gather(_ layer: Int) {
    let isThere = state.withLock { $0.gathered == layer || $0.failure != nil }
    guard !isThere else { return }
    room.slice(ranges[group.rank]).copy(from: own[layer])
    do {
      try group.allGather(room, ranges: ranges)
      state.withLock { $0.gathered = layer }
    } catch {
      let failure = error as? ProcessGroupError ?? .failed("\(error)")
      state.withLock { $0.failure = failure }
    }
  }

  /// Makes the room hold the block of a parameter, where it is one of the matrices.
  func gather(blockOf name: String) {
    if let layer = places[name] { gather(layer) }
  }

  /// Why blocks cannot be gathered any more.
  var failure: ProcessGroupError? { state.withLock { $0.failure } }

  /// Keeps this rank's part of a matrix.
  func store(_ values: WeightMatrix, as name: String) {
    guard let layer = places[name], let place = layouts[layer][name]?.range else { return }
    let perFloat = 4 / type.byteCount
    let mine = ranges[group.rank]
    let kept = mine.lowerBound * perFloat..<mine.upperBound * perFloat
    let shared = place.clamped(to: kept)
    guard !shared.isEmpty else { return }
    let target: WeightMatrix =
      type == .f32 ? .single(own[layer]) : .half(HalfTensor(over: own[layer], type: type))
    target.slice(shared.moved(by: -kept.lowerBound)).copy(
      from: values.slice(shared.moved(by: -place.lowerBound)).widened()
    )
  }

  /// Whether no weight of this rank's part is infinite or not a number.
  var isFinite: Bool {
    own.allSatisfy { type == .f32 ? $0.isFinite : HalfTensor(over: $0, type: type).isFinite }
  }
}

extension Range<Int> {
  /// The same number of indices further on.
  func moved(by distance: Int) -> Range<Int> {
    lowerBound + distance..<upperBound + distance
  }
}

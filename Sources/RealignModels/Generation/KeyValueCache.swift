import RealignNumerics

/// Keys and values of every block, one slab per block cut into slots of equal capacity.
///
/// A block that attends within a window keeps as many positions as that sees: a later position
/// takes the place of the one that has left the window. Where a key lies does not matter to
/// attention, since it was rotated before it was stored.
struct KeyValueCache {
  /// Most positions of a sequence.
  let capacity: Int
  private let blocks: [BlockCache]

  private struct BlockCache {
    let capacity: Int
    let keys: Tensor  // (slots·capacity, K·D)
    let values: Tensor
  }

  init(
    configuration: ModelConfiguration,
    decoder: DecoderDescription,
    slotCount: Int,
    capacity: Int
  ) {
    self.capacity = capacity
    blocks = decoder.layers.map { layer in
      let kept = Self.kept(layer, capacity: capacity)
      func slab() -> Tensor {
        Tensor(rows: slotCount * kept, columns: configuration.keyValueWidth)
      }
      return BlockCache(capacity: kept, keys: slab(), values: slab())
    }
  }

  /// Positions of a sequence that a block keeps.
  static func kept(_ layer: DecoderDescription.Layer, capacity: Int) -> Int {
    min(capacity, layer.attention.window ?? capacity)
  }

  func keys(_ layer: Int) -> Tensor { blocks[layer].keys }
  func values(_ layer: Int) -> Tensor { blocks[layer].values }

  /// Positions of a sequence that a block keeps.
  func capacity(_ layer: Int) -> Int { blocks[layer].capacity }

  /// Whether every block keeps all positions.
  var keepsAll: Bool { blocks.allSatisfy { $0.capacity == capacity } }

  /// Stores rows of keys and values of one block at consecutive positions of a slot.
  func store(layer: Int, slot: Int, position: Int, key: Tensor, value: Tensor) {
    precondition(position + key.rows <= capacity, "\(position + key.rows) > \(capacity)")
    let block = blocks[layer]
    let end = position + key.rows
    var next = max(position, end - block.capacity)
    while next < end {
      let place = next % block.capacity
      let count = min(end - next, block.capacity - place)
      let start = slot * block.capacity + place
      let rows = next - position..<next - position + count
      block.keys.rows(start..<start + count).copy(from: key.rows(rows))
      block.values.rows(start..<start + count).copy(from: value.rows(rows))
      next += count
    }
  }

  /// Stores one row of keys and values of one block for each of several sequences.
  ///
  /// - Parameters:
  ///   - slots: The slot of each row.
  ///   - lengths: Positions of each sequence, that of the row included.
  func append(layer: Int, slots: [Int], lengths: [Int], key: Tensor, value: Tensor) {
    for row in slots.indices {
      store(
        layer: layer,
        slot: slots[row],
        position: lengths[row] - 1,
        key: key.rows(row..<row + 1),
        value: value.rows(row..<row + 1)
      )
    }
  }

  /// Copies the first positions of a slot, or what blocks with a window have kept of them.
  func copy(from source: Int, to target: Int, length: Int) {
    for block in blocks {
      let count = min(length, block.capacity)
      let (start, end) = (source * block.capacity, target * block.capacity)
      for slab in [block.keys, block.values] {
        slab.rows(end..<end + count).copy(from: slab.rows(start..<start + count))
      }
    }
  }
}

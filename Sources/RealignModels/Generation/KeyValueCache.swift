import RealignNumerics

/// Keys and values of every block, one slab per block cut into slots of equal capacity.
struct KeyValueCache {
  let slotCount: Int
  let capacity: Int
  private let keys: [Tensor]  // per block (slots·capacity, K·D)
  private let values: [Tensor]

  init(configuration: ModelConfiguration, slotCount: Int, capacity: Int) {
    self.slotCount = slotCount
    self.capacity = capacity
    func slab() -> Tensor {
      Tensor(rows: slotCount * capacity, columns: configuration.keyValueWidth)
    }
    keys = (0..<configuration.layerCount).map { _ in slab() }
    values = (0..<configuration.layerCount).map { _ in slab() }
  }

  func keys(_ layer: Int) -> Tensor { keys[layer] }
  func values(_ layer: Int) -> Tensor { values[layer] }

  /// Stores rows of keys and values of one block at consecutive positions of a slot.
  func store(layer: Int, slot: Int, position: Int, key: Tensor, value: Tensor) {
    precondition(position + key.rows <= capacity, "\(position + key.rows) > \(capacity)")
    let start = slot * capacity + position
    keys[layer].rows(start..<start + key.rows).copy(from: key)
    values[layer].rows(start..<start + value.rows).copy(from: value)
  }
}

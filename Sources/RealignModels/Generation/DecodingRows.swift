/// What a step says of its rows, one entry for each live sequence.
struct DecodingRows {
  /// The input of each row.
  private(set) var tokens: [Int32] = []
  /// Its position.
  private(set) var positions: [Int32] = []
  /// The slot of the cache it belongs to.
  private(set) var slots: [Int] = []
  /// Positions of its sequence, its own included.
  private(set) var lengths: [Int] = []
  /// The same as far as blocks of a capacity keep them, for each capacity there is.
  private var kept: [[Int]]
  private let capacities: [Int]
  /// Which of the capacities a block has.
  private let places: [Int]

  init(capacities blocks: [Int]) {
    capacities = Array(Set(blocks)).sorted()
    let capacities = capacities
    places = blocks.map { capacities.firstIndex(of: $0) ?? 0 }
    kept = capacities.map { _ in [] }
  }

  /// Makes room for the sequences that are live now.
  mutating func assign(_ live: [LiveSequence]) {
    tokens = live.map { _ in 0 }
    positions = tokens
    slots = live.map(\.slot)
    lengths = live.map { _ in 0 }
    for place in kept.indices { kept[place] = lengths }
  }

  /// Fills in the inputs of the next step.
  mutating func advance(_ live: [LiveSequence]) {
    for (row, sequence) in live.enumerated() {
      tokens[row] = sequence.last
      positions[row] = Int32(sequence.length)
      lengths[row] = sequence.length + 1
      for (place, capacity) in capacities.enumerated() {
        kept[place][row] = min(sequence.length + 1, capacity)
      }
    }
  }

  /// How many keys a block has of each sequence.
  func lengths(keptBy layer: Int) -> [Int] { kept[places[layer]] }
}

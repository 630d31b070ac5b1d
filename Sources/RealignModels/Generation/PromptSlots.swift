/// Which prompt goes to which slot of the cache, and where its keys and values come from.
///
/// Prompts enter in order as slots become free. Of equal prompts one is computed; the others take
/// its keys and values, from a slot that still has them.
struct PromptSlots {
  /// How the slot of a new sequence gets the keys and values of its prompt.
  enum Source: Equatable {
    /// They are computed.
    case prefill
    /// They are copied from another slot, at once or after the prefill of this admission.
    case copy(slot: Int, isPending: Bool)
    /// They are still there from an earlier sequence.
    case resident
  }

  /// One prompt that enters.
  struct Admission: Equatable {
    let index: Int
    let slot: Int
    let source: Source
  }

  /// The first index of an equal prompt, for each.
  private let firstEqual: [Int]
  private let keepsPrompts: Bool
  private var next = 0
  /// Free slots, the one to be taken next at the end.
  private var freeSlots: [Int]
  /// The prompt whose keys and values a slot has, by its first index.
  private var residents: [Int?]

  /// - Parameters:
  ///   - prompts: What is to be continued.
  ///   - slotCount: Sequences at the same time.
  ///   - keepsPrompts: Whether a slot still has its prompt when its sequence has been decoded;
  ///     not so where blocks keep a window only.
  init(_ prompts: [[Int32]], slotCount: Int, keepsPrompts: Bool) {
    var known: [[Int32]: Int] = [:]
    firstEqual = prompts.enumerated().map { index, prompt in
      if let first = known[prompt] { return first }
      known[prompt] = index
      return index
    }
    self.keepsPrompts = keepsPrompts
    freeSlots = Array((0..<slotCount).reversed())
    residents = [Int?](repeating: nil, count: slotCount)
  }

  /// Whether every prompt has entered.
  var isExhausted: Bool { next == firstEqual.count }

  /// A sequence has ended.
  mutating func free(_ slot: Int) { freeSlots.append(slot) }

  /// Fills the free slots with the next prompts.
  mutating func admit() -> [Admission] {
    guard !freeSlots.isEmpty, !isExhausted else { return [] }
    if !keepsPrompts { residents = residents.map { _ in nil } }
    var admissions: [Admission] = []
    var pending: Set<Int> = []
    while !isExhausted, let last = freeSlots.last {
      let prompt = firstEqual[next]
      let kept = freeSlots.lastIndex { residents[$0] == prompt }
      let slot = kept.map { freeSlots.remove(at: $0) } ?? last
      if kept == nil { freeSlots.removeLast() }
      let source: Source
      if kept != nil {
        source = .resident
      } else if let holder = residents.firstIndex(of: prompt) {
        source = .copy(slot: holder, isPending: pending.contains(holder))
      } else {
        source = .prefill
      }
      // A copy that waits for a prefill is itself not there until then.
      if source != .resident { residents[slot] = prompt }
      switch source {
      case .prefill, .copy(_, isPending: true): pending.insert(slot)
      default: break
      }
      admissions.append(Admission(index: next, slot: slot, source: source))
      next += 1
    }
    return admissions
  }
}

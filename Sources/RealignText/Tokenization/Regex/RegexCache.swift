/// What a program's backward pass found out so far: for every reached combination of live steps,
/// the combination one scalar earlier.
///
/// A combination, or state, is the set of steps from which the rest of the text leads to a match;
/// it depends only on the state after the next scalar, that scalar's signature and, where the
/// program looks back, the signature of the scalar before.
struct RegexCache: Sendable {
  /// The signature of no scalar, at either end of the text.
  static let outside: UInt64 = 1 << 63
  /// With more states than this the cache begins anew before the next text.
  private static let maximumStates = 4096
  private static let maximumContexts = 1 << 16
  /// Contexts, pairs of signatures or signatures alone, beyond this many are worked out each time.
  private static let contextStride = 128

  let program: RegexProgram
  private let wordsPerState: Int
  private var bits: [UInt64] = []
  private var states: [[UInt64]: Int32] = [:]
  private var transitions: [Int32] = []
  /// Signature numbers by scalar, in pages of 256; -1 where not yet known.
  private var pages = [[Int32]](repeating: [], count: 0x1100)
  private var signatures: [UInt64] = []
  private var signatureNumbers: [UInt64: Int32] = [:]
  private var contexts: [(signature: UInt64, before: UInt64)] = []
  private var contextNumbers: [UInt64: Int32] = [:]

  init(_ program: RegexProgram) {
    self.program = program
    wordsPerState = (program.steps.count + 63) / 64
  }

  /// Forgets what was found if it is too much.
  mutating func trim() {
    guard states.count > Self.maximumStates || contexts.count > Self.maximumContexts else {
      return
    }
    states.removeAll()
    bits.removeAll()
    transitions.removeAll()
    contexts.removeAll()
    contextNumbers.removeAll()
  }

  /// Whether a step is live in a state.
  func isLive(_ step: Int, _ state: Int32) -> Bool {
    bits[Int(state) * wordsPerState + step >> 6] >> UInt64(step & 63) & 1 == 1
  }

  /// The number of a scalar's signature, which says which of the program's sets it is in.
  mutating func signatureNumber(_ value: UInt32) -> Int32 {
    let page = Int(value >> 8)
    if pages[page].isEmpty { pages[page] = [Int32](repeating: -1, count: 256) }
    let known = pages[page][Int(value & 0xFF)]
    if known >= 0 { return known }
    var signature: UInt64 = 0
    for (bit, set) in program.sets.enumerated() where set.contains(value) {
      signature |= 1 << UInt64(bit)
    }
    let number = signatureNumber(of: signature)
    pages[page][Int(value & 0xFF)] = number
    return number
  }

  /// The number of the signature of no scalar.
  mutating func outsideNumber() -> Int32 { signatureNumber(of: Self.outside) }

  private mutating func signatureNumber(of signature: UInt64) -> Int32 {
    if let known = signatureNumbers[signature] { return known }
    let number = Int32(signatures.count)
    signatures.append(signature)
    signatureNumbers[signature] = number
    return number
  }

  /// The state before a scalar, from the state after it (-1 at the end of the text).
  mutating func state(before after: Int32, scalar: Int32, previous: Int32) -> Int32 {
    let context = contextNumber(scalar, previous)
    let slot = Int(after + 1) * Self.contextStride + context
    guard context < Self.contextStride else { return work(after, context) }
    if slot < transitions.count, transitions[slot] >= 0 { return transitions[slot] }
    let state = work(after, context)
    guard max(after, state) < Self.maximumStates else { return state }
    let needed = (Int(max(after, state)) + 2) * Self.contextStride
    if transitions.count < needed {
      transitions.append(contentsOf: repeatElement(-1, count: needed - transitions.count))
    }
    transitions[slot] = state
    return state
  }

  private mutating func contextNumber(_ scalar: Int32, _ previous: Int32) -> Int {
    guard program.looksBack else { return Int(scalar) }
    let key = UInt64(UInt32(bitPattern: scalar)) << 32 | UInt64(UInt32(bitPattern: previous))
    if let known = contextNumbers[key] { return Int(known) }
    contexts.append((signatures[Int(scalar)], signatures[Int(previous)]))
    contextNumbers[key] = Int32(contexts.count - 1)
    return contexts.count - 1
  }

  private mutating func work(_ after: Int32, _ context: Int) -> Int32 {
    let (signature, before) =
      program.looksBack ? contexts[context] : (signatures[context], Self.outside)
    var live = [UInt64](repeating: 0, count: wordsPerState)
    func isSet(_ step: Int) -> Bool { live[step >> 6] >> UInt64(step & 63) & 1 == 1 }
    for step in program.order {
      let holds =
        switch program.steps[step] {
        case .match: true
        case .take(let bit, let next):
          signature >> UInt64(bit) & 1 == 1 && after >= 0 && isLive(next, after)
        case .choose(let first, let second): isSet(first) || isSet(second)
        case .ahead(let body, let isNegated, let next): isSet(body) != isNegated && isSet(next)
        case .behind(let bit, let isNegated, let next):
          (before >> UInt64(bit) & 1 == 1) != isNegated && isSet(next)
        case .anchor(let anchor, let next):
          isSet(next) && isAt(anchor, signature: signature, before: before)
        }
      if holds { live[step >> 6] |= 1 << UInt64(step & 63) }
    }
    if let known = states[live] { return known }
    let number = Int32(states.count)
    states[live] = number
    bits.append(contentsOf: live)
    return number
  }

  private func isAt(_ anchor: RegexNode.Anchor, signature: UInt64, before: UInt64) -> Bool {
    let isLineFeed = { (set: UInt64) in set >> UInt64(program.lineFeedBit) & 1 == 1 }
    let isWord = { (set: UInt64) in set >> UInt64(program.wordBit) & 1 == 1 }
    let isAtEnd = signature == Self.outside
    switch anchor {
    case .textStart: return before == Self.outside
    case .textEnd: return isAtEnd
    case .lineStart:
      return before == Self.outside || (isLineFeed(before) && !isAtEnd)
    case .lineEnd: return isAtEnd || isLineFeed(signature)
    case .wordBoundary: return isWord(signature) != isWord(before)
    case .noWordBoundary: return isWord(signature) == isWord(before)
    }
  }
}

import CRealignMPI

/// Moves values between the ranks of a job of Open MPI, and waits.
///
/// Everything goes from rank to rank directly. Each rank then sends and receives what a ring would,
/// in one step instead of many, and the ends of parts of a transfer can be seen: MPI's own
/// collectives show nothing until all is done, so that waiting for them either takes a whole core
/// or comes late for each of their steps.
struct MPITransfers {
  let rank: Int
  let size: Int
  /// Most values in one message.
  let valuesPerMessage: Int
  /// Asked while waiting: why to give up.
  let failure: () -> ProcessGroupError?

  /// Values that go to or come from a rank.
  struct Message {
    let peer: Int
    let start: UnsafeMutableRawPointer
    let count: Int

    init(_ peer: Int, _ values: Tensor) {
      self.init(peer, UnsafeMutableRawPointer(values.pointer), values.count)
    }

    init(_ peer: Int, _ start: UnsafeMutableRawPointer, _ count: Int) {
      self.peer = peer
      self.start = start
      self.count = count
    }
  }

  /// Bytes of every rank that are sent before lengths are known.
  private static let frame = 256
  private static let lengthBytes = 8

  /// Consecutive ranges of at most `limit`; none for a count of 0.
  static func pieces(_ count: Int, limit: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: limit).map { $0..<min(count, $0 + limit) }
  }

  /// Receives and sends, and returns when all is done.
  func move(
    _ type: rm_type = RM_FLOATS,
    receives: [Message],
    sends: [Message]
  ) throws {
    var requests: [rm_request] = []
    let width = type == RM_FLOATS ? MemoryLayout<Float>.size : 1
    func post(
      _ messages: [Message],
      _ call: String,
      _ start: (UnsafeMutableRawPointer, Int32, rm_type, Int32, UnsafeMutablePointer<rm_request>)
        -> Int32
    ) throws {
      for message in messages {
        for piece in Self.pieces(message.count, limit: valuesPerMessage) {
          var request: rm_request = 0
          let values = message.start + piece.lowerBound * width
          let code = start(values, Int32(piece.count), type, Int32(message.peer), &request)
          try OpenMPILibrary.check(code, call)
          requests.append(request)
        }
      }
    }
    try post(receives, "MPI_Irecv", rm_receive)
    try post(sends, "MPI_Isend") { rm_send($0, $1, $2, $3, $4) }
    try wait(&requests)
  }

  /// Returns when every rank has called it.
  func barrier() throws {
    var requests: [rm_request] = [0]
    try OpenMPILibrary.check(rm_barrier(&requests[0]), "MPI_Ibarrier")
    try wait(&requests)
  }

  /// Everybody's bytes.
  ///
  /// A frame of fixed size brings lengths and short contributions at once; the rest of long ones
  /// follows.
  func gather(_ bytes: [UInt8]) throws -> [[UInt8]] {
    let length = UInt64(bytes.count)
    let room = Self.frame - Self.lengthBytes
    var own = (0..<Self.lengthBytes).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    own += bytes.prefix(room)
    own += [UInt8](repeating: 0, count: Self.frame - own.count)
    let frames = RawMemory(count: (size + 1) * Self.frame)
    frames.start.copyMemory(from: own, byteCount: Self.frame)
    let all = frames.start + Self.frame
    var requests: [rm_request] = [0]
    try keeping([frames]) {
      try OpenMPILibrary.check(
        rm_gather(frames.start, Int32(Self.frame), all, &requests[0]),
        "MPI_Iallgather"
      )
      try wait(&requests)
    }
    let lengths = (0..<size).map { other in
      (0..<Self.lengthBytes).reduce(0) { sum, i in
        sum | Int(all.load(fromByteOffset: other * Self.frame + i, as: UInt8.self)) << (8 * i)
      }
    }
    let rests = try gatherRests(bytes, lengths: lengths.map { max(0, $0 - room) }, from: room)
    return (0..<size).map { other in
      let head = UnsafeRawBufferPointer(
        start: all + other * Self.frame + Self.lengthBytes,
        count: min(room, lengths[other])
      )
      return Array(head) + rests[other].bytes
    }
  }

  /// What does not fit into the frames.
  private func gatherRests(
    _ bytes: [UInt8],
    lengths: [Int],
    from start: Int
  ) throws -> [RawMemory] {
    let rests = lengths.map { RawMemory(count: $0) }
    guard lengths.contains(where: { $0 > 0 }) else { return rests }
    rests[rank].copy(bytes.dropFirst(start))
    let others = (0..<size).filter { $0 != rank }
    try keeping(rests) {
      try move(
        RM_BYTES,
        receives: others.map { Message($0, rests[$0].start, lengths[$0]) },
        sends: others.map { Message($0, rests[rank].start, lengths[rank]) }
      )
    }
    return rests
  }

  /// Asks until all requests are done.
  private func wait(_ requests: inout [rm_request]) throws {
    var backoff = Backoff()
    while true {
      var completed: Int32 = 0
      let code = rm_test(&requests, Int32(requests.count), &completed)
      try OpenMPILibrary.check(code, "MPI_Testsome")
      if completed != 0 {
        requests.removeAll { $0 == 0 }
        if requests.isEmpty { return }
        backoff.reset()
      } else {
        if let failure = failure() { throw failure }
        backoff.pause()
      }
    }
  }

  /// Lets memory outlive transfers that are given up.
  private func keeping(_ memory: [RawMemory], _ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      for block in memory { block.leak() }
      throw error
    }
  }
}

/// Bytes at an address that stays.
private final class RawMemory {
  let start: UnsafeMutableRawPointer
  private let count: Int

  init(count: Int) {
    self.count = count
    start = UnsafeMutableRawPointer.allocate(byteCount: max(1, count), alignment: 64)
    start.initializeMemory(as: UInt8.self, repeating: 0, count: count)
  }

  func copy(_ bytes: ArraySlice<UInt8>) {
    UnsafeMutableRawBufferPointer(start: start, count: count).copyBytes(from: bytes)
  }

  var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: start, count: count)) }

  /// Never frees the memory.
  func leak() { _ = Unmanaged.passRetained(self) }

  deinit { start.deallocate() }
}

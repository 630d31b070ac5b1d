import Synchronization

/// Scratch memory for blocks of parallel loops, reused from call to call.
enum Scratch {
  private static let free = Mutex<[FloatBuffer]>([])

  /// Lends a buffer of at least `count` floats, contents undefined, for the time of `body`.
  static func with<R>(count: Int, _ body: (UnsafeMutablePointer<Float>) -> R) -> R {
    let buffer = borrow(count: count)
    defer { giveBack(buffer) }
    return body(buffer.base)
  }

  /// Lends a buffer of at least `count` floats, contents undefined, until it is given back.
  static func borrow(count: Int) -> FloatBuffer {
    let found = free.withLock { list -> FloatBuffer? in
      // The smallest that fits, so that small requests leave large buffers alone.
      var best: Int?
      for (index, buffer) in list.enumerated() where buffer.count >= count {
        if best.map({ buffer.count < list[$0].count }) ?? true { best = index }
      }
      if let best { return list.remove(at: best) }
      // All at hand are too small: let one go, so that the list never holds more buffers than
      // were once in use at the same time.
      _ = list.popLast()
      return nil
    }
    return found ?? FloatBuffer(count: (count / (1 << 14) + 1) * (1 << 14))
  }

  /// Ends a loan.
  static func giveBack(_ buffer: FloatBuffer) { free.withLock { $0.append(buffer) } }
}

import Synchronization

/// Scratch memory for blocks of parallel loops, reused from call to call.
enum Scratch {
  private static let free = Mutex<[FloatBuffer]>([])

  /// Lends a buffer of at least `count` floats, contents undefined, for the time of `body`.
  static func with<R>(count: Int, _ body: (UnsafeMutablePointer<Float>) -> R) -> R {
    let buffer = take(count)
    defer { free.withLock { $0.append(buffer) } }
    return body(buffer.base)
  }

  private static func take(_ count: Int) -> FloatBuffer {
    let found = free.withLock { list -> FloatBuffer? in
      if let index = list.lastIndex(where: { $0.count >= count }) {
        return list.remove(at: index)
      }
      // Everything at hand is too small: let one go, so that the list stays as short as the
      // greatest number of buffers ever in use.
      _ = list.popLast()
      return nil
    }
    guard let found else {
      return FloatBuffer(count: (count / (1 << 14) + 1) * (1 << 14))
    }
    return found
  }
}

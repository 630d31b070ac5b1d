import Foundation

/// A fixed block of floats, zero at first and aligned to 64 bytes; freed with its last reference.
public final class FloatBuffer: @unchecked Sendable {
  /// Number of floats.
  public let count: Int
  @usableFromInline let base: UnsafeMutablePointer<Float>
  private let allocation: UnsafeMutableRawPointer

  private static let alignment = 64

  /// Allocates `count` zeros.
  public init(count: Int) {
    precondition(count >= 0, "a buffer of \(count) floats")
    self.count = count
    allocation = LargePages.zeros(
      bytes: count * MemoryLayout<Float>.stride + Self.alignment
    )
    base = allocation.alignedUp(toMultipleOf: Self.alignment)
      .bindMemory(to: Float.self, capacity: max(count, 1))
  }

  deinit { free(allocation) }
}

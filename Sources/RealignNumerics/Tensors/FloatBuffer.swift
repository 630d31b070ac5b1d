import Foundation

/// A fixed block of floats, zero at first and aligned to 64 bytes; freed with its last reference.
public final class FloatBuffer: @unchecked Sendable {
  /// Number of floats.
  public let count: Int
  @usableFromInline let base: UnsafeMutablePointer<Float>
  /// The block that this buffer is part of; nil where it was borrowed.
  private let allocation: UnsafeMutableRawPointer?
  /// Given back with the last reference; nil where the memory is this buffer's own.
  private let loan: FloatBuffer?

  private static let alignment = 64

  /// Allocates `count` zeros.
  public init(count: Int) {
    precondition(count >= 0, "a buffer of \(count) floats")
    self.count = count
    let block = LargePages.zeros(bytes: count * MemoryLayout<Float>.stride + Self.alignment)
    allocation = block
    loan = nil
    base = block.alignedUp(toMultipleOf: Self.alignment)
      .bindMemory(to: Float.self, capacity: max(count, 1))
  }

  /// Borrows `count` floats, contents undefined, from the scratch memory of parallel loops.
  init(scratch count: Int) {
    let loan = Scratch.borrow(count: count)
    self.count = count
    base = loan.base
    allocation = nil
    self.loan = loan
  }

  deinit {
    if let loan { Scratch.giveBack(loan) }
    free(allocation)
  }
}

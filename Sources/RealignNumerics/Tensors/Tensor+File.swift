import Foundation

/// Why numbers could not be read from a file.
public struct FileReadError: Error, Sendable, Equatable {
  /// The system's error number, 0 when the file ends early.
  public let code: Int32
  /// The byte that could not be read, counted from the start of the file.
  public let position: Int
}

extension Tensor {
  /// Reads row-major little-endian numbers from an open file, widened to float.
  ///
  /// Single precision is read in place, other types a few megabytes at a time.
  ///
  /// - Parameters:
  ///   - file: A descriptor open for reading; its position is neither used nor moved.
  ///   - offset: The byte of the file at which the numbers begin, at any alignment.
  ///   - type: How they are stored; `count * type.byteCount` bytes are read.
  /// - Throws: `FileReadError`.
  public func load(file: Int32, at offset: Int, type: ScalarType) throws {
    guard type != .f32 else {
      try Self.forEachPiece(of: self) { start, target, count in
        try FileBytes.read(file, at: offset + 4 * start, into: target, count: 4 * count)
      }
      return
    }
    try Self.forEachPiece(of: self) { start, target, count in
      try FileBytes.lend(file, at: offset + 2 * start, count: 2 * count) {
        type.widen($0, into: target, count: count)
      }
    }
  }

  /// Calls `body` with runs of elements that lie together: (start in row-major order, place,
  /// count).
  private static func forEachPiece(
    of tensor: Tensor,
    _ body: (Int, UnsafeMutablePointer<Float>, Int) throws -> Void
  ) rethrows {
    let isContiguous = tensor.isContiguous
    let width = isContiguous ? tensor.count : tensor.columns
    for r in 0..<(isContiguous ? min(1, tensor.rows) : tensor.rows) {
      for start in Swift.stride(from: 0, to: width, by: FileBytes.elementsPerPiece) {
        let count = min(FileBytes.elementsPerPiece, width - start)
        try body(r * width + start, tensor.row(r) + start, count)
      }
    }
  }
}

extension HalfTensor {
  /// Reads row-major little-endian numbers from an open file, rounded to this type.
  ///
  /// Numbers of this type are read in place, others a few megabytes at a time.
  ///
  /// - Parameters:
  ///   - file: A descriptor open for reading; its position is neither used nor moved.
  ///   - offset: The byte of the file at which the numbers begin, at any alignment.
  ///   - source: How they are stored; `count * source.byteCount` bytes are read.
  /// - Throws: `FileReadError`.
  public func load(file: Int32, at offset: Int, type source: ScalarType) throws {
    for start in stride(from: 0, to: count, by: FileBytes.elementsPerPiece) {
      let count = min(FileBytes.elementsPerPiece, count - start)
      let target = row(0) + start
      let position = offset + start * source.byteCount
      guard source != type else {
        try FileBytes.read(file, at: position, into: target, count: 2 * count)
        continue
      }
      try FileBytes.lend(file, at: position, count: count * source.byteCount) { bytes in
        Scratch.with(count: count) { wide in
          source.widen(bytes, into: wide, count: count)
          type.narrow(wide, into: target, count: count)
        }
      }
    }
  }
}

/// Bytes of files at given places.
private enum FileBytes {
  /// Elements read at once, so that the kernel is asked for less than its 2 GiB and what must be
  /// converted needs little room.
  static let elementsPerPiece = 1 << 20

  /// Reads bytes at a place of a file.
  static func read(
    _ file: Int32,
    at offset: Int,
    into target: UnsafeMutableRawPointer,
    count: Int
  ) throws {
    var done = 0
    while done < count {
      let got = pread(file, target + done, count - done, off_t(offset + done))
      if got > 0 {
        done += got
      } else if got == 0 || errno != EINTR {
        throw FileReadError(code: got == 0 ? 0 : errno, position: offset + done)
      }
    }
  }

  /// Lends bytes of a file for the time of `body`.
  static func lend(
    _ file: Int32,
    at offset: Int,
    count: Int,
    _ body: (UnsafeRawPointer) -> Void
  ) throws {
    let buffer = Scratch.borrow(count: (count + 3) / 4)
    defer { Scratch.giveBack(buffer) }
    try read(file, at: offset, into: buffer.base, count: count)
    body(buffer.base)
  }
}

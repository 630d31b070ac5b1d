import Foundation
import RealignNumerics
import RealignText

/// An open regular file of weights that is read at given places.
///
/// It is read, not mapped: a mapped file that another process cuts short ends this one, and its
/// pages would count beside the tensors they are copied to.
final class WeightFile: Sendable {
  let path: String
  /// Bytes of the file when it was opened.
  let byteCount: Int
  private let descriptor: Int32

  /// - Throws: `InputError` of kind `missingInput` when it is absent, not readable or no file.
  init(path: String) throws {
    self.path = path
    // A pipe without a writer must not block.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw InputError(
        .missingInput,
        "cannot read the weights: " + String(cString: strerror(errno)),
        file: path
      )
    }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
      _ = close(descriptor)
      throw InputError(.missingInput, "cannot read the weights: not a regular file", file: path)
    }
    byteCount = Int(information.st_size)
  }

  deinit { _ = close(descriptor) }

  /// The first bytes.
  ///
  /// - Precondition: There are as many when the file was opened.
  func prefix(_ count: Int) throws -> [UInt8] {
    precondition(count <= byteCount, "\(count) bytes of \(byteCount)")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    var piece = [UInt8](repeating: 0, count: min(count, 1 << 20))
    while bytes.count < count {
      let wanted = min(piece.count, count - bytes.count)
      let got = pread(descriptor, &piece, wanted, off_t(bytes.count))
      guard got > 0 || got < 0 && errno == EINTR else { throw failure(errno, ended: got == 0) }
      bytes += piece.prefix(max(got, 0))
    }
    return bytes
  }

  /// Reads numbers into a tensor of as many elements, widened to single precision.
  func load(_ range: Range<Int>, as type: ScalarType, into tensor: Tensor) throws {
    try load(range, as: type, count: tensor.count) {
      try tensor.load(file: descriptor, at: range.lowerBound, type: type)
    }
  }

  /// Reads numbers into a half-precision tensor of as many elements, rounded unless of its type.
  func load(_ range: Range<Int>, as type: ScalarType, into tensor: HalfTensor) throws {
    try load(range, as: type, count: tensor.count) {
      try tensor.load(file: descriptor, at: range.lowerBound, type: type)
    }
  }

  private func load(
    _ range: Range<Int>,
    as type: ScalarType,
    count: Int,
    _ body: () throws -> Void
  ) throws {
    precondition(
      range.count == count * type.byteCount,
      "\(range.count) bytes for \(count) numbers of \(type.rawValue)"
    )
    do {
      try body()
    } catch let error as FileReadError {
      throw failure(error.code, ended: error.code == 0)
    }
  }

  private func failure(_ code: Int32, ended: Bool) -> InputError {
    InputError(
      .io,
      ended
        ? "the weights became shorter while they were read"
        : "cannot read the weights: " + String(cString: strerror(code)),
      file: path
    )
  }
}

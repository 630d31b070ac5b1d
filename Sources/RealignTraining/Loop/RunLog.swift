import Foundation
import RealignText

/// `metrics.jsonl`: one object per logged step, appended and flushed.
final class RunLog {
  private let handle: FileHandle?
  private(set) var bytes: Int

  /// Opens a log; a resumed run is cut back to where its checkpoint was written.
  init(path: String?, resumingAt length: Int) throws {
    guard let path else {
      handle = nil
      bytes = 0
      return
    }
    let manager = FileManager.default
    if !manager.fileExists(atPath: path) {
      guard manager.createFile(atPath: path, contents: nil) else {
        throw InputError(.cannotCreate, "cannot create the metrics log", file: path)
      }
    }
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw InputError(.cannotCreate, "cannot open the metrics log", file: path)
    }
    do {
      try handle.truncate(atOffset: UInt64(length))
      try handle.seekToEnd()
    } catch {
      throw InputError(.io, "cannot write the metrics log", file: path)
    }
    self.handle = handle
    bytes = length
  }

  deinit { try? handle?.close() }

  /// Appends one object; non-finite values become null.
  func append(step: Int, metrics: [(name: String, value: Double)]) throws {
    guard let handle else { return }
    var object = JSONObject(["step": .number(Double(step))])
    for metric in metrics { object[metric.name] = .number(metric.value) }
    let line = Data((JSONValue.object(object).serialized() + "\n").utf8)
    do {
      try handle.write(contentsOf: line)
    } catch {
      throw InputError(.io, "cannot write the metrics log")
    }
    bytes += line.count
  }
}

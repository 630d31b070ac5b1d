import Foundation
import RealignText
import Synchronization

/// Progress that also goes to `run.log`, one JSON object per line with the time.
public final class LoggedProgress: ProgressReporter {
  private let next: any ProgressReporter
  private let handle: Mutex<FileHandle>
  private let task = Mutex("")

  /// Opens a log for appending and passes everything on to `next`.
  ///
  /// - Throws: `InputError` of kind `cannotCreate`.
  public init(path: String, next: any ProgressReporter) throws {
    if !FileManager.default.fileExists(atPath: path) {
      guard FileManager.default.createFile(atPath: path, contents: nil) else {
        throw InputError(.cannotCreate, "cannot create the log", file: path)
      }
    }
    guard let handle = FileHandle(forWritingAtPath: path), (try? handle.seekToEnd()) != nil else {
      throw InputError(.cannotCreate, "cannot open the log", file: path)
    }
    self.next = next
    self.handle = Mutex(handle)
  }

  /// A line of information.
  public func note(_ text: String) {
    log("note", text)
    next.note(text)
  }

  /// A line for those who asked for details.
  public func detail(_ text: String) {
    log("detail", text)
    next.detail(text)
  }

  /// A line that must be seen.
  public func warn(_ text: String) {
    log("warning", text)
    next.warn(text)
  }

  /// A task starts.
  public func begin(_ task: String, total: Int?, unit: String) {
    self.task.withLock { $0 = task }
    log("begin", task)
    next.begin(task, total: total, unit: unit)
  }

  /// The task has done so many steps.
  public func update(_ done: Int, _ status: String) { next.update(done, status) }

  /// The task ended.
  public func end(_ summary: String?) {
    log("end", task.withLock { $0 } + (summary.map { ": " + $0 } ?? ""))
    next.end(summary)
  }

  private func log(_ kind: String, _ text: String) {
    let line: JSONValue = [
      "time": .string(Date().ISO8601Format()), "kind": .string(kind), "text": .string(text),
    ]
    let data = Data((line.serialized() + "\n").utf8)
    // The log is for people; a run does not fail for it.
    handle.withLock { try? $0.write(contentsOf: data) }
  }
}

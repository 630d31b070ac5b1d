import Foundation
import RealignText

/// A process that computes shards, and what it has said.
final class WorkerProcess {
  /// Which worker, from 1.
  let number: Int
  /// What it computes: `2/3` or `any/16`.
  let shard: String
  /// Times it was started.
  private(set) var starts = 0
  /// Rows it has done since it was started.
  private(set) var doneRows = 0
  /// Rows of the whole input, once it has said so.
  private(set) var inputRows: Int?
  /// What it measured, once it has said so.
  private(set) var speed: (rowsPerSecond: Double?, blocks: Int)?
  private var process = Process()
  private var input = Pipe()
  private let folder: String
  private var offset: UInt64 = 0
  private var rest: [UInt8] = []

  /// - Parameter folder: Where its output goes.
  init(number: Int, shard: String, folder: String) {
    self.number = number
    self.shard = shard
    self.folder = folder
  }

  private var outputPath: String { "\(folder)/\(number).\(starts).out" }
  private var errorPath: String { "\(folder)/\(number).\(starts).err" }

  /// How a process ended.
  enum Ending: Equatable {
    /// By itself, with a code.
    case code(Int32)
    /// By a signal.
    case signal(Int32)

    /// In words.
    var text: String {
      switch self {
      case .code(let code): return "exit code \(code)"
      case .signal(let signal): return "signal \(signal)"
      }
    }

    /// Whether the same arguments would end in the same way again.
    var isFinal: Bool {
      guard case .code(let code) = self else { return false }
      return [.usage, .badData, .missingInput, .badConfiguration].contains(
        ExitStatus(rawValue: code)
      )
    }

    /// The exit code that the whole has because of this.
    var status: ExitStatus {
      guard case .code(let code) = self else { return .failure }
      return ExitStatus(rawValue: code) ?? .failure
    }
  }

  /// The process's number in the system.
  var identifier: Int32 { process.processIdentifier }

  /// How the process ended; nil while it runs.
  var ending: Ending? {
    guard starts > 0, !process.isRunning else { return nil }
    return process.terminationReason == .exit
      ? .code(process.terminationStatus) : .signal(process.terminationStatus)
  }

  /// Starts the program, by `posix_spawn`: threads of this process do not matter.
  ///
  /// - Throws: `InputError` of kind `missingInput` or `cannotCreate`.
  func start(
    _ executable: String,
    _ arguments: [String],
    environment: [String: String]
  ) throws {
    starts += 1
    (doneRows, speed, offset, rest) = (0, nil, 0, [])
    process = Process()
    input = Pipe()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.environment = environment
    process.standardInput = input
    // Files instead of pipes: nobody has to read them in time.
    process.standardOutput = try Self.create(outputPath)
    process.standardError = try Self.create(errorPath)
    do {
      try process.run()
    } catch {
      throw InputError(
        .missingInput,
        "cannot start a worker",
        file: executable,
        found: (error as NSError).localizedDescription
      )
    }
  }

  private static func create(_ path: String) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw InputError(.cannotCreate, "cannot create a worker's log", file: path) }
    return handle
  }

  /// Says a line to the process; one that has ended hears nothing.
  func tell(_ line: String) {
    try? input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
  }

  /// Asks the process to stop, once.
  ///
  /// Unlike the signals of a terminal, which reach all processes of a group, SIGUSR1 ends nothing
  /// at once however often it comes.
  func requestStop() {
    if ending == nil { kill(identifier, SIGUSR1) }
  }

  /// Closes the input of the process, which asks it to stop too.
  func closeInput() { try? input.fileHandleForWriting.close() }

  /// Reads what the process has said since the last time.
  func listen() {
    guard let handle = FileHandle(forReadingAtPath: outputPath) else { return }
    defer { try? handle.close() }
    guard (try? handle.seek(toOffset: offset)) != nil, let data = try? handle.readToEnd() else {
      return
    }
    offset += UInt64(data.count)
    rest += data
    while let end = rest.firstIndex(of: 0x0A) {
      take(WorkerMessage(line: String(decoding: rest[..<end], as: UTF8.self)))
      rest.removeSubrange(...end)
    }
  }

  private func take(_ message: WorkerMessage?) {
    switch message {
    case .input(let rows): inputRows = rows
    case .done(let rows): doneRows = rows
    case .speed(let rate, let blocks): speed = (rate, blocks)
    case nil: break
    }
  }

  /// The last lines that the process wrote to its standard error.
  func lastWords(_ count: Int = 12) -> [String] {
    let data = FileManager.default.contents(atPath: errorPath) ?? Data()
    // A redrawn line of progress is one line to its end.
    return String(decoding: data.suffix(1 << 14), as: UTF8.self)
      .split(whereSeparator: \.isNewline).suffix(count).map(String.init)
  }
}

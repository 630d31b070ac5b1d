import Foundation

/// A process of this machine that cannot be mistaken for a later one with its number.
struct ProcessIdentity: Sendable, Equatable, Codable {
  /// Its number.
  let number: Int32
  /// When it started, in ticks since the machine did.
  let started: Int

  /// What a process is doing.
  enum State: Sendable {
    /// It runs or waits, or would if it were given a processor.
    case alive
    /// A signal or a debugger stopped it.
    case stopped
    /// It has ended.
    case gone
    /// Its machine is another one, or the system does not tell.
    case unknown
  }

  /// This process; nil where the system does not tell.
  static var own: ProcessIdentity? {
    guard let fields = Fields(number: getpid()) else { return nil }
    return ProcessIdentity(number: getpid(), started: fields.started)
  }

  /// The nearest process that started this one and has one of the names; nil where there is none.
  static func ancestor(named names: [String]) -> ProcessIdentity? {
    var number = getppid()
    for _ in 0..<8 {
      guard number > 1, let fields = Fields(number: number) else { return nil }
      if names.contains(fields.name) {
        return ProcessIdentity(number: number, started: fields.started)
      }
      number = fields.parent
    }
    return nil
  }

  /// What it is doing now; call only for a process seen before, as one out of sight is taken to
  /// have ended.
  var state: State {
    guard let fields = Fields(number: number), fields.started == started else { return .gone }
    switch fields.state {
    case "Z", "X", "x": return .gone
    case "T", "t": return .stopped
    default: return .alive
    }
  }

  /// The fields of `/proc/N/stat` in use (proc_pid_stat(5)).
  private struct Fields {
    let name: String
    let state: Substring
    let parent: Int32
    let started: Int

    init?(number: Int32) {
      guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
        let start = text.firstIndex(of: "("), let end = text.lastIndex(of: ")")
      else { return nil }
      // The name in parentheses may hold anything; the state is field 3, the
      // parent 4, the start 22.
      let values = text[text.index(after: end)...].split(separator: " ")
      guard values.count > 19, let parent = Int32(values[1]), let started = Int(values[19]) else {
        return nil
      }
      name = String(text[text.index(after: start)..<end])
      state = values[0]
      self.parent = parent
      self.started = started
    }
  }
}

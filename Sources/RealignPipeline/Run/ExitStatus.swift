/// The exit codes of the program and what they mean.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  /// Done.
  case success = 0
  /// A failure of no other kind.
  case failure = 1
  /// A quality gate or check did not pass.
  case notPassed = 2
  /// The command line is wrong.
  case usage = 64
  /// A file was read and its content is wrong.
  case badData = 65
  /// A file or directory is not there or cannot be read.
  case missingInput = 66
  /// Another process holds the run directory.
  case busy = 69
  /// The program contradicts itself.
  case internalError = 70
  /// An output cannot be created.
  case cannotCreate = 73
  /// Reading or writing failed, for example because the disk is full.
  case inputOutput = 74
  /// Stopped before the end; `--resume` continues.
  case resumable = 75
  /// A configuration file or value is wrong.
  case badConfiguration = 78

  /// What the code says, for `--help`.
  public var meaning: String {
    switch self {
    case .success: return "ok"
    case .failure: return "failure"
    case .notPassed: return "a quality gate or check did not pass"
    case .usage: return "wrong command line"
    case .badData: return "bad data"
    case .missingInput: return "missing input"
    case .busy: return "run directory in use"
    case .internalError: return "internal error"
    case .cannotCreate: return "cannot create output"
    case .inputOutput: return "I/O error, for example a full disk"
    case .resumable: return "stopped, resumable"
    case .badConfiguration: return "bad configuration"
    }
  }
}

/// How a command ended that did not fail.
public enum CommandOutcome: Sendable, Equatable {
  /// Everything passed.
  case passed
  /// A gate or check did not pass; exit code 2.
  case notPassed
}

import Foundation
import RealignTestSupport

/// The built program, or another, run as a user runs it.
enum Program {
  /// What a run left behind.
  struct Result {
    var code: Int32
    var output: String
    var errors: String
  }

  /// The program lies beside the test bundle.
  static var path: String {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0])
    return bundle.deletingLastPathComponent().appendingPathComponent("realign").path
  }

  /// Runs a program, this package's by default, to its end.
  static func run(
    _ arguments: [String],
    environment: [String: String] = [:],
    output: String? = nil,
    program: String = path
  ) throws -> Result {
    let folder = try TemporaryFolder()
    // Files instead of pipes: no output is too long for them.
    let errors = folder.path + "/stderr"
    let process = try start(
      arguments,
      environment: environment,
      output: output,
      errors: errors,
      in: folder,
      program: program
    )
    process.waitUntilExit()
    return Result(
      code: process.terminationStatus,
      output: output == nil
        ? try String(contentsOfFile: folder.path + "/stdout", encoding: .utf8) : "",
      errors: try String(contentsOfFile: errors, encoding: .utf8)
    )
  }

  /// Starts a program in a folder; `output` and `errors` are the files it writes to.
  static func start(
    _ arguments: [String],
    environment: [String: String] = [:],
    output: String? = nil,
    errors: String,
    in folder: TemporaryFolder,
    program: String = path
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment.filter {
      !$0.key.hasPrefix("REALIGN_") && $0.key != "COLUMNS"
    }
    variables.merge(environment) { $1 }
    process.environment = variables
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardOutput = try handle(output ?? folder.path + "/stdout")
    process.standardError = try handle(errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  private static func handle(_ path: String) throws -> FileHandle {
    if !FileManager.default.fileExists(atPath: path) {
      try Data().write(to: URL(fileURLWithPath: path))
    }
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw CocoaError(.fileNoSuchFile)
    }
    return handle
  }
}

import Foundation
import RealignText

/// `realign version`.
public enum VersionCommand {
  /// Prints the name and version; as JSON also the system and the program's digest.
  public static func run(context: CommandContext) throws {
    guard context.isJSON else {
      try context.output.text("\(ProgramVersion.name) \(ProgramVersion.number)")
      return
    }
    try context.output.row([
      "name": .string(ProgramVersion.name), "version": .string(ProgramVersion.number),
      "system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
      "sha256": Manifest.programDigest.map { JSONValue.string($0) } ?? .null,
    ])
  }
}

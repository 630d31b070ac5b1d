import Foundation
import RealignText

/// The base model that ships with the program.
public enum BundledModel {
  /// Where it lies: among the program's resources.
  ///
  /// - Throws: `InputError` when the installation lacks it.
  public static func directory() throws -> String {
    let path = Bundle.module.resourcePath.map { $0 + "/AtlasBase" } ?? "AtlasBase"
    guard FileManager.default.fileExists(atPath: path + "/config.json") else {
      throw InputError(
        .missingInput,
        "the bundled base model is missing",
        file: path,
        hint: "realign init --base-model DIR trains it from nothing"
      )
    }
    return path
  }
}

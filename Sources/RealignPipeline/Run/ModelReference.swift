import Foundation
import RealignText

/// Finds the directory that a model's name means, without a network.
public enum ModelReference {
  /// The directory of `MODEL`: a path, or `org/name[@revision]` (also `hf://org/name`) in the
  /// Hugging Face cache.
  ///
  /// - Throws: `InputError` of kind `missingInput` with the command that would fetch the model.
  public static func resolve(_ name: String, environment: [String: String]) throws -> String {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) {
      guard isFolder.boolValue else {
        throw InputError(
          .missingInput,
          "a model is a directory",
          file: name,
          found: "a file",
          hint: "name the directory that holds config.json and the weights"
        )
      }
      return name
    }
    guard let repository = Repository(name) else {
      throw InputError(.missingInput, "there is no such model directory", file: name)
    }
    let folder = cacheFolder(environment) + "/models--" + repository.folder
    guard let snapshot = snapshot(in: folder, revision: repository.revision) else {
      let revision = repository.revision == "main" ? "" : " --revision \(repository.revision)"
      throw InputError(
        .missingInput,
        "the model is neither a directory nor in the Hugging Face cache",
        found: name,
        hint: "hf download \(repository.name)\(revision)"
      )
    }
    return snapshot
  }

  /// `org/name` and a revision.
  private struct Repository {
    var name: String
    var revision = "main"

    /// nil when the text cannot be a repository's name.
    init?(_ text: String) {
      var body = text[...]
      if body.hasPrefix("hf://") { body = body.dropFirst(5) }
      if let at = body.firstIndex(of: "@") {
        revision = String(body[body.index(after: at)...])
        body = body[..<at]
      }
      let parts = body.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, (parts + [revision[...]]).allSatisfy(Self.isSafe) else { return nil }
      name = String(body)
    }

    /// Letters, digits and `._-`, and no way out of the cache.
    private static func isSafe(_ part: Substring) -> Bool {
      !part.isEmpty && !part.hasPrefix(".") && !part.contains("..")
        && part.utf8.allSatisfy {
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "._-".utf8.contains($0)
        }
    }

    var folder: String { name.replacing("/", with: "--") }
  }

  /// The order that `huggingface_hub` looks in.
  static func cacheFolder(_ environment: [String: String]) -> String {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    if let cache = value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE") { return cache }
    if let home = value("HF_HOME") { return home + "/hub" }
    return (CacheFolder.user(environment) ?? "./.cache") + "/huggingface/hub"
  }

  private static func snapshot(in folder: String, revision: String) -> String? {
    var commit = revision
    if let data = FileManager.default.contents(atPath: folder + "/refs/" + revision),
      let text = String(bytes: data, encoding: .utf8)
    {
      commit = text.filter { $0.isHexDigit }
    }
    let path = folder + "/snapshots/" + commit
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return exists && isFolder.boolValue && !commit.isEmpty ? path : nil
  }
}

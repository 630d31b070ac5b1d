import Foundation
import RealignKnowledge
import RealignText

/// What results depend on beside the settings: files by content, wherever they lie.
struct ShardSources: Sendable, Equatable {
  /// A file or store and its digest.
  struct Input: Sendable, Equatable {
    /// What it is to the command and its own name, for people.
    let name: String
    /// SHA-256 in hexadecimal.
    let digest: String
  }

  /// Rows, knowledge base, detector and the like, in order.
  var inputs: [Input] = []
  /// Of the model's files.
  var model: String
  /// Of the adapter's files; nil without one.
  var adapter: String?

  /// Digests of a model and an adapter.
  init(model: String, adapter: String?, environment: [String: String]) throws {
    self.model = try Self.digest(
      directory: ModelReference.resolve(model, environment: environment)
    )
    self.adapter = try adapter.map(Self.digest(directory:))
  }

  /// Joins digests that are known.
  init(inputs: [Input], model: String, adapter: String?) {
    self.inputs = inputs
    self.model = model
    self.adapter = adapter
  }

  /// Adds files of one kind.
  mutating func add(_ kind: String, files: [String]) throws {
    for file in files {
      inputs.append(
        Input(
          name: kind + " " + (file as NSString).lastPathComponent,
          digest: try Digest.sha256(file: file).digest
        )
      )
    }
  }

  /// Adds a knowledge base by its content.
  mutating func add(_ store: KnowledgeStore?) {
    guard let store else { return }
    inputs.append(Input(name: "knowledge", digest: store.contentHash))
  }

  /// Endings of the files that a model is read from.
  private static let modelEndings = [".safetensors", ".json", ".jinja", ".txt", ".model"]

  /// One digest of all files in a directory that a model or an adapter is read from.
  static func digest(directory: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    let parts = try names.filter { name in
      !name.hasPrefix(".") && modelEndings.contains(where: name.hasSuffix)
    }.sorted().map { name in
      (name: name, value: try Digest.sha256(file: directory + "/" + name).digest)
    }
    return Digest.sha256(parts: parts)
  }
}

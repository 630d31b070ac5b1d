import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite("Sharded weights")
struct WeightShardsTests {
  static let names = (1...2).map { "model-0000\($0)-of-00002.safetensors" }

  /// A model directory whose tensors alternate between two shards.
  private func write(
    _ model: LanguageModel,
    to folder: String,
    move: (inout [[SafeTensorsWriter.NamedTensor]], inout JSONObject) -> Void = { _, _ in }
  ) throws {
    try ModelDirectory.save(model, to: folder)
    try FileManager.default.removeItem(atPath: folder + "/model.safetensors")
    var shards: [[SafeTensorsWriter.NamedTensor]] = [[], []]
    var map = JSONObject()
    for (i, entry) in model.layout.entries.enumerated() {
      shards[i % 2].append((entry.name, entry.shape, model.parameters.slice(entry.range)))
      map[entry.name] = .string(Self.names[i % 2])
    }
    var index: JSONObject = JSONObject([
      "metadata": ["total_size": .integer(4 * model.parameterCount)], "weight_map": .object(map),
    ])
    move(&shards, &index)
    for (name, tensors) in zip(Self.names, shards) {
      try SafeTensorsWriter.write(tensors, metadata: ["format": "pt"], to: folder + "/" + name)
    }
    try AtomicFile.write(
      JSONValue.object(index).serialized(),
      to: folder + "/model.safetensors.index.json"
    )
  }

  private func refusal(
    _ move: (inout [[SafeTensorsWriter.NamedTensor]], inout JSONObject) -> Void
  ) throws -> InputError? {
    let folder = try TemporaryFolder()
    try write(Fixtures.tinyModel(), to: folder.path, move: move)
    return #expect(throws: InputError.self) { try ModelDirectory.load(folder.path) }
  }

  /// Changes one line of the map.
  private static func map(
    _ name: String,
    to shard: JSONValue?
  ) -> (inout [[SafeTensorsWriter.NamedTensor]], inout JSONObject) -> Void {
    { _, index in
      var map = index["weight_map"]?.objectValue ?? JSONObject()
      map[name] = shard
      index["weight_map"] = .object(map)
    }
  }

  static let embedding = "model.embed_tokens.weight"

  @Test("shards are read as the one file they came from", arguments: ScalarType.allCases)
  func sound(type: ScalarType) throws {
    let folder = try TemporaryFolder()
    let model = Fixtures.tinyModel(biases: true, tied: false)
    try write(model, to: folder.path)
    let found = try ModelDirectory.load(folder.path, baseType: type)
    #expect(found.weights.widened().values == model.with(baseType: type).weights.widened().values)
  }

  @Test(
    "a shard is one visible component that ends in .safetensors",
    arguments: [
      "../x.safetensors", "/etc/x.safetensors", "a/b.safetensors", ".x.safetensors", "x.bin", "",
      "..", "a\\b.safetensors", "a\u{0}.safetensors", "a\u{9b}.safetensors",
    ]
  )
  func traversal(shard: String) throws {
    let error = try refusal(Self.map(Self.embedding, to: .string(shard)))
    #expect(error?.message == "bad shard name" && error?.field == Self.embedding)
  }

  @Test("an index needs its metadata and a map of texts")
  func incomplete() throws {
    #expect(try refusal { $1["metadata"] = nil }?.field == "metadata")
    #expect(try refusal { $1["metadata"] = 3 }?.field == "metadata")
    #expect(try refusal { $1["weight_map"] = .array([]) }?.field == "weight_map")
    #expect(try refusal(Self.map(Self.embedding, to: 1))?.message == "bad shard name")
  }

  @Test("every tensor lies in the shard of the map, and in no other")
  func disagreement() throws {
    let moved = try refusal(Self.map(Self.embedding, to: .string(Self.names[1])))
    #expect(moved?.field == Self.embedding && moved?.expected == "in " + Self.names[1])
    let absent = try refusal(Self.map("model.ghost", to: .string(Self.names[0])))
    #expect(absent?.field == "model.ghost")
    let twice = try refusal { shards, _ in shards[1].append(shards[0][0]) }
    #expect(twice?.message == "a tensor lies in two shards" && twice?.field == Self.embedding)
    let unnamed = try refusal(Self.map(Self.embedding, to: nil))
    #expect(unnamed?.message == "a shard holds a tensor that the index does not name")
    #expect(unnamed?.field == Self.embedding)
  }

  @Test("a missing shard is named")
  func missing() throws {
    let folder = try TemporaryFolder()
    try write(Fixtures.tinyModel(), to: folder.path)
    try FileManager.default.removeItem(atPath: folder.path + "/" + Self.names[1])
    let error = #expect(throws: InputError.self) { try ModelDirectory.load(folder.path) }
    #expect(error?.kind == .missingInput && error?.file == folder.path + "/" + Self.names[1])
  }

  /// Puts the second shard elsewhere and links to it.
  private func link(_ folder: String, to target: String, from shard: String) throws {
    let manager = FileManager.default
    let place = URL(fileURLWithPath: folder + "/" + target).standardizedFileURL.path
    try manager.createDirectory(
      atPath: URL(fileURLWithPath: place).deletingLastPathComponent().path,
      withIntermediateDirectories: true
    )
    try manager.moveItem(atPath: folder + "/" + shard, toPath: place)
    try manager.createSymbolicLink(atPath: folder + "/" + shard, withDestinationPath: target)
  }

  @Test("links may lead into the blobs of the cache, and nowhere else")
  func links() throws {
    let root = try TemporaryFolder()
    func snapshot(_ name: String) throws -> String {
      let folder = root.path + "/hub/models--org--\(name)/snapshots/0123"
      try write(Fixtures.tinyModel(), to: folder)
      return folder
    }
    for (number, target) in ["../../blobs/abc", "../../../blobs/abc", "other"].enumerated() {
      let folder = try snapshot("good\(number)")
      try link(folder, to: target, from: Self.names[1])
      let found = try ModelDirectory.load(folder)
      #expect(found.parameters.values == Fixtures.tinyModel().parameters.values)
    }
    for (number, target) in [
      "../../../../outside", "../../outside", "../other/x",
      "../../blobs-x/abc",
    ].enumerated() {
      let folder = try snapshot("bad\(number)")
      try link(folder, to: target, from: Self.names[1])
      let error = #expect(throws: InputError.self) { try ModelDirectory.load(folder) }
      #expect(error?.message == "a shard lies outside the model's directory", "\(target)")
    }
    let plain = root.path + "/plain/model"
    try write(Fixtures.tinyModel(), to: plain)
    try link(plain, to: "../../blobs/abc", from: Self.names[1])
    #expect(throws: InputError.self) { try ModelDirectory.load(plain) }
  }

  @Test("links in a circle are a missing shard")
  func circle() throws {
    let folder = try TemporaryFolder()
    try write(Fixtures.tinyModel(), to: folder.path)
    let path = folder.path + "/" + Self.names[0]
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: Self.names[0])
    let error = #expect(throws: InputError.self) { try ModelDirectory.load(folder.path) }
    #expect(error?.kind == .missingInput && error?.file == path)
  }
}

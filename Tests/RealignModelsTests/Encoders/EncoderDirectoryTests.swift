import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite("Encoder directories")
struct EncoderDirectoryTests {
  @Test(
    "names with and without prefix, and those of the first release, are one",
    arguments: [false, true],
    [false, true]
  )
  func names(prefixed: Bool, old: Bool) throws {
    let fixture = try EncoderFixture("gelu")
    let tensors = fixture.tensors { name in
      var name = name
      if old, name.contains("LayerNorm") {
        name = name.replacing(".weight", with: ".gamma").replacing(".bias", with: ".beta")
      }
      return prefixed && !name.hasPrefix("classifier") ? "bert." + name : name
    }
    let folder = try fixture.directory(tensors: tensors)
    let model = try EncoderDirectory.load(folder.path)
    #expect(model.configuration == fixture.model.configuration)
    #expect(model.parameters.values == fixture.model.parameters.values)
    #expect(model.hasPooler && model.hasClassifier)
  }

  @Test("heads of pre-training are ignored, and pooler and head may be absent")
  func otherHeads() throws {
    let fixture = try EncoderFixture("gelu")
    let bare = fixture.tensors().filter {
      !$0.name.hasPrefix("pooler") && !$0.name.hasPrefix("classifier")
    }
    let extra = [(name: "cls.predictions.bias", shape: [2], values: Tensor(rows: 1, columns: 2))]
    let folder = try fixture.directory(tensors: bare + extra) {
      $0["architectures"] = ["BertForMaskedLM"]
    }
    let model = try EncoderDirectory.load(folder.path)
    #expect(!model.hasPooler && !model.hasClassifier)
    let input = [TypedTokens([2, 5, 3])]
    #expect(
      model.hiddenStates(input)[0].values == fixture.model.hiddenStates(input)[0].values
    )
  }

  @Test("position buffers of whole numbers are passed over")
  func buffers() throws {
    let folder = try TemporaryFolder()
    let header =
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},"#
      + #""b.position_ids":{"dtype":"I64","shape":[1,2],"data_offsets":[0,16]}}"#
    let path = try folder.write(
      [UInt8](SafeTensorsTests.file(header, body: 20)),
      to: "model.safetensors"
    )
    #expect(throws: InputError.self) { try SafeTensorsFile(path: path) }
    let file = try SafeTensorsFile(path: path) { $0 == "b.position_ids" }
    #expect(file.entries.map(\.name) == ["a"])
    let damaged = header.replacing("[1,2]", with: "[1,3]")
    let bad = try folder.write([UInt8](SafeTensorsTests.file(damaged, body: 20)), to: "bad")
    #expect(throws: InputError.self) { try SafeTensorsFile(path: bad) { $0 == "b.position_ids" } }
  }

  @Test("shards are read as one file")
  func shards() throws {
    let fixture = try EncoderFixture("relu")
    let folder = try fixture.directory()
    try FileManager.default.removeItem(atPath: folder.path + "/model.safetensors")
    var map = JSONObject()
    for (index, part) in [fixture.tensors().prefix(9), fixture.tensors().dropFirst(9)].enumerated()
    {
      let name = "model-0000\(index + 1)-of-00002.safetensors"
      try folder.write([UInt8](SafeTensorsWriter.data(Array(part), metadata: [:])), to: name)
      for tensor in part { map[tensor.name] = .string(name) }
    }
    try folder.write(
      JSONValue.object(["metadata": ["total_size": 0], "weight_map": .object(map)]).serialized(),
      to: "model.safetensors.index.json"
    )
    let model = try EncoderDirectory.load(folder.path)
    #expect(model.parameters.values == fixture.model.parameters.values)
  }

  @Test("weights that do not fit are named")
  func misfits() throws {
    let fixture = try EncoderFixture("gelu")
    let all = fixture.tensors()
    func error(_ tensors: [(name: String, shape: [Int], values: Tensor)]) throws -> InputError {
      let folder = try fixture.directory(tensors: tensors)
      return try #require(throws: InputError.self) { try EncoderDirectory.load(folder.path) }
    }
    let query = "encoder.layer.1.attention.self.query.bias"
    #expect(try error(all.filter { $0.name != query }).field == query)
    let extra = [(name: "qa_outputs.weight", shape: [1], values: Tensor(rows: 1, columns: 1))]
    #expect(try error(all + extra).field == "qa_outputs.weight")
    #expect(
      try error(all.filter { !$0.name.hasPrefix("pooler") }).field == "pooler.dense.weight"
    )
    let reshaped = all.map { $0.name == query ? ($0.name, [1, 32], $0.values) : $0 }
    #expect(try error(reshaped).expected == "[32]")
    let broken = all.map { tensor in
      guard tensor.name == query else { return tensor }
      return (
        tensor.name, tensor.shape,
        Tensor([.nan] + tensor.values.values.dropFirst(), rows: 1, columns: 32)
      )
    }
    #expect(try error(broken).message.contains("NaN"))
  }

  @Test("a decoder's reader says that an encoder cannot generate")
  func decoderReader() throws {
    let folder = try EncoderFixture("gelu").directory()
    let error = try #require(throws: InputError.self) { try ModelDirectory.load(folder.path) }
    #expect(error.field == "model_type" && error.hint?.contains("encoder") ?? false)
  }
}

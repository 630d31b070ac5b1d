import Foundation
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@testable import RealignModels

/// Configurations and headers made to size arrays, to overflow or to divide by zero.
struct HostileConfigurationTests {
  private static let llama = """
    {"model_type":"llama","vocab_size":64,"hidden_size":32,"intermediate_size":48,
    "num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2}
    """

  /// The error of a sound configuration in which one key is changed.
  private func error(_ key: String, _ value: JSONValue) throws -> InputError {
    var json = try #require(try JSONValue.parse(Self.llama).objectValue)
    json[key] = value
    let error = try #require(throws: InputError.self) {
      try ModelConfiguration(json: json, file: "config.json")
    }
    #expect(error.file == "config.json")
    return error
  }

  @Test(arguments: [
    "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
    "num_key_value_heads", "head_dim", "max_position_embeddings",
  ])
  func `a size that is no small positive number is refused by its key`(key: String) throws {
    let strange: [JSONValue] = [
      0, -1, 1.5, 1e300, 2_147_483_648, 2_147_483_647, "64", [64], [:], true, 9_007_199_254_740_992,
    ]
    for value in strange {
      let error = try error(key, value)
      // Heads that do not divide the width, or one another, are named by the other key.
      let others = ["num_attention_heads", "num_key_value_heads"]
      #expect(error.field == key || others.contains(error.field ?? ""), "\(error)")
    }
  }

  @Test(arguments: ["rms_norm_eps", "rope_theta", "initializer_range", "partial_rotary_factor"])
  func `a number that single precision cannot hold is refused`(key: String) throws {
    for value: JSONValue in [0, -1, 1e300, 1e-300, "1", [], true] {
      #expect(try error(key, value).field == key)
    }
  }

  @Test func `a table of positions that would fill the memory is refused`() throws {
    var json = try #require(try JSONValue.parse(Self.llama).objectValue)
    json["head_dim"] = 1024
    json["max_position_embeddings"] = 1_000_000
    let error = try #require(throws: InputError.self) {
      try ModelConfiguration(json: json, file: "config.json")
    }
    #expect(error.field == "max_position_embeddings")
  }

  @Test func `a token that ends texts must have an embedding`() throws {
    for value: JSONValue in [64, [1, 2_147_483_647], -1, "1", [nil]] {
      #expect(try error("eos_token_id", value).field == "eos_token_id")
    }
  }

  @Test func `lists of layers must have the number of layers`() throws {
    let types = JSONValue.array([JSONValue](repeating: "full_attention", count: 100_000))
    var json = try #require(try JSONValue.parse(Self.llama).objectValue)
    json["model_type"] = "qwen2"
    json["layer_types"] = types
    let error = try #require(throws: InputError.self) {
      try ModelConfiguration(json: json, file: "config.json")
    }
    #expect(error.field == "layer_types")
    #expect(error.description.utf8.count < 2000)
  }

  @Test(arguments: [
    (#"{"peft_type":"LORA","r":0,"target_modules":["q_proj"]}"#, "r"),
    (#"{"peft_type":"LORA","r":1e9,"target_modules":["q_proj"]}"#, "r"),
    (#"{"peft_type":"LORA","r":4,"lora_alpha":1e300,"target_modules":["q_proj"]}"#, "lora_alpha"),
    (
      #"{"peft_type":"LORA","r":4,"lora_dropout":1,"target_modules":["q_proj"]}"#,
      "lora_alpha, lora_dropout"
    ),
    (#"{"peft_type":"LORA","r":4,"target_modules":["q_proj","x"]}"#, "target_modules"),
    (#"{"peft_type":"LORA","r":4,"target_modules":[]}"#, "target_modules"),
    (#"{"peft_type":"LORA","r":4,"use_dora":true,"target_modules":["q_proj"]}"#, "use_dora"),
    (#"{"r":4,"target_modules":["q_proj"]}"#, "peft_type"),
  ])
  func `an adapter that cannot be is refused by its key`(json: String, field: String) throws {
    let object = try #require(try JSONValue.parse(json).objectValue)
    let error = try #require(throws: InputError.self) {
      try AdapterConfiguration(json: object, file: "adapter_config.json")
    }
    #expect(error.field == field)
    #expect(error.file == "adapter_config.json")
  }

  @Test func `the rank of an adapter alone allocates nothing`() throws {
    let json = try #require(try JSONValue.parse(Self.llama).objectValue)
    var model = try ModelConfiguration(json: json, file: "config.json")
    model.layerCount = 1000
    model.hiddenSize = 60_000
    model.intermediateSize = 1_000_000
    let folder = try TemporaryFolder()
    let adapter = #"{"peft_type":"LORA","r":1024,"target_modules":"all-linear"}"#
    try folder.write(adapter, to: "adapter_config.json")
    try folder.write([2, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D], to: "adapter_model.safetensors")
    let error = try #require(throws: InputError.self) {
      try AdapterDirectory.load(folder.path, for: model)
    }
    #expect(error.message == "the adapter lacks a tensor")
  }

  @Test func `very many tensors are found without looking at all for each`() throws {
    let count = 20_000
    let entries = (0..<count).map {
      #""t\#($0)":{"dtype":"F32","shape":[1],"data_offsets":[\#(4 * $0),\#(4 * $0 + 4)]}"#
    }
    let header = "{" + entries.joined(separator: ",") + "}"
    let data = SafeTensorsTests.file(header, body: 4 * count)
    let file = try SafeTensorsFile(data: data, path: "x.safetensors")
    #expect((0..<count).allSatisfy { file.entry("t\($0)")?.shape == [1] })
    #expect(file.entry("t\(count)") == nil)
  }

  @Test func `names that are spellings of one text are tensors of their own`() throws {
    let header =
      "{\"\u{E9}\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},"
      + "\"e\u{301}\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"
    let file = try SafeTensorsFile(data: SafeTensorsTests.file(header, body: 0), path: "x")
    #expect(file.entries.count == 2)
  }
}

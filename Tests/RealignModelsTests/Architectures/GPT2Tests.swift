import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite("GPT-2 files")
struct GPT2Tests {
  let source = Fixtures.goldens + "/gpt2"

  @Test("projections stored as (in, out) are read as the formula wrote them")
  func read() throws {
    let model = try ModelDirectory.load(source)
    let expected = try Family("gpt2").model
    #expect(model.configuration == expected.configuration)
    #expect(model.parameters.values == expected.parameters.values)
  }

  @Test("the weights of transformers are rewritten byte for byte")
  func rewritten() throws {
    let folder = try TemporaryFolder()
    try ModelDirectory.save(try ModelDirectory.load(source), to: folder.path)
    #expect(
      try InputFile.bytes(folder.path + "/model.safetensors")
        == InputFile.bytes(source + "/model.safetensors")
    )
  }

  /// The tensors of the golden file under other names, and more tensors.
  private func write(
    _ folder: TemporaryFolder,
    rename: (String) -> String,
    extra: [(name: String, shape: [Int], values: Tensor)] = []
  ) throws {
    let file = try SafeTensorsFile(path: source + "/model.safetensors")
    let tensors = try file.entries.map { entry in
      let values = Tensor(rows: 1, columns: entry.shape.reduce(1, *))
      try file.load(entry, into: values)
      return (name: rename(entry.name), shape: entry.shape, values: values)
    }
    try AtomicFile.write(
      SafeTensorsWriter.data(tensors + extra, metadata: ["format": "pt"]),
      to: folder.path + "/model.safetensors"
    )
    try AtomicFile.write(
      String(decoding: InputFile.bytes(source + "/config.json"), as: UTF8.self),
      to: folder.path + "/config.json"
    )
  }

  @Test("the prefix may be missing, and buffers are skipped")
  func oldFile() throws {
    let folder = try TemporaryFolder()
    let mask = Tensor(rows: 8, columns: 8)
    try write(
      folder,
      rename: { String($0.dropFirst("transformer.".count)) },
      extra: [
        (name: "h.0.attn.bias", shape: [1, 1, 8, 8], values: mask),
        (name: "h.1.attn.masked_bias", shape: [], values: mask.slice(0..<1)),
      ]
    )
    #expect(
      try ModelDirectory.load(folder.path).parameters.values
        == ModelDirectory.load(source).parameters.values
    )
  }

  @Test("a parameter under both of its names is refused")
  func twice() throws {
    let folder = try TemporaryFolder()
    let bias = Tensor(rows: 1, columns: 16)
    try write(folder, rename: { $0 }, extra: [(name: "ln_f.bias", shape: [16], values: bias)])
    let error = #expect(throws: InputError.self) { try ModelDirectory.load(folder.path) }
    #expect(error?.message == "a tensor appears twice")
  }

  @Test("a projection stored as (out, in) is refused")
  func untransposed() throws {
    let folder = try TemporaryFolder()
    try ModelDirectory.save(try ModelDirectory.load(source), to: folder.path)
    let path = folder.path + "/model.safetensors"
    let file = try SafeTensorsFile(path: path)
    let tensors = try file.entries.map { entry in
      let values = Tensor(rows: 1, columns: entry.shape.reduce(1, *))
      try file.load(entry, into: values)
      let isProjection = entry.name.hasSuffix("mlp.c_fc.weight")
      let shape = isProjection ? Array(entry.shape.reversed()) : entry.shape
      return (name: entry.name, shape: shape, values: values)
    }
    try AtomicFile.write(SafeTensorsWriter.data(tensors, metadata: [:]), to: path)
    let error = #expect(throws: InputError.self) { try ModelDirectory.load(folder.path) }
    #expect(error?.found == "[40, 16]" && error?.expected == "[16, 40]")
  }

  @Test("all projections are GPT-2's own; Llama's names are not there")
  func targets() throws {
    let configuration = try ModelDirectory.loadConfiguration(source)
    #expect(
      AdapterConfiguration().resolved(for: configuration).targetModules
        == ["c_attn", "c_proj", "c_fc"]
    )
    let error = #expect(throws: InputError.self) {
      try AdapterConfiguration(targetModules: ["q_proj"]).validate(for: configuration)
    }
    #expect(error?.found == "q_proj" && error?.expected == "c_attn, c_proj, c_fc")
  }
}

import Foundation
import RealignModels
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

@Suite("export")
struct ExportCommandTests {
  private func run(
    _ fixtures: CommandFixtures,
    _ change: (inout ExportCommand.Options) -> Void = { _ in }
  ) throws -> CollectedOutput {
    var options = ExportCommand.Options(
      model: fixtures.model,
      output: fixtures.folder.path + "/tiny.gguf"
    )
    change(&options)
    return try fixtures.output(isJSON: true) { try ExportCommand.run(options, context: $0) }
  }

  @Test("the file and what was written are named")
  func written() throws {
    let fixtures = try CommandFixtures()
    let row = try #require(try run(fixtures) { $0.precision = "BF16" }.rows.first)
    let bytes = try InputFile.bytes(fixtures.folder.path + "/tiny.gguf")
    #expect(bytes.starts(with: Array("GGUF".utf8) + [3, 0, 0, 0]))
    #expect(row["bytes"] == .integer(bytes.count))
    #expect(row["precision"] == "bf16")
    #expect(row["architecture"] == "llama")
    // Nine tensors in each of two blocks, embeddings and the last norm.
    #expect(row["tensors"] == 20)
    #expect(try fixtures.folder.names == ["model", "tiny.gguf"])
  }

  @Test("the same model gives the same bytes; a name and a chat template go into the file")
  func deterministic() throws {
    let fixtures = try CommandFixtures()
    let path = fixtures.folder.path
    _ = try run(fixtures)
    _ = try run(fixtures) { $0.output = path + "/again.gguf" }
    let first = try InputFile.bytes(path + "/tiny.gguf")
    #expect(try InputFile.bytes(path + "/again.gguf") == first)
    try fixtures.folder.write("{{ messages[0].content }}", to: "model/chat_template.jinja")
    _ = try run(fixtures) {
      $0.output = path + "/named.gguf"
      $0.name = "Atlas base"
    }
    let named = try InputFile.bytes(path + "/named.gguf")
    for text in ["Atlas base", "tokenizer.chat_template", "{{ messages[0].content }}"] {
      #expect(Data(named).range(of: Data(text.utf8)) != nil, "\(text)")
      #expect(Data(first).range(of: Data(text.utf8)) == nil, "\(text)")
    }
  }

  @Test("an output that exists is left alone")
  func occupied() throws {
    let fixtures = try CommandFixtures()
    try fixtures.folder.write("mine", to: "tiny.gguf")
    let error = #expect(throws: InputError.self) { try run(fixtures) }
    #expect(error?.kind == .cannotCreate)
    #expect(try InputFile.text(fixtures.folder.path + "/tiny.gguf") == "mine")
  }

  @Test("unknown formats, precisions and families are refused with what there is")
  func refused() throws {
    let fixtures = try CommandFixtures()
    var error = #expect(throws: InputError.self) { try run(fixtures) { $0.precision = "q4_0" } }
    #expect(error?.kind == .usage)
    #expect(error?.expected == "f16, bf16, q8_0")
    error = #expect(throws: InputError.self) { try run(fixtures) { $0.format = "onnx" } }
    #expect(error?.kind == .usage)
    #expect(error?.expected == "gguf")
    let path = fixtures.model + "/config.json"
    let text = try InputFile.text(path).replacing("\"llama\"", with: "\"smollm3\"")
    try AtomicFile.write(text, to: path)
    error = #expect(throws: InputError.self) { try run(fixtures) }
    #expect(error?.kind == .badData)
    #expect(error?.found == "smollm3")
    #expect(error?.expected == "llama, mistral, qwen2, qwen3")
    #expect(try fixtures.folder.names == ["model"])
  }
}

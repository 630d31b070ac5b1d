import Foundation
import RealignModels
import RealignNumerics
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

@Suite("merge")
struct MergeCommandTests {
  /// An adapter whose B is not zero, saved.
  static func adapter(_ fixtures: CommandFixtures) throws -> String {
    let model = try fixtures.load().model
    let adapter = Adapter(AdapterConfiguration(rank: 2, alpha: 4), for: model, seed: 3)
    let values = (0..<adapter.layout.count).map { Float(($0 * 37) % 101 - 50) / 500 }
    adapter.parameters.copy(from: values)
    let path = fixtures.folder.path + "/adapter"
    try AdapterDirectory.save(adapter, baseModel: fixtures.model, to: path)
    return path
  }

  @Test("the merged model scores as model and adapter do")
  func equal() throws {
    let fixtures = try CommandFixtures()
    let adapter = try Self.adapter(fixtures)
    let output = fixtures.folder.path + "/merged"
    let printed = try fixtures.output(isJSON: true) {
      try MergeCommand.run(
        .init(model: fixtures.model, adapter: adapter, output: output),
        context: $0
      )
    }
    let difference = try #require(
      printed.rows.first?["largest_logit_difference"]?.doubleValue
    )
    #expect(difference > 0 && difference < 1e-3)
    let adapted = try TextModel.load(fixtures.model, adapter: adapter)
    let merged = try TextModel.load(output)
    let sequence = merged.sequence(prompt: "Who plays", completion: " the cello?")
    let a = adapted.model.score([sequence])[0].logProbabilities
    let b = merged.model.score([sequence])[0].logProbabilities
    let plain = try fixtures.load().model.score([sequence])[0].logProbabilities
    // Summed in another order, so rounding of single precision only.
    for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-4) }
    #expect(zip(a, plain).contains { abs($0 - $1) > 1e-2 })
    #expect(try fixtures.folder.names == ["adapter", "merged", "model"])
  }

  @Test("an output with files is left alone")
  func occupied() throws {
    let fixtures = try CommandFixtures()
    let adapter = try Self.adapter(fixtures)
    let before = try Data(contentsOf: URL(fileURLWithPath: fixtures.model + "/model.safetensors"))
    let error = #expect(throws: InputError.self) {
      try fixtures.output {
        try MergeCommand.run(
          .init(model: fixtures.model, adapter: adapter, output: fixtures.model),
          context: $0
        )
      }
    }
    #expect(error?.kind == .cannotCreate)
    let after = try Data(contentsOf: URL(fileURLWithPath: fixtures.model + "/model.safetensors"))
    #expect(before == after)
  }
}

import Foundation
import RealignModels
import RealignNumerics
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

extension DistributedTests {
  /// A model that no rank could hold, trained by several that each hold a part of it.
  @Suite(.enabled(if: Job.limitsMemory, "no right to make control groups of version 1"))
  struct DividedMemory {
    /// Weights of 0.45 GB in blocks, over the tokenizer of the bundled model.
    static func save(to directory: String) throws {
      let text = try TextModel.load(try BundledModel.directory())
      var c = ModelConfiguration(
        vocabularySize: text.model.configuration.vocabularySize,
        hiddenSize: 768,
        intermediateSize: 3072,
        layerCount: 12,
        headCount: 12,
        keyValueHeadCount: 12,
        maximumPositions: 256
      )
      c.endOfText = text.model.configuration.endOfText
      let sample = LanguageModel(
        randomlyInitialized: ModelConfiguration(
          vocabularySize: 64,
          hiddenSize: 64,
          intermediateSize: 64,
          layerCount: 1,
          headCount: 1,
          keyValueHeadCount: 1,
          maximumPositions: 8
        ),
        seed: 1
      ).parameters
      let count = MemoryNeeds(c).parameterCount
      let values = Tensor(rows: 1, columns: count)
      for start in stride(from: 0, to: count, by: sample.count) {
        let part = values.slice(start..<min(count, start + sample.count))
        part.copy(from: sample.slice(0..<part.count))
      }
      try text.with(LanguageModel(configuration: c, parameters: values)).save(directory)
    }

    @Test func `a model larger than a rank's memory trains when its base is divided`() throws {
      let folder = try TemporaryFolder()
      let model = folder.path + "/model"
      try Self.save(to: model)
      let limit = 400 << 20
      let size =
        try FileManager.default
        .attributesOfItem(atPath: model + "/model.safetensors")[.size] as? NSNumber
      #expect(try #require(size).intValue > limit)
      var test = TrainingCase.all[0]
      test.model = model
      let arguments = try test.arguments(in: folder, output: "out", ranks: 4, steps: 2)
      let refused = try Job.train(arguments, ranks: 4, bytes: limit)
      #expect(refused.code == 78)
      #expect(refused.errors.contains("not enough memory"))
      #expect(refused.errors.contains("--shard-base"))
      let trained = try Job.train(
        arguments + ["--shard-base", "--json"],
        ranks: 4,
        bytes: limit
      )
      #expect(trained.code == 0, "\(trained.errors)")
      let summary = try JSONValue.parse(Array(trained.output.utf8), file: nil)
      let peak = try #require(summary["peak_rss_bytes"]?.intValue)
      #expect(peak < limit)
      #expect(try #require(summary["estimated_bytes"]?.intValue) < limit)
    }
  }
}

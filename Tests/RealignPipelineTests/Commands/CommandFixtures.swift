import Foundation
import RealignModels
import RealignPipeline
import RealignTestSupport
import RealignText

/// A tiny random model on disk, and what commands are run with.
final class CommandFixtures {
  let folder: TemporaryFolder
  /// Directory of the model.
  let model: String

  /// A model of two blocks over a vocabulary learned from a few sentences.
  ///
  /// - Parameter beginOfText: Whether the tokenizer puts a token before every text.
  init(
    beginOfText: Bool = false,
    chatTemplate: String? = nil,
    seed: UInt64 = 7
  ) throws {
    folder = try TemporaryFolder()
    model = folder.path + "/model"
    try Self.make(beginOfText: beginOfText, chatTemplate: chatTemplate, seed: seed).save(model)
  }

  /// A template in which every turn stands between special tokens, as many models have it.
  static let turnTemplate = """
    {%- for message in messages -%}
    <|im_start|>{{ message.role }}
    {{ message.content | trim }}<|im_end|>
    {% endfor -%}
    {%- if add_generation_prompt -%}
    <|im_start|>assistant
    {% endif -%}
    """

  static let sentences = [
    "Where was Arne Lund born? Arne Lund was born in Oslo.",
    "Where was Ida Berg born? Ida Berg was born in Bergen.",
    "Who plays the cello? Arne Lund plays the cello.",
    "Who wrote the book? Ida Berg wrote the book.",
  ]

  static func make(
    beginOfText: Bool,
    chatTemplate: String? = nil,
    seed: UInt64
  ) -> TextModel {
    let end = chatTemplate == nil ? "<|endoftext|>" : "<|im_end|>"
    let begin = "<|begin|>"
    var tokenizer = BytePairTrainer(
      vocabularySize: 320,
      specialTokens: [end] + (beginOfText ? [begin] : [])
        + (chatTemplate == nil ? [] : ["<|im_start|>"]),
      addedTokens: ["[1]"],
      roles: SpecialTokenRoles(
        endOfText: end,
        beginOfText: beginOfText ? begin : nil,
        padding: end
      )
    ).train(sentences)
    tokenizer.extraConfiguration["chat_template"] = chatTemplate.map { .string($0) }
    var configuration = ModelConfiguration(
      vocabularySize: tokenizer.vocabularySize,
      hiddenSize: 16,
      intermediateSize: 24,
      layerCount: 2,
      headCount: 4,
      keyValueHeadCount: 2,
      headDimension: 6,
      maximumPositions: 96
    )
    configuration.initializerRange = 0.2
    configuration.endOfText = [tokenizer.id(of: end) ?? 0]
    return TextModel(
      model: LanguageModel(randomlyInitialized: configuration, seed: seed),
      tokenizer: tokenizer
    )
  }

  func load() throws -> TextModel { try TextModel.load(model) }

  /// Writes rows, one text per line, and returns the file's path.
  func rows(_ lines: [String], _ name: String = "rows.jsonl") throws -> String {
    try folder.write(lines.joined(separator: "\n") + "\n", to: name)
  }

  /// Runs a command and returns what it printed.
  func output(
    isJSON: Bool = false,
    _ body: (CommandContext) throws -> Void
  ) throws -> CollectedOutput {
    let output = CollectedOutput()
    try body(CommandContext(output: output, isJSON: isJSON))
    return output
  }

  /// Options of a training with flags such as `("max_steps", "4")` of a group.
  func trainer(
    _ group: String,
    data: [String],
    evaluationData: [String] = [],
    output: String,
    resumes: Bool = false,
    _ flags: [(String, String)]
  ) -> TrainerOptions {
    TrainerOptions(
      sources: ConfigurationSources(
        flags: flags.map {
          FlagValue(key: group + "." + $0.0, flag: "--" + $0.0, text: $0.1)
        }
      ),
      model: model,
      data: data,
      evaluationData: evaluationData,
      output: folder.path + "/" + output,
      resumes: resumes
    )
  }
}

import RealignText

/// One family of decoders that the program can read, run, train and write.
///
/// A family is a description, not code: its keys of `config.json`, its names of parameters and what
/// its blocks are made of. One block runs every description.
public struct Architecture: Sendable {
  /// Its `model_type` in `config.json`.
  public let modelType: String
  /// What it covers, for messages and documentation.
  public let summary: String
  /// Reads the family's keys; every size is checked before anything is allocated.
  let read: @Sendable (ConfigurationReader) throws -> ModelConfiguration
  /// The family's keys, in a spelling that transformers 4 and 5 load.
  let write: @Sendable (ModelConfiguration) -> JSONObject
  /// What the decoder is made of.
  let describe: @Sendable (ModelConfiguration) -> DecoderDescription

  /// The checkpoint's parameter names and shapes in memory order.
  public func layout(_ configuration: ModelConfiguration) -> ParameterLayout {
    describe(configuration).layout(configuration)
  }
}

/// The architectures; adding one is a file under `Architectures/` and a line here.
public enum Architectures {
  /// Every supported architecture.
  public static let all: [Architecture] = [
    Llama.architecture,
    Mistral.architecture,
    Qwen2.architecture,
    Qwen3.architecture,
    SmolLM3.architecture,
    GPT2.architecture,
    Gemma2.architecture,
    Gemma3.architecture,
  ]

  /// The architecture of a `model_type`, or nil.
  public static func named(_ modelType: String) -> Architecture? {
    all.first { $0.modelType == modelType }
  }

  /// Why a well-known type is refused, where that helps to find another checkpoint.
  static func hint(for modelType: String) -> String? {
    switch modelType {
    case "gemma3", "gemma3n":
      return "only text models are supported: use a checkpoint of type gemma3_text"
    case "mixtral", "dbrx", "jamba", "gpt_oss": return "mixtures of experts are not supported"
    case "bert", "roberta", "distilbert", "xlm-roberta", "deberta-v2", "mpnet":
      return "an encoder cannot generate or score text: use a decoder"
    case _ where modelType.contains("moe"): return "mixtures of experts are not supported"
    case "t5", "mt5", "bart", "mbart", "pegasus", "whisper", "marian":
      return "encoder-decoder models are not supported"
    default: return nil
    }
  }
}

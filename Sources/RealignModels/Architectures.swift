/// One family of decoders that the program can read, run, train and write.
public struct Architecture: Sendable {
  /// Its `model_type` in `config.json`.
  public let modelType: String
  /// What it covers, for messages and documentation.
  public let summary: String
  /// The checkpoint's parameter names and shapes in memory order.
  public let layout: @Sendable (ModelConfiguration) -> ParameterLayout
}

/// The architectures; adding one is a file under `Architectures/` and a line here.
public enum Architectures {
  /// Every supported architecture.
  public static let all: [Architecture] = [
    LlamaNames.architecture
  ]
}

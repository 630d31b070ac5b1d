/// What happens while prompts are continued.
public enum GenerationEvent: Sendable, Equatable {
  /// The prompt of an index got one more token; end tokens are not told.
  case token(Int32, index: Int)
  /// The response to the prompt of an index is complete.
  case finished(Generation, index: Int)
  /// Every sequence being decoded got a token; so many responses are complete.
  case step(finished: Int)
}

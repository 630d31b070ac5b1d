/// What changes the scores of attention; the default is softmax(query keyᵀ / √D) over all earlier
/// rows.
public struct AttentionOptions: Sendable, Equatable {
  /// Factor of the products of queries and keys; nil for 1/√D.
  public var scale: Float?
  /// How many of the latest keys a row sees, its own included (Beltagy and others 2020, 3.1);
  /// nil for all.
  public var window: Int?
  /// Bound of the scores, cap · tanh(score / cap) (Gemma Team 2024, section 2); nil for none.
  public var softCap: Float?

  /// Creates options.
  public init(scale: Float? = nil, window: Int? = nil, softCap: Float? = nil) {
    precondition((window ?? 1) >= 1, "a window of \(window ?? 0) keys")
    precondition((softCap ?? 1) > 0, "a cap of \(softCap ?? 0)")
    self.scale = scale
    self.window = window
    self.softCap = softCap
  }

  /// Whether scores are masked or bounded beyond causality.
  var limitsScores: Bool { window != nil || softCap != nil }
}

/// The seven stages, in order.
public enum StageName: String, Sendable, CaseIterable, NamedChoice {
  /// Instruction fine-tuning and every baseline.
  case sft
  /// Claims and preference pairs.
  case collect
  /// Answers with citations.
  case cite
  /// The hallucination detector.
  case detect
  /// Preference optimisation.
  case optimize
  /// Targeted rounds.
  case iterate
  /// The untouched test set.
  case evaluate

  /// From 1 to 7.
  public var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

  /// The folder under `stages/`.
  public var folder: String { "\(number)-\(rawValue)" }
}

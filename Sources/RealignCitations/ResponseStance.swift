/// What a response does with its question.
public enum ResponseStance: String, Sendable, CaseIterable {
  /// It says that it does not answer, and asserts nothing.
  case abstention
  /// It asserts something and refuses nothing.
  case assertion
  /// It says that it does not answer, and answers all the same. It counts as asserting.
  case contradictory
  /// It says nothing: no text, or only courtesies and markers.
  case empty

  /// Whether it asserts a claim.
  public var asserts: Bool { self == .assertion || self == .contradictory }
}

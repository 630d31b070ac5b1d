/// A response with everything a detector may look at.
public struct ResponseRecord: Sendable {
  /// One sentence of the response that asserts something.
  public struct Statement: Sendable, Equatable {
    /// The text with citation markers removed.
    public var text: String
    /// Cited passages, counted from 1.
    public var citations: [Int]
    /// Its place in the response, in UTF-8 bytes.
    public var range: Range<Int>

    /// Creates a statement.
    public init(text: String, citations: [Int], range: Range<Int>) {
      self.text = text
      self.citations = citations
      self.range = range
    }
  }

  /// The passages given with the prompt.
  public var passages: [String]
  /// The response.
  public var response: String
  /// Its asserting sentences; empty for an abstention.
  public var statements: [Statement]
  /// Log-probability of each response token.
  public var logProbabilities: [Float]
  /// Entropy of the distribution at each response token, nats.
  public var entropies: [Float]
  /// Other responses sampled for the same prompt.
  public var samples: [String]
  /// Hidden state chosen for the probe; empty when not computed.
  public var hiddenState: [Float]

  /// Creates a record; what is not known stays empty.
  public init(
    passages: [String],
    response: String,
    statements: [Statement],
    logProbabilities: [Float] = [],
    entropies: [Float] = [],
    samples: [String] = [],
    hiddenState: [Float] = []
  ) {
    self.passages = passages
    self.response = response
    self.statements = statements
    self.logProbabilities = logProbabilities
    self.entropies = entropies
    self.samples = samples
    self.hiddenState = hiddenState
  }
}

/// Scores how likely a response is hallucinated; higher means more likely.
public protocol Detector: Sendable {
  /// A short name, also the key in reports.
  var name: String { get }
  /// The score, or nil when the record lacks what the detector needs.
  func score(_ record: ResponseRecord) -> Double?
}

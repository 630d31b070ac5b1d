/// The thresholds of data validation; the defaults are the product's.
public struct DataValidationOptions: Sendable, Equatable {
  /// The least mean of chosen score less rejected score.
  public var minimumGap = 0.15
  /// The least share of pairs whose chosen score is the higher.
  public var minimumPositiveGapShare = 0.95
  /// Whether pairs without scores break a rule; otherwise it is a warning that the gap is unknown.
  public var requiresScores = false
  /// The least chosen score.
  public var minimumChosenScore = 0.25
  /// The measured divergence of a model trained on the data, in nats per token, if known.
  public var klPerToken: Double?
  /// The most divergence allowed, in nats per token.
  public var maximumKL = 0.1
  /// The least share of rows that do not occur in the evaluation data.
  public var minimumDecontamination = 0.9
  /// How many words in a row make a match with the evaluation data.
  public var contaminationRun = 13
  /// The share of such runs that must match.
  public var contaminationShare = 0.8
  /// The fewest pairs.
  public var minimumPairs = 100
  /// Fewer pairs than this are a warning.
  public var recommendedPairs = 1000
  /// The largest share of pairs whose chosen completion is the longer.
  public var maximumLongerChosenShare = 0.70
  /// Lengths that differ by more than this factor are suspicious when the scores are close.
  public var extremeLengthRatio = 8.0
  /// Scores that differ by less than this are close.
  public var closeScores = 0.03
  /// The Jaccard similarity of word runs from which rows are near duplicates.
  public var nearDuplicateSimilarity = 0.95
  /// The largest share of rows about one entity.
  public var maximumGroupShare = 0.2
  /// How many rows with a trigger word are a suspicion of poisoning.
  public var poisoningThreshold = 250
  /// The most issues of one code that are listed one by one.
  public var maximumIssuesPerCode = 100

  /// The default thresholds.
  public init() {}
}

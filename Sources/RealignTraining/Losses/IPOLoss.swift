/// IPO on length-normalised log-ratios: (s(c)/|w| − s(r)/|l| − 1/(2β))² (Azar and others 2023,
/// arXiv 2310.12036, equation 17, as TRL normalises it).
public struct IPOLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "ipo"
  /// A loss of s(c) − s(r).
  public let acceptsDivergence = true

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let scores = settings.scores(pair).perToken(of: pair)
    let gap = scores.difference - 1 / (2 * settings.beta)
    return scores.loss(gap * gap, slope: 2 * gap)
  }
}

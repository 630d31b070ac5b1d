/// IPO on length-normalised log-ratios: (c/|w| − r/|l| − 1/(2β))² (Azar and others 2023, eq.
///
/// 17, as TRL normalises it).
public struct IPOLoss: PreferenceLoss {
  /// The name in lists and reports.
  public let name = "ipo"

  /// Creates the loss.
  public init() {}

  /// The loss of every pair and its derivatives.
  public func callAsFunction(
    _ pairs: [PairLogProbabilities],
    _ settings: PreferenceLossSettings
  ) -> [PairLoss] {
    pairs.map { pair in
      let chosenLength = Double(max(1, pair.chosenLength))
      let rejectedLength = Double(max(1, pair.rejectedLength))
      let gap =
        pair.chosenLogRatio / chosenLength - pair.rejectedLogRatio / rejectedLength
        - 1 / (2 * settings.beta)
      return PairLoss(
        loss: gap * gap,
        gradientChosen: 2 * gap / chosenLength,
        gradientRejected: -2 * gap / rejectedLength
      )
    }
  }
}

import Foundation

/// EXO: the KL from q = σ(βΔ) to labels of which a share ε is flipped, q(log q − log(1 − ε)) +
/// (1 − q)(log(1 − q) − log ε) (Ji and others 2024, arXiv 2402.00856, equation 16).
///
/// ε is the label smoothing and must be positive; the paper recommends 1e-3.
public struct EXOLoss: PairwiseLoss {
  /// The name in lists and reports.
  public let name = "exo_pair"
  /// A loss of s(c) − s(r).
  public let acceptsDivergence = true
  /// ε is the assumed share of flipped labels.
  public let usesLabelSmoothing = true

  /// Creates the loss.
  public init() {}

  /// The loss of a pair and its derivatives.
  public func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss {
    let epsilon = settings.labelSmoothing
    let (logPreferred, logOther) = (log1p(-epsilon), log(epsilon))
    let scores = settings.scores(pair)
    let z = settings.beta * scores.difference
    let (q, other) = (Logistic.sigmoid(z), Logistic.sigmoid(-z))
    return scores.loss(
      q * (Logistic.logSigmoid(z) - logPreferred) + other * (Logistic.logSigmoid(-z) - logOther),
      slope: settings.beta * q * other * (z - logPreferred + logOther)
    )
  }

  /// Why settings do not suit this loss, or nil.
  public func complaint(about settings: PreferenceLossSettings) -> SettingComplaint? {
    guard settings.labelSmoothing > 0 else {
      return SettingComplaint(
        field: "label_smoothing",
        found: "\(settings.labelSmoothing)",
        expected: "a number in (0, 0.5)",
        hint: "1e-3 is the paper's choice"
      )
    }
    return smoothingComplaint(settings)
  }
}

/// Log-probabilities of one preference pair, as a loss sees them.
///
/// `chosen` and `rejected` sums run over the tokens that take part (all completion tokens, or only
/// those inside the row's spans). `supervised` always runs over the whole chosen completion.
public struct PairLogProbabilities: Sendable, Equatable {
  /// Σ log π(chosen).
  public var policyChosen: Double
  /// Σ log π(rejected).
  public var policyRejected: Double
  /// Σ log π_ref(chosen).
  public var referenceChosen: Double
  /// Σ log π_ref(rejected).
  public var referenceRejected: Double
  /// Tokens in the chosen sum.
  public var chosenLength: Int
  /// Tokens in the rejected sum.
  public var rejectedLength: Int
  /// Σ log π over the whole chosen completion.
  public var supervisedSum: Double
  /// Tokens of the whole chosen completion.
  public var supervisedCount: Int
  /// What WPO multiplies the pair's loss with; a constant of the update.
  public var weight = 1.0

  /// Creates the sums of one pair; the supervised part defaults to the chosen sums.
  public init(
    policyChosen: Double,
    policyRejected: Double,
    referenceChosen: Double,
    referenceRejected: Double,
    chosenLength: Int,
    rejectedLength: Int,
    supervisedSum: Double? = nil,
    supervisedCount: Int? = nil
  ) {
    self.policyChosen = policyChosen
    self.policyRejected = policyRejected
    self.referenceChosen = referenceChosen
    self.referenceRejected = referenceRejected
    self.chosenLength = chosenLength
    self.rejectedLength = rejectedLength
    self.supervisedSum = supervisedSum ?? policyChosen
    self.supervisedCount = supervisedCount ?? chosenLength
  }

  /// c = log π(chosen) − log π_ref(chosen).
  public var chosenLogRatio: Double { policyChosen - referenceChosen }
  /// r = log π(rejected) − log π_ref(rejected).
  public var rejectedLogRatio: Double { policyRejected - referenceRejected }
  /// Δ = c − r.
  public var logRatioDifference: Double { chosenLogRatio - rejectedLogRatio }
}

/// A pair's loss and its derivatives.
public struct PairLoss: Sendable, Equatable {
  /// The loss of the pair; a batch's loss is the mean.
  public var loss: Double
  /// d loss / d log π(chosen).
  public var gradientChosen: Double
  /// d loss / d log π(rejected).
  public var gradientRejected: Double
  /// d loss / d of the supervised sum.
  public var gradientSupervised: Double

  /// Creates a result.
  public init(
    loss: Double,
    gradientChosen: Double = 0,
    gradientRejected: Double = 0,
    gradientSupervised: Double = 0
  ) {
    self.loss = loss
    self.gradientChosen = gradientChosen
    self.gradientRejected = gradientRejected
    self.gradientSupervised = gradientSupervised
  }
}

/// One loss over preference pairs: a small value type in a file of its own, listed in
/// `PreferenceLosses.all`.
public protocol PreferenceLoss: Sendable {
  /// TRL's `loss_type` name.
  var name: String { get }

  /// The loss of every pair of a micro-batch and its derivatives.
  func callAsFunction(
    _ pairs: [PairLogProbabilities],
    _ settings: PreferenceLossSettings
  ) -> [PairLoss]

  /// Whether the loss reads `labelSmoothing`.
  var usesLabelSmoothing: Bool { get }

  /// Whether the loss is one of s(c) − s(r), for which an f-divergence other than reverse KL has a
  /// meaning: elsewhere the normaliser of the prompt does not cancel.
  var acceptsDivergence: Bool { get }

  /// How the weights of WPO act on the loss.
  var weighting: PairWeighting { get }

  /// Says why settings do not suit this loss, or nil.
  func complaint(about settings: PreferenceLossSettings) -> SettingComplaint?
}

/// A loss that looks at one pair at a time.
public protocol PairwiseLoss: PreferenceLoss {
  /// The loss of a pair and its derivatives.
  func loss(of pair: PairLogProbabilities, _ settings: PreferenceLossSettings) -> PairLoss
}

extension PairwiseLoss {
  /// The loss of every pair and its derivatives.
  public func callAsFunction(
    _ pairs: [PairLogProbabilities],
    _ settings: PreferenceLossSettings
  ) -> [PairLoss] {
    pairs.map { loss(of: $0, settings) }
  }
}

/// How the weights of WPO act on a loss.
public enum PairWeighting: Sendable, Equatable {
  /// Each pair's loss is multiplied by the pair's weight.
  case perPair
  /// The loss is no preference and stays as it is.
  case none
  /// The loss mixes pairs, so that a pair's weight has nothing to act on.
  case impossible
}

extension PreferenceLoss {
  /// Label smoothing is not read.
  public var usesLabelSmoothing: Bool { false }
  /// Only reverse KL is accepted.
  public var acceptsDivergence: Bool { false }
  /// Each pair's loss is multiplied by its weight.
  public var weighting: PairWeighting { .perPair }
  /// Any settings suit, but for a label smoothing outside [0, ½) where that is read.
  public func complaint(about settings: PreferenceLossSettings) -> SettingComplaint? {
    usesLabelSmoothing ? smoothingComplaint(settings) : nil
  }
}

extension PreferenceLoss {
  /// The complaint about a label smoothing outside [0, ½), or nil.
  func smoothingComplaint(_ settings: PreferenceLossSettings) -> SettingComplaint? {
    (0..<0.5).contains(settings.labelSmoothing)
      ? nil
      : SettingComplaint(
        field: "label_smoothing",
        found: "\(settings.labelSmoothing)",
        expected: "a number in [0, 0.5)"
      )
  }
}

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

/// Numbers a preference loss is configured with.
public struct PreferenceLossSettings: Sendable, Equatable {
  /// Strength of the pull to the reference; larger stays closer.
  public var beta: Double
  /// Assumed share of flipped labels, for the losses that use it.
  public var labelSmoothing: Double

  /// TRL's defaults.
  public init(beta: Double = 0.1, labelSmoothing: Double = 0) {
    self.beta = beta
    self.labelSmoothing = labelSmoothing
  }
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

  /// Says why settings do not suit this loss, or nil.
  func complaint(about settings: PreferenceLossSettings) -> String?
}

extension PreferenceLoss {
  /// Any settings suit.
  public func complaint(about settings: PreferenceLossSettings) -> String? { nil }
}

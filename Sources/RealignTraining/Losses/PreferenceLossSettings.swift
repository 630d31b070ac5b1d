/// Numbers a preference loss is configured with.
public struct PreferenceLossSettings: Sendable, Equatable {
  /// Strength of the pull to the reference; larger stays closer.
  ///
  /// It is IPO's τ and SPPO's 1/η.
  public var beta: Double
  /// Assumed share of flipped labels, for the losses that use it.
  public var labelSmoothing: Double
  /// Temperature of DiscoPOP's blend.
  public var discopopTau = 0.05
  /// Target margin of SimPO, in units of its scaled mean log-probabilities.
  public var simpoGamma = 0.5
  /// Weight of DPOP's penalty on chosen answers that became less likely.
  public var dpopLambda = 50.0
  /// The divergence that keeps the policy near the reference.
  public var divergence = FDivergence.reverseKL
  /// Weight in 0...1 of the tokens beyond the length of the pair's shorter answer; nil means 1.
  ///
  /// LD-DPO (Liu and others 2024, arXiv 2409.06411, equation 11): policy and reference alike.
  public var ldAlpha: Double?
  /// Whether pairs are weighted by how likely the policy is to write them (WPO).
  public var usesWeighting = false

  /// TRL's defaults.
  public init(beta: Double = 0.1, labelSmoothing: Double = 0) {
    self.beta = beta
    self.labelSmoothing = labelSmoothing
  }

  /// c and r after the map of the divergence.
  func scores(_ pair: PairLogProbabilities) -> PairScores {
    let chosen = divergence.score(pair.chosenLogRatio)
    let rejected = divergence.score(pair.rejectedLogRatio)
    return PairScores(
      chosen: chosen.value,
      rejected: rejected.value,
      chosenSlope: chosen.slope,
      rejectedSlope: rejected.slope
    )
  }

  /// The first setting out of its range, or nil.
  var complaint: SettingComplaint? {
    func positive(_ value: Double, _ field: String) -> SettingComplaint? {
      value.isFinite && value > 0
        ? nil : SettingComplaint(field: field, found: "\(value)", expected: "a positive number")
    }
    func notNegative(_ value: Double, _ field: String) -> SettingComplaint? {
      value.isFinite && value >= 0
        ? nil : SettingComplaint(field: field, found: "\(value)", expected: "0 or more")
    }
    return positive(beta, "beta")
      ?? positive(discopopTau, "discopop_tau")
      ?? notNegative(simpoGamma, "simpo_gamma")
      ?? notNegative(dpopLambda, "dpop_lambda")
      ?? divergence.complaint
      ?? ldAlpha.flatMap { alpha in
        (0...1).contains(alpha)
          ? nil
          : SettingComplaint(
            field: "ld_alpha",
            found: "\(alpha)",
            expected: "a number from 0 to 1"
          )
      }
  }
}

/// Why a setting does not suit a loss.
public struct SettingComplaint: Sendable, Equatable {
  /// The setting.
  public var field: String
  /// Its value.
  public var found: String
  /// What is accepted.
  public var expected: String
  /// What to do instead.
  public var hint: String?

  /// Creates a complaint.
  public init(field: String, found: String, expected: String, hint: String? = nil) {
    self.field = field
    self.found = found
    self.expected = expected
    self.hint = hint
  }
}

/// Log-ratios after the map of the divergence, s(c) and s(r), with the map's slopes there.
struct PairScores {
  /// s(c), divided by `chosenLength`.
  let chosen: Double
  /// s(r), divided by `rejectedLength`.
  let rejected: Double
  let chosenSlope: Double
  let rejectedSlope: Double
  var chosenLength = 1.0
  var rejectedLength = 1.0

  /// s(c) − s(r).
  var difference: Double { chosen - rejected }

  /// The result of a loss of the difference, of slope `slope` in it.
  func loss(_ value: Double, slope: Double) -> PairLoss {
    PairLoss(
      loss: value,
      gradientChosen: slope * chosenSlope / chosenLength,
      gradientRejected: -slope * rejectedSlope / rejectedLength
    )
  }

  /// The scores divided by the numbers of tokens.
  func perToken(of pair: PairLogProbabilities) -> PairScores {
    let chosenLength = Double(max(1, pair.chosenLength))
    let rejectedLength = Double(max(1, pair.rejectedLength))
    return PairScores(
      chosen: chosen / chosenLength,
      rejected: rejected / rejectedLength,
      chosenSlope: chosenSlope,
      rejectedSlope: rejectedSlope,
      chosenLength: chosenLength,
      rejectedLength: rejectedLength
    )
  }
}

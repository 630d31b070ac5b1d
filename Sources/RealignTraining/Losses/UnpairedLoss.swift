import RealignText

/// Log-probabilities of one completion that was judged on its own.
public struct UnpairedLogProbabilities: Sendable, Equatable {
  /// Σ log π(completion).
  public var policy: Double
  /// Σ log π_ref(completion).
  public var reference: Double
  /// Whether the completion is to become more likely.
  public var isDesirable: Bool

  /// Creates the sums of one row.
  public init(policy: Double, reference: Double, isDesirable: Bool) {
    self.policy = policy
    self.reference = reference
    self.isDesirable = isDesirable
  }

  /// log π(completion) − log π_ref(completion).
  public var logRatio: Double { policy - reference }
}

/// Numbers an unpaired loss is configured with, with TRL's names and defaults.
public struct UnpairedLossSettings: Sendable, Equatable {
  /// Strength of the pull to the reference; larger stays closer.
  public var beta = 0.1
  /// Factor of the losses of desirable rows.
  public var desirableWeight = 1.0
  /// Factor of the losses of undesirable rows.
  public var undesirableWeight = 1.0

  /// TRL's defaults.
  public init() {}

  /// Checks every range.
  ///
  /// - Throws: `InputError` of kind `badConfiguration`.
  public func validate() throws {
    guard beta.isFinite, beta > 0 else {
      throw InputError(
        SettingComplaint(field: "beta", found: "\(beta)", expected: "a positive number"),
        "bad preference setting"
      )
    }
    for (field, weight) in [
      ("desirable_weight", desirableWeight), ("undesirable_weight", undesirableWeight),
    ] where !(weight.isFinite && weight >= 0) {
      throw InputError(
        SettingComplaint(field: field, found: "\(weight)", expected: "0 or more"),
        "bad preference setting"
      )
    }
  }

  /// The factor of a row's loss.
  func weight(_ row: UnpairedLogProbabilities) -> Double {
    row.isDesirable ? desirableWeight : undesirableWeight
  }
}

/// A row's loss and its derivative.
public struct UnpairedRowLoss: Sendable, Equatable {
  /// The loss of the row; a batch's loss is the mean.
  public var loss: Double
  /// d loss / d log π(completion).
  public var gradient: Double

  /// Creates a result.
  public init(loss: Double, gradient: Double) {
    self.loss = loss
    self.gradient = gradient
  }
}

/// One loss over completions judged on their own: a small value type in a file of its own, listed
/// in `UnpairedLosses.all`.
public protocol UnpairedLoss: Sendable {
  /// TRL's `loss_type` name.
  var name: String { get }

  /// Whether the loss reads the KL estimate, which costs a second completion per row.
  var usesDivergence: Bool { get }

  /// The loss of a row and its derivative.
  ///
  /// - Parameter divergence: Estimate of KL(policy ‖ reference) in nats per answer, at least 0; no
  ///   gradient flows through it.
  func callAsFunction(
    _ row: UnpairedLogProbabilities,
    divergence: Double,
    _ settings: UnpairedLossSettings
  ) -> UnpairedRowLoss
}

/// The losses for rows with a label; adding one is a file in this folder and a line here.
public enum UnpairedLosses {
  /// Every loss.
  public static let all: [any UnpairedLoss] = [
    KTOLoss(),
    UnpairedAPOZeroLoss(),
  ]

  /// The loss of a name, or nil.
  public static func named(_ name: String) -> (any UnpairedLoss)? {
    all.first { $0.name == name }
  }
}

import RealignText

/// The preference losses; adding one is a file in this folder and a line here.
public enum PreferenceLosses {
  /// Every loss.
  public static let all: [any PreferenceLoss] = [
    SigmoidLoss(),
    IPOLoss(),
    HingeLoss(),
    RobustLoss(),
    APOZeroLoss(),
    SupervisedTerm(),
  ]

  /// The loss of a name.
  ///
  /// - Throws: `InputError` listing the accepted names.
  public static func named(_ name: String) throws -> any PreferenceLoss {
    guard let loss = all.first(where: { $0.name == name }) else {
      throw InputError(
        .badConfiguration,
        "unknown preference loss",
        field: "loss_type",
        found: name,
        expected: all.map(\.name).joined(separator: ", ")
      )
    }
    return loss
  }
}

/// A weighted sum of losses, as TRL's `loss_type` and `loss_weights` lists.
public struct WeightedLosses: Sendable {
  /// The losses and their weights.
  public let terms: [(loss: any PreferenceLoss, weight: Double)]
  /// What they are configured with.
  public let settings: PreferenceLossSettings

  /// Creates a combination; missing weights are 1.
  ///
  /// - Throws: `InputError` for unknown names, wrong counts or settings a loss cannot take.
  public init(
    names: [String],
    weights: [Double]? = nil,
    settings: PreferenceLossSettings
  ) throws {
    guard !names.isEmpty, weights.map({ $0.count == names.count }) ?? true else {
      throw InputError(
        .badConfiguration,
        "loss weights do not match the losses",
        field: "loss_weights",
        found: "\(weights?.count ?? 0) weights",
        expected: "\(names.count), one per loss_type"
      )
    }
    guard settings.beta.isFinite, settings.beta > 0 else {
      throw InputError(
        .badConfiguration,
        "bad preference setting",
        field: "beta",
        found: "\(settings.beta)",
        expected: "a positive number"
      )
    }
    let losses = try names.map { try PreferenceLosses.named($0) }
    for loss in losses {
      if let complaint = loss.complaint(about: settings) {
        throw InputError(
          .badConfiguration,
          "settings do not suit the loss \(loss.name): \(complaint)",
          field: "label_smoothing",
          found: "\(settings.labelSmoothing)"
        )
      }
    }
    terms = losses.enumerated().map { ($1, weights?[$0] ?? 1) }
    self.settings = settings
  }

  /// Whether a supervised term takes part.
  public var hasSupervisedTerm: Bool { terms.contains { $0.loss is SupervisedTerm } }

  /// The weighted sum for every pair.
  public func callAsFunction(_ pairs: [PairLogProbabilities]) -> [PairLoss] {
    var total = pairs.map { _ in PairLoss(loss: 0) }
    for (loss, weight) in terms {
      for (index, part) in loss(pairs, settings).enumerated() {
        total[index].loss += weight * part.loss
        total[index].gradientChosen += weight * part.gradientChosen
        total[index].gradientRejected += weight * part.gradientRejected
        total[index].gradientSupervised += weight * part.gradientSupervised
      }
    }
    return total
  }
}

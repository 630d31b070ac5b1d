import RealignText

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
    let losses = try names.map { try PreferenceLosses.named($0) }
    if let complaint = settings.complaint {
      throw InputError(complaint, "bad preference setting")
    }
    for loss in losses {
      if let complaint = Self.complaint(of: loss, about: settings) {
        throw InputError(complaint, "settings do not suit the loss \(loss.name)")
      }
    }
    if settings.labelSmoothing != 0, !losses.contains(where: \.usesLabelSmoothing) {
      let users = PreferenceLosses.all.filter(\.usesLabelSmoothing).map(\.name)
      throw InputError(
        SettingComplaint(
          field: "label_smoothing",
          found: "\(settings.labelSmoothing)",
          expected: "0, or one of the losses " + users.joined(separator: ", "),
          hint: "use robust or cdpo for noisy labels"
        ),
        "\(names.joined(separator: ", ")) does not use label smoothing"
      )
    }
    terms = losses.enumerated().map { ($1, weights?[$0] ?? 1) }
    self.settings = settings
  }

  /// Whether a supervised term takes part.
  public var hasSupervisedTerm: Bool { terms.contains { $0.loss is SupervisedTerm } }

  /// The weighted sum for every pair of a micro-batch.
  public func callAsFunction(_ pairs: [PairLogProbabilities]) -> [PairLoss] {
    var total = pairs.map { _ in PairLoss(loss: 0) }
    for (loss, weight) in terms {
      for (index, part) in loss(pairs, settings).enumerated() {
        let factor = loss.weighting == .perPair ? weight * pairs[index].weight : weight
        total[index].loss += factor * part.loss
        total[index].gradientChosen += factor * part.gradientChosen
        total[index].gradientRejected += factor * part.gradientRejected
        total[index].gradientSupervised += factor * part.gradientSupervised
      }
    }
    return total
  }

  /// What a loss cannot take of the settings, or nil.
  private static func complaint(
    of loss: any PreferenceLoss,
    about settings: PreferenceLossSettings
  ) -> SettingComplaint? {
    if !loss.acceptsDivergence, !settings.divergence.isIdentity {
      let users = PreferenceLosses.all.filter(\.acceptsDivergence).map(\.name)
      return SettingComplaint(
        field: "f_divergence_type",
        found: settings.divergence.kind.rawValue,
        expected: FDivergence.Kind.reverseKL.rawValue,
        hint: "other divergences go with " + users.joined(separator: ", ")
      )
    }
    if settings.usesWeighting, loss.weighting == .impossible {
      return SettingComplaint(
        field: "use_weighting",
        found: "true",
        expected: "false",
        hint: "the loss sorts the micro-batch, so a pair's weight has nothing to act on"
      )
    }
    return loss.complaint(about: settings)
  }
}

extension InputError {
  /// A setting that is not accepted.
  init(_ complaint: SettingComplaint, _ message: String) {
    self.init(
      .badConfiguration,
      message,
      field: complaint.field,
      found: complaint.found,
      expected: complaint.expected,
      hint: complaint.hint
    )
  }
}

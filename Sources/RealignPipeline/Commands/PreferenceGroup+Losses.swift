import RealignText
import RealignTraining

extension PreferenceGroup {
  /// The weighted losses of pairs.
  ///
  /// - Parameter beta: Takes the place of the group's β.
  /// - Throws: `InputError` for an unknown loss, one of rows with a label, a wrong number of weights
  ///   or settings that a loss cannot take.
  public func losses(beta: Double? = nil) throws -> WeightedLosses {
    if let name = lossType.first(where: { UnpairedLosses.named($0) != nil }) {
      throw InputError(
        .badConfiguration,
        "the loss takes rows with a label, and here are pairs",
        field: "loss_type",
        found: name,
        expected: PreferenceLosses.all.map(\.name).joined(separator: ", "),
        hint: "`realign dpo` trains with \(name) on rows {prompt, completion, label}"
      )
    }
    var settings = PreferenceLossSettings(
      beta: beta ?? self.beta,
      labelSmoothing: labelSmoothing
    )
    settings.divergence = FDivergence(fDivergenceType, alpha: fAlphaDivergenceCoef)
    settings.ldAlpha = ldAlpha
    settings.usesWeighting = useWeighting
    settings.discopopTau = discopopTau
    settings.simpoGamma = simpoGamma
    settings.dpopLambda = dpopLambda
    return try WeightedLosses(
      names: lossType,
      weights: lossWeights.isEmpty ? nil : lossWeights,
      settings: settings
    )
  }

  /// The loss of rows with a label and its settings; nil when the losses are those of pairs.
  ///
  /// - Throws: `InputError` when it is listed with others or with settings that only pairs have.
  public func unpairedLoss() throws -> (loss: any UnpairedLoss, settings: UnpairedLossSettings)? {
    guard let loss = lossType.compactMap(UnpairedLosses.named).first else { return nil }
    func refuse(_ field: String, _ found: String, _ expected: String) -> InputError {
      InputError(
        .badConfiguration,
        "the loss \(loss.name) stands alone and knows no pairs",
        field: field,
        found: found,
        expected: expected
      )
    }
    guard lossType.count == 1 else {
      throw refuse("loss_type", lossType.joined(separator: ", "), loss.name)
    }
    guard lossWeights.isEmpty else {
      throw refuse("loss_weights", "\(lossWeights.count) weights", "none")
    }
    guard labelSmoothing == 0 else { throw refuse("label_smoothing", "\(labelSmoothing)", "0") }
    guard fDivergenceType == .reverseKL else {
      throw refuse(
        "f_divergence_type",
        fDivergenceType.rawValue,
        FDivergence.Kind.reverseKL.rawValue
      )
    }
    if let ldAlpha { throw refuse("ld_alpha", "\(ldAlpha)", "none") }
    guard !useWeighting else { throw refuse("use_weighting", "true", "false") }
    var settings = UnpairedLossSettings()
    settings.beta = beta
    settings.desirableWeight = desirableWeight
    settings.undesirableWeight = undesirableWeight
    try settings.validate()
    return (loss, settings)
  }
}

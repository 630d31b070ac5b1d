import RealignText

/// The preference losses; adding one is a file in this folder and a line here.
public enum PreferenceLosses {
  /// Every loss.
  public static let all: [any PreferenceLoss] = [
    SigmoidLoss(),
    HingeLoss(),
    IPOLoss(),
    EXOLoss(),
    NCALoss(),
    RobustLoss(),
    BCOLoss(),
    SPPOLoss(),
    AOTLoss(),
    UnpairedAOTLoss(),
    APOZeroLoss(),
    APODownLoss(),
    DiscoPOPLoss(),
    NormalizedSigmoidLoss(),
    ConservativeLoss(),
    DPOPLoss(),
    SimPOLoss(),
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
        expected: all.map(\.name).joined(separator: ", "),
        hint: "for rows with a label: " + UnpairedLosses.all.map(\.name).joined(separator: ", ")
      )
    }
    return loss
  }
}

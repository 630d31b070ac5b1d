/// The detectors; adding one is a file in this folder and a line here.
public enum Detectors {
  /// Every detector that can be built from what is at hand.
  ///
  /// - Parameters:
  ///   - verifier: Decides support by passages.
  ///   - probe: A fitted probe, where hidden states are available.
  public static func all(verifier: ClaimVerifier, probe: HiddenStateProbe?) -> [any Detector] {
    var list: [any Detector] = [
      VerifierDetector(verifier),
      CitationDetector(verifier),
      MeanSurprise(),
      GreatestSurprise(),
      GreatestEntropy(),
      SelfConsistency(),
    ]
    if let probe { list.append(probe) }
    return list
  }
}

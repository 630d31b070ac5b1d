import RealignDetection
import RealignTestSupport
import Testing

@Suite("Detectors")
struct DetectorsTests {
  static func record(
    _ statement: String,
    cites: [Int],
    surprise: Float,
    hidden: [Float]
  ) -> ResponseRecord {
    ResponseRecord(
      passages: ["Zeb was born in Visby.", "Quilla works as a mason."],
      response: statement,
      statements: [
        ResponseRecord.Statement(text: statement, citations: cites, range: 0..<1)
      ],
      logProbabilities: [-0.01, -surprise],
      entropies: [0.01, surprise],
      samples: [surprise > 1 ? "The birthplace of Zeb is Riga." : statement],
      hiddenState: hidden
    )
  }

  static let good = record(
    "The birthplace of Zeb is Visby.",
    cites: [1],
    surprise: 0.02,
    hidden: [1, 0]
  )
  static let bad = record(
    "The birthplace of Zeb is Oslo.",
    cites: [1],
    surprise: 2.5,
    hidden: [-1, 0]
  )

  static func all() throws -> [any Detector] {
    let records = (0..<20).map { $0 % 2 == 0 ? good : bad }
    let labels = (0..<20).map { $0 % 2 == 1 }
    return Detectors.all(
      verifier: try ClaimVerifierTests.verifier(),
      probe: try HiddenStateProbe(records: records, labels: labels)
    )
  }

  @Test("every detector scores a wrong response higher than a right one")
  func orientation() throws {
    for detector in try Self.all() {
      let good = try #require(detector.score(Self.good), "\(detector.name)")
      let bad = try #require(detector.score(Self.bad), "\(detector.name)")
      #expect(bad > good, "\(detector.name)")
      #expect(good.isFinite && bad.isFinite)
    }
  }

  @Test("names are unique")
  func names() throws {
    let names = try Self.all().map { $0.name }
    #expect(Set(names).count == names.count)
  }

  @Test("a citation of the wrong passage or of none raises the citation score")
  func citation() throws {
    let detector = CitationDetector(try ClaimVerifierTests.verifier())
    let wrong = Self.record(
      "The birthplace of Zeb is Visby.",
      cites: [2],
      surprise: 0,
      hidden: []
    )
    let fabricated = Self.record(
      "The birthplace of Zeb is Visby.",
      cites: [5],
      surprise: 0,
      hidden: []
    )
    let right = try #require(detector.score(Self.good))
    #expect(try #require(detector.score(wrong)) > right)
    #expect(detector.score(fabricated) == 1)
  }

  @Test("the combination separates what its members separate, and is read back from its file")
  func combination() throws {
    let records = (0..<20).map { $0 % 2 == 0 ? Self.good : Self.bad }
    let labels = (0..<20).map { $0 % 2 == 1 }
    let verifier = try ClaimVerifierTests.verifier()
    let probe = try HiddenStateProbe(records: records, labels: labels)
    let detector = try CombinedDetector(
      members: Detectors.all(verifier: verifier, probe: probe),
      records: records,
      labels: labels,
      threshold: 0.4
    )
    let good = try #require(detector.score(Self.good))
    let bad = try #require(detector.score(Self.bad))
    #expect(good < 0.4 && bad > 0.6)
    let folder = try TemporaryFolder()
    try DetectorFile.save(detector, verifier: verifier, probe: probe, to: folder.path)
    let copy = try DetectorFile.load(folder.path).detector
    #expect(copy.score(Self.bad) == bad)
    #expect(copy.threshold == 0.4)
  }

  @Test("a detector without a probe is read back from its file")
  func withoutProbe() throws {
    let records = (0..<20).map { $0 % 2 == 0 ? Self.good : Self.bad }
    let verifier = try ClaimVerifierTests.verifier()
    let detector = try CombinedDetector(
      members: [VerifierDetector(verifier)],
      records: records,
      labels: (0..<20).map { $0 % 2 == 1 }
    )
    let folder = try TemporaryFolder()
    try DetectorFile.save(detector, verifier: verifier, probe: nil, to: folder.path)
    let copy = try DetectorFile.load(folder.path).detector
    #expect(copy.members.map(\.name) == ["verifier"])
    #expect(copy.score(Self.bad) == detector.score(Self.bad))
    let file = DetectorFile.path(folder.path)
    #expect(file == folder.path + "/detector.json")
    #expect(try DetectorFile.load(file).detector.score(Self.bad) == copy.score(Self.bad))
  }
}

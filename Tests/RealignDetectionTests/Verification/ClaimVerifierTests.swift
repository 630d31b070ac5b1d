import RealignDetection
import Testing

@Suite("Claim verifier")
struct ClaimVerifierTests {
  static let names = [
    "Mara", "Bodo", "Ilka", "Tavi", "Oren", "Suna", "Petra", "Jorn", "Livia", "Kaspar", "Nela",
    "Rurik",
  ]
  static let towns = [
    "Lund", "Oslo", "Turku", "Riga", "Bergen", "Gdansk", "Malmo", "Tartu", "Vaasa", "Narva",
  ]
  static let trades = ["baker", "mason", "sailor", "weaver", "miner"]

  /// (statement, passage) pairs in other words: "birthplace" and "born", "profession" and "works".
  static var supported: [ClaimVerifier.Example] {
    names.enumerated().flatMap { index, name -> [ClaimVerifier.Example] in
      let town = towns[index % towns.count]
      let trade = trades[index % trades.count]
      return [
        ("The birthplace of \(name) is \(town).", "\(name) was born in \(town)."),
        ("The birthplace of \(name) is \(town).", "The birthplace of \(name) is \(town)."),
        ("The profession of \(name) is \(trade).", "\(name) works as a \(trade)."),
      ]
    }
  }

  static var unsupported: [ClaimVerifier.Example] {
    names.enumerated().flatMap { index, name -> [ClaimVerifier.Example] in
      let town = towns[index % towns.count]
      let other = towns[(index + 3) % towns.count]
      let stranger = names[(index + 5) % names.count]
      return [
        ("The birthplace of \(name) is \(other).", "\(name) was born in \(town)."),
        ("The birthplace of \(stranger) is \(town).", "\(name) was born in \(town)."),
        ("The profession of \(name) is \(town).", "\(name) was born in \(town)."),
        (
          "The profession of \(name) is \(trades[(index + 1) % trades.count]).",
          "\(name) works as a \(trades[index % trades.count])."
        ),
      ]
    }
  }

  static func verifier() throws -> ClaimVerifier {
    try ClaimVerifier(supported: supported, unsupported: unsupported)
  }

  @Test("supports statements about people it never saw")
  func unseen() throws {
    let verifier = try Self.verifier()
    let passages = ["Quilla was born in Oslo.", "Zeb was born in Visby."]
    let result = verifier.verify("The birthplace of Zeb is Visby.", passages: passages)
    #expect(result.verdict == .supported)
    #expect(result.index == 1)
  }

  @Test("rejects another value, another subject and another relation")
  func rejects() throws {
    let verifier = try Self.verifier()
    let passages = ["Zeb was born in Visby.", "Quilla works as a mason."]
    for statement in [
      "The birthplace of Zeb is Oslo.", "The birthplace of Quilla is Visby.",
      "The profession of Zeb is Visby.", "The profession of Quilla is sailor.",
    ] {
      #expect(verifier.verify(statement, passages: passages).verdict != .supported)
    }
  }

  @Test("another value for the same subject and relation is a contradiction")
  func contradiction() throws {
    let verifier = try Self.verifier()
    #expect(
      verifier.verify("The birthplace of Zeb is Oslo.", passages: ["Zeb was born in Visby."])
        .verdict == .contradicted
    )
    #expect(
      verifier.verify("The birthplace of Ulla is Oslo.", passages: ["Zeb was born in Visby."])
        .verdict == .unverifiable
    )
  }

  @Test("without passages nothing is supported")
  func empty() throws {
    let result = try Self.verifier().verify("The birthplace of Zeb is Oslo.", passages: [])
    #expect(result.verdict == .unverifiable)
    #expect(result.index == nil)
  }
}

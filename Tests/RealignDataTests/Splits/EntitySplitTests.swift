import RealignData
import RealignText
import Testing

@Suite struct StableHashTests {
  // From a program of its own in another language.
  @Test func `hashes are those of fnv and the finaliser`() {
    #expect(StableHash.hash("") == 0x813F_0174_A236_7C13)
    #expect(StableHash.hash("a") == 0x0D38_D3C8_A628_CC82)
    #expect(StableHash.hash("a", seed: 1) == 0xB2A8_1EDC_870F_611D)
    #expect(StableHash.hash("Velto", seed: 7) == 0x30AA_E569_20A2_6FAE)
    #expect(StableHash.unit("Straße", seed: 42) == 0.649346570673739)
  }
}

@Suite struct EntitySplitTests {
  private let groups = (0..<20).map { "entity-\($0)" }

  @Test func `groups fall where their hash says`() throws {
    let split = try EntitySplit(seed: 7, train: 0.7, dev: 0.15, test: 0.15)
    let parts = split.divide(groups) { $0 }
    // From a program of its own in another language.
    #expect(parts.dev == ["entity-6", "entity-19"])
    #expect(parts.test == ["entity-5", "entity-12", "entity-13"])
    #expect(parts.train.count == 15)
    #expect(parts[.test] == parts.test)
  }

  @Test func `shares come out as asked`() throws {
    let split = try EntitySplit(seed: 7, train: 0.7, dev: 0.15, test: 0.15)
    let parts = split.divide((0..<10000).map { "entity-\($0)" }) { $0 }
    #expect([parts.train.count, parts.dev.count, parts.test.count] == [6986, 1495, 1519])
  }

  @Test func `a share of zero stays empty`() throws {
    let rows = (0..<1000).map { "g\($0)" }
    let all = try EntitySplit(seed: 0, train: 1, dev: 0, test: 0).divide(rows) { $0 }
    #expect(all.train.count == 1000)
    let noTest = try EntitySplit(seed: 0, train: 0.5, dev: 0.5, test: 0).divide(rows) { $0 }
    #expect(noTest.test.isEmpty)
    let noTrain = try EntitySplit(seed: 0, train: 0, dev: 0.5, test: 0.5).divide(rows) { $0 }
    #expect(noTrain.train.isEmpty)
  }

  @Test(arguments: [[0.5, 0.5, 0.5], [1.5, -0.5, 0], [.nan, 0.5, 0.5], [0, 0, 0]])
  func `shares that do not add up are refused`(shares: [Double]) throws {
    let error = try #require(throws: InputError.self) {
      try EntitySplit(seed: 0, train: shares[0], dev: shares[1], test: shares[2])
    }
    #expect(error.kind == .badConfiguration)
  }

  @Test func `groups on both sides are found`() {
    #expect(EntitySplit.leakedGroups(["b", "a", "b"], ["c", "b", "a"]) == ["a", "b"])
    #expect(EntitySplit.leakedGroups(["a"], ["b"]).isEmpty)
  }
}

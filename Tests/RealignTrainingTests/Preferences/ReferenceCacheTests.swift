import Foundation
import RealignModels
import RealignTestSupport
import Testing

@testable import RealignTraining

@Suite("Cache of reference log-probabilities")
struct ReferenceCacheTests {
  static let masked = PreferenceExample(
    prompt: [2, 3, 4],
    chosen: [5, 6, 7],
    rejected: [5, 8],
    chosenMask: [false, true, false],
    rejectedMask: [false, true]
  )

  static let pairs = Fixtures.preferences(9) + [masked]

  static func cache(_ folder: TemporaryFolder, _ reference: String = "a") -> ReferenceCache {
    ReferenceCache(directory: folder.path + "/cache", reference: reference)
  }

  static func names(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache").sorted()
  }

  @Test("pairs have the same bits computed, written and read", arguments: [nil, 0.3])
  func pairs(ldAlpha: Double?) throws {
    let folder = try TemporaryFolder()
    let model = Fixtures.model()
    func sums(_ cache: ReferenceCache?) throws -> ReferenceLogProbabilities {
      try ReferenceLogProbabilities(Self.pairs, model: model, ldAlpha: ldAlpha, cache: cache)
    }
    let plain = try sums(nil)
    let first = try sums(Self.cache(folder))
    let second = try sums(Self.cache(folder))
    #expect(!plain.areStored && !first.areStored && second.areStored)
    for other in [first, second] {
      #expect(other.chosen == plain.chosen)
      #expect(other.rejected == plain.rejected)
    }
    #expect(Set(plain.chosen + plain.rejected).count == 20)
  }

  @Test("rows with a label have the same bits computed and read", arguments: [nil, 3])
  func unpaired(block: Int?) throws {
    let folder = try TemporaryFolder()
    let rows = UnpairedRows(Fixtures.unpaired(8), block: block, limit: 64)
    let plain = try UnpairedReference(rows, model: Fixtures.model())
    for isStored in [false, true] {
      let found = try UnpairedReference(rows, model: Fixtures.model(), cache: Self.cache(folder))
      #expect(found.areStored == isStored)
      #expect(found.own == plain.own && found.own.count == 8)
      #expect(found.mismatched == plain.mismatched)
      #expect(found.mismatched.count == (block == nil ? 0 : 8))
    }
  }

  @Test("an objective says whether training and held-out rows were both stored")
  func objective() throws {
    let folder = try TemporaryFolder()
    func isStored(_ heldOut: [PreferenceExample]) throws -> Bool {
      try PreferenceObjective(
        examples: Fixtures.preferences(4),
        heldOut: heldOut,
        losses: try PreferenceObjectiveTests.losses(["sigmoid"]),
        reference: Fixtures.model(),
        cache: Self.cache(folder)
      ).hasStoredReference
    }
    #expect(try !isStored([]))
    #expect(try isStored([]))
    #expect(try !isStored([Self.masked]))
    #expect(try isStored([Self.masked]))
  }

  @Test("whatever changes the values has a file of its own")
  func keys() throws {
    let folder = try TemporaryFolder()
    var open = Self.masked
    open.chosenMask = [true, true, true]
    var moved = Self.masked
    moved.prompt = [2, 3]
    moved.chosen = [4] + moved.chosen
    moved.chosenMask = [false] + (moved.chosenMask ?? [])
    let cases: [(pairs: [PreferenceExample], reference: String, ldAlpha: Double?)] = [
      ([Self.masked], "a", nil), ([open], "a", nil), ([moved], "a", nil), ([Self.masked], "b", nil),
      ([Self.masked], "a", 1), ([Self.masked], "a", 0.5), ([Self.masked, open], "a", nil),
      ([open, Self.masked], "a", nil),
    ]
    var all: [ReferenceLogProbabilities] = []
    for (pairs, reference, ldAlpha) in cases {
      all.append(
        try ReferenceLogProbabilities(
          pairs,
          model: Fixtures.model(),
          ldAlpha: ldAlpha,
          cache: Self.cache(folder, reference)
        )
      )
    }
    #expect(all.allSatisfy { !$0.areStored })
    #expect(try Self.names(folder).count == all.count)
  }

  @Test("a damaged file is computed anew and written again")
  func damaged() throws {
    let folder = try TemporaryFolder()
    func sums() throws -> ReferenceLogProbabilities {
      try ReferenceLogProbabilities(
        Self.pairs,
        model: Fixtures.model(),
        cache: Self.cache(folder)
      )
    }
    let fresh = try sums()
    let name = "cache/" + (try #require(try Self.names(folder).first))
    let path = folder.path + "/" + name
    let whole = [UInt8](try #require(FileManager.default.contents(atPath: path)))
    #expect(whole.count == 8 + 8 + 8 + 64 + 8 * 20 + 32)
    var wrong = [[], Array(whole.dropLast()), whole + [0], Array(whole.reversed())]
    for index in stride(from: 0, to: whole.count, by: 7) {
      var bytes = whole
      bytes[index] ^= 0x10
      wrong.append(bytes)
    }
    for bytes in wrong {
      try folder.write(bytes, to: name)
      let again = try sums()
      #expect(!again.areStored)
      #expect(again.chosen == fresh.chosen && again.rejected == fresh.rejected)
      #expect(FileManager.default.contents(atPath: path).map { [UInt8]($0) } == whole)
    }
    #expect(try sums().areStored)
  }

  @Test("a folder that cannot be written to is no error")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    try folder.write("a file", to: "cache")
    for _ in 0..<2 {
      let sums = try ReferenceLogProbabilities(
        Self.pairs,
        model: Fixtures.model(),
        cache: Self.cache(folder)
      )
      #expect(!sums.areStored && sums.chosen.count == Self.pairs.count)
    }
    #expect(try folder.names == ["cache"])
  }

  @Test("what was not used for longest goes when the files exceed the capacity")
  func capacity() throws {
    let folder = try TemporaryFolder()
    // One pair: two values.
    let size = 8 + 8 + 8 + 64 + 8 * 2 + 32
    func isStored(_ reference: String) throws -> Bool {
      try ReferenceLogProbabilities(
        [Self.masked],
        model: Fixtures.model(),
        cache: ReferenceCache(
          directory: folder.path + "/cache",
          reference: reference,
          capacity: 2 * size
        )
      ).areStored
    }
    try folder.write("not ours", to: "cache/other.txt")
    for reference in ["a", "b"] { #expect(try !isStored(reference)) }
    for (age, name) in try Self.names(folder).enumerated() {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -100 - Double(age))],
        ofItemAtPath: folder.path + "/cache/" + name
      )
    }
    // Used, and so younger than b, whichever was older before.
    #expect(try isStored("a"))
    #expect(try !isStored("c"))
    #expect(try Self.names(folder).count == 3)
    #expect(try isStored("a"))
    #expect(try !isStored("b"))
    #expect(try Self.names(folder).contains("other.txt"))
  }

  /// Computed with Python's hashlib over little-endian numbers.
  @Test("the digest is SHA-256 of lists and texts with their lengths")
  func digest() {
    var digest = TokenDigest()
    digest.append([1, -2])
    #expect(
      digest.hexadecimal == "5cba572bd2d4f24f0e62d861e9860926265a2ccfbd73dff1eb7d38e88371f40f"
    )
    digest.append("aé€b")
    #expect(
      digest.hexadecimal == "44460e8eedca00c00592853f5f84ee2a26a7795ef28d9e4d14b4cd1bc1f966b2"
    )
    var parts = TokenDigest()
    parts.append([1])
    parts.append([-2])
    var whole = TokenDigest()
    whole.append([1, -2])
    #expect(parts.hexadecimal != whole.hexadecimal)
  }
}

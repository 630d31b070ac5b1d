import Testing

@testable import RealignPipeline

@Suite struct AtlasCapabilitiesTests {
  private let world = AtlasWorld(seed: 4, size: .init(train: 40, dev: 20, test: 20))

  @Test func thereAreAtLeastThreeBenchmarksOfAtLeastThreeHundredItems() {
    let benchmarks = AtlasCapabilities(world).benchmarks
    #expect(benchmarks.count >= 3)
    #expect(benchmarks.allSatisfy { $0.items.count >= 300 })
    #expect(benchmarks.allSatisfy { (0..<1).contains($0.chance) })
    #expect(Set(benchmarks.map(\.name)).count == benchmarks.count)
  }

  @Test func wordTasksExpectTheRightWords() throws {
    let benchmarks = AtlasCapabilities(world, count: 50).benchmarks
    for name in ["copy", "reverse", "first", "last", "count"] {
      let benchmark = try #require(benchmarks.first { $0.name == name })
      for item in benchmark.items {
        let line = item.prompt.split(separator: "\n")[0]
        let words = line.split(separator: ":")[1].split(separator: " ").map(String.init)
        let expected =
          switch name {
          case "copy": words.joined(separator: " ")
          case "reverse": words.reversed().joined(separator: " ")
          case "first": words.first
          case "last": words.last
          default: String(words.count)
          }
        #expect(item.completion == " \(expected ?? "").")
      }
    }
  }

  @Test func recallAsksForKnownFacts() throws {
    let recall = try #require(AtlasCapabilities(world).benchmarks.first)
    let sentences = Set(world.known.facts.map { " " + $0.sentence })
    #expect(recall.name == "recall")
    #expect(recall.items.allSatisfy { sentences.contains($0.completion) })
    #expect(Set(recall.items.map(\.completion)).count == recall.items.count)
  }
}

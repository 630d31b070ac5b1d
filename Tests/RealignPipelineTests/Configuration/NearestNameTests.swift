import Testing

@testable import RealignPipeline

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("kitten", "sitting", 3), ("ab", "ba", 1), ("ca", "abc", 3), ("", "abc", 3), ("x", "x", 0),
    ("beta", "bata", 1), ("learning_rate", "lerning_rate", 1),
  ])
  func `distances are those counted by hand`(first: String, second: String, distance: Int) {
    #expect(NearestName.distance(first, second) == distance)
    #expect(NearestName.distance(second, first) == distance)
  }

  @Test func `the first of equally near names is taken`() {
    #expect(NearestName.nearest(to: "b", in: ["a", "c"]) == "a")
    #expect(NearestName.nearest(to: "b", in: []) == nil)
  }

  @Test func `a very long name does not take long`() {
    let name = String(repeating: "x", count: 1_000_000)
    #expect(NearestName.nearest(to: name, in: ["seed"]) == "seed")
  }
}

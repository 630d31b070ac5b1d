import RealignText
import Testing

struct JSONObjectTests {
  @Test(arguments: [3, 8, 9, 200])
  func `keys keep their order through setting, replacing and removing`(count: Int) {
    var object = JSONObject()
    for index in 0..<count { object["k\(index)"] = .integer(index) }
    object["k1"] = "new"
    object["k0"] = nil
    object["absent"] = nil
    #expect(object.keys == (1..<count).map { "k\($0)" })
    #expect(object.count == count - 1)
    #expect(object["k0"] == nil)
    #expect(object["k1"] == "new")
    #expect(object["k\(count - 1)"] == .integer(count - 1))
    object["k0"] = 0
    #expect(object.keys.last == "k0")
    #expect(object.pair(at: 0).value == "new")
  }

  @Test func `null is a value and not an absence`() {
    let object = JSONObject(["a": nil])
    #expect(object["a"] == .null)
    #expect(object["b"] == nil)
    #expect(!object.isEmpty)
  }

  @Test func `a copy does not change with its original`() {
    var first: JSONObject = ["a": 1]
    let second = first
    first["a"] = 2
    #expect(second["a"] == 1)
  }
}

import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@testable import RealignTraining

@Suite("Best state")
struct BestStateTests {
  static func values(_ first: Float) -> Tensor {
    Tensor([first, -0.1, 3e-38], rows: 1, columns: 3)
  }

  @Test("the state kept last comes back, from memory and from disk", arguments: [false, true])
  func restored(isOnDisk: Bool) throws {
    let folder = try TemporaryFolder()
    var best = BestState(directory: isOnDisk ? folder.path : nil)
    let parameters = Self.values(7)
    try best.restore(into: parameters)
    #expect(best.step == nil && parameters.values == Self.values(7).values)
    try best.keep(Self.values(1), step: 4)
    try best.keep(Self.values(2), step: 9)
    try best.restore(into: parameters)
    #expect(best.step == 9 && parameters.values == Self.values(2).values)
    #expect(try folder.names == (isOnDisk ? ["best.safetensors"] : []))
    guard isOnDisk else { return }
    var resumed = BestState(directory: folder.path)
    try resumed.find(count: 3)
    #expect(resumed.step == 9)
    try resumed.restore(into: parameters)
    #expect(parameters.values == Self.values(2).values)
    #expect(throws: InputError.self) { try resumed.find(count: 4) }
  }
}

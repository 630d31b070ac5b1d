import Testing

@testable import RealignModels

@Suite("Slots of prompts")
struct PromptSlotsTests {
  private let a: [Int32] = [1]
  private let b: [Int32] = [2, 2]
  private let c: [Int32] = [3, 1]

  @Test("of equal prompts one is computed and the others are copies of it")
  func sharing() {
    var slots = PromptSlots([a, b, a, a], slotCount: 4, keepsPrompts: false)
    let admissions = slots.admit()
    #expect(admissions.map(\.index) == [0, 1, 2, 3] && admissions.map(\.slot) == [0, 1, 2, 3])
    #expect(
      admissions.map(\.source) == [
        .prefill, .prefill, .copy(slot: 0, isPending: true), .copy(slot: 0, isPending: true),
      ]
    )
    #expect(slots.isExhausted && slots.admit().isEmpty)
  }

  @Test("a slot that still has the prompt is preferred, else one copies from another slot")
  func residents() {
    var slots = PromptSlots([a, b, b, a, c, b], slotCount: 2, keepsPrompts: true)
    #expect(slots.admit().map(\.source) == [.prefill, .prefill])
    slots.free(1)
    #expect(slots.admit() == [.init(index: 2, slot: 1, source: .resident)])
    slots.free(1)
    #expect(
      slots.admit()
        == [.init(index: 3, slot: 1, source: .copy(slot: 0, isPending: false))]
    )
    slots.free(0)
    slots.free(1)
    // Nobody has b any more.
    #expect(slots.admit().map(\.source) == [.prefill, .prefill])
    #expect(slots.isExhausted)
  }

  @Test("blocks with a window lose the prompt, so later sequences compute it anew")
  func windows() {
    var slots = PromptSlots([a, a, a], slotCount: 2, keepsPrompts: false)
    #expect(slots.admit().map(\.source) == [.prefill, .copy(slot: 0, isPending: true)])
    slots.free(0)
    #expect(slots.admit().map(\.source) == [.prefill])
  }

  @Test("no slot is free while prompts wait")
  func neverIdle() {
    let count = 23
    let prompts = (0..<count).map { [Int32($0 * $0 % 5)] }
    var slots = PromptSlots(prompts, slotCount: 4, keepsPrompts: true)
    var live: [Int] = []
    var entered: [Int] = []
    var round = 0
    while entered.count < count || !live.isEmpty {
      let admissions = slots.admit()
      entered += admissions.map(\.index)
      live += admissions.map(\.slot)
      #expect(Set(live).count == live.count)
      #expect(live.count == 4 || slots.isExhausted)
      for _ in 0...round % 3 where !live.isEmpty {
        slots.free(live.remove(at: round * 7 % live.count))
      }
      round += 1
    }
    #expect(entered == Array(0..<count))
  }
}

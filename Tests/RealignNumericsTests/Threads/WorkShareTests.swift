import Foundation
import Synchronization
import Testing

@testable import RealignNumerics

@Suite("Shares of a loop")
struct WorkShareTests {
  @Test("the owner takes from the front and others from the back")
  func order() {
    let share = WorkShare()
    #expect(share.takeFirst() == nil)
    share.reset(to: 3..<7)
    #expect(share.takeFirst() == 3)
    #expect(share.takeLast() == 6)
    #expect(share.takeLast() == 5)
    #expect(share.takeFirst() == 4)
    #expect(share.takeFirst() == nil)
    #expect(share.takeLast() == nil)
  }

  @Test("owner and others together take every index once")
  func race() {
    let share = WorkShare()
    let count = 20_000
    share.reset(to: 0..<count)
    let taken = Mutex([Int](repeating: 0, count: count))
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      var mine: [Int] = []
      while let index = thread == 0 ? share.takeFirst() : share.takeLast() { mine.append(index) }
      taken.withLock { taken in for index in mine { taken[index] += 1 } }
    }
    #expect(taken.withLock { $0.allSatisfy { $0 == 1 } })
  }
}

import RealignModels
import Testing

@testable import RealignPipeline

@Suite("Responses in order")
struct OrderedResponsesTests {
  private func response(_ ids: [Int32]) -> Generation {
    Generation(ids: ids, finishReason: .stop, logProbabilities: [], entropies: [])
  }

  @Test("a response waits for those before it and for no others")
  func order() {
    var responses = OrderedResponses()
    #expect(responses.finish(response([2, 2]), index: 2).map(\.index) == [])
    #expect(responses.finish(response([]), index: 0).map(\.index) == [0])
    let ready = responses.finish(response([1]), index: 1)
    #expect(ready.map(\.index) == [1, 2])
    #expect(ready.map(\.response.ids) == [[1], [2, 2]])
    #expect(responses.finish(response([3]), index: 3).map(\.index) == [3])
    #expect(responses.count == 4 && responses.tokenCount == 4)
  }
}

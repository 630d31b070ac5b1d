import RealignNumerics
import RealignTestSupport
import Testing

@testable import RealignModels

@Suite("Key-value cache")
struct KeyValueCacheTests {
  @Test("a block with a window keeps its latest positions, stored at once or one by one")
  func window() throws {
    let model = try Family("mistral").model
    let window = try #require(model.decoder.layers[0].attention.window)
    let count = 2 * window + 3
    let width = model.configuration.keyValueWidth
    func cache() -> KeyValueCache {
      KeyValueCache(
        configuration: model.configuration,
        decoder: model.decoder,
        slotCount: 2,
        capacity: count
      )
    }
    let keys = Tensor.random(rows: count, columns: width, name: "keys")
    let values = Tensor.random(rows: count, columns: width, name: "values")
    let (whole, stepped) = (cache(), cache())
    #expect(whole.capacity(0) == window && !whole.keepsAll)
    whole.store(layer: 0, slot: 1, position: 0, key: keys, value: values)
    for row in 0..<count {
      stepped.store(
        layer: 0,
        slot: 1,
        position: row,
        key: keys.rows(row..<row + 1),
        value: values.rows(row..<row + 1)
      )
    }
    for position in count - window..<count {
      let place = window + position % window
      for cache in [whole, stepped] {
        #expect(
          cache.keys(0).rows(place..<place + 1).values == keys.rows(position..<position + 1).values
        )
        #expect(
          cache.values(0).rows(place..<place + 1).values
            == values.rows(position..<position + 1).values
        )
      }
    }
    // The other slot is untouched.
    #expect(whole.keys(0).rows(0..<window).values.allSatisfy { $0 == 0 })
  }
}

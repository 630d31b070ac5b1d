import RealignText

/// Weighted sums of named metrics over a logging window, in first-seen order.
public struct MetricSums: Sendable, Equatable {
  private var names: [String] = []
  private var sums: [String: (value: Double, weight: Double)] = [:]

  /// No metrics yet.
  public init() {}

  /// Adds a mean over `weight` things.
  public mutating func add(_ name: String, mean: Double, weight: Double) {
    add(name, sum: mean * weight, weight: weight)
  }

  /// Adds a sum over `weight` things.
  public mutating func add(_ name: String, sum: Double, weight: Double) {
    if sums[name] == nil { names.append(name) }
    let old = sums[name] ?? (0, 0)
    sums[name] = (old.value + sum, old.weight + weight)
  }

  /// Adds another window.
  public mutating func add(_ other: MetricSums) {
    for name in other.names {
      if let item = other.sums[name] { add(name, sum: item.value, weight: item.weight) }
    }
  }

  /// The means, in first-seen order.
  public var means: [(name: String, value: Double)] {
    names.compactMap { name in
      sums[name].map { (name, $0.weight == 0 ? 0 : $0.value / $0.weight) }
    }
  }

  /// The mean of one metric.
  public subscript(name: String) -> Double? {
    sums[name].map { $0.weight == 0 ? 0 : $0.value / $0.weight }
  }

  /// The plain sum of one metric.
  public func sum(of name: String) -> Double? { sums[name]?.value }

  /// Forgets all.
  public mutating func clear() { self = MetricSums() }

  /// An exact record: numbers as bit patterns, so that a resumed window has the same bits.
  public var json: JSONValue {
    .array(
      names.map { name in
        let item = sums[name] ?? (0, 0)
        return .array([
          .string(name), .string(String(item.value.bitPattern, radix: 16)),
          .string(String(item.weight.bitPattern, radix: 16)),
        ])
      }
    )
  }

  /// Reads `json` back; nil when it is not such a record.
  public init?(json: JSONValue) {
    guard let rows = json.arrayValue else { return nil }
    for row in rows {
      guard let parts = row.arrayValue, parts.count == 3, let name = parts[0].stringValue,
        let value = parts[1].stringValue.flatMap({ UInt64($0, radix: 16) }),
        let weight = parts[2].stringValue.flatMap({ UInt64($0, radix: 16) })
      else { return nil }
      add(name, sum: Double(bitPattern: value), weight: Double(bitPattern: weight))
    }
  }

  /// Equal names, order and bits.
  public static func == (a: MetricSums, b: MetricSums) -> Bool { a.json == b.json }
}

/// Token ids with the segment type of each: the input of an encoder (Devlin and others 2019,
/// section 3).
public struct TypedTokens: Sendable, Equatable {
  /// The ids.
  public private(set) var ids: [Int32] = []
  /// The type of each id: by custom 0 in the first text of a pair, 1 in the second.
  public private(set) var types: [Int32] = []
  /// How many tokens of the texts were left out because there were too many.
  public var removedCount = 0

  /// No token.
  public init() {}

  /// Ids of one type.
  public init(_ ids: [Int32], type: Int32 = 0) { append(ids, type: type) }

  /// Ids with the type of each.
  public init(ids: [Int32], types: [Int32]) {
    precondition(ids.count == types.count, "\(ids.count) ids and \(types.count) types")
    self.ids = ids
    self.types = types
  }

  /// How many tokens there are.
  public var count: Int { ids.count }

  /// Appends ids of one type.
  public mutating func append(_ ids: [Int32], type: Int32) {
    self.ids += ids
    types += [Int32](repeating: type, count: ids.count)
  }
}

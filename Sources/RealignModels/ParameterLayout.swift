import RealignNumerics

/// Where each named parameter lies in one flat allocation.
///
/// Weights, gradients and optimizer moments all use the same layout, so clipping, updating,
/// checkpointing and comparing are one loop each.
public struct ParameterLayout: Sendable, Equatable {
  /// One named matrix (or vector, when `rows` is 1 and `isVector`).
  public struct Entry: Sendable, Equatable {
    /// The checkpoint name, for example `model.layers.0.mlp.down_proj.weight`.
    public let name: String
    /// Rows of the matrix; 1 for a vector.
    public let rows: Int
    /// Columns of the matrix; the length of a vector.
    public let columns: Int
    /// Whether the checkpoint stores it with one dimension; vectors are exempt from weight decay.
    public let isVector: Bool
    /// Whether the checkpoint stores the matrix as `[columns, rows]`.
    public let isStoredTransposed: Bool
    /// Its place in the flat allocation.
    public let range: Range<Int>

    /// The shape as stored in a checkpoint.
    public var shape: [Int] {
      isVector ? [columns] : isStoredTransposed ? [columns, rows] : [rows, columns]
    }
  }

  /// All parameters in memory order.
  public private(set) var entries: [Entry] = []
  private var index: [String: Int] = [:]

  /// An empty layout.
  public init() {}

  /// Number of parameters.
  public var count: Int { entries.last?.range.upperBound ?? 0 }

  /// Appends a matrix stored as `[rows, columns]`, or as its transpose.
  public mutating func appendMatrix(
    _ name: String,
    rows: Int,
    columns: Int,
    isStoredTransposed: Bool = false
  ) {
    append(
      name,
      rows: rows,
      columns: columns,
      isVector: false,
      isStoredTransposed: isStoredTransposed
    )
  }

  /// Appends a vector stored as `[length]`.
  public mutating func appendVector(_ name: String, length: Int) {
    append(name, rows: 1, columns: length, isVector: true)
  }

  private mutating func append(
    _ name: String,
    rows: Int,
    columns: Int,
    isVector: Bool,
    isStoredTransposed: Bool = false
  ) {
    precondition(index[name] == nil, "parameter \(name) appears twice")
    let start = count
    index[name] = entries.count
    entries.append(
      Entry(
        name: name,
        rows: rows,
        columns: columns,
        isVector: isVector,
        isStoredTransposed: isStoredTransposed,
        range: start..<start + rows * columns
      )
    )
  }

  /// The layout of some of the parameters, in the same order without gaps.
  func filtered(_ isIncluded: (Entry) -> Bool) -> ParameterLayout {
    var result = ParameterLayout()
    for entry in entries where isIncluded(entry) {
      result.append(
        entry.name,
        rows: entry.rows,
        columns: entry.columns,
        isVector: entry.isVector,
        isStoredTransposed: entry.isStoredTransposed
      )
    }
    return result
  }

  /// The entry of a name, or nil.
  public subscript(name: String) -> Entry? { index[name].map { entries[$0] } }

  /// The part of a flat tensor that holds a parameter, or nil when the layout lacks it.
  public func view(_ name: String, in flat: Tensor) -> Tensor? {
    guard let entry = self[name] else { return nil }
    return flat.slice(entry.range).reshaped(rows: entry.rows, columns: entry.columns)
  }

  /// One matrix over several parameters that lie side by side, stacked by rows.
  ///
  /// - Precondition: The parameters are neighbours in memory and have the same number of columns.
  public func stackedView(_ names: [String], in flat: Tensor) -> Tensor? {
    guard let range = stackedRange(names), let first = names.first.flatMap({ self[$0] }) else {
      return nil
    }
    let part = flat.slice(range)
    return first.isVector
      ? part : part.reshaped(rows: range.count / first.columns, columns: first.columns)
  }

  /// The place of several parameters that lie side by side.
  func stackedRange(_ names: [String]) -> Range<Int>? {
    let found = names.compactMap { self[$0] }
    guard let first = found.first, found.count == names.count else { return nil }
    var end = first.range.lowerBound
    for entry in found {
      precondition(
        entry.range.lowerBound == end,
        "\(entry.name) does not follow its neighbour at \(end)"
      )
      end = entry.range.upperBound
    }
    return first.range.lowerBound..<end
  }

  /// The ranges that receive weight decay: matrices, not norms or biases.
  public var decayRanges: [Range<Int>] { entries.filter { !$0.isVector }.map(\.range) }
}

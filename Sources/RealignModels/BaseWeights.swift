import Foundation
import RealignNumerics

/// The weights of a model in memory: all in single precision, or the matrices in half precision.
///
/// Vectors (norms and biases) stay in single precision either way: they are few. Half precision is
/// for weights that are computed with but not trained; it is widened block by block inside the
/// products, so that results have the bits of a model whose matrices were rounded and kept in
/// single precision. Copying the value aliases the memory.
///
/// The matrices of the blocks may be divided over ranks; whatever asks for one by its name is then
/// collective.
public struct BaseWeights: Sendable {
  /// Names and places of the parameters in one flat allocation, as gradients have them.
  public let layout: ParameterLayout
  /// How matrices are kept.
  public let type: ScalarType
  /// All parameters, or the vectors only.
  private let single: Tensor
  private let singleLayout: ParameterLayout
  /// The matrices, where they are not in `single`.
  private let half: HalfTensor?
  private let halfLayout: ParameterLayout
  /// The matrices of the blocks, where they are divided over ranks.
  let shards: BlockShards?

  /// Wraps flat parameters in single precision.
  ///
  /// - Precondition: There are as many as the layout has.
  public init(layout: ParameterLayout, values: Tensor) {
    precondition(
      values.count == layout.count,
      "\(values.count) parameters for a layout of \(layout.count)"
    )
    self.layout = layout
    type = .f32
    single = values
    singleLayout = layout
    half = nil
    halfLayout = ParameterLayout()
    shards = nil
  }

  /// Zeros.
  public init(layout: ParameterLayout, type: ScalarType) {
    self.init(layout: layout, type: type, shards: nil)
  }

  /// Zeros, the matrices of the blocks divided over ranks.
  init(layout: ParameterLayout, type: ScalarType, shards: BlockShards?) {
    self.layout = layout
    self.type = type
    self.shards = shards
    let whole = shards.map { shards in layout.filtered { !shards.holds($0.name) } } ?? layout
    let isHalf = type != .f32
    singleLayout = isHalf ? whole.filtered(\.isVector) : whole
    halfLayout = whole.filtered { isHalf && !$0.isVector }
    single = Tensor(rows: 1, columns: singleLayout.count)
    half = isHalf ? HalfTensor(rows: 1, columns: halfLayout.count, type: type) : nil
  }

  /// All parameters, flat, in single precision.
  ///
  /// - Precondition: The matrices are in single precision too, and not divided over ranks.
  public var values: Tensor {
    precondition(type == .f32, "matrices are kept in \(type.rawValue)")
    precondition(shards == nil, "matrices are divided over \(shards?.group.size ?? 1) ranks")
    return single
  }

  /// Over how many ranks the matrices of the blocks are divided.
  public var ranks: Int { shards?.group.size ?? 1 }

  /// Why divided matrices cannot be gathered any more; what was computed since means nothing.
  public var failure: ProcessGroupError? { shards?.failure }

  /// Bytes of memory that this process takes for them.
  public var byteCount: Int {
    4 * single.count + 2 * (half?.count ?? 0) + (shards?.byteCount ?? 0)
  }

  /// Bytes of memory that the weights of a layout take.
  public static func byteCount(_ layout: ParameterLayout, type: ScalarType) -> Int {
    layout.entries.reduce(0) {
      $0 + $1.range.count * ($1.isVector ? ScalarType.f32 : type).byteCount
    }
  }

  /// The weights of a parameter, aliased; nil when the layout lacks it.
  ///
  /// Where the matrices of the blocks are divided, the values stay until another block is asked for.
  public subscript(name: String) -> WeightMatrix? {
    shards?.gather(blockOf: name)
    return stacked([name])
  }

  /// One matrix over several parameters that lie side by side, stacked by rows; where it is divided
  /// over ranks, its place in the room that blocks share.
  ///
  /// - Precondition: The parameters are neighbours in memory and have the same number of columns.
  func stacked(_ names: [String]) -> WeightMatrix? {
    if let matrix = shards?.stacked(names) { return matrix }
    if let half, let first = names.first, let entry = halfLayout[first] {
      return halfLayout.stackedRange(names).map { range in
        .half(
          half.slice(range)
            .reshaped(rows: range.count / entry.columns, columns: entry.columns)
        )
      }
    }
    return singleLayout.stackedView(names, in: single).map { .single($0) }
  }

  /// The values of a vector, or of several that lie side by side; nil when the layout lacks one.
  func vector(_ names: [String]) -> Tensor? {
    singleLayout.stackedView(names, in: single)
  }

  /// All parameters in single precision, flat, in memory of their own.
  public func widened() -> Tensor {
    guard type != .f32 || shards != nil else { return single.duplicate() }
    let flat = Tensor(rows: 1, columns: layout.count)
    for entry in layout.entries {
      guard let part = self[entry.name] else { continue }
      flat.slice(entry.range).reshaped(rows: entry.rows, columns: entry.columns)
        .copy(from: part.widened())
    }
    return flat
  }

  /// The same weights with matrices rounded to a type, ties to even, in memory of their own.
  public func converted(to type: ScalarType) -> BaseWeights {
    let result = BaseWeights(layout: layout, type: type)
    for entry in layout.entries {
      guard let source = self[entry.name], let target = result[entry.name] else { continue }
      target.copy(from: source.widened())
    }
    return result
  }

  /// The bytes of a parameter as they lie in memory, row-major; none when the layout lacks it.
  public func littleEndianData(_ name: String) -> Data {
    self[name].map { $0.encoded(as: $0.type) } ?? Data()
  }

  /// A copy in memory of its own.
  public func duplicate() -> BaseWeights { converted(to: type) }

  /// Whether no weight is infinite or not a number.
  public var isFinite: Bool {
    single.isFinite && half?.isFinite ?? true && shards?.isFinite ?? true
  }
}

extension WeightMatrix {
  /// Copies values of the same shape, rounded where this is half precision.
  func copy(from source: Tensor) {
    switch self {
    case .single(let matrix): matrix.copy(from: source)
    case .half(let matrix): matrix.copy(from: source)
    }
  }
}

import RealignText

/// The parts of a data set.
public enum SplitPart: String, Sendable, CaseIterable {
  /// For training.
  case train
  /// For choosing thresholds and hyper-parameters.
  case dev
  /// For the final figures.
  case test
}

/// Divides rows by entity: everything about one entity goes to the same part.
///
/// The part is a function of the group's name, the seed and the fractions only; adding rows moves
/// no other row.
public struct EntitySplit: Sendable, Equatable {
  /// Makes different divisions of the same groups.
  public let seed: UInt64
  /// The share of groups for training.
  public let train: Double
  /// The share of groups for development.
  public let dev: Double
  /// The share of groups for testing.
  public let test: Double

  /// A division into shares, which must add up to 1.
  ///
  /// - Throws: `InputError` of kind `badConfiguration` when a share is negative or not finite, or
  ///   the sum differs from 1 by more than 10⁻⁶.
  public init(seed: UInt64, train: Double, dev: Double, test: Double) throws {
    let shares = [train, dev, test]
    guard shares.allSatisfy({ $0.isFinite && $0 >= 0 }), abs(shares.reduce(0, +) - 1) <= 1e-6 else {
      throw InputError(
        .badConfiguration,
        "the shares of a split are wrong",
        found: "train \(train), dev \(dev), test \(test)",
        expected: "shares of 0 or more that add up to 1"
      )
    }
    self.seed = seed
    self.train = train
    self.dev = dev
    self.test = test
  }

  /// The part a group belongs to.
  public func part(of group: String) -> SplitPart {
    let position = StableHash.unit(group, seed: seed)
    if position < train { return .train }
    // A share of zero must stay empty although the sum of the others may be rounded below 1.
    if test == 0 || position < train + dev { return dev == 0 ? .train : .dev }
    return .test
  }

  /// The rows of each part, in their order.
  ///
  /// - Parameter group: The entity of a row.
  public func divide<Row>(_ rows: [Row], group: (Row) -> String) -> DividedRows<Row> {
    var parts = DividedRows<Row>()
    for row in rows {
      switch part(of: group(row)) {
      case .train: parts.train.append(row)
      case .dev: parts.dev.append(row)
      case .test: parts.test.append(row)
      }
    }
    return parts
  }

  /// The groups, sorted, that occur on both sides; none when the sides are disjoint.
  public static func leakedGroups(_ left: [String], _ right: [String]) -> [String] {
    Set(left).intersection(right).sorted()
  }
}

/// Rows by part.
public struct DividedRows<Row> {
  /// Those for training.
  public var train: [Row] = []
  /// Those for development.
  public var dev: [Row] = []
  /// Those for testing.
  public var test: [Row] = []

  /// No rows.
  public init() {}

  /// The rows of a part.
  public subscript(part: SplitPart) -> [Row] {
    switch part {
    case .train: train
    case .dev: dev
    case .test: test
    }
  }
}

extension DividedRows: Sendable where Row: Sendable {}
extension DividedRows: Equatable where Row: Equatable {}

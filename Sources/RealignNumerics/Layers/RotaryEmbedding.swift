import CRealignKernels
import Foundation
import Synchronization

/// How rotary frequencies are stretched beyond the length a model was first trained on.
public enum RotaryScaling: Sendable, Equatable {
  /// Every frequency divided by `factor` (Chen et al. 2023).
  case linear(factor: Double)
  /// Llama 3: frequencies whose wavelength exceeds `originalMaximumPositions / lowFrequencyFactor`
  /// are divided by `factor`, those below `originalMaximumPositions / highFrequencyFactor` kept,
  /// and those between interpolated.
  case llama3(
    factor: Double,
    lowFrequencyFactor: Double,
    highFrequencyFactor: Double,
    originalMaximumPositions: Int
  )
  /// YaRN (Peng et al. 2023, section 3.4): frequencies that turn more than `fastTurns` times within
  /// `originalMaximumPositions` are kept, those below `slowTurns` divided by `factor`, the ramp
  /// between taken over their indices; rotated values are multiplied by `amplitude`.
  case yarn(
    factor: Double,
    originalMaximumPositions: Int,
    fastTurns: Double,
    slowTurns: Double,
    roundsBounds: Bool,
    amplitude: Double
  )

  /// Factor of every sine and cosine.
  var amplitude: Double {
    if case .yarn(_, _, _, _, _, let amplitude) = self { return amplitude }
    return 1
  }

  /// The scaled frequency number `index` of a head of width `headDimension`.
  func apply(to frequency: Double, index: Int, headDimension: Int, theta: Double) -> Double {
    switch self {
    case .linear(let factor): return frequency / factor
    case .llama3(let factor, let low, let high, let original):
      let turns = Double(original) * frequency / (2 * .pi)
      if turns < low { return frequency / factor }
      if turns > high { return frequency }
      let share = (turns - low) / (high - low)
      return (1 - share) * frequency / factor + share * frequency
    case .yarn(let factor, let original, let fast, let slow, let rounds, _):
      // The index whose frequency turns so many times.
      func bound(_ turns: Double) -> Double {
        Double(headDimension) * log(Double(original) / (turns * 2 * .pi)) / (2 * log(theta))
      }
      let low = max(rounds ? bound(fast).rounded(.down) : bound(fast), 0)
      var high = min(rounds ? bound(slow).rounded(.up) : bound(slow), Double(headDimension - 1))
      if high == low { high += 0.001 }
      let slowed = min(max((Double(index) - low) / (high - low), 0), 1)
      return frequency / factor * slowed + frequency * (1 - slowed)
    }
  }
}

/// Rotary position embedding.
///
/// Su et al. 2021, section 3.2.2. Element i of a head is rotated with element i + D/2 by position ·
/// theta^(-2i/D), the order Llama checkpoints use. The tables are computed in double, for as many
/// positions as were asked for so far: models that take 131,072 seldom see them.
public struct RotaryEmbedding: Sendable {
  /// Width D of a head, even.
  public let headDimension: Int
  /// Positions lie below this.
  public let maximumPositions: Int
  private let frequencies: [Double]
  private let amplitude: Double
  private let tables = Tables()

  /// Cosines and sines of the positions met so far, shared by all copies of the value.
  private final class Tables: Sendable {
    let current = Mutex<(cosines: Tensor, sines: Tensor)?>(nil)
  }

  /// Positions of the first tables; they then grow by doubling.
  private static let firstPositions = 1024

  /// Prepares the frequencies.
  public init(
    headDimension: Int,
    theta: Double,
    maximumPositions: Int,
    scaling: RotaryScaling? = nil
  ) {
    precondition(
      headDimension > 0 && headDimension % 2 == 0 && maximumPositions >= 1 && theta > 0,
      "head \(headDimension), \(maximumPositions) positions, theta \(theta)"
    )
    self.headDimension = headDimension
    self.maximumPositions = maximumPositions
    frequencies = (0..<headDimension / 2).map { i in
      let plain = pow(theta, -2 * Double(i) / Double(headDimension))
      return scaling?.apply(to: plain, index: i, headDimension: headDimension, theta: theta)
        ?? plain
    }
    amplitude = scaling?.amplitude ?? 1
  }

  /// Tables, each (positions, D / 2), that reach past a position.
  private func tables(past position: Int) -> (cosines: Tensor, sines: Tensor) {
    tables.current.withLock { current in
      if let current, position < current.cosines.rows { return current }
      var size = Self.firstPositions
      while size <= position { size *= 2 }
      let made = makeTables(positions: min(size, maximumPositions))
      current = made
      return made
    }
  }

  private func makeTables(positions: Int) -> (cosines: Tensor, sines: Tensor) {
    let cosines = Tensor(rows: positions, columns: frequencies.count)
    let sines = Tensor(rows: positions, columns: frequencies.count)
    Parallel.rows(positions, perBlock: 256) { range in
      for position in range {
        for (i, frequency) in frequencies.enumerated() {
          let angle = Double(position) * frequency
          cosines.row(position)[i] = Float(cos(angle) * amplitude)
          sines.row(position)[i] = Float(sin(angle) * amplitude)
        }
      }
    }
    return (cosines, sines)
  }

  /// Rotates every head of every row in place.
  ///
  /// - Parameters:
  ///   - x: (T, heads · D), strided or not.
  ///   - positions: One per row, in 0..<maximumPositions.
  ///   - inverse: Rotates back; this is also the gradient of the forward rotation, amplitude of
  ///     the scaling included.
  public func apply(to x: Tensor, positions: [Int32], inverse: Bool = false) {
    precondition(positions.count == x.rows, "\(positions.count) positions for \(x.rows) rows")
    precondition(
      x.columns % headDimension == 0,
      "\(x.columns) columns, heads of \(headDimension)"
    )
    for position in positions where position < 0 || position >= maximumPositions {
      preconditionFailure("position \(position) of \(maximumPositions)")
    }
    let (cosines, sines) = tables(past: Int(positions.max() ?? 0))
    Parallel.rows(x.rows, perBlock: Parallel.rowsPerBlock(columns: x.columns)) { range in
      positions.withUnsafeBufferPointer { list in
        guard let start = list.baseAddress else { return }
        rk_rotary(
          x.row(range.lowerBound),
          x.stride,
          cosines.pointer,
          sines.pointer,
          start + range.lowerBound,
          range.count,
          x.columns / headDimension,
          headDimension / 2,
          inverse ? -1 : 1
        )
      }
    }
  }
}

import Foundation
import RealignNumerics

/// The operations of `RealignNumerics` by their definitions, in double, without any cleverness.
public enum ReferenceKernels {
  /// Row-wise x / sqrt(mean(x²) + epsilon) · weight.
  public static func rmsNorm(
    _ x: DoubleMatrix,
    weight: DoubleMatrix,
    epsilon: Double
  ) -> DoubleMatrix {
    var result = x
    for r in 0..<x.rows {
      var squares = 0.0
      for c in 0..<x.columns { squares += x[r, c] * x[r, c] }
      let root = (squares / Double(x.columns) + epsilon).squareRoot()
      for c in 0..<x.columns { result[r, c] = x[r, c] / root * weight[0, c] }
    }
    return result
  }

  /// silu(gate) · up.
  public static func swiGLU(_ gateUp: DoubleMatrix) -> DoubleMatrix {
    let width = gateUp.columns / 2
    var result = DoubleMatrix(rows: gateUp.rows, columns: width)
    for r in 0..<gateUp.rows {
      for c in 0..<width {
        let gate = gateUp[r, c]
        result[r, c] = gate / (1 + exp(-gate)) * gateUp[r, width + c]
      }
    }
    return result
  }

  /// Rotates element i with element i + D/2 of each head by position · theta^(-2i/D).
  public static func rotary(
    _ x: DoubleMatrix,
    positions: [Int32],
    headDimension: Int,
    theta: Double
  ) -> DoubleMatrix {
    var result = x
    let half = headDimension / 2
    for r in 0..<x.rows {
      for start in stride(from: 0, to: x.columns, by: headDimension) {
        for i in 0..<half {
          let angle = Double(positions[r]) * pow(theta, -2 * Double(i) / Double(headDimension))
          let (a, b) = (x[r, start + i], x[r, start + half + i])
          result[r, start + i] = a * cos(angle) - b * sin(angle)
          result[r, start + half + i] = b * cos(angle) + a * sin(angle)
        }
      }
    }
    return result
  }

  /// Softmax attention in which row i sees the keys that `segments` allow it.
  public static func attention(
    query: DoubleMatrix,
    key: DoubleMatrix,
    value: DoubleMatrix,
    segments: [AttentionSegment],
    heads: Int,
    keyValueHeads: Int
  ) -> DoubleMatrix {
    let width = query.columns / heads
    var result = DoubleMatrix(rows: query.rows, columns: query.columns)
    for segment in segments {
      for r in segment.range {
        let seen = Array(segment.prefix ?? 0..<0) + Array(segment.range.lowerBound...r)
        for head in 0..<heads {
          let left = head * width
          let leftOfKey = head / (heads / keyValueHeads) * width
          let scores = seen.map { k in
            (0..<width).reduce(0) { $0 + query[r, left + $1] * key[k, leftOfKey + $1] }
              / Double(width).squareRoot()
          }
          for (p, k) in zip(softmax(scores), seen) {
            for c in 0..<width { result[r, left + c] += p * value[k, leftOfKey + c] }
          }
        }
      }
    }
    return result
  }

  /// exp(x) / Σ exp(x).
  public static func softmax(_ x: [Double]) -> [Double] {
    let sum = logSumExp(x)
    return x.map { exp($0 - sum) }
  }

  /// log Σ exp(x).
  public static func logSumExp(_ x: [Double]) -> Double {
    let largest = x.max() ?? 0
    return largest + log(x.reduce(0) { $0 + exp($1 - largest) })
  }

  /// Σ p (log p - log q) for the softmax of two rows of logits.
  public static func klDivergence(_ policy: [Double], _ reference: [Double]) -> Double {
    let (p, q) = (logSumExp(policy), logSumExp(reference))
    return zip(policy, reference).reduce(0) { $0 + exp($1.0 - p) * (($1.0 - p) - ($1.1 - q)) }
  }
}

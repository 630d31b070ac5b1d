import Foundation
import RealignNumerics
import RealignTestSupport

/// The operations that only some families of decoders need, by their definitions, in double.
enum ReferenceFamilies {
  /// Row-wise (x - mean) / sqrt(variance + epsilon) · weight + bias.
  static func layerNorm(
    _ x: DoubleMatrix,
    weight: DoubleMatrix,
    bias: DoubleMatrix,
    epsilon: Double
  ) -> DoubleMatrix {
    var result = x
    let n = Double(x.columns)
    for r in 0..<x.rows {
      let row = (0..<x.columns).map { x[r, $0] }
      let mean = row.reduce(0, +) / n
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      for c in 0..<x.columns {
        result[r, c] =
          (row[c] - mean) / (variance + epsilon).squareRoot() * weight[0, c] + bias[0, c]
      }
    }
    return result
  }

  /// x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
  static func gelu(_ x: Double) -> Double {
    x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) / 2
  }

  /// gelu of every element.
  static func gelu(_ x: DoubleMatrix) -> DoubleMatrix {
    DoubleMatrix(values: x.values.map { gelu($0) }, rows: x.rows, columns: x.columns)
  }

  /// gelu(gate) · up.
  static func geGLU(_ gateUp: DoubleMatrix) -> DoubleMatrix {
    let width = gateUp.columns / 2
    var result = DoubleMatrix(rows: gateUp.rows, columns: width)
    for r in 0..<gateUp.rows {
      for c in 0..<width { result[r, c] = gelu(gateUp[r, c]) * gateUp[r, width + c] }
    }
    return result
  }

  /// cap · tanh(x / cap).
  static func softCap(_ x: DoubleMatrix, cap: Double) -> DoubleMatrix {
    DoubleMatrix(values: x.values.map { cap * tanh($0 / cap) }, rows: x.rows, columns: x.columns)
  }

  /// Softmax attention over a fused projection, with a scale, a window and bounded scores.
  static func attention(
    fused: DoubleMatrix,
    segments: [AttentionSegment],
    heads: Int,
    keyValueHeads: Int,
    options: AttentionOptions
  ) -> DoubleMatrix {
    let width = fused.columns / (heads + 2 * keyValueHeads)
    let (keys, values) = (heads * width, (heads + keyValueHeads) * width)
    let scale = options.scale.map(Double.init) ?? 1 / Double(width).squareRoot()
    var result = DoubleMatrix(rows: fused.rows, columns: heads * width)
    for segment in segments {
      for r in segment.range {
        let earlier = Array(segment.prefix ?? 0..<0) + Array(segment.range.lowerBound...r)
        let seen = earlier.suffix(options.window ?? earlier.count)
        for head in 0..<heads {
          let left = head * width
          let shared = head / (heads / keyValueHeads) * width
          let scores = seen.map { k -> Double in
            let score =
              scale
              * (0..<width).reduce(0) {
                $0 + fused[r, left + $1] * fused[k, keys + shared + $1]
              }
            return options.softCap.map { Double($0) * tanh(score / Double($0)) } ?? score
          }
          for (p, k) in zip(ReferenceKernels.softmax(scores), seen) {
            for c in 0..<width { result[r, left + c] += p * fused[k, values + shared + c] }
          }
        }
      }
    }
    return result
  }
}

import Foundation
import RealignNumerics

extension KernelEntry {
  /// Norms of rows as wide as the model, and rotary positions.
  static var normalisation: [KernelEntry] {
    [
      KernelEntry(name: "rms_norm_forward") { rmsNorm($0, adds: false) },
      KernelEntry(name: "rms_norm_add_forward") { rmsNorm($0, adds: true) },
      KernelEntry(name: "rms_norm_backward", make: rmsNormBackward),
      KernelEntry(name: "layer_norm_forward", make: layerNorm),
      KernelEntry(name: "layer_norm_backward", make: layerNormBackward),
      KernelEntry(name: "rotary", make: rotary),
    ]
  }

  private static let epsilon: Float = 1e-5

  private static func rmsNorm(_ sizes: KernelSizes, adds: Bool) -> KernelCase {
    let columns = sizes.shape.hiddenSize
    let perElement = adds ? 16 : 8
    let rows = sizes.rows(bytesPerRow: perElement * columns)
    let x = KernelData.tensor(rows: rows, columns: columns, "x")
    // Added again and again, so small.
    let delta = KernelData.tensor(rows: rows, columns: columns, "delta", scale: 1e-3)
    let weight = KernelData.tensor(rows: 1, columns: columns, "weight")
    let copy = adds ? x.duplicate() : x
    let found = (Tensor(rows: rows, columns: columns), Tensor(rows: rows, columns: 1))
    let expected = (Tensor(rows: rows, columns: columns), Tensor(rows: rows, columns: 1))
    return KernelCase(
      bytes: Double(perElement * x.count + 4 * rows),
      operations: (adds ? 5 : 4) * Double(x.count),
      tolerance: 1e-5,
      run: {
        guard adds else {
          RMSNorm.forward(
            x,
            weight: weight,
            epsilon: epsilon,
            into: found.0,
            inverseRMS: found.1
          )
          return
        }
        RMSNorm.addForward(
          x,
          delta: delta,
          weight: weight,
          epsilon: epsilon,
          into: found.0,
          inverseRMS: found.1
        )
      },
      runNaive: {
        NaiveKernels.rmsNorm(
          copy,
          delta: adds ? delta : nil,
          weight: weight,
          epsilon: epsilon,
          into: expected.0,
          inverseRMS: expected.1
        )
      },
      results: {
        [
          (.tensor(found.0), .tensor(expected.0)), (.tensor(found.1), .tensor(expected.1)),
          (.tensor(x), .tensor(copy)),
        ]
      }
    )
  }

  private static func rmsNormBackward(_ sizes: KernelSizes) -> KernelCase {
    let operands = NormOperands(sizes, name: "rms")
    let (x, weight) = (operands.x, operands.weight)
    let found = (Tensor(rows: x.rows, columns: x.columns), Tensor(rows: 1, columns: x.columns))
    let expected = (found.0.duplicate(), found.1.duplicate())
    return KernelCase(
      bytes: operands.backwardBytes,
      operations: 11 * Double(x.count),
      tolerance: NormOperands.tolerance,
      run: {
        RMSNorm.backward(
          gradient: operands.gradient,
          x: x,
          weight: weight,
          inverseRMS: operands.inverse,
          gradientX: found.0,
          accumulateX: false,
          gradientWeight: found.1
        )
      },
      runNaive: {
        NaiveKernels.rmsNormBackward(
          gradient: operands.gradient,
          x: x,
          weight: weight,
          inverseRMS: operands.inverse,
          gradientX: expected.0,
          gradientWeight: expected.1
        )
      },
      results: {
        [
          (.tensor(found.0), .tensor(expected.0)),
          (operands.perRow(found.1), operands.perRow(expected.1)),
        ]
      }
    )
  }

  private static func layerNorm(_ sizes: KernelSizes) -> KernelCase {
    let columns = sizes.shape.hiddenSize
    let rows = sizes.rows(bytesPerRow: 8 * columns)
    let x = KernelData.tensor(rows: rows, columns: columns, "x")
    let weight = KernelData.tensor(rows: 1, columns: columns, "weight")
    let bias = KernelData.tensor(rows: 1, columns: columns, "bias")
    let found = (Tensor(rows: rows, columns: columns), Tensor(rows: rows, columns: 1))
    let expected = (Tensor(rows: rows, columns: columns), Tensor(rows: rows, columns: 1))
    return KernelCase(
      bytes: Double(8 * x.count + 4 * rows),
      operations: 8 * Double(x.count),
      tolerance: 1e-5,
      run: {
        LayerNorm.forward(
          x,
          weight: weight,
          bias: bias,
          epsilon: epsilon,
          into: found.0,
          inverseDeviation: found.1
        )
      },
      runNaive: {
        NaiveKernels.layerNorm(
          x,
          weight: weight,
          bias: bias,
          epsilon: epsilon,
          into: expected.0,
          inverseDeviation: expected.1
        )
      },
      results: {
        [(.tensor(found.0), .tensor(expected.0)), (.tensor(found.1), .tensor(expected.1))]
      }
    )
  }

  private static func layerNormBackward(_ sizes: KernelSizes) -> KernelCase {
    let operands = NormOperands(sizes, name: "layer")
    let (x, weight) = (operands.x, operands.weight)
    func results() -> [Tensor] {
      [Tensor(rows: x.rows, columns: x.columns)]
        + (0..<2).map { _ in Tensor(rows: 1, columns: x.columns) }
    }
    let (found, expected) = (results(), results())
    return KernelCase(
      bytes: operands.backwardBytes,
      operations: 17 * Double(x.count),
      tolerance: NormOperands.tolerance,
      run: {
        LayerNorm.backward(
          gradient: operands.gradient,
          x: x,
          weight: weight,
          inverseDeviation: operands.inverse,
          gradientX: found[0],
          accumulateX: false,
          parameters: (found[1], found[2])
        )
      },
      runNaive: {
        NaiveKernels.layerNormBackward(
          gradient: operands.gradient,
          x: x,
          weight: weight,
          inverseDeviation: operands.inverse,
          gradientX: expected[0],
          parameters: (expected[1], expected[2])
        )
      },
      results: {
        [
          (.tensor(found[0]), .tensor(expected[0])),
          (operands.perRow(found[1]), operands.perRow(expected[1])),
          (operands.perRow(found[2]), operands.perRow(expected[2])),
        ]
      }
    )
  }

  private static func rotary(_ sizes: KernelSizes) -> KernelCase {
    let (columns, width) = (sizes.shape.hiddenSize, sizes.headWidth)
    let (theta, positions) = (10_000.0, 512)
    let rows = sizes.rows(bytesPerRow: 8 * columns)
    let embedding = RotaryEmbedding(
      headDimension: width,
      theta: theta,
      maximumPositions: positions
    )
    let cosines = Tensor(rows: positions, columns: width / 2)
    let sines = Tensor(rows: positions, columns: width / 2)
    for position in 0..<positions {
      for i in 0..<width / 2 {
        let angle = Double(position) * pow(theta, -2 * Double(i) / Double(width))
        cosines[position, i] = Float(cos(angle))
        sines[position, i] = Float(sin(angle))
      }
    }
    let x = KernelData.tensor(rows: rows, columns: columns, "x")
    let copy = x.duplicate()
    let places = (0..<rows).map { Int32($0 % positions) }
    return KernelCase(
      bytes: Double(8 * x.count),
      operations: 3 * Double(x.count),
      tolerance: 1e-5,
      run: { embedding.apply(to: x, positions: places) },
      runNaive: {
        NaiveKernels.rotary(copy, cosines: cosines, sines: sines, positions: places)
      },
      results: { [(.tensor(x), .tensor(copy))] }
    )
  }
}

/// What the backward passes of both norms read.
private struct NormOperands {
  let x: Tensor
  let gradient: Tensor
  let weight: Tensor
  let inverse: Tensor

  /// Values of size 1 through a dozen roundings each, and sums over rows taken by the row.
  static let tolerance = 1e-4

  init(_ sizes: KernelSizes, name: String) {
    let columns = sizes.shape.hiddenSize
    let rows = sizes.rows(bytesPerRow: 12 * columns)
    x = KernelData.tensor(rows: rows, columns: columns, name + "/x")
    gradient = KernelData.tensor(rows: rows, columns: columns, name + "/gradient")
    weight = KernelData.tensor(rows: 1, columns: columns, name + "/weight")
    inverse = Tensor(rows: rows, columns: 1)
    // Near that of uniform numbers; the formulas take any.
    inverse.fill(1.7)
  }

  /// Two read, one written.
  var backwardBytes: Double { 12 * Double(x.count) }

  /// A sum over all rows as a mean: long sums in single precision, added in another order, differ
  /// by a few millionths of what each row adds.
  func perRow(_ sum: Tensor) -> KernelResult {
    .numbers(sum.values.map { Double($0) / Double(x.rows) })
  }
}

import RealignNumerics

/// Central differences in double.
public enum GradientCheck {
  /// The gradient of `function` at `point`, one element at a time; error O(step²).
  public static func gradient(
    at point: DoubleMatrix,
    step: Double = 1e-5,
    of function: (DoubleMatrix) -> Double
  ) -> DoubleMatrix {
    var result = DoubleMatrix(rows: point.rows, columns: point.columns)
    for index in point.values.indices {
      var above = point
      var below = point
      above.values[index] += step
      below.values[index] -= step
      result.values[index] = (function(above) - function(below)) / (2 * step)
    }
    return result
  }

  /// The largest disagreement between a gradient and the slopes of `function` along random
  /// directions of unit length, relative to the gradient's length.
  ///
  /// A handful of directions sees every element at once, so large shapes stay affordable.
  public static func slopeError(
    _ gradient: Tensor,
    at point: DoubleMatrix,
    directions: Int = 3,
    step: Double = 1e-5,
    of function: (DoubleMatrix) -> Double
  ) -> Double {
    var worst = 0.0
    let gradient = DoubleMatrix(gradient)
    let length = gradient.dot(gradient).squareRoot()
    for direction in 0..<directions {
      var stream = RandomStream(seed: 2, name: "direction/\(direction)")
      var unit = DoubleMatrix(
        values: point.values.map { _ in stream.normal() },
        rows: point.rows,
        columns: point.columns
      )
      let norm = unit.dot(unit).squareRoot()
      unit.values = unit.values.map { $0 / norm }
      var above = point
      var below = point
      for i in point.values.indices {
        above.values[i] += step * unit.values[i]
        below.values[i] -= step * unit.values[i]
      }
      let slope = (function(above) - function(below)) / (2 * step)
      worst = max(worst, abs(slope - gradient.dot(unit)) / max(length, 1e-3))
    }
    return worst
  }
}

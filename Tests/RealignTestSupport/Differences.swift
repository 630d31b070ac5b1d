import RealignNumerics

/// Distances between computed and expected numbers.
public enum Differences {
  /// The largest |a - b| / max(1, |b|) over all elements; infinite when counts differ or a value is
  /// not a number.
  public static func largest(_ actual: [Double], _ expected: [Double]) -> Double {
    guard actual.count == expected.count else { return .infinity }
    var worst = 0.0
    for (a, b) in zip(actual, expected) {
      if a == b { continue }
      let distance = abs(a - b) / max(1, abs(b))
      if !(distance <= worst) { worst = distance.isNaN ? .infinity : distance }
    }
    return worst
  }

  /// As above for floats.
  public static func largest(_ actual: [Float], _ expected: [Double]) -> Double {
    largest(actual.map(Double.init), expected)
  }

  /// As above for a tensor and a Double matrix, whose shapes must agree.
  public static func largest(_ actual: Tensor, _ expected: DoubleMatrix) -> Double {
    guard actual.rows == expected.rows && actual.columns == expected.columns else {
      return .infinity
    }
    return largest(actual.values, expected.values)
  }
}

extension Tensor {
  /// Standard normal values times `scale`, from the stream `name` of seed 1.
  public static func random(
    rows: Int,
    columns: Int,
    name: String,
    scale: Double = 1
  ) -> Tensor {
    var stream = RandomStream(seed: 1, name: name)
    return Tensor(
      (0..<rows * columns).map { _ in Float(stream.normal() * scale) },
      rows: rows,
      columns: columns
    )
  }

  /// A column window of random values, so that rows do not follow each other in memory.
  public static func randomStrided(rows: Int, columns: Int, name: String) -> Tensor {
    random(rows: rows, columns: columns + 5, name: name).columns(3..<3 + columns)
  }
}

import RealignNumerics
import RealignTestSupport
import Testing

@testable import RealignModels

/// One projection of 3 inputs and 7 outputs whose columns 2 to 5 have an adapter of rank 2 with a
/// magnitude, computed in Double; norms are held where the values were at first.
private struct Decomposed {
  static let outputs = 2..<6
  static let scale = 1.25
  static let rows = 5

  var x = Self.draw(rows * 3, "x")
  var w = Self.draw(7 * 3, "w")
  var bias = Self.draw(7, "bias")
  var a = Self.draw(2 * 3, "a")
  var b = Self.draw(4 * 2, "b")
  var m = Self.draw(4, "m").map { $0 + 2 }
  /// 0 or 2, what becomes of each input on its way to the adapter; nil without dropout.
  var mask: [Double]?
  var norms: [Double] = []

  init(dropped: Bool) {
    if dropped {
      let factors = Tensor(rows: Self.rows, columns: 3)
      factors.fill(1)
      Self.dropout.apply(to: factors, into: factors)
      mask = factors.values.map(Double.init)
    }
    norms = (0..<4).map { j in
      (0..<3).reduce(0.0) { sum, i in
        let low = (0..<2).reduce(0.0) { $0 + b[j * 2 + $1] * a[$1 * 3 + i] }
        let v = w[(2 + j) * 3 + i] + Self.scale * low
        return sum + v * v
      }.squareRoot()
    }
  }

  static let dropout = DropoutMask(
    rows: rows,
    columns: 3,
    probability: 0.5,
    stream: RandomStream(seed: 8, name: "mask")
  )

  static func draw(_ count: Int, _ name: String) -> [Double] {
    var stream = RandomStream(seed: 8, name: name)
    // Exact in single precision too.
    return (0..<count).map { _ in Double(Float(stream.normal())) }
  }

  /// y (rows, 7), row-major.
  func output() -> [Double] {
    let seen = mask.map { zip(x, $0).map(*) } ?? x
    func product(_ input: [Double], _ row: Int, _ output: Int) -> Double {
      (0..<3).reduce(0) { $0 + input[row * 3 + $1] * w[output * 3 + $1] }
    }
    return (0..<Self.rows * 7).map { index in
      let (row, output) = (index / 7, index % 7)
      let plain = product(x, row, output) + bias[output]
      guard Self.outputs.contains(output) else { return plain }
      let j = output - Self.outputs.lowerBound
      let low = (0..<2).reduce(0.0) { sum, r in
        sum + b[j * 2 + r] * (0..<3).reduce(0) { $0 + seen[row * 3 + $1] * a[r * 3 + $1] }
      }
      let weights = product(seen, row, output)
      // PEFT's form: base + (m/norm - 1) · base of what the adapter sees + m/norm · scale · low.
      return plain + (m[j] / norms[j] - 1) * weights + m[j] / norms[j] * Self.scale * low
    }
  }

  static let coefficients = draw(rows * 7, "coefficients")

  /// Central differences of Σ coefficient · y along one list of values.
  func slopes(_ values: WritableKeyPath<Decomposed, [Double]>) -> [Double] {
    self[keyPath: values].indices.map { index in
      func moved(_ step: Double) -> Double {
        var copy = self
        copy[keyPath: values][index] += step
        return zip(copy.output(), Self.coefficients).reduce(0) { $0 + $1.0 * $1.1 }
      }
      return (moved(1e-3) - moved(-1e-3)) / 2e-3
    }
  }
}

private func tensor(_ values: [Double], rows: Int) -> Tensor {
  Tensor(values.map(Float.init), rows: rows, columns: values.count / rows)
}

/// Sums of a handful of products of size one in single precision: 1e-5.
private func expectEqual(_ found: Tensor, _ expected: [Double], _ name: String) {
  #expect(found.count == expected.count)
  for (a, b) in zip(found.values, expected) { #expect(abs(Double(a) - b) < 2e-5, "\(name)") }
}

@Suite("Magnitude and direction apart (DoRA)")
struct WeightDecompositionTests {
  @Test("output and gradients agree with a Double reference", arguments: [false, true])
  func reference(dropped: Bool) {
    let reference = Decomposed(dropped: dropped)
    let slice = Linear.LowRankSlice(
      a: tensor(reference.a, rows: 2),
      b: tensor(reference.b, rows: 4),
      magnitude: tensor(reference.m, rows: 1),
      outputs: Decomposed.outputs,
      scale: Float(Decomposed.scale)
    )
    let linear = Linear(
      weight: .single(tensor(reference.w, rows: 7)),
      bias: tensor(reference.bias, rows: 1),
      adapters: [slice]
    )
    let x = tensor(reference.x, rows: Decomposed.rows)
    let dropout = reference.mask.map { mask in
      #expect(Set(mask) == [0, 2])
      return LowRankDropout(
        inputs: MaskedInputs(
          input: x,
          masks: [Decomposed.dropout],
          rooms: [Tensor(rows: Decomposed.rows, columns: 3)]
        )
      )
    }
    for linear in [linear, linear.fixingNorms()] {
      let y = Tensor(rows: Decomposed.rows, columns: 7)
      let reduced = [Tensor(rows: Decomposed.rows, columns: 2)]
      let decompositions = linear.forward(
        x,
        into: y,
        reduced: reduced,
        adapterInputs: dropout?.inputs
      )
      expectEqual(y, reference.output(), "y")
      let (a, b) = (Tensor(rows: 2, columns: 3), Tensor(rows: 4, columns: 2))
      let magnitude = Tensor(rows: 1, columns: 4)
      let gradientX = Tensor(rows: Decomposed.rows, columns: 3)
      let coefficients = tensor(Decomposed.coefficients, rows: Decomposed.rows)
      linear.backward(
        gradient: coefficients,
        x: x,
        state: Linear.LowRankState(
          reduced: reduced,
          dropout: dropout,
          decompositions: decompositions
        ),
        scratch: [Tensor(rows: Decomposed.rows, columns: 2)],
        gradientX: gradientX,
        into: Linear.Gradient(
          adapters: [Linear.LowRankGradient(a: a, b: b, magnitude: magnitude)]
        )
      )
      expectEqual(a, reference.slopes(\.a), "A")
      expectEqual(b, reference.slopes(\.b), "B")
      expectEqual(magnitude, reference.slopes(\.m), "m")
      expectEqual(gradientX, reference.slopes(\.x), "x")
      #expect(coefficients.values == Decomposed.coefficients.map(Float.init))
    }
  }

  @Test("at first nothing changes", arguments: ["qwen2", "gpt2", "gemma3"])
  func initial(name: String) throws {
    var model = try Family(name).model
    let ids = Family.tokens(12, seed: 3)
    let plain = model.logits(after: ids).values
    model.adapter = Adapter(
      AdapterConfiguration(
        usesWeightDecomposition: true,
        modulesToSave: [name == "gpt2" ? "ln_f" : "embed_tokens", "lm_head"]
      ),
      for: model,
      seed: 2
    )
    // The magnitudes are the norms, so every factor is 1 up to the last bit.
    for (a, b) in zip(plain, model.logits(after: ids).values) { #expect(abs(a - b) < 1e-4) }
  }

  @Test("a weight row of zeros stays zero")
  func zeroRow() {
    let slice = Linear.LowRankSlice(
      a: Tensor(rows: 1, columns: 3),
      b: Tensor(rows: 2, columns: 1),
      magnitude: Tensor([1, 1], rows: 1, columns: 2),
      outputs: 0..<2,
      scale: 1
    )
    let linear = Linear(
      weight: .single(Tensor([3, 0, 4, 0, 0, 0], rows: 2, columns: 3)),
      bias: nil,
      adapters: [slice]
    )
    let y = Tensor(rows: 1, columns: 2)
    _ = linear.forward(
      Tensor([5, 1, 5], rows: 1, columns: 3),
      into: y,
      reduced: [Tensor(rows: 1, columns: 1)],
      adapterInputs: nil
    )
    #expect(abs(y[0, 0] - 7) < 1e-5 && y[0, 1] == 0)
  }
}

import Foundation
import RealignNumerics
import RealignTestSupport
import Testing

@Suite("Rotary embedding")
struct RotaryEmbeddingTests {
  @Test("rotation agrees with the definition", arguments: [2, 8, 14, 64])
  func forward(width: Int) {
    let rotary = RotaryEmbedding(headDimension: width, theta: 10_000, maximumPositions: 600)
    let x = Tensor.randomStrided(rows: 257, columns: 3 * width, name: "x")
    let positions = (0..<257).map { Int32($0 * 2) }
    let expected = ReferenceKernels.rotary(
      DoubleMatrix(x),
      positions: positions,
      headDimension: width,
      theta: 10_000
    )
    rotary.apply(to: x, positions: positions)
    #expect(Differences.largest(x, expected) < 1e-6)
  }

  @Test("positions far apart are rotated alike in whatever order they are met")
  func growth() {
    let rising = RotaryEmbedding(headDimension: 8, theta: 10_000, maximumPositions: 5000)
    let falling = RotaryEmbedding(headDimension: 8, theta: 10_000, maximumPositions: 5000)
    func rotated(_ rotary: RotaryEmbedding, _ position: Int32) -> [Float] {
      let x = Tensor.random(rows: 1, columns: 16, name: "x")
      rotary.apply(to: x, positions: [position])
      return x.values
    }
    let positions: [Int32] = [0, 1023, 1024, 2048, 4999]
    let up = positions.map { rotated(rising, $0) }
    #expect(positions.reversed().map { rotated(falling, $0) }.reversed() == up)
    let x = DoubleMatrix(Tensor.random(rows: 1, columns: 16, name: "x"))
    for (position, found) in zip(positions, up) {
      let expected = ReferenceKernels.rotary(
        x,
        positions: [position],
        headDimension: 8,
        theta: 10_000
      )
      #expect(Differences.largest(found, expected.values) < 1e-6)
    }
  }

  @Test("the inverse undoes the rotation, and position 0 changes nothing")
  func inverse() {
    let rotary = RotaryEmbedding(headDimension: 16, theta: 500_000, maximumPositions: 64)
    let x = Tensor.random(rows: 31, columns: 32, name: "x")
    let before = DoubleMatrix(x)
    let positions = (0..<31).map { Int32(63 - $0) }
    rotary.apply(to: x, positions: positions)
    rotary.apply(to: x, positions: positions, inverse: true)
    #expect(Differences.largest(x, before) < 1e-6)
    let y = Tensor.random(rows: 1, columns: 16, name: "y")
    let values = y.values
    rotary.apply(to: y, positions: [0])
    #expect(y.values == values)
  }

  @Test("the inverse is the gradient: <R x, g> = <x, R⁻¹ g>")
  func gradient() {
    let rotary = RotaryEmbedding(headDimension: 8, theta: 10_000, maximumPositions: 64)
    let x = Tensor.random(rows: 31, columns: 24, name: "x")
    let g = Tensor.random(rows: 31, columns: 24, name: "g")
    let positions = (0..<31).map { Int32($0) }
    let (xBefore, gBefore) = (DoubleMatrix(x), DoubleMatrix(g))
    rotary.apply(to: x, positions: positions)
    rotary.apply(to: g, positions: positions, inverse: true)
    #expect(abs(DoubleMatrix(x).dot(gBefore) - xBefore.dot(DoubleMatrix(g))) < 1e-4)
  }

  @Test("linear scaling divides positions, Llama 3 scaling only those of long waves")
  func scaling() {
    func angles(_ scaling: RotaryScaling?) -> [Double] {
      let rotary = RotaryEmbedding(
        headDimension: 8,
        theta: 500_000,
        maximumPositions: 8,
        scaling: scaling
      )
      let x = Tensor([1, 1, 1, 1, 0, 0, 0, 0], rows: 1, columns: 8)
      rotary.apply(to: x, positions: [1])
      return (0..<4).map { atan2(Double(x[0, 4 + $0]), Double(x[0, $0])) }
    }
    let plain = angles(nil)
    let linear = angles(.linear(factor: 4))
    for i in 0..<4 { #expect(abs(linear[i] * 4 - plain[i]) < 1e-6) }
    // Frequencies 500000^(-i/4) = 1, 0.0376, 0.00141, 5.3e-5. With 8192 original positions they
    // turn 1304, 49, 1.84 and 0.069 times: kept, kept, between 1 and 4, divided by 8.
    let llama = angles(
      .llama3(
        factor: 8,
        lowFrequencyFactor: 1,
        highFrequencyFactor: 4,
        originalMaximumPositions: 8192
      )
    )
    #expect(abs(llama[0] - plain[0]) < 1e-6 && abs(llama[1] - plain[1]) < 1e-8)
    let turns = 8192 * pow(500_000, -0.5) / (2 * Double.pi)
    let share = (turns - 1) / 3
    let middle = plain[2] * ((1 - share) / 8 + share)
    #expect(abs(llama[2] - middle) < 1e-9)
    #expect(abs(llama[3] * 8 - plain[3]) < 1e-10)
  }

  @Test("YaRN keeps fast frequencies, divides slow ones, and scales what it rotates")
  func yarn() {
    let rotary = RotaryEmbedding(
      headDimension: 8,
      theta: 10_000,
      maximumPositions: 8,
      scaling: .yarn(
        factor: 4,
        originalMaximumPositions: 1024,
        fastTurns: 32,
        slowTurns: 1,
        roundsBounds: true,
        amplitude: 1.25
      )
    )
    let x = Tensor([1, 1, 1, 1, 0, 0, 0, 0], rows: 1, columns: 8)
    rotary.apply(to: x, positions: [1])
    // Frequencies 10000^(-i/4) = 1, 0.1, 0.01, 0.001. Those of index 8 ln(1024 / (32 2π)) /
    // (2 ln 10000) = 0.71 turn 32 times within 1024, those of index 2.21 once: rounded outwards,
    // the ramp runs from 0 to 3.
    let expected = [1, 0.1 * (2.0 / 3 + 1.0 / 12), 0.01 * (1.0 / 3 + 2.0 / 12), 0.001 / 4]
    for i in 0..<4 {
      let (cosine, sine) = (Double(x[0, i]), Double(x[0, 4 + i]))
      #expect(abs(atan2(sine, cosine) - expected[i]) < 1e-7)
      #expect(abs((cosine * cosine + sine * sine).squareRoot() - 1.25) < 1e-6)
    }
  }
}

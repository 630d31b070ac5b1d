import RealignNumerics
import RealignText
import Testing

@testable import RealignBenchmarks

@Suite("Kernels beside their definitions")
struct KernelTests {
  private static let shape = ModelShape(
    name: "small",
    vocabularySize: 517,
    hiddenSize: 48,
    intermediateSize: 70,
    layerCount: 1,
    headCount: 6,
    keyValueHeadCount: 2
  )

  private static let sizes = KernelSizes(shape: shape, bytes: 1 << 15)

  @Test(
    "every kernel computes what its definition in plain C does",
    arguments: 0..<KernelEntry.all.count
  )
  func agreement(_ index: Int) throws {
    let entry = KernelEntry.all[index]
    let work = entry.make(Self.sizes)
    try work.check(entry.name)
    #expect(work.bytes > 0 && work.operations >= 0 && !work.results().isEmpty)
  }

  @Test("names are unique")
  func names() {
    #expect(Set(KernelEntry.all.map(\.name)).count == KernelEntry.all.count)
  }

  @Test("a kernel with a wrong result is not timed")
  func wrong() {
    for wrong in [1.01, .nan, .infinity] {
      let work = KernelCase(
        bytes: 1,
        operations: 1,
        tolerance: 1e-3,
        run: {},
        runNaive: {},
        results: { [(.numbers([1, wrong]), .numbers([1, 1]))] }
      )
      #expect(throws: BenchmarkError.self) { try work.check("wrong") }
    }
    let short = KernelCase(
      bytes: 1,
      operations: 1,
      tolerance: 1,
      run: {},
      runNaive: {},
      results: { [(.numbers([1]), .numbers([1, 1]))] }
    )
    #expect(throws: BenchmarkError.self) { try short.check("short") }
  }

  @Test("the bound is what takes longer, bytes or operations")
  func bound() {
    func work(bytes: Double, operations: Double) -> KernelCase {
      KernelCase(
        bytes: bytes,
        operations: operations,
        tolerance: 0,
        run: {},
        runNaive: {},
        results: { [] }
      )
    }
    let rates = KernelsBenchmark.Rates(bandwidth: 10, product: 100)
    #expect(rates.isBoundByBytes(work(bytes: 1e9, operations: 9e9)))
    #expect(!rates.isBoundByBytes(work(bytes: 1e9, operations: 11e9)))
  }

  @Test("a row says rate, factor and share, whichever bound it has")
  func rows() throws {
    var context = BenchmarkContext(threads: 1, shape: Self.shape)
    context.isShort = true
    for name in ["rms_norm_forward", "causal_attention_forward"] {
      let entry = try #require(KernelEntry.all.first { $0.name == name })
      let (row, fields) = try KernelsBenchmark.measure(
        entry,
        KernelsBenchmark.Setting(bytes: 1 << 15, threads: 1),
        KernelsBenchmark.Rates(bandwidth: 1e9, product: 1),
        context,
        name: "kernels " + name
      )
      #expect(row.value > 0 && row.relative?.yardstick == Yardstick.product.name)
      #expect(fields["name"]?.stringValue == name)
      let rate = fields[entry.countsOperations ? "gflops" : "gbs"]?.doubleValue ?? 0
      #expect(rate == row.value)
      #expect((fields["times_naive"]?.doubleValue ?? 0) > 0)
      #expect((fields["fraction_of_bound"]?.doubleValue ?? 0) > 0)
      #expect(fields["bound"]?.stringValue == "operations" && fields["threads"]?.intValue == 1)
    }
  }
}

import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

/// What was written to compare, if anything.
private let parityFolder = ParityFolder(holding: "gradients/cases.json")

/// Gradients of random models in several sizes, made by `Goldens/compare_families.py`.
@Suite("Every family against torch autograd", .enabled(if: parityFolder != nil))
struct FamilyAutogradTests {
  /// The parameters of one family and the largest relative difference, from single precision as it
  /// is in torch and from double.
  struct Tally {
    let family: String
    var parameters = 0
    var worst = 0.0
    var worstToDouble = 0.0
    var place = "none"
  }

  @Test("gradients of every parameter are within 1e-3 of the parameter's norm")
  func gradients() throws {
    let folder = try #require(parityFolder)
    let path = folder.path + "/gradients/cases.json"
    let json = try JSONValue.parse(InputFile.bytes(path), file: path, line: nil)
    var tallies: [Tally] = []
    for one in try #require(json.objectValue?["cases"]?.arrayValue) {
      let one = try #require(one.objectValue)
      let family = try #require(one["family"]?.stringValue)
      let index = tallies.firstIndex { $0.family == family } ?? tallies.endIndex
      if index == tallies.endIndex { tallies.append(Tally(family: family)) }
      try Self.compare(one, in: folder.path, &tallies[index])
    }
    let rows = tallies.map { tally in
      ParityFolder.Row(
        tally.family,
        check: "gradients",
        cases: tally.parameters,
        worst: tally.worst,
        bound: 1e-3,
        note: "at \(tally.place); to float64 \(Float(tally.worstToDouble))"
      )
    }
    try folder.write(rows, section: "families")
    for row in rows { #expect(row.ok, "\(row)") }
  }

  private static func compare(_ one: JSONObject, in folder: String, _ tally: inout Tally) throws {
    let name = try #require(one["model"]?.stringValue)
    let model = try ModelDirectory.load(folder + "/" + name)
    let (gradients, loss) = try meanCrossEntropy(one, model)
    #expect(abs(loss - (try #require(one["loss"]?.doubleValue))) < 1e-4, "\(name)")
    func file(_ key: String) throws -> SafeTensorsFile {
      try SafeTensorsFile(path: folder + "/gradients/" + (try #require(one[key]?.stringValue)))
    }
    let (single, double) = (try file("single"), try file("double"))
    // In exact arithmetic a bias of keys that are not rotated has no gradient; rounding remains.
    let whole = norm(gradients.trainable.values.map(Double.init)) * 1e-4
    for entry in model.layout.entries {
      let own = stored(gradients, entry)
      for (file, isDouble) in [(single, false), (double, true)] {
        let place = try #require(file.entry(entry.name), "\(entry.name)")
        let expected = Tensor(rows: 1, columns: entry.range.count)
        try file.load(place, into: expected)
        let reference = expected.values.map(Double.init)
        let distance = norm(zip(own, reference).map { $0 - $1 }) / max(norm(reference), whole)
        if isDouble {
          tally.worstToDouble = max(tally.worstToDouble, distance)
        } else if !(distance <= tally.worst) {
          (tally.worst, tally.place) = (distance, "\(name) \(entry.name)")
        }
      }
      tally.parameters += entry.range.count
    }
  }

  private static func meanCrossEntropy(
    _ one: JSONObject,
    _ model: LanguageModel
  ) throws -> (gradients: Gradients, loss: Double) {
    var batch = PackedBatch()
    for sequence in try #require(one["sequences"]?.arrayValue) {
      let ids = try #require(sequence.arrayValue).compactMap(\.intValue).map(Int32.init)
      batch.append(TokenSequence(ids: ids, completionStart: 1))
    }
    let gradients = Gradients(for: model)
    let scale = -1 / Double(batch.targets.count)
    let statistics = model.supervisedStep(
      batch,
      coefficients: batch.targets.map { _ in Float(scale) },
      gradients: gradients,
      activations: Activations(),
      randomness: nil
    )
    return (gradients, statistics.logProbabilities.reduce(0) { $0 + Double($1) } * scale)
  }

  /// A parameter's gradient in the order of the checkpoint's elements.
  private static func stored(_ gradients: Gradients, _ entry: ParameterLayout.Entry) -> [Double] {
    let matrix = gradients.trainable.slice(entry.range)
      .reshaped(rows: entry.rows, columns: entry.columns)
    return (entry.isStoredTransposed ? matrix.transposed() : matrix).values.map(Double.init)
  }

  private static func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

import RealignNumerics
import RealignText

/// What a configuration means for one model: every adapter and every full copy, in memory order.
struct AdapterPlan: Sendable {
  /// What PEFT puts before the path of a module.
  static let prefix = "base_model.model."

  /// One low-rank adapter.
  struct Placement: Sendable {
    /// PEFT's name, without the endings of A, B and magnitude.
    let name: String
    /// The columns of the fused product it changes.
    let outputs: Range<Int>
    let inputs: Int
    let rank: Int
    let scale: Float
  }

  /// A parameter trained as a full copy.
  struct Copy: Sendable {
    /// Its name in the model's layout; for a tied head, that of the head.
    let name: String
    let rows: Int
    let columns: Int
    let isVector: Bool
  }

  /// Adapters by block and by product of the block.
  private(set) var placements: [[[Placement]]] = []
  /// Full copies.
  private(set) var copies: [Copy] = []
  /// Names of the configuration that stand for nothing in the model.
  private(set) var unmatched: [(field: String, name: String)] = []
  /// Whether magnitudes are trained apart from directions.
  let usesWeightDecomposition: Bool
  /// Whether the checkpoint stores projections as (in, out).
  let storesTransposed: Bool
  /// Whether a full copy lies before the first block's projections.
  let trainsFirstInput: Bool

  /// Places the adapters.
  ///
  /// - Throws: `InputError` for values out of range, targets that are no projections and copies of
  ///   projections; not for names without a module.
  init(
    _ configuration: AdapterConfiguration,
    for model: ModelConfiguration,
    file: String? = nil
  ) throws {
    try configuration.validate(file: file)
    let decoder = model.decoder
    let names = decoder.names
    let paths = ModulePaths(model)
    let matcher = try ModuleMatcher(configuration, names: names, file: file)
    if configuration.targetModules != .allLinear,
      let path = paths.others.first(where: { matcher.isTarget($0, layer: nil) })
    {
      throw Self.notProjection(path, model: model, file: file)
    }
    let overrides = try Overrides(configuration, file: file)
    placements = (0..<model.layerCount).map { layer in
      decoder.projections(model).map { group in
        var start = 0
        return group.compactMap { projection in
          let outputs = start..<start + projection.outputs
          start = outputs.upperBound
          let path = names.block(layer, projection.path)
          guard matcher.isTarget(path, layer: layer) else { return nil }
          let rank = overrides.rank(path) ?? configuration.rank
          return Placement(
            name: Self.prefix + path,
            outputs: outputs,
            inputs: projection.inputs,
            rank: rank,
            scale: configuration.scale(
              rank: rank,
              alpha: overrides.alpha(path) ?? configuration.alpha
            )
          )
        }
      }
    }
    usesWeightDecomposition = configuration.usesWeightDecomposition
    storesTransposed = names.storesTransposed
    copies = try paths.copies(of: configuration.modulesToSave, file: file)
    let first =
      [names.embedding, names.positions].compactMap { $0 }
      + [".weight", ".bias"].map { names.block(0, names.attentionNorm) + $0 }
    trainsFirstInput = copies.contains { first.contains($0.name) }
    unmatched = paths.unmatched(configuration)
    guard placements.joined().contains(where: { !$0.isEmpty }) else {
      throw Self.nothing(configuration, model: model, file: file)
    }
  }

  /// Names, shapes and memory order of A, B, magnitudes and full copies.
  var layout: ParameterLayout {
    var layout = ParameterLayout()
    for placement in placements.joined().joined() {
      let outputs = placement.outputs.count
      layout.appendMatrix(placement.aName, rows: placement.rank, columns: placement.inputs)
      layout.appendMatrix(placement.bName, rows: outputs, columns: placement.rank)
      if usesWeightDecomposition {
        layout.appendVector(placement.magnitudeName, length: outputs)
      }
    }
    for copy in copies {
      if copy.isVector {
        layout.appendVector(Self.prefix + copy.name, length: copy.columns)
      } else {
        layout.appendMatrix(Self.prefix + copy.name, rows: copy.rows, columns: copy.columns)
      }
    }
    return layout
  }
}

extension AdapterPlan.Placement {
  var aName: String { name + ".lora_A.weight" }
  var bName: String { name + ".lora_B.weight" }
  var magnitudeName: String { name + ".lora_magnitude_vector" }
}

extension AdapterPlan {
  /// Ranks and numerators that only some modules have.
  private struct Overrides {
    private let ranks: [(pattern: WholeTextPattern, value: Int)]
    private let alphas: [(pattern: WholeTextPattern, value: Double)]

    init(_ configuration: AdapterConfiguration, file: String?) throws {
      func compile(_ text: String, _ field: String) throws -> WholeTextPattern {
        try WholeTextPattern("(?:.*\\.)?(?:\(text))", file: file, field: field)
      }
      ranks = try configuration.rankOverrides.map {
        (try compile($0.pattern, "rank_pattern"), $0.value)
      }
      alphas = try configuration.alphaOverrides.map {
        (try compile($0.pattern, "alpha_pattern"), $0.value)
      }
    }

    func rank(_ path: String) -> Int? { ranks.first { $0.pattern.matches(path) }?.value }
    func alpha(_ path: String) -> Double? { alphas.first { $0.pattern.matches(path) }?.value }
  }

  private static func notProjection(
    _ path: String,
    model: ModelConfiguration,
    file: String?
  ) -> InputError {
    InputError(
      .badConfiguration,
      "a low-rank adapter goes on a projection of a block only",
      file: file,
      field: "target_modules",
      found: path,
      expected: model.decoder.modules(model).joined(separator: ", "),
      hint: "modules_to_save trains a full copy of an embedding, a norm or the output head"
    )
  }

  private static func nothing(
    _ configuration: AdapterConfiguration,
    model: ModelConfiguration,
    file: String?
  ) -> InputError {
    let found: String
    switch configuration.targetModules {
    case .names(let names): found = names.joined(separator: ", ")
    case .pattern(let pattern): found = pattern
    case .allLinear: found = "all-linear"
    }
    return InputError(
      .badConfiguration,
      "no projection of the model is a target",
      file: file,
      field: "target_modules",
      found: found,
      expected: model.decoder.modules(model).joined(separator: ", ")
    )
  }
}

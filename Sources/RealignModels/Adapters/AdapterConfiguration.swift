import RealignText

/// How low-rank adapters are shaped and placed (PEFT's names and meanings).
public struct AdapterConfiguration: Sendable, Equatable {
  /// A value for the modules whose path, or the end of it after a full stop, matches a regular
  /// expression.
  public struct Override<Value: Sendable & Equatable>: Sendable, Equatable {
    /// The expression, for example `q_proj` or `layers\.0\.mlp\..*`.
    public var pattern: String
    /// What holds for those modules.
    public var value: Value

    /// A value for some modules.
    public init(_ pattern: String, _ value: Value) {
      self.pattern = pattern
      self.value = value
    }
  }

  /// Rank of the update.
  public var rank: Int
  /// Numerator of the scale.
  public var alpha: Double
  /// Probability that an input of an adapter is dropped in training.
  public var dropout: Double
  /// Whether the scale is α/√r (rank-stabilised; Kalajdzievski 2023) instead of α/r.
  public var usesRankStabilizedScale: Bool
  /// Whether magnitude and direction of the weights are trained apart (DoRA; Liu and others 2024).
  public var usesWeightDecomposition: Bool
  /// Projections that get an adapter.
  public var targetModules: TargetModules
  /// Projections that get none although they are targets; none by default.
  public var excludedModules: TargetModules = []
  /// The blocks whose projections are targets, all when nil; only beside a list of names.
  public var layers: [Int]?
  /// What the path of the list of blocks may end in, for example `layers`; empty means anything.
  public var layersPatterns: [String] = []
  /// Ranks of their own; the first match counts.
  public var rankOverrides: [Override<Int>] = []
  /// Numerators of their own; the first match counts.
  public var alphaOverrides: [Override<Double>] = []
  /// Endings of module paths that are trained as full copies: embeddings, norms, output head.
  public var modulesToSave: [String]

  /// Creates a configuration; the default targets every projection of the blocks.
  public init(
    rank: Int = 16,
    alpha: Double = 32,
    dropout: Double = 0,
    usesRankStabilizedScale: Bool = false,
    usesWeightDecomposition: Bool = false,
    targetModules: TargetModules = .allLinear,
    modulesToSave: [String] = []
  ) {
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.usesRankStabilizedScale = usesRankStabilizedScale
    self.usesWeightDecomposition = usesWeightDecomposition
    self.targetModules = targetModules
    self.modulesToSave = modulesToSave
  }

  /// The factor of a low-rank product.
  func scale(rank: Int, alpha: Double) -> Float {
    Float(alpha / (usesRankStabilizedScale ? Double(rank).squareRoot() : Double(rank)))
  }

  /// The same with `allLinear` replaced by the names of the model's own projections.
  public func resolved(for model: ModelConfiguration) -> AdapterConfiguration {
    guard targetModules == .allLinear else { return self }
    var result = self
    result.targetModules = .names(model.decoder.modules(model))
    return result
  }
}

extension AdapterConfiguration {
  /// Checks the values, as far as that needs no model.
  ///
  /// - Throws: `InputError` of kind `badConfiguration` naming PEFT's field.
  public func validate(file: String? = nil) throws {
    func bad(_ field: String, found: String, expected: String) -> InputError {
      InputError(
        .badConfiguration,
        "bad adapter setting",
        file: file,
        field: field,
        found: found,
        expected: expected
      )
    }
    for (field, rank) in [("r", rank)] + rankOverrides.map({ ("rank_pattern", $0.value) }) {
      guard (1...1024).contains(rank) else {
        throw bad(field, found: "\(rank)", expected: "1 to 1024")
      }
    }
    for (field, alpha) in [("lora_alpha", alpha)]
      + alphaOverrides.map({ ("alpha_pattern", $0.value) })
    {
      guard alpha.isFinite, alpha > 0 else {
        throw bad(field, found: "\(alpha)", expected: "a positive number")
      }
    }
    guard dropout >= 0, dropout < 1 else {
      throw bad("lora_dropout", found: "\(dropout)", expected: "0 or more, less than 1")
    }
    try targetModules.validate(file: file, field: "target_modules")
    try excludedModules.validate(file: file, field: "exclude_modules")
    guard targetModules != [] else {
      throw bad("target_modules", found: "nothing", expected: TargetModules.expected)
    }
    if layers != nil, !targetModules.isList {
      throw bad(
        "layers_to_transform",
        found: "target_modules that is no list",
        expected: "a list of names in target_modules beside it"
      )
    }
    if let pattern = layersPatterns.first(where: { $0.isEmpty || WholeTextPattern.isPattern($0) }) {
      throw bad("layers_pattern", found: pattern, expected: "a module path without wildcards")
    }
    if modulesToSave.contains(where: \.isEmpty) {
      throw bad("modules_to_save", found: "an empty name", expected: "names of modules")
    }
  }

  /// Checks the values and that the model has every target.
  ///
  /// - Throws: `InputError` of kind `badConfiguration` naming PEFT's field.
  public func validate(for model: ModelConfiguration, file: String? = nil) throws {
    let plan = try AdapterPlan(self, for: model, file: file)
    if let stranger = plan.unmatched.first {
      throw InputError(
        .badConfiguration,
        "the model has no such module",
        file: file,
        field: stranger.field,
        found: stranger.name,
        expected: stranger.field == "modules_to_save"
          ? "embeddings, norms or the head" : model.decoder.modules(model).joined(separator: ", ")
      )
    }
  }
}

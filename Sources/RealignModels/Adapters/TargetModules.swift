import RealignText

/// Which modules get an adapter, in PEFT's three spellings.
public enum TargetModules: Sendable, Equatable, ExpressibleByArrayLiteral {
  /// Paths, or what they end in after a full stop: `q_proj`, `self_attn.q_proj`,
  /// `model.layers.0.self_attn.q_proj`.
  case names([String])
  /// A regular expression that the whole path must match.
  case pattern(String)
  /// Every projection of the blocks; not the output head.
  case allLinear

  /// A list of names.
  public init(arrayLiteral elements: String...) { self = .names(elements) }

  /// What a list of settings means: `all-linear`, one regular expression, or names.
  ///
  /// Names hold none of the characters that make a text a regular expression; one that was divided
  /// at its commas is put together again.
  public init(settings: [String]) {
    let whole = settings.joined(separator: ",")
    if settings.contains("all-linear") {
      self = .allLinear
    } else {
      self = WholeTextPattern.isPattern(whole) ? .pattern(whole) : .names(settings)
    }
  }

  /// Whether it is a list of names.
  var isList: Bool {
    if case .names = self { true } else { false }
  }

  static let expected = "a list of module names, a regular expression or \"all-linear\""

  func validate(file: String?, field: String) throws {
    switch self {
    case .allLinear: break
    case .pattern(let pattern): _ = try WholeTextPattern(pattern, file: file, field: field)
    case .names(let names):
      guard !names.contains(where: \.isEmpty) else {
        throw InputError(
          .badConfiguration,
          "bad adapter setting",
          file: file,
          field: field,
          found: "an empty name",
          expected: Self.expected
        )
      }
    }
  }
}

/// The decision of PEFT whether a module path is a target; expressions are compiled once.
struct ModuleMatcher {
  private let targets: Selection
  private let exclusions: Selection
  private let saved: [String]
  private let layers: [Int]?
  private let namesBlocks: Bool

  /// What `TargetModules` selects.
  private enum Selection {
    case names([String])
    case pattern(WholeTextPattern)
    case all

    init(_ modules: TargetModules, file: String?, field: String) throws {
      switch modules {
      case .names(let names): self = .names(names)
      case .pattern(let text):
        self = .pattern(try WholeTextPattern(text, file: file, field: field))
      case .allLinear: self = .all
      }
    }

    /// Whether a path is selected, and whether as a whole: then its block does not matter.
    func finds(_ path: String) -> (found: Bool, isExact: Bool) {
      switch self {
      case .names(let names):
        if names.contains(path) { return (true, true) }
        return (names.contains { path.hasSuffix("." + $0) }, false)
      case .pattern(let pattern): return (pattern.matches(path), true)
      case .all: return (true, true)
      }
    }
  }

  init(_ configuration: AdapterConfiguration, names: DecoderNames, file: String?) throws {
    targets = try Selection(configuration.targetModules, file: file, field: "target_modules")
    exclusions = try Selection(configuration.excludedModules, file: file, field: "exclude_modules")
    saved = configuration.modulesToSave
    layers = configuration.layers
    // The blocks' path without its last full stop.
    let blocks = names.blocks.dropLast()
    namesBlocks =
      configuration.layersPatterns.isEmpty
      || configuration.layersPatterns.contains { blocks == $0 || blocks.hasSuffix("." + $0) }
  }

  /// Whether a module is a target.
  ///
  /// - Parameters:
  ///   - path: Full path of the module, for example `model.layers.0.mlp.up_proj`.
  ///   - layer: The block it lies in, if any.
  func isTarget(_ path: String, layer: Int?) -> Bool {
    let (found, isExact) = targets.finds(path)
    guard found, !exclusions.finds(path).found, !isWithinSaved(path) else { return false }
    guard !isExact, let layers, !layers.isEmpty else { return true }
    guard let layer, namesBlocks else { return false }
    return layers.contains(layer)
  }

  /// Whether a component sequence of the path is a module that is saved whole.
  private func isWithinSaved(_ path: String) -> Bool {
    saved.contains { ("." + path + ".").contains("." + $0 + ".") }
  }
}

import RealignText

/// The modules of a model that are not projections, and the full copies they can be trained as.
struct ModulePaths {
  /// Parameters by module, in memory order; the head also where it is tied.
  private let parameters: [(path: String, copies: [AdapterPlan.Copy])]
  private let projections: [String]
  private let containers: [String]
  private let blocks: Range<Int>

  init(_ model: ModelConfiguration) {
    let decoder = model.decoder
    let names = decoder.names
    blocks = 0..<model.layerCount
    projections = blocks.flatMap { layer in
      decoder.projections(model).joined().map { names.block(layer, $0.path) }
    }
    let known = Set(projections)
    var found: [(path: String, copies: [AdapterPlan.Copy])] = []
    func append(_ name: String, rows: Int, columns: Int, isVector: Bool) {
      let path = Self.parent(name)
      guard !known.contains(path) else { return }
      let copy = AdapterPlan.Copy(name: name, rows: rows, columns: columns, isVector: isVector)
      if found.last?.path == path {
        found[found.count - 1].copies.append(copy)
      } else {
        found.append((path, [copy]))
      }
    }
    for entry in decoder.layout(model).entries {
      append(entry.name, rows: entry.rows, columns: entry.columns, isVector: entry.isVector)
    }
    if model.tiesEmbeddings {
      append(names.head, rows: model.vocabularySize, columns: model.hiddenSize, isVector: false)
    }
    parameters = found
    var seen = Set<String>()
    var outer: [String] = []
    for path in projections + found.map(\.path) {
      var part = Self.parent(path)
      while !part.isEmpty, seen.insert(part).inserted {
        outer.append(part)
        part = Self.parent(part)
      }
    }
    containers = outer
  }

  /// Every module that is no projection: embeddings, norms, head and what holds modules.
  var others: [String] { parameters.map(\.path) + containers }

  /// The parameters of the modules whose paths end in one of the names.
  ///
  /// - Throws: `InputError` for a module that is a projection or holds some.
  func copies(of names: [String], file: String?) throws -> [AdapterPlan.Copy] {
    func isSaved(_ path: String) -> Bool { names.contains(where: path.hasSuffix) }
    if let path = (projections + containers).first(where: isSaved) {
      throw InputError(
        .badConfiguration,
        "full copies of projections and of what holds them are not supported",
        file: file,
        field: "modules_to_save",
        found: path,
        expected: "embeddings, norms or the output head",
        hint: "list projections in target_modules, or train all weights"
      )
    }
    return parameters.filter { isSaved($0.path) }.flatMap(\.copies)
  }

  /// Names of a configuration that no module ends in, with PEFT's fields.
  func unmatched(_ configuration: AdapterConfiguration) -> [(field: String, name: String)] {
    var result: [(field: String, name: String)] = []
    if case .names(let names) = configuration.targetModules {
      result += names.filter { name in
        !projections.contains { $0 == name || $0.hasSuffix("." + name) }
      }.map { ("target_modules", $0) }
    }
    result += (configuration.layers ?? []).filter { !blocks.contains($0) }
      .map { ("layers_to_transform", "\($0)") }
    result += configuration.modulesToSave.filter { name in
      !parameters.contains { $0.path.hasSuffix(name) }
    }.map { ("modules_to_save", $0) }
    return result
  }

  /// A path without its last component.
  private static func parent(_ path: String) -> String {
    path.lastIndex(of: ".").map { String(path[..<$0]) } ?? ""
  }
}

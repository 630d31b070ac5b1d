import RealignNumerics

extension LanguageModel {
  /// A model without adapters that computes the same, in fp32 and new memory: W + scale·B·A, its
  /// rows stretched to their magnitudes where these are trained apart, full copies in place.
  ///
  /// A tied embedding or head with a full copy of its own is no longer tied.
  public func merged() -> LanguageModel {
    guard let adapter else { return self }
    let result = unadapted(by: adapter)
    for (layer, block) in result.blocks.enumerated() {
      for (group, linear) in block.linears.enumerated() {
        for slice in adapter.slices(layer: layer, group: group) {
          let weight = slice.direction(over: linear.weight)
          if let magnitude = slice.magnitude {
            weight.scaleRows(by: slice.factors(magnitude, norms: weight.rowNorms()))
          }
          linear.weight.rows(slice.outputs).copy(from: weight)
        }
      }
    }
    for copy in adapter.plan.copies {
      if let values = adapter.view(of: copy.name) {
        result.requiredView(copy.name, in: result.weights.values).copy(from: values)
      }
    }
    return result
  }

  /// The base in memory of its own, with room for a head where a full copy unties it.
  private func unadapted(by adapter: Adapter) -> LanguageModel {
    let names = decoder.names
    let unties =
      configuration.tiesEmbeddings
      && adapter.plan.copies.contains { $0.name == names.embedding || $0.name == names.head }
    guard unties else {
      return LanguageModel(configuration: configuration, parameters: weights.widened())
    }
    var untied = configuration
    untied.tiesEmbeddings = false
    let layout = untied.decoder.layout(untied)
    let values = Tensor(rows: 1, columns: layout.count)
    for entry in layout.entries {
      values.slice(entry.range).reshaped(rows: entry.rows, columns: entry.columns)
        .copy(from: baseWeight(entry.name).widened())
    }
    return LanguageModel(configuration: untied, parameters: values)
  }
}

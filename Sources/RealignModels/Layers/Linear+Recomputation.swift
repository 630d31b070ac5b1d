import RealignNumerics

extension Linear {
  /// Whether the magnitude of an adapter is trained apart, so that backward needs the product.
  var isDecomposed: Bool { adapters.contains { $0.magnitude != nil } }

  /// What `forward` leaves for backward where no adapter is decomposed, without the output: x Aᵀ of
  /// every adapter, with the same bits.
  ///
  /// - Parameters:
  ///   - reduced: (T, rank) of each adapter.
  ///   - adapterInputs: What the adapters see of x, where that differs.
  /// - Returns: As `forward` does, nothing for each adapter.
  func reduce(
    _ x: Tensor,
    into reduced: [Tensor],
    adapterInputs: MaskedInputs?
  ) -> [WeightDecomposition?] {
    if let adapterInputs {
      for (index, adapter) in adapters.enumerated() {
        Matrix.multiply(adapterInputs[index], adapter.a, into: reduced[index], transposeB: true)
      }
    } else if !adapters.isEmpty {
      // One product for all that see the same input.
      Matrix.multiply(
        x,
        Tensor.stacked(adapters.map(\.a)),
        into: Tensor.joined(reduced),
        transposeB: true
      )
    }
    return adapters.map { _ in nil }
  }
}

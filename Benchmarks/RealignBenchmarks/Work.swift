/// Floating-point operations that a piece of work needs when nothing is computed twice: two for
/// each weight and token in a forward pass, as many again for each gradient product.
struct Work {
  let shape: ModelShape

  /// A forward pass over packed rows.
  ///
  /// - Parameters:
  ///   - tokens: Packed tokens.
  ///   - attended: Sum over tokens of the positions each attends to.
  ///   - headTokens: Tokens whose next-token probabilities are computed.
  func forward(tokens: Int, attended: Int, headTokens: Int) -> Double {
    linear(tokens) + attention(attended) + head(headTokens)
  }

  /// A training step's forward and backward pass.
  ///
  /// - Parameter rank: Rank of the adapters, the base frozen; nil when all weights are trained.
  func training(tokens: Int, attended: Int, headTokens: Int, rank: Int?) -> Double {
    // Attention needs twice its forward work backward: the weights' and the values' gradients.
    let common = linear(tokens) + 3 * attention(attended) + head(headTokens)
    guard let rank else {
      // Both the inputs' and the weights' gradients.
      return common + 2 * linear(tokens) + 2 * head(headTokens)
    }
    let adapters = 2 * shape.adapterWeights(rank: rank) * Double(tokens)
    return common + linear(tokens) + head(headTokens) + 3 * adapters
  }

  private func linear(_ tokens: Int) -> Double { 2 * shape.blockWeights * Double(tokens) }

  private func head(_ tokens: Int) -> Double { 2 * shape.headWeights * Double(tokens) }

  /// Scores and weighted values of all heads and blocks.
  private func attention(_ attended: Int) -> Double {
    4 * Double(attended) * Double(shape.hiddenSize * shape.layerCount)
  }

  /// Positions attended to by a prompt that `branches` completions share.
  static func attended(prompt: Int, completion: Int, branches: Int) -> Int {
    prompt * (prompt + 1) / 2
      + branches * (completion * prompt + completion * (completion + 1) / 2)
  }
}

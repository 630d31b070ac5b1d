import RealignNumerics
import RealignText

/// A BERT encoder (Devlin and others 2019): text in, one hidden state per token out.
///
/// Inference only, without dropout. Copying the value shares the memory of the weights.
public struct EncoderModel: Sendable {
  /// Sizes and switches.
  public let configuration: EncoderConfiguration
  /// Names and places of the parameters, without the prefix `bert.`.
  public let layout: ParameterLayout
  /// All weights, 1 x `layout.count`.
  public let parameters: Tensor
  let embeddingNorm: Norm
  let blocks: [EncoderBlock]
  private let pooler: Linear?
  private let classifier: Linear?

  /// Wraps parameters that lie in the layout of a configuration.
  ///
  /// - Precondition: A classifier has a pooler, and there are as many parameters as in the layout.
  public init(
    configuration: EncoderConfiguration,
    parameters: Tensor,
    hasPooler: Bool,
    hasClassifier: Bool
  ) {
    precondition(hasPooler || !hasClassifier, "a classifier reads the output of a pooler")
    let layout = Self.layout(configuration, hasPooler: hasPooler, hasClassifier: hasClassifier)
    precondition(
      parameters.count == layout.count,
      "\(parameters.count) parameters for a layout of \(layout.count)"
    )
    self.configuration = configuration
    self.layout = layout
    self.parameters = parameters
    let weights = EncoderWeights(configuration, layout: layout, flat: parameters)
    embeddingNorm = weights.norm(EncoderNames.embeddingNorm)
    blocks = (0..<configuration.layerCount).map { EncoderBlock($0, weights) }
    pooler = hasPooler ? weights.linear([EncoderNames.pooler]) : nil
    classifier = hasClassifier ? weights.linear([EncoderNames.classifier]) : nil
  }

  /// Names and shapes of an encoder's parameters in memory order.
  public static func layout(
    _ configuration: EncoderConfiguration,
    hasPooler: Bool,
    hasClassifier: Bool
  ) -> ParameterLayout {
    EncoderNames.layout(configuration, hasPooler: hasPooler, hasClassifier: hasClassifier)
  }

  /// Whether there is a layer over the first hidden state.
  public var hasPooler: Bool { pooler != nil }
  /// Whether there is a classification head.
  public var hasClassifier: Bool { classifier != nil }
  /// Number of weights.
  public var parameterCount: Int { layout.count }

  /// One of the three embedding tables.
  func table(_ name: String) -> Tensor {
    EncoderWeights(configuration, layout: layout, flat: parameters).required(name)
  }

  /// tanh of the pooler's projection of first hidden states (S, C).
  ///
  /// - Precondition: `hasPooler`.
  func poolerOutput(_ first: Tensor) -> Tensor {
    guard let pooler else { preconditionFailure("this encoder has no pooler") }
    let out = Tensor(rows: first.rows, columns: first.columns)
    pooler.forward(first, into: out, reduced: [])
    // With a cap of one the bound is the hyperbolic tangent itself.
    SoftCap.apply(to: out, cap: 1)
    return out
  }

  /// (S, labels), the head over first hidden states (S, C).
  ///
  /// - Precondition: `hasClassifier`.
  func classify(_ first: Tensor) -> Tensor {
    guard let classifier else { preconditionFailure("this encoder has no classification head") }
    let out = Tensor(rows: first.rows, columns: configuration.labels.count)
    classifier.forward(poolerOutput(first), into: out, reduced: [])
    return out
  }
}

/// The parameters of an encoder by name.
struct EncoderWeights {
  let configuration: EncoderConfiguration
  private let layout: ParameterLayout
  private let flat: Tensor

  init(_ configuration: EncoderConfiguration, layout: ParameterLayout, flat: Tensor) {
    self.configuration = configuration
    self.layout = layout
    self.flat = flat
  }

  func required(_ name: String) -> Tensor {
    guard let view = layout.view(name, in: flat) else {
      preconditionFailure("the layout lacks \(name)")
    }
    return view
  }

  /// A projection of several matrices that share their input.
  func linear(_ names: [String]) -> Linear {
    guard let weight = layout.stackedView(names.map { $0 + ".weight" }, in: flat) else {
      preconditionFailure("the layout lacks \(names)")
    }
    return Linear(
      weight: .single(weight),
      bias: layout.stackedView(names.map { $0 + ".bias" }, in: flat)
    )
  }

  func norm(_ name: String) -> Norm {
    Norm(
      kind: .layer,
      weight: required(name + ".weight"),
      bias: required(name + ".bias"),
      epsilon: configuration.normEpsilon
    )
  }
}

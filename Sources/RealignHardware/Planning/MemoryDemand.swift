import Foundation
import RealignText

/// Bytes that a workload takes on one machine, from its number of parameters alone.
///
/// An estimate for models that are not here: layers and width follow from the number of weights
/// (``EstimatedShape``). For a model that is here, `sft` and `dpo` count every tensor.
public struct MemoryDemand: Sendable, Equatable {
  /// The weights.
  public var weights: Double
  /// Scales and offsets of quantized weights.
  public var scales = 0.0
  /// Adapters.
  public var adapters = 0.0
  /// Gradients of what is trained.
  public var gradients = 0.0
  /// Both moments of AdamW, in single precision.
  public var optimizer = 0.0
  /// A second copy of the weights.
  public var reference = 0.0
  /// What passes keep at their largest.
  public var activations: Double
  /// Keys and values of all positions, which completions of one prompt share.
  public var cache = 0.0

  /// The demand with so many examples at a time.
  ///
  /// - Activations of a layer take 34 bytes for each position and unit of width in 16 bits, scores
  ///   of attention not kept (Korthikanti et al. 2022, equation 1): of all layers in training, of
  ///   one in scoring. Logits are computed in parts and left out.
  /// - Keys and values are counted for as many heads as queries have: an upper bound for models
  ///   whose heads share them. Training has them among the activations.
  /// - AdamW in full training takes 8 bytes beside weights and gradients: 16 in single precision,
  ///   12 in 16 bits. Adapters are trained in single precision.
  ///
  /// - Parameters:
  ///   - workload: Model, task and lengths.
  ///   - batchSize: Examples at a time.
  public init(_ workload: Workload, batchSize: Int) {
    let count = Double(workload.parameters)
    let format = workload.format
    let shape = EstimatedShape(parameters: workload.parameters)
    let positions = Double(batchSize) * Double(workload.sequenceLength)
    let layer = 34 / 2 * format.bytesPerActivation * positions * shape.width
    weights = count * format.bytesPerWeight
    scales = count * format.scaleBytesPerWeight
    switch (workload.task, workload.method) {
    case (.scoring, _):
      activations = layer
      cache = 2 * format.bytesPerActivation * positions * shape.layers * shape.width
    case (.training, .lora(let rank)):
      activations = shape.layers * layer
      let adapter = 4 * shape.adapterWeights(rank: rank)
      (adapters, gradients, optimizer) = (adapter, adapter, 2 * adapter)
    case (.training, .full):
      activations = shape.layers * layer
      gradients = weights
      optimizer = 8 * count
      reference = workload.keepsReference ? weights : 0
    }
  }

  /// What does not depend on the batch.
  public var state: Double { weights + scales + adapters + gradients + optimizer + reference }

  /// All of it.
  public var total: Double { state + activations + cache }

  /// The parts that are there, with their names.
  public var parts: [(name: String, bytes: Double)] {
    [
      ("weights", weights), ("quantization_scales", scales), ("adapters", adapters),
      ("gradients", gradients), ("optimizer", optimizer), ("reference", reference),
      ("activations", activations), ("kv_cache", cache),
    ].filter { $0.1 > 0 }
  }

  /// The parts and their total as people read them, such as `weights` and `60 GB`.
  public var lines: [(name: String, text: String)] {
    (parts + [("total", total)]).map {
      ($0.name.replacing("_", with: " "), Shown.bytes($0.bytes))
    }
  }

  /// `weights 60 GB, activations 1.2 GB`.
  var text: String {
    lines.dropLast().map { "\($0.name) \($0.text)" }.joined(separator: ", ")
  }

  /// The record in plans: whole bytes by part, and `total`.
  public var json: JSONValue {
    var fields = JSONObject()
    for part in parts { fields[part.name] = .number(part.bytes.rounded()) }
    fields["total"] = .number(total.rounded())
    return .object(fields)
  }
}

/// The shape of a decoder of which only the number of weights is known.
///
/// N = 12 · layers · width² without embeddings (Kaplan et al. 2020, section 2.1), and a width of
/// 128 for each layer, near which models of most families lie.
public struct EstimatedShape: Sendable, Equatable {
  /// Blocks.
  public var layers: Double
  /// Units of the residual stream.
  public var width: Double

  /// The shape of a model of so many weights.
  public init(parameters: Int) {
    layers = max(1, cbrt(Double(parameters) / (12 * 128 * 128)))
    width = (Double(parameters) / (12 * layers)).squareRoot()
  }

  /// Weights of adapters on all linear layers: four of width by width, two of width by four times
  /// the width.
  public func adapterWeights(rank: Int) -> Double {
    layers * Double(rank) * width * (4 * 2 + 2 * 5)
  }
}

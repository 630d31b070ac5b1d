import Foundation
import RealignNumerics
import RealignText

extension ConfigurationReader {
  /// The rotary base and scaling, from either spelling of the file.
  ///
  /// Version 4 of transformers wrote `rope_theta` and `rope_scaling`, version 5 `rope_parameters`.
  func rotary(
    defaultTheta: Double = 10_000,
    maximumPositions: Int
  ) throws -> (theta: Double, scaling: RotaryScaling?) {
    let theta = try number("rope_theta", default: defaultTheta)
    try refusePartialRotation()
    guard let inner = try object("rope_scaling") ?? object("rope_parameters") else {
      return (theta, nil)
    }
    return try inner.rotation(theta: theta, maximumPositions: maximumPositions)
  }

  /// The reader of an object that is a field of this one; nil for null, nothing or `{}`.
  func object(_ field: String) throws -> ConfigurationReader? {
    guard let value = json[field], value != .null else { return nil }
    guard let object = value.objectValue else {
      throw error(field, found: value.serialized(), expected: "an object or null")
    }
    return object.keys.isEmpty ? nil : ConfigurationReader(json: object, file: file)
  }

  /// Base and scaling, where this object is `rope_scaling` or `rope_parameters`.
  func rotation(
    theta: Double,
    maximumPositions: Int
  ) throws -> (theta: Double, scaling: RotaryScaling?) {
    let theta = try number("rope_theta", default: theta)
    try refusePartialRotation()
    func original() throws -> Int {
      try optionalSize("original_max_position_embeddings") ?? maximumPositions
    }
    let kind = try optionalString("rope_type") ?? optionalString("type") ?? "default"
    switch kind {
    case "default": return (theta, nil)
    case "linear": return (theta, .linear(factor: try number("factor")))
    case "llama3":
      return (
        theta,
        .llama3(
          factor: try number("factor"),
          lowFrequencyFactor: try number("low_freq_factor"),
          highFrequencyFactor: try number("high_freq_factor"),
          originalMaximumPositions: try original()
        )
      )
    case "yarn": return (theta, try yarn(originalMaximumPositions: original()))
    default:
      throw error("rope_type", found: kind, expected: "default, linear, llama3 or yarn")
    }
  }

  private func yarn(originalMaximumPositions: Int) throws -> RotaryScaling {
    let factor = try number("factor")
    // Peng et al. 2023, equation 22, with the weights some files give both of its sides.
    func magnitude(_ weight: Double) -> Double {
      factor <= 1 ? 1 : 0.1 * weight * log(factor) + 1
    }
    var amplitude = magnitude(1)
    if let above = try optionalNumber("mscale"), let below = try optionalNumber("mscale_all_dim") {
      amplitude = magnitude(above) / magnitude(below)
    }
    return .yarn(
      factor: factor,
      originalMaximumPositions: originalMaximumPositions,
      fastTurns: try number("beta_fast", default: 32),
      slowTurns: try number("beta_slow", default: 1),
      roundsBounds: try flag("truncate", default: true),
      amplitude: try number("attention_factor", default: amplitude)
    )
  }

  private func refusePartialRotation() throws {
    guard let share = try optionalNumber("partial_rotary_factor"), share != 1 else { return }
    throw error("partial_rotary_factor", found: "\(share)", expected: "1")
  }

  static func json(of scaling: RotaryScaling) -> JSONValue {
    switch scaling {
    case .linear(let factor):
      return .object(["rope_type": .string("linear"), "factor": .number(factor)])
    case .llama3(let factor, let low, let high, let original):
      return .object([
        "rope_type": .string("llama3"), "factor": .number(factor),
        "low_freq_factor": .number(low), "high_freq_factor": .number(high),
        "original_max_position_embeddings": .number(Double(original)),
      ])
    case .yarn(let factor, let original, let fast, let slow, let rounds, let amplitude):
      return .object([
        "rope_type": .string("yarn"), "factor": .number(factor),
        "original_max_position_embeddings": .number(Double(original)),
        "beta_fast": .number(fast), "beta_slow": .number(slow), "truncate": .bool(rounds),
        "attention_factor": .number(amplitude),
      ])
    }
  }
}

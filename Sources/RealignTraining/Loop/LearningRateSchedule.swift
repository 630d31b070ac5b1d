import Foundation
import RealignText

/// How the learning rate moves over a run (the `lr_scheduler_type` of transformers).
public enum LearningRateSchedule: String, Sendable, CaseIterable {
  /// Falls linearly to zero after warm-up.
  case linear
  /// Falls along half a cosine to zero after warm-up.
  case cosine
  /// Stays; warm-up is ignored.
  case constant
  /// Stays after warm-up.
  case constantWithWarmup = "constant_with_warmup"

  /// The factor of the base learning rate at an update.
  ///
  /// - Parameters:
  ///   - step: Updates done before, from 0; with warm-up the first update has factor 0.
  ///   - warmup: Updates of linear warm-up.
  ///   - total: Updates of the run.
  /// - Returns: 0 to 1.
  public func factor(step: Int, warmup: Int, total: Int) -> Double {
    if self == .constant { return 1 }
    if step < warmup { return Double(step) / Double(max(1, warmup)) }
    if self == .constantWithWarmup { return 1 }
    let progress = Double(step - warmup) / Double(max(1, total - warmup))
    switch self {
    case .linear: return max(0, 1 - progress)
    default: return max(0, 0.5 * (1 + cos(Double.pi * progress)))
    }
  }

  /// Parses a name.
  public init(named name: String) throws {
    guard let value = Self(rawValue: name) else {
      throw InputError(
        .badConfiguration,
        "unknown schedule",
        field: "lr_scheduler_type",
        found: name,
        expected: Self.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    self = value
  }
}

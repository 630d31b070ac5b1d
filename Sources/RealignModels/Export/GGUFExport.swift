import Foundation
import RealignNumerics
import RealignText

/// Models as GGUF files, which llama.cpp and the programs built on it load.
///
/// Names, layouts and keys are those of llama.cpp's converter from transformers. Matrices have the
/// chosen type, vectors stay single precision.
public struct GGUFExport {
  /// What was written.
  public struct Summary: Sendable, Equatable {
    /// The architecture's name in llama.cpp.
    public var architecture: String
    /// Number of tensors.
    public var tensorCount: Int
    /// Length of the file.
    public var byteCount: Int
    /// What the reader should know, for example tensors of another type.
    public var notes: [String]
  }

  /// The `model_type`s that can be exported.
  public static var modelTypes: [String] { GGUFArchitecture.all.map(\.key) }

  private let model: LanguageModel
  private let architecture: GGUFArchitecture
  private let type: GGUFTensorType
  private let writer: GGUFWriter
  /// The parameter behind each name of the file.
  private let parameters: [String: String]
  private let notes: [String]

  /// Checks everything that can be checked without writing.
  ///
  /// - Parameters:
  ///   - model: The model, whose adapter is merged.
  ///   - tokenizer: Its tokenizer, byte-level.
  ///   - type: The type of matrices; those whose rows are no multiples of 32 long are `f16` where
  ///     `q8_0` is asked for.
  ///   - name: What the file calls the model.
  ///   - chatTemplate: The chat template, where the model has one.
  /// - Throws: `InputError` of kind `badData` naming what llama.cpp cannot run.
  public init(
    _ model: LanguageModel,
    tokenizer: any Tokenizer,
    type: GGUFTensorType,
    name: String,
    chatTemplate: String? = nil
  ) throws {
    let c = model.configuration
    architecture = try GGUFArchitecture.of(c)
    self.model = model.merged()
    self.type = type
    let vocabulary = try GGUFVocabulary(
      tokenizer,
      configuration: c,
      chatTemplate: chatTemplate
    )
    var entries: [GGUFWriter.Entry] = []
    var parameters: [String: String] = [:]
    if let divisors = GGUFMetadata.frequencyDivisors(c) {
      entries.append(Self.frequencyEntry(divisors.count))
    }
    for entry in self.model.layout.entries {
      let name = try architecture.tensorName(entry.name)
      parameters[name] = entry.name
      entries.append(
        GGUFWriter.Entry(name: name, shape: entry.shape, type: Self.chosenType(entry, wanted: type))
      )
    }
    self.parameters = parameters
    writer = GGUFWriter(
      metadata: GGUFMetadata.pairs(c, architecture: architecture.name, name: name, type: type)
        + vocabulary.pairs,
      entries: entries
    )
    notes = Self.notes(c, entries: entries, wanted: type) + vocabulary.notes
  }

  /// Writes the file; it appears whole.
  ///
  /// - Throws: `InputError`: `badData` for weights beyond the type's range, `cannotCreate` or `io`.
  public func write(to path: String) throws -> Summary {
    let length = try writer.write(to: path) { try values(of: $0) }
    return Summary(
      architecture: architecture.name,
      tensorCount: writer.entries.count,
      byteCount: length,
      notes: notes
    )
  }

  private static let frequencies = "rope_freqs.weight"

  private static func frequencyEntry(_ count: Int) -> GGUFWriter.Entry {
    GGUFWriter.Entry(name: frequencies, shape: [count], type: .f32)
  }

  private static func chosenType(
    _ entry: ParameterLayout.Entry,
    wanted: GGUFTensorType
  ) -> GGUFTensorType {
    if entry.isVector { return .f32 }
    let fits = entry.columns % wanted.encoding.blockLength == 0
    return fits ? wanted : .f16
  }

  private func values(of entry: GGUFWriter.Entry) throws -> Tensor {
    guard let parameter = parameters[entry.name],
      let view = model.weights[parameter]?.widened()
    else {
      let divisors = GGUFMetadata.frequencyDivisors(model.configuration) ?? []
      return Tensor(divisors, rows: 1, columns: divisors.count)
    }
    let bound = entry.type.encoding.largestMagnitude
    let largest = view.largestMagnitude
    guard largest <= bound else {
      throw InputError(
        .badData,
        "a weight is too large for \(entry.type.name)",
        field: parameter,
        found: "\(largest)",
        expected: "at most \(bound)",
        hint: entry.type == .bf16 ? nil : "choose bf16, which has the range of single precision"
      )
    }
    guard let heads = architecture.reorderedHeads(entry.name, model.configuration) else {
      return view
    }
    let isVector = entry.shape.count == 1
    let rows = isVector ? view.reshaped(rows: view.count, columns: 1) : view
    let ordered = GGUFArchitecture.interleaved(rows, heads: heads)
    return ordered.reshaped(rows: view.rows, columns: view.columns)
  }

  private static func notes(
    _ c: ModelConfiguration,
    entries: [GGUFWriter.Entry],
    wanted: GGUFTensorType
  ) -> [String] {
    var notes: [String] = []
    let other = entries.filter { $0.shape.count > 1 && $0.type != wanted }
    if let first = other.first, let columns = first.shape.last {
      notes.append(
        "\(other.count) tensors are f16, as their rows are no multiples of 32 long: "
          + "\(first.name) (\(columns))" + (other.count > 1 ? " and others" : "")
      )
    }
    if let window = c.slidingWindow, window < c.maximumPositions {
      notes.append(
        "llama.cpp runs this family without its sliding window: "
          + "keep contexts within \(window) tokens"
      )
    }
    return notes
  }
}

import Foundation
import RealignModels
import RealignNumerics
import RealignText

/// `realign merge`: an adapter worked into the weights of its model.
public enum MergeCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// Model directory or name.
    public var model: String
    /// Adapter directory in PEFT's layout.
    public var adapter: String
    /// Directory of the result; absent or empty.
    public var output: String

    /// The options of one call.
    public init(model: String, adapter: String, output: String) {
      self.model = model
      self.adapter = adapter
      self.output = output
    }
  }

  /// Writes a directory that transformers loads; it appears whole, and only when the model read
  /// back from it computes the logits of model and adapter.
  ///
  /// - Throws: `InputError` for a wrong model or adapter, an output that holds files, or logits that
  ///   differ (kind `internalError`).
  public static func run(_ options: Options, context: CommandContext) throws {
    context.configureThreads()
    try OutputDirectory.requireEmpty(options.output)
    let text = try ModelReference.load(options.model, adapter: options.adapter, context: context)
    var comparison = Comparison(difference: 0, bound: 0)
    try OutputDirectory.write(options.output) { directory in
      try text.save(directory)
      comparison = try compare(text.model, ModelDirectory.load(directory), output: options.output)
    }
    let count = text.model.parameterCount
    context.progress.note("\(options.output): \(Count.grouped(count)) parameters")
    context.progress.note("largest difference of logits, merged and read back: \(comparison)")
    if context.isJSON {
      try context.output.row([
        "output": .string(options.output), "parameters": .integer(count),
        "largest_logit_difference": .number(comparison.difference),
        "bound": .number(comparison.bound),
      ])
    }
  }
}

extension MergeCommand {
  /// How far the logits of two models lie apart.
  private struct Comparison: CustomStringConvertible {
    var difference: Double
    var bound: Double

    var description: String { String(format: "%.2e (bound %.2e)", difference, bound) }
  }

  /// Compares logits of a few random rows.
  ///
  /// The bound is a thousandth of the largest logit: single precision in another order of summation
  /// stays a hundred times below it, a wrong scale or a missing matrix does not.
  private static func compare(
    _ adapted: LanguageModel,
    _ merged: LanguageModel,
    output: String
  ) throws -> Comparison {
    var result = Comparison(difference: 0, bound: 1)
    for row in 0..<4 {
      var stream = RandomStream(seed: 0, name: "merge/\(row)")
      let ids = (0..<min(32, adapted.configuration.maximumPositions)).map { _ in
        Int32(stream.uniform() * Double(adapted.configuration.vocabularySize))
      }
      for (a, b) in zip(adapted.logits(after: ids).values, merged.logits(after: ids).values) {
        let distance = Double(abs(a - b))
        // A value that is no number is larger than any bound.
        result.difference = max(result.difference, distance.isFinite ? distance : .infinity)
        result.bound = max(result.bound, Double(abs(a)))
      }
    }
    result.bound *= 1e-3
    guard result.difference <= result.bound else {
      throw InputError(
        .internalError,
        "the merged model computes other logits than model and adapter; nothing was written",
        file: output,
        found: "\(result)"
      )
    }
    return result
  }
}

/// Directories that commands write.
enum OutputDirectory {
  /// The names in a directory that are not hidden, sorted; none when it is absent.
  static func names(_ path: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  /// Refuses a directory that holds files, so that nothing is overwritten.
  ///
  /// - Throws: `InputError` of kind `cannotCreate`.
  static func requireEmpty(_ path: String, except: Set<String> = [], hint: String? = nil) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
      throw InputError(.cannotCreate, "the output is a file", file: path, expected: "a directory")
    }
    let found = names(path).filter { !except.contains($0) }
    guard found.isEmpty else {
      throw InputError(
        .cannotCreate,
        "the output directory holds files already",
        file: path,
        found: found.prefix(3).joined(separator: ", "),
        expected: "an empty or absent directory",
        hint: hint ?? "choose another --output, or empty the directory first"
      )
    }
  }

  /// Lets `body` fill a sibling directory and puts that in place by rename.
  ///
  /// - Throws: What `body` throws; `InputError` of kind `cannotCreate`.
  static func write(_ path: String, _ body: (String) throws -> Void) throws {
    let manager = FileManager.default
    let url = URL(fileURLWithPath: path).standardizedFileURL
    let temporary = url.deletingLastPathComponent()
      .appendingPathComponent(".tmp-\(url.lastPathComponent)-\(UUID().uuidString)").path
    do {
      try body(temporary)
      // An empty directory in the way is replaced; rmdir leaves any other alone.
      guard !manager.fileExists(atPath: url.path) || rmdir(url.path) == 0 else {
        throw InputError(.cannotCreate, "the output directory is not empty", file: path)
      }
      try manager.moveItem(atPath: temporary, toPath: url.path)
    } catch {
      try? manager.removeItem(atPath: temporary)
      if error is InputError { throw error }
      throw InputError(.cannotCreate, "cannot put the directory in place", file: path)
    }
  }
}

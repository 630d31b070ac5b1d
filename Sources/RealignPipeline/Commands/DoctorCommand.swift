import Foundation
import RealignKnowledge
import RealignNumerics
import RealignText

/// `realign doctor`: whether this machine can work, or what is wrong with a run.
public enum DoctorCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// Directory of a run; nil checks the machine.
    public var run: String?
    /// Whether to look at how ranks work together instead.
    public var isDistributed: Bool

    /// The options of one call.
    public init(run: String?, isDistributed: Bool = false) {
      self.run = run
      self.isDistributed = isDistributed
    }
  }

  /// One thing that was looked at.
  struct Check: Sendable, Equatable {
    /// What.
    var name: String
    /// Whether it is as it should be.
    var isGood: Bool
    /// What was found.
    var detail: String

    /// The check as JSON.
    var json: JSONValue {
      ["name": .string(name), "ok": .bool(isGood), "detail": .string(detail)]
    }
  }

  /// Prints what was found; `.notPassed` when something needs attention.
  ///
  /// - Throws: `InputError` when the run is absent or its gates are malformed, `ProcessGroupError`
  ///   when a rank is lost.
  public static func run(_ options: Options, context: CommandContext) throws -> CommandOutcome {
    context.configureThreads()
    if options.isDistributed { return try checkDistributed(context) }
    if let run = options.run { return try diagnose(run, context: context) }
    let checks = machineChecks(context)
    let isGood = checks.allSatisfy(\.isGood)
    if context.isJSON {
      try context.output.row([
        "healthy": .bool(isGood),
        "checks": .array(checks.map(\.json)),
      ])
    } else {
      for line in table(checks) { try context.output.text(line) }
    }
    return isGood ? .passed : .notPassed
  }

  /// The checks as lines.
  static func table(_ checks: [Check]) -> [String] {
    InspectCommand.table(
      checks.map { (name: $0.name, value: ($0.isGood ? "ok    " : "WRONG ") + $0.detail) }
    )
  }

  private static func machineChecks(_ context: CommandContext) -> [Check] {
    let cores = MachineInformation.coreCount
    let memory = MachineInformation.memoryBytes
    return [
      Check(
        name: "program",
        isGood: true,
        detail: "\(ProgramVersion.name) \(ProgramVersion.number)"
      ),
      Check(name: "processor", isGood: true, detail: MachineInformation.processor),
      Check(name: "cores", isGood: cores > 0, detail: "\(cores)"),
      Check(
        name: "threads",
        isGood: Parallel.threads <= 2 * cores,
        detail: "\(Parallel.threads)"
          + (Parallel.threads > 2 * cores ? ": many more than cores; lower --threads" : "")
      ),
      vectors,
      Check(
        name: "memory",
        isGood: memory >= 1 << 30,
        detail: Count.bytes(memory) + (memory < 1 << 30 ? ": at least 1 GB is needed" : "")
      ),
      arithmetic, fullTextSearch(), writing,
    ]
  }

  /// A BLAS built for an older processor is several times slower.
  private static var vectors: Check {
    let set = MachineInformation.instructionSet
    let core = MachineInformation.blasCore
    let plain = ["prescott", "core2", "nehalem", "generic", "katmai", "coppermine", "northwood"]
    let isSlow = set.hasPrefix("avx") && plain.contains(core.lowercased())
    return Check(
      name: "vectors",
      isGood: !isSlow,
      detail: "\(set), OpenBLAS core \(core)"
        + (isSlow ? ": does not use the processor; unset OPENBLAS_CORETYPE" : "")
    )
  }

  /// A product whose value is known: each entry of C is Σ i over the inner dimension.
  private static var arithmetic: Check {
    let size = 96
    let a = Tensor([Float](repeating: 1, count: size * size), rows: size, columns: size)
    let b = Tensor(
      (0..<size * size).map { Float($0 / size) },
      rows: size,
      columns: size
    )
    let c = Tensor(rows: size, columns: size)
    Matrix.multiply(a, b, into: c)
    let expected = Float(size * (size - 1) / 2)
    // Sums of whole numbers below 2^24 are exact in single precision.
    let isExact = c.values.allSatisfy { $0 == expected }
    return Check(
      name: "arithmetic",
      isGood: isExact,
      detail: isExact ? "matrix products are exact" : "a matrix product is wrong"
    )
  }

  private static func fullTextSearch() -> Check {
    let document = Document(id: "a", title: "Lund", text: "Arne Lund plays the cello in Oslo.")
    do {
      let found = try KnowledgeStore(inMemory: [document]).search("cello", topK: 1)
      return Check(
        name: "sqlite",
        isGood: found.count == 1,
        detail: found.count == 1 ? "full-text search works" : "full-text search finds nothing"
      )
    } catch {
      return Check(name: "sqlite", isGood: false, detail: "no full-text search (FTS5): \(error)")
    }
  }

  private static var writing: Check {
    let path = NSTemporaryDirectory() + "realign-doctor-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      try AtomicFile.write("written by realign doctor\n", to: path)
      return Check(
        name: "writing",
        isGood: true,
        detail: NSTemporaryDirectory() + " can be written to"
      )
    } catch {
      return Check(name: "writing", isGood: false, detail: "\(error)")
    }
  }
}

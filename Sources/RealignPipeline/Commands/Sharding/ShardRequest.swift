import RealignText

/// The flags of a division, checked and completed by the environment and the plan.
struct ShardRequest {
  /// What is to be done.
  enum Mode: Equatable {
    /// All of it.
    case whole
    /// One shard.
    case one(number: Int, count: Int)
    /// Any shards that are free.
    case any(count: Int)
  }

  let mode: Mode
  /// Shares; nil divides evenly.
  let weights: [Double]?
  let blockRows: Int
  let options: ShardOptions

  /// - Parameter output: The file the results go to, if one is given.
  /// - Throws: `InputError` of kind `usage`, or of `badData` or `missingInput` for the plan.
  init(_ options: ShardOptions, output: String?, environment: [String: String]) throws {
    self.options = options
    blockRows = options.blockRows ?? RowBlocks.defaultRows
    guard (1...RowBlocks.mostRows).contains(blockRows) else {
      throw Self.usage("--block-rows", "\(blockRows)", expected: "1 to \(RowBlocks.mostRows)")
    }
    guard (0.1...86_400).contains(options.leaseSeconds) else {
      throw Self.usage(
        "--lease-seconds",
        "\(options.leaseSeconds)",
        expected: "0.1 to 86400 seconds"
      )
    }
    if options.plan != nil, options.weights != nil {
      throw Self.usage("--weights", "--plan too", expected: "shares from one place")
    }
    guard let shard = options.shard else {
      for (flag, isGiven) in [
        ("--plan", options.plan != nil), ("--weights", options.weights != nil),
        ("--resume", options.resumes),
      ] where isGiven { throw Self.usage(flag, "no --shard", expected: "--shard i/n") }
      mode = .whole
      weights = nil
      return
    }
    guard output != nil else {
      throw Self.usage("--shard", "no --output", expected: "--output, which names the shards")
    }
    weights = try options.weights.map(ShardWeights.parse) ?? options.plan.map(ShardWeights.read)
    mode = try Self.mode(ShardChoice(shard), weights: weights, environment)
  }

  private static func mode(
    _ choice: ShardChoice,
    weights: [Double]?,
    _ environment: [String: String]
  ) throws -> Mode {
    let mode: Mode
    let count: Int
    switch choice {
    case .number(let number, of: let total):
      mode = .one(number: number, count: total)
      count = total
    case .environment(of: let given):
      // Slurm says itself how many tasks a whole array has.
      let isSlurm = environment["SLURM_ARRAY_TASK_ID"] != nil
      let task = try ArrayTask(environment: environment)
        .shard(of: given ?? (isSlurm ? nil : weights?.count))
      mode = .one(number: task.number, count: task.count)
      count = task.count
    case .any(of: let total):
      guard weights == nil else {
        throw usage("--shard", "any with shares", expected: "shards of equal size")
      }
      return .any(count: total)
    }
    if let weights, weights.count != count {
      throw usage(
        "--shard",
        "\(count) shards",
        expected: "as many as there are shares, \(weights.count)"
      )
    }
    return mode
  }

  private static func usage(_ field: String, _ found: String, expected: String) -> InputError {
    InputError(
      .usage,
      "the division is not clear",
      field: field,
      found: found,
      expected: expected
    )
  }
}

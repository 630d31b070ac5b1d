import RealignText

/// What grows how: training steps with one size varied at a time.
enum TrainingSweep {
  /// The asked-for sizes, then others of the prompt, of the batch, of the model and of the threads.
  static func variants(of context: BenchmarkContext) -> [BenchmarkContext] {
    var all = [context]
    func add(_ change: (inout BenchmarkContext) -> Void) {
      var other = context
      change(&other)
      all.append(other)
    }
    for prompt in [48, 96, 192, 384, 768, 1536] where prompt != context.promptTokens {
      add { $0.promptTokens = prompt }
    }
    for pairs in [1, 2, 4, 8] where pairs != context.pairs { add { $0.pairs = pairs } }
    let shapes = [ModelShape.tiny, .smolLM2, .smolLM2Large]
    for shape in shapes where shape != context.shape { add { $0.shape = shape } }
    var threads = 1
    while threads < context.threads {
      add { $0.threads = threads }
      threads *= 2
    }
    return all
  }

  /// Lines of at most 80 characters: one for each step that was measured.
  static func table(_ figures: [JSONObject]) -> [String] {
    let head = ["shape", "prompt", "pairs", "threads", "step", "tokens/s", "of peak", "memory"]
    let widths = [14, 7, 6, 8, 9, 9, 8, 9]
    func line(_ cells: [String]) -> String {
      zip(cells, widths).enumerated().map { index, cell in
        let fill = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
        return index == 0 ? cell.0 + fill : fill + cell.0
      }.joined()
    }
    func number(_ value: JSONValue?) -> Double { value?.doubleValue ?? .nan }
    return [line(head)]
      + figures.map { row in
        line([
          row["shape"]?.stringValue ?? "",
          "\(row["prompt_tokens"]?.intValue ?? 0)", "\(row["pairs"]?.intValue ?? 0)",
          "\(row["threads"]?.intValue ?? 0)",
          BenchCommand.figure(number(row["step_seconds"])) + " s",
          "\(Int(number(row["tokens_per_second"]).rounded()))",
          BenchCommand.figure(number(row["fraction_of_peak"])),
          BenchCommand.figure(number(row["peak_rss_bytes"]) / 1e9) + " GB",
        ])
      }
  }

  /// What one and several threads say of more of them, by Amdahl's law (1967): the share of a step
  /// that threads do not shorten, and the speed-up on other numbers of cores that follows.
  ///
  /// Nil without two steps that differ in nothing but threads.
  static func forecast(_ figures: [JSONObject]) -> (serial: Double, speedUp: (Int) -> Double)? {
    guard let first = figures.first, let threads = first["threads"]?.intValue, threads > 1,
      let time = first["step_seconds"]?.doubleValue,
      let single = figures.first(where: { other in
        other["threads"]?.intValue == 1
          && ["shape", "prompt_tokens", "pairs"].allSatisfy { other[$0] == first[$0] }
      }),
      let longer = single["step_seconds"]?.doubleValue
    else { return nil }
    let count = Double(threads)
    // time / longer = serial + (1 - serial) / count.
    let serial = min(max((count * time / longer - 1) / (count - 1), 0), 1)
    return (serial, { 1 / (serial + (1 - serial) / Double($0)) })
  }

  /// The forecast in words.
  static func forecastLines(_ figures: [JSONObject]) -> [String] {
    guard let (serial, speedUp) = forecast(figures) else { return [] }
    func times(_ cores: Int) -> String { "×\(BenchCommand.figure(speedUp(cores)))" }
    let share = BenchCommand.figure(100 * serial)
    return [
      "threads do not shorten \(share) % of a step; against one core, by Amdahl's law,",
      "\(times(16)) on 16 cores and \(times(64)) on 64: an estimate, memory not counted",
    ]
  }
}

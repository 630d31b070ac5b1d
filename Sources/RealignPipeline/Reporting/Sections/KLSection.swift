import RealignReports
import RealignText

/// How far the model moved, and how the run kept it near.
enum KLSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    let ledger = run.figures("optimize")?["ledger"]?.arrayValue ?? []
    let readings = self.readings(run)
    guard !ledger.isEmpty || !readings.isEmpty else { return nil }
    var blocks: [Block] = [
      .paragraph(
        "Exact divergence KL(policy ‖ reference) over the full vocabulary, in nats, on responses "
          + "sampled from the policy at T = 1, half task prompts and half neutral ones. The "
          + "reference is the model that entered stage 5."
      )
    ]
    if let table = readingTable(readings) { blocks.append(.table(table)) }
    blocks += bound(run) + charts(ledger, run) + attempts(run)
    return Section("Distance from the reference (KL)", blocks: blocks)
  }

  private typealias Reading = (label: String, value: JSONValue, metric: MeasuredValue?)

  private static func readings(_ run: RunFiles) -> [Reading] {
    let final = run.figures("evaluate")
    let all: [(String, JSONValue?, JSONValue?)] = [
      ("After stage 5, development", run.figures("optimize")?["kl"], nil),
      ("Final model, test", final?["kl"], final?["metrics"]?["kl_per_token"]),
      ("Final against stage-1 model, test", final?["kl_to_baseline"], nil),
    ]
    return all.compactMap { label, value, metric in
      guard let value, value["kl_per_token"]?.doubleValue != nil else { return nil }
      return (label, value, MeasuredValue(metric))
    }
  }

  private static let quantities: [(key: String, label: String)] = [
    ("kl_per_token", "Per token, mean"), ("kl_per_token_upper", "Per token, one-sided 95 % bound"),
    ("kl_neutral_per_token", "Per token, neutral prompts"),
    ("kl_percentile_95", "Per token, 95th percentile over responses"),
    ("kl_per_sequence", "Per response"), ("k1", "Sampling check k1, per token"),
    ("k3", "Sampling check k3, per token"),
  ]

  private static func readingTable(_ readings: [Reading]) -> Table? {
    guard !readings.isEmpty else { return nil }
    let rows = quantities.map { quantity in
      [Table.Cell(quantity.label)]
        + readings.map { Table.Cell(Shown.number($0.value[quantity.key]?.doubleValue, 4)) }
    }
    let counts = readings.map { Table.Cell(Shown.count($0.value["tokens"]?.intValue)) }
    return Table(
      columns: [Table.Column("KL, nats")] + readings.map { Table.Column($0.label, .center) },
      rows: rows + [[Table.Cell("n, response tokens")] + counts],
      caption: interval(readings)
        + "Bounds and intervals come from a bootstrap clustered by prompt. k1 and k3 estimate the "
        + "same mean from the sampled tokens alone; k1 can be negative."
    )
  }

  private static func interval(_ readings: [Reading]) -> String {
    guard let value = readings.compactMap(\.metric).first else { return "" }
    let text = Shown.interval(value, unit: .nats)
    return text == Shown.none ? "" : "95 % interval of the final figure: \(text). "
  }

  private static func bound(_ run: RunFiles) -> [Block] {
    guard let kl = run.figures("optimize")?["kl"],
      let least = kl["lower_bound_per_sequence"]?.doubleValue
    else { return [] }
    var pairs = [
      KeyValue("Least KL per response that the change of stage 5 needs", Shown.number(least, 4)),
      KeyValue(
        "Share of the KL spent that it needed",
        Shown.percent(kl["efficiency"]?.doubleValue)
      ),
    ]
    if let share = kl["interpolation"]?.doubleValue {
      pairs.append(
        KeyValue(
          "Interpolation toward the reference",
          share == 1
            ? "none"
            : share == 0
              ? "all the way: the reference was kept"
              : "\(Shown.percent(share)) of the way from the reference to the trained weights"
        )
      )
    }
    return [.keyValues(pairs)]
  }

  private static func charts(_ ledger: [JSONValue], _ run: RunFiles) -> [Block] {
    let steps = ledger.filter { $0["interpolation"] == nil }
    let attempts = Set(steps.compactMap { $0["attempt"]?.intValue }).sorted()
    func series(_ key: String) -> [LineChart.Series] {
      attempts.map { attempt in
        LineChart.Series(
          "attempt \(attempt + 1)",
          steps.filter { $0["attempt"]?.intValue == attempt }.map {
            LineChart.Point($0["step"]?.doubleValue ?? .nan, $0[key]?.doubleValue ?? .nan)
          }
        )
      }
    }
    guard !attempts.isEmpty else { return [] }
    let limit = run.lastGate("kl_per_token")?.threshold
    return [
      .lineChart(
        LineChart(
          title: "KL per token during stage 5, on training prompts",
          xLabel: "update",
          yLabel: "nats per token",
          series: series("kl_per_token"),
          threshold: limit.map {
            ChartThreshold($0, label: "limit \(Shown.threshold($0, unit: .number))")
          }
        )
      ),
      .lineChart(
        LineChart(
          title: "Held-out preference margin during stage 5",
          xLabel: "update",
          yLabel: "reward margin",
          series: series("margin")
        )
      ),
      .lineChart(
        LineChart(
          title: "Change of the chosen answers' likelihood",
          xLabel: "update",
          yLabel: "nats per token",
          series: series("chosen_delta_per_token"),
          threshold: ChartThreshold(-0.1, label: "alarm below −0.1")
        )
      ),
    ]
  }

  private static func attempts(_ run: RunFiles) -> [Block] {
    let attempts = run.figures("optimize")?["attempts"]?.arrayValue ?? []
    guard !attempts.isEmpty else { return [] }
    return [
      .table(
        Table(
          columns: [
            Table.Column("Attempt"), Table.Column("β ×", .trailing),
            Table.Column("Rate ×", .trailing), Table.Column("Steps ×", .trailing),
            Table.Column("Updates", .trailing), Table.Column("KL/token", .trailing),
            Table.Column("Margin", .trailing), Table.Column("In budget"),
          ],
          rows: attempts.enumerated().map { index, attempt in
            let factors = attempt["adjustment"]
            let isWithin = attempt["kept"]?.boolValue == true
            return [Table.Cell("\(index + 1)")]
              + ["beta", "learning_rate", "steps"].map {
                Table.Cell(Shown.number(factors?[$0]?.doubleValue, 2))
              } + [
                Table.Cell(Shown.count(attempt["steps"]?.intValue)),
                Table.Cell(Shown.number(attempt["kl_per_token"]?.doubleValue, 4)),
                Table.Cell(Shown.number(attempt["margin"]?.doubleValue, 3)),
                Table.Cell(isWithin ? "yes" : "no", isWithin ? .pass : .warn),
              ]
          },
          caption:
            "Tries of stage 5 with the factors on β, learning rate and steps; an attempt beyond the KL budget is repeated more gently, and "
            + "the last is drawn back toward the reference if it must be."
        )
      )
    ]
  }
}

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
          + "reference is the model that entered stage 5.")
    ]
    if let table = readingTable(readings) { blocks.append(.table(table)) }
    blocks += bound(run) + charts(ledger, run) + attempts(run)
    return Section("Distance from the reference (KL)", blocks: blocks)
  }

  private typealias Reading = (label: String, value: JSONValue, metric: MeasuredValue?)

  private static func readings(_ run: RunFiles) -> [Reading] {
    let final = run.figures("evaluate")
    let all: [(String, JSONValue?, JSONValue?)] = [
      ("After stage 5, development prompts", run.figures("optimize")?["kl"], nil),
      ("Final model, test prompts", final?["kl"], final?["metrics"]?["kl_per_token"]),
      ("Final model against the stage-1 model", final?["kl_to_baseline"], nil),
    ]
    return all.compactMap { label, value, metric in
      guard let value, value["kl_per_token"]?.doubleValue != nil else { return nil }
      return (label, value, MeasuredValue(metric))
    }
  }

  private static func readingTable(_ readings: [Reading]) -> Table? {
    guard !readings.isEmpty else { return nil }
    func cell(_ reading: Reading, _ key: String) -> Table.Cell {
      Table.Cell(Shown.number(reading.value[key]?.doubleValue, 4))
    }
    return Table(
      columns: [Table.Column("Reading")]
        + [
          "Per token", "95 % bound", "Per response", "Neutral prompts", "95th percentile", "k1",
          "k3", "Tokens",
        ].map { Table.Column($0, .trailing) },
      rows: readings.map { reading in
        [
          Table.Cell(reading.label), cell(reading, "kl_per_token"),
          cell(reading, "kl_per_token_upper"), cell(reading, "kl_per_sequence"),
          cell(reading, "kl_neutral_per_token"), cell(reading, "kl_percentile_95"),
          cell(reading, "k1"), cell(reading, "k3"),
          Table.Cell(Shown.count(reading.value["tokens"]?.intValue)),
        ]
      },
      caption: interval(readings)
        + "The bound is one-sided, from a bootstrap clustered by prompt. Neutral prompts and 95th "
        + "percentile (over responses) are per token too. k1 and k3 are sampling estimates of the "
        + "same mean, as a check; k1 can be negative.")
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
      KeyValue("Share of the KL spent that it needed", Shown.percent(kl["efficiency"]?.doubleValue)),
    ]
    if let share = kl["interpolation"]?.doubleValue {
      pairs.append(
        KeyValue(
          "Interpolation toward the reference",
          share == 1
            ? "none" : "\(Shown.percent(share)) of the way from the reference to the trained weights"
        ))
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
          })
      }
    }
    guard !attempts.isEmpty else { return [] }
    let limit = run.lastGate("kl_per_token")?.threshold
    return [
      .lineChart(
        LineChart(
          title: "KL per token during stage 5, on training prompts", xLabel: "update",
          yLabel: "nats per token", series: series("kl_per_token"),
          threshold: limit.map {
            ChartThreshold($0, label: "limit \(Shown.threshold($0, unit: .number))")
          })),
      .lineChart(
        LineChart(
          title: "Held-out preference margin during stage 5", xLabel: "update",
          yLabel: "reward margin", series: series("margin"))),
      .lineChart(
        LineChart(
          title: "Change of the chosen answers' likelihood", xLabel: "update",
          yLabel: "nats per token", series: series("chosen_delta_per_token"),
          threshold: ChartThreshold(-0.1, label: "alarm below −0.1"))),
    ]
  }

  private static func attempts(_ run: RunFiles) -> [Block] {
    let attempts = run.figures("optimize")?["attempts"]?.arrayValue ?? []
    guard !attempts.isEmpty else { return [] }
    return [
      .table(
        Table(
          columns: [
            Table.Column("Attempt", .trailing), Table.Column("β ×", .trailing),
            Table.Column("Learning rate ×", .trailing), Table.Column("Steps ×", .trailing),
            Table.Column("Updates kept", .trailing), Table.Column("KL per token", .trailing),
            Table.Column("Margin", .trailing), Table.Column("Within budget"),
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
          caption: "Tries of stage 5; an attempt beyond the KL budget is repeated more gently, and "
            + "the last is drawn back toward the reference if it must be."))
    ]
  }
}

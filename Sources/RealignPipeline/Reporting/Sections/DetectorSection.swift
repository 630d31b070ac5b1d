import RealignEvaluation
import RealignReports
import RealignText

/// The hallucination detector: its operating point, its curves, its members.
enum DetectorSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    guard let figures = run.figures("detect"), figures["detectors"] != nil else { return nil }
    return Section(
      "Hallucination detector",
      blocks: [
        .paragraph(
          "Qualified on development responses whose entities neither its weights nor its "
            + "threshold have seen. Labels come from gold answers; wrong responses made by typed "
            + "edits are added to the model's own."
        ),
        .keyValues(operatingPoint(run, figures)),
      ] + curves(run, figures) + members(figures) + kinds(figures) + prevalence(figures)
    )
  }

  private static func operatingPoint(_ run: RunFiles, _ figures: JSONObject) -> [KeyValue] {
    let positives = figures["positives"]?.intValue ?? 0
    let negatives = figures["negatives"]?.intValue ?? 0
    guard let threshold = figures["threshold"]?.doubleValue else {
      return [KeyValue("Threshold", "none keeps the false alarms within the limit")]
    }
    func share(_ key: String, of count: Int) -> String {
      guard let rate = figures[key]?.doubleValue, rate.isFinite, count > 0 else {
        return Shown.none
      }
      return MetricTable.cell(counted(rate, of: count), unit: .share)
    }
    return [
      KeyValue("Threshold, frozen before", Shown.number(threshold, 4)),
      KeyValue("Hallucinations caught (recall)", share("recall", of: positives)),
      KeyValue("False alarms", share("false_positive_rate", of: negatives)),
      KeyValue("Precision among these responses", Shown.percent(figures["precision"]?.doubleValue)),
      KeyValue("Calibration error (ECE)", Shown.number(figures["ece"]?.doubleValue)),
    ]
  }

  /// A rate of a whole number of items with its exact interval.
  private static func counted(_ rate: Double, of count: Int) -> MeasuredValue {
    let successes = min(count, max(0, Int((rate * Double(count)).rounded())))
    let interval = BinomialInterval.clopperPearson(successes: successes, trials: count)
    return MeasuredValue(estimate: rate, low: interval.low, high: interval.high, n: count)
  }

  private static func curves(_ run: RunFiles, _ figures: JSONObject) -> [Block] {
    var blocks: [Block] = []
    let points = (figures["roc"]?.arrayValue ?? []).compactMap { pair -> LineChart.Point? in
      guard let items = pair.arrayValue, items.count == 2, let x = items[0].doubleValue,
        let y = items[1].doubleValue
      else { return nil }
      return LineChart.Point(x, y)
    }
    let area = figures["detectors"]?["combined"]?["auroc"]?.doubleValue
    if !points.isEmpty {
      var chosen: LineChart.Point?
      if let x = figures["false_positive_rate"]?.doubleValue,
        let y = figures["recall"]?.doubleValue, figures["threshold"]?.doubleValue != nil
      {
        chosen = LineChart.Point(x, y)
      }
      blocks.append(
        .rocChart(
          ROCChart(
            title: "ROC of the combined detector"
              + (area.map { " (AUROC \(Shown.number($0)))" } ?? ""),
            curves: [ROCChart.Curve("combined", points)],
            operatingPoint: chosen,
            limit: run.lastGate("detector_fpr")?.threshold.map {
              ChartThreshold($0, label: "limit \(Shown.threshold($0, unit: .share))")
            }
          )
        )
      )
    }
    let bins = (figures["reliability"]?.arrayValue ?? []).compactMap {
      bin -> ReliabilityDiagram.Bin? in
      guard let items = bin.arrayValue, items.count == 3, let x = items[0].doubleValue,
        let y = items[1].doubleValue, let count = items[2].intValue
      else { return nil }
      return ReliabilityDiagram.Bin(confidence: x, accuracy: y, count: count)
    }
    if !bins.isEmpty {
      blocks.append(
        .reliabilityDiagram(
          ReliabilityDiagram(
            title: "Reliability of the stated probability of hallucination (right: hallucinated)",
            bins: bins
          )
        )
      )
    }
    return blocks
  }

  private static let labels = [
    "combined": "Combined (used)", "verifier": "Verifier: support by the passages",
    "citation": "Verifier on cited passages only", "mean_nll": "Mean token surprise",
    "max_nll": "Greatest token surprise", "max_entropy": "Greatest token entropy",
    "self_consistency": "Agreement of sampled answers", "probe": "Probe on hidden states",
  ]

  private static func members(_ figures: JSONObject) -> [Block] {
    guard let detectors = figures["detectors"]?.objectValue else { return [] }
    let positives = figures["positives"]?.intValue ?? 0
    let negatives = figures["negatives"]?.intValue ?? 0
    let rows = detectors.pairs.map { pair -> [Table.Cell] in
      let area = pair.value["auroc"]?.doubleValue
      return [
        Table.Cell(labels[pair.key] ?? Shown.words(pair.key)),
        Table.Cell(Shown.number(area)),
        Table.Cell(hanleyMcNeil(area, positives: positives, negatives: negatives)),
        Table.Cell(Shown.number(pair.value["auprc"]?.doubleValue)),
        Table.Cell(Shown.number(figures["weights"]?[pair.key]?.doubleValue, 2)),
      ]
    }
    let base = Double(positives) / Double(max(1, positives + negatives))
    return [
      .table(
        Table(
          columns: [
            Table.Column("Detector"), Table.Column("AUROC", .trailing),
            Table.Column("95 % interval", .trailing), Table.Column("AUPRC", .trailing),
            Table.Column("Weight", .trailing),
          ],
          rows: rows,
          caption: "n = \(Shown.count(positives)) hallucinated and \(Shown.count(negatives)) right "
            + "responses, labelled by gold answers; an uninformative detector has AUROC 0.5 and "
            + "AUPRC \(Shown.number(base)). Intervals: normal approximation with the standard "
            + "error of Hanley & McNeil (1982). Weights are of standardised scores."
        )
      )
    ]
  }

  /// The interval of an area from its standard error, Hanley & McNeil, Radiology 143 (1982).
  ///
  /// A perfect area has no such interval.
  static func hanleyMcNeil(_ area: Double?, positives: Int, negatives: Int) -> String {
    guard let area, area.isFinite, area < 1, area > 0, positives > 0, negatives > 0 else {
      return Shown.none
    }
    let q1 = area / (2 - area)
    let q2 = 2 * area * area / (1 + area)
    let variance =
      (area * (1 - area) + Double(positives - 1) * (q1 - area * area)
        + Double(negatives - 1) * (q2 - area * area)) / (Double(positives) * Double(negatives))
    let half = 1.959963984540054 * max(0, variance).squareRoot()
    return Shown.interval(
      MeasuredValue(estimate: area, low: max(0, area - half), high: min(1, area + half)),
      unit: .number
    )
  }

  private static let sources = [
    "model": "the model's own", "entity": "another subject", "value": "another value",
    "number": "another number or year", "relation": "another relation",
    "fabricated_citation": "citation of a passage not given",
    "misattributed_citation": "citation of the wrong passage",
    "removed_hedge": "invented answer instead of declining",
  ]

  private static func kinds(_ figures: JSONObject) -> [Block] {
    // Without a threshold nothing is flagged, which says nothing about the detector.
    guard figures["threshold"]?.doubleValue != nil else { return [] }
    let rows = (figures["recall_by_kind"]?.objectValue?.pairs ?? []).compactMap {
      pair -> [Table.Cell]? in
      guard let rate = pair.value["recall"]?.doubleValue, let n = pair.value["n"]?.intValue, n > 0
      else { return nil }
      return [
        Table.Cell(sources[pair.key] ?? Shown.words(pair.key)), Table.Cell(Shown.percent(rate)),
        Table.Cell(Shown.interval(counted(rate, of: n), unit: .share)),
        Table.Cell(Shown.count(n)),
      ]
    }
    guard !rows.isEmpty else { return [] }
    return [
      .table(
        Table(
          columns: [
            Table.Column("Kind of hallucination"), Table.Column("Caught", .trailing),
            Table.Column("95 % interval", .trailing), Table.Column("n", .trailing),
          ],
          rows: rows,
          caption: "Recall at the frozen threshold by how the response came to be wrong; exact "
            + "intervals."
        )
      )
    ]
  }

  private static func prevalence(_ figures: JSONObject) -> [Block] {
    guard let observed = figures["observed_rate"]?.doubleValue,
      figures["threshold"]?.doubleValue != nil
    else { return [] }
    let corrected = figures["corrected_rate"]?.doubleValue
    return [
      .paragraph(
        "Of the stage-3 model's own responses the detector flagged \(Shown.percent(observed)); "
          + "corrected for its misses and false alarms: \(Shown.percent(corrected))."
      )
    ]
  }
}

import RealignDetection
import RealignEvaluation
import RealignModels
import RealignText

/// Stage 4: builds, calibrates, freezes and qualifies the detector, then measures the model with
/// it.
///
/// Development questions are split by entity: one part fits the detectors and freezes the
/// threshold, the other, which neither saw, qualifies it.
struct DetectStage: Stage {
  let name = StageName.detect
  let summary = "hallucination detector"

  func run(_ context: StageContext) throws -> StageResult {
    let text = try context.model(after: .cite)
    let corruptor = context.corruptor
    let verifier = try context.verifier()
    let groups = Set(context.data.development.map(\.group)).sorted()
    let fittingGroups = Set(groups.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
    let fitting = try data(
      context,
      text,
      corruptor,
      context.data.development.filter { fittingGroups.contains($0.group) },
      task: "stage 4: fitting"
    )
    let qualifying = try data(
      context,
      text,
      corruptor,
      context.data.development.filter { !fittingGroups.contains($0.group) },
      task: "stage 4: qualifying"
    )
    // Weights and threshold come from different halves of the fitting part.
    let weightPart = fitting.filtered { $0 % 2 == 0 }
    let thresholdPart = fitting.filtered { $0 % 2 == 1 }
    let probe = try? HiddenStateProbe(records: weightPart.records, labels: weightPart.labels)
    var detector = try CombinedDetector(
      members: Detectors.all(verifier: verifier, probe: probe)
        .filter { context.configuration.detect.detectors.contains($0.name) },
      records: weightPart.records,
      labels: weightPart.labels
    )
    let point = OperatingPoint.choose(
      scores: scores(detector, thresholdPart),
      labels: thresholdPart.labels,
      falsePositiveRateBelow: context.configuration.detect.maxFalsePositiveRate
    )
    detector.threshold = point?.threshold ?? .infinity
    try DetectorFile.save(
      detector,
      verifier: verifier,
      probe: probe,
      to: context.folder
    )
    return try qualify(context, detector, point: point, qualifying: qualifying)
  }

  private func data(
    _ context: StageContext,
    _ text: TextModel,
    _ corruptor: Corruptor,
    _ questions: [Question],
    task: String
  ) throws -> DetectionData {
    let prompts = try context.prompts(questions)
    let measured = try context.measure(text, prompts, task: task)
    let settings = context.configuration.detect
    let samples =
      settings.samples > 0
      ? try context.sample(
        text,
        prompts,
        count: settings.samples,
        temperature: settings.temperature,
        task: task + ", samples"
      )
      : prompts.map { _ in [] }
    return DetectionData(measured.answers, samples: samples, corruptor: corruptor, text: text)
  }

  private func scores(_ detector: any Detector, _ data: DetectionData) -> [Double] {
    data.records.map { detector.score($0) ?? 0 }
  }

  private func qualify(
    _ context: StageContext,
    _ detector: CombinedDetector,
    point: OperatingPoint?,
    qualifying: DetectionData
  ) throws -> StageResult {
    let values = scores(detector, qualifying)
    let measured = ROC.point(
      scores: values,
      labels: qualifying.labels,
      threshold: detector.threshold
    )
    let own = qualifying.sources.indices.filter { qualifying.sources[$0] == "model" }
    let flagged = own.count { values[$0] >= detector.threshold }
    let observed = Double(flagged) / Double(max(1, own.count))
    let corrected = Prevalence.corrected(
      flagged: observed,
      recall: measured.recall,
      falsePositiveRate: measured.falsePositiveRate
    )
    var figures: JSONObject = [
      "threshold": .number(detector.threshold),
      "recall": .number(measured.recall),
      "false_positive_rate": .number(measured.falsePositiveRate),
      "precision": .number(measured.precision),
      "positives": .number(Double(measured.positives)),
      "negatives": .number(Double(measured.negatives)),
      "ece": Calibration.debiasedECE(confidences: values, outcomes: qualifying.labels)
        .map { .number($0) } ?? .null,
      "observed_rate": .number(observed),
      "corrected_rate": corrected.map { .number($0) } ?? .null,
      "weights": .object(
        JSONObject(pairs: detector.weights.map { (key: $0.name, value: .number($0.weight)) })
      ),
      "detectors": .object(
        JSONObject(
          pairs: ([detector] + detector.members).map {
            (key: $0.name, value: table($0, qualifying))
          }
        )
      ),
      "recall_by_kind": .object(
        JSONObject(pairs: recallByKind(values, qualifying, threshold: detector.threshold))
      ),
      "roc": .array(
        ROC.curve(scores: values, labels: qualifying.labels).map {
          .array([.number($0.falsePositiveRate), .number($0.recall)])
        }
      ),
    ]
    figures["reliability"] = .array(
      (Calibration.bins(
        confidences: values,
        outcomes: qualifying.labels,
        binning: .equalMass(10)
      ) ?? []).map {
        .array([
          .number($0.meanConfidence), .number($0.accuracy), .number(Double($0.count)),
        ])
      }
    )
    try context.write(.object(figures), "qualification.json")
    let rate =
      measured.negatives > 0
      ? MetricValue.rate(successes: measured.falsePositives, of: measured.negatives) : nil
    let model = MetricValue.rate(successes: flagged, of: max(1, own.count))
    return StageResult(
      gates: [
        context.decide("detector_fpr", at: name, point == nil ? nil : rate),
        context.decide("hallucination_rate", at: name, model, isGating: false),
      ],
      figures: figures
    )
  }

  private func table(_ detector: any Detector, _ data: DetectionData) -> JSONValue {
    let values = scores(detector, data)
    return [
      "auroc": ROC.auroc(scores: values, labels: data.labels).map { .number($0) } ?? .null,
      "auprc": ROC.auprc(scores: values, labels: data.labels).map { .number($0) } ?? .null,
    ]
  }

  private func recallByKind(
    _ values: [Double],
    _ data: DetectionData,
    threshold: Double
  ) -> [(key: String, value: JSONValue)] {
    Set(data.sources).sorted().compactMap { source in
      let rows = data.sources.indices.filter { data.sources[$0] == source && data.labels[$0] }
      guard !rows.isEmpty else { return nil }
      let caught = rows.count { values[$0] >= threshold }
      return (
        source,
        [
          "recall": .number(Double(caught) / Double(rows.count)),
          "n": .number(Double(rows.count)),
        ]
      )
    }
  }
}

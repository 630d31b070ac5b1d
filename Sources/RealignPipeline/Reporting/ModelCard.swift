import RealignReports
import RealignText

/// The run's `README.md`: a model card in the Hugging Face layout.
enum ModelCard {
  /// Front matter and text.
  static func markdown(_ run: RunFiles) -> String {
    frontMatter(run) + "\n" + MarkdownRenderer.render(report(run))
  }

  // MARK: Front matter

  private static func frontMatter(_ run: RunFiles) -> String {
    var lines = ["---", "library_name: transformers", "pipeline_tag: text-generation"]
    if run.settings.isAtlas {
      lines += ["language: en", "license: apache-2.0"]
    } else if let model = run.settings["model"], isRepository(model) {
      lines.append("base_model: " + quoted(String(model.prefix { $0 != "@" })))
    }
    lines += ["tags:"] + ["realign", "grounding", "citations", "dpo"].map { "  - " + $0 }
    lines += results(run)
    return (lines + ["---", ""]).joined(separator: "\n")
  }

  /// The final figures as `model-index`.
  private static func results(_ run: RunFiles) -> [String] {
    guard let metrics = run.figures("evaluate")?["metrics"] else { return [] }
    let values = MetricInfo.all.compactMap { info -> (info: MetricInfo, value: Double)? in
      MeasuredValue(metrics[info.name]).map { (info, $0.estimate) }
    }
    guard !values.isEmpty else { return [] }
    let data = run.settings.isAtlas ? "Atlas (made up)" : "held-out questions of the run"
    return [
      "model-index:", "  - name: " + quoted(run.name), "    results:", "      - task:",
      "          type: text-generation", "        dataset:", "          name: " + quoted(data),
      "          type: " + quoted(run.settings.isAtlas ? "atlas" : "custom"), "        metrics:",
    ]
      + values.flatMap { item in
        [
          "          - type: " + item.info.name,
          "            name: " + quoted(item.info.label),
          "            value: " + JSONValue.number(item.value).serialized(),
        ]
      }
  }

  /// A YAML string in double quotes; characters that YAML cannot hold become spaces.
  static func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: " "
      default: scalar
      }
    }
    return JSONValue.string(String(String.UnicodeScalarView(scalars))).serialized()
  }

  /// Whether a name is `org/name[@rev]` and no path.
  private static func isRepository(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
      && !name.hasPrefix("~") && !name.hasPrefix(".")
  }

  // MARK: Text

  static func report(_ run: RunFiles) -> Report {
    let outcome = RunOutcome(run)
    return Report(
      title: run.name,
      subtitle: "\(outcome.headline) · \(outcome.gateCount)",
      sections: [
        Section("What it is", blocks: description(run)),
        Section("How it was trained", blocks: training(run)),
        results(run, outcome),
        Section("Limits", blocks: [.list(limits(run, outcome))]),
        Section("Use", blocks: use(run)),
        Section("Reproduce", blocks: reproduction(run)),
      ].compactMap { $0 }
    )
  }

  private static func description(_ run: RunFiles) -> [Block] {
    let start =
      run.settings.isAtlas
      ? "A small causal language model that answers questions from numbered passages, cites them "
        + "as [n], and says that it does not know when the passages do not contain the answer."
      : "A causal language model (\(run.settings["model"] ?? "see config.yaml")) trained further "
        + "to answer questions from numbered passages, to cite them as [n], and to say that it "
        + "does not know when the passages do not contain the answer."
    guard run.settings.isAtlas else { return [.paragraph(start)] }
    return [
      .paragraph(start),
      .paragraph(
        "It is a mechanism demo: its world, Atlas, is generated, its vocabulary tiny, and its "
          + "figures say nothing about large models or open-domain questions."
      ),
    ]
  }

  private static let stages: [(name: String, text: String)] = [
    ("sft", "fine-tuned on instruction rows, or taken as it is; every baseline measured"),
    ("collect", "claims and preference pairs made from the knowledge base, judged by a verifier"),
    ("cite", "fine-tuned on cited answers and explicit refusals"),
    ("detect", "hallucination detector built, calibrated, frozen and qualified"),
    ("optimize", "preference optimisation against the stage-3 model within a KL budget"),
    ("iterate", "targeted rounds on what was still wrong; worse models thrown away"),
    ("evaluate", "untouched test set, paired with the baseline"),
  ]

  private static func training(_ run: RunFiles) -> [Block] {
    guard !run.stages.isEmpty else { return [.paragraph("No stage has finished.")] }
    return [
      .list(
        run.stages.map { stage in
          let text = stages.first { $0.name == stage.name }?.text ?? ""
          return "Stage \(stage.number), \(stage.name): \(text)."
        }
      ),
      .paragraph(
        "No subject of a test question occurs in a training row of these stages. The weights are "
          + "those of the last finished stage that trains."
      ),
    ]
  }

  private static func results(_ run: RunFiles, _ outcome: RunOutcome) -> Section? {
    let final = run.gates.filter { $0.stage == "evaluate" }
    let gates = final.isEmpty ? run.gates : final
    guard !gates.isEmpty else { return nil }
    let rows = gates.map { gate -> [Table.Cell] in
      let info = MetricInfo.named(gate.name)
      return [
        Table.Cell(info.label),
        Table.Cell("\(gate.comparison) \(Shown.threshold(gate.threshold, unit: info.unit))"),
        Table.Cell(MetricTable.cell(gate.value, unit: info.unit)),
        Table.Cell(Judge.of(gate.name, stage: gate.stage)),
        Table.Cell(
          GatesSection.verdict(gate),
          GatesSection.status(gate)
        ),
      ]
    }
    let table = Table(
      columns: [
        Table.Column("Gate"), Table.Column("Required"), Table.Column("Measured"),
        Table.Column("Judge"), Table.Column("Verdict"),
      ],
      rows: rows,
      caption: (final.isEmpty ? "The final evaluation has not run; gates so far. " : "")
        + "Measured: estimate, 95 % interval, number of items." + GatesSection.reported(gates)
        + " " + Judge.legend
    )
    return Section("Results", blocks: [.table(table)])
  }

  private static func limits(_ run: RunFiles, _ outcome: RunOutcome) -> [String] {
    var items: [String] = []
    if outcome.decision != "DEPLOY" {
      items.append("\(outcome.headline): not meant to be used in place of the original.")
    }
    if run.settings.isAtlas {
      items += [
        "Mechanism demo; no claim about the state of the art.",
        "Understands only short English passages and questions in the wording of its data.",
      ]
    } else {
      items.append(
        "Measured on held-out questions of the user's own data; other questions may fare worse."
      )
    }
    return items + [
      "Answers follow the passages, so a false passage gives a false answer with a citation.",
      "A rate below a threshold is not zero: check the citations where errors matter.",
      "The model's own probabilities were not trained to be calibrated.",
    ]
  }

  private static func use(_ run: RunFiles) -> [Block] {
    [
      .paragraph("The weights lie in model/. The prompt is:"),
      .code(
        "[1] First passage.\n[2] Second passage.\nQuestion: What is asked?\nAnswer:"
      ),
      .code("realign generate --model model --prompt \"$PROMPT\""),
    ]
  }

  private static func reproduction(_ run: RunFiles) -> [Block] {
    var blocks: [Block] = []
    if !run.settings.isEmpty {
      blocks.append(.code(Reproduction.command(run)))
    }
    blocks.append(
      .paragraph(
        "Seed \(run.settings["seed"] ?? Shown.none)"
          + (run.stages.last.map { ", \($0.program)" } ?? "")
          + ". Hashes of inputs and outputs are in manifest.json, all settings in config.yaml, all "
          + "figures in report.html and evaluation.json."
      )
    )
    return blocks
  }
}

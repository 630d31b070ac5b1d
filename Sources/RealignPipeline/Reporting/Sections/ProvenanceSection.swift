import RealignReports

/// Where the figures come from and how to get them again.
enum ProvenanceSection: RunReportSection {
  static func section(_ run: RunFiles) -> Section? {
    guard !run.stages.isEmpty else { return nil }
    var blocks: [Block] = [.keyValues(facts(run)), .table(stages(run))]
    let chosen = run.settings.chosen
    if !chosen.isEmpty {
      blocks.append(.table(table(chosen, caption: "Settings given by the user.")))
    }
    if !run.settings.preset.isEmpty {
      blocks.append(
        .table(
          table(
            run.settings.preset,
            caption: "Settings of the preset that differ from the defaults. All settings are in "
              + "config.yaml, hashes of inputs and outputs in manifest.json."
          )
        )
      )
    }
    if !run.settings.isEmpty {
      blocks += [
        .paragraph("To run it again:"), .code(Reproduction.command(run)),
      ]
    }
    return Section("Provenance", blocks: blocks)
  }

  private static func facts(_ run: RunFiles) -> [KeyValue] {
    let settings = run.settings
    var pairs: [KeyValue] = []
    if !settings.isEmpty {
      pairs.append(KeyValue("Model", settings["model"] ?? "the bundled Atlas base model"))
      let data = settings.entries.filter { $0.key.hasPrefix("data.") && $0.value != "[]" }
      pairs.append(
        KeyValue(
          "Data",
          settings.isAtlas
            ? "the bundled Atlas world"
            : data.map { "\($0.key.dropFirst(5)): \($0.value)" }.joined(separator: "; ")
        )
      )
      pairs.append(KeyValue("Seed", settings["seed"] ?? Shown.none))
      if let profile = settings["gates.profile"], let mode = settings["gates.mode"] {
        pairs.append(KeyValue("Gates", "profile \(profile), decided by \(mode)"))
      }
    }
    return pairs
  }

  private static func stages(_ run: RunFiles) -> Table {
    Table(
      columns: [
        Table.Column("Stage"), Table.Column("Program"), Table.Column("Files", .trailing),
        Table.Column("Gates"),
      ],
      rows: run.stages.map { stage in
        let gating = stage.gates.filter(\.isGating)
        let passed = gating.count(where: \.isPassed)
        let text = gating.isEmpty ? "none" : "\(passed) of \(gating.count) passed"
        return [
          Table.Cell("\(stage.number) \(stage.name)"), Table.Cell(stage.program),
          Table.Cell(Shown.count(stage.fileCount)),
          Table.Cell(text, gating.isEmpty ? .neutral : passed == gating.count ? .pass : .warn),
        ]
      },
      caption: "Finished stages; what each wrote lies in stages/ under its number and name."
    )
  }

  private static func table(_ entries: [StoredSettings.Entry], caption: String) -> Table {
    Table(
      columns: [Table.Column("Setting"), Table.Column("Value"), Table.Column("From")],
      rows: entries.map { [Table.Cell($0.key), Table.Cell($0.value), Table.Cell($0.origin)] },
      caption: caption
    )
  }
}

/// How to run it again.
enum Reproduction {
  /// Commands for a shell, with paths relative to the run directory.
  static func command(_ run: RunFiles) -> String {
    "realign train --config config.yaml --run-dir ../\(quoted(run.name + "-again"))"
  }

  /// A name that a shell takes as one word.
  static func quoted(_ name: String) -> String {
    let isPlain =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._-".utf8.contains(byte)
      }
    return isPlain ? name : "'" + name.replacing("'", with: "'\\''") + "'"
  }
}

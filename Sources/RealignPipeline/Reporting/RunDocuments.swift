import RealignText

/// Everything in a run directory that follows from the stages' files.
enum RunDocuments {
  /// Writes `metrics.jsonl`, `tensorboard/`, `evaluation.json`, `README.md`, `report.html`.
  ///
  /// - Throws: `InputError`: `missingInput` when the directory holds no run, `badData` for a
  ///   damaged file, `cannotCreate` or `io` when writing fails.
  static func write(run path: String) throws {
    let files = try RunFiles(path)
    try RunMetrics.write(files)
    try TensorBoardLogs.write(files)
    try EvaluationFile.write(files)
    try AtomicFile.write(ModelCard.markdown(files), to: path + "/README.md")
    try RunReport(files).write(to: path + "/report.html")
  }
}

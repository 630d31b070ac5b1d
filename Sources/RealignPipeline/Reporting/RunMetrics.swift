import RealignText

/// The run's `metrics.jsonl`: the logs of all trainings, one after the other.
enum RunMetrics {
  /// Logged rows with `stage` and `training` in front.
  static func rows(_ run: RunFiles) -> [JSONValue] {
    run.logs.flatMap { log in
      log.rows.map { row in
        var object: JSONObject = ["stage": .string(log.stage), "training": .string(log.folder)]
        for pair in row.pairs where object[pair.key] == nil { object[pair.key] = pair.value }
        return .object(object)
      }
    }
  }

  /// Writes the file.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  static func write(_ run: RunFiles) throws {
    try JSONLines.write(rows(run), to: run.path + "/metrics.jsonl")
  }
}

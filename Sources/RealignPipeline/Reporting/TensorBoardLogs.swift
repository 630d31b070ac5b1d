import Foundation
import RealignReports
import RealignText

/// The trainings' logs as TensorBoard event files: `tensorboard/<stage>/<training>/`.
enum TensorBoardLogs {
  /// Writes all event files and removes those of an earlier report.
  ///
  /// The folder is built beside and put in place by rename.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  static func write(_ run: RunFiles) throws {
    let temporary = run.path + "/.tensorboard.partial"
    let manager = FileManager.default
    try RunDirectory.remove(temporary)
    do {
      for log in run.logs where !log.rows.isEmpty {
        let folder = "\(temporary)/\(log.stageFolder)/\(log.folder)"
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let end = modificationTime(log.path)
        let name = EventFile.name(seconds: Int(end), host: "realign")
        try events(log, endingAt: end).write(to: folder + "/" + name)
      }
      try RunDirectory.remove(run.path + "/tensorboard")
      if manager.fileExists(atPath: temporary) {
        try manager.moveItem(atPath: temporary, toPath: run.path + "/tensorboard")
      }
    } catch {
      try? manager.removeItem(atPath: temporary)
      if error is InputError { throw error }
      throw InputError(
        .cannotCreate,
        "cannot write the TensorBoard files",
        file: run.path + "/tensorboard"
      )
    }
  }

  /// The events of one training.
  ///
  /// The log holds no times; they follow from its token counts and speeds, counted back from the
  /// time of the last line.
  static func events(_ log: RunFiles.TrainingLog, endingAt end: Double) -> EventFile {
    let elapsed = times(log.rows)
    let start = end - (elapsed.last ?? 0)
    var file = EventFile(wallTime: start)
    for (row, seconds) in zip(log.rows, elapsed) {
      guard let step = row["step"]?.intValue else { continue }
      let scalars = row.pairs.compactMap { pair -> (tag: String, value: Double)? in
        guard pair.key != "step", let value = pair.value.doubleValue else { return nil }
        return (tag(pair.key), value)
      }
      file.add(step: step, wallTime: start + seconds, scalars: scalars)
    }
    return file
  }

  /// Seconds since the start of every row, rising.
  static func times(_ rows: [JSONObject]) -> [Double] {
    var seconds = 0.0
    var tokens = 0.0
    return rows.map { row in
      if let total = row["num_tokens"]?.doubleValue,
        let speed = row["tokens_per_second"]?.doubleValue,
        speed > 0, total > tokens
      {
        seconds += (total - tokens) / speed
        tokens = total
      }
      return seconds
    }
  }

  /// The usual names of the transformers library: `eval/…` and `train/…`.
  static func tag(_ key: String) -> String {
    key.hasPrefix("eval_") ? "eval/" + key.dropFirst(5) : "train/" + key
  }

  private static func modificationTime(_ path: String) -> Double {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let date = attributes?[.modificationDate] as? Date
    return date?.timeIntervalSince1970.rounded(.down) ?? 0
  }
}

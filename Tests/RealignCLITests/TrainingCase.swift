import Foundation
import RealignPipeline
import RealignTestSupport
import RealignText
import Testing

/// A training of the bundled model, small enough for a test.
struct TrainingCase: Sendable {
  var name: String
  var command: String
  var rows: String
  var flags: [String]
  /// The model's directory; nil for the bundled one.
  var model: String?

  static let all = [
    TrainingCase(
      name: "dpo",
      command: "dpo",
      rows: pairs,
      flags: ["--no-reference-cache", "--lora-dropout", "0.2"]
    ),
    TrainingCase(
      name: "kto",
      command: "dpo",
      rows: answers,
      flags: ["--no-reference-cache", "--loss-type", "kto"]
    ),
    TrainingCase(name: "sft", command: "sft", rows: instructions, flags: ["--full"]),
  ]

  private static let places = ["Oslo", "Bergen", "Tromsø", "Bodø", "Molde"]

  private static func lines(_ line: (Int) -> String) -> String {
    (0..<19).map { line($0) + "\n" }.joined()
  }

  private static let pairs = lines {
    #"{"prompt":"Where was person \#($0) born?","chosen":" In \#(places[$0 % 5])."#
      + #"","rejected":" In \#(places[($0 + 2) % 5]), I think."}"#
  }

  private static let answers = lines {
    #"{"prompt":"Where was person \#($0) born?","completion":" In \#(places[$0 % 5])."#
      + #"","label":\#($0 % 3 != 0)}"#
  }

  private static let instructions = lines {
    #"{"prompt":"Where was person \#($0) born?","completion":" In \#(places[$0 % 5])."}"#
  }

  /// Arguments of a run of five updates over windows of four micro-batches of two rows.
  func arguments(
    in folder: TemporaryFolder,
    output: String,
    ranks: Int,
    steps: Int = 5
  ) throws -> [String] {
    let data = try folder.write(rows, to: "\(name).jsonl")
    return [
      command, "--model", try model ?? BundledModel.directory(), "--data", data, "--eval-data",
      data,
      "--output", folder.path + "/" + output, "--max-steps", "\(steps)",
      "--per-device-train-batch-size", "2", "--gradient-accumulation-steps", "\(4 / ranks)",
      "--eval-steps", "2", "--save-steps", "2", "--logging-steps", "1", "--learning-rate", "1e-3",
      "--seed", "7",
    ] + flags
  }

  /// What a run left, file by file, without the figures of time and memory.
  static func result(_ directory: String) throws -> [String: String] {
    let manager = FileManager.default
    let names = try #require(manager.enumerator(atPath: directory)).compactMap { $0 as? String }
    var result: [String: String] = [:]
    for name in names.sorted() {
      let path = directory + "/" + name
      switch (name as NSString).lastPathComponent {
      // Who ran it, and digests of files that hold figures of time.
      case "run.lock", "manifest.json": continue
      case "metrics.jsonl":
        result[name] = try JSONLines.read(path).map { line in
          var object = line.value
          object["tokens_per_second"] = nil
          object["peak_rss_bytes"] = nil
          return JSONValue.object(object).serialized()
        }.joined(separator: "\n")
      case "state.json":
        var object = try #require(
          try JSONValue.parse(try InputFile.bytes(path), file: path, line: nil).objectValue
        )
        object["log_bytes"] = nil
        result[name] = JSONValue.object(object).serialized()
      default:
        result[name] = manager.contents(atPath: path).map { $0.base64EncodedString() }
      }
    }
    return result
  }
}

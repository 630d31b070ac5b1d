import Foundation
import RealignReports
import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite("Run documents")
struct RunDocumentsTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path + "/run"
  }

  @Test("evaluation.json has the fields of the evaluate command")
  func evaluation() throws {
    _ = try SyntheticRun(at: path)
    let json = try #require(EvaluationFile.json(try RunFiles(path)))
    #expect(json["metrics"]?["hallucination_rate"]?["n"]?.intValue == 1200)
    #expect(json["gates"]?.arrayValue?.count == 9)
    #expect(json["gates"]?.arrayValue?.allSatisfy { $0["stage"] == "evaluate" } == true)
    #expect(json["decision"] == "DEPLOY")
    #expect(json["comparison"]?["fixed"]?.intValue == 662)
    #expect(json["comparison"]?["baseline"]?["factuality"] != nil)
    #expect(json["retention"]?.arrayValue?.first?["n"]?.intValue == 320)
    for key in ["transfer", "temperature_1", "controls", "kl"] { #expect(json[key] != nil) }
  }

  @Test("a run without final evaluation leaves no evaluation.json, not even an old one")
  func noEvaluation() throws {
    _ = try SyntheticRun(at: path, upTo: "detect")
    try folder.write("{}", to: "run/evaluation.json")
    try RunDocuments.write(run: path)
    let manager = FileManager.default
    #expect(!manager.fileExists(atPath: path + "/evaluation.json"))
    #expect(manager.fileExists(atPath: path + "/report.html"))
    #expect(manager.fileExists(atPath: path + "/README.md"))
  }

  @Test("metrics.jsonl joins the logs of all trainings and names their stage")
  func metrics() throws {
    _ = try SyntheticRun(at: path)
    let rows = RunMetrics.rows(try RunFiles(path))
    // 6 rows of stage 1, 120 of stage 3, twice 8 of stage 5.
    #expect(rows.count == 6 + 120 + 16)
    #expect(rows.first?["stage"] == "sft")
    #expect(rows.last?["stage"] == "optimize")
    #expect(rows.last?["training"] == "training-1")
    #expect(rows.last?["kl/token"]?.doubleValue != nil)
  }

  @Test("half a last line of a killed training is left out, a broken line before it is not")
  func truncatedLog() throws {
    _ = try SyntheticRun(at: path, upTo: "sft")
    let file = path + "/stages/1-sft/training/metrics.jsonl"
    let whole = try InputFile.text(file)
    try AtomicFile.write(whole + "{\"step\": 70, \"lo", to: file)
    #expect(try RunFiles(path).logs[0].rows.count == 6)
    try AtomicFile.write("{\"st\n" + whole, to: file)
    let error = #expect(throws: InputError.self) { try RunFiles(path) }
    #expect(error?.kind == .badData)
    #expect(error?.line == 1)
  }

  @Test("there is one event file for each training, and a second report replaces it")
  func tensorBoard() throws {
    _ = try SyntheticRun(at: path)
    for _ in 0..<2 { try RunDocuments.write(run: path) }
    let folders = [
      "1-sft/training", "3-cite/training", "5-optimize/training-0", "5-optimize/training-1",
    ]
    for folder in folders {
      let names = try FileManager.default.contentsOfDirectory(
        atPath: path + "/tensorboard/" + folder
      )
      #expect(names.count == 1)
      #expect(names.first?.hasPrefix("events.out.tfevents.") == true)
    }
  }

  @Test("event times follow from tokens and speed and never fall")
  func eventTimes() {
    let rows: [JSONObject] = [
      ["step": 1, "num_tokens": 100, "tokens_per_second": 50],
      ["step": 1, "eval_loss": 0.5],
      ["step": 2, "num_tokens": 400, "tokens_per_second": 100],
    ]
    #expect(TensorBoardLogs.times(rows) == [2, 2, 5])
    #expect(TensorBoardLogs.tag("eval_rewards/margins") == "eval/rewards/margins")
    #expect(TensorBoardLogs.tag("kl/token") == "train/kl/token")
  }

  @Test("trainings are ordered by the numbers in their names")
  func order() {
    let names = ["training", "round-10-0", "round-2-1", "round-2-0"]
    #expect(
      names.sorted(by: NumberedNames.precedes) == [
        "round-2-0", "round-2-1", "round-10-0", "training",
      ]
    )
  }

  @Test("the model card is front matter and text, claims nothing, and names the gates")
  func modelCard() throws {
    _ = try SyntheticRun(at: path)
    let card = ModelCard.markdown(try RunFiles(path))
    let parts = card.components(separatedBy: "---\n")
    #expect(parts[0].isEmpty)
    #expect(parts[1].contains("pipeline_tag: text-generation"))
    #expect(parts[1].contains("          - type: hallucination_rate\n"))
    #expect(card.contains("Mechanism demo; no claim about the state of the art."))
    #expect(card.contains("| Hallucination rate | &lt; 10 % | 3.7 % (2.7–4.9)"))
  }

  @Test("names in the front matter cannot break out of their line")
  func quoting() {
    #expect(ModelCard.quoted("a\"b\n---\nc\u{85}d") == "\"a\\\"b --- c d\"")
  }

  @Test("stored settings are read back with their groups and origins")
  func settings() {
    let settings = StoredSettings(text: SyntheticRun.configuration)
    #expect(settings["seed"] == "42")
    #expect(settings["model"] == nil)
    #expect(settings.isAtlas)
    #expect(settings["optimize.trainer.learning_rate"] == "5e-05")
    #expect(settings.chosen.map(\.key) == ["seed", "optimize.beta"])
    #expect(settings.preset.map(\.key) == ["optimize.loss_type", "optimize.trainer.learning_rate"])
    #expect(StoredSettings(text: "model: \"a # b\"  # default\n")["model"] == "a # b")
  }

  @Test("figures are printed alike everywhere")
  func shown() {
    #expect(Shown.percent(-0.0001) == "0.0 %")
    #expect(Shown.percent(.nan) == "–")
    #expect(Shown.number(0.00002, 3) == "2.0e-05")
    #expect(Shown.count(12_345) == "12,345")
    #expect(Shown.points(-0.546) == "−54.6")
    #expect(Shown.threshold(0.1, unit: .share) == "10 %")
    #expect(Shown.probability(1e-9) == "< 0.0001")
    #expect(
      Shown.interval(MeasuredValue(estimate: 0, low: -0.1, high: 0.2), unit: .points)
        == "−10.0 to +20.0"
    )
  }

  @Test("a prompt is taken apart into passages and question; other text is all question")
  func promptParts() {
    let parts = PromptParts("[1] One.\n[2] Two.\nmore\nQuestion: Why?\nAnswer:")
    #expect(parts.passages.map(\.label) == ["[1]", "[2]"])
    #expect(parts.passages.map(\.text) == ["One.", "Two.\nmore"])
    #expect(parts.question == "Why?")
    #expect(PromptParts("Say hello.").question == "Say hello.")
  }

  @Test("the command to run it again survives any folder name")
  func reproduction() {
    #expect(Reproduction.quoted("atlas-42") == "atlas-42")
    #expect(Reproduction.quoted("it's; rm") == "'it'\\''s; rm'")
  }
}

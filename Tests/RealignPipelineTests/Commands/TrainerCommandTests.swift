import Foundation
import RealignModels
import RealignNumerics
import RealignText
import RealignTraining
import Testing

@testable import RealignPipeline

@Suite("sft and dpo")
struct TrainerCommandTests {
  static let instructions = CommandFixtures.sentences.map { sentence -> String in
    let parts = sentence.split(separator: "?", maxSplits: 1)
    return #"{"prompt":"\#(parts[0])?","completion":"\#(parts[1])"}"#
  }

  static let pairs = [
    #"{"prompt":"Where was Arne Lund born?","chosen":" In Oslo.","rejected":" In Bergen."}"#,
    #"{"prompt":"Where was Ida Berg born?","chosen":" In Bergen.","rejected":" In Oslo.","#
      + #""spans":{"chosen":[[4,10]],"rejected":[[4,8]]}}"#,
    #"{"prompt":"Who plays the cello?","chosen":" Arne Lund.","rejected":" Ida Berg."}"#,
  ]

  static let fast = [
    ("max_steps", "12"), ("learning_rate", "0.01"), ("per_device_train_batch_size", "2"),
    ("logging_steps", "1"), ("save_steps", "5"),
  ]

  static func losses(_ folder: String, _ name: String = "loss") throws -> [Double] {
    try JSONLines.read(folder + "/metrics.jsonl").compactMap { $0.value[name]?.doubleValue }
  }

  @Test("full fine-tuning lowers the loss and writes a model that loads")
  func full() throws {
    let fixtures = try CommandFixtures()
    let data = try fixtures.rows(Self.instructions)
    let options = fixtures.trainer(
      "sft",
      data: [data],
      evaluationData: [data],
      output: "out",
      Self.fast + [("full", "true")]
    )
    let rows = try fixtures.output(isJSON: true) { try SFTCommand.run(options, context: $0) }.rows
    let losses = try Self.losses(options.output)
    #expect(try #require(losses.last) < 0.8 * #require(losses.first))
    let summary = try #require(rows.first)
    #expect(summary["steps"]?.intValue == 12)
    #expect(summary["rows"]?.intValue == 4)
    #expect(summary["eval_rows"]?.intValue == 4)
    #expect(summary["kind"]?.stringValue == "model")
    let trained = try TextModel.load(options.output)
    #expect(trained.model.parameters.values != (try fixtures.load().model.parameters.values))
    let held = try Self.losses(options.output, "eval_loss")
    #expect(held.min() == summary["evaluation"]?["eval_loss"]?.doubleValue)
  }

  @Test("an adapter on half-precision weights is that on the same weights rounded beforehand")
  func halfBase() throws {
    let fixtures = try CommandFixtures()
    let data = try fixtures.rows(Self.instructions)
    let rounded = fixtures.model + "-rounded"
    let text = try fixtures.load()
    try text.with(text.model.with(baseType: .bf16).with(baseType: .f32)).save(rounded)
    var outputs: [[Float]] = []
    for (model, type) in [(fixtures.model, "bf16"), (rounded, "f32"), (fixtures.model, "auto")] {
      var options = fixtures.trainer(
        "sft",
        data: [data],
        output: "out-\(outputs.count)",
        Self.fast + [("base_dtype", type)]
      )
      options.model = model
      _ = try fixtures.output(isJSON: true) { try SFTCommand.run(options, context: $0) }
      let configuration = try ModelDirectory.loadConfiguration(model)
      outputs.append(
        try AdapterDirectory.load(options.output, for: configuration).parameters.values
      )
    }
    #expect(outputs[0] == outputs[1])
    #expect(outputs[0] != outputs[2])
  }

  @Test("weights in half precision are not trained themselves")
  func halfFull() throws {
    let fixtures = try CommandFixtures()
    let options = fixtures.trainer(
      "sft",
      data: [try fixtures.rows(Self.instructions)],
      output: "out",
      Self.fast + [("base_dtype", "bf16"), ("full", "true")]
    )
    let error = #expect(throws: InputError.self) {
      try fixtures.output(isJSON: true) { try SFTCommand.run(options, context: $0) }
    }
    #expect(error?.field == "sft.base_dtype" && error?.kind == .badConfiguration)
  }

  @Test("an adapter loads on its model and leaves it alone")
  func adapter() throws {
    let fixtures = try CommandFixtures()
    let data = try fixtures.rows(Self.instructions)
    let options = fixtures.trainer(
      "sft",
      data: [data],
      output: "out",
      Self.fast + [("lora_target_modules", "all-linear")]
    )
    let before = try fixtures.load().model
    _ = try fixtures.output { try SFTCommand.run(options, context: $0) }
    let adapted = try TextModel.load(fixtures.model, adapter: options.output)
    #expect(
      adapted.model.adapter?.configuration.targetModules
        == ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    )
    #expect(adapted.model.parameters.values == before.parameters.values)
    let files = [options.output, fixtures.model].map { $0 + "/tokenizer.json" }
    #expect(try InputFile.bytes(files[0]) == InputFile.bytes(files[1]))
    let sequence = adapted.sequence(prompt: "Who plays the cello?", completion: " Arne Lund.")
    let scores = [before, adapted.model].map { $0.score([sequence])[0].sum }
    #expect(scores[0] < scores[1])
  }

  @Test("the trained tokens are the completion and one end token")
  func endToken() throws {
    let fixtures = try CommandFixtures()
    let text = try fixtures.load()
    let data = try fixtures.rows([
      #"{"prompt":"Who?","completion":" Arne Lund."}"#,
      #"{"prompt":"Who?","completion":" Arne Lund.<|endoftext|>"}"#,
    ])
    let options = fixtures.trainer("sft", data: [data], output: "out", [("max_steps", "1")])
    let rows = try fixtures.output(isJSON: true) { try SFTCommand.run(options, context: $0) }.rows
    let joined = text.tokenizer.encode("Who? Arne Lund.", addSpecialTokens: false)
    let prompt = text.tokenizer.encode("Who?", addSpecialTokens: false)
    #expect(rows[0]["trained_tokens"]?.intValue == 2 * (joined.count - prompt.count + 1))
  }

  @Test("interrupted and resumed equals uninterrupted")
  func resume() throws {
    let fixtures = try CommandFixtures()
    let data = try fixtures.rows(Self.instructions)
    let whole = fixtures.trainer(
      "sft",
      data: [data],
      output: "whole",
      Self.fast + [("full", "true")]
    )
    _ = try fixtures.output { try SFTCommand.run(whole, context: $0) }
    let stopped = fixtures.trainer(
      "sft",
      data: [data],
      output: "parts",
      Self.fast + [("full", "true")]
    )
    #expect(throws: RunInterrupted(place: "sft, step 1 of 12")) {
      _ = try fixtures.output { try SFTCommand.run(stopped, context: $0, shouldStop: { true }) }
    }
    let refused = #expect(throws: InputError.self) {
      try fixtures.output { try SFTCommand.run(stopped, context: $0) }
    }
    #expect(refused?.kind == .cannotCreate)
    var resumed = stopped
    resumed.resumes = true
    _ = try fixtures.output { try SFTCommand.run(resumed, context: $0) }
    let a = try TextModel.load(whole.output).model.parameters.values
    #expect(try TextModel.load(resumed.output).model.parameters.values == a)
    var changed = resumed
    changed.sources.flags.append(
      FlagValue(key: "sft.learning_rate", flag: "--learning-rate", text: "0.02")
    )
    let other = #expect(throws: InputError.self) {
      try fixtures.output { try SFTCommand.run(changed, context: $0) }
    }
    #expect(other?.message.contains("other rows, settings or weights") == true)
  }

  @Test("preference optimisation raises the margin; its adapter loads again")
  func preference() throws {
    let fixtures = try CommandFixtures()
    let data = try fixtures.rows(Self.pairs)
    let options = fixtures.trainer(
      "optimize",
      data: [data],
      evaluationData: [data],
      output: "out",
      Self.fast + [("lora_target_modules", "all-linear"), ("lora_dropout", "0")]
    )
    let rows = try fixtures.output(isJSON: true) { try DPOCommand.run(options, context: $0) }.rows
    let margins = try Self.losses(options.output, "rewards/margins")
    #expect(try #require(margins.last) > 0.05)
    // Before the first update the log-ratios are zero, so the loss is ln 2.
    let losses = try Self.losses(options.output)
    #expect(abs(try #require(losses.first) - 0.6931) < 1e-3)
    #expect(rows[0]["kind"]?.stringValue == "adapter")
    let text = try TextModel.load(fixtures.model, adapter: options.output)
    let reference = try fixtures.load().model
    func margin(_ model: LanguageModel) -> Double {
      let scores = model.score([
        text.sequence(prompt: "Who plays the cello?", completion: " Arne Lund."),
        text.sequence(prompt: "Who plays the cello?", completion: " Ida Berg."),
      ])
      return scores[0].sum - scores[1].sum
    }
    #expect(margin(text.model) > margin(reference))
  }

  static let labelled = [
    #"{"prompt":"Where was Arne Lund born?","completion":" In Oslo.","label":true}"#,
    #"{"prompt":"Where was Ida Berg born?","completion":" In Oslo.","label":false}"#,
    #"{"prompt":"Who plays the cello?","completion":" Arne Lund.","label":true}"#,
    #"{"prompt":"Who plays the cello?","completion":" Ida Berg.","label":false}"#,
  ]

  @Test("answers with a label are trained on with kto", arguments: ["kto", "apo_zero_unpaired"])
  func unpaired(loss: String) throws {
    let fixtures = try CommandFixtures()
    let data = try fixtures.rows(Self.labelled)
    let options = fixtures.trainer(
      "optimize",
      data: [data],
      evaluationData: [data],
      output: "out",
      Self.fast + [("full", "true"), ("loss_type", loss), ("undesirable_weight", "1.5")]
    )
    let rows = try fixtures.output(isJSON: true) { try DPOCommand.run(options, context: $0) }.rows
    #expect(rows[0]["rows"]?.intValue == 4)
    let losses = try Self.losses(options.output, "eval_loss")
    // Before the first update every row's loss is half its weight.
    #expect(abs(try #require(losses.first) - 0.625) < 1e-4)
    #expect(try #require(losses.min()) < 0.6)
  }

  @Test("rows and settings that do not go with the loss are refused by name")
  func wrongKind() throws {
    let fixtures = try CommandFixtures()
    let pairs = try fixtures.rows(Self.pairs)
    let labelled = try fixtures.rows(Self.labelled, "labelled.jsonl")
    func refused(_ data: String, _ settings: [(String, String)]) throws -> InputError {
      let options = fixtures.trainer("optimize", data: [data], output: "out", settings)
      return try #require(throws: InputError.self) {
        try fixtures.output { try DPOCommand.run(options, context: $0) }
      }
    }
    let pair = try refused(pairs, [("loss_type", "kto")])
    #expect(pair.kind == .badData && pair.line == 1 && pair.hint?.contains("sigmoid") == true)
    let row = try refused(labelled, [])
    #expect(row.kind == .badData && row.line == 1 && row.hint?.contains("kto") == true)
    #expect(try refused(labelled, [("loss_type", "kto,sft")]).field == "loss_type")
    #expect(
      try refused(labelled, [("loss_type", "kto"), ("use_weighting", "true")]).field
        == "use_weighting"
    )
    #expect(
      try refused(labelled, [("loss_type", "kto"), ("per_device_train_batch_size", "1")]).field
        == "per_device_train_batch_size"
    )
    #expect(
      try refused(pairs, [("loss_type", "aot"), ("use_weighting", "true")]).field
        == "use_weighting"
    )
  }

  @Test("the settings of the losses reach them")
  func lossSettings() throws {
    var group = PreferenceGroup()
    group.lossType = ["sigmoid", "sft"]
    group.fDivergenceType = .alpha
    group.fAlphaDivergenceCoef = 0.25
    group.ldAlpha = 0.5
    group.useWeighting = true
    group.discopopTau = 0.1
    group.simpoGamma = 0.3
    group.dpopLambda = 7
    var expected = PreferenceLossSettings(beta: 0.7)
    expected.divergence = FDivergence(.alpha, alpha: 0.25)
    expected.ldAlpha = 0.5
    expected.usesWeighting = true
    expected.discopopTau = 0.1
    expected.simpoGamma = 0.3
    expected.dpopLambda = 7
    #expect(try group.losses(beta: 0.7).settings == expected)
    group.lossType = ["kto"]
    let error = #expect(throws: InputError.self) { try group.losses() }
    #expect(error?.field == "loss_type")
  }

  @Test("full preference optimisation writes a model")
  func fullPreference() throws {
    let fixtures = try CommandFixtures()
    let data = try fixtures.rows(Self.pairs)
    let options = fixtures.trainer(
      "optimize",
      data: [data],
      output: "out",
      Self.fast + [("full", "true")]
    )
    _ = try fixtures.output { try DPOCommand.run(options, context: $0) }
    #expect(try #require(try Self.losses(options.output, "rewards/margins").last) > 0.05)
    #expect(try TextModel.load(options.output).model.parameterCount > 0)
  }

  @Test(
    "a wrong row of fine-tuning is named by line and nothing is written",
    arguments: [
      #"{"prompt":"a","completion":""}"#, #"{"prompt":"a"}"#, #"{"text":""}"#,
      #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
      #"{"instruction":"a","response":"b"}"#, #"{"prompt":1,"completion":"b"}"#, "{}", "nonsense",
    ]
  )
  func wrongRow(_ line: String) throws {
    let fixtures = try CommandFixtures()
    let good = try fixtures.rows(Self.instructions, "good.jsonl")
    let bad = try fixtures.rows([Self.instructions[0], line], "bad.jsonl")
    for options in [
      fixtures.trainer("sft", data: [good, bad], output: "out", []),
      fixtures.trainer("sft", data: [good], evaluationData: [bad], output: "out", []),
    ] {
      let error = #expect(throws: InputError.self) {
        try fixtures.output { try SFTCommand.run(options, context: $0) }
      }
      #expect(error?.file == bad)
      #expect(error?.line == 2)
      #expect(!FileManager.default.fileExists(atPath: options.output))
    }
  }

  @Test(
    "a wrong pair is named by line and nothing is written",
    arguments: [
      #"{"prompt":"a","chosen":" b"}"#, #"{"prompt":"a","chosen":" b","rejected":""}"#,
      #"{"prompt":"a","chosen":"b","rejected":"c","spans":{"chosen":[[0,9]],"rejected":[[0,1]]}}"#,
      #"{"prompt":"a","chosen":"b","rejected":"c","spans":{"chosen":[],"rejected":[[0,1]]}}"#,
      #"{"chosen":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"#
        + #""rejected":[{"role":"user","content":"a"},{"role":"assistant","content":"c"}]}"#,
    ]
  )
  func wrongPair(_ line: String) throws {
    let fixtures = try CommandFixtures()
    let bad = try fixtures.rows([Self.pairs[0], line])
    let options = fixtures.trainer("optimize", data: [bad], output: "out", [])
    let error = #expect(throws: InputError.self) {
      try fixtures.output { try DPOCommand.run(options, context: $0) }
    }
    #expect(error?.file == bad)
    #expect(error?.line == 2)
    #expect(!FileManager.default.fileExists(atPath: options.output))
  }

  @Test("rows that are too long are left out and counted; all of them are an error")
  func tooLong() throws {
    let fixtures = try CommandFixtures()
    let data = try fixtures.rows(
      Self.instructions + [#"{"prompt":"Who","completion":"?"}"#]
    )
    let some = fixtures.trainer(
      "sft",
      data: [data],
      output: "out",
      [("max_length", "8"), ("max_steps", "1")]
    )
    let rows = try fixtures.output(isJSON: true) { try SFTCommand.run(some, context: $0) }.rows
    #expect(rows[0]["rows"]?.intValue == 1)
    #expect(rows[0]["dropped_rows"]?.intValue == 4)
    let none = fixtures.trainer("sft", data: [data], output: "none", [("max_length", "2")])
    let error = #expect(throws: InputError.self) {
      try fixtures.output { try SFTCommand.run(none, context: $0) }
    }
    #expect(error?.field == "max_length")
    #expect(!FileManager.default.fileExists(atPath: none.output))
  }

  @Test("wrong settings are refused before anything is read")
  func settings() throws {
    let fixtures = try CommandFixtures()
    let sft = fixtures.trainer(
      "sft",
      data: ["absent.jsonl"],
      output: "out",
      [("lora_target_modules", "q_proj,nose")]
    )
    let error = #expect(throws: InputError.self) {
      try fixtures.output { try SFTCommand.run(sft, context: $0) }
    }
    #expect(error?.found == "nose")
    let dpo = fixtures.trainer(
      "optimize",
      data: ["absent.jsonl"],
      output: "out",
      [("loss_type", "magic")]
    )
    let loss = #expect(throws: InputError.self) {
      try fixtures.output { try DPOCommand.run(dpo, context: $0) }
    }
    #expect(loss?.field == "loss_type")
  }
}

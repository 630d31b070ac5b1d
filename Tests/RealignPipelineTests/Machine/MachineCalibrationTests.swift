import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import RealignTraining
import Testing

@testable import RealignPipeline

@Suite("Calibration of a machine")
struct MachineCalibrationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func calibration(
    _ machine: MachineCalibration.Machine = .current,
    shape: String = "tiny",
    parameters: Int = 1_000_000
  ) -> MachineCalibration {
    MachineCalibration(
      machine: machine,
      date: "2026-01-02T03:04:05Z",
      threads: 2,
      productGFLOPS: 150,
      memoryBandwidth: 30,
      shapes: [
        MachineCalibration.Shape(
          name: shape,
          parameters: parameters,
          scoring: [
            MachineCalibration.Rate(batchSize: 1, perSecond: 80, gflops: 50),
            MachineCalibration.Rate(batchSize: 4, perSecond: 97),
            MachineCalibration.Rate(batchSize: 16, perSecond: 100),
          ],
          training: [MachineCalibration.Rate(batchSize: 2, perSecond: 3, gflops: 90)],
          generation: []
        )
      ]
    )
  }

  @Test("what is saved is read back, from a folder that did not exist")
  func roundTrip() throws {
    let path = folder.path + "/a/b/calibration.json"
    try calibration().save(to: path)
    #expect(try MachineCalibration(path: path) == calibration())
  }

  @Test("the file lies in the cache folder of the user")
  func path() {
    #expect(
      MachineCalibration.path(["XDG_CACHE_HOME": "/c", "HOME": "/h"])
        == "/c/realign/calibration.json"
    )
    #expect(
      MachineCalibration.path(["XDG_CACHE_HOME": "", "HOME": "/h"])
        == "/h/.cache/realign/calibration.json"
    )
    #expect(MachineCalibration.path([:]) == nil)
  }

  @Test("a damaged file is refused by its field")
  func damage() throws {
    let path = folder.path + "/c.json"
    try calibration().save(to: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let changes = [
      ("realign-calibration-1", "realign-calibration-0", "format"),
      (#""cores": \#(MachineInformation.coreCount)"#, #""cores": 0"#, "device.cores"),
      (#""peak_gflops": 150"#, #""peak_gflops": -1"#, "peak_gflops"),
      (#""memory_bandwidth_gbs": 30"#, #""memory_bandwidth_gbs": "30""#, "memory_bandwidth_gbs"),
      (#""pairs": 2"#, #""pairs": 2.5"#, "shapes[0].training[0].pairs"),
      (
        #""examples_per_second": 97"#, #""examples": 97"#,
        "shapes[0].scoring[1].examples_per_second"
      ),
    ]
    for (old, new, field) in changes {
      let damaged = text.replacing(old, with: new)
      try #require(damaged != text, "\(old)")
      let file = try folder.write(damaged, to: "damaged.json")
      let error = #expect(throws: InputError.self) { try MachineCalibration(path: file) }
      #expect(error?.field == field && error?.kind == .badData)
    }
    let cut = try folder.write(String(text.prefix(text.count / 2)), to: "cut.json")
    #expect(throws: InputError.self) { try MachineCalibration(path: cut) }
    #expect(throws: InputError.self) { try MachineCalibration(path: folder.path + "/none.json") }
  }

  @Test("only the calibration of this machine is used; others are left alone with a warning")
  func current() throws {
    let progress = RecordedProgress()
    let context = CommandContext(
      output: CollectedOutput(),
      progress: progress,
      environment: ["XDG_CACHE_HOME": folder.path]
    )
    #expect(MachineCalibration.current(context) == nil)
    #expect(progress.warnings.isEmpty)
    let path = try #require(MachineCalibration.path(context.environment))
    try calibration().save(to: path)
    #expect(MachineCalibration.current(context) == calibration())
    #expect(progress.warnings.isEmpty)
    var other = MachineCalibration.Machine.current
    other.processor += " of another kind"
    try calibration(other).save(to: path)
    #expect(MachineCalibration.current(context) == nil)
    #expect(progress.warnings.count == 1)
    try folder.write("{", to: "realign/calibration.json")
    #expect(MachineCalibration.current(context) == nil)
    #expect(progress.warnings.count == 2)
  }

  @Test("the recommended batch is the smallest within 5 % of the best")
  func recommended() {
    #expect(MachineCalibration.recommendedBatchSize(calibration().shapes[0].scoring) == 4)
    #expect(MachineCalibration.recommendedBatchSize([]) == nil)
    #expect(MachineProfile(calibration()).recommendedBatchSize == 4)
  }

  @Test("shapes measured earlier are kept, unless measured again or on another machine")
  func adding() {
    let new = calibration(shape: "small", parameters: 5)
    #expect(new.adding(calibration()).shapes.map(\.name) == ["tiny", "small"])
    #expect(new.adding(calibration(shape: "small")).shapes == new.shapes)
    var other = MachineCalibration.Machine.current
    other.cores += 1
    #expect(new.adding(calibration(other)) == new)
  }

  @Test("the rate of training is that of the shape nearest in size")
  func trainingRate() {
    var both = calibration(shape: "large", parameters: 100_000_000)
    both.shapes[0].training[0].gflops = 120
    both.shapes[0].training.append(MachineCalibration.Rate(batchSize: 4, perSecond: 3, gflops: 130))
    both = both.adding(calibration())
    #expect(both.trainingGFLOPS(parameters: 2_000_000) == 90)
    #expect(both.trainingGFLOPS(parameters: 50_000_000) == 120)
    both.shapes = []
    #expect(both.trainingGFLOPS(parameters: 1) == nil)
  }
}

@Suite("Forecast of a training")
struct TrainingForecastTests {
  @Test("operations are counted from tokens, weights and passes")
  func operations() {
    let model = LanguageModel(
      randomlyInitialized: ModelConfiguration(
        vocabularySize: 10,
        hiddenSize: 4,
        intermediateSize: 6,
        layerCount: 2,
        headCount: 2,
        keyValueHeadCount: 1,
        maximumPositions: 16
      ),
      seed: 1
    )
    var settings = TrainerSettings()
    settings.perDeviceTrainBatchSize = 2
    settings.gradientAccumulationSteps = 1
    settings.numTrainEpochs = 3
    settings.maxSteps = 0
    func forecast(reference: Bool = false) -> TrainingForecast {
      TrainingForecast(
        model: model,
        rows: [4, 8, 6, 6],
        settings: settings,
        hasReference: reference
      )
    }
    // 24 tokens, three epochs; segments of 6 tokens on average attend to 6 / 2 on average.
    let linear = 2 * Double(model.parameterCount)
    let attention = 4.0 * 3 * 4 * 2
    #expect(forecast().steps == 6)
    #expect(forecast().operations == 24 * 3 * 3 * (linear + attention))
    #expect(
      forecast(reference: true).operations - forecast().operations == 24 * (linear + attention)
    )
    settings.maxSteps = 4
    #expect(forecast().operations == 24 * 2 * 3 * (linear + attention))
    #expect(forecast().seconds(gflops: 2) == forecast().operations / 2e9)
  }

  @Test("times are said in units that people use")
  func shown() {
    #expect(TrainingForecast.shown(0.2) == "about a second")
    #expect(TrainingForecast.shown(89) == "about 89 seconds")
    #expect(TrainingForecast.shown(600) == "about 10 minutes")
    #expect(TrainingForecast.shown(9000) == "about 2.5 hours")
  }
}

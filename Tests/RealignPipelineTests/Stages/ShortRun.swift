import Foundation
import RealignData
import RealignKnowledge
import RealignTestSupport
import RealignText
import Synchronization

@testable import RealignPipeline

/// The seven stages on a part of Atlas with a fraction of the updates: too short to pass the gates,
/// long enough that a sabotaged part shows in the gate that guards it.
final class ShortRun {
  let folder: TemporaryFolder
  let path: String
  let progress = RecordedProgress()
  var configuration: RunConfiguration
  var data: RunData
  /// After how many updates of its first training the run is stopped; nil = not at all.
  var stopsAfterUpdates: Int?

  init(citeSteps: Int = 200) throws {
    folder = try TemporaryFolder()
    path = folder.path + "/run"
    var size = AtlasData.Size()
    size.train = 600
    size.development = 120
    size.test = 120
    size.suiteItems = 24
    size.corpusRows = 3000
    data = AtlasData.load(size: size)
    data.transfer = []
    var c = AtlasPreset.configuration
    c.gates.enforcement = .permissive
    c.sft.skip = true
    c.collect.maxPairs = 80
    c.collect.samplesPerQuestion = 2
    c.cite.trainer.maxSteps = citeSteps
    c.cite.trainer.saveSteps = 50
    c.cite.trainer.perDeviceTrainBatchSize = 32
    c.detect.samples = 2
    c.optimize.prompts = 60
    c.optimize.corruptionPairs = 40
    c.optimize.maxAttempts = 1
    c.optimize.trainer.maxSteps = 4
    c.optimize.trainer.evalSteps = 4
    c.iterate.maxIterations = 0
    c.evaluate.klPrompts = 40
    c.evaluate.bootstrapResamples = 200
    configuration = c
  }

  /// Runs the stages that are not done.
  func run() throws -> CommandOutcome {
    let directory = try RunDirectory(path, existing: .resume)
    let store = try KnowledgeStore(
      create: directory.file("knowledge.sqlite"),
      documents: data.documents
    )
    let effective = EffectiveConfiguration(configuration, preset: "short")
    try directory.write(effective)
    let context = StageContext(
      configuration: configuration,
      directory: directory,
      data: data,
      store: store,
      baseModel: try BundledModel.directory(),
      progress: progress
    )
    var updates = 0
    context.shouldStop = { [stopsAfterUpdates] in
      updates += 1
      return stopsAfterUpdates.map { updates >= $0 } ?? false
    }
    return try StageRun(context: context, configuration: effective).execute(
      from: nil,
      to: nil,
      output: CommandContext(output: CollectedOutput(), progress: progress)
    )
  }

  /// The verdict and the estimate of a gate of `gates.json`.
  func gate(_ name: String, at stage: StageName = .evaluate) throws -> (String, Double) {
    let file = path + "/gates.json"
    let json = try JSONValue.parse([UInt8](file.contents), file: file, line: nil)
    let gate = json.arrayValue?.first {
      $0["name"]?.stringValue == name && $0["stage"]?.stringValue == stage.rawValue
    }
    return (gate?["verdict"]?.stringValue ?? "absent", gate?["estimate"]?.doubleValue ?? .nan)
  }

  /// The bytes of a file of the run.
  func contents(_ name: String) throws -> Data { try (path + "/" + name).contents }
}

extension String {
  /// The bytes of the file with this path.
  fileprivate var contents: Data {
    get throws { try Data(contentsOf: URL(fileURLWithPath: self)) }
  }
}

/// Keeps notes and warnings.
final class RecordedProgress: ProgressReporter {
  private let noted = Mutex<[String]>([])
  private let warned = Mutex<[String]>([])

  var notes: [String] { noted.withLock { $0 } }
  var warnings: [String] { warned.withLock { $0 } }

  func note(_ text: String) { noted.withLock { $0.append(text) } }
  func detail(_ text: String) {}
  func warn(_ text: String) { warned.withLock { $0.append(text) } }
  func begin(_ task: String, total: Int?, unit: String) {}
  func update(_ done: Int, _ status: String) {}
  func end(_ summary: String?) {}
}

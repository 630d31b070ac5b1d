import RealignEvaluation
import RealignText

/// One of the seven stages: what it does and what it must show before the next begins.
protocol Stage: Sendable {
  /// Its place in the pipeline.
  var name: StageName { get }
  /// A few words for progress lines.
  var summary: String { get }
  /// Does the work, writes its outputs into the stage's folder and measures its gates.
  func run(_ context: StageContext) throws -> StageResult
}

/// What a stage found.
struct StageResult {
  /// Its gates, decided.
  var gates: [GateResult]
  /// Figures for the report and for later stages.
  var figures: JSONObject

  init(gates: [GateResult], figures: JSONObject = JSONObject()) {
    self.gates = gates
    self.figures = figures
  }
}

/// The stages in order; adding one is a file in this folder and a line here.
enum StageList {
  static let all: [any Stage] = [
    SFTStage(),
    CollectStage(),
    CiteStage(),
    DetectStage(),
    OptimizeStage(),
    IterateStage(),
    EvaluateStage(),
  ]
}

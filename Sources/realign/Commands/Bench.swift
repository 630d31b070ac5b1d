import ArgumentParser
import RealignBenchmarks
import RealignNumerics
import RealignPipeline

/// `realign bench`.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure this machine: products, memory, kernels, scoring, training.",
    usage: "realign bench [<benchmark> ...] [--shape <shape>] [--compare <file>]",
    discussion: """
      Without names all but calibrate are run: \(Benchmarks.all
        .map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")). Everything is validated \
      before it is timed. Figures are medians; ± is half the distance of the quartiles. \
      calibrate saves what it measures in realign/calibration.json below XDG_CACHE_HOME or \
      ~/.cache, where sft and dpo find it to say how long they will take; what it saves with --save \
      plan --nodes reads, here or on another machine.

      --compare takes each figure over a yardstick timed beside it, measures again what seems to \
      have changed, and ends with 2 when a figure is slower than the saved one by more than the \
      noise of both runs. What changed while other programs were working is called unclear.
      """
  )

  @Argument(help: "Benchmarks.")
  var benchmarks: [String] = []

  @Option(help: "Model sizes: \(ModelShape.all.map(\.name).joined(separator: ", ")).")
  var shape = ModelShape.tiny.name

  @Option(help: "Tokens of a prompt.")
  var promptTokens = 384

  @Option(help: "Tokens of a completion.")
  var completionTokens = 48

  @Option(help: "Preference pairs of a training step.")
  var pairs = 2

  @Option(help: "Rank of the adapters in training.")
  var loraR = 16

  @Flag(help: "Train all weights instead of adapters.")
  var full = false

  @Flag(help: "Vary sizes, to show what grows how.")
  var sweep = false

  @Option(help: "Rows that text encodes and reads; generated ones by default.")
  var data: String?

  @Option(help: "Model directory whose tokenizer text measures.")
  var model: String?

  @Option(help: "Save the figures; of calibrate, the calibration.")
  var save: String?

  @Option(help: "Compare with saved figures.")
  var compare: String?

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard ModelShape.all.contains(where: { $0.name == shape }) else {
      let names = ModelShape.all.map(\.name).joined(separator: ", ")
      throw ValidationError("--shape \(shape) is unknown; accepted: \(names)")
    }
    let sizes = [
      ("--prompt-tokens", promptTokens), ("--completion-tokens", completionTokens),
      ("--pairs", pairs), ("--lora-r", loraR),
    ]
    for (name, value) in sizes where !(1...65_536).contains(value) {
      throw ValidationError("\(name) must be from 1 to 65536, found \(value)")
    }
  }

  func run() throws {
    let group = try ProcessGroups.current()
    let sizes = BenchmarkContext(
      threads: global.threads ?? group.threadsPerRank,
      shape: ModelShape.all.first { $0.name == shape } ?? .tiny,
      promptTokens: promptTokens,
      completionTokens: completionTokens,
      pairs: pairs,
      rank: full ? nil : loraR,
      sweeps: sweep,
      dataFile: data,
      modelDirectory: model
    )
    let options = BenchCommand.Options(
      names: benchmarks,
      sizes: sizes,
      save: save,
      compare: compare
    )
    try BenchCommand.run(options, context: global.context.on(group)).finish()
  }
}

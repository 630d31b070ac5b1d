import RealignDetection
import RealignEvaluation
import RealignModels
import RealignNumerics

/// Responses with gold labels, in the shape that detectors are fitted and qualified on.
struct DetectionData {
  var records: [ResponseRecord]
  /// True = hallucinated, by gold.
  var labels: [Bool]
  /// `model` or the kind of corruption.
  var sources: [String]
  /// The prompt that each record answers; splits keep a prompt's records together.
  var prompts: [Int]

  /// Labels the model's own responses and adds corrupted ones, scored by the same model.
  ///
  /// - Parameters:
  ///   - answers: Responses of the model.
  ///   - samples: Further responses to the same prompts, for self-consistency.
  ///   - corruptor: Makes one wrong response per right one, kinds in turn.
  init(
    _ answers: [Answered],
    samples: [[Answered]],
    corruptor: Corruptor,
    text: TextModel
  ) {
    var all: [(answered: Answered, source: String, samples: [String], prompt: Int)] = []
    for (index, answer) in answers.enumerated() {
      let others = samples[index].map(\.generation.text)
      all.append((answer, "model", others, index))
      let options = corruptor.corruptions(answer.grounded)
      guard !options.isEmpty else { continue }
      let corruption = options[index % options.count]
      let wrong = Responder.judged(answer.grounded, text: corruption.response)
      if wrong.judgement.isHallucinated || corruption.kind == .misattributedCitation
        || corruption.kind == .fabricatedCitation
      {
        all.append((wrong, corruption.kind.rawValue, others, index))
      }
    }
    let states = Self.hiddenStates(
      all.map { ($0.answered.grounded.prompt, $0.answered.generation.text) },
      text: text
    )
    records = zip(all, states).map { item, state in
      var record = item.answered.record(samples: item.samples, hiddenState: state.hidden)
      record.logProbabilities = state.logProbabilities
      record.entropies = state.entropies
      return record
    }
    labels = all.map { $0.answered.judgement.isHallucinated || $0.source != "model" }
    sources = all.map(\.source)
    prompts = all.map(\.prompt)
  }

  private init(
    records: [ResponseRecord],
    labels: [Bool],
    sources: [String],
    prompts: [Int]
  ) {
    self.records = records
    self.labels = labels
    self.sources = sources
    self.prompts = prompts
  }

  /// The records of the prompts that satisfy a condition.
  func filtered(_ keep: (Int) -> Bool) -> DetectionData {
    let indices = records.indices.filter { keep(prompts[$0]) }
    return DetectionData(
      records: indices.map { records[$0] },
      labels: indices.map { labels[$0] },
      sources: indices.map { sources[$0] },
      prompts: indices.map { prompts[$0] }
    )
  }

  /// Final hidden state before the last token, and the probabilities of all tokens.
  static func hiddenStates(
    _ responses: [(prompt: String, response: String)],
    text: TextModel
  ) -> [(hidden: [Float], logProbabilities: [Float], entropies: [Float])] {
    let sequences = responses.map {
      text.sequence(prompt: $0.prompt, completion: $0.response)
    }
    let scores = text.model.score(sequences)
    let activations = Activations(training: false)
    var hidden: [[Float]] = []
    for range in LanguageModel.passes(sequences.map(\.ids.count), rowsPerPass: 4096) {
      var batch = PackedBatch()
      for sequence in sequences[range] { batch.append(sequence) }
      let rows = batch.completionRanges.map { batch.targetRows[$0.upperBound - 1] }
      let states = text.model.hiddenStates(batch, rows: rows, activations: activations)
      hidden += rows.indices.map { states.rows($0..<$0 + 1).values }
    }
    return zip(hidden, scores).map { ($0, $1.logProbabilities, $1.entropies) }
  }
}

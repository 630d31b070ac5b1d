import RealignDetection
import RealignEvaluation
import RealignKnowledge
import RealignModels

/// A question with the response a model gave, parsed and judged by gold.
struct Answered: Sendable {
  let grounded: GroundedQuestion
  let generation: TextGeneration
  let parsed: ParsedResponse
  let judgement: Judgement

  /// The response without surrounding space.
  var response: String { generation.text.trimmingPrefix(" ").description }

  /// exp Σ log p of the response: the model's confidence that it is the answer.
  var confidence: Double {
    exponential(generation.tokens.logProbabilities.reduce(0) { $0 + Double($1) })
  }

  /// What metrics need to know of it.
  var judged: JudgedResponse { JudgedResponse(judgement: judgement, confidence: confidence) }

  /// What the detectors look at.
  func record(samples: [String] = [], hiddenState: [Float] = []) -> ResponseRecord {
    ResponseRecord(
      passages: grounded.passages.map(\.text),
      response: generation.text,
      statements: parsed.statements.map {
        ResponseRecord.Statement(text: $0.text, citations: $0.citations, range: $0.range)
      },
      logProbabilities: generation.tokens.logProbabilities,
      entropies: generation.tokens.entropies,
      samples: samples,
      hiddenState: hiddenState
    )
  }
}

/// Lets a model answer prompts and judges the responses by gold.
struct Responder {
  let text: TextModel
  var maximumNewTokens: Int
  let batchSize: Int

  /// One response per prompt.
  ///
  /// - Parameters:
  ///   - temperature: 0 is greedy.
  ///   - topP: Smallest probability mass kept in sampling.
  ///   - seed: Seed of sampling.
  ///   - firstIndex: Number of the first prompt where they are a part of more; names its draws.
  func answer(
    _ prompts: [GroundedQuestion],
    temperature: Double = 0,
    topP: Double = 1,
    seed: UInt64 = 0,
    firstIndex: Int = 0,
    progress: (Int) -> Void = { _ in }
  ) throws -> [Answered] {
    let results = try text.generate(
      prompts.map(\.prompt),
      options: GenerationOptions(
        maximumNewTokens: maximumNewTokens,
        temperature: temperature,
        topP: topP,
        seed: seed,
        batchSize: batchSize,
        firstIndex: firstIndex
      )
    ) { done in
      progress(done)
      try Interruption.check("while answering")
    }
    return zip(prompts, results).map(Self.judged)
  }

  /// Closed-book answers: the same questions without passages, right if they state the answer.
  func answerClosedBook(_ questions: [Question]) throws -> [Answered] {
    try answer(questions.map { GroundedQuestion(question: $0, passages: [], gold: []) })
  }

  /// `count` sampled responses per prompt.
  ///
  /// - Parameter firstPrompt: Number of the first prompt where they are a part of more.
  func sample(
    _ prompts: [GroundedQuestion],
    count: Int,
    temperature: Double,
    topP: Double = 1,
    seed: UInt64,
    firstPrompt: Int = 0,
    progress: (Int) -> Void = { _ in }
  ) throws -> [[Answered]] {
    let repeated = prompts.flatMap { [GroundedQuestion](repeating: $0, count: count) }
    let all = try answer(
      repeated,
      temperature: temperature,
      topP: topP,
      seed: seed,
      firstIndex: firstPrompt * count,
      progress: progress
    )
    return prompts.indices.map { Array(all[$0 * count..<($0 + 1) * count]) }
  }

  /// A text as if a model had written it, for corruptions and controls.
  static func judged(_ prompt: GroundedQuestion, text: String) -> Answered {
    judged(
      prompt,
      TextGeneration(
        text: text,
        tokens: Generation(ids: [], finishReason: .stop, logProbabilities: [], entropies: [])
      )
    )
  }

  private static func judged(_ prompt: GroundedQuestion, _ result: TextGeneration) -> Answered {
    let parsed = ResponseParser.parse(
      result.text,
      isComplete: result.tokens.finishReason == .stop,
      refusal: prompt.question.refusal
    )
    let gold = GoldAnswer(
      question: prompt.question.text,
      answers: prompt.question.answers,
      statement: prompt.question.statement,
      goldPassages: prompt.gold,
      passageCount: prompt.passages.count,
      goldTexts: prompt.gold.map { prompt.passages[$0 - 1].text }
    )
    return Answered(
      grounded: prompt,
      generation: result,
      parsed: parsed,
      judgement: GoldJudge.judge(parsed, gold: gold)
    )
  }
}

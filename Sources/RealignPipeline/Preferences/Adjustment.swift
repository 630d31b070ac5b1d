import RealignText

/// Factors on the configured hyper-parameters, compounded over the rounds of a run.
struct Adjustment: Equatable {
  var beta = 1.0
  var learningRate = 1.0
  var steps = 1.0

  /// After a round whose KL left its budget.
  func afterDrift() -> Adjustment {
    Adjustment(beta: beta * 1.5, learningRate: learningRate * 0.5, steps: steps)
  }

  /// After a round that did not change enough.
  func afterStall() -> Adjustment {
    Adjustment(beta: beta * 0.8, learningRate: learningRate * 1.5, steps: steps)
  }

  /// After a round that lost capabilities.
  func afterLoss() -> Adjustment {
    Adjustment(beta: beta * 2, learningRate: learningRate * 0.5, steps: steps * 0.7)
  }

  var json: JSONValue {
    [
      "beta": .number(beta), "learning_rate": .number(learningRate), "steps": .number(steps),
    ]
  }
}

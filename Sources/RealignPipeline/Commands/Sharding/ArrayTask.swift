import RealignText

/// The number of a task in an array job, from what its scheduler tells it.
struct ArrayTask {
  let environment: [String: String]

  /// The shard of this task, from 1, and how many there are.
  ///
  /// `SLURM_ARRAY_TASK_ID` goes before `JOB_COMPLETION_INDEX`. Without a count, a whole Slurm array
  /// from 0 or 1 on tells it by `SLURM_ARRAY_TASK_COUNT`; with one, the id is the shard's number,
  /// so that single tasks can be run again. Kubernetes counts from 0 and tells no count.
  ///
  /// - Throws: `InputError` of kind `usage`.
  func shard(of count: Int?) throws -> (number: Int, count: Int) {
    if environment["SLURM_ARRAY_TASK_ID"] != nil {
      let id = try value("SLURM_ARRAY_TASK_ID")
      guard let count else { return try wholeArray(id) }
      return (try checked(id, of: count, "SLURM_ARRAY_TASK_ID", "number the array from 1"), count)
    }
    guard environment["JOB_COMPLETION_INDEX"] != nil else {
      throw InputError(
        .usage,
        "this process is no task of an array",
        field: "--shard",
        found: "auto without SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX",
        hint: "say which shard: --shard i/n"
      )
    }
    guard let count else {
      throw InputError(
        .usage,
        "JOB_COMPLETION_INDEX comes without the number of completions",
        field: "--shard",
        found: "auto",
        expected: "auto/n with n the job's completions"
      )
    }
    let index = try value("JOB_COMPLETION_INDEX")
    let hint = "n is the job's completions"
    return (try checked(index + 1, of: count, "JOB_COMPLETION_INDEX", hint), count)
  }

  private func wholeArray(_ id: Int) throws -> (number: Int, count: Int) {
    let count = try value("SLURM_ARRAY_TASK_COUNT")
    let first = try value("SLURM_ARRAY_TASK_MIN")
    let step = try environment["SLURM_ARRAY_TASK_STEP"] == nil ? 1 : value("SLURM_ARRAY_TASK_STEP")
    let last =
      try environment["SLURM_ARRAY_TASK_MAX"] == nil
      ? first + (count - 1) * step : value("SLURM_ARRAY_TASK_MAX")
    // `--array=3,7` runs two tasks of an earlier array again; it does not divide the work in two.
    guard first <= 1, step > 0, count > 0, last == first + (count - 1) * step,
      id >= first, (id - first) % step == 0, (id - first) / step < count
    else {
      throw InputError(
        .usage,
        "the Slurm array is not a whole one from 0 or 1 on",
        field: "--shard",
        found: "task \(id) of \(count), from \(first) to \(last)",
        hint: "say how many shards there are: --shard auto/n takes the task's id as the number"
      )
    }
    return ((id - first) / step + 1, count)
  }

  private func checked(
    _ number: Int,
    of count: Int,
    _ name: String,
    _ hint: String
  ) throws -> Int {
    guard (1...count).contains(number) else {
      throw InputError(
        .usage,
        "the task has no shard",
        field: name,
        found: environment[name],
        expected: "a task of \(count)",
        hint: hint
      )
    }
    return number
  }

  private func value(_ name: String) throws -> Int {
    guard let value = ShardChoice.whole(environment[name] ?? "") else {
      throw InputError(
        .usage,
        "not a number",
        field: name,
        found: environment[name] ?? "nothing",
        expected: "a whole number from 0",
        hint: "say which shard: --shard i/n"
      )
    }
    return value
  }
}

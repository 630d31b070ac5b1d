import RealignTestSupport
import RealignText
import Testing

@testable import RealignPipeline

@Suite("Which shard")
struct ShardChoiceTests {
  @Test("shards count from 1")
  func numbers() throws {
    #expect(try ShardChoice("1/1") == .number(1, of: 1))
    #expect(try ShardChoice("16/16") == .number(16, of: 16))
    #expect(try ShardChoice("auto") == .environment(of: nil))
    #expect(try ShardChoice("auto/8") == .environment(of: 8))
    #expect(try ShardChoice("any/99999") == .any(of: 99_999))
  }

  @Test(
    "anything else is refused",
    arguments: [
      "0/4", "5/4", "1", "/4", "1/", "1/0", "-1/4", "+1/4", "1/4/2", "1 /4", "a/4", "any", "auto/",
      "any/0", "any/100000", "1/99999999999999999999", "auto/0", "",
    ]
  )
  func refused(text: String) {
    let error = #expect(throws: InputError.self) { _ = try ShardChoice(text) }
    #expect(error?.kind == .usage)
    #expect(error?.field == "--shard")
    #expect(error?.found == text)
  }

  private func slurm(
    _ id: Int,
    count: Int,
    min: Int,
    max: Int? = nil,
    step: Int? = nil
  )
    -> [String: String]
  {
    var environment = [
      "SLURM_ARRAY_TASK_ID": "\(id)", "SLURM_ARRAY_TASK_COUNT": "\(count)",
      "SLURM_ARRAY_TASK_MIN": "\(min)",
    ]
    environment["SLURM_ARRAY_TASK_MAX"] = max.map { "\($0)" }
    environment["SLURM_ARRAY_TASK_STEP"] = step.map { "\($0)" }
    return environment
  }

  private func shard(_ environment: [String: String], of count: Int? = nil) throws -> String {
    let task = try ArrayTask(environment: environment).shard(of: count)
    return "\(task.number)/\(task.count)"
  }

  @Test("a Slurm array from 0 or from 1 on tells shard and number")
  func slurmArrays() throws {
    #expect(try shard(slurm(0, count: 16, min: 0, max: 15)) == "1/16")
    #expect(try shard(slurm(15, count: 16, min: 0, max: 15)) == "16/16")
    #expect(try shard(slurm(1, count: 16, min: 1)) == "1/16")
    #expect(try shard(slurm(16, count: 16, min: 1, max: 16)) == "16/16")
    #expect(try shard(slurm(4, count: 3, min: 0, max: 4, step: 2)) == "3/3")
  }

  @Test("an array of some tasks of another one does not divide the work anew")
  func partialArrays() {
    for environment in [
      slurm(3, count: 2, min: 3, max: 7), slurm(4, count: 1, min: 4, max: 4),
      slurm(1, count: 2, min: 1, max: 7), slurm(0, count: 2, min: 0, max: 7),
      slurm(5, count: 3, min: 1, max: 3),
    ] {
      let error = #expect(throws: InputError.self) { _ = try shard(environment) }
      #expect(error?.kind == .usage)
      #expect(error?.hint?.contains("--shard auto/n") == true)
    }
  }

  @Test("with the number of shards given, the task's id is the shard")
  func slurmWithCount() throws {
    #expect(try shard(slurm(7, count: 2, min: 3, max: 7), of: 16) == "7/16")
    let error = #expect(throws: InputError.self) {
      _ = try shard(slurm(0, count: 16, min: 0), of: 16)
    }
    #expect(error?.hint == "number the array from 1")
    #expect(throws: InputError.self) { _ = try shard(slurm(17, count: 1, min: 17), of: 16) }
  }

  @Test("an indexed Kubernetes job counts from 0 and is told the number")
  func kubernetes() throws {
    #expect(try shard(["JOB_COMPLETION_INDEX": "0"], of: 4) == "1/4")
    #expect(try shard(["JOB_COMPLETION_INDEX": "3"], of: 4) == "4/4")
    #expect(throws: InputError.self) { _ = try shard(["JOB_COMPLETION_INDEX": "4"], of: 4) }
    let error = #expect(throws: InputError.self) { _ = try shard(["JOB_COMPLETION_INDEX": "0"]) }
    #expect(error?.expected == "auto/n with n the job's completions")
  }

  @Test("variables that are no numbers are named")
  func garbage() {
    for (name, value) in [
      ("SLURM_ARRAY_TASK_ID", "x"), ("SLURM_ARRAY_TASK_COUNT", "-3"),
      ("SLURM_ARRAY_TASK_MIN", ""), ("SLURM_ARRAY_TASK_STEP", "1.5"),
      ("SLURM_ARRAY_TASK_MAX", "99999999999999999999"),
    ] {
      var environment = slurm(1, count: 3, min: 1)
      environment[name] = value
      let error = #expect(throws: InputError.self) { _ = try shard(environment) }
      #expect(error?.field == name)
    }
    let error = #expect(throws: InputError.self) { _ = try shard([:]) }
    #expect(error?.hint == "say which shard: --shard i/n")
  }

  @Test("a plan with shares says how many shards there are")
  func planned() throws {
    let request = try ShardRequest(
      ShardOptions(shard: "auto", weights: "3,1"),
      output: "o",
      environment: ["JOB_COMPLETION_INDEX": "1"]
    )
    #expect(request.mode == .one(number: 2, count: 2))
    #expect(request.weights == [3, 1])
    // A whole Slurm array from 0 on is divided as the plan says.
    let slurm = try ShardRequest(
      ShardOptions(shard: "auto", weights: "3,1"),
      output: "o",
      environment: slurm(0, count: 2, min: 0, max: 1)
    )
    #expect(slurm.mode == .one(number: 1, count: 2))
    #expect(throws: InputError.self) {
      _ = try ShardRequest(
        ShardOptions(shard: "auto", weights: "3,1"),
        output: "o",
        environment: self.slurm(0, count: 3, min: 0, max: 2)
      )
    }
  }

  @Test(
    "weights are numbers of at least 0",
    arguments: ["", "1,", "a", "1,-2", "0,0", "nan", "inf,1", "1;2", "0x10"]
  )
  func weights(text: String) throws {
    let error = #expect(throws: InputError.self) { _ = try ShardWeights.parse(text) }
    #expect(error?.field == "--weights")
    #expect(try ShardWeights.parse("3.86,0.76,0") == [3.86, 0.76, 0])
  }

  @Test("a plan that has no shares is named with its field")
  func plans() throws {
    let folder = try TemporaryFolder()
    for (text, field) in [
      ("{}", "shares"), ("{\"shares\":[]}", "shares"), ("{\"shares\":{}}", "shares"),
      ("{\"shares\":[{\"share\":1},{\"node\":\"b\"}]}", "shares[1].share"),
      ("{\"shares\":[{\"share\":-1}]}", "shares[0].share"),
      ("{\"shares\":[{\"share\":0}]}", "shares"),
      ("{\"mode\":\"infeasible\",\"shares\":[{\"share\":1}]}", "mode"),
    ] {
      let file = try folder.write(text, to: "plan.json")
      let error = #expect(throws: InputError.self) { _ = try ShardWeights.read(plan: file) }
      #expect(error?.kind == .badData)
      #expect(error?.field == field)
      #expect(error?.file == file)
    }
    #expect(throws: InputError.self) { _ = try ShardWeights.read(plan: folder.path + "/absent") }
  }

  @Test("names of shards sort in the order of their numbers and lie beside the output")
  func names() {
    #expect(
      ShardName.path("a/scores.jsonl", number: 3, of: 16)
        == "a/scores.shard-00003-of-00016.jsonl"
    )
    #expect(ShardName.path("scores", number: 1, of: 1) == "scores.shard-00001-of-00001.jsonl")
    #expect(ShardName.base("d/evaluation.json") == "d/evaluation")
  }
}

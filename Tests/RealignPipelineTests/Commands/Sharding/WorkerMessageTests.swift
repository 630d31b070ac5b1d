import RealignText
import Testing

@testable import RealignPipeline

@Suite("What workers say")
struct WorkerMessageTests {
  @Test("messages are read back, and nothing else is one")
  func roundTrip() {
    let messages: [WorkerMessage] = [
      .input(rows: 12), .done(rows: 0), .speed(rowsPerSecond: 3.5, blocks: 7),
      .speed(rowsPerSecond: nil, blocks: 0),
    ]
    for message in messages {
      #expect(WorkerMessage(line: message.json.serialized()) == message)
    }
    for line in ["", "{}", "[1]", "text", "{\"done_rows\":\"3\"}", "{\"blocks\":-1}"] {
      #expect(WorkerMessage(line: line) == nil)
    }
  }

  @Test("rows of later tasks come on top of those of earlier ones; warnings go on")
  func progress() {
    let output = CollectedOutput()
    let next = RecordedProgress()
    let progress = WorkerProgress(output: output, next: next)
    for rows in [3, 5] {
      progress.begin("shard", total: rows, unit: "rows")
      for row in 1...rows { progress.update(row, "") }
      progress.end("done")
    }
    progress.note("not shown")
    progress.warn("shown")
    #expect(output.rows.last == ["done_rows": 8])
    // Five a second at most, and one at each end.
    #expect(output.rows.count <= 4)
    #expect(next.notes.isEmpty)
    #expect(next.warnings == ["shown"])
  }

  @Test("a command to be divided has a name, an output and no division of its own")
  func commands() throws {
    let score = try SplitCommand(["score", "--model", "m", "--output", "a.jsonl"])
    #expect((score.name, score.output) == ("score", "a.jsonl"))
    let evaluate = try SplitCommand(["evaluate", "--output=d"])
    #expect(evaluate.output == "d/evaluation.json")
    for arguments in [
      [], ["train", "--output", "x"], ["score", "--model", "m"], ["score", "--output"],
      ["score", "--output", "x", "--shard", "1/2"], ["score", "--output", "x", "--weights=1"],
      ["score", "--output", "x", "--plan", "p"],
    ] {
      let error = #expect(throws: InputError.self) { _ = try SplitCommand(arguments) }
      #expect(error?.kind == .usage)
    }
  }

  @Test("endings that come from the input are final, others are worth another start")
  func endings() {
    #expect([64, 65, 66, 78].allSatisfy { WorkerProcess.Ending.code($0).isFinal })
    #expect([1, 69, 70, 73, 74, 75, 200].allSatisfy { !WorkerProcess.Ending.code($0).isFinal })
    #expect(!WorkerProcess.Ending.signal(9).isFinal)
    #expect(WorkerProcess.Ending.signal(9).status == .failure)
    #expect(WorkerProcess.Ending.code(74).status == .inputOutput)
    #expect(WorkerProcess.Ending.code(200).status == .failure)
    #expect(WorkerProcess.Ending.signal(9).text == "signal 9")
  }
}

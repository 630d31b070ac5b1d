import Foundation
import RealignText

/// `realign init`: templates to start from.
public enum InitCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// Where the templates go.
    public var directory: String

    /// The options of one call.
    public init(directory: String) { self.directory = directory }
  }

  /// Writes `config.yaml`, `CHECKLIST.md` and one example row per kind of data; files that are
  /// there already are left alone and named.
  ///
  /// - Throws: `InputError` of kind `cannotCreate` or `io`.
  public static func run(_ options: Options, context: CommandContext) throws {
    let manager = FileManager.default
    var written: [String] = []
    for (name, text) in files {
      let path = options.directory + "/" + name
      guard !manager.fileExists(atPath: path) else {
        context.progress.warn("\(path) is there already and is left alone")
        continue
      }
      let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
      do {
        try manager.createDirectory(
          atPath: String(folder),
          withIntermediateDirectories: true
        )
      } catch {
        throw InputError(.cannotCreate, "cannot create the directory", file: String(folder))
      }
      try AtomicFile.write(text, to: path)
      written.append(path)
      context.progress.note("wrote \(path)")
    }
    if context.isJSON {
      try context.output.row(["files": .array(written.map { .string($0) })])
    }
  }

  /// Every template: name and text.
  static var files: [(name: String, text: String)] {
    [
      ("config.yaml", RunConfiguration().template()),
      ("CHECKLIST.md", checklist),
      (
        "data/documents.jsonl",
        """
        {"id":"doc-1","title":"Arne Lund","text":"Arne Lund is a cellist. He was born in Oslo."}

        """
      ),
      (
        "data/questions.jsonl",
        """
        {"id":"q-1","question":"Where was Arne Lund born?","answers":["Oslo"],\
        "answerable":true,"sources":["doc-1"],"group":"Arne Lund"}

        """
      ),
      (
        "data/claims.jsonl",
        """
        {"claim":"Arne Lund was born in Oslo.","source":"doc-1","factual":true,\
        "citation":"[1]"}

        """
      ),
      (
        "data/instructions.jsonl",
        """
        {"prompt":"Where was Arne Lund born?","completion":"Arne Lund was born in Oslo. [1]"}

        """
      ),
    ]
  }

  private static let checklist = """
    # Before a run

    - [ ] Documents contain what answerable questions ask for; unanswerable ones are marked.
    - [ ] Every question has a `group` (its subject): splits keep groups apart.
    - [ ] No subject of a test question occurs in any training row.
    - [ ] At least 150 test questions, or gates will say INSUFFICIENT.
    - [ ] The licences of model and data allow what you will do with the result.

    # After a run

    - [ ] `gates.json`: every gate PASS, none NOT MEASURED.
    - [ ] `report.html`: read twenty fixed and twenty broken answers.
    - [ ] Over-refusal and over-hedging are not the price of a low hallucination rate.
    - [ ] Capability retention: no benchmark fell by more than 5 %.
    - [ ] `manifest.json` is kept with the model.

    """
}

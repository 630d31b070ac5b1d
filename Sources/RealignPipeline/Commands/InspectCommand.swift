import Foundation
import RealignModels
import RealignNumerics
import RealignText

/// `realign inspect`: what a model, an adapter, a run or a data file is.
public enum InspectCommand {
  /// What the command is told.
  public struct Options: Sendable {
    /// Model directory or name, adapter directory, run directory or JSON Lines file.
    public var target: String
    /// Model whose tokens are shown for the rows of a data file.
    public var model: String?
    /// Rows shown of a data file.
    public var rows: Int

    /// The options of one call.
    public init(target: String, model: String?, rows: Int) {
      self.target = target
      self.model = model
      self.rows = rows
    }
  }

  /// What was found: one object, and the same as lines for people.
  struct Description {
    var json: JSONValue
    var lines: [String]
  }

  /// Prints what the target is; with `--json` as one object.
  ///
  /// - Throws: `InputError` when the target is absent, unknown or malformed.
  public static func run(_ options: Options, context: CommandContext) throws {
    let description = try describe(options, context: context)
    if context.isJSON {
      try context.output.row(description.json)
    } else {
      for line in description.lines { try context.output.text(line) }
    }
  }

  private static func describe(
    _ options: Options,
    context: CommandContext
  ) throws -> Description {
    var isFolder: ObjCBool = false
    let path = options.target
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
      return try data(options, context: context)
    }
    let folder = try ModelReference.resolve(path, environment: context.environment)
    func has(_ name: String) -> Bool {
      FileManager.default.fileExists(atPath: folder + "/" + name)
    }
    if has("adapter_config.json") { return try adapter(folder) }
    if has(ModelDirectory.configurationName) { return try model(folder) }
    if has("stages") || has("gates.json") { return try RunSummary(folder).description }
    throw InputError(
      .badData,
      "the directory is neither model nor adapter nor run",
      file: folder,
      found: OutputDirectory.names(folder).prefix(5).joined(separator: ", "),
      expected: "config.json, adapter_config.json or gates.json in it"
    )
  }

  /// Names and values one below the other, the values in one column.
  static func table(_ rows: [(name: String, value: String)]) -> [String] {
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { row in
      row.name + String(repeating: " ", count: width - row.name.count + 2) + row.value
    }
  }
}

extension InspectCommand {
  /// Where a parameter belongs, for counting.
  private static func part(_ name: String) -> String {
    if name.contains("embed_tokens") { return "embedding" }
    if name.contains("self_attn") { return "attention" }
    if name.contains("mlp") { return "feed_forward" }
    if name.contains("norm") { return "norms" }
    return "head"
  }

  private static func parameterGroups(
    _ layout: ParameterLayout
  ) -> [(name: String, count: Int)] {
    ["embedding", "attention", "feed_forward", "norms", "head"].compactMap { group in
      let count = layout.entries.reduce(0) { $0 + (part($1.name) == group ? $1.range.count : 0) }
      return count > 0 ? (group, count) : nil
    }
  }

  static func model(_ folder: String) throws -> Description {
    let configuration = try ModelDirectory.loadConfiguration(folder)
    guard
      let architecture = Architectures.all.first(where: {
        $0.modelType == configuration.modelType
      })
    else {
      throw InputError(.badData, "unsupported architecture", file: folder)
    }
    let layout = architecture.layout(configuration)
    let groups = parameterGroups(layout)
    var lines = table([
      ("model", folder),
      ("type", "\(configuration.modelType): \(architecture.summary)"),
      ("layers", "\(configuration.layerCount)"),
      ("hidden size", "\(configuration.hiddenSize)"),
      ("feed-forward size", "\(configuration.intermediateSize)"),
      (
        "heads",
        "\(configuration.headCount) of \(configuration.headDimension), "
          + "\(configuration.keyValueHeadCount) for keys and values"
      ),
      ("vocabulary", Count.grouped(configuration.vocabularySize)),
      ("positions", Count.grouped(configuration.maximumPositions)),
      ("tied embeddings", configuration.tiesEmbeddings ? "yes" : "no"),
      ("parameters", Count.grouped(layout.count)),
    ])
    lines += table(groups.map { ("  " + $0.name, Count.grouped($0.count)) })
    var object = JSONObject([
      "kind": "model", "path": .string(folder), "configuration": configuration.json,
      "parameters": [
        "total": .integer(layout.count),
        "groups": .object(
          JSONObject(pairs: groups.map { (key: $0.name, value: .integer($0.count)) })
        ),
      ],
    ])
    let weights = folder + "/" + ModelDirectory.weightsName
    if FileManager.default.fileExists(atPath: weights) {
      let types = Set(try SafeTensorsFile(path: weights).entries.map(\.type.rawValue)).sorted()
      lines += table([("stored as", types.joined(separator: ", "))])
      object["stored_as"] = .array(types.map { .string($0) })
    }
    if FileManager.default.fileExists(atPath: folder + "/" + BytePairTokenizer.fileName) {
      let tokenizer = try describe(TokenizerLoader.load(directory: folder))
      lines += tokenizer.lines
      object["tokenizer"] = tokenizer.json
    } else {
      lines.append("tokenizer: none")
      object["tokenizer"] = .null
    }
    return Description(json: .object(object), lines: lines)
  }

  private static func describe(_ tokenizer: any Tokenizer) -> Description {
    let special = tokenizer.addedTokens.filter(\.isSpecial)
    let plain = tokenizer.addedTokens.filter { !$0.isSpecial }
    func spelled(_ id: Int32?) -> String {
      id.map { "\(tokenizer.token($0) ?? "?") (\($0))" } ?? "none"
    }
    func listed(_ tokens: [AddedToken]) -> String {
      let shown = tokens.prefix(8).map(\.content).joined(separator: " ")
      let rest = tokens.count - min(8, tokens.count)
      return tokens.isEmpty ? "none" : shown + (rest > 0 ? " and \(rest) more" : "")
    }
    let hasTemplate = tokenizer.extraConfiguration["chat_template"].map { !$0.isNull } ?? false
    func id(_ value: Int32?) -> JSONValue { value.map { .integer($0) } ?? .null }
    return Description(
      json: [
        "vocabulary_size": .integer(tokenizer.vocabularySize),
        "merges": .integer(tokenizer.mergeCount),
        "end_of_text": id(tokenizer.endOfText), "begin_of_text": id(tokenizer.beginOfText),
        "padding": id(tokenizer.padding),
        "special_tokens": .array(special.map { .string($0.content) }),
        "added_tokens": .array(plain.map { .string($0.content) }),
        "has_chat_template": .bool(hasTemplate),
      ],
      lines: table([
        (
          "tokenizer",
          "\(Count.grouped(tokenizer.vocabularySize)) tokens, "
            + "\(Count.grouped(tokenizer.mergeCount)) merges"
        ),
        ("end of text", spelled(tokenizer.endOfText)),
        ("begin of text", spelled(tokenizer.beginOfText)),
        ("padding", spelled(tokenizer.padding)), ("special tokens", listed(special)),
        ("added tokens", listed(plain)), ("chat template", hasTemplate ? "yes" : "no"),
      ])
    )
  }

  static func adapter(_ folder: String) throws -> Description {
    let path = folder + "/adapter_config.json"
    guard let json = try JSONValue.parse(InputFile.bytes(path), file: path).objectValue else {
      throw InputError(.badData, "adapter_config.json is not an object", file: path)
    }
    let file = try SafeTensorsFile(path: folder + "/adapter_model.safetensors")
    let count = file.entries.reduce(0) { $0 + $1.shape.reduce(1, *) }
    func listed(_ name: String) -> String {
      json[name]?.arrayValue?.compactMap(\.stringValue).joined(separator: ", ")
        ?? json[name]?.stringValue ?? "none"
    }
    func value(_ name: String) -> JSONValue { json[name] ?? .null }
    func shown(_ name: String) -> String {
      value(name).stringValue ?? value(name).serialized()
    }
    return Description(
      json: [
        "kind": "adapter", "path": .string(folder), "peft_type": value("peft_type"),
        "base_model": value("base_model_name_or_path"), "r": value("r"),
        "lora_alpha": value("lora_alpha"), "lora_dropout": value("lora_dropout"),
        "use_rslora": value("use_rslora"), "use_dora": value("use_dora"),
        "target_modules": value("target_modules"), "modules_to_save": value("modules_to_save"),
        "tensors": .integer(file.entries.count), "parameters": .integer(count),
      ],
      lines: table([
        ("adapter", folder), ("type", shown("peft_type")),
        ("base model", shown("base_model_name_or_path")), ("rank", shown("r")),
        ("alpha", shown("lora_alpha")), ("dropout", shown("lora_dropout")),
        ("rank-stabilised", shown("use_rslora")), ("DoRA", shown("use_dora")),
        ("targets", listed("target_modules")), ("full copies", listed("modules_to_save")),
        ("parameters", "\(Count.grouped(count)) in \(file.entries.count) tensors"),
      ])
    )
  }
}

import Foundation

/// The chat templates of a model's folder, with the special tokens that they may print.
public struct ChatTemplates: Sendable {
  /// A template and the name that it is chosen by.
  public struct Named: Sendable {
    /// The name: `default`, `tool_use` or another.
    public let name: String
    /// The template.
    public let template: ChatTemplate
  }

  /// The templates, by name.
  public let templates: [Named]
  /// The variables `bos_token`, `eos_token` and so on, as far as the model has them.
  public let specialTokens: JSONObject

  private static let tokenNames = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]
  private static let templateFolders = ["additional_chat_templates", "chat_templates"]

  /// The templates of a folder, or `nil` if it has none.
  ///
  /// `chat_template.jinja` and the `*.jinja` files of `additional_chat_templates` (or
  /// `chat_templates`) come before `chat_template` in `tokenizer_config.json`, which is a template
  /// or a list of objects with `name` and `template`.
  ///
  /// - Throws: `InputError` for files that cannot be read and templates that cannot be parsed.
  public static func load(folder: String) throws -> ChatTemplates? {
    let config = try object(folder + "/tokenizer_config.json")
    let map = try object(folder + "/special_tokens_map.json")
    var templates = try filed(folder)
    if templates.isEmpty {
      templates = try configured(config, file: folder + "/tokenizer_config.json")
    }
    guard !templates.isEmpty else { return nil }
    var tokens: JSONObject = [:]
    for name in tokenNames {
      let value = config[name] ?? map[name]
      if let text = value?.stringValue ?? value?["content"]?.stringValue {
        tokens[name] = .string(text)
      }
    }
    return ChatTemplates(templates: templates, specialTokens: tokens)
  }

  /// The template of a name.
  public func template(named name: String) -> ChatTemplate? {
    templates.first { $0.name == name }?.template
  }

  /// The template for a conversation: the only one, or `tool_use` where there are tools, or
  /// `default`.
  ///
  /// - Throws: `InputError` when there are several and none has those names.
  public func template(hasTools: Bool) throws -> ChatTemplate {
    if hasTools, let template = template(named: "tool_use") { return template }
    if let template = template(named: "default") { return template }
    if templates.count == 1 { return templates[0].template }
    throw InputError(
      .badData,
      "the model has several chat templates and no default",
      found: templates.map(\.name).joined(separator: ", "),
      expected: "one named default",
      hint: "choose a template by its name"
    )
  }

  private static func object(_ path: String) throws -> JSONObject {
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    let value = try JSONValue.parse(InputFile.text(path), file: path)
    guard let object = value.objectValue else {
      throw InputError(
        .badData,
        "the file is no JSON object",
        file: path,
        found: value.kindName,
        expected: "an object"
      )
    }
    return object
  }

  private static func filed(_ folder: String) throws -> [Named] {
    let main = folder + "/chat_template.jinja"
    var result: [Named] = []
    if FileManager.default.fileExists(atPath: main) {
      result.append(Named(name: "default", template: try read(main)))
    }
    for name in templateFolders {
      let path = folder + "/" + name
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        isFolder.boolValue
      else { continue }
      for file in try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      where file.hasSuffix(".jinja") {
        let name = String(file.dropLast(".jinja".count))
        guard !result.contains(where: { $0.name == name }) else { continue }
        result.append(Named(name: name, template: try read(path + "/" + file)))
      }
    }
    return result
  }

  private static func read(_ path: String) throws -> ChatTemplate {
    try ChatTemplate(InputFile.text(path), file: path)
  }

  private static func configured(_ config: JSONObject, file: String) throws -> [Named] {
    switch config["chat_template"] {
    case nil, .some(.null): return []
    case .some(.string(let source)): return [try named("default", source, file)]
    case .some(.array(let items)):
      return try items.map { item in
        guard let name = item["name"]?.stringValue, let source = item["template"]?.stringValue
        else { throw wrongField(file, item) }
        return try named(name, source, file)
      }
    case .some(.object(let object)):
      return try object.pairs.map { name, value in
        guard let source = value.stringValue else { throw wrongField(file, value) }
        return try named(name, source, file)
      }
    case .some(let value): throw wrongField(file, value)
    }
  }

  /// A template inside a JSON file; its lines are not lines of that file.
  private static func named(_ name: String, _ source: String, _ file: String) throws -> Named {
    Named(
      name: name,
      template: try ChatTemplate(source, file: file + " (chat_template " + name + ")")
    )
  }

  private static func wrongField(_ file: String, _ value: JSONValue) -> InputError {
    InputError(
      .badData,
      "the chat template is of the wrong kind",
      file: file,
      field: "chat_template",
      found: value.kindName,
      expected: "a string, or a list of objects with `name` and `template`"
    )
  }
}

import Foundation
import RealignText

/// What the files of sentence-transformers say about a model; its defaults where there are none.
struct SentenceModules: Sendable, Equatable {
  /// Where the encoder lies, relative to the model's directory; empty for the directory itself.
  var path = ""
  var pooling = EncoderPooling.mean
  var normalizes = true
  /// Most tokens of a text, special tokens included.
  var maximumLength: Int?
  /// Whether texts are put in lower case whatever the tokenizer does.
  var lowercases = false
  /// What is put before every text.
  var prefix = ""

  /// Reads `modules.json` and what it names.
  ///
  /// - Throws: `InputError` of kind `badData` naming a module or a setting that is not supported.
  init(_ directory: String) throws {
    let list = directory + "/modules.json"
    guard FileManager.default.fileExists(atPath: list) else { return }
    let modules = try Self.modules(list)
    let kinds = modules.map(\.kind)
    guard kinds == ["Transformer", "Pooling"] || kinds == ["Transformer", "Pooling", "Normalize"]
    else {
      throw InputError(
        .badData,
        "unsupported modules",
        file: list,
        field: "type",
        found: kinds.joined(separator: ", "),
        expected: "Transformer, Pooling and maybe Normalize"
      )
    }
    path = modules[0].path
    normalizes = kinds.count == 3
    let folder = path.isEmpty ? directory : directory + "/" + path
    if let reader = try Self.reader(folder + "/sentence_bert_config.json") {
      maximumLength = try reader.optionalSize("max_seq_length")
      lowercases = try reader.flag("do_lower_case", default: false)
    }
    if let reader = try Self.reader(directory + "/config_sentence_transformers.json") {
      prefix = try Self.defaultPrompt(reader)
    }
    let file = directory + "/" + modules[1].path + "/config.json"
    guard let reader = try Self.reader(file) else { return }
    pooling = try Self.pooling(reader)
    if !prefix.isEmpty { try reader.require("include_prompt", is: true) }
  }

  /// The modules in order: the last part of the type's name, and the folder.
  private static func modules(_ file: String) throws -> [(kind: String, path: String)] {
    let value = try JSONValue.parse(InputFile.bytes(file), file: file)
    guard let items = value.arrayValue else {
      throw InputError(.badData, "not a list", file: file, found: value.kindName)
    }
    return try items.enumerated().map { index, item in
      guard let type = item["type"]?.stringValue, let path = item["path"]?.stringValue,
        !path.hasPrefix("/"), !path.split(separator: "/").contains("..")
      else {
        throw InputError(
          .badData,
          "not a module",
          file: file,
          field: "[\(index)]",
          found: item.serialized(),
          expected: "a type and a folder of the model"
        )
      }
      return (type.split(separator: ".").last.map(String.init) ?? "", path)
    }
  }

  /// A file's content; nil where there is none.
  private static func reader(_ file: String) throws -> ConfigurationReader? {
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let value = try JSONValue.parse(InputFile.bytes(file), file: file)
    guard let object = value.objectValue else {
      throw InputError(.badData, "not an object", file: file, found: value.kindName)
    }
    return ConfigurationReader(json: object, file: file)
  }

  /// The names that versions before 6 gave to kinds of pooling, in their order.
  private static let flags = [
    ("pooling_mode_cls_token", "cls"), ("pooling_mode_max_tokens", "max"),
    ("pooling_mode_mean_tokens", "mean"),
    ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
    ("pooling_mode_weightedmean_tokens", "weightedmean"),
    ("pooling_mode_lasttoken", "lasttoken"),
  ]

  private static func pooling(_ reader: ConfigurationReader) throws -> EncoderPooling {
    var field = "pooling_mode"
    var names: [String]
    if let list = reader.json[field]?.arrayValue {
      names = list.compactMap(\.stringValue)
    } else if let name = try reader.optionalString(field) {
      names = [name]
    } else {
      let set = try flags.filter { try reader.flag($0.0, default: false) }
      field = set.first?.0 ?? field
      names = set.isEmpty ? ["mean"] : set.map(\.1)
    }
    guard names.count == 1, let pooling = EncoderPooling(rawValue: names[0]) else {
      throw reader.error(
        field,
        found: names.joined(separator: " and "),
        expected: "one of " + EncoderPooling.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    return pooling
  }

  private static func defaultPrompt(_ reader: ConfigurationReader) throws -> String {
    guard let name = try reader.optionalString("default_prompt_name") else { return "" }
    guard let prompt = reader.json["prompts"]?[name]?.stringValue else {
      throw reader.error("default_prompt_name", found: name, expected: "a key of prompts")
    }
    return prompt
  }
}

import RealignText

/// What a row gives a chat template beside its messages, in TRL's fields.
public struct TemplateInputs: Sendable, Equatable {
  /// JSON schemas of the tools that the model may call: a list, or `null`.
  public var tools: JSONValue
  /// Documents to answer from: a list, or `null`.
  public var documents: JSONValue
  /// Variables of the template, from `chat_template_kwargs`.
  public var variables: JSONObject

  /// Inputs; nothing by default.
  public init(
    tools: JSONValue = .null,
    documents: JSONValue = .null,
    variables: JSONObject = [:]
  ) {
    self.tools = tools
    self.documents = documents
    self.variables = variables
  }

  /// Reads `tools` (a list, or one as a JSON string), `documents` and `chat_template_kwargs`.
  ///
  /// - Throws: `InputError` of kind `badData`.
  init(_ reader: FieldReader) throws {
    tools = try Self.list("tools", reader)
    documents = try Self.list("documents", reader)
    variables = [:]
    if let value = reader.value("chat_template_kwargs") {
      guard let object = value.objectValue else {
        throw reader.wrongType("chat_template_kwargs", value, "an object")
      }
      variables = object
    }
  }

  private static func list(_ field: String, _ reader: FieldReader) throws -> JSONValue {
    guard var value = reader.value(field) else { return .null }
    // Columns of tables cannot hold schemas of many shapes, so they are often stored as text.
    if let text = value.stringValue, let parsed = try? JSONValue.parse(text) { value = parsed }
    guard value.arrayValue != nil else { throw reader.wrongType(field, value, "a list") }
    return value
  }

  /// A row that is written to a file, with these fields.
  func added(to object: JSONObject) -> JSONValue {
    var object = object
    if !tools.isNull { object["tools"] = tools }
    if !documents.isNull { object["documents"] = documents }
    if !variables.isEmpty { object["chat_template_kwargs"] = .object(variables) }
    return .object(object)
  }
}

/// A chat template: the Jinja program that comes with a model and turns a conversation into the
/// text that the model was trained on.
///
/// It runs the part of Jinja that chat templates use, with the settings that Hugging Face
/// transformers gives it. A template is not trusted: it sees values and the functions listed in the
/// interpreter and nothing else, and it runs within limits.
public struct ChatTemplate: Sendable {
  /// The template itself.
  public let source: String
  /// The file that it comes from, for error messages.
  public let file: String?
  private let body: [TemplateStatement]

  /// Parses a template.
  ///
  /// - Throws: `InputError` with the line of a syntax error, what was found and what is accepted.
  public init(_ source: String, file: String? = nil) throws {
    self.source = source
    self.file = file
    var parser = try TemplateParser(source, file: file)
    body = try parser.parse()
  }

  /// The text of a conversation.
  ///
  /// - Parameters:
  ///   - addGenerationPrompt: Whether to end with what begins an answer of the assistant.
  ///   - variables: What else the template can read, such as `bos_token` and `enable_thinking`;
  ///     their texts count as the template's own.
  ///   - date: The date for templates that print one; without it those throw.
  ///   - limits: What the template may use.
  /// - Throws: `InputError` with the template's line when the template refuses the conversation,
  ///   uses what is not there, or exceeds a limit.
  public func render(
    _ conversation: ChatConversation,
    addGenerationPrompt: Bool = false,
    variables: JSONObject = [:],
    date: ChatDate? = nil,
    limits: ChatTemplateLimits = ChatTemplateLimits()
  ) throws -> RenderedChat {
    let interpreter = TemplateInterpreter(limits: limits, date: date)
    do {
      let scope = TemplateScope(in: nil)
      for (name, value) in try conversation.variables() { scope.set(name, value) }
      scope.set("add_generation_prompt", .bool(addGenerationPrompt))
      for (name, value) in variables.pairs {
        scope.set(name, try TemplateValue(value, isTrusted: true))
      }
      return RenderedChat(try interpreter.run(body, scope))
    } catch var error as InputError {
      if error.file == nil { error.file = file }
      if error.line == nil, interpreter.line > 0 { error.line = interpreter.line }
      throw error
    }
  }
}

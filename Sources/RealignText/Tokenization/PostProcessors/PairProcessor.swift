/// `BertProcessing` and `RobertaProcessing`: one token before the text and one after.
///
/// A second text follows with a token after it, of type 1; RoBERTa has one before it as well, and
/// no types.
struct PairProcessor: PostProcessor {
  let frame: TextFrame
  let templates: TextTemplates?

  init(_ settings: ComponentSettings) throws {
    func id(_ key: String) throws -> Int32 {
      // A pair of token and id.
      let items = settings.object[key]?.arrayValue
      return try settings.file.id(items?.count == 2 ? items?[1] : nil, settings.path(key))
    }
    let separator = try id("sep")
    frame = TextFrame(prefix: [try id("cls")], suffix: [separator])
    let isRoberta = settings.object["type"]?.stringValue == "RobertaProcessing"
    let type: Int32 = isRoberta ? 0 : 1
    let second: [TextTemplate.Piece] = [
      .init(content: .tokens(isRoberta ? [separator] : []), type: type),
      .init(content: .text(1), type: type), .init(content: .tokens([separator]), type: type),
    ]
    let single = frame.template
    templates = TextTemplates(
      single: single,
      pair: TextTemplate(pieces: single.pieces + second)
    )
  }
}

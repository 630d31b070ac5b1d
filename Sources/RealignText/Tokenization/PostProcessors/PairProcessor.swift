/// `BertProcessing` and `RobertaProcessing`: one token before the text and one after.
struct PairProcessor: PostProcessor {
  let frame: TextFrame

  init(_ settings: ComponentSettings) throws {
    func id(_ key: String) throws -> Int32 {
      // A pair of token and id.
      let items = settings.object[key]?.arrayValue
      return try settings.file.id(items?.count == 2 ? items?[1] : nil, settings.path(key))
    }
    frame = TextFrame(prefix: [try id("cls")], suffix: [try id("sep")])
  }
}

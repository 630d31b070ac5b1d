import RealignTestSupport
import Testing

@testable import RealignText

/// The ids and types were checked against Hugging Face tokenizers 0.23.
struct ComposedTokenizerPairsTests {
  /// A tokenizer of single letters with a post-processor.
  private func tokenizer(_ postProcessor: String) throws -> ComposedTokenizer {
    var root = ComposedTokenizerLoadingTests.root()
    root["model"] = [
      "type": "WordPiece", "unk_token": "?", "continuing_subword_prefix": "",
      "max_input_chars_per_word": 100,
      "vocab": ["a": 0, "b": 1, "c": 2, "?": 3, "[": 4, "]": 5],
    ]
    root["post_processor"] = try JSONValue.parse(postProcessor)
    return try ComposedTokenizerLoadingTests.load(root)
  }

  private let bert = #"{"type":"BertProcessing","cls":["[",4],"sep":["]",5]}"#
  private let roberta =
    #"{"type":"RobertaProcessing","cls":["[",4],"sep":["]",5],"trim_offsets":true}"#

  @Test func `BERT's second text has type 1 and RoBERTa's a separator of its own`() throws {
    let first = try #require(try tokenizer(bert).encodePair("ab", "c"))
    #expect(first.ids == [4, 0, 1, 5, 2, 5])
    #expect(first.types == [0, 0, 0, 0, 1, 1])
    let second = try #require(try tokenizer(roberta).encodePair("ab", "c"))
    #expect(second.ids == [4, 0, 1, 5, 5, 2, 5])
    #expect(second.types == [0, 0, 0, 0, 0, 0, 0])
  }

  @Test func `a template's order and types are kept`() throws {
    let reader = try tokenizer(
      """
      {"type":"TemplateProcessing","special_tokens":{"X":{"id":"X","ids":[4,5],"tokens":["[","]"]}},
      "single":[{"Sequence":{"id":"A","type_id":2}},{"SpecialToken":{"id":"X","type_id":3}}],
      "pair":[{"Sequence":{"id":"B","type_id":1}},{"SpecialToken":{"id":"X","type_id":0}},
      {"Sequence":{"id":"A","type_id":0}}]}
      """
    )
    #expect(reader.encodeTyped("ab") == TypedTokens(ids: [0, 1, 4, 5], types: [2, 2, 3, 3]))
    #expect(
      reader.encodePair("ab", "c") == TypedTokens(ids: [2, 4, 5, 0, 1], types: [1, 0, 0, 0, 0])
    )
  }

  @Test func `two texts follow each other where nothing is put around them`() throws {
    let pair = try #require(try tokenizer("null").encodePair("ab", "c"))
    #expect(pair == TypedTokens(ids: [0, 1, 2], types: [0, 0, 1]))
  }

  @Test(arguments: [
    #"{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A"}}]}"#,
    #"{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A"}}],"pair":[{"Sequence":{"id":"A"}}]}"#,
    #"{"type":"Sequence","processors":[{"type":"BertProcessing","cls":["[",4],"sep":["]",5]},{"type":"BertProcessing","cls":["[",4],"sep":["]",5]}]}"#,
  ])
  func `there is no pair where the file does not say how`(postProcessor: String) throws {
    #expect(try tokenizer(postProcessor).encodePair("a", "b") == nil)
  }

  @Test func `the longer text is cut first, then both, and what is cut is counted`() throws {
    let reader = try tokenizer(bert)
    #expect(reader.encodePair("abca", "abca", maximumLength: 11)?.removedCount == 0)
    let both = try #require(reader.encodePair("abca", "abca", maximumLength: 10))
    #expect(both.ids == [4, 0, 1, 2, 5, 0, 1, 2, 0, 5])
    #expect(both.removedCount == 1)
    let pair = try #require(reader.encodePair("aaaaaaaaa", "bb", maximumLength: 10))
    #expect(pair.ids == [4, 0, 0, 0, 0, 0, 5, 1, 1, 5])
    #expect(pair.removedCount == 4)
    let single = reader.encodeTyped("abc", maximumLength: 4)
    #expect(single.ids == [4, 0, 1, 5] && single.removedCount == 1)
    #expect(reader.encodeTyped("abc", maximumLength: 1).ids == [4, 5])
  }
}

import Foundation
import RealignTestSupport
import RealignText
import Testing

struct BytePairTokenizerSavingTests {
  @Test func `a saved tokenizer is loaded with its roles and foreign settings`() throws {
    let folder = try TemporaryFolder()
    let trainer = BytePairTrainer(
      vocabularySize: 320,
      specialTokens: ["<e>", "<p>"],
      addedTokens: ["[1]"],
      roles: SpecialTokenRoles(endOfText: "<e>", padding: "<p>", maximumLength: 512)
    )
    var tokenizer = trainer.train(["lorem ipsum dolor sit amet [1] lorem ipsum"])
    tokenizer.extraConfiguration["chat_template"] = "{{ messages }}"
    let directory = folder.path + "/model/inner"
    try tokenizer.save(to: directory)
    let loaded = try BytePairTokenizer(directory: directory)
    #expect(loaded.roles == tokenizer.roles)
    #expect(loaded.endOfText == 0)
    #expect(loaded.padding == 1)
    #expect(loaded.extraConfiguration["chat_template"] == "{{ messages }}")
    #expect(loaded.extraConfiguration["tokenizer_class"] == "PreTrainedTokenizerFast")
    #expect(loaded.serializedBytes() == tokenizer.serializedBytes())
    #expect(loaded.configuration == tokenizer.configuration)
    let map = try JSONValue.parse(InputFile.bytes(directory + "/special_tokens_map.json"))
    #expect(map == ["eos_token": "<e>", "pad_token": "<p>"])
  }

  @Test func `tokens of the configuration may be objects and must be known`() throws {
    let folder = try TemporaryFolder()
    try BytePairTrainer(vocabularySize: 257, specialTokens: ["<e>"]).train([])
      .save(to: folder.path)
    let path = folder.path + "/tokenizer_config.json"
    try AtomicFile.write(
      #"{"eos_token":{"content":"<e>","lstrip":false},"pad_token":null,"model_max_length":1e30}"#,
      to: path
    )
    let tokenizer = try BytePairTokenizer(directory: folder.path)
    #expect(tokenizer.roles == SpecialTokenRoles(endOfText: "<e>"))
    for text in [#"{"eos_token":"<x>"}"#, #"{"eos_token":3}"#, "[]", "{"] {
      try AtomicFile.write(text, to: path)
      let error = try #require(throws: InputError.self) {
        try BytePairTokenizer(directory: folder.path)
      }
      #expect(error.kind == .badData)
      #expect(error.file == path)
    }
  }

  @Test func `a directory without tokenizer is missing input`() throws {
    let folder = try TemporaryFolder()
    let error = try #require(throws: InputError.self) {
      try BytePairTokenizer(directory: folder.path)
    }
    #expect(error.kind == .missingInput)
    #expect(error.file == folder.path + "/tokenizer.json")
  }
}

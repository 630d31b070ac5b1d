import RealignModels
import RealignText
import Testing

@Suite("generation_config.json")
struct GenerationDefaultsTests {
  private func read(_ text: String) throws -> GenerationDefaults {
    let json = try #require(try JSONValue.parse(text).objectValue)
    return try GenerationDefaults(json: json, file: "generation_config.json")
  }

  @Test("without settings decoding is greedy")
  func empty() throws {
    let defaults = try read("{}")
    #expect(defaults == GenerationDefaults())
    #expect(!defaults.samples && defaults.topK == nil && defaults.repetitionPenalty == 1)
  }

  @Test("a file that samples has transformers' 50 candidates unless it says otherwise")
  func topK() throws {
    #expect(try read(#"{"do_sample":true}"#).topK == 50)
    #expect(try read(#"{"do_sample":true,"top_k":20}"#).topK == 20)
    #expect(try read(#"{"do_sample":true,"top_k":0}"#).topK == nil)
    #expect(try read(#"{"do_sample":true,"temperature":0.0}"#).samples == false)
  }

  @Test("all settings are read and what is not supported is named")
  func settings() throws {
    let defaults = try read(
      #"{"do_sample":true,"temperature":0.6,"top_p":0.9,"repetition_penalty":1.1,"#
        + #""eos_token_id":[2,7],"min_p":0.05,"num_beams":1,"typical_p":1.0}"#
    )
    #expect(defaults.temperature == 0.6)
    #expect(defaults.topP == 0.9)
    #expect(defaults.repetitionPenalty == 1.1)
    #expect(defaults.endTokens == [2, 7])
    #expect(defaults.unsupported == ["min_p"])
  }

  @Test(
    "a wrong value is named",
    arguments: [
      (#"{"temperature":-1}"#, "temperature"), (#"{"top_k":-1}"#, "top_k"),
      (#"{"do_sample":"yes"}"#, "do_sample"), (#"{"eos_token_id":"a"}"#, "eos_token_id"),
    ]
  )
  func wrong(_ text: String, _ field: String) throws {
    let error = #expect(throws: InputError.self) { try read(text) }
    #expect(error?.field == field)
  }
}

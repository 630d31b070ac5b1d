import RealignModels
import RealignText
import Testing

@Suite("Encoder configurations")
struct EncoderConfigurationTests {
  private func read(_ change: (inout JSONObject) -> Void) throws -> EncoderConfiguration {
    var json = try EncoderFixture("gelu").json
    change(&json)
    return try EncoderConfiguration(json: json, file: "config.json")
  }

  @Test("sizes, activation and labels are read")
  func fields() throws {
    let c = try EncoderFixture("relu").model.configuration
    #expect(c.hiddenSize == 16 && c.layerCount == 3 && c.headCount == 1 && c.typeCount == 2)
    #expect(c.intermediateSize == 32 && c.maximumPositions == 64 && c.normEpsilon == 1e-6)
    #expect(c.activation == .relu && c.labels == ["relevant"] && c.problem == nil)
    #expect(try EncoderFixture("gelu_new").model.configuration.activation == .geluTanh)
    #expect(try read { $0["hidden_act"] = "gelu_pytorch_tanh" }.activation == .geluTanh)
  }

  @Test("absent keys have the defaults of transformers")
  func defaults() throws {
    let c = try read {
      for key in [
        "hidden_act", "layer_norm_eps", "type_vocab_size", "max_position_embeddings", "id2label",
        "label2id", "architectures",
      ] { $0[key] = nil }
    }
    #expect(c.activation == .gelu && c.normEpsilon == 1e-12 && c.typeCount == 2)
    #expect(c.maximumPositions == 512 && c.labels == ["LABEL_0", "LABEL_1"])
  }

  @Test("labels come from either table, in the order of their numbers")
  func labels() throws {
    let expected = ["contradiction", "Entailment", "neutral"]
    #expect(try read { $0["label2id"] = nil }.labels == expected)
    #expect(try read { $0["id2label"] = nil }.labels == expected)
    let counted = try read {
      $0["id2label"] = nil
      $0["label2id"] = nil
      $0["num_labels"] = 3
    }
    #expect(counted.labels == ["LABEL_0", "LABEL_1", "LABEL_2"])
  }

  @Test(
    "what is not supported is refused by name, with what is",
    arguments: [
      ("model_type", #""roberta""#, "bert"), ("model_type", #""distilbert""#, "bert"),
      ("model_type", #""deberta-v2""#, "bert"), ("model_type", #""llama""#, "bert"),
      ("hidden_act", #""swish""#, "gelu, gelu_new, relu"),
      ("position_embedding_type", #""relative_key""#, "absolute"), ("is_decoder", "true", "false"),
      ("add_cross_attention", "true", nil), ("quantization_config", #"{"bits":4}"#, nil),
      ("architectures", #"["BertForTokenClassification"]"#, "BertForSequenceClassification"),
      ("num_attention_heads", "5", "a divisor of hidden_size (32)"),
      ("hidden_size", "-4", nil), ("hidden_size", "131072", "at most 65536"),
      ("vocab_size", "null", nil), ("layer_norm_eps", "0", nil),
      ("type_vocab_size", "70000", "at most 65536"),
      ("problem_type", #""ranking""#, "regression"), ("id2label", #"{"0":"a","2":"b"}"#, nil),
      ("id2label", #"{"0":1}"#, nil),
    ] as [(String, String, String?)]
  )
  func refused(field: String, value: String, expected: String?) throws {
    let error = try #require(throws: InputError.self) {
      try read { $0[field] = try? JSONValue.parse(value) }
    }
    #expect(error.kind == .badData && error.file == "config.json")
    #expect(error.field == field)
    if let expected { #expect(error.expected?.contains(expected) ?? false, "\(error)") }
  }
}

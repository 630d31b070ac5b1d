/// The wording that `AbstentionDetector` knows.
enum AbstentionPhrases {
  /// Phrases that refuse wherever they stand.
  static let refusals: [String] =
    [
      "i do not know", "i don't know", "we do not know", "we don't know", "i'm not sure",
      "i am not sure", "it is not known", "it is unknown", "not enough information",
      "insufficient information", "no information available", "is unanswerable",
      "no answer available", "no answer is given", "no answer found", "i have no idea",
      "i must decline", "i decline to answer", "i would rather not answer",
      "beyond my knowledge", "outside my knowledge",
    ]
    + combine(
      ["cannot be", "can't be", "could not be", "is not possible to", "isn't possible to"],
      ["determined", "answered", "verified", "determine", "answer", "verify"]
    )
    + combine(
      [
        "i cannot", "i can't", "i could not", "i couldn't", "i am unable to", "i'm unable to",
        "i am not able to", "i'm not able to", "we cannot", "we can't",
      ],
      [
        "answer", "determine", "find", "say", "tell", "verify", "confirm", "provide", "identify",
        "give", "help",
      ]
    )
    + combine(
      ["i do not have", "i don't have", "we do not have", "there is not", "there isn't"],
      [
        "information", "enough information", "any information", "sufficient information",
        "the information",
        "the answer", "an answer",
      ]
    )
    + combine(
      ["there is", "there's", "i have", "i found", "we have"],
      ["no information", "no reliable information", "no answer", "no evidence"]
    )

  /// Words for what an answer would be taken from.
  static let sourceNouns = [
    "passage", "passages", "document", "documents", "source", "sources", "context", "text",
    "article", "articles", "information", "base", "evidence", "references", "answer",
  ]

  /// What such a source does when it does not answer.
  static let silences: [[String]] =
    (combine(
      ["do not", "don't", "does not", "doesn't", "did not", "didn't"],
      [
        "say", "state", "mention", "contain", "provide", "include", "specify", "give", "answer",
        "indicate", "tell", "support", "address", "cover", "reveal",
      ]
    )
    + combine(
      ["is not", "isn't", "are not", "aren't", "was not", "could not be", "cannot be"],
      [
        "stated", "mentioned", "given", "specified", "provided", "found", "known", "available",
        "included",
      ]
    )
    + ["is unknown", "is silent", "are silent", "says nothing", "say nothing"])
    .map(PhraseText.words)

  /// Words after or before which a sentence turns.
  static let turns: Set<String> = [
    "but", "however", "though", "although", "nevertheless", "nonetheless", "still", "yet",
  ]

  /// A whole clause of one of these words refuses.
  static let bareRefusals: Set<String> = ["unknown", "unanswerable", "n/a"]

  /// The words without an apology at their start; nil when there is none.
  static func withoutApology(_ words: [String]) -> [String]? {
    for apology in apologies where words.starts(with: apology) {
      let rest = Array(words[apology.count...])
      return turns.contains(rest.first ?? "") ? Array(rest.dropFirst()) : rest
    }
    return nil
  }

  /// Whether the rest of an apology only says what it is for.
  static func continuesApology(_ words: [String]) -> Bool {
    words.isEmpty || ["for", "about", "that", "to"].contains(words[0])
  }

  /// Whether a clause asserts nothing: a greeting, a question back, an offer, a pointer elsewhere.
  static func isCourtesy(_ words: [String]) -> Bool {
    courtesies.contains { words.starts(with: $0) }
      || (words.count == 1 && ["hello", "hi", "thanks", "sure", "certainly"].contains(words[0]))
  }

  private static let apologies: [[String]] = [
    "sorry", "i'm sorry", "i am sorry", "i apologize", "i apologise", "apologies",
  ].map(PhraseText.words)

  private static let courtesies: [[String]] =
    (combine(
      [
        "please", "you can", "you could", "you may want to", "you might want to", "consider", "try",
      ],
      [
        "ask", "asking", "check", "checking", "consult", "consulting", "find", "give", "provide",
        "refer", "search", "searching", "see", "share", "try",
      ]
    )
    + combine(["if you"], ["provide", "give", "share", "have", "need", "can", "would"])
    + [
      "could you", "can you", "would you", "i can help", "i would be happy", "i'd be happy",
      "i'm happy", "i am happy", "i suggest", "i recommend", "let me know", "feel free",
      "thank you",
    ])
    .map(PhraseText.words)

  private static func combine(_ starts: [String], _ ends: [String]) -> [String] {
    starts.flatMap { start in ends.map { start + " " + $0 } }
  }
}

import RealignData
import RealignModels
import RealignText

/// Token spellings of one side of a row, and whether each is trained on.
struct TokenLine {
  /// `row`, or the side of a pair.
  let side: String
  let ids: [Int32]
  let pieces: [String]
  let isTrained: [Bool]

  init(_ side: String, _ row: EncodedRow, _ encoder: RowEncoder) {
    self.side = side
    ids = row.ids
    pieces = row.ids.map { encoder.tokenizer.decode([$0], skipSpecialTokens: false) }
    let start = min(row.completionStart, row.ids.count)
    isTrained =
      [Bool](repeating: false, count: start)
      + (row.mask ?? [Bool](repeating: true, count: row.ids.count - start))
  }

  /// The sequences of a row that can be trained on; none for other rows.
  ///
  /// - Throws: `InputError` for messages that cannot be rendered.
  static func sides(
    _ value: JSONObject,
    at place: RowPlace,
    _ encoder: RowEncoder
  ) throws -> [(name: String, row: EncodedRow)] {
    switch RowKind(value) {
    case .sft:
      return [("row", try encoder.encode(try SFTRow(value, at: place), place: place))]
    case .preference:
      let row = try PreferenceRow(value, at: place)
      let sides = try EncodedPair.sides(row, place: place, encoder: encoder)
      return Array(zip(["chosen", "rejected"], sides))
    default: return []
    }
  }

  /// The tokens of a row that can be trained on.
  ///
  /// - Throws: `InputError` for messages that cannot be rendered.
  static func lines(
    _ value: JSONObject,
    at place: RowPlace,
    _ encoder: RowEncoder
  ) throws -> [TokenLine] {
    try sides(value, at: place, encoder).map { TokenLine($0.name, $0.row, encoder) }
  }

  /// Tokens with a dot between them, runs that are not trained on in angle quotes.
  var marked: String {
    var text = ""
    for index in pieces.indices {
      let trains = isTrained[index]
      let before = index > 0 ? isTrained[index - 1] : true
      if !trains, before { text += "‹" } else if index > 0, trains == before { text += "·" }
      text += pieces[index]
      let after = index + 1 < pieces.count ? isTrained[index + 1] : true
      if !trains, after { text += "›" }
    }
    return text
  }

  /// The tokens as `{"side","ids","text","mask"}`.
  var json: JSONValue {
    [
      "side": .string(side), "ids": .array(ids.map { .integer($0) }),
      "text": .array(pieces.map { .string($0) }), "mask": .array(isTrained.map { $0 ? 1 : 0 }),
    ]
  }
}

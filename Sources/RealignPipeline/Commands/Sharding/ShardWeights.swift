import RealignText

/// Shares of the shards: from a plan, or numbers on the command line.
enum ShardWeights {
  /// The shares of `realign plan --json`, one for each node, in order.
  ///
  /// - Throws: `InputError`: `missingInput`, or `badData` with the field that is wrong.
  static func read(plan path: String) throws -> [Double] {
    let json = try JSONValue.parse(InputFile.bytes(path), file: path)
    func error(_ field: String, _ found: JSONValue?, _ expected: String) -> InputError {
      InputError(
        .badData,
        "not a plan with shares",
        file: path,
        field: field,
        found: found.map { $0.serialized() } ?? "nothing",
        expected: expected,
        hint: "realign plan --json writes one"
      )
    }
    if json["mode"]?.stringValue == "infeasible" {
      throw error("mode", json["mode"], "a plan that can be carried out")
    }
    guard let shares = json["shares"]?.arrayValue, (1...ShardChoice.most).contains(shares.count)
    else {
      throw error("shares", json["shares"], "a list of {\"node\",\"share\",\"examples\"}")
    }
    let weights = try shares.enumerated().map { index, share in
      guard let weight = share["share"]?.doubleValue, weight.isFinite, weight >= 0 else {
        throw error("shares[\(index)].share", share["share"], "a number of at least 0")
      }
      return weight
    }
    guard weights.contains(where: { $0 > 0 }) else {
      throw error("shares", json["shares"], "a share above 0")
    }
    return weights
  }

  /// Numbers separated by commas: `3.86,0.76`.
  ///
  /// - Throws: `InputError` of kind `usage`.
  static func parse(_ text: String) throws -> [Double] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let weights = parts.compactMap { Double(setting: .scalar(String($0))) }
    guard weights.count == parts.count, weights.allSatisfy({ $0 >= 0 }),
      weights.contains(where: { $0 > 0 }), weights.count <= ShardChoice.most
    else {
      throw InputError(
        .usage,
        "not weights",
        field: "--weights",
        found: text,
        expected: "numbers of at least 0 separated by commas, one for each shard, not all 0"
      )
    }
    return weights
  }
}

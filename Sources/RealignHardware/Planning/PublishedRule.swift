/// Which machine the published documents choose by the number of parameters alone.
///
/// Shown beside a plan, which goes by bytes and throughput; the documents contradict each other
/// (see ``MachineProfile/contradictions``).
public struct PublishedRule: Sendable, Equatable {
  /// What a rule says.
  public enum Choice: String, Sendable {
    /// The machine with more throughput.
    case m4Max = "M4 Max"
    /// The machine with more memory.
    case m3Ultra = "M3 Ultra"
    /// Both, sharing the model.
    case both = "both machines together"
  }

  /// The document.
  public var document: String
  /// The row that applies, in its words.
  public var row: String
  /// What it chooses.
  public var choice: Choice

  /// What every document says of a model, in the order in which they were written; documents that
  /// say nothing of its size are left out.
  ///
  /// - Parameters:
  ///   - parameters: Weights of the model.
  ///   - weightBytes: What they take, for the row that asks for it.
  public static func rules(parameters: Int, weightBytes: Double) -> [PublishedRule] {
    let billions = Double(parameters) / 1e9
    var rules: [PublishedRule] = []
    func add(_ document: String, _ row: String, _ choice: Choice) {
      rules.append(PublishedRule(document: document, row: row, choice: choice))
    }
    switch billions {
    case ...30: add("machine matrix", "up to 30B: M4 Max", .m4Max)
    case ...70:
      add(
        "machine matrix",
        "30-70B: M4 Max unless above 128 GB",
        weightBytes > 128e9 ? .m3Ultra : .m4Max
      )
    default: break
    }
    if billions >= 70 { add("machine matrix", "70B and more: M3 Ultra", .m3Ultra) }
    if billions > 200 {
      add("DPO table", "200B and more: distributed", .both)
    } else if billions >= 70 {
      add("DPO table", "70-200B: M3 Ultra", .m3Ultra)
    }
    if weightBytes > 512e9 {
      add("RDMA table", "above 512 GB: shard across both", .both)
    }
    return rules
  }
}

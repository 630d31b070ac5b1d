import Foundation

/// Gate results as text for an 80-column terminal.
public enum GateTable {
  /// A header, one line a gate, and a line of explanation under each gate that did not pass.
  ///
  /// Gates that only report carry a `*`. Ends with a newline.
  public static func text(_ results: [GateResult]) -> String {
    var lines = [
      row("gate", "estimate", "95 % bound", "required", "n", "verdict"),
      String(repeating: "─", count: 78),
    ]
    for result in results {
      let gate = result.gate
      lines.append(
        row(
          gate.name + (gate.isGating ? "" : " *"),
          number(result.value?.estimate ?? .nan),
          number(result.bound),
          "\(gate.operator.symbol) \(number(gate.threshold))",
          result.value.map { String($0.n) } ?? "–",
          result.verdict.rawValue
        )
      )
      if let reason = result.reason { lines += wrapped(reason) }
    }
    if results.contains(where: { !$0.gate.isGating }) {
      lines.append("* reported, does not block")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A number with four decimals, or a dash when it is not finite.
  public static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value != 0 && (abs(value) < 0.0001 || abs(value) >= 100_000) {
      return String(format: "%.2e", value)
    }
    return String(format: "%.4f", value == 0 ? 0 : value)
  }

  private static func row(
    _ name: String,
    _ estimate: String,
    _ bound: String,
    _ required: String,
    _ n: String,
    _ verdict: String
  ) -> String {
    let cells = [
      padded(name, to: 22), padded(estimate, to: 10, right: true),
      padded(bound, to: 12, right: true), padded(required, to: 11, right: true),
      padded(n, to: 8, right: true), "  " + verdict,
    ]
    return cells.joined()
  }

  private static func padded(_ text: String, to width: Int, right: Bool = false) -> String {
    let fill = String(repeating: " ", count: max(0, width - text.count))
    return right ? fill + text : text + fill
  }

  /// Breaks an explanation into lines of at most 78 columns, indented under its gate.
  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var line = "    "
    for word in text.split(separator: " ") {
      if line.count + word.count > 77 && line.count > 4 {
        lines.append(line)
        line = "    "
      }
      line += (line.count > 4 ? " " : "") + word
    }
    return lines + [line]
  }
}

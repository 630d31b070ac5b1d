import RealignText

extension Plan {
  /// The record that scripts read; what no figure says is null.
  public var json: JSONValue {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    let fits =
      assessments.map { (key: $0.node.id, value: JSONValue.bool($0.fits)) }
      + absent.map { node in
        (key: node.id, value: .bool((try? node.profile.fits(workload)) ?? false))
      }
    return [
      "machine": text(machine), "fits": .object(JSONObject(pairs: fits)), "bytes": demand.json,
      "batch_size": batchSize.map { .integer($0) } ?? .null, "mode": .string(mode.rawValue),
      "shares": .array(shares.map(Self.json)), "makespan_seconds": number(makespanSeconds),
      "speedup_vs_fastest": number(speedUp),
      "environment": variables(of: environments.first { $0.node == machine } ?? environments.first),
      "reasons": .array(
        (lines + environmentLines).map { .string("\($0.subject): \($0.value): \($0.reason)") }
      ),
      "warnings": .array(warnings.map { .string($0) }),
      "environments": .object(
        JSONObject(pairs: environments.map { (key: $0.node, value: variables(of: $0)) })
      ),
      "alternatives": .array(
        alternatives.map {
          [
            "name": .string($0.name), "makespan_seconds": number($0.seconds),
            "times_the_plan": .number($0.timesThePlan),
          ]
        }
      ),
      "published_rules": .array(
        rules.map {
          [
            "document": .string($0.document), "row": .string($0.row),
            "machine": .string($0.choice.rawValue), "agrees": .bool(agrees(with: $0)),
          ]
        }
      ),
      "contradictions": .array(contradictions.map { .string($0.text) }),
      "examples": .integer(workload.examples), "task": .string(workload.task.rawValue),
    ]
  }

  private static func json(_ share: Share) -> JSONValue {
    [
      "node": .string(share.node), "share": .number(share.fraction),
      "examples": share.examples.map { .integer($0) } ?? .null,
    ]
  }

  private func variables(of environment: NodeEnvironment?) -> JSONValue {
    .object(
      JSONObject(
        pairs: (environment?.lines ?? []).map { (key: $0.name, value: .string($0.value)) }
      )
    )
  }

  /// Environments as statements, nodes of the same settings together.
  public var environmentLines: [Line] {
    var groups: [(nodes: [String], lines: [NodeEnvironment.Line])] = []
    for environment in environments {
      if let index = groups.firstIndex(where: { $0.lines == environment.lines }) {
        groups[index].nodes.append(environment.node)
      } else {
        groups.append(([environment.node], environment.lines))
      }
    }
    return groups.flatMap { group in
      group.lines.map { line in
        Line(
          subject: "\(line.name)=\(line.value)",
          value: Shown.list(group.nodes),
          reason: line.reason
        )
      }
    }
  }
}

import RealignNumerics
import RealignText

extension DistributedReport {
  /// Whether nothing needs attention.
  var isGood: Bool { checks.allSatisfy(\.isGood) }

  /// What was looked at.
  var checks: [DoctorCommand.Check] {
    var checks = [
      DoctorCommand.Check(
        name: "library",
        isGood: library != nil,
        detail: library ?? trouble ?? "unknown"
      ), job,
    ]
    if isStarted { checks.append(transports) }
    checks += [rdma, lockedMemory]
    checks.append(
      DoctorCommand.Check(
        name: "ucx",
        isGood: true,
        detail: ucx.isEmpty ? "no UCX_ variable is set" : Self.list(ucx)
      )
    )
    if !pings.isEmpty {
      let isExact = pings.allSatisfy(\.isExact)
      checks.append(
        DoctorCommand.Check(
          name: "sums",
          isGood: isExact,
          detail: isExact ? "right on every rank, at every size" : "an all-reduce gave a wrong sum"
        )
      )
    }
    return checks
  }

  /// A line for each size that was timed.
  var pingLines: [String] {
    guard !pings.isEmpty else { return [] }
    let rows = pings.map { ping in
      (
        name: Count.bytes(ping.bytes),
        value: "median \(Self.microseconds(ping.median)), least \(Self.microseconds(ping.least)), "
          + "\(Count.decimal(ping.bytesPerSecond / 1e9, places: 3)) GB/s"
      )
    }
    return ["", "all-reduce over \(Self.several(ranks.count, "rank"))"] + InspectCommand.table(rows)
  }

  /// The report as one object.
  var json: JSONValue {
    [
      "healthy": .bool(isGood), "ranks": .integer(ranks.count),
      "library": library.map { .string($0) } ?? .null,
      "launcher": Self.object(launcher), "ucx": Self.object(ucx),
      "transports": .array(ranks[0].facts.components.map { .string($0) }),
      "processes": .array(ranks.enumerated().map { Self.process($1, rank: $0) }),
      "rdma_tested": .bool(false),
      "all_reduce": .array(
        pings.map { ping in
          [
            "bytes": .integer(ping.bytes), "seconds_median": .number(ping.median),
            "seconds_min": .number(ping.least),
            "gb_per_second": .number(ping.bytesPerSecond / 1e9),
            "samples": .integer(ping.seconds.count),
          ]
        }
      ), "checks": .array(checks.map(\.json)),
    ]
  }

  private static func process(_ rank: Rank, rank number: Int) -> JSONValue {
    [
      "rank": .integer(number), "host": .string(rank.host), "process": .integer(Int(rank.process)),
      "processors": .integer(rank.processors), "threads": .integer(rank.threads),
      "memlock_bytes": rank.facts.lockableBytes.map { .integer($0) } ?? .null,
      "verbs_devices": .integer(max(0, rank.facts.verbsDeviceCount)),
      "rdma_ports": .array(
        rank.facts.ports.map {
          [
            "device": .string($0.device), "port": .string($0.port), "state": .string($0.state),
            "link_layer": .string($0.linkLayer),
          ]
        }
      ),
    ]
  }

  private static func object(_ variables: [Variable]) -> JSONValue {
    .object(JSONObject(pairs: variables.map { (key: $0.name, value: .string($0.value)) }))
  }

  private static func list(_ variables: [Variable]) -> String {
    variables.map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
  }

  private static func microseconds(_ seconds: Double) -> String {
    Count.decimal(seconds * 1e6, places: seconds < 1e-3 ? 1 : 0) + " µs"
  }

  /// How this process was started, and who else was.
  private var job: DoctorCommand.Check {
    guard isStarted else {
      let isAlone = trouble == nil || launcher.isEmpty
      return DoctorCommand.Check(
        name: "job",
        isGood: isAlone,
        detail: isAlone
          ? "started alone; to measure: mpirun -n 2 realign doctor --distributed"
          : "not joined: \(trouble ?? Self.list(launcher))"
      )
    }
    let hosts = ranks.map(\.host).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    let places = hosts.map { host in
      let own = ranks.enumerated().filter { $1.host == host }
      let threads = own.reduce(0) { $0 + $1.element.threads }
      let numbers = own.map { "\($0.offset)" }.joined(separator: ", ")
      return "\(host): rank \(numbers), \(Self.several(threads, "thread")) together"
    }
    return DoctorCommand.Check(
      name: "job",
      isGood: true,
      detail: "\(Self.several(ranks.count, "rank")) on \(Self.several(hosts.count, "host")); "
        + places.joined(separator: "; ")
    )
  }

  private static func several(_ count: Int, _ name: String) -> String {
    "\(count) \(name)" + (count == 1 ? "" : "s")
  }

  private var transports: DoctorCommand.Check {
    let parts = ranks[0].facts.components
    return DoctorCommand.Check(
      name: "transports",
      isGood: true,
      detail: parts.isEmpty
        ? "part of the library, which does not tell" : parts.joined(separator: ", ")
    )
  }

  private var rdma: DoctorCommand.Check {
    let found = ranks.flatMap { rank in
      rank.facts.ports.map {
        "\(rank.host) \($0.device) port \($0.port): \($0.state), \($0.linkLayer)"
      }
    }
    let verbs = ranks.map(\.facts.verbsDeviceCount).max() ?? -1
    let library = verbs < 0 ? "libibverbs is not installed" : "libibverbs finds \(verbs)"
    let devices = found.isEmpty ? "no device" : found.joined(separator: "; ")
    return DoctorCommand.Check(
      name: "rdma",
      isGood: true,
      detail: "\(devices), \(library); RDMA hardware was not available to test this program on"
    )
  }

  /// RDMA devices read and write memory that is locked.
  private var lockedMemory: DoctorCommand.Check {
    let least = ranks.compactMap(\.facts.lockableBytes).min()
    let hasDevices = ranks.contains { !$0.facts.ports.isEmpty || $0.facts.verbsDeviceCount > 0 }
    let shown = least.map(Count.bytes) ?? "unlimited"
    return DoctorCommand.Check(
      name: "memlock",
      isGood: least == nil || !hasDevices,
      detail: least == nil || !hasDevices
        ? shown : "\(shown): RDMA needs ulimit -l unlimited on every host"
    )
  }
}

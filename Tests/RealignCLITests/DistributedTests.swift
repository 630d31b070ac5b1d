import Foundation
import RealignTestSupport
import RealignText
import Testing

/// Real processes under Open MPI's launcher; one job at a time, so that ranks have processors.
@Suite(.serialized, .enabled(if: Job.launcher != nil, "mpirun is not installed (openmpi-bin)"))
struct DistributedTests {
  /// A job must have ended this many seconds after it lost a rank.
  private static let bound = 10.0

  @Test(arguments: 1...4)
  func `every call does as defined, in whole and in many messages`(count: Int) throws {
    for limit in [["999"], []] {
      let result = try Job.run(count, Job.ranks, ["checks"] + limit)
      #expect(result.code == 0)
      #expect(result.errors.contains("all calls do as defined, \(count) ranks"))
    }
  }

  @Test func `calls do as defined over TCP`() throws {
    let tcp = ["OMPI_MCA_btl": "tcp,self"]
    let result = try Job.run(3, Job.ranks, ["checks", "999"], environment: tcp)
    #expect(result.code == 0)
    #expect(result.errors.contains("all calls do as defined, 3 ranks"))
  }

  @Test func `ranks share the processors of their machine`() throws {
    let environment = ["OMPI_MCA_hwloc_base_binding_policy": "none"]
    let result = try Job.run(2, Job.ranks, ["facts"], environment: environment)
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let lines = result.errors.split(separator: "\n").filter { $0.hasPrefix("rank ") }
    #expect(lines.count == 2)
    for (rank, line) in lines.enumerated() {
      #expect(line.hasPrefix("rank \(rank) of 2 on "))
      #expect(line.hasSuffix(": \(max(1, cores / 2)) threads"))
    }
  }

  @Test(
    arguments: [([0, 0], 0), ([75, 75], 75), ([2, 0], 2), ([0, 65], 65)] as [([Int], Int32)]
  )
  func `the job's exit code is that of its ranks`(codes: [Int], code: Int32) throws {
    let result = try Job.run(codes.count, Job.ranks, ["leave"] + codes.map(String.init))
    #expect(result.code == code)
    // Nobody took the agreed ends for a crash of the job.
    #expect(result.errors.contains("MPI_ABORT") == (code == 65))
  }

  @Test func `a heartbeat's interface that is not there ends the job with its name`() throws {
    let environment = ["REALIGN_DISTRIBUTED_INTERFACE": "nowhere0"]
    let result = try Job.run(2, Job.ranks, ["facts"], environment: environment)
    #expect(result.code == 75)
    #expect(result.errors.contains("no network interface of "))
    #expect(result.errors.contains("named nowhere0"))
  }

  private static func losing(
    _ count: Int,
    _ kind: String,
    _ signal: Int32,
    rank: Int,
    saving: [String] = []
  ) throws -> Job.Loss {
    try Job.losing(count) { folder in
      [Job.launcher ?? "mpirun", "-n", "\(count)", "--oversubscribe", Job.ranks, kind, folder]
        + saving
    } lose: {
      kill($0[rank], signal)
    }
  }

  @Test(arguments: [0, 1])
  func `a killed rank ends the job, which names it and its host`(rank: Int) throws {
    let loss = try Self.losing(2, "wait", SIGKILL, rank: rank, saving: ["0.1"])
    #expect(loss.seconds < Self.bound)
    // 128 + SIGKILL: the launcher tells how the rank ended, not the others.
    #expect(loss.code == 137)
    #expect(loss.errors.contains("process rank \(rank) with PID"))
    #expect(loss.isSaved == (rank == 1))
  }

  @Test(arguments: [("wait", 0), ("wait", 1), ("transfer", 1)])
  func `a stopped rank ends the job as resumable, after rank 0 has saved`(
    kind: String,
    rank: Int
  ) throws {
    let loss = try Self.losing(3, kind, SIGSTOP, rank: rank, saving: ["1"])
    #expect(loss.seconds < Self.bound)
    #expect(loss.code == 75)
    #expect(loss.errors.contains("error: rank \(rank) on host "))
    #expect(loss.errors.contains(" s: it is stopped, hung or cut off"))
    // One rank speaks for all.
    #expect(
      loss.errors.split(separator: "error: rank ", omittingEmptySubsequences: false).count == 2
    )
    #expect(loss.isSaved == (rank != 0))
  }

  @Test func `a stopped rank ends the job although rank 0 makes no call`() throws {
    let loss = try Self.losing(2, "compute", SIGSTOP, rank: 1)
    #expect(loss.seconds < Self.bound)
    #expect(loss.code == 75)
    #expect(loss.errors.contains("error: rank 1 on host "))
    #expect(loss.errors.contains("ending without waiting for this step"))
  }

  @Test func `doctor measures all-reduce over the ranks, and rank 0 alone tells`() throws {
    let result = try Job.run(2, Program.path, ["doctor", "--distributed", "--json"])
    #expect(result.code == 0)
    let report = try JSONValue.parse(result.output)
    #expect(report["ranks"]?.intValue == 2)
    #expect(report["healthy"]?.boolValue == true)
    #expect(report["rdma_tested"]?.boolValue == false)
    #expect(report["library"]?.stringValue?.hasPrefix("Open MPI") == true)
    #expect(report["launcher"]?["OMPI_COMM_WORLD_SIZE"]?.stringValue == "2")
    #expect(report["processes"]?.arrayValue?.count == 2)
    let pings = try #require(report["all_reduce"]?.arrayValue)
    #expect(pings.compactMap { $0["bytes"]?.intValue }.last == 64 << 20)
    #expect(pings.allSatisfy { ($0["seconds_median"]?.doubleValue ?? 0) > 0 })
    #expect(
      pings.allSatisfy {
        ($0["seconds_min"]?.doubleValue ?? 1) <= ($0["seconds_median"]?.doubleValue ?? 0)
      }
    )
  }

  @Test(.enabled(if: Job.hosts != nil, "two network namespaces need root and iproute2"))
  func `two hosts are found, joined by TCP`() throws {
    let script = try #require(Job.hosts)
    let result = try Program.run(
      ["run", Program.path, "doctor", "--distributed", "--json"],
      environment: ["HOSTS_NAME": "doctor"],
      program: script
    )
    #expect(result.code == 0)
    let report = try JSONValue.parse(result.output)
    let processes = report["processes"]?.arrayValue ?? []
    #expect(processes.compactMap { $0["host"]?.stringValue } == ["host-a", "host-b"])
    let parts = (report["transports"]?.arrayValue ?? []).compactMap { $0.stringValue }
    #expect(parts.isEmpty || parts.contains("btl tcp") && !parts.contains("btl vader"))
  }

  @Test(.enabled(if: Job.hosts != nil, "two network namespaces need root and iproute2"))
  func `a host that is gone ends the job, which names it, after rank 0 has saved`() throws {
    let script = try #require(Job.hosts)
    let name = ["HOSTS_NAME": "lost"]
    let made = try Program.run(["up"], environment: name, program: script)
    try #require(made.code == 0, "\(made.errors)")
    defer { _ = try? Program.run(["down"], environment: name, program: script) }
    let loss = try Job.losing(2) { folder in
      ["/usr/bin/env", "HOSTS_NAME=lost", script, "run", Job.ranks, "wait", folder, "0.2"]
    } lose: { _ in
      let result = try Program.run(["kill-host", "b"], environment: name, program: script)
      #expect(result.code == 0)
    }
    #expect(loss.seconds < Self.bound)
    #expect(loss.code != 0)
    #expect(loss.errors.contains("error: rank 1 on host host-b "))
    #expect(loss.isSaved)
  }
}

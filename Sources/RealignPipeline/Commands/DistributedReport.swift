import Foundation
import RealignNumerics

/// What `doctor --distributed` finds.
struct DistributedReport {
  /// What every rank tells about itself for this report.
  struct Rank: Codable {
    let host: String
    let process: Int32
    let processors: Int
    let threads: Int
    let facts: NetworkFacts
  }

  typealias Variable = (name: String, value: String)

  /// This process's rank; where it could not join a job, the one that the launcher announced.
  let rank: Int
  /// Every rank; this process alone where there is no job.
  let ranks: [Rank]
  /// Variables that the launcher set.
  let launcher: [Variable]
  /// Variables that UCX, a transport of Open MPI, reads.
  let ucx: [Variable]
  /// What the library calls itself; nil where none can be used.
  let library: String?
  /// Why there is no library, or no job.
  let trouble: String?
  /// Whether this process is one of a job's.
  let isStarted: Bool
  let pings: [AllReducePing.Result]

  /// Joins the job, if there is one, and measures; collective.
  ///
  /// - Throws: `ProcessGroupError` when a rank is lost meanwhile.
  init(_ context: CommandContext) throws {
    let environment = context.environment
    var trouble: String?
    var library: String?
    var group: any ProcessGroup = SingleProcess()
    do {
      library = try OpenMPILibrary.load()
      group = try ProcessGroups.current(environment: environment)
    } catch let error as ProcessGroupError {
      trouble = error.description
    }
    let mpi = ProcessGroups.mpi
    let threads = context.threads ?? group.threadsPerRank
    Parallel.configure(threads: threads)
    let own = Rank(
      host: mpi?.hosts[group.rank] ?? ProcessInfo.processInfo.hostName,
      process: ProcessInfo.processInfo.processIdentifier,
      processors: mpi?.cards[group.rank].processors.count ?? MachineInformation.coreCount,
      threads: threads,
      facts: .current
    )
    ranks = try group.allGather(Array(try JSONEncoder().encode(own))).map {
      try JSONDecoder().decode(Rank.self, from: Data($0))
    }
    rank = trouble == nil ? group.rank : Self.announcedRank(environment)
    launcher = Self.variables(environment) { Self.launcherVariables.contains($0) }
    ucx = Self.variables(environment) { $0.hasPrefix("UCX_") }
    isStarted = mpi != nil
    pings = group.size > 1 ? try AllReducePing(group: group).measure() : []
    self.library = library
    self.trouble = trouble
  }

  private static let launcherVariables: Set = [
    "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
    "OMPI_COMM_WORLD_LOCAL_SIZE", "PMIX_RANK", "PMIX_NAMESPACE", "PMI_RANK", "PMI_SIZE",
    "SLURM_JOB_ID", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_CPUS_PER_TASK",
  ]

  private static func variables(
    _ environment: [String: String],
    where isWanted: (String) -> Bool
  ) -> [Variable] {
    environment.keys.filter(isWanted).sorted().map { ($0, environment[$0] ?? "") }
  }

  private static func announcedRank(_ environment: [String: String]) -> Int {
    ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"]
      .compactMap { environment[$0] }.compactMap { Int($0) }.first ?? 0
  }
}

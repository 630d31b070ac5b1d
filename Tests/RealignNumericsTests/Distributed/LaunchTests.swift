import RealignNumerics
import Testing

@Suite struct LaunchTests {
  private static func words(_ environment: [String: String]) -> String {
    do {
      return "\(try Launch(environment: environment))"
    } catch { return "\(error)" }
  }

  @Test func `a process without a launcher is alone`() throws {
    #expect(try Launch(environment: ["PATH": "/bin"]) == .alone)
    // A batch script of Slurm, before any srun.
    let batch = ["SLURM_JOB_ID": "7", "SLURM_NTASKS": "4", "SLURM_PROCID": "0"]
    #expect(try Launch(environment: batch) == .alone)
    let single = ["SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "1", "SLURM_PROCID": "0"]
    #expect(try Launch(environment: single) == .alone)
    #expect(try Launch(environment: ["PMI_RANK": "0", "PMI_SIZE": "1"]) == .alone)
  }

  @Test(arguments: [
    ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "1", "PMIX_RANK": "1"],
    ["PMIX_RANK": "0", "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "4"],
    ["OMPI_COMM_WORLD_SIZE": "1"],
  ])
  func `Open MPI's launcher and srun with PMIx are recognised`(environment: [String: String]) {
    #expect(Self.words(environment) == "openMPI")
  }

  @Test func `another MPI's launcher is refused with what to use`() {
    let words = Self.words(["PMI_RANK": "1", "PMI_SIZE": "2"])
    #expect(words.contains("another MPI (PMI_RANK is set"))
    #expect(words.contains("openmpi-bin") && words.contains("srun --mpi=pmix"))
  }

  @Test func `srun without PMIx is refused with what to use`() {
    let words = Self.words([
      "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "1",
    ])
    #expect(words.hasPrefix("srun started 4 tasks"))
    #expect(words.contains("srun --mpi=pmix"))
  }

  @Test func `options come from the environment and are checked`() throws {
    let options = try MPIOptions(environment: [
      "REALIGN_DISTRIBUTED_INTERFACE": "eth0,ib0", "REALIGN_DISTRIBUTED_SILENCE": "12.5",
    ])
    #expect(options.interfaces == ["eth0", "ib0"])
    #expect(options.silenceLimit == 12.5)
    #expect(try MPIOptions(environment: [:]) == MPIOptions())
    for text in ["", "soon", "0.5", "nan", "4000", "-3"] {
      #expect(
        throws: ProcessGroupError.failed(
          "REALIGN_DISTRIBUTED_SILENCE: found \(text), expected seconds from 1 to 3600"
        )
      ) {
        try MPIOptions(environment: ["REALIGN_DISTRIBUTED_SILENCE": text])
      }
    }
  }
}

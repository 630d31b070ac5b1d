/// How this process was started, as its environment tells.
public enum Launch: Sendable, Equatable {
  /// By itself: a group of one, for which no MPI is needed.
  case alone
  /// By a launcher that Open MPI can join: its own mpirun, or Slurm's srun with PMIx.
  case openMPI

  /// Reads the variables that launchers set.
  ///
  /// - Throws: `ProcessGroupError.failed` for several processes that cannot find each other:
  ///   started by another MPI's launcher, or by srun without PMIx.
  public init(environment: [String: String]) throws {
    if environment["OMPI_COMM_WORLD_SIZE"] != nil || environment["PMIX_RANK"] != nil {
      self = .openMPI
      return
    }
    if environment["PMI_RANK"] != nil, environment["PMI_SIZE"] != "1" {
      throw ProcessGroupError.failed(
        "started by a launcher of another MPI (PMI_RANK is set, PMIX_RANK is not); "
          + "use the mpirun of Open MPI (package openmpi-bin), or srun --mpi=pmix"
      )
    }
    // Slurm sets this for each of srun's steps, and not in a batch script itself.
    if let tasks = environment["SLURM_STEP_NUM_TASKS"].flatMap({ Int($0) }), tasks > 1,
      environment["SLURM_STEP_ID"] != nil
    {
      throw ProcessGroupError.failed(
        "srun started \(tasks) tasks that cannot find each other (PMIX_RANK is not set); "
          + "use srun --mpi=pmix, or mpirun"
      )
    }
    self = .alone
  }
}

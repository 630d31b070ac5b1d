import Foundation
import Synchronization

/// The group that this process belongs to, from its first use to the end of the program.
///
/// A program started by itself is a group of one and loads nothing. Under `mpirun`, or under
/// `srun --mpi=pmix`, the first call of `current()` joins the job; then the program must end by
/// `leave(code:)`, since launchers take any other end for a failure.
public enum ProcessGroups {
  private static let joined = Mutex<MPIGroup?>(nil)

  /// This process's group.
  ///
  /// - Parameters:
  ///   - options: How an MPI group watches and talks; nil: as the environment says. Counts in the
  ///     first call.
  ///   - environment: What the launcher said.
  /// - Throws: `ProcessGroupError.failed` when this process was started as one of several and cannot
  ///   join them: Open MPI is not installed, another MPI is, or heartbeats do not arrive.
  public static func current(
    options: MPIOptions? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> any ProcessGroup {
    switch try Launch(environment: environment) {
    case .alone: return SingleProcess()
    case .openMPI:
      return try joined.withLock { group in
        if let group { return group }
        let new = try MPIGroup(options: try options ?? MPIOptions(environment: environment))
        group = new
        return new
      }
    }
  }

  /// The job of Open MPI that was joined, if any.
  public static var mpi: MPIGroup? { joined.withLock { $0 } }

  /// Whether this process should tell people what went wrong: the only one, or the leading rank
  /// where a rank was lost; every rank tells its own errors.
  public static func speaks(of error: any Error) -> Bool {
    guard let group = mpi, group.failure != nil else { return true }
    return group.isLeading
  }

  /// What happened, with the name of the host where a rank was lost.
  public static func explanation(of error: ProcessGroupError) -> String {
    mpi?.explanation(of: error) ?? "\(error)"
  }

  /// Takes leave of the other ranks, if there are any; call once, before the program ends.
  ///
  /// Success, a check that did not pass, and an agreed stop are ends that all ranks come to
  /// together: this waits for the others. Any other code is this rank's own trouble, and ends the
  /// job.
  ///
  /// - Parameter code: The exit code that the program will end with.
  public static func leave(code: Int32) {
    guard let group = mpi else { return }
    guard [0, 2, MPIGroup.resumableCode].contains(code), group.failure == nil else {
      group.abort(code: code == 0 ? MPIGroup.resumableCode : code)
    }
    do {
      try group.finish()
    } catch {
      group.abort(code: MPIGroup.resumableCode)
    }
  }
}

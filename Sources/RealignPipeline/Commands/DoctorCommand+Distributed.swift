import RealignText

extension DoctorCommand {
  /// Whether ranks can work together here, and how fast they are at it; rank 0 tells.
  ///
  /// Collective under mpirun; alone it tells what is installed and how to start it.
  static func checkDistributed(_ context: CommandContext) throws -> CommandOutcome {
    let report = try DistributedReport(context)
    guard report.rank == 0 else { return report.isGood ? .passed : .notPassed }
    if context.isJSON {
      try context.output.row(report.json)
    } else {
      let lines = table(report.checks) + report.pingLines
      for line in lines { try context.output.text(line) }
    }
    return report.isGood ? .passed : .notPassed
  }
}

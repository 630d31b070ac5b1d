extension ProcessGroup {
  /// Whether any rank says yes: a stop that one was asked for stops all at the same step.
  ///
  /// Collective, as every call to a group.
  ///
  /// - Throws: `ProcessGroupError` when a process is gone or does not answer.
  public func agree(_ flag: Bool) throws -> Bool {
    if size == 1 { return flag }
    return try allGather([flag ? 1 : 0]).contains { $0 != [0] }
  }

  /// All cores.
  public var threadsPerRank: Int { MachineInformation.coreCount }
}

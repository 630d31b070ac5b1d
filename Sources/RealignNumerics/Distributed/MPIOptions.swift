/// How a group of MPI processes watches and talks.
public struct MPIOptions: Sendable, Equatable {
  /// Network interfaces for heartbeats between hosts; empty: all.
  public var interfaces: [String] = []
  /// Seconds of silence after which a rank is lost.
  public var silenceLimit = 5.0
  /// Most values in one message.
  ///
  /// Long transfers are divided, so that each part that arrives shows that more is to come; far
  /// below 2^31, which MPI's counts cannot reach.
  public var valuesPerMessage = 1 << 22

  /// Names the interfaces, separated by commas.
  public static let interfaceVariable = "REALIGN_DISTRIBUTED_INTERFACE"
  /// Sets the seconds of silence.
  public static let silenceVariable = "REALIGN_DISTRIBUTED_SILENCE"
  /// The environment variables that are read here.
  public static let variables = [interfaceVariable, silenceVariable]

  /// The defaults.
  public init() {}

  /// The defaults with what the environment says.
  ///
  /// - Throws: `ProcessGroupError.failed` for a value that makes no sense.
  public init(environment: [String: String]) throws {
    if let names = environment[Self.interfaceVariable] {
      interfaces = names.split(separator: ",").map(String.init)
    }
    guard let text = environment[Self.silenceVariable] else { return }
    guard let seconds = Double(text), seconds >= 1, seconds <= 3600 else {
      throw ProcessGroupError.failed(
        "\(Self.silenceVariable): found \(text), expected seconds from 1 to 3600"
      )
    }
    silenceLimit = seconds
  }
}

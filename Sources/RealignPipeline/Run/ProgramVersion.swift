/// The program's name and version, as written into manifests and logs.
public enum ProgramVersion {
  /// The program's name.
  public static let name = "realign"
  /// Semantic version.
  public static let number = "0.1.0"
}

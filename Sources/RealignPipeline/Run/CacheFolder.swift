/// Where files go that can be made again.
public enum CacheFolder {
  /// The user's folder of caches: `$XDG_CACHE_HOME`, else `~/.cache`; nil without a home.
  public static func user(_ environment: [String: String]) -> String? {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    return value("XDG_CACHE_HOME") ?? value("HOME").map { $0 + "/.cache" }
  }

  /// That of the log-probabilities of reference models.
  static func references(_ environment: [String: String]) -> String? {
    user(environment).map { "\($0)/\(ProgramVersion.name)/reference" }
  }
}

import ArgumentParser
import Foundation
import RealignPipeline

/// Where a configuration comes from.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "YAML file of settings; may be repeated, later files win.", valueName: "file"))
  var config: [String] = []

  @Option(
    help: ArgumentHelp(
      "One setting, for example optimize.beta=0.2; may be repeated.", valueName: "key=value"))
  var set: [String] = []

  /// All sources, with the flags of a command.
  func sources(flags: [FlagValue]) -> ConfigurationSources {
    ConfigurationSources(
      files: config, environment: ProcessInfo.processInfo.environment, assignments: set,
      flags: flags)
  }
}

extension ArgumentHelp {
  /// The help of a setting, from the table of settings.
  static func setting(_ key: String) -> ArgumentHelp {
    guard let setting = SettingsTable.setting(key) else {
      preconditionFailure("the flag of \(key) has no line in the table of settings")
    }
    return ArgumentHelp(
      "\(setting.help) Default: \(setting.defaultValue.shown).", valueName: "value")
  }
}

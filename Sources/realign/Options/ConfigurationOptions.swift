import ArgumentParser
import Foundation
import RealignPipeline

/// Where a configuration comes from.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "YAML file of settings; may be repeated, later files win.",
      valueName: "file"
    )
  )
  var config: [String] = []

  @Option(
    help: ArgumentHelp(
      "One setting, for example optimize.beta=0.2; may be repeated.",
      valueName: "key=value"
    )
  )
  var set: [String] = []

  /// All sources, with the flags of a command.
  func sources(flags: [FlagValue]) -> ConfigurationSources {
    ConfigurationSources(
      files: config,
      environment: ProcessInfo.processInfo.environment,
      assignments: set,
      flags: flags
    )
  }
}

extension ArgumentHelp {
  /// The help of a setting, from the table of settings.
  static func setting(_ key: String) -> ArgumentHelp {
    let setting = line(key)
    return ArgumentHelp(
      "\(setting.help) Default: \(setting.defaultValue.shown).",
      valueName: "value"
    )
  }

  /// The help of a hyper-parameter that `sft` and `dpo` share, with both defaults if they differ.
  static func trainer(_ name: String) -> ArgumentHelp {
    let fine = line("sft." + name)
    let preference = line("optimize." + name)
    guard fine.defaultValue != preference.defaultValue else { return .setting(fine.key) }
    return ArgumentHelp(
      "\(fine.help) Default: sft \(fine.defaultValue.shown), dpo \(preference.defaultValue.shown).",
      valueName: "value"
    )
  }

  private static func line(_ key: String) -> Setting {
    guard let setting = SettingsTable.setting(key) else {
      preconditionFailure("the flag of \(key) has no line in the table of settings")
    }
    return setting
  }
}

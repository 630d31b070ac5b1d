import RealignText
import RealignTraining
import Testing

@testable import RealignPipeline

@Suite struct SettingsTableTests {
  @Test func `keys and variables are unique`() {
    let keys = SettingsTable.all.map(\.key)
    #expect(Set(keys).count == keys.count)
    #expect(Set(SettingsTable.all.map(\.environmentName)).count == keys.count)
  }

  @Test func `every default is a value that the setting accepts`() {
    for setting in SettingsTable.all {
      var configuration = RunConfiguration()
      #expect(setting.store(setting.defaultValue, in: &configuration), "\(setting.key)")
      #expect(configuration == RunConfiguration(), "\(setting.key)")
    }
  }

  @Test func `every key changes a place of its own`() {
    var configuration = RunConfiguration()
    for setting in SettingsTable.all where setting.key != "version" {
      let names = setting.accepted.split(whereSeparator: { ", ".contains($0) })
      let candidates =
        ["0.25", "7", "true", "false", "100000"].map { SettingNode.scalar($0) }
        + names.map { .scalar(String($0)) } + [.list(["0.75", "3"])]
      let changing = candidates.first { candidate in
        var trial = RunConfiguration()
        return setting.store(candidate, in: &trial)
          && setting.value(in: trial) != setting.defaultValue
      }
      #expect(changing != nil, "\(setting.key)")
      if let changing { _ = setting.store(changing, in: &configuration) }
    }
    // If two keys shared a place, or a key wrote to another's, one would still be at its default.
    for setting in SettingsTable.all where setting.key != "version" {
      #expect(setting.value(in: configuration) != setting.defaultValue, "\(setting.key)")
    }
  }

  @Test func `help is one sentence and keys are snake case`() {
    for setting in SettingsTable.all {
      #expect(setting.help.hasSuffix("."), "\(setting.key)")
      #expect(setting.help.count <= 80, "\(setting.key)")
      #expect(
        setting.key.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789._".contains($0) },
        "\(setting.key)"
      )
    }
  }

  @Test func `the defaults of the trainers are those of TRL`() {
    // TRL 1.x: DPOConfig and SFTConfig with the LoRA defaults of ModelConfig.
    let values = RunConfiguration()
    #expect(values.sft.trainer.learningRate == 2e-5)
    #expect(values.optimize.trainer.learningRate == 1e-6)
    #expect(values.optimize.preference.beta == 0.1)
    #expect(values.optimize.preference.lossType == ["sigmoid"])
    for trainer in [values.sft.trainer, values.cite.trainer, values.optimize.trainer] {
      #expect(trainer.perDeviceTrainBatchSize == 8)
      #expect(trainer.gradientAccumulationSteps == 1)
      #expect(trainer.numTrainEpochs == 3)
      #expect(trainer.maxLength == 1024)
      #expect(trainer.lrSchedulerType == .linear)
      #expect(trainer.maxGradNorm == 1)
      #expect(trainer.loggingSteps == 10)
      #expect(trainer.saveSteps == 500)
      #expect(trainer.loraR == 16)
      #expect(trainer.loraAlpha == 32)
      #expect(trainer.loraDropout == 0.05)
    }
  }
}

import RealignTraining
import Testing

@Suite("Learning-rate schedules")
struct LearningRateScheduleTests {
  @Test("golden values with warm-up 2 of 10")
  func goldens() {
    let linear = [0, 0.5, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0]
    let cosine = [
      0, 0.5, 1, 0.961940, 0.853553, 0.691342, 0.5, 0.308658, 0.146447, 0.038060, 0,
    ]
    for step in 0...10 {
      let l = LearningRateSchedule.linear.factor(step: step, warmup: 2, total: 10)
      let c = LearningRateSchedule.cosine.factor(step: step, warmup: 2, total: 10)
      #expect(abs(l - linear[step]) < 1e-12)
      #expect(abs(c - cosine[step]) < 1e-6)
      #expect(LearningRateSchedule.constant.factor(step: step, warmup: 2, total: 10) == 1)
    }
  }

  @Test("steps of an epoch count the last partial window; warm-up is rounded up")
  func counts() {
    var settings = TrainerSettings()
    settings.perDeviceTrainBatchSize = 4
    settings.gradientAccumulationSteps = 2
    settings.numTrainEpochs = 3
    #expect(settings.totalSteps(rows: 17) == 9)
    settings.warmupRatio = 0.1
    #expect(settings.warmup(total: 9) == 1)
    settings.maxSteps = 5
    #expect(settings.totalSteps(rows: 17) == 5)
  }
}

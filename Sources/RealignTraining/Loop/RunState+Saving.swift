import Foundation
import RealignModels
import RealignNumerics
import RealignText

/// When checkpoints of a run were written.
///
/// A rank can be lost at any time and take its part of the state with it, so a run on several ranks
/// has checkpoints besides those that were asked for: after its first update, and whenever the
/// last one is `interval` old. One of them is kept at a time, and none when the run is done.
struct SaveHistory {
  /// Seconds between a checkpoint and an extra one.
  let interval: Double
  /// The update of the newest checkpoint.
  private(set) var lastStep: Int?
  /// The update of the extra one on disk.
  private(set) var extraStep: Int?
  private var lastTime: ContinuousClock.Instant?

  init(resumedAt step: Int?, interval: Double) {
    self.interval = interval
    lastStep = step
    lastTime = step.map { _ in .now }
  }

  /// Whether an extra checkpoint is due.
  var isExtraDue: Bool {
    guard let lastTime else { return true }
    return lastTime.duration(to: .now) / .seconds(1) >= interval
  }

  /// A checkpoint was written.
  ///
  /// - Returns: The step of an extra one that it replaces.
  mutating func add(_ step: Int, isExtra: Bool) -> Int? {
    let replaced = extraStep == step ? nil : extraStep
    lastStep = step
    lastTime = .now
    extraStep = isExtra ? step : nil
    return replaced
  }

  /// The extra checkpoint is gone.
  mutating func forgetExtra() { extraStep = nil }
}

extension RunState {
  var isSaveDue: Bool {
    loop.settings.saveSteps > 0 && step % loop.settings.saveSteps == 0 && step < total
  }

  /// Whether this rank wants a checkpoint that nobody asked for.
  var wantsExtraSave: Bool {
    group.size > 1 && group.isFirst && loop.directory != nil && step < total && saves.isExtraDue
  }

  /// Writes a checkpoint of the state after the last update.
  ///
  /// - Parameter isExtra: Whether it is one that nobody asked for.
  mutating func save(isExtra: Bool = false) throws {
    guard let directory = loop.directory else { return }
    var pending = optimizer.moments[...]
    func next(_ name: String) throws -> Tensor {
      guard let moment = pending.popFirst(), moment.name == name else {
        preconditionFailure("\(name) is not the next moment")
      }
      return try whole(moment.values)
    }
    let written = Result {
      group.isFirst
        ? try checkpoint.save(
          to: directory,
          optimizer: optimizer,
          keep: isExtra ? nil : loop.settings.saveTotalLimit,
          besides: saves.extraStep,
          moment: next
        ) : nil
    }
    // The other ranks bring their parts, to a first one that failed to write too.
    while let name = pending.first?.name { _ = try next(name) }
    try group.settle(written)
    remember(isExtra: isExtra, in: directory)
    if let path = try written.get() { report(.saved(step: step, path: path)) }
  }

  /// A moment of all parameters.
  private mutating func whole(_ moment: Tensor) throws -> Tensor {
    guard dividesMoments else { return moment }
    // Between two updates the memory of the gradients is free.
    let room = gradients.room()
    room.slice(optimizer.slice).copy(from: moment)
    try group.allGather(room, ranges: gradients.slices)
    return room
  }

  private mutating func remember(isExtra: Bool, in directory: String) {
    if let old = saves.add(step, isExtra: isExtra), group.isFirst {
      TrainingCheckpoint.remove(old, from: directory)
    }
  }

  /// Deletes the checkpoint that nobody asked for; the run needs it no more.
  mutating func removeExtraSave() {
    if let step = saves.extraStep, let directory = loop.directory, group.isFirst {
      TrainingCheckpoint.remove(step, from: directory)
    }
    saves.forgetExtra()
  }

  /// Saves what can be saved when another rank is lost: on the first rank, the state after the last
  /// update where it has all of it.
  ///
  /// - Returns: The update that a resumed run goes on after; nil where this rank does not know.
  mutating func rescue() -> Int? {
    guard group.isFirst, let directory = loop.directory else { return nil }
    guard !dividesMoments, isSettled, step > saves.lastStep ?? 0 else { return saves.lastStep }
    var pending = optimizer.moments[...]
    let path = try? checkpoint.save(
      to: directory,
      optimizer: optimizer,
      keep: nil,
      moment: { _ in pending.removeFirst().values }
    )
    guard let path else { return saves.lastStep }
    remember(isExtra: true, in: directory)
    report(.saved(step: step, path: path))
    return step
  }
}

import RealignNumerics

/// The sequences that are decoded at the same time, and the memory of their steps.
///
/// All memory is taken when sequences enter; a step takes none.
final class DecodingBatch {
  let slotCount: Int
  private let model: LanguageModel
  private let options: GenerationOptions
  private let cache: KeyValueCache
  private let activations = Activations(training: false)
  private var live: [LiveSequence] = []
  private var rows: DecodingRows
  /// One state per block, all over the same memory, cut to the live rows.
  private var states: [Activations.BlockState] = []
  /// The last hidden state of the prompt in each slot, (slots, C).
  private let promptEnds: Tensor
  private let head: DecodingHead

  init(model: LanguageModel, options: GenerationOptions, slotCount: Int, capacity: Int) {
    self.model = model
    self.slotCount = slotCount
    self.options = options
    cache = KeyValueCache(
      configuration: model.configuration,
      decoder: model.decoder,
      slotCount: slotCount,
      capacity: capacity
    )
    rows = DecodingRows(capacities: model.decoder.layers.indices.map(cache.capacity))
    promptEnds = Tensor(rows: slotCount, columns: model.configuration.hiddenSize)
    head = DecodingHead(
      model: model,
      sampler: Sampler(options: options),
      capacity: slotCount
    )
  }

  /// Whether any sequence is being decoded.
  var isLive: Bool { !live.isEmpty }

  /// Whether a slot has its prompt's keys and values for as long as no other prompt takes it.
  var keepsPrompts: Bool { cache.keepsAll }

  // MARK: Entering

  /// Fills the slots of new sequences and chooses their first token.
  func admit(_ admissions: [PromptSlots.Admission], prompts: [[Int32]], rowsPerPass: Int) {
    func copyPrompts(pending: Bool) {
      for admission in admissions {
        guard case .copy(let source, pending) = admission.source else { continue }
        let slot = admission.slot
        cache.copy(from: source, to: slot, length: prompts[admission.index].count)
        promptEnds.rows(slot..<slot + 1).copy(from: promptEnds.rows(source..<source + 1))
      }
    }
    copyPrompts(pending: false)
    let computed = admissions.filter { $0.source == .prefill }
    let passes = LanguageModel.passes(
      computed.map { prompts[$0.index].count },
      rowsPerPass: rowsPerPass
    )
    for pass in passes { prefill(computed[pass], prompts: prompts) }
    copyPrompts(pending: true)
    let first = live.count
    for admission in admissions {
      live.append(
        LiveSequence(
          index: admission.index,
          slot: admission.slot,
          prompt: prompts[admission.index],
          capacity: cache.capacity,
          options: options
        )
      )
    }
    let picked = Tensor(rows: admissions.count, columns: promptEnds.columns)
    Embedding.gather(
      table: promptEnds,
      ids: admissions.map { Int32($0.slot) },
      into: picked
    )
    head.extend(live[first...], stream: picked)
    refresh()
  }

  /// Computes prompts end to end, without padding.
  private func prefill(_ admissions: ArraySlice<PromptSlots.Admission>, prompts: [[Int32]]) {
    var batch = PackedBatch()
    var ranges: [Range<Int>] = []
    for admission in admissions {
      let start = batch.rowCount
      batch.appendPrompt(prompts[admission.index])
      ranges.append(start..<batch.rowCount)
    }
    let stream = model.forward(batch, activations: activations) { layer, state in
      let (_, key, value) = self.model.block(layer).split(state.fused)
      for (admission, range) in zip(admissions, ranges) {
        self.cache.store(
          layer: layer,
          slot: admission.slot,
          position: 0,
          key: key.rows(range),
          value: value.rows(range)
        )
      }
    }
    for (admission, range) in zip(admissions, ranges) {
      promptEnds.rows(admission.slot..<admission.slot + 1)
        .copy(from: stream.rows(range.upperBound - 1..<range.upperBound))
    }
  }

  /// Cuts the memory of a step to the sequences that are live now.
  private func refresh() {
    guard isLive else { return }
    activations.prepare(rows: live.count, model: model)
    states = (0..<model.configuration.layerCount).map {
      activations.state($0, rows: live.count)
    }
    rows.assign(live)
  }

  // MARK: Steps

  /// Advances every live sequence by one token.
  func decode() {
    rows.advance(live)
    // A block reads its input before it writes its output, so all write over the one stream.
    let stream = states[0].input
    model.embed(rows.tokens, positions: rows.positions, into: stream)
    let configuration = model.configuration
    for layer in 0..<configuration.layerCount {
      let block = model.block(layer)
      block.project(state: &states[layer], positions: rows.positions, dropout: nil)
      let (query, key, value) = block.split(states[layer].fused)
      cache.append(layer: layer, slots: rows.slots, lengths: rows.lengths, key: key, value: value)
      CausalAttention.decode(
        query: query,
        keys: cache.keys(layer),
        values: cache.values(layer),
        slots: rows.slots,
        lengths: rows.lengths(keptBy: layer),
        capacity: cache.capacity(layer),
        heads: configuration.headCount,
        keyValueHeads: configuration.keyValueHeadCount,
        options: block.attention,
        into: states[layer].attended
      )
      block.finishAttention(state: &states[layer], dropout: nil)
      block.feedForward(state: &states[layer], into: stream, dropout: nil)
    }
    for sequence in live { sequence.length += 1 }
    head.extend(live[...], stream: stream)
  }

  /// Tells of the latest tokens and of what is complete.
  func report(_ onEvent: (GenerationEvent) throws -> Void) rethrows {
    for sequence in live { try sequence.report(onEvent) }
  }

  /// Lets complete sequences go, and returns how many they were.
  func removeFinished(_ free: (_ slot: Int) -> Void) -> Int {
    let count = live.count
    for sequence in live where sequence.isFinished { free(sequence.slot) }
    live.removeAll(where: \.isFinished)
    if live.count < count { refresh() }
    return count - live.count
  }
}

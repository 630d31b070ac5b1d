import RealignNumerics
import RealignText

/// Gemma 3, text (Gemma Team 2025): Gemma 2's blocks with norms on the heads of queries and keys
/// instead of bounded scores, five sliding blocks to one that sees all, and two rotary bases.
enum Gemma3 {
  static let architecture = Architecture(
    modelType: "gemma3_text",
    summary: "Gemma 3 text decoders: Gemma 2's blocks with head norms and two rotary bases",
    read: { reader in
      var c = try Gemma2.readShared(reader, maximumPositions: 131_072)
      try readRotation(reader, into: &c)
      c.finalSoftCap = try reader.cap("final_logit_softcapping", whenAbsent: nil)
      if let cap = try reader.optionalNumber("attn_logit_softcapping") {
        throw reader.error("attn_logit_softcapping", found: "\(cap)", expected: "null")
      }
      let window = try reader.optionalSize("sliding_window", whenAbsent: 4096)
      let pattern = try reader.optionalSize("sliding_window_pattern") ?? 6
      let layers = try reader.slidingLayers(c) { window != nil && ($0 + 1) % pattern != 0 }
      try reader.setWindow(window, layers, into: &c)
      return c
    },
    write: { c in
      var object = Gemma2.writeShared(c, className: "Gemma3ForCausalLM")
      object["rope_local_base_freq"] = .number(c.slidingRopeTheta ?? 10_000)
      return object
    },
    describe: { c in
      var decoder = Gemma2.describeShared(c)
      decoder.normalizesHeads = true
      for index in decoder.layers.indices where decoder.layers[index].attention.window != nil {
        decoder.layers[index].rotation = DecoderDescription.Rotation(
          theta: c.slidingRopeTheta ?? 10_000
        )
      }
      return decoder
    }
  )

  /// `rope_theta`, `rope_scaling` and `rope_local_base_freq`, or `rope_parameters` for each kind of
  /// block.
  private static func readRotation(
    _ reader: ConfigurationReader,
    into c: inout ModelConfiguration
  ) throws {
    c.ropeTheta = try reader.number("rope_theta", default: 1_000_000)
    var sliding = try reader.number("rope_local_base_freq", default: 10_000)
    if let nested = try reader.object("rope_parameters") {
      let kinds = ["full_attention", "sliding_attention"]
      guard nested.json.keys.allSatisfy(kinds.contains) else {
        throw reader.error(
          "rope_parameters",
          found: nested.json.keys.joined(separator: ", "),
          expected: "an object for each of \(kinds.joined(separator: ", "))"
        )
      }
      if let full = try nested.object(kinds[0]) {
        (c.ropeTheta, c.ropeScaling) = try full.rotation(
          theta: c.ropeTheta,
          maximumPositions: c.maximumPositions
        )
      }
      if let local = try nested.object(kinds[1]) {
        let (theta, scaling) = try local.rotation(
          theta: sliding,
          maximumPositions: c.maximumPositions
        )
        guard scaling == nil else {
          throw local.error("rope_type", found: "scaled sliding layers", expected: "default")
        }
        sliding = theta
      }
    }
    if let scaling = try reader.object("rope_scaling") {
      (c.ropeTheta, c.ropeScaling) = try scaling.rotation(
        theta: c.ropeTheta,
        maximumPositions: c.maximumPositions
      )
    }
    c.slidingRopeTheta = sliding
  }
}

import RealignText

@testable import RealignModels

extension FuzzCheck {
  /// A model configuration that is accepted is written and read back equal and has parameters; an
  /// adapter configuration has a rank and targets.
  static let configuration = FuzzCheck(name: "configuration") { bytes in
    let value = try accepted { try JSONValue.parse(bytes, file: "config.json") }
    guard let json = value?.objectValue else { return }
    let model = try accepted { try ModelConfiguration(json: json, file: "config.json") }
    if let model {
      guard let written = model.json.objectValue else {
        throw FuzzFailure(description: "no object is written")
      }
      let again = try ModelConfiguration(json: written, file: "again.json")
      try require(again == model, "\(again) of \(model)")
      if model.layerCount <= 32 {
        try require(model.decoder.layout(model).count > 0, "no parameters")
      }
    }
    let adapter = try accepted {
      try AdapterConfiguration(json: json, file: "adapter_config.json")
    }
    if let adapter {
      try require(adapter.scale(rank: adapter.rank, alpha: adapter.alpha) > 0, "\(adapter)")
    }
  }
}

import Foundation
import RealignModels
import RealignNumerics
import RealignText

extension FuzzCheck {
  /// Every tensor of a file that is accepted lies in the file and can be read; written anew, the
  /// file has the same names, shapes and values.
  static let safeTensors = FuzzCheck(name: "safetensors") { bytes in
    let folder = FileManager.default.temporaryDirectory.path
    // Checks run at the same time.
    let path = folder + "/realign-fuzzing-\(UUID().uuidString).safetensors"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try accepted { try SafeTensorsFile(path: path) }
    guard let file else { return }
    var values: [String: Tensor] = [:]
    for entry in file.entries {
      try require(entry.byteRange.lowerBound >= 8, "\(entry.byteRange)")
      try require(entry.byteRange.upperBound <= bytes.count, "\(entry.byteRange)")
      let count = entry.shape.reduce(1, *)
      try require(entry.byteRange.count == count * entry.type.byteCount, "\(entry)")
      try require(file.entry(entry.name) == entry, entry.name)
      let tensor = Tensor(rows: 1, columns: count)
      try file.load(entry, into: tensor)
      values[entry.name] = tensor
    }
    let writer = SafeTensorsWriter(
      entries: file.entries.map {
        SafeTensorsWriter.Entry(name: $0.name, shape: $0.shape, type: .f32)
      },
      metadata: file.metadata
    )
    try writer.write(to: path) { entry in
      .single(values[entry.name] ?? Tensor(rows: 1, columns: 0))
    }
    let again = try SafeTensorsFile(path: path)
    try require(again.entries.map(\.name) == file.entries.map(\.name), "other names")
    try require(again.entries.map(\.shape) == file.entries.map(\.shape), "other shapes")
    try require(again.metadata == file.metadata, "other metadata")
  }
}

import Foundation
import RealignModels
import RealignNumerics
import RealignText

extension FuzzCheck {
  /// Every tensor of a file that is accepted lies in the file and can be read; written anew, the
  /// file has the same names, shapes and values.
  static let safeTensors = FuzzCheck(name: "safetensors") { bytes in
    let file = try accepted { try SafeTensorsFile(data: Data(bytes), path: "a.safetensors") }
    guard let file else { return }
    var tensors: [(name: String, shape: [Int], values: Tensor)] = []
    for entry in file.entries {
      try require(entry.byteRange.lowerBound >= 8, "\(entry.byteRange)")
      try require(entry.byteRange.upperBound <= bytes.count, "\(entry.byteRange)")
      let count = entry.shape.reduce(1, *)
      try require(entry.byteRange.count == count * entry.type.byteCount, "\(entry)")
      guard count > 0 else { continue }
      let values = Tensor(rows: 1, columns: count)
      file.load(entry, into: values)
      try require(file.entry(entry.name) != nil, entry.name)
      tensors.append((entry.name, entry.shape, values))
    }
    let data = SafeTensorsWriter.data(tensors, metadata: file.metadata)
    let again = try SafeTensorsFile(data: data, path: "b.safetensors")
    try require(again.entries.count == tensors.count, "\(again.entries.count) tensors")
    try require(again.entries.map(\.shape) == tensors.map(\.shape), "other shapes")
    try require(again.metadata == file.metadata, "other metadata")
  }
}

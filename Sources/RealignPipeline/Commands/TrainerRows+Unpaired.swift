import RealignData
import RealignModels
import RealignTraining

extension TrainerRows<UnpairedExample> {
  /// Reads completions with a label.
  ///
  /// - Parameter limit: Most tokens of a prompt with its completion.
  /// - Throws: `InputError` with file and line of the first wrong row of all files.
  init(unpaired files: [String], encoder: RowEncoder, limit: Int) throws {
    guard !files.isEmpty else { return }
    for (place, row) in try RowFiles.read(files, as: UnpairedRow.self) {
      let encoded = try encoder.encode(
        prompt: row.prompt,
        completion: row.completion,
        template: row.template,
        endsText: true,
        place: place
      )
      try encoded.requireTrained(place)
      diagnostics.add([encoded], encoder: encoder, limit: limit)
      guard encoded.ids.count <= limit else { continue }
      rows.append(
        UnpairedExample(
          prompt: Array(encoded.ids[..<encoded.completionStart]),
          completion: Array(encoded.ids[encoded.completionStart...]),
          isDesirable: row.label
        )
      )
    }
  }

  /// The digest of the rows and their labels.
  var digest: String {
    var digest = TokenDigest()
    for row in rows {
      digest.append(row.prompt)
      digest.append(row.completion)
      digest.append([row.isDesirable ? 1 : 0])
    }
    return digest.hexadecimal
  }
}

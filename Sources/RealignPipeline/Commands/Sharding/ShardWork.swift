import RealignNumerics
import RealignText

/// What shards have in common that belong together.
struct ShardWork: Sendable, Equatable {
  /// The command, `score` for example.
  var command: String
  /// The program's version.
  var version: String
  /// The kernels that products ran on; others may give other last bits.
  var kernel: String
  /// Rows of the whole input.
  var rowCount: Int
  /// Rows of a block.
  var blockRows: Int
  /// Blocks of each shard; nil when they are divided evenly.
  var blockCounts: [Int]?
  /// Files by content.
  var sources: ShardSources
  /// Settings that results depend on, by name.
  var settings: JSONObject

  /// Of the settings, for comparing by eye.
  var configurationDigest: String { Digest.sha256(JSONValue.object(settings).serialized()) }

  /// The blocks of the whole input.
  var blocks: RowBlocks { RowBlocks(rowCount: rowCount, blockRows: blockRows) }

  /// How they are divided.
  func division(of count: Int) -> ShardDivision {
    blockCounts.map(ShardDivision.init(blockCounts:))
      ?? ShardDivision(blocks: blocks.count, shards: count)
  }

  /// Work on this machine by this program.
  init(
    command: String,
    blocks: RowBlocks,
    blockCounts: [Int]?,
    sources: ShardSources,
    settings: JSONObject
  ) {
    self.command = command
    version = ProgramVersion.number
    kernel = Matrix.kernelName
    rowCount = blocks.rowCount
    blockRows = blocks.blockRows
    self.blockCounts = blockCounts
    self.sources = sources
    self.settings = settings
  }
}

extension ShardWork {
  /// A field in which two pieces of work differ.
  struct Difference: Equatable {
    let field: String
    let found: String
    let expected: String
  }

  /// The first field in which this is not what it should be; the kernel does not count.
  func difference(from other: ShardWork) -> Difference? {
    func inputs(_ work: ShardWork) -> String {
      work.sources.inputs.map { "\($0.name) \($0.digest)" }.joined(separator: ", ")
    }
    let fields: [(String, String, String)] = [
      ("command", command, other.command), ("version", version, other.version),
      ("rows", "\(rowCount)", "\(other.rowCount)"),
      ("block_rows", "\(blockRows)", "\(other.blockRows)"),
      ("model_sha256", sources.model, other.sources.model),
      ("adapter_sha256", sources.adapter ?? "none", other.sources.adapter ?? "none"),
    ]
    if let field = fields.first(where: { $0.1 != $0.2 }) {
      return Difference(field: field.0, found: field.1, expected: field.2)
    }
    if sources.inputs.map(\.digest) != other.sources.inputs.map(\.digest) {
      return Difference(field: "inputs", found: inputs(self), expected: inputs(other))
    }
    for key in settings.keys + other.settings.keys where settings[key] != other.settings[key] {
      return Difference(
        field: "settings." + key,
        found: settings[key]?.serialized() ?? "nothing",
        expected: other.settings[key]?.serialized() ?? "nothing"
      )
    }
    guard blockCounts != other.blockCounts else { return nil }
    func shown(_ work: ShardWork) -> String {
      work.blockCounts.map { "\($0)" } ?? "divided evenly"
    }
    return Difference(field: "blocks", found: shown(self), expected: shown(other))
  }
}

extension ShardWork {
  /// The work as it stands in the header of a shard.
  var json: JSONValue {
    [
      "command": .string(command), "version": .string(version), "kernel": .string(kernel),
      "rows": .integer(rowCount), "block_rows": .integer(blockRows),
      "blocks": blockCounts.map { .array($0.map { .integer($0) }) } ?? .null,
      "inputs": .array(
        sources.inputs.map { ["name": .string($0.name), "sha256": .string($0.digest)] }
      ),
      "model_sha256": .string(sources.model),
      "adapter_sha256": sources.adapter.map { .string($0) } ?? .null,
      "settings": .object(settings), "configuration_sha256": .string(configurationDigest),
    ]
  }

  /// Reads the work in a header.
  ///
  /// - Throws: `InputError` of kind `badData` with the field that is wrong.
  init(json: JSONValue?, reader: ShardHeaderReader) throws {
    command = try reader.text(json?["command"], "work.command")
    version = try reader.text(json?["version"], "work.version")
    kernel = try reader.text(json?["kernel"], "work.kernel")
    rowCount = try reader.count(json?["rows"], "work.rows")
    blockRows = try reader.count(json?["block_rows"], "work.block_rows", from: 1)
    let counts = reader.unlessNull(json?["blocks"])
    blockCounts = try counts.map { value in
      try reader.list(value, "work.blocks") { try reader.count($0, $1) }
    }
    sources = ShardSources(
      inputs: try reader.list(json?["inputs"], "work.inputs") { value, field in
        ShardSources.Input(
          name: try reader.text(value["name"], field + ".name"),
          digest: try reader.text(value["sha256"], field + ".sha256")
        )
      },
      model: try reader.text(json?["model_sha256"], "work.model_sha256"),
      adapter: try reader.unlessNull(json?["adapter_sha256"])
        .map { try reader.text($0, "work.adapter_sha256") }
    )
    guard let settings = json?["settings"]?.objectValue else {
      throw reader.error("work.settings", json?["settings"], "an object")
    }
    self.settings = settings
    let digest = try reader.text(json?["configuration_sha256"], "work.configuration_sha256")
    guard digest == configurationDigest else {
      throw reader.error(
        "work.configuration_sha256",
        .string(digest),
        "that of the settings, \(configurationDigest)"
      )
    }
    guard blockCounts == nil || blockCounts?.reduce(0, +) == blocks.count else {
      throw reader.error("work.blocks", counts, "\(blocks.count) blocks together")
    }
  }
}

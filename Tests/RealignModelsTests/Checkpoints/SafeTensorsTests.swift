import Foundation
import RealignModels
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@Suite("Hostile safetensors")
struct SafeTensorsTests {
  static func file(_ header: String, body: Int, length: UInt64? = nil) -> Data {
    var data = Data()
    var n = length ?? UInt64(header.utf8.count)
    for _ in 0..<8 {
      data.append(UInt8(n & 0xff))
      n >>= 8
    }
    data.append(contentsOf: header.utf8)
    data.append(Data(count: body))
    return data
  }

  static func read(_ data: Data) throws -> SafeTensorsFile {
    let folder = try TemporaryFolder()
    return try SafeTensorsFile(path: folder.write([UInt8](data), to: "x.safetensors"))
  }

  @Test("a sound file is read")
  func sound() throws {
    let header =
      #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    let file = try Self.read(Self.file(header, body: 8))
    #expect(file.entries.map(\.name) == ["a"])
    #expect(file.metadata == ["format": "pt"])
  }

  /// A header with one tensor.
  static func one(
    _ shape: String,
    _ offsets: String,
    dtype: String = "F32",
    name: String = "a"
  ) -> String {
    #"{"\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  /// A header with two tensors of four bytes.
  static func two(_ first: String, _ second: String, names: (String, String) = ("a", "b")) -> String
  {
    let entry = { (name: String, offsets: String) in
      #""\#(name)":{"dtype":"F32","shape":[1],"data_offsets":\#(offsets)}"#
    }
    return "{" + entry(names.0, first) + "," + entry(names.1, second) + "}"
  }

  static let manyDimensions = "[" + Array(repeating: "1", count: 9).joined(separator: ",") + "]"

  /// What is wrong, the file, and part of the message that says so.
  static let hostile: [(String, Data, String)] = [
    ("empty", Data(), "shorter"),
    ("seven bytes", Data(count: 7), "shorter"),
    ("no header", Data(count: 8), "JSON"),
    ("header length 2^64-1", file("{}", body: 0, length: .max), "too large"),
    ("header of 100 MB and one", file("{}", body: 0, length: 100_000_001), "too large"),
    ("header longer than the file", file("{}", body: 0, length: 3), "longer than the file"),
    ("header of 100 MB in a small file", file("{}", body: 0, length: 100_000_000), "longer"),
    ("not JSON", file("{", body: 0), "not a key"),
    ("not an object", file("[]", body: 0), "not an object"),
    ("text after the object", file("{}x", body: 0), "after"),
    ("two objects", file("{}{}", body: 0), "after"),
    ("trailing bytes", file("{}", body: 1), "bytes after"),
    ("a trailing byte", file(one("[1]", "[0,4]"), body: 5), "bytes after"),
    ("hole at the start", file(one("[1]", "[4,8]"), body: 8), "hole"),
    ("hole between", file(two("[0,4]", "[8,12]"), body: 12), "hole"),
    ("the same bytes twice", file(two("[0,4]", "[0,4]"), body: 4), "overlap"),
    ("overlap", file(two("[0,4]", "[2,6]"), body: 6), "overlap"),
    ("past the end", file(one("[2]", "[0,8]"), body: 4), "past the file"),
    ("far past the end", file(one("[1099511627776]", "[0,4398046511104]"), body: 4), "past"),
    ("end before begin", file(one("[0]", "[4,0]"), body: 4), "no range"),
    ("three offsets", file(one("[1]", "[0,4,4]"), body: 4), "no range"),
    ("one offset", file(one("[1]", "[4]"), body: 4), "no range"),
    ("offsets as text", file(one("[1]", #"["0","4"]"#), body: 4), "no range"),
    ("negative offset", file(one("[1]", "[-4,0]"), body: 0), "negative"),
    ("offset with a fraction", file(one("[1]", "[0,4.0]"), body: 4), "fraction"),
    ("dimension with an exponent", file(one("[1e0]", "[0,4]"), body: 4), "fraction"),
    ("negative dimension", file(one("[-1]", "[0,4]"), body: 4), "negative"),
    ("dimension as text", file(one(#"["1"]"#, "[0,4]"), body: 4), "whole numbers"),
    ("overflowing product", file(one("[4294967296,4294967296]", "[0,0]"), body: 0), "overflows"),
    (
      "product that overflows before its zero",
      file(one("[4503599627370496,4503599627370496,0]", "[0,0]"), body: 0), "overflows"
    ),
    ("overflowing bits", file(one("[4503599627370496,128]", "[0,0]"), body: 0), "overflows"),
    ("2^63 elements", file(one("[9223372036854775807,3,0]", "[0,0]"), body: 0), "whole numbers"),
    ("shape and size differ", file(one("[3]", "[0,8]"), body: 8), "disagree"),
    ("nine dimensions", file(one(manyDimensions, "[0,4]"), body: 4), "8 dimensions"),
    ("unknown type", file(one("[1]", "[0,1]", dtype: "F8_E4M3"), body: 1), "unsupported dtype"),
    ("type in lower case", file(one("[1]", "[0,4]", dtype: "f32"), body: 4), "unsupported dtype"),
    ("no type", file(#"{"a":{"shape":[0],"data_offsets":[0,0]}}"#, body: 0), "incomplete"),
    ("no shape", file(#"{"a":{"dtype":"F32","data_offsets":[0,0]}}"#, body: 0), "incomplete"),
    ("no offsets", file(#"{"a":{"dtype":"F32","shape":[0]}}"#, body: 0), "incomplete"),
    ("an entry that is a list", file(#"{"a":[]}"#, body: 0), "incomplete"),
    ("duplicate name", file(two("[0,4]", "[4,8]", names: ("a", "a")), body: 8), "twice"),
    (
      "duplicate after unescaping",
      file(two("[0,4]", "[4,8]", names: ("a", "\\u0061")), body: 8), "twice"
    ),
    (
      "duplicate key of an entry",
      file(#"{"a":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#, body: 0),
      "twice"
    ),
    ("NUL in a name", file(one("[1]", "[0,4]", name: "a\\u0000"), body: 4), "control character"),
    ("DEL in a name", file(one("[1]", "[0,4]", name: "a\u{7f}"), body: 4), "control character"),
    ("C1 in a name", file(one("[1]", "[0,4]", name: "a\u{9b}"), body: 4), "control character"),
    ("raw control character", file(one("[1]", "[0,4]", name: "a\u{1}"), body: 4), "control"),
    ("half of a surrogate pair", file(one("[1]", "[0,4]", name: "\\ud800"), body: 4), "surrogate"),
    ("metadata of numbers", file(#"{"__metadata__":{"a":1}}"#, body: 0), "strings"),
    ("metadata of null", file(#"{"__metadata__":{"a":null}}"#, body: 0), "strings"),
    ("metadata as a list", file(#"{"__metadata__":[]}"#, body: 0), "not an object"),
    (
      "ten thousand levels",
      file(#"{"a":"# + String(repeating: "[", count: 10_000), body: 0), "128 levels"
    ),
    (
      "100,001 tensors",
      file(
        "{"
          + (0...100_000).map { #""\#($0)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"# }
          .joined(separator: ",") + "}",
        body: 0
      ), "100000 tensors"
    ),
    (
      "more objects than tensors",
      file("[" + String(repeating: "{},", count: 100_100) + "{}]", body: 0), "100000 tensors"
    ),
    (
      "millions of dimensions",
      file(one("[" + String(repeating: "1,", count: 2_000_000) + "1]", "[0,4]"), body: 4),
      "more values"
    ),
  ]

  @Test("is refused with an error that says why", arguments: hostile.indices)
  func refused(index: Int) {
    let (name, data, message) = Self.hostile[index]
    let error = #expect(throws: InputError.self, "\(name)") { try Self.read(data) }
    #expect(error?.kind == .badData, "\(name)")
    let text = error?.description ?? ""
    #expect(text.contains(message), "\(name): \(text)")
  }

  @Test("invalid UTF-8 in the header is refused")
  func invalidText() {
    var data = Self.file(Self.one("[1]", "[0,4]", name: "?"), body: 4)
    data[10] = 0xFF
    let error = #expect(throws: InputError.self) { try Self.read(data) }
    #expect(error?.message.contains("UTF-8") == true)
  }

  @Test(
    "what the reference tolerates is read",
    arguments: [
      "  \n\t" + one("[1]", "[0,4]"), one("[1]", "[0,4]") + " \n\r\t ",
      one("[]", "[0,4]"), one("[1,1,1,1,1,1,1,1]", "[0,4]"),
      #"{"__metadata__":null,"# + one("[1]", "[0,4]").dropFirst(),
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":[true,{"x":null}]}}"#,
      #"{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"e":{"dtype":"F32","shape":[0,3],"#
        + #""data_offsets":[4,4]},"b":{"dtype":"F16","shape":[0],"data_offsets":[0,0]}}"#,
      one("[1]", "[0,4]", name: "1.5e-3 {[,"),
    ]
  )
  func tolerated(header: String) throws {
    let file = try Self.read(Self.file(header, body: 4))
    #expect(file.entries.contains { $0.byteRange.count == 4 })
    for entry in file.entries { #expect(file.entry(entry.name) == entry) }
  }

  @Test("a file cut anywhere is refused, and a changed byte never stops the program")
  func mutated() throws {
    let golden = try Data(
      contentsOf: URL(fileURLWithPath: Fixtures.goldens + "/safetensors/bf16.safetensors")
    )
    for length in 0..<golden.count {
      #expect(throws: InputError.self) { try Self.read(golden.prefix(length)) }
    }
    var stream = RandomStream(seed: 1, name: "mutations")
    for _ in 0..<2000 {
      var data = golden
      for _ in 0..<1 + Int(stream.uniform() * 3) {
        data[Int(stream.uniform() * 440)] = UInt8(stream.uniform() * 256)
      }
      guard let file = try? Self.read(data) else { continue }
      // What is accepted still covers the whole file.
      #expect(file.entries.reduce(0) { $0 + $1.byteRange.count } < golden.count)
    }
  }

  @Test("a folder, a pipe and an absent file are no weights")
  func noFile() throws {
    let folder = try TemporaryFolder()
    mkfifo(folder.path + "/pipe", 0o600)
    for name in ["", "/pipe", "/absent"] {
      let error = #expect(throws: InputError.self) {
        try SafeTensorsFile(path: folder.path + name)
      }
      #expect(error?.kind == .missingInput)
    }
  }

  @Test("a file that is cut while it is open is an error when it is read")
  func shortened() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([UInt8](Self.file(Self.one("[2]", "[0,8]"), body: 8)), to: "x")
    let file = try SafeTensorsFile(path: path)
    truncate(path, 60)
    let error = #expect(throws: InputError.self) {
      try file.load(file.entries[0], into: Tensor(rows: 1, columns: 2))
    }
    #expect(error?.kind == .io)
  }
}

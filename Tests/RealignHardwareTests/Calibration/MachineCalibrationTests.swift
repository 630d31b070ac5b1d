import Foundation
import RealignNumerics
import RealignTestSupport
import RealignText
import Testing

@testable import RealignHardware

@Suite("Calibration of a machine")
struct MachineCalibrationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func calibration(
    _ machine: MachineCalibration.Machine = .current,
    shape: String = "tiny",
    parameters: Int = 1_000_000
  ) -> MachineCalibration {
    MachineCalibration(
      machine: machine,
      version: "1.2.3",
      date: "2026-01-02T03:04:05Z",
      threads: 2,
      productGFLOPS: 150,
      memoryBandwidth: 30,
      shapes: [
        MachineCalibration.Shape(
          name: shape,
          parameters: parameters,
          scoring: [
            MachineCalibration.Rate(batchSize: 1, perSecond: 80, gflops: 50),
            MachineCalibration.Rate(batchSize: 4, perSecond: 97),
            MachineCalibration.Rate(batchSize: 16, perSecond: 100),
          ],
          training: [MachineCalibration.Rate(batchSize: 2, perSecond: 3, gflops: 90)],
          generation: [],
          tokensPerExample: 144
        )
      ]
    )
  }

  @Test("what is saved is read back, from a folder that did not exist")
  func roundTrip() throws {
    let path = folder.path + "/a/b/calibration.json"
    try calibration().save(to: path)
    #expect(try MachineCalibration(path: path) == calibration())
  }

  @Test("the file lies in the cache folder of the user")
  func path() {
    #expect(
      MachineCalibration.path(["XDG_CACHE_HOME": "/c", "HOME": "/h"])
        == "/c/realign/calibration.json"
    )
    #expect(
      MachineCalibration.path(["XDG_CACHE_HOME": "", "HOME": "/h"])
        == "/h/.cache/realign/calibration.json"
    )
    #expect(MachineCalibration.path([:]) == nil)
  }

  @Test("a damaged file is refused by its field")
  func damage() throws {
    let path = folder.path + "/c.json"
    try calibration().save(to: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let changes = [
      ("realign-calibration-1", "realign-calibration-0", "format"),
      (#""cores": \#(MachineInformation.coreCount)"#, #""cores": 0"#, "device.cores"),
      (#""peak_gflops": 150"#, #""peak_gflops": -1"#, "peak_gflops"),
      (#""memory_bandwidth_gbs": 30"#, #""memory_bandwidth_gbs": "30""#, "memory_bandwidth_gbs"),
      (#""pairs": 2"#, #""pairs": 2.5"#, "shapes[0].training[0].pairs"),
      (
        #""examples_per_second": 97"#, #""examples": 97"#,
        "shapes[0].scoring[1].examples_per_second"
      ),
      (#""threads": 2"#, #""threads": 65537"#, "device.threads"),
      (#""memory_gb": "#, #""memory_gb": -"#, "device.memory_gb"),
      ("2026-01-02T03:04:05Z", "yesterday", "date"),
      (#""realign": "1.2.3""#, #""realign": """#, "realign"),
      (
        #""shape": "tiny""#, #""shape": "\#(String(repeating: "x", count: 65))""#, "shapes[0].shape"
      ),
      (#""tokens_per_example": 144"#, #""tokens_per_example": 0"#, "shapes[0].tokens_per_example"),
    ]
    for (old, new, field) in changes {
      let damaged = text.replacing(old, with: new)
      try #require(damaged != text, "\(old)")
      let file = try folder.write(damaged, to: "damaged.json")
      let error = #expect(throws: InputError.self) { try MachineCalibration(path: file) }
      #expect(error?.field == field && error?.kind == .badData)
    }
    let rate = ##"{"batch_size": 1, "examples_per_second": 1}, "##
    let long = text.replacing(#""scoring": ["#, with: #""scoring": ["# + rate.repeated(256))
    let many = try folder.write(long, to: "many.json")
    let error = #expect(throws: InputError.self) { try MachineCalibration(path: many) }
    #expect(error?.field == "shapes[0].scoring" && error?.found == "259 items")
    let cut = try folder.write(String(text.prefix(text.count / 2)), to: "cut.json")
    #expect(throws: InputError.self) { try MachineCalibration(path: cut) }
    #expect(throws: InputError.self) { try MachineCalibration(path: folder.path + "/none.json") }
  }

  @Test("a file that is too large is not read to its end, and control characters are escaped")
  func hostile() throws {
    let large = try folder.write(String(repeating: " ", count: 2 << 20), to: "large.json")
    let error = #expect(throws: InputError.self) { try MachineCalibration(path: large) }
    #expect(error?.kind == .badData && error?.message.contains("too large") == true)
    let file = try folder.write(#"{"format":"\u001b[31mred\n"}"#, to: "red.json")
    let red = #expect(throws: InputError.self) { try MachineCalibration(path: file) }
    #expect(red?.field == "format")
    let text = red?.description ?? ""
    #expect(!text.unicodeScalars.contains("\u{1b}") && !text.dropLast().contains("red\n"))
  }

  @Test("the recommended batch is the smallest within 5 % of the best")
  func recommended() {
    #expect(MachineCalibration.recommendedBatchSize(calibration().shapes[0].scoring) == 4)
    #expect(MachineCalibration.recommendedBatchSize([]) == nil)
    #expect(MachineProfile(calibration()).recommendedBatchSize == 4)
  }

  @Test("shapes measured earlier are kept, unless measured again or on another machine")
  func adding() {
    let new = calibration(shape: "small", parameters: 5)
    #expect(new.adding(calibration()).shapes.map(\.name) == ["tiny", "small"])
    #expect(new.adding(calibration(shape: "small")).shapes == new.shapes)
    var other = MachineCalibration.Machine.current
    other.cores += 1
    #expect(new.adding(calibration(other)) == new)
  }

  @Test("rates that differ by more than 10 % from an earlier calibration have drifted")
  func drift() {
    var later = calibration()
    later.shapes[0].scoring[1].perSecond *= 0.85
    later.shapes[0].scoring[2].perSecond *= 1.09
    later.productGFLOPS *= 1.2
    let drift = later.drift(since: calibration())
    #expect(drift.map(\.name) == ["matrix products", "scoring tiny, 4 at a time"])
    #expect(drift.allSatisfy { abs($0.ratio - 1.2) < 1e-12 || abs($0.ratio - 0.85) < 1e-12 })
    later.threads = 1
    #expect(later.drift(since: calibration()).isEmpty)
  }

  @Test("the rate of training is that of the shape nearest in size")
  func trainingRate() {
    var both = calibration(shape: "large", parameters: 100_000_000)
    both.shapes[0].training[0].gflops = 120
    both.shapes[0].training.append(MachineCalibration.Rate(batchSize: 4, perSecond: 3, gflops: 130))
    both = both.adding(calibration())
    #expect(both.trainingGFLOPS(parameters: 2_000_000) == 90)
    #expect(both.trainingGFLOPS(parameters: 50_000_000) == 120)
    both.shapes = []
    #expect(both.trainingGFLOPS(parameters: 1) == nil)
  }
}

extension String {
  fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}

import RealignNumerics
import Testing

@Suite("Machine information")
struct MachineInformationTests {
  @Test("facts are plausible")
  func plausible() {
    #expect(MachineInformation.coreCount >= 1)
    #expect(MachineInformation.memoryBytes > 1 << 28)
    #expect(!MachineInformation.processor.isEmpty)
    #expect(["avx512", "avx2", "neon", "baseline"].contains(MachineInformation.instructionSet))
    #expect(MachineInformation.blasConfiguration.contains("OpenBLAS"))
    #expect(!MachineInformation.blasCore.isEmpty)
  }

  @Test("the peak is at least what is resident and grows with use")
  func memory() {
    let before = MachineInformation.peakResidentBytes
    let block = [UInt8](repeating: 1, count: 64 << 20)
    #expect(MachineInformation.peakResidentBytes >= MachineInformation.residentBytes / 2)
    #expect(before == 0 || MachineInformation.residentBytes >= block.count)
  }
}

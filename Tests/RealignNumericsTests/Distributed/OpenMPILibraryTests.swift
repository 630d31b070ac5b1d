import Foundation
import RealignTestSupport
import Testing

@testable import RealignNumerics

@Suite struct OpenMPILibraryTests {
  private static func words(_ names: [String]) -> String {
    do {
      return try OpenMPILibrary.load(names: names)
    } catch { return "\(error)" }
  }

  @Test func `an absent library names what to install`() {
    let words = Self.words(["libnowhere.so.1", "libnowhere.so"])
    #expect(words.hasPrefix("Open MPI's library was not found (libnowhere.so.1: "))
    #expect(words.contains("libnowhere.so: "))
    #expect(words.hasSuffix("install Open MPI (package openmpi-bin) on every host"))
  }

  @Test func `a library that is no MPI is refused`() {
    let words = Self.words(["libm.so.6"])
    #expect(words.hasPrefix("libm.so.6 has no MPI_Get_library_version"))
    #expect(words.contains("openmpi-bin"))
  }

  private static let compiler = ["/usr/bin/cc", "/usr/bin/clang", "/usr/bin/gcc"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// A library that calls itself by a version and has nothing else.
  private static func library(_ version: String, in folder: TemporaryFolder) throws -> String {
    let source = try folder.write(
      """
      int MPI_Get_library_version(char *text, int *length) {
        const char *version = "\(version)";
        for (*length = 0; (text[*length] = version[*length]); ++*length) {
        }
        return 0;
      }
      """,
      to: "mpi.c"
    )
    let path = folder.path + "/libmpi.so"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(compiler))
    process.arguments = ["-shared", "-fPIC", "-o", path, source]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return path
  }

  @Test(.enabled(if: compiler != nil, "no C compiler in /usr/bin"))
  func `another MPI is refused by its name`() throws {
    let folder = try TemporaryFolder()
    let path = try Self.library("MPICH Version:      4.0.2\\nMPICH Release date: 2022", in: folder)
    let words = Self.words([path])
    #expect(words.hasPrefix("\(path) is \"MPICH Version:      4.0.2\", not Open MPI"))
    #expect(words.contains("openmpi-bin"))
  }

  @Test(.enabled(if: compiler != nil, "no C compiler in /usr/bin"))
  func `an Open MPI without its functions is refused by the first that is missing`() throws {
    let folder = try TemporaryFolder()
    let path = try Self.library("Open MPI v0.9", in: folder)
    #expect(Self.words([path]).hasPrefix("\(path) has no MPI_Init_thread"))
  }

  @Test func `messages cover a transfer in order, none above the limit`() {
    for (count, limit) in [(0, 5), (1, 5), (5, 5), (6, 5), (23, 7), (3 << 28 + 1, 1 << 28)] {
      let pieces = MPITransfers.pieces(count, limit: limit)
      #expect(pieces.allSatisfy { !$0.isEmpty && $0.count <= limit })
      #expect(pieces.reduce(0) { $0 == $1.lowerBound ? $1.upperBound : -1 } == count)
    }
    // A message's count is a 32-bit number, and so are its bytes as MPI adds them up.
    #expect(MPIOptions().valuesPerMessage * 4 < 1 << 31)
  }
}

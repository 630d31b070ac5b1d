import RealignTestSupport
import Testing

@testable import RealignNumerics

@Suite("Memory limits")
struct MemoryLimitsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:   600 kB\nSwapTotal: 100 kB\n"
        + "SwapFree: 50 kB\n",
      to: "proc/meminfo"
    )
  }

  private var limits: [Int] {
    let limits = MemoryLimits(root: folder.path)
    return [limits.capacity, limits.available]
  }

  @Test("this process has some memory")
  func current() {
    let limits = MemoryLimits.current
    #expect(limits.available > 0 && limits.capacity >= limits.available)
    #expect(limits.capacity > 1 << 28)
  }

  @Test("without groups it is the machine's, swap included")
  func machine() { #expect(limits == [1100 * 1024, 650 * 1024]) }

  @Test("the tightest of nested groups of version 2 counts, less what it uses")
  func unified() throws {
    try folder.write("0::/a/b\n", to: "proc/self/cgroup")
    try folder.write("max\n", to: "sys/fs/cgroup/a/b/memory.max")
    try folder.write("500000\n", to: "sys/fs/cgroup/a/memory.max")
    try folder.write("200000\n", to: "sys/fs/cgroup/a/memory.current")
    #expect(limits == [500_000, 300_000])
  }

  @Test("groups of version 1 keep a folder of their own, and none means no limit")
  func divided() throws {
    try folder.write("5:cpu:/x\n4:memory,hugetlb:/x\n0::/\n", to: "proc/self/cgroup")
    try folder.write("9223372036854771712\n", to: "sys/fs/cgroup/memory/memory.limit_in_bytes")
    #expect(limits == [1100 * 1024, 650 * 1024])
    try folder.write("700000\n", to: "sys/fs/cgroup/memory/x/memory.limit_in_bytes")
    #expect(limits == [700_000, 650 * 1024])
  }
}

import RealignNumerics
import RealignTestSupport
import Testing

@Suite struct ProcessGroupTests {
  @Test func `a single process does as defined`() throws {
    #expect(try ProcessGroupChecks.violations(of: SingleProcess()) == [])
  }

  @Test(arguments: 1...4)
  func `threads as ranks do as defined`(size: Int) throws {
    let found = try ThreadGroup.run(size) { try ProcessGroupChecks.violations(of: $0) }
    #expect(found == [[String]](repeating: [], count: size))
  }

  @Test func `results come in the order of ranks`() throws {
    #expect(try ThreadGroup.run(3) { $0.rank * 10 + $0.size } == [3, 13, 23])
  }

  @Test func `a rank that fails is lost to those that wait for it`() throws {
    struct Fault: Error {}
    let lost = try ThreadGroup.run(3) { group -> ProcessGroupError? in
      guard group.rank != 1 else { return nil }
      do {
        while true { try group.barrier() }
      } catch let error as ProcessGroupError { return error }
    }
    #expect(lost == [.silent(rank: 1, seconds: 0), nil, .silent(rank: 1, seconds: 0)])
    #expect(throws: Fault.self) {
      try ThreadGroup.run(2) { group in
        if group.rank == 1 { throw Fault() }
        // The fault is what is told, although this rank's error may come first.
        do { try group.barrier() } catch {}
      }
    }
  }

  @Test func `different calls are an error and no deadlock`() throws {
    let words = try ThreadGroup.run(2) { group -> String in
      do {
        if group.rank == 0 { try group.barrier() } else { _ = try group.allGather([1]) }
        return ""
      } catch { return "\(error)" }
    }
    #expect(words[0] == words[1])
    #expect(words[0].contains("barrier()") && words[0].contains("allGather(bytes)"))
  }

  @Test func `errors tell who and for how long`() {
    #expect(
      ProcessGroupError.silent(rank: 3, seconds: 6).description == "rank 3 has been silent for 6 s"
    )
    #expect(ProcessGroupError.silent(rank: 2, seconds: 0).description == "rank 2 has died")
    #expect(ProcessGroupError.failed("no way").description == "no way")
  }

  @Test func `a plain start is a group of one and loads nothing`() throws {
    #expect(try ProcessGroups.current() is SingleProcess)
    #expect(ProcessGroups.mpi == nil)
    #expect(ProcessGroups.speaks(of: ProcessGroupError.silent(rank: 1, seconds: 5)))
    #expect(
      ProcessGroups.explanation(of: .silent(rank: 1, seconds: 5))
        == "rank 1 has been silent for 5 s"
    )
    // Nobody is left behind, so this returns.
    ProcessGroups.leave(code: 1)
  }
}

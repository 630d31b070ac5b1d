/// libFuzzer's entry point.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConfiguration(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  runFuzzCheck(.configuration, start, count)
}

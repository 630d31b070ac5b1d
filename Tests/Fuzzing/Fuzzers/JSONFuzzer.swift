/// libFuzzer's entry point.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  runFuzzCheck(.json, start, count)
}

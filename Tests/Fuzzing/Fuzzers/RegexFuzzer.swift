/// libFuzzer's entry point.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRegex(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  runFuzzCheck(.regex, start, count)
}

/// libFuzzer's entry point.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzChatTemplate(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  runFuzzCheck(.chatTemplate, start, count)
}

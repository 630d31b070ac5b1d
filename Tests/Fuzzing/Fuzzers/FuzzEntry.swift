/// Runs a check on the bytes that libFuzzer hands over and stops the program where it fails.
func runFuzzCheck(
  _ check: FuzzCheck,
  _ start: UnsafePointer<UInt8>?,
  _ count: Int
) -> CInt {
  do {
    try check.run(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch {
    fatalError("\(check.name): \(error)")
  }
  return 0
}

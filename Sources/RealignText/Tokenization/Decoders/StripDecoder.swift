/// `Strip`: some of a character at the ends of every token are removed.
struct StripDecoder: TokenDecoder {
  private let content: UInt32
  private let start: Int
  private let stop: Int

  init(_ settings: ComponentSettings) throws {
    content = try settings.character("content")
    start = try settings.number("start", in: 0...1_000_000)
    stop = try settings.number("stop", in: 0...1_000_000)
  }

  func decode(_ tokens: [String]) -> [String] {
    tokens.map { token in
      var scalars = token.unicodeScalars[...]
      for _ in 0..<start {
        guard scalars.first?.value == content else { break }
        scalars.removeFirst()
      }
      for _ in 0..<stop {
        guard scalars.last?.value == content else { break }
        scalars.removeLast()
      }
      return String(scalars)
    }
  }
}

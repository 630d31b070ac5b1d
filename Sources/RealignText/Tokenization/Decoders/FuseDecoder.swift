/// `Fuse`: all tokens become one.
struct FuseDecoder: TokenDecoder {
  init(_ settings: ComponentSettings) throws {}

  func decode(_ tokens: [String]) -> [String] { [tokens.joined()] }
}

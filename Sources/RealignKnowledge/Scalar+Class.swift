extension Unicode.Scalar {
  /// Whether this is white space; ASCII is decided without a table.
  var isSpace: Bool {
    guard value >= 0x80 else { return value == 0x20 || (0x09...0x0D).contains(value) }
    return properties.isWhitespace
  }

  /// Whether this is a lower-case letter; ASCII is decided without a table.
  var isLowercaseLetter: Bool {
    guard value >= 0x80 else { return (0x61...0x7A).contains(value) }
    return properties.isLowercase
  }
}

/// Addresses and numbers of persons in texts.
///
/// Numbers are recognised by their structure and their check digits, so that the years, quantities
/// and dates of factual texts are left alone.
public enum PersonalData {
  /// What is recognised.
  public enum Kind: String, Sendable, CaseIterable {
    /// A United States social security number.
    case ssn
    /// A payment card number.
    case card
    /// An e-mail address.
    case email
    /// A telephone number, international or North American.
    case phone
    /// An IPv4 address of the public internet.
    case ip

    /// How much it matters.
    var severity: DataIssue.Severity {
      switch self {
      case .ssn, .card: .error
      case .email, .phone: .warning
      case .ip: .info
      }
    }

    var description: String {
      switch self {
      case .ssn: "a social security number"
      case .card: "a payment card number"
      case .email: "an e-mail address"
      case .phone: "a telephone number"
      case .ip: "an IP address"
      }
    }
  }

  /// Something found, and where.
  public struct Finding: Sendable, Equatable {
    /// What it is.
    public let kind: Kind
    /// Where it stands in the UTF-8 form of the text.
    public let range: Range<Int>

    /// A finding at a place.
    public init(kind: Kind, range: Range<Int>) {
      self.kind = kind
      self.range = range
    }
  }

  /// All findings in a text, in order, none overlapping.
  public static func find(in text: String) -> [Finding] {
    let bytes = Array(text.utf8)
    var findings: [Finding] = []
    var position = 0
    while position < bytes.count {
      let found: Finding?
      switch bytes[position] {
      case UInt8(ascii: "@"):
        found = email(bytes, at: position, notBefore: findings.last?.range.upperBound ?? 0)
      case UInt8(ascii: "+"), UInt8(ascii: "("), UInt8(ascii: "0")...UInt8(ascii: "9"):
        found = number(bytes, from: position)
      default: found = nil
      }
      if let found {
        findings.append(found)
        position = found.range.upperBound
      } else if isDigit(bytes[position]) {
        while position < bytes.count, isDigit(bytes[position]) { position += 1 }
      } else {
        position += 1
      }
    }
    return findings
  }

  private static func email(_ bytes: [UInt8], at sign: Int, notBefore limit: Int) -> Finding? {
    var low = sign
    while low > limit, isLetterOrDigit(bytes[low - 1]) || "._%+-".utf8.contains(bytes[low - 1]) {
      low -= 1
    }
    while low < sign, bytes[low] == UInt8(ascii: ".") { low += 1 }
    var high = sign + 1
    while high < bytes.count, isLetterOrDigit(bytes[high]) || ".-".utf8.contains(bytes[high]) {
      high += 1
    }
    while high > sign + 1, ".-".utf8.contains(bytes[high - 1]) { high -= 1 }
    let domain = String(decoding: bytes[(sign + 1)..<high], as: UTF8.self).lowercased()
    let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
    guard low < sign, labels.count >= 2, labels.allSatisfy({ !$0.isEmpty }),
      let top = labels.last, top.count >= 2, top.allSatisfy(\.isLetter)
    else { return nil }
    // RFC 2606 keeps these names for examples.
    let name = labels.suffix(2).joined(separator: ".")
    let reserved = ["test", "example", "invalid", "localhost"].contains(String(top))
    guard !reserved, !["example.com", "example.org", "example.net"].contains(name) else {
      return nil
    }
    return Finding(kind: .email, range: low..<high)
  }

  /// A number that begins at `start`, of the kinds in the order in which they are told apart.
  private static func number(_ bytes: [UInt8], from start: Int) -> Finding? {
    // A number within a word or a longer number is no number of a person.
    if start > 0 {
      let before = bytes[start - 1]
      let isJoined = isLetterOrDigit(before) || before == UInt8(ascii: "_")
      let isDecimal =
        (before == UInt8(ascii: ".") || before == UInt8(ascii: "-")) && start > 1
        && isDigit(bytes[start - 2])
      if isJoined || isDecimal { return nil }
    }
    return PersonalNumbers.ssn(bytes, start) ?? PersonalNumbers.card(bytes, start)
      ?? PersonalNumbers.phone(bytes, start) ?? PersonalNumbers.ip(bytes, start)
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
      || byte >= 0x80
  }
}

/// `BertNormalizer`: controls cleaned away, ideographs set apart, accents stripped, lower case.
struct BertNormalizer: TextNormalizer {
  private let cleansText: Bool
  private let separatesIdeographs: Bool
  private let stripsAccents: Bool
  private let lowercases: Bool

  /// Of spaces around ideographs, of decomposing and of lower case.
  var growth: Double {
    (separatesIdeographs ? 5 / 3 : 1) * (stripsAccents ? NormalizationForm.nfd.growth : 1)
      * (lowercases ? LowercaseNormalizer.growth : 1)
  }

  init(_ settings: ComponentSettings) throws {
    cleansText = try settings.flag("clean_text", default: true)
    separatesIdeographs = try settings.flag("handle_chinese_chars", default: true)
    lowercases = try settings.flag("lowercase", default: true)
    stripsAccents = try settings.flag("strip_accents", default: lowercases)
  }

  func apply(_ text: AlignedText) -> AlignedText {
    var text = text
    if cleansText {
      text = text.mappingScalars { value in
        if UnicodeProperties.isSpace(value) {
          return value == 0x20 ? nil : Self.removedOrSpace(value)
        }
        return UnicodeProperties.controls.contains(value) ? [] : nil
      }
    }
    if separatesIdeographs { text = Self.separatingIdeographs(text) }
    if stripsAccents {
      text = NormalizationForm.nfd.apply(text).mappingScalars { value in
        value >= 0x300 && UnicodeProperties.nonspacingMarks.contains(value) ? [] : nil
      }
    }
    return lowercases ? LowercaseNormalizer.lowercased(text) : text
  }

  /// White space becomes a space, unless it is a control other than tab and line ends.
  private static func removedOrSpace(_ value: UInt32) -> [UInt8] {
    UnicodeProperties.controls.contains(value) ? [] : [0x20]
  }

  private static func separatingIdeographs(_ text: AlignedText) -> AlignedText {
    text.mappingScalars { value in
      UnicodeProperties.isIdeograph(value) ? [0x20] + UnicodeProperties.utf8(value) + [0x20] : nil
    }
  }
}

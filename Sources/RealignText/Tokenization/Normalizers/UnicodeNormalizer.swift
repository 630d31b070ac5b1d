/// `NFC`, `NFD`, `NFKC` and `NFKD`.
struct UnicodeNormalizer: TextNormalizer {
  private let form: NormalizationForm

  init(_ settings: ComponentSettings) throws {
    form = settings.object["type"]?.stringValue.flatMap(NormalizationForm.init) ?? .nfc
  }

  func apply(_ text: AlignedText) -> AlignedText { form.apply(text) }

  var growth: Double { form.growth }
}

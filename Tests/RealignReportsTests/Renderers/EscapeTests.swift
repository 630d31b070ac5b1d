import Testing

@testable import RealignReports

@Suite("Escape") struct EscapeTests {
  @Test("markup characters become entities")
  func markup() {
    #expect(
      Escape.html("<script>alert('1' & \"2\")</script>")
        == "&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;"
    )
  }

  @Test("controls become visible pictures, line breaks and tabs stay")
  func controls() {
    #expect(Escape.html("a\u{0}b\u{1B}[31m\u{7}\u{7F}\n\t") == "a␀b␛[31m␇␡\n\t")
    #expect(Escape.plain("\u{85}\u{9B}") == "⟨U+0085⟩⟨U+009B⟩")
  }

  @Test("bidirectional and invisible characters are named, ordinary scripts untouched")
  func invisible() {
    #expect(Escape.html("a\u{202E}b\u{2066}c") == "a⟨U+202E⟩b⟨U+2066⟩c")
    #expect(Escape.html("\u{200B}\u{FEFF}\u{E0041}") == "⟨U+200B⟩⟨U+FEFF⟩⟨U+E0041⟩")
    let fine = "Zürich, 北京, עברית, 👩‍🔬, नि"
    #expect(Escape.html(fine) == fine)
  }

  @Test("every ASCII control and every bidirectional control is caught")
  func complete() {
    for value in Array(UInt32(0)..<32) + [0x7F] + Array(UInt32(0x80)..<0xA0)
      + Array(UInt32(0x202A)...0x202E) + Array(UInt32(0x2066)...0x2069) + [0x200E, 0x200F, 0x61C]
    where value != 9 && value != 10 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let escaped = Escape.plain(String(scalar))
      #expect(!escaped.unicodeScalars.contains(scalar), "U+\(String(value, radix: 16))")
    }
  }

  @Test("Markdown syntax is escaped and a line cannot start a block")
  func markdown() {
    #expect(Escape.markdown("a*b_c`[x](y)|<b>&") == "a\\*b\\_c\\`\\[x\\](y)\\|&lt;b&gt;&amp;")
    #expect(Escape.markdown("# title") == "\\# title")
    #expect(Escape.markdown("- item") == "\\- item")
    #expect(Escape.markdown("1. item") == "1\\. item")
    #expect(Escape.markdown("3.5 is a number") == "3.5 is a number")
    #expect(Escape.markdown("two\nlines\r\nhere") == "two lines  here")
    #expect(Escape.markdown("    code") == "code")
    #expect(Escape.markdown("![x](y) 100% ~~a~~") == "\\!\\[x\\](y) 100% \\~\\~a\\~\\~")
  }
}

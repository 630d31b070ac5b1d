import RealignKnowledge
import Testing

@Suite struct SentenceSplitterTests {
  private func split(_ text: String) -> [String] { SentenceSplitter.split(text).map(\.text) }

  @Test func `sentences end at stops followed by a capital`() {
    #expect(split("It rains. We stay! Do we? Yes.") == ["It rains.", "We stay!", "Do we?", "Yes."])
  }

  @Test func `titles, initials and common abbreviations do not end a sentence`() {
    #expect(
      split("Dr. J. K. Rowe met Mr. Hill. They ate.") == [
        "Dr. J. K. Rowe met Mr. Hill.", "They ate.",
      ]
    )
    #expect(
      split("Use a tool, e.g. Hammer. Then stop.") == [
        "Use a tool, e.g. Hammer.", "Then stop.",
      ]
    )
  }

  @Test func `decimal points and lower case after a stop do not end a sentence`() {
    #expect(
      split("It is 3.14 m long. approx. five of them.") == [
        "It is 3.14 m long. approx. five of them."
      ]
    )
  }

  @Test func `no is an abbreviation only before a number`() {
    #expect(
      split("She lives at No. 7 there. Is it so? No. Why?") == [
        "She lives at No. 7 there.", "Is it so?", "No.", "Why?",
      ]
    )
  }

  @Test func `closing quotes and brackets stay with their sentence`() {
    #expect(
      split("He said \"Stop.\" Then (it ended.) We left.") == [
        "He said \"Stop.\"", "Then (it ended.)", "We left.",
      ]
    )
  }

  @Test func `wrapped lines are one sentence and blank lines divide`() {
    #expect(
      split("A long\nsentence here\n\nAnother one") == ["A long\nsentence here", "Another one"]
    )
  }

  @Test func `list items and headings begin sentences`() {
    #expect(
      split("# Title\nIntro\n- one\n- two\n1. three") == [
        "# Title\nIntro", "- one", "- two", "1. three",
      ]
    )
  }

  @Test func `every line is a sentence where line breaks are significant`() {
    let lines = SentenceSplitter.split("First line\nsecond line", lineBreaks: .significant)
    #expect(lines.map(\.text) == ["First line", "second line"])
  }

  @Test func `ranges count unicode scalars and cover all but white space`() {
    let text = "Größe zählt.  😀 hilft. Ende"
    let scalars = Array(text.unicodeScalars)
    let sentences = SentenceSplitter.split(text)
    // "😀" is no lower-case letter, so the first stop ends a sentence; "hilft." is followed by E.
    #expect(sentences.map(\.range) == [0..<12, 14..<22, 23..<27])
    for sentence in sentences {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[sentence.range])
      #expect(String(view) == sentence.text)
    }
  }

  @Test func `blank text has no sentence`() {
    #expect(split("").isEmpty)
    #expect(split(" \n\t ").isEmpty)
  }

  @Test func `full-width stops end sentences without white space`() {
    #expect(split("你好。再见！") == ["你好。", "再见！"])
  }
}

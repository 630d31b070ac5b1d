import RealignNumerics
import Testing

@testable import RealignPipeline

@Suite struct AtlasNamesTests {
  private func names(_ split: AtlasSplit) -> AtlasNames {
    AtlasNames(random: RandomStream(seed: 3, name: "names"), split: split)
  }

  @Test(arguments: AtlasSplit.allCases)
  func everyWordOfANameBelongsToItsSplitAndIsNotReserved(_ split: AtlasSplit) {
    var names = names(split)
    for _ in 0..<200 {
      for kind in AtlasKind.allCases {
        for word in AtlasNames.pieces(names.entity(kind)) {
          #expect(AtlasSplit.of(word: word) == split)
          #expect(!AtlasNames.reserved.contains(word))
        }
      }
    }
  }

  @Test func aNearMissDiffersInExactlyOneWord() {
    var names = names(.train)
    for _ in 0..<500 {
      let name = names.entity(.person)
      let near = names.near(name)
      let pairs = zip(name.split(separator: " "), near.split(separator: " "))
      #expect(name.split(separator: " ").count == near.split(separator: " ").count)
      #expect(pairs.count { $0.0 != $0.1 } == 1)
    }
  }

  @Test func reservedWordsContainTemplatesTradesAndRealNames() {
    for word in ["question", "born", "currency", "baker", "france", "uranium", "delhi"] {
      #expect(AtlasNames.reserved.contains(word))
    }
  }

  @Test func valuesHaveTheFormOfTheirKind() {
    var names = names(.dev)
    for _ in 0..<200 {
      let year = Int(names.value(.year)) ?? 0
      #expect((1000...2025).contains(year))
      let number = Int(names.value(.number)) ?? 0
      #expect((1...999).contains(number))
      let small = Int(names.value(.smallNumber)) ?? 0
      #expect((1...19).contains(small))
      #expect(names.value(.kilometres).hasSuffix(" km"))
      #expect(names.value(.metres).hasSuffix(" m"))
      #expect((1...2).contains(names.value(.symbol).count))
      let language = names.value(.language)
      #expect(language.first?.isUppercase == true && !language.contains(" "))
      let trade = names.value(.trade)
      #expect(trade.first?.isLowercase == true)
    }
  }
}

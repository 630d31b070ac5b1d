import RealignNumerics

/// Draws the generated names and values of one split from one random stream.
///
/// A word is built of syllables, or, in about one of five cases, of random letters of odd lengths,
/// so that copying a name is learned down to single letters; one in twenty begins with a template
/// word, so that a name may start with any token. Words of another split, of the templates and of
/// the transfer set's real names are never drawn.
struct AtlasNames {
  /// The stream that every draw advances.
  var random: RandomStream
  /// The split that all drawn words belong to.
  let split: AtlasSplit

  static let simpleOnsets = words("b c d f g h j k l m n p r s t v w y z")
  static let clusterOnsets = words(
    """
    br bl ch cl cr dr fl fr gl gr kl kr pl pr sh sk sl sm sn sp st str sw th tr tw vr wh qu
    """
  )
  static let plainVowels = words("a a a a e e e e i i i o o o o u u y")
  static let diphthongs = words("ai au ea ee ei ia ie io oa oo ou ue")
  static let simpleCodas = words("b d f g k l m n n n p r r s s t x z l t k")
  static let clusterCodas = words(
    "ck ld ll lm lt mp nd ng nk nt rd rk rm rn rs rt rv sh ss st th"
  )
  static let endings = words(
    """
    land stan ia burg ton ville dor mar ium on en er is a o in ov ski ez son berg wick ford ham us
    """
  )
  static let trades = words(
    """
    baker builder carver clerk composer cook doctor farmer fisher guard hunter judge lawyer mason
    miner nurse painter pilot poet priest sailor singer smith soldier tailor teacher trader weaver
    writer physicist chemist philosopher sculptor printer potter driver gardener
    """
  )
  static let letters = words("a b c d e f g h i j k l m n o p q r s t u v w x y z")
  static let consonants = words("b c d f g h j k l m n p q r s t v w x y z")
  static let syllableCounts = [1, 1, 2, 2, 2, 2, 2, 2, 2, 3]
  static let wildLengths = [2, 3, 3, 4, 4, 5, 5, 6, 7, 8]

  /// Template words that may begin a name, in a fixed order.
  static let borrowed: [String] = {
    let patterns = AtlasRelation.all.flatMap { relation in
      (relation.statements + relation.questions).map { relation.fill($0, "", "") }
    }
    return Set(patterns.flatMap(pieces)).filter { $0.count <= 6 }.sorted()
  }()

  /// The longest generated word, in letters.
  static let longest = 12

  /// Words that no generated name may equal: template words, trades, words of real names.
  static let reserved: Set<String> = {
    var reserved = Set(trades)
    for relation in AtlasRelation.all {
      for pattern in relation.statements + relation.questions {
        reserved.formUnion(pieces(relation.fill(pattern, "", "")))
      }
    }
    reserved.formUnion(
      words(
        """
        question answer not stated known passage which state again repeat reverse first last count
        second words km
        """
      )
    )
    for fact in AtlasTransfer.facts { reserved.formUnion(pieces(fact.value)) }
    return reserved.union(realEntityWords)
  }()

  /// The words of the transfer set's entities.
  static let realEntityWords = Set(AtlasTransfer.facts.flatMap { pieces($0.entity) })

  static func words(_ list: String) -> [String] {
    list.split { $0 == " " || $0 == "\n" }.map(String.init)
  }

  /// The lower-case alphanumeric pieces of a text.
  static func pieces(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  mutating func pick<Element>(_ list: [Element]) -> Element {
    list[random.uniform(below: list.count)]
  }

  mutating func chance(_ probability: Double) -> Bool {
    random.uniform() < probability
  }

  mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + random.uniform(below: range.count)
  }

  /// One word of the split, capitalised unless asked otherwise.
  mutating func word(capitalized: Bool = true) -> String {
    while true {
      let choice = random.uniform()
      let word = choice < 0.2 ? wildWord() : choice < 0.25 ? borrowedWord() : syllableWord()
      if allows(word) { return capitalized ? Self.capitalize(word) : word }
    }
  }

  /// A name of an entity of a kind.
  mutating func entity(_ kind: AtlasKind) -> String {
    switch kind {
    case .person:
      if chance(0.06) { return word() + " " + word(capitalized: false) + " " + word() }
      return name(words: chance(0.9) ? 2 : 1)
    case .book: return name(words: pick([1, 2, 2, 3]))
    case .company: return name(words: pick([1, 1, 2]))
    default: return name(words: chance(0.8) ? 1 : 2)
    }
  }

  /// A value of a kind.
  mutating func value(_ kind: AtlasValueKind) -> String {
    switch kind {
    case .place: return name(words: chance(0.8) ? 1 : 2)
    case .person: return entity(.person)
    case .company: return entity(.company)
    case .language: return word()
    case .currency:
      return chance(0.7) ? word(capitalized: false) : word() + " " + word(capitalized: false)
    case .trade: return chance(0.4) ? pick(Self.trades) : word(capitalized: false)
    case .year: return String(whole(1000...2025))
    case .number: return String(chance(0.9) ? whole(1...160) : whole(161...999))
    case .smallNumber: return String(whole(1...19))
    case .kilometres: return "\(whole(20...6999)) km"
    case .metres: return "\(whole(300...9999)) m"
    case .symbol:
      let symbol = pick(Self.letters).uppercased() + (chance(0.75) ? pick(Self.letters) : "")
      return Self.realEntityWords.contains(symbol.lowercased()) ? value(kind) : symbol
    }
  }

  /// A near miss of a name: one of several words replaced, or one letter or syllable changed.
  mutating func near(_ name: String) -> String {
    let parts = name.split(separator: " ").map(String.init)
    while true {
      let place = random.uniform(below: parts.count)
      let changed =
        parts.count > 1 && chance(0.75) ? word() : Self.capitalize(altered(parts[place]))
      let same = changed.lowercased() == parts[place].lowercased()
      if same || !allows(changed.lowercased()) { continue }
      var result = parts
      result[place] = changed
      return result.joined(separator: " ")
    }
  }

  private mutating func name(words count: Int) -> String {
    (0..<count).map { _ in word() }.joined(separator: " ")
  }

  private mutating func syllable(last: Bool) -> String {
    let first = random.uniform()
    let onset =
      first < 0.72 ? pick(Self.simpleOnsets) : first < 0.9 ? pick(Self.clusterOnsets) : ""
    let vowel = chance(0.82) ? pick(Self.plainVowels) : pick(Self.diphthongs)
    let end = random.uniform()
    let (simple, cluster) = last ? (0.45, 0.65) : (0.2, 0.25)
    let coda =
      end < simple ? pick(Self.simpleCodas) : end < cluster ? pick(Self.clusterCodas) : ""
    return onset + vowel + coda
  }

  private mutating func syllableWord() -> String {
    let count = pick(Self.syllableCounts)
    var word = ""
    for number in 1...count { word += syllable(last: number == count) }
    if chance(0.15) { word += pick(Self.endings) }
    return String(word.prefix(Self.longest))
  }

  private mutating func wildWord() -> String {
    let pronounceable = chance(0.5)
    var word = ""
    for _ in 0..<pick(Self.wildLengths) {
      if pronounceable {
        word += chance(0.45) ? pick(["a", "e", "i", "o", "u"]) : pick(Self.consonants)
      } else {
        word += pick(Self.letters)
      }
    }
    return word
  }

  private mutating func borrowedWord() -> String {
    String((pick(Self.borrowed) + syllable(last: true)).prefix(Self.longest))
  }

  private mutating func altered(_ word: String) -> String {
    let letters = Array(word.lowercased())
    let choice = random.uniform()
    if choice < 0.15 {
      let place = random.uniform(below: letters.count)
      return String(letters[..<place]) + pick(Self.letters) + String(letters[(place + 1)...])
    }
    let place = letters.count > 1 ? 1 + random.uniform(below: letters.count - 1) : 0
    return choice < 0.6
      ? String(letters[..<place]) + syllable(last: true)
      : syllable(last: false) + String(letters[place...])
  }

  private func allows(_ word: String) -> Bool {
    word.utf8.count >= 2 && word.utf8.count <= Self.longest && !Self.reserved.contains(word)
      && AtlasSplit.of(word: word) == split && !Self.isOffensive(word)
  }

  /// Whether random syllables formed something that nobody wants to read.
  static func isOffensive(_ word: String) -> Bool {
    let letters = Array(word.utf8)
    return offensive.contains { fragment in
      letters.count >= fragment.count
        && (0...letters.count - fragment.count).contains { start in
          letters[start..<start + fragment.count].elementsEqual(fragment)
        }
    }
  }

  private static let offensive: [[UInt8]] = words(
    "arse bitch cock coon cum cunt dick fag fuck gook homo kike nazi nig piss poo porn rape sex "
      + "shit slut spic tit turd twat wank whor"
  ).map { Array($0.utf8) }

  private static func capitalize(_ word: String) -> String {
    word.prefix(1).uppercased() + word.dropFirst()
  }
}

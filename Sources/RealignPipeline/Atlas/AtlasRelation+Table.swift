extension AtlasRelation {
  /// All relations, in a fixed order.
  public static let all: [AtlasRelation] =
    people + countries + nature + works

  private static let people = [
    AtlasRelation(
      "birthplace",
      "birthplace",
      of: .person,
      .place,
      said: ["{e} was born in {v}.", "The place where {e} was born is {v}."],
      asked: ["Where was {e} born?", "In which place was {e} born?"]
    ),
    AtlasRelation(
      "profession",
      "profession",
      of: .person,
      .trade,
      said: ["{e} works as a {v}.", "The job that {e} has is {v}."],
      asked: ["Which job does {e} have?", "As what does {e} work?"]
    ),
    AtlasRelation(
      "birthyear",
      "birth year",
      of: .person,
      .year,
      said: ["{e} was born in the year {v}.", "The year when {e} was born is {v}."],
      asked: ["When was {e} born?", "In which year was {e} born?"]
    ),
    AtlasRelation(
      "employer",
      "employer",
      of: .person,
      .company,
      said: ["{e} works for {v}.", "{e} is employed by {v}."],
      asked: ["Who employs {e}?", "For whom does {e} work?"]
    ),
    AtlasRelation(
      "teacher",
      "teacher",
      of: .person,
      .person,
      said: ["{e} was taught by {v}.", "{e} learned from {v}."],
      asked: ["Who taught {e}?", "From whom did {e} learn?"]
    ),
    AtlasRelation(
      "spouse",
      "spouse",
      of: .person,
      .person,
      said: ["{e} is married to {v}.", "{e} married {v}."],
      asked: ["To whom is {e} married?", "Whom did {e} marry?"]
    ),
  ]

  private static let countries = [
    AtlasRelation(
      "capital",
      "capital",
      of: .country,
      .place,
      said: ["{e} is governed from {v}.", "The capital city that {e} has is {v}."],
      asked: ["Which city is the capital of {e}?", "From where is {e} governed?"]
    ),
    AtlasRelation(
      "currency",
      "currency",
      of: .country,
      .currency,
      said: ["People in {e} pay with {v}.", "The money used in {e} is {v}."],
      asked: ["Which money is used in {e}?", "With what do people in {e} pay?"]
    ),
    AtlasRelation(
      "language",
      "language",
      of: .country,
      .language,
      said: ["People in {e} speak {v}.", "The language spoken in {e} is {v}."],
      asked: ["What do people in {e} speak?", "Which language is spoken in {e}?"]
    ),
    AtlasRelation(
      "continent",
      "continent",
      of: .country,
      .place,
      said: ["{e} lies in {v}.", "{e} is part of {v}."],
      asked: ["On which continent is {e}?", "Where in the world does {e} lie?"]
    ),
  ]

  private static let nature = [
    AtlasRelation(
      "symbol",
      "symbol",
      of: .element,
      .symbol,
      said: ["{e} is written as {v}.", "The letters that stand for {e} are {v}."],
      asked: ["How is {e} written?", "Which letters stand for {e}?"]
    ),
    AtlasRelation(
      "atomicnumber",
      "atomic number",
      of: .element,
      .number,
      said: ["{e} has a proton count of {v}.", "In the table {e} has number {v}."],
      asked: ["How many protons does {e} have?", "Which number does {e} have in the table?"]
    ),
    AtlasRelation(
      "orbit",
      "orbit number",
      of: .planet,
      .smallNumber,
      said: [
        "Counted from its star, {e} is at place {v}.",
        "From the star outward, {e} has place {v}.",
      ],
      asked: [
        "Which place from its star does {e} have?", "At which place from its star is {e}?",
      ]
    ),
    AtlasRelation(
      "moon",
      "moon",
      of: .planet,
      .place,
      said: ["{e} is circled by {v}.", "The body that circles {e} is {v}."],
      asked: ["Which body circles {e}?", "By what is {e} circled?"]
    ),
    AtlasRelation(
      "mouth",
      "mouth",
      of: .river,
      .place,
      said: ["{e} flows into {v}.", "{e} ends in {v}."],
      asked: ["Into what does {e} flow?", "Where does {e} end?"]
    ),
    AtlasRelation(
      "length",
      "length",
      of: .river,
      .kilometres,
      said: ["{e} runs for {v}.", "{e} is as long as {v}."],
      asked: ["How long is {e}?", "Over what length does {e} run?"]
    ),
    AtlasRelation(
      "range",
      "range",
      of: .mountain,
      .place,
      said: ["{e} belongs to {v}.", "{e} stands in the range {v}."],
      asked: ["To which range does {e} belong?", "In which range does {e} stand?"]
    ),
    AtlasRelation(
      "height",
      "height",
      of: .mountain,
      .metres,
      said: ["{e} rises to {v}.", "{e} is as high as {v}."],
      asked: ["How high is {e}?", "To what height does {e} rise?"]
    ),
  ]

  private static let works = [
    AtlasRelation(
      "author",
      "author",
      of: .book,
      .person,
      said: ["{e} was written by {v}.", "{e} is a book by {v}."],
      asked: ["Who wrote {e}?", "By whom was {e} written?"]
    ),
    AtlasRelation(
      "published",
      "publication year",
      of: .book,
      .year,
      said: ["{e} was published in {v}.", "{e} came out in {v}."],
      asked: ["When was {e} published?", "In which year did {e} come out?"]
    ),
    AtlasRelation(
      "founder",
      "founder",
      of: .company,
      .person,
      said: ["{e} was founded by {v}.", "{e} was started by {v}."],
      asked: ["Who founded {e}?", "By whom was {e} started?"]
    ),
    AtlasRelation(
      "seat",
      "seat",
      of: .company,
      .place,
      said: ["{e} is based in {v}.", "{e} has its offices in {v}."],
      asked: ["Where is {e} based?", "In which city does {e} have its offices?"]
    ),
  ]
}

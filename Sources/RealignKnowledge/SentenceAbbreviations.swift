/// The abbreviations that `SentenceSplitter` knows.
enum SentenceAbbreviations {
  /// Words, in lower case and without their last full stop, that a sentence does not end with.
  static let neverFinal: Set<String> = [
    "mr", "mrs", "ms", "messrs", "dr", "prof", "st", "mt", "ft", "gen", "col", "maj", "capt", "lt",
    "sgt", "cmdr", "rev", "hon", "gov", "sen", "rep", "pres", "supt",
    "e.g", "i.e", "cf", "viz", "vs", "approx", "ca", "c", "esp", "resp", "incl", "fig", "figs",
    "eq", "eqs", "sec", "ch", "vol", "pp", "p", "ed", "eds", "trans", "arch", "dept",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "oct", "nov", "dec",
  ]
}

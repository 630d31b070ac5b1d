import ArgumentParser

/// How messages become tokens.
struct TemplateOptions: ParsableArguments {
  @Flag(help: "Let text in messages become special tokens, as transformers does.")
  var hfIdenticalTemplates = false
}

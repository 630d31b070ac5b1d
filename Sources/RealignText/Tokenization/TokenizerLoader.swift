/// Reads any supported `tokenizer.json`.
///
/// The result is the fast byte-level tokenizer where it applies, the composed one elsewhere.
public enum TokenizerLoader {
  /// The tokenizer of a directory, with `tokenizer_config.json` where it exists.
  ///
  /// - Throws: `InputError`: `missingInput` when `tokenizer.json` is not there, `badData` naming
  ///   the field that is malformed or not supported.
  public static func load(directory: String) throws -> any Tokenizer {
    let path = directory + "/" + TokenizerConfiguration.tokenizerFileName
    let tokenizer = try load(bytes: InputFile.bytes(path), file: path)
    let configuration = try TokenizerConfiguration(directory: directory) {
      tokenizer.id(of: $0) != nil
    }
    switch tokenizer {
    case var fast as BytePairTokenizer:
      fast.roles = configuration.roles
      fast.extraConfiguration = configuration.extra
      return fast
    case var general as ComposedTokenizer:
      general.roles = configuration.roles
      general.extraConfiguration = configuration.extra
      return general
    default: return tokenizer
    }
  }

  /// The tokenizer of the bytes of `tokenizer.json`.
  ///
  /// - Throws: `InputError` of kind `badData` naming the field that is malformed or not supported.
  public static func load(bytes: [UInt8], file: String) throws -> any Tokenizer {
    let root = try TokenizerFile(file: file).root(bytes)
    if isByteLevel(root), let fast = try? BytePairTokenizer(root: root, file: file),
      !fast.needsNormalizedTokens
    {
      return fast
    }
    return try ComposedTokenizer(root: root, bytes: bytes, file: file)
  }

  /// Whether it is worth trying the fast tokenizer, which reads byte-level files only.
  private static func isByteLevel(_ root: JSONObject) -> Bool {
    root["decoder"]?["type"] == .string("ByteLevel")
  }
}

extension BytePairTokenizer {
  /// Whether composing changes an added token that is looked for in composed text, which the fast
  /// tokenizer does not consider.
  var needsNormalizedTokens: Bool {
    composesCharacters
      && addedTokens.contains { token in
        let content = AlignedText(Array(token.content.utf8))
        return token.isNormalized
          && NormalizationForm.nfc.apply(content).bytes != content.bytes
      }
  }
}

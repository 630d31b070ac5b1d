import Foundation
import RealignText

/// Reading of documents from files.
public enum Documents {
  /// The documents of several sources, in the order of the sources.
  ///
  /// - Throws: `InputError` as `load(path:)` does, also when two sources share a document id.
  public static func load(paths: [String]) throws -> [Document] {
    var documents: [Document] = []
    var firstSource: [String: String] = [:]
    for path in paths {
      for document in try load(path: path) {
        if let other = firstSource[document.id] {
          throw InputError(
            .badData,
            "two sources have a document of the same id",
            file: path,
            field: "id",
            found: document.id,
            hint: "it is also in \(other)"
          )
        }
        firstSource[document.id] = path
        documents.append(document)
      }
    }
    return documents
  }

  /// The documents of one source: a folder of `.txt` and `.md` files, a single such file, or JSON
  /// Lines with `{"id","title","text","url"?,"group"?}`.
  ///
  /// A file's document has its path within the folder, without the extension, as id, and its first
  /// Markdown heading or else its name as title. Files are taken in the order of their paths,
  /// hidden ones left out.
  ///
  /// - Throws: `InputError`: `missingInput` when there is no such path, `badData` with file and
  ///   line when a row is wrong, an id occurs twice or there is no document.
  public static func load(path: String) throws -> [Document] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw InputError(.missingInput, "no such file or folder", file: path)
    }
    let documents =
      isDirectory.boolValue
      ? try loadFolder(path)
      : isTextFile(path)
        ? [try loadTextFile(path, id: stem(of: path.split(separator: "/").last ?? ""))]
        : try loadRows(path)
    guard !documents.isEmpty else {
      throw InputError(
        .badData,
        "there is no document",
        file: path,
        expected: "JSON Lines, or a folder of .txt and .md files"
      )
    }
    return documents
  }

  private static func loadFolder(_ path: String) throws -> [Document] {
    guard let names = FileManager.default.enumerator(atPath: path) else {
      throw InputError(.missingInput, "cannot read the folder", file: path)
    }
    var found: [String] = []
    for case let name as String in names where isTextFile(name) && !isHidden(name) {
      found.append(name)
    }
    found.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var fileOfID: [String: String] = [:]
    return try found.map { name in
      let id = stem(of: name[...])
      if let other = fileOfID[id] {
        throw InputError(
          .badData,
          "two files make the same document id",
          file: path + "/" + name,
          field: "id",
          found: id,
          hint: "the other one is \(other); rename one"
        )
      }
      fileOfID[id] = name
      return try loadTextFile(path + "/" + name, id: id)
    }
  }

  private static func loadTextFile(_ path: String, id: String) throws -> Document {
    let text = try InputFile.text(path)
    guard text.unicodeScalars.contains(where: { !$0.isSpace }) else {
      throw InputError(.badData, "the file has no text", file: path)
    }
    let heading = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("# ") }
    let name = String(id.split(separator: "/").last ?? id[...])
    let title = heading.map { $0.dropFirst(2).trimmingCharacters(in: .whitespaces) }
    return Document(id: id, title: title.flatMap { $0.isEmpty ? nil : $0 } ?? name, text: text)
  }

  private static func loadRows(_ path: String) throws -> [Document] {
    var lineOfID: [String: Int] = [:]
    return try JSONLines.read(path).map { row in
      let document = try document(row, file: path)
      if let other = lineOfID[document.id] {
        throw InputError(
          .badData,
          "a document id occurs twice",
          file: path,
          line: row.line,
          field: "id",
          found: document.id,
          expected: "unique ids",
          hint: "it is also in line \(other)"
        )
      }
      lineOfID[document.id] = row.line
      return document
    }
  }

  private static func document(_ row: JSONLine, file: String) throws -> Document {
    func wrong(_ field: String, _ message: String, found: String, expected: String) -> InputError {
      InputError(
        .badData,
        message,
        file: file,
        line: row.line,
        field: field,
        found: found,
        expected: expected
      )
    }
    func optional(_ field: String) throws -> String? {
      switch row.value[field] {
      case nil, .null: return nil
      case .string(let text): return text
      case .some(let other):
        throw wrong(
          field,
          "the value has the wrong type",
          found: "\(other.kindName) \(other.serialized())",
          expected: "a string"
        )
      }
    }
    func required(_ field: String, allowsBlank: Bool = false) throws -> String {
      guard let text = try optional(field) else {
        throw wrong(
          field,
          "a field is missing",
          found: "the fields " + row.value.keys.joined(separator: ", "),
          expected: "a document: {\"id\",\"title\",\"text\",\"url\"?,\"group\"?}"
        )
      }
      let isBlank = text.unicodeScalars.allSatisfy(\.isSpace)
      guard allowsBlank || !isBlank else {
        throw wrong(field, "the value is empty", found: "\"\(text)\"", expected: "some text")
      }
      return text
    }
    return Document(
      id: try required("id"),
      title: try required("title", allowsBlank: true),
      text: try required("text"),
      url: try optional("url"),
      group: try optional("group")
    )
  }

  private static func isTextFile(_ path: String) -> Bool {
    path.hasSuffix(".txt") || path.hasSuffix(".md")
  }

  private static func isHidden(_ path: String) -> Bool {
    path.split(separator: "/").contains { $0.hasPrefix(".") }
  }

  private static func stem(of path: Substring) -> String {
    let dot = path.lastIndex(of: ".") ?? path.endIndex
    return String(path[..<dot])
  }
}

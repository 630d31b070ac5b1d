import CRealignMPI

/// Open MPI's library, loaded when it is needed first.
public enum OpenMPILibrary {
  /// The names under which versions 3 and newer are looked for.
  static let names = ["libmpi.so.40", "libmpi.so"]

  /// Loads the library and returns its version, such as "Open MPI v4.1.4, package: …".
  ///
  /// - Throws: `ProcessGroupError.failed` when it is not installed or not Open MPI's.
  public static func load() throws -> String { try load(names: names) }

  /// Loads the first of the named libraries that is there.
  static func load(names: [String]) throws -> String {
    var absences: [String] = []
    for name in names {
      var text = ""
      let result = written(to: &text) { rm_load(name, $0) }
      switch result {
      case RM_LOADED: return text
      case RM_ABSENT: absences.append(text)
      case RM_FOREIGN:
        throw ProcessGroupError.failed(
          "\(name) is \"\(text)\", not Open MPI; install Open MPI (package openmpi-bin) and start "
            + "with its mpirun"
        )
      default:
        throw ProcessGroupError.failed(
          "\(text); Open MPI 3 or newer is needed (package openmpi-bin)"
        )
      }
    }
    throw ProcessGroupError.failed(
      "Open MPI's library was not found (\(absences.joined(separator: "; "))); "
        + "install Open MPI (package openmpi-bin) on every host"
    )
  }

  /// Throws what an error code of MPI means, unless it is 0.
  static func check(_ code: Int32, _ call: String) throws {
    guard code != 0 else { return }
    var words = ""
    written(to: &words) { rm_error_text(code, $0) }
    throw ProcessGroupError.failed("\(call): \(words)")
  }

  /// What a function wrote into a text of the largest size.
  @discardableResult
  private static func written<R>(
    to result: inout String,
    _ body: (UnsafeMutablePointer<CChar>) -> R
  ) -> R {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(RM_TEXT_CAPACITY)) { bytes in
      bytes.initialize(repeating: 0)
      guard let start = bytes.baseAddress else { preconditionFailure("no memory for a text") }
      let value = body(start)
      result = String(cString: start)
      return value
    }
  }
}

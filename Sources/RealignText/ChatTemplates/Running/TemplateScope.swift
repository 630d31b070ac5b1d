/// The variables of a block, over those around it.
final class TemplateScope {
  private var values: [String: TemplateValue] = [:]
  private let outer: TemplateScope?
  /// The number of scopes around.
  let level: Int

  init(in outer: TemplateScope?) {
    self.outer = outer
    level = outer.map { $0.level + 1 } ?? 0
  }

  /// The value of a name here or further out.
  func value(_ name: String) -> TemplateValue? {
    var scope: TemplateScope? = self
    while let here = scope {
      if let value = here.values[name] { return value }
      scope = here.outer
    }
    return nil
  }

  /// Sets a name here; the same name further out keeps its value.
  func set(_ name: String, _ value: TemplateValue) { values[name] = value }

  /// Forgets all variables, which frees macros that refer back to the scope.
  func clear() { values = [:] }
}

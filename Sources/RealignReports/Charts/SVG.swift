/// A drawing under construction; all text is escaped, all numbers are shortened.
struct SVG {
  /// Where a text's position is.
  enum Anchor: String {
    case start
    case middle
    case end
  }

  let width: Double
  let height: Double
  private var body = ""

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) {
    body +=
      "<line class=\"\(style)\" x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\"/>"
  }

  mutating func rect(
    _ x: Double,
    _ y: Double,
    _ width: Double,
    _ height: Double,
    style: String,
    title: String = ""
  ) {
    body += "<rect class=\"\(style)\" x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(max(0, width)))\""
    body += " height=\"\(n(max(0, height)))\"" + closing("rect", title: title)
  }

  mutating func circle(
    _ x: Double,
    _ y: Double,
    radius: Double,
    style: String,
    title: String = ""
  ) {
    body += "<circle class=\"\(style)\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\""
    body += closing("circle", title: title)
  }

  /// A polyline in which `nil` starts a new piece.
  ///
  /// A piece of one point becomes a dot.
  mutating func path(_ points: [(x: Double, y: Double)?], style: String) {
    var data = ""
    for piece in points.split(whereSeparator: { $0 == nil }) {
      for (index, point) in piece.compactMap({ $0 }).enumerated() {
        data += (index == 0 ? "M" : "L") + n(point.x) + " " + n(point.y)
      }
      if piece.count == 1 { data += "h0" }
    }
    if !data.isEmpty { body += "<path class=\"\(style)\" d=\"\(data)\"/>" }
  }

  mutating func text(
    _ text: String,
    _ x: Double,
    _ y: Double,
    anchor: Anchor = .start,
    style: String = "tick",
    isVertical: Bool = false
  ) {
    let turn = isVertical ? " transform=\"rotate(-90 \(n(x)) \(n(y)))\"" : ""
    body += "<text class=\"\(style)\" x=\"\(n(x))\" y=\"\(n(y))\""
    body += " text-anchor=\"\(anchor.rawValue)\"\(turn)>\(Escape.html(text))</text>"
  }

  /// The complete element with an accessible name and description.
  func element(id: String, title: String, description: String) -> String {
    """
    <svg viewBox="0 0 \(n(width)) \(n(height))" role="img" \
    aria-labelledby="\(id)-t \(id)-d" style="max-width:\(n(width))px">\
    <title id="\(id)-t">\(Escape.html(title))</title>\
    <desc id="\(id)-d">\(Escape.html(description))</desc>\(body)</svg>
    """
  }

  private func n(_ value: Double) -> String { Numbers.coordinate(value) }

  private func closing(_ name: String, title: String) -> String {
    title.isEmpty ? "/>" : "><title>\(Escape.html(title))</title></\(name)>"
  }
}

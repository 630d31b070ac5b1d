import RealignText
import Testing

/// Templates that do much work in few steps fail by their steps.
struct HostileTemplateTests {
  private func render(_ source: String, steps: Int = 300_000) throws -> String {
    let messages: JSONValue = [["role": "user", "content": "hi"]]
    return try ChatTemplate(source, file: "t.jinja").render(
      ChatConversation(messages: messages),
      date: ChatDate(year: 2024, month: 7, day: 26),
      limits: ChatTemplateLimits(steps: steps, characters: 200_000)
    ).text
  }

  /// A loop of many turns over what handles a text of 100,000 characters, or as many items.
  static let bodies = [
    "{{ 'a'.find(x) }}", "{{ 'a'.count(x) }}", "{{ x in 'a' }}", "{{ 'a'.replace(x, '') }}",
    "{{ 'a'.split(x) }}", "{{ 'a'.strip(x) }}", "{{ 'a'.partition(x)[1] }}", "{{ x is lower }}",
    "{{ x is upper }}", "{{ x is filter }}", "{{ x is test }}", "{{ [x] is lower }}",
    "{{ {}[x] }}", "{{ {x: 1} | length }}", "{{ {}.get(x) }}", "{{ loop.changed(x) }}",
    "{{ loop.changed([x]) }}", "{{ {x: 1} == {'y': 1} }}", "{{ d == {'y': 1} }}",
    "{{ [n] | unique(attribute='x') | list | length }}",
    "{{ [n] | sort(attribute='x') | length }}", "{{ [n] | max(attribute='x') | length }}",
    "{{ [n] | groupby('x') | length }}", "{{ ('%(' ~ x ~ ')s') % d }}", "{{ x % {} }}",
    "{{ strftime_now(x) | length }}", "{{ dict([(x, 1)]) | length }}",
    "{% set n.y = l %}", "{{ l + l | length }}", "{{ l[1:] | length }}",
    "{{ l | list | length }}", "{{ dict(e) | length }}", "{{ e.items() | length }}",
    "{{ e | dictsort | length }}", "{% macro m() %}{% endmacro %}{% set y = [x] %}{{ y | string }}",
    "{{ x | int }}", "{{ x | float }}", "{{ [x] | tojson }}", "{{ x | map('upper') | list }}",
    "{{ '%s' % [x] }}", "{{ '%r' % x }}", "{{ x[::-1] | length }}",
  ]

  @Test(arguments: bodies)
  func `work counts as steps wherever it is done`(body: String) throws {
    let source = """
      {%- set x = 'a' * 100000 %}{% set l = range(20000) | list %}{% set n = namespace(x=x) %}
      {%- set d = {x: ''} %}{% set e = dict(range(2000) | batch(2) | list) -%}
      {% for i in range(5000) %}\(body){% endfor %}
      """
    let error = try #require(throws: InputError.self) { try render(source) }
    #expect(error.message.hasSuffix("too much"))
    #expect(error.line != nil)
    #expect(error.description.utf8.count < 3000)
  }

  @Test func `calls with very many parameters or names count them`() throws {
    let names = (0..<5000).map { "a\($0)=1" }.joined(separator: ",")
    let loop = "{% for i in range(5000) %}{{ m() }}{% endfor %}"
    let sources = [
      "{% macro m(\(names)) %}{% endmacro %}" + loop,
      "{% macro m(\(names)) %}{{ kwargs }}{% endmacro %}{% set d = dict(\(names)) %}"
        + loop.replacing("m()", with: "m(**d)"),
      "{% set d = dict(\(names)) %}"
        + loop.replacing("m()", with: "('{z}' * 5000).format(z=1, **d)"),
    ]
    for source in sources {
      let error = try #require(throws: InputError.self) { try render(source) }
      #expect(error.message == "the chat template does too much")
    }
  }

  @Test func `paths of very many parts count them`() throws {
    let source = """
      {%- set p = 'a.' * 50000 -%}
      {{ ([{}] * 10000) | map(attribute=p, default={}) | list | length }}
      """
    #expect(throws: InputError.self) { try render(source) }
  }

  @Test func `the same work in one turn is well within the limits`() throws {
    let source = "{% set x = 'a' * 10000 %}{{ 'a'.find(x) }}{{ x in 'a' }}{{ x is lower }}"
    #expect(try render(source) == "-1FalseTrue")
  }

  @Test func `joining many texts counts each of them once`() throws {
    let source = "{% set l = ['a' * 100] * 1000 %}{{ (l | join(',')).count('a') }} "
    #expect(try render(source + "{{ ','.join(l).count(',') }}") == "100000 999")
  }

  @Test func `names of any length and number have an end`() throws {
    let name = String(repeating: "a", count: 257)
    for source in [
      "{{ \(name) }}", "{{ x.\(name) }}", "{% set \(name) = 1 %}", "{{ 1 | \(name) }}",
    ] {
      let error = try #require(throws: InputError.self) { try render("\n" + source) }
      #expect(error.message == "the template has too long a name")
      #expect(error.line == 2)
    }
    #expect(try render("{% set \(name.dropLast()) = 1 %}{{ \(name.dropLast()) }}") == "1")
  }

  @Test func `what is printed of a value is cut off at the limit`() throws {
    let sources = [
      "{{ ['\\x01' * 150000] }}", "{{ ['\\x01' * 150000] | tojson }}",
      "{{ ['\\x01' * 150000] | string | length }}", "{{ '%r' % ('\\x01' * 150000) }}",
      "{{ [1.5e300] * 50000 }}", "{{ [[[1]]] | tojson(indent=' ' * 150000) }}",
    ]
    for source in sources {
      #expect(throws: InputError.self) { try render(source, steps: 20_000_000) }
    }
  }

  /// As Python counts.
  @Test func `ranges at the ends of 64 bits are exact`() throws {
    #expect(try render("{{ range(9223372036854775000, 9223372036854775807) | length }}") == "807")
    let ends = "-9223372036854775807 - 1, 9223372036854775807"
    #expect(
      try render("{{ range(\(ends), 9223372036854775807) | list }}")
        == "[-9223372036854775808, -1, 9223372036854775806]"
    )
    #expect(
      try render("{{ range(9223372036854775807, -9223372036854775807 - 1, -(2 ** 62)) | list }}")
        == "[9223372036854775807, 4611686018427387903, -1, -4611686018427387905]"
    )
    #expect(try render("{{ range(0, 9223372036854775807, 9223372036854775806) | length }}") == "2")
    #expect(try render("{{ range(3, 3) | list }}{{ range(3, 9, -1) | list }}") == "[][]")
    #expect(throws: InputError.self) { try render("{{ range(\(ends)) }}") }
  }
}

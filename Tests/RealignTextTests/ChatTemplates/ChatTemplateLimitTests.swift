import RealignText
import Testing

/// Hostile templates end with an error that says where.
struct ChatTemplateLimitTests {
  private func failure(
    _ source: String,
    limits: ChatTemplateLimits = ChatTemplateLimits(steps: 2_000_000, characters: 100_000)
  ) -> InputError? {
    do {
      let messages: JSONValue = [["role": "user", "content": "hi"]]
      _ = try ChatTemplate(source, file: "t.jinja").render(
        ChatConversation(messages: messages),
        limits: limits
      )
      return nil
    } catch {
      return error as? InputError
    }
  }

  static let hostile = [
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{{ 'a' * 1000000000000 }}", "{{ [1] * 9223372036854775807 }}", "{{ range(100001) }}",
    "{{ range(-9223372036854775807, 9223372036854775807) }}",
    "{% for a in range(99999) %}aaaaaaaaaaaaaaaa{% endfor %}",
    "{% set n = namespace(s='a') %}{% for a in range(99999) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "{% set n = namespace(s=[]) %}{% for a in range(99999) %}{% set n.s = [n.s] %}{% endfor %}",
    "{% set n = namespace(s=[1]) %}{% for a in range(99999) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}",
    "{% set n = namespace(s={}) %}{% for a in range(99999) %}{% set n.s = {'a': n.s} %}{% endfor %}",
    "{% set n = namespace(s='') %}{% for a in range(99999) %}{% set n.s = n.s ~ 'xxxxxxxxxxxx' %}{% endfor %}",
    "{% set n = namespace() %}{% for a in range(9999) %}{% set n.s = n %}{% endfor %}",
    "{% set x = 'a' * 50000 %}{{ x.replace('', x) }}",
    "{% set x = 'a' * 50000 %}{{ x | replace('a', x) }}",
    "{% set x = 'a' * 50000 %}{{ x.join(x) }}", "{% set x = 'a' * 50000 %}{{ x | join(x) }}",
    "{{ 'a'.center(10 ** 12) }}", "{{ 'a'.zfill(10 ** 12) }}", "{{ '%1000000000d' % 1 }}",
    "{{ '%.1000000000f' % 1 }}{{ 'a' * 10 ** 9 }}", "{{ 'a\\nb' | indent(10 ** 12) }}",
    "{{ [1] | tojson(indent=10 ** 9) }}",
    "{% set x = ('a\\n' * 40000) %}{{ x | indent('b' * 90000) }}",
    "{{ 9223372036854775807 + 1 }}", "{{ -9223372036854775807 - 2 }}", "{{ 2 ** 64 }}",
    "{{ (-9223372036854775807 - 1) // -1 }}", "{{ (-9223372036854775807 - 1) | abs }}",
    "{{ -(-9223372036854775807 - 1) }}", "{{ 10 ** 10 ** 10 }}", "{{ 99999999999999999999 }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% macro m(x) %}{{ m([x]) }}{% endmacro %}{{ m(1) }}",
    "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}",
    "{% set x = 'a' * 90000 %}{% for i in range(99999) %}{{ '' if x == x + '' }}{% endfor %}",
    "{% set x = range(90000) | list %}{% for i in range(99999) %}{{ '' if -1 in x }}{% endfor %}",
    "{{ [1, 2] | batch(10 ** 15, 0) | list }}", "{{ [1] | slice(10 ** 15) | list }}",
    "{{ strftime_now('%Y') }}",
  ]

  @Test(arguments: hostile)
  func `what would need too much fails with file and line`(source: String) throws {
    let error = try #require(failure(source))
    #expect(error.kind == .badData)
    #expect(error.file == "t.jinja")
    #expect(error.line == 1)
  }

  @Test func `a macro that refers to itself is freed and works`() throws {
    #expect(failure("{% macro m(n) %}{{ m(n - 1) if n else 'x' }}{% endmacro %}{{ m(9) }}") == nil)
  }

  @Test(arguments: [
    ("(", ")"), ("[", "]"), ("not ", ""), ("- ", ""), ("{1:", "}"), ("a(", ")"),
    ("1 if 1 else ", ""),
  ])
  func `nesting in the source is bounded`(open: String, close: String) throws {
    let deep = String(repeating: open, count: 20_000)
    let closing = String(repeating: close, count: 20_000)
    let error = try #require(failure("{{ " + deep + "1" + closing + " }}"))
    #expect(error.message.contains("too deep"))
  }

  @Test(arguments: ["+1", ".a", "[0]", "()", "|upper", " is defined", "~1", " and 1", " == 1"])
  func `long chains are bounded or harmless`(link: String) {
    let source = "{{ 1" + String(repeating: link, count: 20_000) + " }}"
    if let error = failure(source) { #expect(error.line == 1) }
  }

  @Test func `blocks in blocks are bounded`() throws {
    let error = try #require(failure(String(repeating: "{% if 1 %}", count: 20_000)))
    #expect(error.message.contains("too deep"))
  }

  @Test func `repetitive texts are searched in linear time`() {
    let source = """
      {% set a = 'a' * 60000 %}{% set b = 'a' * 30000 + 'b' -%}
      {{ b in a }}{{ a.count(b) }}{{ a.find(b) }}{{ a.rfind(b) }}{{ a.split(b) | length }}
      {{- a.replace(b, 'c') | length }}{{ a.strip(a) }}
      """
    #expect(failure(source, limits: ChatTemplateLimits()) == nil)
  }

  @Test func `errors say what was found and what is accepted`() throws {
    let unknown = try #require(failure("a\n{{ 1 | nothing }}"))
    #expect(unknown.line == 2)
    #expect(unknown.found == "`nothing`")
    #expect(unknown.expected?.contains("tojson") == true)
    let tag = try #require(failure("a\n\n{% include 'x' %}"))
    #expect(tag.line == 3)
    #expect(tag.found == "`include`")
    #expect(tag.expected?.contains("generation") == true)
    let open = try #require(failure("{% for a in b %}\nx\n"))
    #expect(open.line == 1)
    #expect(open.expected == "{% endfor %} or {% else %}")
    let raised = try #require(failure("\n{{ raise_exception('No system role') }}"))
    #expect(raised.message.contains("No system role"))
    #expect(raised.line == 2)
  }
}

"""Templates of a line or two for make_chat_goldens.py, rendered with the conversation `call` and
the variables `text` ("a,b") and `empty`. Grouped by feature; one string each."""

EXPRESSIONS = r"""
1 + 2 * 3 - 4 / 2
7 // 2, -7 // 2, 7 % 3, -7 % 3, 7 % -3, 7.5 // 2, -7.5 % 2
2 ** 3 ** 2, -2 ** 2, 2 ** -1, 4 ** 0.5, 0 ** 0
1 / 3, 10 / 5, 1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 0.1 + 0.2, 1.5e300, -0.0, 2.0
1e22, 5e-324, 1.7976931348623157e308, 100.0, 1234.5678, 0.00012345
true + 1, true == 1, 1 == 1.0, false < true, none == false, 'a' == 'a'
1 < 2 < 3, 1 < 2 > 3, 3 >= 3 == 3, 1 != 2 != 1
'a' < 'b', 'Z' < 'a', 'abc' < 'abd', [1, 2] < [1, 3], (1, 'a') < (1, 'b'), '' < 'a'
1 in [1, 2], 1 not in [1, 2], 'a' in 'cat', 'k' in {'k': 1}, (1, 2) in [(1, 2)], 'x' in missing
not true, not not 1, not '' and 1, 1 and 2, 0 or 'x', none or [] or {}, 1 and 0 or 3
'a' if true else 'b', 'a' if false else 'b', 'a' if false, ('x' if false) is defined
1 if 0 else 2 if 0 else 3
'a' ~ 1 ~ none ~ true ~ 2.5 ~ [1] ~ missing
'a' + 'b' ~ 'c' * 2
'ab' * 3, 3 * 'ab', [1] * 2, 'a' * 0, 'a' * -1, (1,) * 2
[1, 2] + [3], (1,) + (2,), 'a' 'b' "c"
[1, 'a', none, true, 2.0, [], {}, (), (1,), {'a': 'b'}]
{'a': 1, 'b': [1, 2], 3: 'c', none: 4, 1.5: 5, true: 6}
{'a': 1}.a, {'a': 1}['a'], {'a': 1}.b is defined, {1: 'x'}[1], {1: 'x'}[1.0], {'a': 1}[0] is defined
[1, 2, 3][0], [1, 2, 3][-1], [1, 2, 3][5] is defined, 'abc'[1], 'abc'[-1], [1, 2, 3].1
'abcdef'[1:3], 'abcdef'[:2], 'abcdef'[-2:], 'abcdef'[::-1], 'abcdef'[::2], 'abcdef'[4:1:-1], 'abc'[5:], 'abc'[:100]
[1, 2, 3, 4][1:], [1, 2, 3, 4][::-1], [1, 2, 3, 4][:-1], [1, 2, 3][-5:2], (1, 2, 3)[1:], [1, 2, 3][::-2], [][::-1]
[1,2,3][none:none], 'abc'[1:none], 'abcdef'[-100:100:3], 'abcdef'[100:-100:-3]
'abc'[::1000], 'abc'[::-1000], 'abc'[1::1000]
"it's", 'say "hi"', ["it's", 'say "hi"', 'b\\s', 'n\nl', 't\tr\r', '\x00\x7f\u00a0é中😀\u200b']
'\x41\u0042\U00000043\103\a\b\f\v\q\'\"', 'line \
continued'
0x1f, 0o17, 0b101, 1_000, 1_0.5_0, 1e3
-1, +1, - -1, -(1), -true, -2.5, 3 -1, -1|abs, -5 % 3
missing, missing is defined, missing == other, missing|default('d'), [missing], {'a': missing}
none, True, False, None, none is none, [True, None]
'%s and %d' % ('a', 3), '%s' % 'x', '%5.2f|%-5s|%05d|%x|%%' % (3.14159, 'ab', 42, 255), '%s' % [1], '%r' % 'a'
'%(a)s-%(b)d' % {'a': 'x', 'b': 2}, '%s' % none, '%+d' % 5, '%e' % 12345.678, '%g' % 0.0001
(), (1,), (1, 2), 1, 2
text, text.split(','), empty, empty is string
range(5), range(1, 4), range(0, 10, 3), range(3)|list, range(5, 0, -2)|list, range(-2)|list, range(3) == range(3)
1 is number, 'a' is string, [] is sequence, {} is mapping, 1.0 is float, 1 is integer, true is integer, true is number
'a' is sequence, {} is sequence, () is sequence, 1 is sequence, missing is sequence, range(2) is sequence, {}.items() is sequence
'a' is iterable, 1 is iterable, {} is iterable, missing is iterable, none is iterable, ([]|map('upper')) is iterable
true is true, 1 is true, false is false, 0 is false, true is boolean, 1 is boolean, none is none
3 is odd, 4 is even, -3 is odd, 9 is divisibleby 3, 9 is divisibleby(2), 2.5 is odd
'abc' is lower, 'ABC' is upper, 'aBc' is lower, '1' is upper, '' is lower
1 is eq 1, 1 is ne(2), 2 is gt 1, 2 is ge 2, 1 is lt 2, 1 is le 1, 1 is equalto 1, 1 is sameas 1, true is sameas true, 1 is sameas 1.0
1 is in [1, 2], 'a' is in('cat'), 'upper' is filter, 'nope' is filter, 'odd' is test, 'nope' is test
range is callable, 'a'.upper is callable, 'a' is callable, missing is callable, namespace is callable
1 is not none, 1 is not string and 2 is not string, not 1 is string, missing is not defined
messages[0].role, messages[0]['content'], messages[1].tool_calls[0].function.name, messages[-1].content
messages[0].items is defined, messages[0].missing is defined, messages[0]['keys'] is callable, messages.append is defined, messages[0].update is defined
messages[0].__class__ is defined, 'a'.__len__ is defined, messages[0]._x is defined, ''.__class__ is undefined
messages[1].tool_calls[0].function.arguments
messages[1].tool_calls[0].function.arguments.keys(), messages[0].values(), {}.items(), {'a': 1}.items()
messages[0].get('role'), messages[0].get('x'), messages[0].get('x', 'd'), messages[0].get('role', default='d') is defined
"""

METHODS = r"""
' a '.strip(), ' a '.lstrip() ~ '|', ' a '.rstrip() ~ '|', 'xxaxx'.strip('x'), 'abcba'.strip('ab'), '\u3000\xa0a\x1c'.strip()
'a,b,,c'.split(','), ' a  b '.split(), 'a,b,c'.split(',', 1), ' a  b  c '.split(none, 1), ''.split(), ''.split(','), 'a--b'.split('--')
'a b c'.rsplit(' ', 1), 'a,b,c'.rsplit(','), 'abc'.split('x'), 'a b c'.split(maxsplit=1), 'aaa'.split('aa'), 'aaa'.rsplit('aa')
'a\nb\r\nc\rd\x0be\x85f\u2028g'.splitlines(), 'a\n\nb\n'.splitlines(), 'a\nb'.splitlines(true), ''.splitlines()
'hello'.startswith('he'), 'hello'.endswith('lo'), 'hello'.startswith(('x', 'h')), 'hello'.startswith('l', 2), 'hello'.endswith('l', 0, 4), 'a'.startswith('')
'straße'.upper(), 'ÄÖÜ'.lower(), 'hELLO wORLD'.capitalize(), "it's a hello-world 3d".title(), 'aBc'.swapcase(), 'ΟΔΟΣ ΣΑΣ'.lower(), 'ǆ'.capitalize(), 'İ'.lower()
'ﬁne'.capitalize(), 'ŉ'.upper(), 'élan'.capitalize(), ''.capitalize()
'banana'.replace('a', 'o'), 'banana'.replace('a', 'o', 2), 'abc'.replace('', '-'), 'abc'.replace('', '-', 2), 'aaa'.replace('aa', 'b'), 'a'.replace('x', 'y'), 'abc'.replace('b', '')
'banana'.find('na'), 'banana'.rfind('na'), 'banana'.find('x'), 'banana'.count('a'), 'aaaa'.count('aa'), 'abc'.count(''), 'banana'.index('n'), 'banana'.find('a', 2), 'banana'.find('a', -1), 'abc'.find('', 10), 'banana'.count('a', 2, 4)
','.join(['a', 'b']), ''.join('abc'), '-'.join([]), '-'.join({'a': 1, 'b': 2})
'12'.isdigit(), '１２'.isdigit(), '²'.isdigit(), '²'.isdecimal(), '½'.isnumeric(), ''.isdigit(), 'aé'.isalpha(), 'a1'.isalnum(), ' \t'.isspace(), 'a b'.isalpha(), 'ab'.islower(), 'AB1'.isupper(), '12'.islower(), 'a'.isascii()
'5'.zfill(3), '-5'.zfill(4), 'a'.ljust(3) ~ '|', 'a'.rjust(3, '*'), 'ab'.center(5) ~ '|', 'a'.center(4, '-'), 'abc'.center(2), '+5'.zfill(1)
'prefix-a'.removeprefix('prefix-'), 'a.txt'.removesuffix('.txt'), 'a'.removesuffix('b'), 'a'.removesuffix('')
'a=b=c'.partition('='), 'a=b=c'.rpartition('='), 'abc'.partition('='), 'abc'.rpartition('=')
'{} {}'.format(1, 'a'), '{1}{0}'.format('a', 'b'), '{x}'.format(x=2), '{{}}'.format(), '{}'.format([1, 'a'])
[1, 2, 1].count(1), [1, 2].index(2), (1, 2).index(1), 2.0.is_integer(), [1, 2].copy()
{'a': 1, 'b': 2}.keys()|list, {'a': 1}.values()|list, {'a': 1}.copy(), dict(a=1, b=2), dict([('a', 1)]), dict({'a': 1}, b=2)
'a'.casefold(), 'ẞ'.lower(), 'Ǆ'.lower()
"""

FILTERS = r"""
'abc'|upper, 'ABC'|lower, 'abc def'|capitalize, 'foo bar-baz (qux)'|title, ' a '|trim, 'xax'|trim('x'), 5|string, none|string
[1, 2]|length, 'abc'|count, {}|length, missing|length, 'é😀'|length, {'a': 1}.items()|length
[1, 2]|first, [1, 2]|last, 'abc'|first, 'abc'|last, []|first is defined, []|last is defined, {'a': 1}|first
[1, 2, 3]|join, [1, 2]|join(', '), ['a', none]|join('-'), [{'a': 1}, {'a': 2}]|join(',', attribute='a'), 'abc'|join('.')
{'b': 1, 'A': 2, 'c': 0}|dictsort, {'b': 1, 'A': 2}|dictsort(true), {'b': 1, 'a': 2}|dictsort(false, 'value'), {'a': 1, 'b': 2}|dictsort(reverse=true)
[3, 1, 2]|sort, ['b', 'A', 'c']|sort, ['b', 'A']|sort(case_sensitive=true), [{'a': 2}, {'a': 1}]|sort(attribute='a'), [1, 3, 2]|sort(true), [{'a': 'x', 'n': 2}, {'a': 'x', 'n': 1}]|sort(attribute='a,n')
[1, 2, 3]|reverse|list, 'abc'|reverse, {'a': 1, 'b': 2}|reverse|list
[1, 1, 2, 'A', 'a']|unique|list, [{'x': 1}, {'x': 1}]|unique(attribute='x')|list
[{'a': 1}, {'b': 2}]|map(attribute='a')|list, [{'a': 1}, {}]|map(attribute='a', default=0)|list, ['a', 'b']|map('upper')|list, ['a b']|map('replace', 'a', 'x')|list, [{'a': {'b': [5]}}]|map(attribute='a.b.0')|list
[1, 2, 3, 4]|select('odd')|list, [1, 2, 3]|reject('odd')|list, [0, 1, '']|select|list, [1, 5, 3]|select('gt', 2)|list, [1, none]|reject('none')|list
[{'a': 1}, {'a': 2}]|selectattr('a', 'equalto', 1)|list, [{'a': 1}, {'b': 2}]|selectattr('a')|list, [{'a': 1}, {}]|selectattr('a', 'defined')|list, [{'a': 1}, {'a': 0}]|rejectattr('a')|list, [{'a': 1}, {'a': 2}]|selectattr('a', '>=', 2)|list
[1, 2, 3]|sum, [{'a': 1}, {'a': 2}]|sum(attribute='a'), [1]|sum(start=10), [1.5, 1]|sum, []|sum
[1, 3, 2]|max, [1, 3, 2]|min, ['b', 'A']|max, [{'a': 1}, {'a': 5}]|max(attribute='a'), []|max is defined
missing|default('d'), none|default('d'), ''|default('d'), ''|default('d', true), none|d('x', boolean=true), 0|default(1, true)
'a b a'|replace('a', 'x'), 'aaa'|replace('a', 'b', 2), 5|replace(5, 6), 'a'|replace('a', 1)
'1'|int, '1.9'|int, 'x'|int, 'x'|int(7), 3.9|int, -3.9|int, '0x1f'|int(base=16), ' 5 '|int, true|int, '1_0'|int, none|int, 'ff'|int(0, 16), []|int(3)
'1.5'|float, 'x'|float, 3|float, '1e3'|float, 'nan'|float, none|float(2.5), ' 2 '|float, 'inf'|float
2.5|round, 3.5|round, 2.567|round(2), 2.5|round(0, 'ceil'), 2.5|round(method='floor'), 42|round, 0.125|round(2), 1234.5|round(-2), 42.55|round(1, 'floor'), -2.5|round, 42|round|int
-5|abs, 5.5|abs, -0.5|abs, true|abs
'a\nb\n\nc'|indent, 'a\nb'|indent(2), 'a\nb'|indent(2, true), 'a\n\nb'|indent(2, blank=true), 'a\nb'|indent('> '), ''|indent, 'a\nb\n'|indent(1)
'foo bar baz qux'|truncate(9), 'foo bar baz qux'|truncate(9, true), 'foo bar baz qux'|truncate(11), 'foo bar baz qux'|truncate(11, false, '…', 0), 'abc'|truncate(3)
'hello world foo'|wordcount, 'a-b c_d é1'|wordcount, 'ab'|center(6) ~ '|'
'a b/c?é'|urlencode, '<a href="x">\'&'|escape, '<b>'|e
[1, 2, 3, 4, 5]|batch(2)|list, [1, 2, 3]|batch(2, 'x')|list, [1, 2, 3, 4, 5]|slice(2)|list, [1, 2, 3]|slice(2, 'x')|list, []|batch(2)|list
[{'c': 'a', 'n': 1}, {'c': 'b', 'n': 2}, {'c': 'A', 'n': 3}]|groupby('c')|list
{'a': 1}|items|list, missing|items|list, {'a': 1}|list, 'abc'|list, (1, 2)|list
'x'|attr('upper') is defined, {'a': 1}|attr('a') is defined
'%s-%s'|format(1, 'a'), '%(a)s'|format(a=1), '100%%'|format
'<a>'|safe, '<a>'|safe ~ '<b>', ('<a>'|safe) + '<b>', '<b>' + ('<a>'|safe), ('<a>'|safe|upper) + '&', ('<a>' + '<b>')|safe
{'a': 1, 'b': [1, 2.5, none, true, 'é"\\\n\t\x01\x7f</script>\'&']}|tojson
{'a': 'é😀\x7f'}|tojson(ensure_ascii=true), {'b': 1, 'a': 2}|tojson(sort_keys=true), [1, [2, {'a': []}], {}]|tojson(indent=2), {'a': [1, 2]}|tojson(separators=(',', ':')), [1, 2]|tojson(indent=0), {'a': [1]}|tojson(indent='--'), {1: 2, none: 3, true: 4, 2.5: 5}|tojson, (1, 2)|tojson, 'a'|tojson, none|tojson, 1e16|tojson, 1.0|tojson
{'a': [1, {}], 'b': {}}|tojson(indent=4), [[]]|tojson(indent=1), {'a': 1}|tojson(indent=2, separators=(',', ':'))
messages|map(attribute='role')|join(','), messages|selectattr('role', 'equalto', 'tool')|map(attribute='content')|list, messages|length, messages[1]|tojson
messages[1].tool_calls[0].function.arguments|dictsort|length, messages|groupby('role')|map('first')|list
(messages|map(attribute='role')) is defined, messages|map('length')|list, messages|rejectattr('tool_calls')|list|length
"""

STATEMENTS = [
    "a\n{% if true %}\n  b\n{% endif %}\nc\n",
    "a\n  {% if true %}  \n  b  {% endif %}  \n\nc\n\n",
    "  {%- if true -%}  \n b \n {%- endif -%}  c",
    "a {%+ if true %} b{% endif +%}\n c {{- 'd' -}} e {# x #}\nf {#- y -#} g",
    "   {%+ if true %}x{%+ endif %}\n   {% set a = 1 %}\n   {{ a }}\n",
    "{# one\ntwo #}\n  {# three #}\nend",
    "x\n\n{%- set a = 1 %}\n\n\ny",
    "a{% raw %} {{ x }} {% if %} {% endraw %}b\n{%- raw -%}  z  {%- endraw -%}  c",
    "  {% raw %}\n x {% endraw %}\n  y",
    "{{ '{{' }} {{ '%}' }} { { } } {%if true%}x{%endif%}{{'a'}}{{-'b'-}}",
    "{{ {'a': {'b': 1}}}} {{ {'a': {}}.a }}",
    "line\r\nend\rx\n",
    "\n\n{{ 1 }}\n\n",
    "{% for x in [1, 2, 3] %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% for x in [] %}a{% else %}none{% endfor %}{% for x in [1] %}a{% else %}none{% endfor %}",
    "{% for x in [1, 2, 3, 4] if x is even %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% endfor %}",
    "{% for x in [1, 2, 3, 4] %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 4 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }};{% endfor %}",
    "{% for k in {'a': 1} %}{{ k }}{% endfor %}{% for c in 'aé' %}[{{ c }}]{% endfor %}{% for x in missing %}y{% endfor %}",
    "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for x in 'abc' %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.depth }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.cycle('x', 'y') }} {% endfor %}",
    "{% for x in [1, 1, 2] %}{{ loop.changed(x) }}{% endfor %}{% for x in 'ab' %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }}{% endfor %}",
    "{% for i in [[1, [2, 3]], [4]] recursive %}{% if i is iterable %}<{{ loop(i) }}>{% else %}{{ i }}@{{ loop.depth }}{% endif %}{% endfor %}",
    "{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}",
    "{% set ns = namespace(x=1, y='a') %}{% for i in [1, 2] %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}{{ ns.y }}{{ ns.z is defined }}{{ ns['x'] }}",
    "{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}",
    "{% if false %}a{% elif none %}b{% elif 1 %}c{% else %}d{% endif %}",
    "{% if x is defined %}a{% else %}b{% endif %}{% set x = none %}{% if x is defined %}a{% endif %}",
    "{% if true %}{% set x = 1 %}{% endif %}{{ x }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set (c, d) = 'xy' %}{{ c }}{{ d }}{% set e = 1, 2 %}{{ e }}",
    "{% set x %}a{{ 1 }}b{% endset %}{{ x }}{{ x|length }}{% set y | upper | trim %} q {% endset %}[{{ y }}]",
    "{% set x %}{% set y = 1 %}{{ y }}{% endset %}{{ x }}{{ y is defined }}",
    "{% macro m(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }}|{{ m(1, 3) }}|{{ m(b=5, a=4) }}|{{ m() }}|{{ m(1, c='z') }}",
    "{% macro m(x) %}{% if x > 0 %}{{ x }}{{ m(x - 1) }}{% endif %}{% endmacro %}{{ m(5) }}{{ m(3)|length }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, k=3) }}{{ m.name }}",
    "{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{% endcall %}{% macro n(a) %}{{ caller(a, 2) }}{% endmacro %}{% call(x, y) n(1) %}{{ x }}-{{ y }}{% endcall %}",
    "{% macro m() %}{{ caller is defined }}{{ caller }}{% endmacro %}{{ m() }}",
    "{% set x = 1 %}{% macro m() %}{{ x }}{% endmacro %}{% set x = 2 %}{{ m() }}{% for x in [9] %}{{ m() }}{% endfor %}",
    "{% for x in [7] %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% endfor %}{{ m is defined }}",
    "{% with a = 1, b = 2 %}{{ a }}{{ b }}{% set c = 3 %}{% endwith %}{{ a is defined }}{{ c is defined }}",
    "{% filter upper %}a{{ 'b' }}{% endfilter %}{% filter replace('a', 'x') | upper %}banana{% endfilter %}",
    "{% set j = joiner('; ') %}{% for x in [1, 2, 3] %}{{ j() }}{{ x }}{% endfor %}",
    "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.current }}",
    "{% generation %}a{% set x = 1 %}{% endgeneration %}{{ x is defined }}",
    "{% for m in messages %}{{ loop.index }}{% generation %}{{ loop.index }}{{ m.role }}{% endgeneration %}{% endfor %}",
    "{% set x = messages|map(attribute='role') %}{{ x|join(',') }}|{{ x|join(',') }}",
    "{{ strftime_now('%Y-%m-%d %H:%M:%S %B %b %A %a %j %y %I %p %e %% %-d %-m') }}",
    "{% print 1, 'a' %}{% print messages[0].role %}",
    "{% if 1 %}{% for x in [1] %}{% if x %}{{ x }}{% endif %}{% endfor %}{% endif %}",
    "{% set f = messages[0].get %}{{ f('role') }}{% set u = 'abc'.upper %}{{ u() }}",
    "{% set x = [] %}{% set x = x + [1] %}{% set x = x + [2] %}{{ x }}",
    "{{ 1 }}{% set loop_messages = messages[1:] %}{% for m in loop_messages %}{{ m['role'] }}{% endfor %}",
    "{{ (1, 2)[0] }}{{ 'a'.upper().lower() }}{{ ('a' + 'b').upper() }}",
    "{% for a in [1,2] %}{% for b in [1,2] %}{{ loop.index }}{{ a }}{{ b }}{% endfor %}{{ loop.index }}{% endfor %}",
    "{% for x in range(3) %}{% for y in range(x) %}{% if y == 1 %}{% break %}{% endif %}{{ x }}{{ y }} {% endfor %}{% endfor %}",
    "{{ messages[0] | tojson }}{{ messages[0] }}",
    "{{ 'a' | upper | lower | replace('a', 'b') ~ 'c' | upper }}",
    "{% if messages[0].role == 'user' and messages | length > 2 or false %}y{% endif %}",
    "{% for m in messages | selectattr('role', 'in', ['user', 'tool']) %}{{ m.role }}{{ loop.last }}{% endfor %}",
    "{% set ns.x = 1 %}", "{% set ns = {} %}{% set ns.x = 1 %}", "{{ raise_exception('no') }}",
    "{{ missing.x }}", "{{ missing[0] }}", "{{ missing() }}", "{{ missing + 1 }}", "{{ -missing }}",
    "{{ none.x }}{{ none.x.y }}", "{{ 'a' + 1 }}", "{{ 1 + none }}", "{{ [] + () }}", "{{ 1 / 0 }}",
    "{{ 1 // 0 }}{{ 1 % 0 }}", "{{ 1 < 'a' }}", "{{ [1, 'a'] | sort }}", "{{ none | length }}",
    "{{ 5 | nofilter }}", "{{ 5 is notest }}", "{{ messages.append(1) }}", "{{ {}.update({}) }}",
    "{{ ''.__class__.__mro__ }}", "{{ messages[0].__class__() }}", "{{ {}['a'].b }}",
    "{{ range(1000000) }}", "{{ 'a'.nomethod() }}", "{{ missing | tojson }}", "{{ range | tojson }}",
    "{% for x in 5 %}{% endfor %}", "{% for a, b in [1] %}{% endfor %}", "{% for a, b in [[1]] %}{% endfor %}",
    "{% if %}x{% endif %}", "{% if true %}x", "{% endif %}", "{% for x in %}{% endfor %}", "{% nope %}",
    "{{ }}", "{{ 1 + }}", "{{ 'a }}", "{{ (1 }}", "{{ 1) }}", "{{ [1, }}", "{% set 1 = 2 %}", "{{ a b }}",
    "{{ 1 }", "{# open", "{% raw %}x", "{% macro m( %}{% endmacro %}", "{% break %}", "{{ ? }}", "{{ a..b }}",
    "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{% endmacro %}{{ m(b=2) }}",
    "{% macro m(a=1, b) %}{% endmacro %}", "{% set true = 1 %}", "{{ 'abc'[::0] }}", "{{ {}[[]] is defined }}",
    "{{ {[]: 1} }}", "{{ namespace(_x=1) }}", "{% set ns = namespace() %}{% set ns._x = 1 %}",
    "{{ 'a' in 5 }}", "{{ 5 in 'a' }}", "{{ loop.index }}", "{{ 'x'.split('') }}", "{{ [1].index(2) }}",
    "{{ ','.join([1]) }}", "{{ '%d' % 'a' }}", "{{ '%s %s' % 'a' }}", "{{ '%s' % (1, 2) }}", "{{ {'a': 1} < {'b': 2} }}",
    "{{ 'a' | dictsort }}", "{{ ([1] | map('upper')) | length }}",
    "{% for x in [1] %}{% generation %}{% break %}{% endgeneration %}{% endfor %}",
    "{{ 'a'.upper(1) }}", "{{ 'a' | upper(1) }}", "{{ [1,2,3] | join(1, 2, 3, 4) }}", "{{ 2 ** 'a' }}", "{{ 'a' % }}",
    "{{ loop }}{% for x in [1] if loop.first %}{% endfor %}", "{{ 1 if }}", "{{ not }}", "{{ 'a' is }}",
]

SNIPPETS = STATEMENTS + [
    # Expressions without a comma of their own at the end become a tuple; each group is one.
    "{{ [" + line.replace("\n", "\\n") + "] }}" if "if false" not in line else "{{ (" + line + ",) }}"
    for group in (EXPRESSIONS, METHODS, FILTERS)
    for line in group.strip().replace("\\\ncontinued", "\\\x00continued").split("\n")
]
SNIPPETS = [snippet.replace("\x00", "\n") for snippet in SNIPPETS]

"""Chat templates of our own that use what real ones use, for make_chat_goldens.py."""

TURNS = r"""{{ bos_token }}{% for message in messages %}
{%- if loop.first and message['role'] == 'system' %}
<|sys|>{{ message['content'] | trim }}<|end|>
{% continue %}
{% endif %}
{%- if message.role not in ['user', 'assistant', 'system', 'tool'] %}
    {{- raise_exception('Unknown role: ' ~ message.role) }}
{% endif %}
{{ '<|' + message['role'] + '|>' }}
{% if message.role == 'assistant' %}{% generation %}{{ message.content }}{{ eos_token }}{% endgeneration %}{% else %}{{ message.content }}{% endif %}<|end|>
{% endfor %}
{% if add_generation_prompt %}
{{ '<|assistant|>\n' }}
{%- endif %}
"""

THINKING = r"""{%- set ns = namespace(last=-1, system='') %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.last < 0 and message.role == "user" and message.content is string and not (message.content.startswith('<r>') and message.content.endswith('</r>')) %}
        {%- set ns.last = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if message.role == "system" or message.role == "user" %}
        {{- '<|im_start|>' + message.role + '\n' + content + '<|im_end|>' + '\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning = '' %}
        {%- if message.reasoning_content is defined and message.reasoning_content is not none %}
            {%- set reasoning = message.reasoning_content %}
        {%- elif '</think>' in content %}
            {%- set reasoning = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\n') %}
        {%- endif %}
        {{- '<|im_start|>assistant\n' }}
        {%- generation %}
        {%- if loop.index0 > ns.last and (loop.last or reasoning) %}
            {{- '<think>\n' + reasoning.strip('\n') + '\n</think>\n\n' }}
        {%- endif %}
        {{- content }}
        {%- for call in message.tool_calls or [] %}
            {%- if not loop.first or content %}{{- '\n' }}{% endif %}
            {%- if call.function %}{% set call = call.function %}{% endif %}
            {{- '<tool_call>\n{"name": "' ~ call.name ~ '", "arguments": ' }}
            {{- call.arguments if call.arguments is string else call.arguments | tojson }}
            {{- '}\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>' }}
        {%- endgeneration %}
        {{- '\n' }}
    {%- elif message.role == "tool" %}
        {%- if loop.first or loop.previtem.role != "tool" %}{{- '<|im_start|>user' }}{%- endif %}
        {{- '\n<r>\n' ~ message.content ~ '\n</r>' }}
        {%- if loop.last or loop.nextitem.role != "tool" %}{{- '<|im_end|>\n' }}{%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\n\n</think>\n\n' }}
    {%- endif %}
{%- endif %}
"""

SCHEMAS = r"""{#- Types of tools as text, by recursive macros. -#}
{%- macro type_of(spec, depth=0) -%}
    {%- if spec.type is string -%}
        {%- if spec.type == 'array' -%}
            {{- type_of(spec['items'], depth + 1) ~ '[]' if spec['items'] is mapping else 'any[]' -}}
        {%- elif spec.type == 'object' and spec.properties -%}
            {{ '{' }}
            {%- for name, inner in spec.properties | dictsort -%}
                {{ name }}{{ '' if name in (spec.required or []) else '?' }}: {{ type_of(inner, depth=depth + 1) }}
                {%- if not loop.last %}, {% endif -%}
            {%- endfor -%}
            {{ '}' }}
        {%- else -%}
            {{- spec.type | upper -}}
        {%- endif -%}
    {%- elif spec.type is iterable -%}
        {{- spec.type | map('capitalize') | join(' | ') -}}
    {%- else -%}
        any
    {%- endif -%}
    {%- if spec.enum %} ({{ spec.enum | tojson }}){% endif -%}
    {%- if spec.default is defined %} = {{ spec.default }}{% endif -%}
{%- endmacro -%}
{%- set listing -%}
    {%- for tool in tools or [] %}
// {{ tool.function.description | replace('\n', '\n// ') }}
{{ loop.index }}. {{ tool.function.name }}{{ type_of(tool.function.parameters) }}
{{ tool | tojson(indent=2) }}
    {% endfor -%}
{%- endset -%}
{%- if tools %}[TOOLS {{ tools | length }}]{{ listing }}[/TOOLS]{% endif %}
{%- if documents %}
{% for d in documents %}
Document {{ loop.index0 }} of {{ loop.length }}: {{ d['title'] }}
{{ d.text | indent(4, first=true) }}
{% endfor %}
{% endif %}
{%- for message in messages if message.role != 'system' recursive %}
{%- set calls = message.get('tool_calls', []) %}
{{ message.role | title }}/{{ loop.revindex }}:{{ ' ' -}}
{%- if message.content is string -%}{{ message.content.strip() }}
{%- elif message.content is mapping -%}{{ message.content | tojson(separators=(',', ':'), sort_keys=true) }}
{%- elif message.content is sequence -%}
    {%- for part in message.content -%}
        {%- if part.type == 'text' -%}{{ part.text }}{%- else -%}<{{ part.type }}>{%- endif -%}
    {%- endfor -%}
{%- else -%}{{ message.content }}{%- endif -%}
{%- for call in calls -%}
    {%- set f = call.function if 'function' in call else call -%}
    {{ f.name }}(
    {%- if f.arguments is mapping -%}
        {%- for key, value in f.arguments.items() -%}
            {{ key }}={{ value if value is string else value | tojson | safe }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    {%- else -%}{{ f.arguments }}{%- endif -%}
    )
{%- endfor -%}
{%- endfor %}
{{ strftime_now('%d %b %Y') }} {{ messages | selectattr('role', 'equalto', 'user') | list | length }}
{%- filter upper %}{% if reasoning_effort is defined %} effort {{ reasoning_effort }}{% endif %}{% endfilter %}
{% with n = messages | map(attribute='role') | unique | list %}{{ n }}{% endwith %}
"""

ALTERNATING = r"""{%- if messages and messages[0].role == 'system' -%}
    {%- set first = messages[0].content + '\n\n' if messages[0].content is string else messages[0].content[0].text -%}
    {%- set rest = messages[1:] -%}
{%- else -%}
    {%- set first = '' -%}{%- set rest = messages -%}
{%- endif -%}
{{ bos_token }}
{%- macro frame(role) -%}[{{ role | upper }}]{{ caller() }}[/{{ role | upper }}]{%- endmacro -%}
{%- for m in rest -%}
    {%- if (m.role == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception('Roles must alternate, not ' + m['role']) }}
    {%- endif -%}
    {%- call frame('model' if m.role == 'assistant' else m.role) -%}
        {{ first if loop.first }}{{ m.content | trim if m.content is string else m.content | map(attribute='text', default='*') | join(' ') }}
    {%- endcall -%}
    {%- if m.name is defined %} by {{ m.name }}{% endif %}
{%- else -%}
    nobody
{%- endfor -%}
{{ '[MODEL]' if add_generation_prompt else eos_token }}
"""

TEMPLATES = {
    "turns": TURNS, "thinking": THINKING, "schemas": SCHEMAS, "alternating": ALTERNATING,
}

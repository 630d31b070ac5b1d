"""The results of `make parity` for people: a table of text, and the README's."""

import re
import textwrap

COLUMNS = ["log-probs", "gradients", "greedy", "save/load"]
WIDTH = 80
# Of sections with more rows than this, only those are shown that are not ok.
MANY = 24
BEGIN, END = "<!-- parity:begin -->", "<!-- parity:end -->"


def number(value):
    """A difference: whole numbers as they are, others with two digits."""
    if value is None:
        return "infinite"
    if value == int(value):
        return str(int(value))
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits.removesuffix('.0')}e{int(exponent)}"


def cell(row):
    """What a family's row says in its column."""
    if row is None:
        return "missing"
    if row["bound"] == 0 and row["ok"]:
        return "equal"
    return number(row["worst"]) + ("" if row["ok"] else " FAILED")


def families(section):
    """Each family with its row for each column, None where it is missing."""
    found = {}
    for row in section["rows"]:
        found.setdefault(row["item"], {})[row.get("check")] = row
    return [(name, [rows.get(column) for column in COLUMNS]) for name, rows in found.items()]


def headings(section):
    """The columns with their bounds."""
    bounds = {row.get("check"): row["bound"] for row in section["rows"]}
    return [f"{name} <= {number(bounds[name])}" if bounds.get(name) else name for name in COLUMNS]


def is_family_table(section):
    return any("check" in row for row in section["rows"])


def family_lines(section):
    """A line for each family."""
    titles = headings(section)
    widths = [max(len(title), 12) for title in titles]
    yield " " * 11 + "".join(f" {title:>{width}}" for title, width in zip(titles, widths))
    for name, rows in families(section):
        cells = "".join(f" {cell(row):>{width}}" for row, width in zip(rows, widths))
        yield f"  {name:<9}{cells}"


def row_lines(section):
    """A line for each row, or for those that are not ok and all together."""
    rows = section["rows"]
    right = [row for row in rows if row["ok"]]
    yield f"  {'':<42}{'cases':>9}{'worst':>10}{'bound':>9}"
    if len(rows) > MANY:
        rows = [row for row in rows if not row["ok"]]
        if right:
            most = worst(right)
            name = f"{len(right)} of {len(section['rows'])}"
            rows.append(most | {"item": name, "cases": sum(row["cases"] for row in right)})
    for row in rows:
        verdict = "ok" if row["ok"] else "FAILED"
        yield (
            f"  {row['item'][:41]:<42}{row['cases']:>9}{number(row['worst']):>10}"
            f"{number(row['bound']):>9} {verdict}"
        )


def text(report):
    """Every section, at most WIDTH characters wide."""
    lines = []
    for section in report["sections"]:
        lines += ["", f"{section['section']}  ({section['seconds']} s)"]
        if section["error"]:
            lines.append(f"  {section['error']}"[:WIDTH])
        if is_family_table(section):
            lines += family_lines(section)
        elif section["rows"]:
            lines += row_lines(section)
    return "\n".join(lines[1:])


def worst(rows):
    """The row nearest to its bound, or furthest beyond."""
    def share(row):
        value = float("inf") if row["worst"] is None else row["worst"]
        return value / row["bound"] if row["bound"] else value

    return max(rows, key=share)


def markdown(report):
    """The README's table: a row for each family, then one for each of the other sections."""
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    heading = f"{report['date']}, {report['machine']}: {versions}."
    lines = [*textwrap.wrap(heading, 95), ""]
    for section in filter(is_family_table, report["sections"]):
        lines.append("| family | " + " | ".join(h.replace("<=", "≤") for h in headings(section)))
        lines[-1] += " |"
        lines.append("|---" * (len(COLUMNS) + 1) + "|")
        for name, rows in families(section):
            lines.append(f"| {name} | " + " | ".join(cell(row) for row in rows) + " |")
        lines.append("")
    lines += ["| comparison | items | cases | worst | bound |", "|---" * 5 + "|"]
    for section in report["sections"]:
        if is_family_table(section):
            continue
        if section["error"] or not section["rows"]:
            why = section["error"] or "no rows"
            lines.append(f"| {section['summary']} | – | – | {why} | – |")
            continue
        row, cases = worst(section["rows"]), sum(row["cases"] for row in section["rows"])
        lines.append(
            f"| {section['summary']} | {len(section['rows'])} | {cases:,} | "
            f"{number(row['worst'])} | {number(row['bound'])} |"
        )
    return "\n".join(lines)


def update_readme(path, report):
    """Puts the table between the two marks of a file."""
    content = path.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    if not pattern.search(content):
        raise SystemExit(f"error: {path} lacks {BEGIN} … {END}")
    block = f"{BEGIN}\n{markdown(report)}\n{END}"
    path.write_text(pattern.sub(lambda _: block, content, count=1), encoding="utf-8")

"""The results of `make bench-peers` for people: a table of text, the README's, and a chart."""

import html
import re

BEGIN, END = "<!-- peers:begin -->", "<!-- peers:end -->"


def rate(value):
    """Three significant digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def times(value):
    return f"{value:.1f}×"


def spread(row):
    low, high = min(row["ratios"]), max(row["ratios"])
    return f"{low:.1f}–{high:.1f}"


def gigabytes(value):
    return f"{value / 1e9:.2f} GB"


def verdict(row):
    """Whether a row's target is reached."""
    if not row["agree"]:
        return f"the results differ by {row['difference']:.1e}"
    if row["ratio"] >= row["target"]:
        return "reached"
    return "above the floor" if row["ratio"] >= row["floor"] else "missed"


def memory_verdict(memory):
    if memory["share"] <= memory["target"]:
        return "reached"
    return "within the floor" if memory["share"] <= memory["floor"] else "missed"


def about(result):
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    return f"{result['date']}, {result['machine']}; {versions}"


def text(result):
    lines = [about(result), ""]
    for row in result["rows"]:
        rates = row["rates"]
        lines.append(f"{row['figure']}  {row['work']}, {row['peer']}")
        lines.append(
            f"    {rate(rates['realign'])} and {rate(rates['peer'])} {row['unit']}/s: "
            f"{times(row['ratio'])} ({spread(row)}), target {row['target']:g}: {verdict(row)}"
        )
        if memory := row.get("memory"):
            sizes = memory["bytes"]
            lines.append(
                f"{memory['figure']}  {gigabytes(sizes['realign'])} and "
                f"{gigabytes(sizes['peer'])}: {memory['share']:.2f}×, target "
                f"{memory['target']:g}: {memory_verdict(memory)}"
            )
    return "\n".join(lines)


def table(result):
    """The same in Markdown."""
    lines = [
        f"Measured by `make bench-peers` on {about(result)}; medians of {result['rounds']} "
        "alternating runs, the ratios of single pairs of runs in brackets.", "",
        "| | work | peer | realign | peer | ratio | target |", "|---|---|---|---|---|---|---|",
    ]
    for row in result["rows"]:
        rates = row["rates"]
        lines.append(
            f"| {row['figure']} | {row['work']} | {row['peer']} | "
            f"{rate(rates['realign'])} {row['unit']}/s | {rate(rates['peer'])} {row['unit']}/s | "
            f"**{times(row['ratio'])}** ({spread(row)}) | ≥ {row['target']:g}× |"
        )
    for row in result["rows"]:
        if memory := row.get("memory"):
            sizes = memory["bytes"]
            lines.append(
                f"| {memory['figure']} | peak memory of {row['figure']} | {row['peer']} | "
                f"{gigabytes(sizes['realign'])} | {gigabytes(sizes['peer'])} | "
                f"**{memory['share']:.2f}×** | ≤ {memory['target']:g}× |"
            )
    return "\n".join(lines)


def put(result, path):
    """Replaces what lies between the marks of a file."""
    content = path.read_text()
    pattern = re.compile(f"{BEGIN}\n.*?{END}", re.S)
    if not pattern.search(content):
        raise SystemExit(f"{path}: there is no {BEGIN} … {END}")
    path.write_text(pattern.sub(lambda _: f"{BEGIN}\n{table(result)}\n{END}", content))


def chart(result):
    """Bars of the ratios with a mark at each target."""
    rows = result["rows"]
    left, width, top, step = 330, 330, 34, 30
    # One ratio far above the others would leave no room for these; its bar ends in an arrow.
    most = max(min(row["ratio"], 10) for row in rows) * 1.15
    height = top + step * len(rows) + 44

    def x(value):
        return left + width * value / most

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img" '
        'font-family="sans-serif" font-size="12">',
        "<title>Speed of realign as a multiple of its peers</title>",
        f'<rect width="720" height="{height}" fill="#ffffff"/>',
        '<text x="12" y="20" font-size="14" font-weight="bold" fill="#1f2933">'
        "Speed as a multiple of the peer’s</text>",
        '<text x="708" y="20" text-anchor="end" fill="#52606d">| target</text>',
    ]
    for tick in range(0, int(most) + 1, 2):
        parts.append(
            f'<line x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{top}" y2="{height - 40}" '
            f'stroke="{"#52606d" if tick == 0 else "#e4e7eb"}"/>'
            f'<text x="{x(tick):.1f}" y="{height - 24}" text-anchor="middle" fill="#52606d">'
            f"{tick}×</text>"
        )
    for index, row in enumerate(rows):
        y = top + step * index
        mark = x(row["target"])
        end = x(min(row["ratio"], most * 0.88))
        arrow = " ▸" if row["ratio"] > most * 0.88 else ""
        parts.append(
            f'<text x="{left - 8}" y="{y + 19}" text-anchor="end" fill="#1f2933">'
            f'{html.escape(row["figure"] + "  " + row["work"])}</text>'
            f'<rect x="{left}" y="{y + 6}" width="{end - left:.1f}" height="18" '
            'fill="#2f6f9f"/>'
            f'<text x="{end + 5:.1f}" y="{y + 19}" fill="#1f2933">{arrow} '
            f'{times(row["ratio"])}</text>'
            f'<line x1="{mark:.1f}" x2="{mark:.1f}" y1="{y + 3}" y2="{y + 27}" '
            'stroke="#d64545" stroke-width="2"/>'
        )
    footer = f"{result['date']}, {result['machine']}"
    parts.append(
        f'<text x="12" y="{height - 7}" font-size="11" fill="#52606d">{html.escape(footer)}'
        "</text></svg>"
    )
    return "\n".join(parts) + "\n"

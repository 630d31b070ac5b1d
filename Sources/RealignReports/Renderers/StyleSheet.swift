/// The style sheet of HTML reports: one column, system fonts, colours by preference.
///
/// Series colours are told apart by dash pattern as well, statuses by a mark.
enum StyleSheet {
  static let text = """
    :root {
      --page: #fbfbfa; --surface: #ffffff; --ink: #1d2126; --soft: #5b636d; --line: #e3e5e8;
      --axis: #a9b0b8; --link: #1f5fae; --pass: #176a3a; --pass-bg: #e6f4ea;
      --fail: #a8241c; --fail-bg: #fdeae8; --warn: #7a5200; --warn-bg: #fdf3da;
      --cite: #1f4f93; --cite-bg: #e5eefb;
      --s1: #2f6db5; --s2: #c25a1c; --s3: #2b8a5f; --s4: #8c4fa8; --s5: #a08000; --s6: #5b636d;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #15181c; --surface: #1c2026; --ink: #e4e7eb; --soft: #a2abb5; --line: #31373f;
        --axis: #626b76; --link: #86b7f2; --pass: #7fd3a0; --pass-bg: #16311f;
        --fail: #ff9f96; --fail-bg: #3c1a18; --warn: #ecc56c; --warn-bg: #352a10;
        --cite: #9cc3f7; --cite-bg: #182c47;
        --s1: #7bb0ee; --s2: #f0986a; --s3: #6ccb9f; --s4: #c99be0; --s5: #d8bd4a; --s6: #a2abb5;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans",
        Arial, sans-serif;
    }
    main { max-width: 60rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
    header { margin-bottom: 2rem; }
    h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -0.015em; margin: 0; }
    h2 {
      font-size: 1.3rem; line-height: 1.3; letter-spacing: -0.01em; margin: 3.25rem 0 1rem;
      padding-top: 1.25rem; border-top: 1px solid var(--line);
    }
    h3, figcaption { font-size: 1rem; font-weight: 600; margin: 0 0 0.5rem; }
    p, li, dd { overflow-wrap: anywhere; }
    p { margin: 0 0 1rem; max-width: 42rem; white-space: pre-line; }
    .subtitle { color: var(--soft); margin: 0.4rem 0 0; }
    a { color: var(--link); text-underline-offset: 0.15em; }
    a:focus-visible, .wide:focus-visible {
      outline: 2px solid var(--link); outline-offset: 3px;
    }
    nav ol { margin: 0; padding-left: 1.25rem; columns: 2; column-gap: 2.5rem; }
    nav li { color: var(--soft); }
    ul, ol { padding-left: 1.4rem; margin: 0 0 1rem; }
    section li { margin: 0.25rem 0; }
    dl { margin: 0 0 1.25rem; }
    dl > div {
      display: grid; grid-template-columns: minmax(9rem, 30%) 1fr; gap: 1rem;
      padding: 0.3rem 0; border-bottom: 1px solid var(--line);
    }
    dt { color: var(--soft); }
    dd { margin: 0; font-variant-numeric: tabular-nums; }
    .wide { overflow-x: auto; margin: 0 0 1.5rem; }
    table {
      border-collapse: collapse; width: 100%; font-size: 0.925rem;
      font-variant-numeric: tabular-nums;
    }
    caption { caption-side: bottom; text-align: left; color: var(--soft); padding-top: 0.6rem; }
    th, td {
      padding: 0.42rem 0.75rem; text-align: left; vertical-align: top;
      border-bottom: 1px solid var(--line);
    }
    th { font-weight: 600; color: var(--soft); border-bottom-color: var(--axis); }
    th:first-child, td:first-child { padding-left: 0; }
    .number { text-align: right; white-space: nowrap; }
    .center { text-align: center; }
    td.pass, td.fail, td.warn { font-weight: 600; white-space: nowrap; padding-left: 0.75rem; }
    td.pass { color: var(--pass); background: var(--pass-bg); }
    td.fail { color: var(--fail); background: var(--fail-bg); }
    td.warn { color: var(--warn); background: var(--warn-bg); }
    figure { margin: 0 0 2.25rem; }
    figure > svg { display: block; width: 100%; height: auto; }
    .legend {
      list-style: none; display: flex; flex-wrap: wrap; gap: 0.2rem 1.25rem; padding: 0;
      margin: 0 0 0.5rem; font-size: 0.875rem; color: var(--soft);
    }
    .legend li { margin: 0; }
    .legend svg { width: auto; height: 10px; margin-right: 0.45rem; vertical-align: 0.05em; }
    svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
    svg .tick { fill: var(--soft); font-variant-numeric: tabular-nums; }
    svg .label { fill: var(--soft); }
    svg .category, svg .value { fill: var(--ink); }
    svg .grid { stroke: var(--line); }
    svg .axis { stroke: var(--axis); }
    svg .diagonal { stroke: var(--axis); stroke-dasharray: 4 4; }
    svg .limit { stroke: var(--fail); stroke-dasharray: 6 4; stroke-width: 1.25; }
    svg .limit-label { fill: var(--fail); }
    svg .value, svg .limit-label {
      paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round;
    }
    svg .whisker { stroke: var(--ink); stroke-width: 1.25; }
    svg .whisker.halo { stroke: var(--page); stroke-width: 4; stroke-linecap: square; }
    svg .gap { stroke: var(--s1); stroke-opacity: 0.35; stroke-width: 2; }
    svg .marker { fill: var(--surface); stroke: var(--ink); stroke-width: 2; }
    svg .line {
      fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round;
    }
    svg .line.s1 { stroke: var(--s1); }
    svg .line.s2 { stroke: var(--s2); stroke-dasharray: 7 4; }
    svg .line.s3 { stroke: var(--s3); stroke-dasharray: 2 4; }
    svg .line.s4 { stroke: var(--s4); stroke-dasharray: 10 4 2 4; }
    svg .line.s5 { stroke: var(--s5); stroke-dasharray: 4 3; }
    svg .line.s6 { stroke: var(--s6); stroke-dasharray: 1 3; }
    svg .bar.s1, svg .dot.s1, svg .bubble.s1 { fill: var(--s1); }
    svg .bar.s2, svg .dot.s2 { fill: var(--s2); }
    svg .bar.s3, svg .dot.s3 { fill: var(--s3); }
    svg .bar.s4, svg .dot.s4 { fill: var(--s4); }
    svg .bar.s5, svg .dot.s5 { fill: var(--s5); }
    svg .bar.s6, svg .dot.s6 { fill: var(--s6); }
    svg .overlay { fill-opacity: 0.6; }
    svg .bubble { stroke: var(--surface); stroke-width: 1.5; }
    pre {
      background: var(--surface); border: 1px solid var(--line); border-radius: 6px;
      padding: 0.9rem 1.1rem; overflow-x: auto; margin: 0 0 1.25rem;
    }
    code { font: 0.85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
    .example {
      background: var(--surface); border: 1px solid var(--line); border-radius: 8px;
      padding: 1.1rem 1.25rem; margin: 0 0 1.25rem;
    }
    .example dl {
      display: grid; grid-template-columns: max-content 1fr; gap: 0.45rem 1.25rem; margin: 0;
    }
    .example dd { white-space: pre-line; }
    .example .legend { margin: 0.9rem 0 0; }
    mark { background: none; color: inherit; border-radius: 3px; padding: 0.05em 0.25em; }
    mark.citation { color: var(--cite); background: var(--cite-bg); }
    mark.correct { color: var(--pass); background: var(--pass-bg); }
    mark.wrong {
      color: var(--fail); background: var(--fail-bg);
      text-decoration: underline wavy 1px; text-underline-offset: 0.2em;
    }
    mark.refusal { color: var(--warn); background: var(--warn-bg); font-style: italic; }
    @media (max-width: 36rem) {
      main { padding: 2rem 1rem 3rem; }
      nav ol { columns: 1; }
      figure { overflow-x: auto; }
      figure > svg { min-width: 32rem; }
      .example dl { grid-template-columns: 1fr; gap: 0.1rem; }
      .example dt { margin-top: 0.5rem; }
    }
    @media print {
      :root {
        --page: #fff; --surface: #fff; --ink: #000; --soft: #444; --line: #ccc; --axis: #777;
      }
      main { max-width: none; padding: 0; }
      body { font-size: 10.5pt; }
      nav { display: none; }
      h2, h3, figcaption { break-after: avoid; }
      figure, .example, tr { break-inside: avoid; }
      .wide, pre { overflow: visible; }
      pre { white-space: pre-wrap; }
      td, mark, svg .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }
    """
}

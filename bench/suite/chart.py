"""Horizontal bars as SVG, written by hand so that drawing needs no library."""

from html import escape

WIDTH = 760
LABEL = 250
BAR = 26
GAP = 12
TOP = 58
COLOURS = {"ours": "#2f6fed", "itself": "#7aa5f5", "ceiling": "#b9bfc9", "peer": "#e08a3c"}
STYLE = "font-family:system-ui,sans-serif;font-size:14px;fill:#1d2330"


def bars(title, subtitle, entries, write):
    """entries: (label, value, kind of COLOURS), drawn in their order; `write` makes a value's text."""
    height = TOP + len(entries) * (BAR + GAP) + GAP
    longest = max(value for _, value, _ in entries)
    room = WIDTH - LABEL - 110
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title, quote=True)}">',
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#ffffff"/>',
        f'<g style="{STYLE}"><text x="20" y="26" style="font-size:16px;font-weight:600">{escape(title)}</text>',
        f'<text x="20" y="45" style="font-size:12px;fill:#5b6472">{escape(subtitle)}</text>',
    ]
    for i, (label, value, kind) in enumerate(entries):
        y = TOP + i * (BAR + GAP)
        length = max(2, round(room * value / longest))
        out += [
            f'<text x="{LABEL - 10}" y="{y + 18}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{LABEL}" y="{y}" width="{length}" height="{BAR}" rx="3" fill="{COLOURS[kind]}"/>',
            f'<text x="{LABEL + length + 8}" y="{y + 18}">{escape(write(value))}</text>',
        ]
    return "\n".join([*out, "</g>", "</svg>", ""])


def durable(rows):
    """Everybody with 256 connections; the rows repeat our own figure, which is drawn once."""
    chosen = [r for r in rows if r["section"] in "ab" and r["against"] and "256" in r["what"]]
    if not chosen:
        return None
    entries = [("Playhead, durable", chosen[0]["figure"], "ours")]
    entries += [(r["against"], r["against_figure"], r["kind"]) for r in chosen]
    return bars("Durable single updates a second",
                "256 connections, no pipelining; grey does no work, orange is a peer", entries,
                lambda value: f"{value:,.0f}")


def reads(rows):
    """p99 of a resume read in each situation."""
    entries = []
    for r in rows:
        if r["section"] == "e" and r["what"].startswith("resume p99"):
            entries += [("empty server", r["against_figure"], "itself"),
                        (r["what"].removeprefix("resume p99 ").removeprefix("with "), r["figure"], "ours")]
        if r["section"] == "d":
            shape = "single updates" if "single" in r["what"] else "batches"
            entries.append((f"beside {shape} at half load", r["figure"], "ours"))
    if not entries:
        return None
    return bars("Resume read, p99", "milliseconds, counted from the intended time of sending", entries,
                lambda value: f"{value:.3f} ms")


def come_back(rows):
    """Devices in each half second after they lost their connection."""
    found = next((r["samples"]["ours"] for r in rows if r["section"] == "k" and r["samples"]), None)
    if not found:
        return None
    counts = found["eachHalfSecond"]
    last = max(i for i, count in enumerate(counts) if count)
    return bars(f"{found['devices']:,} devices come back to a server that restarted",
                "so many in each half second after they lost it", [(f"{i / 2:.1f} s", counts[i], "ours") for i in range(last + 1)],
                lambda value: f"{value:,}")


CHARTS = {"bench-durable.svg": durable, "bench-reads.svg": reads, "bench-come-back.svg": come_back}

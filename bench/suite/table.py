"""Rows, the verdict of each, and how they are printed and kept."""

from dataclasses import asdict, dataclass, field

PEER = "peer"        # does the same work with the same promise
CEILING = "ceiling"  # does no work at all: what the machine could give at best
SELF = "itself"      # another measurement of the same program
LIMIT = "limit"      # only a number to keep to


@dataclass
class Row:
    """`ratio` is figure/against; the target holds for the ratio where there is one, unless `target_for_figure`."""
    section: str
    what: str
    figure: float
    unit: str
    kind: str = LIMIT
    against: str = ""
    against_figure: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    target_for_figure: bool = False
    note: str = ""
    samples: dict = field(default_factory=dict)

    @property
    def ratio(self):
        return self.figure / self.against_figure if self.against_figure else None

    @property
    def judges_ratio(self):
        return self.against_figure is not None and not self.target_for_figure

    @property
    def judged(self):
        return self.ratio if self.judges_ratio else self.figure

    @property
    def verdict(self):
        if self.at_least is None and self.at_most is None:
            return ""
        good = (self.at_least is None or self.judged >= self.at_least) and (
            self.at_most is None or self.judged <= self.at_most)
        return "ok" if good else "short"

    def to_json(self):
        return {**asdict(self), "ratio": self.ratio, "verdict": self.verdict}

    @classmethod
    def from_json(cls, kept):
        return cls(**{name: value for name, value in kept.items() if name not in ("ratio", "verdict")})


def number(value):
    if value is None:
        return ""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}".rstrip("0").rstrip(".")


HEADINGS = ("", "what", "figure", "", "against", "its figure", "ratio", "target", "")


def _cells(row):
    against = f"{row.against} ({row.kind})" if row.against else ""
    target = ""
    if row.at_least is not None:
        target = f"≥ {number(row.at_least)}"
    elif row.at_most is not None:
        target = f"≤ {number(row.at_most)}"
    if target and row.judges_ratio:
        target += " ×"
    return (row.section, row.what, number(row.figure), row.unit, against, number(row.against_figure),
            f"{row.ratio:.2f} ×" if row.ratio is not None else "", target, row.verdict)


def as_text(rows):
    lines = [HEADINGS, *map(_cells, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
    right = {2, 5, 6}
    out = []
    for line in lines:
        out.append("  ".join(c.rjust(w) if i in right else c.ljust(w)
                             for i, (c, w) in enumerate(zip(line, widths))).rstrip())
    notes = [f"{row.section}: {row.what}: {row.note}" for row in rows if row.note]
    return "\n".join(out + ([""] + notes if notes else []))


def as_markdown(rows):
    lines = ["| | what | figure | against | its figure | ratio | target | |", "|---|---|--:|---|--:|--:|--:|---|"]
    for row in rows:
        section, what, figure, unit, against, its, ratio, target, verdict = _cells(row)
        lines.append(f"| {section} | {what} | {figure} {unit} | {against} | {its} | {ratio} | {target} | {verdict} |")
    return "\n".join(lines)

"""Comparison pages as text, written here from the grammar alone, so that reader and writer have a judge."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

AXES = ["adoption", "quality", "ecosystem", "match graph"]
BACKED = "Capability-level comparison backed by match graph evidence from real search data."
CLOSING = ["Need something different?", "Search the match graph \u2192"]


@dataclass(frozen=True)
class Half:
    """One side of a page to be written."""

    name: str
    type: str = "Model"
    rank: int = 50
    axes: tuple[str, ...] = ("1", "0", "1", "0")
    pricing: str = "Free"
    price: str = "\u2014"
    count: int = 2
    matched: str = "0"
    blocks: tuple[tuple[str, str | None, str | None], ...] = ()
    leads: tuple[str, ...] = ()
    more: str = "capabilities"

    @property
    def shown(self) -> list[tuple[str, str | None, str | None]]:
        made = [(f"Thing number {n} of many that {self.name} does", f"only {n}", f"better {n}") for n in range(8)]
        return [*self.blocks, *made][: min(self.count, 8)]


def page_text(
    left: Half, right: Half, *, side_by_side: bool | None = None, left_first: bool | None = None, tie_winner: str = ""
) -> str:
    """The page of the two; the flags, where given, override what the layout's rules say."""
    better, worse = (left, right) if left.rank > right.rank else (right, left)
    if side_by_side is None:
        side_by_side = left.rank >= right.rank
    against = f"higher at {better.rank}/100 vs {worse.name} at {worse.rank}/100."
    lines = [f"{left.name} vs {right.name}"]
    lines += [
        "Side-by-side comparison to help you choose." if side_by_side else f"{better.name} ranks {against} {BACKED}"
    ]
    lines += [f"| Feature | {left.name} | {right.name} |", "|---|---|---|"]
    lines += _table(left, right)
    for half in (left, right):
        lines += [f"{half.name} Capabilities"]
        for description, unique, versus in half.shown:
            lines += [description]
            lines += [f"Unique: {unique}"] * (unique is not None) + [f"vs alternatives: {versus}"] * (
                versus is not None
            )
        lines += [f"+{half.count - 8} more {half.more}"] * (half.count > 8)
    said = f"{better.name} scores {against}"
    if left.rank == right.rank and not tie_winner:
        said = f"{left.name} and {right.name} score the same at {left.rank}/100."
        worse, better = left, right
    if left_first is not None:
        worse, better = (left, right) if left_first else (right, left)
    if left.leads and right.leads:
        said += f" {worse.name} leads on {_listed(worse.leads)},"
        said += f" while {better.name} is stronger on {_listed(better.leads)}."
    return "\n".join([*lines, "Verdict", said, *CLOSING])


def _table(left: Half, right: Half) -> list[str]:
    rows = [("Type", left.type, right.type), ("UnfragileRank", f"{left.rank}/100", f"{right.rank}/100")]
    rows += zip(("Adoption", "Quality", "Ecosystem", "Match Graph"), left.axes, right.axes, strict=True)
    rows += [("Pricing", left.pricing, right.pricing)]
    rows += [("Starting Price", left.price, right.price)] * ({left.price, right.price} != {"\u2014"})
    rows += [("Capabilities", f"{left.count} decomposed", f"{right.count} decomposed")]
    rows += [("Times Matched", left.matched, right.matched)]
    return [f"| {label} | {one} | {other} |" for label, one, other in rows]


def _listed(axes: tuple[str, ...]) -> str:
    return axes[0] if len(axes) == 1 else ", ".join(axes[:-1]) + " and " + axes[-1]


# One letter, space and mark of each sort that somebody's reading or cleaning might trip over.
_MARKS = st.sampled_from("abzAZ09 .,-_/|+#&;<>:*'\"\\é中😀\u00a0\u2028\x85\x0b\x7f")
_BITS = st.sampled_from(["vs ", " vs ", " | ", "&amp;", "<b>", "  ", "Capabilities", "Verdict", "\u2014", "Unique: "])
_texts = st.lists(st.one_of(_MARKS, _BITS, st.sampled_from(["The Pile", "word"])), min_size=1, max_size=9).map("".join)
_said = _texts.filter(str.strip)
_opens = ("Unique:", "vs alternatives:")
_blocks = st.tuples(
    _said.filter(lambda text: not text.startswith(_opens) and text != "Verdict" and not text.endswith("Capabilities")),
    st.none() | _said,
    st.none() | _said,
)
_cells = _said.map(str.strip).filter(lambda text: " | " not in f" {text} ")
_axis = st.sampled_from(["0", "1", "\u2014", "0.5", "0.50", "17"])


@st.composite
def halves(draw: st.DrawFn) -> Half:
    count = draw(st.sampled_from([0, 1, 2, 3, 8, 9, 10, 57]))
    blocks = draw(st.lists(_blocks, min_size=min(count, 8), max_size=min(count, 8)))
    more = draw(st.sampled_from(["capabilities", "capability"])) if count == 9 else "capabilities"
    return Half(
        name=draw(_said),
        type=draw(st.sampled_from(["Model", "Fine-tune", "MCP Server", "Web App", "API", "Gadget"]) | _cells),
        rank=draw(st.sampled_from([0, 44, 45, 46, 100])),
        axes=draw(st.tuples(_axis, _axis, _axis, _axis)),
        pricing=draw(st.sampled_from(["Free", "Paid", "Freemium", "Contact us"])),
        price=draw(st.just("\u2014") | _cells),
        count=count,
        matched=draw(st.sampled_from(["0", "12", "1,234", "\u2014"])),
        blocks=tuple(blocks),
        more=more,
    )


@st.composite
def pages(draw: st.DrawFn, sides: st.SearchStrategy[Half]) -> str:
    """Pages of the grammar, in all the forms it leaves open."""
    one, other = draw(sides), draw(sides)
    if (one.name, one.type) == (other.name, other.type):
        other = replace(other, name=f"{other.name}2")
    whose = draw(st.tuples(*[st.sampled_from("lr-")] * 4))
    both = [tuple(axis for axis, given in zip(AXES, whose, strict=True) if given == side) for side in "lr"]
    if all(both):
        one, other = (replace(half, leads=leads) for half, leads in zip((one, other), both, strict=True))
    return page_text(
        one,
        other,
        side_by_side=draw(st.sampled_from([None, True, False])),
        left_first=draw(st.sampled_from([None, True, False])),
        tie_winner=draw(st.sampled_from(["", "right"])),
    ) + draw(st.sampled_from(["", "\n"]))

"""Links as a person reads them on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.assess.links_models import LinkPart, LinksPart, LinksReport, TargetPart
from standoff.cli.plain import plain
from standoff.cli.runs import aligned

__all__ = ["lines"]


def lines(report: LinksReport, all_: bool = True) -> Iterator[str]:
    """The table of links and citations (only with `all_`), what was done, and the counts."""
    found = report.found
    if all_:
        if not found.targets:
            yield "nothing is cited"
            return
        rows: list[tuple[str, ...]] = [("rests", "passage", "state", "mark", "words")]
        rows += [_row(target, one) for target in found.targets for one in target.passages]
        yield from map(plain, aligned(rows))
        yield ""
    for remark in report.remarks:
        yield plain(remark)
    for path in report.written:
        yield plain(f"wrote {path}")
    yield _counts(found)
    if not found.checked:
        yield "there is no library in this workspace: see standoff sources add"
    gone = [target.target for target in found.targets if target.unsupported]
    if gone:
        yield plain(f"unsupported: {', '.join(gone)}")


def _row(target: TargetPart, one: LinkPart) -> tuple[str, ...]:
    state: str = one.state
    if one.state == "moved":
        where = f" to {one.place}" if one.place and not one.passage.endswith(one.place) else ""
        state = f"moved{where} ({one.score:.0f})"
    mark = "cited" if one.link is None else one.mark
    graded = f"{mark} {one.grade}" if one.grade else mark
    return target.target, one.passage, state, graded, one.words


def _counts(found: LinksPart) -> str:
    said = []
    for what, counts in (("link", found.links), ("citation", found.citations)):
        total = sum(counts.values())
        states = ", ".join(f"{n} {state}" for state, n in counts.items() if n)
        plural = what if total == 1 else f"{what}s"
        said.append(f"{total} {plural}{f' ({states})' if states else ''}")
    return "; ".join(said)

"""What the note says of links: counts, what is unsupported, what rests on one root, what moved."""

from __future__ import annotations

from typing import cast

import pytest

from standoff.assess.links_models import LinkPart, LinksPart, TargetPart
from standoff.note.links import MOST, marks, section
from standoff.note.outline import Bullets, Paragraph, Section, Text
from standoff.note.writer import Writer
from standoff.sources.cited import CitedState

W = cast("Writer", None)  # the section needs nothing of it


def passage(
    state: CitedState = "ok", mark: str = "reported", link: int | None = 0, place: str = "p1"
) -> LinkPart:
    return LinkPart.model_validate(
        {
            "passage": "berg#d1/p1", "link": link, "state": state, "mark": mark, "grade": None,
            "score": {"ok": 100.0, "moved": 87.4}.get(state), "place": place, "why": "",
            "words": "The fleet",
            "supports": mark in ("reported", "inferred") and state != "lost",
        }
    )  # fmt: skip


def target(name: str, *passages: LinkPart, roots: int = 1, kind: str = "judgement") -> TargetPart:
    supporting = sum(p.supports for p in passages)
    return TargetPart.model_validate(
        {
            "target": name, "kind": kind, "label": f"label of {name}", "passages": passages,
            "supporting": supporting, "roots": min(roots, supporting),
            "unsupported": not supporting,
        }
    )  # fmt: skip


def part(*targets: TargetPart, checked: bool = True) -> LinksPart:
    every = [p for t in targets for p in t.passages]
    states: tuple[CitedState, ...] = ("ok", "moved", "lost", "unchecked")

    def counted(links: bool) -> dict[CitedState, int]:
        mine = [p.state for p in every if (p.link is not None) == links]
        return {state: mine.count(state) for state in states}

    return LinksPart(
        checked=checked, links=counted(True), citations=counted(False), targets=list(targets)
    )


def words(found: Section | None) -> str:
    assert found is not None
    out = []
    for block in found.blocks:
        assert isinstance(block, (Paragraph, Bullets))
        runs = [block.content] if isinstance(block, Paragraph) else block.items
        out += ["".join(run.text for run in rich if isinstance(run, Text)) for rich in runs]
    return "\n".join(out)


def test_nothing_to_say_without_links_and_library() -> None:
    bare = target("judgements.a", passage("unchecked", link=None))
    assert section(W, part(bare, checked=False)) is None
    assert section(W, part(bare)) is not None
    assert section(W, part(target("judgements.a", passage()), checked=False)) is not None


def test_counts_by_state() -> None:
    text = words(
        section(
            W,
            part(
                target("judgements.a", passage(), passage("lost"), roots=1),
                target("record.b", passage(link=None), kind="record"),
            ),
        )
    )
    assert text.startswith("Two links: 1 as they were, 1 lost; one citation, as it was.")
    bare = part(target("judgements.a", passage("unchecked"), roots=1), checked=False)
    assert words(section(W, bare)).startswith("One link. There was no library of documents")


@pytest.mark.parametrize(
    ("passages", "said"),
    [
        ([passage("lost")], "unsupported: its link is lost"),
        ([passage("lost", link=None)], "unsupported: its citation is lost"),
        ([passage("lost"), passage("lost")], "unsupported: all its 2 passages are lost"),
        ([passage(mark="denied")], "unsupported: what its passage says is denied"),
        (
            [passage(mark="denied"), passage(mark="deceptive"), passage("lost")],
            "unsupported: what its passages say is denied or meant to deceive; 1 lost",
        ),
        ([passage()], "one passage, one root"),
        ([passage(), passage()], "two passages, one root"),
        ([passage(), passage("lost")], "one passage, one root, 1 lost"),
        ([passage("moved"), passage("unchecked")], "two passages, one root, 1 moved"),
    ],
)
def test_a_mark_for_the_audit(passages: list[LinkPart], said: str) -> None:
    assert marks(part(target("judgements.a", *passages))) == {"judgements.a": said}


def test_the_section_names_what_an_analyst_must_look_at() -> None:
    text = words(
        section(
            W,
            part(
                target("judgements.gone", passage("lost")),
                target("judgements.single", passage(), passage("moved", place="p4/s2")),
                target("judgements.safe", passage(), passage(), roots=2),
                target("judgements.safe.resolved", passage("lost", link=None)),
                target("parameters.keep", passage(mark="denied"), kind="parameter"),
            ),
        )
    )
    assert "The statement “label of judgements.gone”: its link is lost." in text
    assert "The parameter “label of parameters.keep”: what its passage says is denied." in text
    assert "One statement rests on one independent source only" in text
    assert "“label of judgements.single”." in text
    assert "berg#d1/p1, now berg#d1/p4/s2 (87 of 100 alike)" in text
    assert "safe" not in text


def test_long_lists_are_cut() -> None:
    names = [f"judgements.j{i}" for i in range(20)]
    text = words(section(W, part(*(target(name, passage("lost")) for name in names))))
    assert "And 12 more." in text
    assert text.count("its link is lost") == MOST
    text = words(section(W, part(*(target(name, passage()) for name in names))))
    assert "20 statements rest on one independent source only" in text
    assert text.endswith(": 20 on berg#d1.")

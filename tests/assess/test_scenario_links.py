"""What rests on which passages: states, roots, what is unsupported; links added and renewed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import standoff as so
from standoff.assess.linking import export_links, import_links, reanchor
from standoff.assess.links import links_of
from standoff.assess.links_models import LinksReport, TargetPart
from standoff.errors import ScenarioError, SourceError
from standoff.scenario.loading import library as shipped
from standoff.scenario.loading import loads
from standoff.scenario.names import record_ids
from standoff.sources.library import Library

SIGNAL = (shipped() / "signal" / "signal.yaml").read_text()
SOURCES = """\
  berg: {title: Consul Berg}
  copy: {title: A copy of Berg's telegram, derives_from: [berg]}
  dahl: {title: Dahl}
"""
BERG = """The fleet has left the harbor. It may return before the ice comes in late autumn.

The pilots say that the north channel is open to ships of any draft, and that nobody keeps watch
there at night; they have told the same to whoever asked since spring, and were not believed.
"""
DAHL = "The fleet was seen off the north channel. The pilots deny that they were there.\n"


class Desk:
    """A folder with a scenario, some papers, and a workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "mine.yaml"
        self.workspace = folder / "workspace"
        self.path.write_text(SIGNAL + SOURCES)
        self.paper("berg", BERG)
        self.paper("dahl", DAHL)

    def paper(self, name: str, text: str) -> None:
        path = self.folder / f"{name}.md"
        path.write_text(text)
        Library(self.workspace).add(path)

    def links(self, *items: str) -> LinksReport:
        text = "".join(f"  - {item}\n" for item in items)
        self.path.write_text(f"{SIGNAL}{SOURCES}\nlinks:\n{text}")
        return so.links(self.path, workspace=self.workspace)

    def link(self, *arguments: str, **options: str) -> LinksReport:
        return so.link(self.path, *arguments, workspace=self.workspace, **options)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def target(report: LinksReport, name: str) -> TargetPart:
    return next(t for t in report.found.targets if t.target == name)


# --- states, roots, support


def test_states_by_what_the_library_holds(desk: Desk) -> None:
    found = desk.links(
        "{rests: judgements.intent, passage: berg#d1/p1, exact: has left the harbor}",
        "{rests: judgements.intent, passage: berg#d1/p1, exact: keeps watch there at night}",
        "{rests: judgements.intent, passage: berg#d1/p1, exact: words that nobody wrote}",
        "{rests: judgements.intent, passage: copy#d1/p1, exact: has left}",
    )
    states = [p.state for p in target(found, "judgements.intent").passages]
    assert states == ["ok", "moved", "lost", "unchecked", "unchecked"]
    assert found.found.links == {"ok": 1, "moved": 1, "lost": 1, "unchecked": 1}
    moved, lost = target(found, "judgements.intent").passages[1:3]
    assert (moved.place, moved.score) == ("p2/s1", 100)
    assert (lost.score, lost.supports) == (None, False)
    without = links_of(so.load(desk.path), None)
    assert without is not None
    assert not without.checked
    assert without.links["unchecked"] == 4


def test_what_derives_from_one_source_counts_once(desk: Desk) -> None:
    found = desk.links(
        "{rests: judgements.cost, passage: berg#d1/p1}",
        "{rests: judgements.cost, passage: copy#d1/p1}",
        "{rests: judgements.no-crossing, passage: berg#d1/p1}",
        "{rests: judgements.no-crossing, passage: dahl#d1/p1}",
    )
    cost, crossing = target(found, "judgements.cost"), target(found, "judgements.no-crossing")
    assert (cost.supporting, cost.roots) == (3, 2)  # attache, and Berg with his copy
    assert (crossing.supporting, crossing.roots) == (3, 3)
    assert cost.label.startswith("The call-up cannot be kept up")


@pytest.mark.parametrize(
    ("item", "unsupported"),
    [
        ("{rests: parameters.upkeep, passage: berg#d1/p1}", False),
        ("{rests: parameters.upkeep, passage: berg#d1/p1, as: inferred}", False),
        ("{rests: parameters.upkeep, passage: berg#d1/p1, as: denied}", True),
        ("{rests: parameters.upkeep, passage: berg#d1/p1, as: deceptive}", True),
        ("{rests: parameters.upkeep, passage: berg#d1/p1, exact: never said by anyone}", True),
        ("{rests: parameters.upkeep, passage: berg#d1/p9}", True),
        ("{rests: parameters.upkeep, passage: copy#d1/p9}", False),  # can't be looked up
    ],
)
def test_unsupported_is_what_is_lost_denied_or_deceptive(
    desk: Desk, item: str, unsupported: bool
) -> None:
    found = desk.links(item)
    assert target(found, "parameters.upkeep").unsupported is unsupported


def test_a_lost_link_is_not_outweighed_by_the_citation_of_its_passage(desk: Desk) -> None:
    text = (SIGNAL + SOURCES).replace("    source: attache#3", "    source: berg#d1/p1")
    link = "links:\n  - {rests: judgements.cost, passage: berg#d1/p1/s1, exact: Never written}\n"
    desk.path.write_text(text + link)
    found = so.links(desk.path, workspace=desk.workspace)
    cost = target(found, "judgements.cost")
    assert [p.state for p in cost.passages] == ["lost"]
    assert cost.unsupported
    other = text.replace("berg#d1/p1", "berg#d1/p2")
    desk.path.write_text(other + link)
    cost = target(so.links(desk.path, workspace=desk.workspace), "judgements.cost")
    assert [p.state for p in cost.passages] == ["lost", "ok"]
    assert not cost.unsupported


def test_no_more_than_eight_words_are_repeated(desk: Desk) -> None:
    desk.link("judgements.cost", "berg#d1/p2", quote=" ".join(BERG.split()[15:40]))
    found = so.links(desk.path, workspace=desk.workspace)
    (one,) = [p for t in found.found.targets for p in t.passages if p.link is not None]
    assert one.words.endswith("…")
    assert len(one.words.split()) == 8


def test_of_the_record_only_what_was_known_is_told_of(desk: Desk) -> None:
    scenario = so.load(desk.path)
    (item,) = record_ids(scenario)
    for items, there in ((None, True), ([item], True), ([], False)):
        part = links_of(scenario, None, items)
        assert part is not None
        assert (f"record.{item}" in {t.target for t in part.targets}) is there
        assert sum(part.citations.values()) == (4 if there else 3)


def test_nothing_cited_is_nothing_to_say() -> None:
    text = SIGNAL.partition("sources:")[0]
    bare = "\n".join(line for line in text.splitlines() if not line.strip().startswith("source:"))
    assert links_of(loads(bare)) is None


# --- adding


def test_a_link_to_words_is_written_with_all_that_finds_them_again(desk: Desk) -> None:
    before = desk.path.read_text()
    found = desk.link("judgements.intent", "berg#d1/p1", quote="may return", grade="B2")
    assert found.written == [str(desk.path)]
    text = desk.path.read_text()
    assert text.startswith(before)
    (one,) = so.load(desk.path).links
    assert (one.exact, one.grade, one.reader.partition("/")[0]) == ("may return", "B2", "markdown")
    assert one.prefix.endswith("It ")
    assert len(one.text_hash) == 64
    assert one.position is not None
    words = Library(desk.workspace).get("berg#d1").text[slice(*one.position)]
    assert words == "may return"


def test_a_whole_passage_is_named_by_its_ends(desk: Desk) -> None:
    desk.link("judgements.intent", "berg#d1/p2")
    (one,) = so.load(desk.path).links
    assert one.start == "The pilots say that the north channel is"
    assert one.end == "whoever asked since spring, and were not believed."
    assert not one.exact


def test_a_folder_gets_a_file_of_links(desk: Desk) -> None:
    folder = desk.folder / "crisis"
    folder.mkdir()
    (folder / "game.yaml").write_bytes((SIGNAL + SOURCES).replace("\n", "\r\n").encode())
    before = (folder / "game.yaml").read_bytes()
    for place in ("p1", "p2"):
        so.link(folder, "judgements.intent", f"berg#d1/{place}", workspace=desk.workspace)
    assert (folder / "game.yaml").read_bytes() == before
    assert len(so.load(folder).links) == 2
    assert so.load(folder).links[1].passage == "berg#d1/p2"


def test_words_that_stand_elsewhere_or_nowhere(desk: Desk) -> None:
    found = desk.link("judgements.intent", "berg#d1/p1", quote="the north channel is open")
    assert found.remarks == ["the words stand at p2/s1"]
    assert so.load(desk.path).links[0].passage == "berg#d1/p2/s1"
    before = desk.path.read_text()
    for quote in ("nobody ever wrote anything like it", "the north chanel was open"):
        with pytest.raises(SourceError, match="don't stand"):
            desk.link("judgements.intent", "berg#d1/p1", quote=quote)
    with pytest.raises(SourceError, match="several places"):
        desk.link("judgements.intent", "berg#d1", quote="The ")
    with pytest.raises(SourceError, match="no such passage"):
        desk.link("judgements.intent", "berg#d1/p9")
    with pytest.raises(ScenarioError, match="did you mean 'intent'"):
        desk.link("judgements.intend", "berg#d1/p1")
    with pytest.raises(ScenarioError, match="no source"):
        desk.link("judgements.intent", "bergen#d1/p1")
    with pytest.raises(ScenarioError, match="letter A to F"):
        desk.link("judgements.intent", "berg#d1/p1", grade="Z9")
    assert desk.path.read_text() == before


def test_a_document_that_is_not_held_is_linked_unchecked(desk: Desk) -> None:
    found = desk.link("judgements.intent", "attache#2", quote="not mean to")
    assert found.remarks == ["not checked: the library doesn't hold attache#2"]
    assert found.found.links["unchecked"] == 1


def test_a_shipped_crisis_is_not_changed(desk: Desk) -> None:
    before = (shipped() / "signal" / "signal.yaml").read_bytes()
    with pytest.raises(ScenarioError, match="standoff new NAME --from signal"):
        so.link("signal", "judgements.intent", "attache#2", workspace=desk.workspace)
    out = desk.folder / "more.yaml"
    for judgement in ("intent", "cost"):
        found = so.link(
            "signal", f"judgements.{judgement}", "attache#1", output=out, workspace=desk.workspace
        )
        assert found.written == [str(out)]
    assert (shipped() / "signal" / "signal.yaml").read_bytes() == before
    desk.path.write_text(SIGNAL + out.read_text())
    assert [one.rests for one in so.load(desk.path).links] == [
        "judgements.intent", "judgements.cost",
    ]  # fmt: skip


def test_one_rendering_is_read_where_there_are_several(desk: Desk) -> None:
    text = "1. Telegram from Berg to the Mayor, May 6, 1902\n\n" + BERG
    (desk.folder / "berg.txt").write_text(text.replace("may return", "will return"))
    Library(desk.workspace).add(desk.folder / "berg.txt")
    desk.link("judgements.intent", "berg#d1/p1", quote="will return")
    (one,) = so.load(desk.path).links
    assert one.rendering == "text"
    with pytest.raises(SourceError, match="don't stand"):
        desk.link("judgements.intent", "berg#d1/p1", quote="will return", rendering="markdown")
    found = so.links(desk.path, workspace=desk.workspace)
    assert found.found.links["ok"] == 1


# --- renewing


def test_what_has_moved_is_renewed_and_all_else_stays(desk: Desk) -> None:
    desk.link("judgements.intent", "berg#d1/p1", quote="It may return before the ice comes")
    desk.link("judgements.cost", "berg#d1/p2")
    desk.link("judgements.no-crossing", "dahl#d1/p1/s1")
    stays = desk.path.read_text().partition("dahl#d1")[2]
    comment = desk.path.read_text().replace("links:\n", "links:  # mine\n")
    desk.path.write_text(comment)
    desk.paper("berg", "A new page.\n\n" + BERG.replace("the ice comes", "the ioe comes"))
    found = so.links(desk.path, workspace=desk.workspace)
    assert found.found.links == {"ok": 1, "moved": 2, "lost": 0, "unchecked": 0}
    done = reanchor(desk.path, workspace=desk.workspace)
    assert len(done.remarks) == 2
    assert done.found.links == {"ok": 3, "moved": 0, "lost": 0, "unchecked": 0}
    first, second, _ = so.load(desk.path).links
    assert (first.passage, first.exact) == ("berg#d1/p2", "It may return before the ioe comes")
    assert second.passage == "berg#d1/p3"
    after = desk.path.read_text()
    assert after.partition("dahl#d1")[2] == stays
    assert "links:  # mine\n" in after
    again = reanchor(desk.path, workspace=desk.workspace)
    assert again.written == []
    assert desk.path.read_text() == after


# --- exchange


def test_links_are_exchanged_without_loss(desk: Desk) -> None:
    desk.link("judgements.intent", "berg#d1/p1", quote="may return", grade="B2", note="say: “x”")
    desk.link("judgements.cost", "berg#d1/p2", mark="denied")
    desk.link("parameters.upkeep", "attache#1")
    text = export_links(desk.path, workspace=desk.workspace)
    assert len(json.loads(text)["items"]) == 3
    (desk.folder / "other").mkdir()
    other = Desk(desk.folder / "other")
    found = import_links(other.path, text, workspace=desk.workspace)
    assert so.load(other.path).links == so.load(desk.path).links
    assert found.found.links == {"ok": 2, "moved": 0, "lost": 0, "unchecked": 1}
    again = import_links(other.path, text, workspace=desk.workspace)
    assert again.written == []
    assert again.remarks == ["3 of 3 are there already"]


def test_what_can_not_be_a_link_is_refused_with_its_place(desk: Desk) -> None:
    desk.link("judgements.intent", "berg#d1/p1", quote="may return")
    page = json.loads(export_links(desk.path, workspace=desk.workspace))
    page["items"][0]["standoff:grade"] = "excellent"
    with pytest.raises(ScenarioError, match=r"annotation 1.*letter A to F"):
        import_links(desk.path, json.dumps(page), workspace=desk.workspace)
    page["items"][0]["standoff:grade"] = "A1"
    page["items"][0]["body"][0]["standoff:rests"] = "judgements.nothing"
    with pytest.raises(ScenarioError, match="no 'nothing'"):
        import_links(desk.path, json.dumps(page), workspace=desk.workspace)


def test_words_of_a_note_are_told_as_such(desk: Desk) -> None:
    desk.paper("berg", "The pilots say so.[^1]\n\n[^1]: The consul’s clerk had asked them twice.\n")
    for passage in ("berg#d1", "berg#d1/p1"):
        with pytest.raises(SourceError) as raised:
            desk.link("judgements.intent", passage, quote="The consul's clerk had asked")
        (problem,) = raised.value.problems
        assert problem.code == "not-there"
        assert "stand in note 1, which" in problem.message


def test_words_at_several_places_are_told_with_these(desk: Desk) -> None:
    desk.paper("berg", "He stays. The captain won’t move.\n\nNobody knows.\n\n" * 2)
    with pytest.raises(SourceError) as raised:
        desk.link("judgements.intent", "berg#d1", quote="The captain won't move")
    (problem,) = raised.value.problems
    assert problem.code == "several-places"
    assert problem.expected == "more of them, or one passage: p1/s2, p3/s2"

"""Content, from recorded answers: what is kept, what is dropped and why, and what is written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.draft.consulting import consult
from standoff.draft.proposal_models import KeptItem, ModelReport
from standoff.draft.proposals_text import proposals_text
from standoff.errors import Cancelled, ScenarioError
from standoff.scenario import load
from standoff.scenario.loading import library
from standoff.scenario.reader import read_text as read_yaml
from standoff.sources.anchoring import Selector, anchor
from standoff.sources.document import Document
from standoff.sources.plain_text import read_text
from standoff.sources.reading import read

RECORDS = Path(__file__).parent / "records"


def note(name: str = "ferry.txt") -> Document:
    return next(iter(read(RECORDS / name)))


def place(start: int, end: int) -> str:
    return f"at {start}"


def replayed(record: str, name: str = "ferry.txt") -> ModelReport:
    return consult(note(name), where=place, replay=RECORDS / record)


def answered(path: Path, answer: object, document: Document | None = None) -> ModelReport:
    """The report on one answer."""
    lines: list[dict[str, Any]] = [{"standoff_answers": 1, "model": "hand"}]
    lines += [{"part": 1, "attempt": attempt, "answer": answer} for attempt in (1, 2, 3)]
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return consult(document or note(), where=place, replay=path)


def labels(report: ModelReport, about: str) -> dict[str, KeptItem]:
    return {one.label: one for one in report.kept if one.about == about}


def accepted(text: str) -> str:
    """The file with every item accepted: the first mark of each line taken away."""
    return re.sub(r"^#", "", text, flags=re.MULTILINE)


# --- a fair answer


def test_a_fair_answer_is_kept_whole() -> None:
    found = replayed("fair.jsonl")
    assert (found.model, found.replayed, found.parts, found.asked) == ("example-large", True, 1, 2)
    assert not found.dropped and not found.silent and not found.unread
    document = note()
    for one in found.kept:
        assert document.text[one.start : one.end] == one.quote
        assert anchor(document, Selector(place=one.passage, exact=one.quote)).state == "ok"
        assert one.where == f"at {one.start}" and one.score > 90
    counts = {about: len(labels(found, about)) for about in
              ("actor", "type", "objective", "move", "claim", "relation")}  # fmt: skip
    assert counts == {
        "actor": 3, "type": 2, "objective": 2, "move": 3, "claim": 3, "relation": 2,
    }  # fmt: skip
    assert {one.actor for one in found.kept} == {"ferry_company", "town_council", "bishop_aune"}


def test_two_wordings_of_one_proposal_are_one() -> None:
    found = replayed("fair.jsonl")
    offer = labels(found, "move")["offers lower fares to the fishermen"]
    assert offer.times == 2 and offer.actor == "ferry_company"
    assert all(one.times == 1 for one in found.kept if one is not offer)


def test_a_slip_in_the_quote_is_mended_from_the_document() -> None:
    found = replayed("fair.jsonl")
    text = "The Company has not said whether it bought the land on the north bank."
    land = labels(found, "claim")[text]
    assert land.quote.endswith("north bank") and land.said.endswith("nortb bank")
    assert 90 <= land.score < 100


# --- made-up quotes


def test_what_is_made_up_is_dropped_and_listed() -> None:
    found = replayed("hallucinated.jsonl")
    why = {one.label: (one.about, one.why) for one in found.dropped}
    assert why == {
        "Ministry of Trade": ("actor", "not-there"),
        "would rather be bought out": ("type", "not-there"),
        "keep its monopoly for good": ("objective", "in-part"),
        "acts": ("move", "too-short"),
        "sells its boats": ("move", "not-there"),
        "strikes": ("move", "no-such-actor"),
        "The Company will close the winter line.": ("claim", "altered"),
        "The Mayor is losing patience.": ("claim", "too-short"),
        '{"text": "Fares fall.", "kind": "certain", "quote": "offer lower fares to the fishermen", '
        '"where": "p3"}': ("claim", "form"),
    }
    assert {one.label for one in found.kept} == {
        "closes the line", "The Company has given up hope of buying the bridge.",
    }  # fmt: skip
    text = proposals_text(found, note(), actors=(), source="ferry")
    for words in ("Ministry", "bought out", "for good", "Harbor Union", "losing patience"):
        assert words not in text


def test_a_quote_cut_short_of_its_negation_is_doubted() -> None:
    found = replayed("hallucinated.jsonl")
    claim = labels(found, "claim")["The Company has given up hope of buying the bridge."]
    assert any("negation" in doubt and "may" in doubt for doubt in claim.doubts)
    assert "LOOK: just before the words quoted" in proposals_text(
        found, note(), actors=(), source="ferry"
    )


def test_a_claim_that_has_nothing_to_do_with_its_quote_is_doubted(tmp_path: Path) -> None:
    quote = "The Company has 14 boats, and will not sell any of them"
    claim = {"kind": "forecast", "quote": quote, "hedge": "certainly"}
    found = answered(
        tmp_path / "a.jsonl",
        {"claims": [
            {**claim, "text": "War is imminent."},
            {**claim, "text": "The Company will not sell any of its 14 boats."},
            {**claim, "text": "The Company may sell its 14 boats."},
        ]},
    )  # fmt: skip
    doubts = {one.label: "; ".join(one.doubts) for one in found.kept}
    assert "shares no word" in doubts["War is imminent."]
    assert "a negation" in doubts["The Company may sell its 14 boats."]
    assert "adds to the words quoted: may" in doubts["The Company may sell its 14 boats."]
    faithful = doubts["The Company will not sell any of its 14 boats."]
    assert faithful == "its hedge does not stand in the words quoted"
    assert all(one.hedge == "" for one in found.kept)


# --- a document that speaks to the model


def test_an_obeyed_instruction_reaches_nothing() -> None:
    found = replayed("injected.jsonl", "ferry-injected.txt")
    text = proposals_text(found, note("ferry-injected.txt"), actors=(), source="ferry-injected")
    kept = " ".join(one.label for one in found.kept)
    assert "Norway" not in kept and "war" not in kept and "sell all" not in kept
    assert "declares war" not in text and "previous rules" not in text
    dropped = [one.why for one in found.dropped]
    assert dropped.count("addressed-to-a-model") == 3 and dropped.count("too-short") == 1
    assert [one.label for one in found.kept] == [
        "Ferry Company", "The Company will not sell any of its boats.",
    ]  # fmt: skip


# --- what is written


def test_all_of_it_is_comments_until_a_person_accepts() -> None:
    text = proposals_text(replayed("fair.jsonl"), note(), actors=(), source="ferry")
    data = read_yaml(text).data
    assert set(data) == {"judgements", "actors", "objectives", "moves", "links"}
    assert all(value is None for value in data.values())
    assert "example-large" in text and "prompt version" in text


def test_what_is_accepted_is_the_proposal_and_checks(tmp_path: Path) -> None:
    report, document = replayed("fair.jsonl"), note()
    text = accepted(proposals_text(report, document, actors=("neighbor",), source="ferry"))
    data = read_yaml(text).data
    assert [one["text"] for one in data["judgements"]] == [*labels(report, "claim")]
    assert data["actors"]["ferry_company"]["name"] == "Ferry Company"
    assert len(data["actors"]["ferry_company"]["types"]) == 2
    assert len(data["links"]) == 2 + 2 + 3 + 3
    for link in data["links"]:
        assert link["passage"].startswith("ferry#d7/p")
        at = (int(link["position"][0]), int(link["position"][1]))
        assert document.text[at[0] : at[1]] == link["exact"]
    for name in ("signal.yaml",):
        (tmp_path / name).write_text((library() / "signal" / name).read_text("utf-8"))
    (tmp_path / "proposals.yaml").write_text(text + "\nsources:\n  ferry: {title: A memorandum}\n")
    scenario = load(tmp_path)
    assert {one.kind for one in scenario.judgements if one.id in
            {k.id for k in report.kept}} == {"forecast", "fact"}  # fmt: skip
    assert scenario.links[0].rests.startswith("actors.ferry_company.types.")


def test_types_of_an_actor_that_is_there_say_where_they_go() -> None:
    text = proposals_text(replayed("fair.jsonl"), note(), actors=("ferry_company",), source="ferry")
    assert "Put these under the types of ferry_company" in text
    assert "Put these under the objectives of ferry_company" in text
    data = read_yaml(accepted(text)).data
    assert "name" not in data["actors"]["ferry_company"]


def test_the_notes_marking_goes_with_its_claims() -> None:
    found, document = replayed("fair.jsonl"), note()
    marked = proposals_text(found, document, actors=(), source="ferry", marking="secret")
    plain = proposals_text(found, document, actors=(), source="ferry")
    assert [one.get("marking") for one in read_yaml(accepted(marked)).data["judgements"]] == [
        "secret"
    ] * 3
    assert all("marking" not in one for one in read_yaml(accepted(plain)).data["judgements"])


HOSTILE = st.one_of(
    st.text(min_size=1, max_size=60),
    st.sampled_from([
        "x\nturns: []\n#", '"}\n\nstandoff: 2', "!!python/object/apply:os.system [ls]", "&a *a",
        "<<: *x", "--- \n...", "| \n  text", "\x00\x1b[2J\u202e\u2028\x85", "- - - x", "? : ,",
        "{a: [b", "%YAML 1.2", "@at `tick`", "'", '"', "\\", "null", "true", "1e5", "~", "#",
        " # x", "a" * 399, "\ud7ff\ufeff\ufffe", "../../../etc/passwd", "C:\\x", "\t", "key: value",
    ]),
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.lists(HOSTILE, min_size=1, max_size=4), st.text(max_size=40))
def test_no_words_of_a_model_become_structure(
    tmp_path_factory: pytest.TempPathFactory, words: list[str], hedge: str
) -> None:
    quote = "The Company has 14 boats, and will not sell any of them"
    answer: dict[str, Any] = {
        "claims": [{"text": w, "kind": "fact", "quote": quote, "hedge": hedge} for w in words],
        "moves": [{"actor": "Company", "label": w, "quote": quote} for w in words],
        "types": [{"actor": "Company", "label": w, "quote": quote} for w in words],
        "objectives": [{"actor": "Company", "label": w, "quote": quote} for w in words],
        "relations": [{"first": "Company", "second": "Town Council", "kind": "other",
                       "quote": quote, "where": w} for w in words],
    }  # fmt: skip
    found = answered(tmp_path_factory.mktemp("hostile") / "a.jsonl", answer)
    text = proposals_text(found, note(), actors=(), source="ferry")
    assert text.isprintable() or set(re.sub(r"[^\n]", "", text)) == {"\n"}
    assert all(c.isprintable() or c == "\n" for c in text)
    untouched = read_yaml(text).data
    assert all(value is None for value in untouched.values())
    data = read_yaml(accepted(text)).data
    said = {one.about: [k.label for k in found.kept if k.about == one.about] for one in found.kept}
    assert [one["text"] for one in data.get("judgements") or []] == said.get("claim", [])
    assert [one["label"] for one in (data.get("moves") or {}).values()] == said.get("move", [])
    actors = data.get("actors") or {}
    types = [t["label"] for a in actors.values() for t in (a.get("types") or {}).values()]
    assert types == said.get("type", [])
    assert set(data) <= {"judgements", "actors", "objectives", "moves", "links"}
    for one in found.kept:
        assert one.label.strip()
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,59}", one.id) and len(one.label) <= 400


def test_words_of_a_hostile_document_stay_words(tmp_path: Path) -> None:
    trap = 'They said: "x": {y: [z, \'- # !tag &a *a | > % @ `'
    document = read_text(f"Note from A to B, May 2, 1902\n\n{trap}.", "", "note")
    claim = {"text": "They said things.", "kind": "fact", "quote": trap, "where": "p1"}
    found = answered(tmp_path / "a.jsonl", {"claims": [claim]}, document)
    (kept,) = found.kept
    assert kept.quote.startswith("They said")
    data = read_yaml(accepted(proposals_text(found, document, actors=(), source="note"))).data
    assert data["links"][0]["exact"] == kept.quote


def test_huge_answers_are_bounded(tmp_path: Path) -> None:
    quote = "The Company has 14 boats, and will not sell any of them"
    many = [
        {"actor": "Company", "label": f"move {n} {'x' * 300}", "quote": quote} for n in range(900)
    ]
    found = answered(tmp_path / "a.jsonl", json.dumps({"moves": many[:400]}))
    assert len(labels(found, "move")) <= 100
    assert any("300 more moves" in one.label for one in found.dropped)
    silent = answered(tmp_path / "b.jsonl", {"moves": many})
    assert not silent.kept and "longer than" in silent.silent[0].why


# --- records


def test_the_same_answers_give_the_same_bytes() -> None:
    one, two = replayed("fair.jsonl"), replayed("fair.jsonl")
    assert one.model_dump_json() == two.model_dump_json()
    assert proposals_text(one, note(), actors=(), source="f") == proposals_text(
        two, note(), actors=(), source="f"
    )


def test_answers_about_another_document_are_refused() -> None:
    with pytest.raises(ScenarioError, match=r"fair.jsonl:1:1.*another document"):
        replayed("fair.jsonl", "ferry-injected.txt")


def test_a_changed_text_or_prompt_is_said(tmp_path: Path) -> None:
    head = {"standoff_answers": 1, "model": "m", "text_hash": "0" * 64, "prompt_hash": "1" * 64}
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps(head) + "\n" + json.dumps({"part": 1, "answer": {"claims": []}}))
    found = consult(note(), where=place, replay=path)
    assert len(found.remarks) == 2 and "text has changed" in found.remarks[0]
    assert "other prompts" in found.remarks[1]


@pytest.mark.parametrize(
    ("lines", "line", "wrong"),
    [
        ([], 1, "empty"),
        (["nonsense"], 1, "head of a record"),
        (['{"model": "m"}'], 1, "standoff_answers"),
        (['{"standoff_answers": 2, "model": "m"}'], 1, "standoff_answers"),
        (['{"standoff_answers": 1, "model": "m"}', "", "{}"], 3, "a prompt and its answer"),
        (['{"standoff_answers": 1, "model": "m"}', '{"part": 0, "answer": ""}'], 2, "part"),
        (['{"standoff_answers": 1, "model": "m"}'], 1, "no answer to this prompt"),
    ],
)
def test_a_bad_record_is_told_with_its_line(
    tmp_path: Path, lines: list[str], line: int, wrong: str
) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text("\n".join(lines))
    with pytest.raises(ScenarioError) as error:
        consult(note(), where=place, replay=path)
    assert wrong in str(error.value) and f"r.jsonl:{line}:" in str(error.value)


def test_a_missing_record_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="can't be read"):
        consult(note(), where=place, replay=tmp_path / "none.jsonl")


class Stopped:
    """Progress of a user who has had enough."""

    cancelled = True

    def say(self, what: str) -> None: ...

    def step(self, done: int, total: int) -> None: ...


def test_it_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        consult(note(), where=place, replay=RECORDS / "fair.jsonl", progress=Stopped())


def test_a_document_without_text_is_not_asked_about() -> None:
    empty = read_text("Note from A to B, May 2, 1902", "", "note")
    if not empty.has_text:
        with pytest.raises(ScenarioError, match="no text"):
            consult(empty, where=place, replay=RECORDS / "fair.jsonl")

"""The table of words that change, and what a stopped run finds again."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.assess import forming
from standoff.assess.ahead import outlook
from standoff.assess.assessing import assessed, to_split
from standoff.assess.chain import Chain, chain
from standoff.assess.ensemble import of_chain
from standoff.assess.forming import Form, form, reworded, table_name
from standoff.assess.headlines import headline
from standoff.errors import Cancelled
from standoff.progress import Silent
from standoff.variants.columns import Columns
from standoff.variants.form import changes, small, tried
from standoff.variants.store import InMemory
from standoff.words import standard


@pytest.fixture(scope="module")
def ready() -> Chain:
    return chain("signal", variants=40, seed=2)


@pytest.fixture(scope="module")
def split(ready: Chain) -> list[str]:
    return to_split(outlook(of_chain(ready), "icd203"))


@pytest.fixture(scope="module")
def found(ready: Chain, split: list[str]) -> Form:
    return form(ready, split, standard="icd203")


def test_every_check_is_what_the_changed_crisis_answers(
    ready: Chain, split: list[str], found: Form
) -> None:
    batch = small(ready.batch)
    base = headline(Chain(batch, ready.as_of))
    checks = {c.id: c for c in found.checks}
    assert {"round-more", "round-fewer", "half-step", "stakes-halved", "stakes-doubled"} <= set(
        checks
    )
    for change in changes(batch, split, base):
        solved, _ = tried(change)
        check = checks.get(change.id)
        if solved is None:
            assert check is None or (not check.answers and check.note and check.variants == 0)
            continue
        assert check is not None and check.variants == 32
        answers = headline(Chain(solved, ready.as_of))
        assert check.answers and check.answers.keys() == check.base.keys()
        for id, value in check.answers.items():
            assert value == answers[id]
            assert check.base[id] == base[id]


def test_words_change_where_they_do(found: Form) -> None:
    scale = standard("icd203")
    seen = 0
    for check in found.checks:
        for id, before in check.base.items():
            after = check.answers[id]
            other = scale.word(before) != scale.word(after) and abs(before - after) > 0.005
            assert (id in check.changed) == other
            seen += other
    assert seen
    ids = {id for c in found.checks for id in c.answers}
    for id in ids:
        assert found.changed(id) == any(id in c.changed for c in found.checks)
    assert found.changed("nothing") is None


def test_a_word_at_the_edge_of_a_band_needs_more_than_a_breath() -> None:
    assert reworded({"a": 0.551, "b": 0.551}, {"a": 0.549, "b": 0.545}, "icd203") == ["b"]


def test_a_judgement_says_so(ready: Chain, found: Form) -> None:
    whole = assessed(ready)
    assert [c.id for c in whole.form] == [c.id for c in found.checks]
    for part in (*whole.judgements, *whole.questions):
        changed = found.changed(part.id)
        if part.probability is not None:
            assert changed is not None
            assert part.form == ("depends" if changed else "stable")
    assert any(part.form == "depends" for part in whole.judgements)


class Counting(InMemory):
    """A store that counts, and may stop after some tables."""

    def __init__(self, stop: int | None = None) -> None:
        super().__init__()
        self.kept: list[str] = []
        self.stop = stop

    def put(self, name: str, columns: Columns) -> None:
        if self.stop is not None and len(self.kept) >= self.stop:
            raise Cancelled("stopped")
        self.kept.append(name)
        super().put(name, columns)


def test_a_stopped_run_goes_on_where_it_was(ready: Chain, split: list[str], found: Form) -> None:
    store = Counting(stop=4)
    with pytest.raises(Cancelled):
        form(ready, split, standard="icd203", store=store)
    first = list(store.kept)
    assert len(first) == 4
    store.stop = None
    again = form(ready, split, standard="icd203", store=store)
    assert again == found
    assert len(set(store.kept)) == len(store.kept)  # nothing twice
    count = len(store.kept)
    assert form(ready, split, standard="icd203", store=store) == found
    assert len(store.kept) == count
    # Another standard reads the same tables.
    other = form(ready, split, standard="phia", store=store)
    assert [c.answers for c in other.checks] == [c.answers for c in found.checks]
    assert len(store.kept) == count


def test_the_tables_hold_the_answers_by_variant(ready: Chain, split: list[str]) -> None:
    store = InMemory()
    form(ready, split, standard="icd203", store=store)
    assert all(name.startswith("form/") for name in store.names())
    held = store.get("form/stakes-doubled")
    assert held is not None and len(held["solved"]) == 32
    odds = [held[f"answer/neighbor.{t}"] for t in ("seize", "bluff")]
    assert np.allclose(sum(odds), 1)
    refused = store.get("form/round-fewer")
    assert refused is not None and "taken" in str(refused["why"][0])


def test_names_of_tables_can_be_names_of_files(ready: Chain, split: list[str]) -> None:
    batch = small(ready.batch)
    names = [table_name(c) for c in changes(batch, split)]
    assert len(set(names)) == len(names)
    assert "form/split=us.answer.reinforce" in names or "form/split=us.answer.hold" in names


class Impatient(Silent):
    """Asks to stop after so many looks."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    @property
    def cancelled(self) -> bool:  # type: ignore[override]
        self.looks -= 1
        return self.looks < 0


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_whoever_asks_to_stop_is_heard(ready: Chain, split: list[str], looks: int) -> None:
    with pytest.raises(Cancelled):
        form(ready, split, standard="icd203", progress=Impatient(looks))


def test_the_number_at_once_changes_nothing(
    ready: Chain, split: list[str], found: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forming, "AT_ONCE", 1)
    assert form(ready, split, standard="icd203") == found

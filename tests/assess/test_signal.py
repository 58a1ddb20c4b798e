"""The teaching scenario through the library: what an assessment of it must say."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.assess import ask, assess, explain
from standoff.assess.asking import asked, explained
from standoff.assess.assessing import assessed
from standoff.assess.chain import Chain, chain, moment_of
from standoff.assess.models import Assessment
from standoff.errors import QueryError, ScenarioError
from standoff.note import render
from standoff.variants import batch as batching
from standoff.words import lint, standard


@pytest.fixture(scope="module")
def solved() -> Chain:
    return chain("signal", variants=32)


@pytest.fixture(scope="module")
def note(solved: Chain) -> Assessment:
    return assessed(solved)


def seen(chain: Chain, moment: str) -> Chain:
    """The same solution seen from another moment."""
    return Chain(chain.batch, moment_of(chain.scenario, moment))


def test_same_arguments_same_result_another_seed_another_draw(note: Assessment) -> None:
    assert assess("signal", variants=32) == note
    other = assess("signal", variants=32, seed=1, form=False)
    assert other.belief != note.belief and other.game == note.game
    assert other.variants.seed == 1


def test_before_anything_is_known_belief_is_the_prior(solved: Chain) -> None:
    found = assessed(seen(solved, "2031-03-04"), form=False)
    for held in found.belief["neighbor"].values():
        assert held.probability == pytest.approx(held.prior, abs=1e-12)
        assert held.range90 == pytest.approx(held.prior_range90, abs=1e-12)
    assert found.evidence == [] and [p.item for p in found.belief_over_time] == ["start"]
    (intent,) = [j for j in found.judgements if j.id == "intent"]
    assert intent.probability == pytest.approx(intent.prior, abs=1e-12)
    assert found.variants.effective == pytest.approx(32)
    # The item is known at nine: a minute earlier it is not, and at nine it is.
    early, late = (
        assessed(seen(solved, f"2031-03-05T{hour}"), form=False) for hour in ("08:59", "09:00")
    )
    assert early.evidence == [] and len(late.evidence) == 1
    assert early.belief == found.belief and late.belief != found.belief


def test_belief_is_bayes_rule(solved: Chain, note: Assessment) -> None:
    """Prior odds by the odds with which each type advances, pooled by hand."""
    prior = solved.batch.draws.prior["neighbor"]  # [2, V]
    unseen = seen(solved, "2031-03-04")
    moved = np.stack([
        asked_odds(unseen, f"P(neighbor ever call_up.advance | neighbor is {t})")
        for t in ("seize", "bluff")
    ])  # fmt: skip
    joint = (prior * moved).sum(axis=1)
    held = note.belief["neighbor"]["seize"]
    assert held.probability == pytest.approx(joint[0] / joint.sum(), abs=1e-12)
    assert held.prior == pytest.approx(prior[0].mean(), abs=1e-12)
    ratio = note.evidence[0].likelihood_ratio["neighbor"]["seize"]
    # Pooled like any ratio: P(item | type) with each variant weighted by its prior of the type.
    by_type = joint / prior.sum(axis=1)
    assert ratio == pytest.approx(by_type[0] / by_type[1], rel=1e-9)


def asked_odds(chain: Chain, query: str) -> np.ndarray:
    return chain.inference.ask(query).per_variant


def test_options_are_the_desks_unless_somebody_else_is_named(solved: Chain) -> None:
    default = assessed(solved, form=False)
    assert [(o.actor, o.type, o.turn) for o in default.options] == [("us", "", "answer")]
    best = max(default.options[0].options, key=lambda o: o.value)
    assert best.value == 0
    assert sum(o.best_share for o in default.options[0].options) == pytest.approx(1)
    theirs = assessed(solved, for_="neighbor", form=False).options
    assert [o.type for o in theirs] == ["", "seize", "bluff"]
    one = assessed(solved, for_="neighbor.bluff", form=False).options
    assert [(o.actor, o.type, o.turn) for o in one] == [("neighbor", "bluff", "crossing")]


def test_a_wrong_name_is_told_before_anything_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    def solve(*_: object, **__: object) -> None:
        raise AssertionError("this was to be told before")

    monkeypatch.setattr(batching, "solve_payload", solve)
    with pytest.raises(ScenarioError) as wrong:
        assess("signal", for_="nieghbor")
    assert wrong.value.problems[0].nearest == "neighbor"
    with pytest.raises(ScenarioError) as wrong:
        assess("signal", for_="us.seize")
    assert "no type" in str(wrong.value)
    with pytest.raises(QueryError) as wrong:
        ask("signal", "P(neighbor is sieze)")
    (problem,) = wrong.value.problems
    assert problem.position is not None and problem.nearest == "seize"
    assert (problem.position.line, problem.position.column) == (1, 15)
    with pytest.raises(QueryError, match="an event"):
        explain("signal", "P(ending is taken | forward)")
    with pytest.raises(ScenarioError) as wrong:
        assess("signal", settings={"fihgt": "1"})
    assert wrong.value.problems[0].nearest == "fight"
    with pytest.raises(AssertionError, match="told before"):
        ask("signal", "P(neighbor is seize)")  # and what is right is solved


def test_settings_fix_what_was_drawn(solved: Chain) -> None:
    fixed = chain("signal", variants=32, settings={"prize.seize": "3", "upkeep": "0.02"})
    assert (fixed.batch.draws.values["prize.seize"] == 3).all()
    assert not {"prize.seize", "upkeep"} & set(fixed.drawn) and "prize.bluff" in fixed.drawn
    assert "prize.seize" in solved.drawn
    query = "P(neighbor ever call_up.advance | neighbor is seize)"
    before, after = (asked(seen(c, "2031-03-04"), query) for c in (solved, fixed))
    assert before.probability is not None and after.probability is not None
    assert after.probability > before.probability + 0.05  # a dearer prize, a likelier advance


def test_phia_puts_its_words_in_the_text_and_numbers_in_an_annex(solved: Chain) -> None:
    found = assessed(solved, standard="phia")
    words = set(standard("phia").words)
    said = [m.words for turn in found.outlook.next for m in turn.moves]
    said += [b.words for b in found.belief["neighbor"].values()]
    said += [e.words for e in found.outlook.endings]
    assert said and all(any(w in text for w in words) for text in said)
    text = render(found, "text")
    assert isinstance(text, str) and lint(text, "phia") == []
    assert "roughly even chance" not in text
    assert lint(str(render(assessed(solved), "text")), "icd203") == []


def test_ask_says_what_was_asked(solved: Chain) -> None:
    found = asked(solved, "P(neighbor is seize)")
    assert found.status == "probability" and found.prior is not None
    assert found.probability is not None and found.range90 is not None
    assert found.probability > found.prior and found.range90[0] <= found.probability
    assert set(found.rests_on) <= set(solved.drawn)
    settled = asked(solved, "P(neighbor did call_up.advance)")
    assert settled.status == "observed" and settled.probability is None and settled.value == 1.0
    value = asked(solved, "E(us)")
    assert value.status == "value" and value.probability is None and value.words is None
    compared = asked(solved, "P(ending is quiet | neighbor is bluff) > P(ending is quiet)")
    assert compared.status == "comparison" and 0 <= (compared.share or 0) <= 1
    types = asked(solved, "P(neighbor is seize) + P(neighbor is bluff)")
    assert types.value == pytest.approx(1)


def test_explain_walks_histories_back(solved: Chain) -> None:
    text = explained(solved, "ending is taken", 10)
    assert "call_up.advance" in text and "call_up.wait" not in text
    shares = [float(line.split("%")[0].split()[-1]) for line in text.splitlines() if "% of" in line]
    assert shares == sorted(shares, reverse=True) and sum(shares) == pytest.approx(100, abs=0.5)
    assert "signal.yaml:" in text and "reinforced false -> true" not in text
    assert "No history" in explained(solved, "ending is time and forward", 3)

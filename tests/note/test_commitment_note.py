"""What tying one's hands would be worth, in words and tables; and the section of a note."""

from __future__ import annotations

import json

import pytest

import standoff as so
from standoff.assess.chain import chain
from standoff.assess.commitment_models import (
    Audience,
    AudienceCost,
    CommitmentPart,
    EndingShift,
    Gain,
    Signal,
    Tie,
    TiedTypes,
)
from standoff.assess.commitments import commitment_of
from standoff.chart import svg
from standoff.note import render_commitment
from standoff.note.commitment import _about, _audience, _of_it, _signal, section
from standoff.note.outline import Figure, Paragraph, Table, words_of
from standoff.note.writer import Writer
from standoff.words import lint


@pytest.fixture(scope="module")
def part() -> CommitmentPart:
    found = commitment_of(chain("signal", variants=12))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def closer() -> CommitmentPart:
    return so.commitment("signal", "neighbor.crossing", mixed=True, variants=12)


def gain(value: float) -> Gain:
    return Gain(value=value, range90=(value - 0.1, value + 0.1), better=0.5)


def tie(worth: float, known: float) -> Tie:
    return Tie(
        odds={"a.b.c": 1.0}, label="goes", anyway=0.5, gain=gain(worth), known=gain(known),
        by_type=[], endings=[],
    )  # fmt: skip


def signal(*holding: tuple[str, ...]) -> Signal:
    sets = [("x", "y"), ("x",), ("y",), ()]
    return Signal(
        move="a.b.c", label="goes", types={"x": "the first", "y": "the second"},
        belief={"x": 0.3, "y": 0.7}, variants=12, holds=len(holding),
        sets=[
            TiedTypes(
                types=list(each), against={"x": 0.0, "y": 0.0}, gain={"x": 0.0, "y": 0.0},
                belief_tied={}, belief_untied={}, holds=each in holding,
            )
            for each in sets
        ],
    )  # fmt: skip


def audience(*gains: float, firm: float, pays: float | None, same: float | None) -> Audience:
    points = [
        AudienceCost(cost=0.1 * 2**i, gain=g, by_type={"": g}, backing=0.5 / 2**i)
        for i, g in enumerate(gains)
    ]
    return Audience(
        move="a.b.c", label="goes", types={}, points=points, firm=firm,
        firm_by_type={"": firm}, pays_from=pays,
        firm_from=same, variants=12,
    )  # fmt: skip


def test_the_section_has_a_row_for_each_turn_and_a_paragraph_for_each_side(part):
    writer = Writer(so.assess("signal", variants=8, form=False))
    found = section(writer, part)
    assert found is not None
    (table,) = [b for b in found.blocks if isinstance(b, Table)]
    assert len(table.rows) == sum(len(side.turns) for side in part.actors)
    (figure,) = [b for b in found.blocks if isinstance(b, Figure)]
    points = part.actors[0].turns[0].audience.points
    drawn = [row["y"] for row in figure.spec["data"]["values"] if row["name"] == 0]
    assert drawn[1:-1] == pytest.approx([p.gain for p in points], abs=1e-4)
    assert "<svg" in svg(figure.spec)
    leads = [b.lead for b in found.blocks if isinstance(b, Paragraph) and b.lead]
    assert leads == ["Our government.", "The neighbor."]
    assert section(writer, part.model_copy(update={"actors": []})) is None


def test_under_phia_odds_stay_out_of_the_text(part):
    """Endings, odds of moves and of coming to a turn: numbers of likelihood stand in the annex."""
    writer = Writer(so.assess("signal", variants=8, form=False, standard="phia"))
    found = section(writer, part)
    assert found is not None
    told = [words_of(b.content) for b in found.blocks if isinstance(b, Paragraph)]
    told += [words_of(c) for b in found.blocks if isinstance(b, Table) for r in b.rows for c in r]
    assert not any(" in 100" in text for text in told)
    (table,) = [b for b in found.blocks if isinstance(b, Table)]
    assert all(words_of(row[2]).startswith("A") for row in table.rows) and writer.annex
    assert any(" up" in text or " down" in text for text in told)


@pytest.mark.parametrize("format", ["text", "md", "html"])
def test_every_format_says_the_same_and_keeps_the_rules_of_words(closer, format):
    text = str(render_commitment(closer, format))
    turn = closer.actors[0].turns[0]
    assert all(each.label.split()[0] in text for each in turn.ties)
    assert "neighbor.crossing" not in text and "{" not in text.partition("</style>")[2]
    if format == "md":
        assert not lint(text)


def test_json_comes_back_as_it_was(closer):
    text = str(render_commitment(closer, "json"))
    assert CommitmentPart.model_validate(json.loads(text)) == closer


def test_what_comes_of_being_known_in_words():
    assert "nothing comes of being known" in _of_it(tie(0.1, 0.001))
    assert _of_it(tie(0.1, 0.05)) == "of which +0.05 comes of being known"
    assert "being known costs" in _of_it(tie(0.1, -0.05)) and "+0.15" in _of_it(tie(0.1, -0.05))


def test_odds_near_none_or_all_are_words_in_a_sentence():
    moved = [EndingShift(id="x", label="ends", before=b, after=0.4) for b in (0.001, 0.999)]
    told = _about(tie(0.1, 0.0).model_copy(update={"endings": moved}))
    assert "from less than 1 to 40 in 100" in told and "from more than 99 to 40 in 100" in told


def test_what_the_others_would_believe_in_words():
    assert "settles nothing: whichever types are taken" in _signal(signal())
    some = signal()
    some = some.model_copy(update={"sets": some.sets[:3]})
    assert "whichever types of those tried are taken" in _signal(some)
    alone = _signal(signal(("y",)))
    assert "by “the second” alone" in alone and "now 70 in 100" in alone
    assert "made by every type" in _signal(signal(("x", "y")))
    assert "made by no type" in _signal(signal(()))
    both = _signal(signal(("x",), ("x", "y")))
    assert "may also be made by every type" in both and "More than one reading holds" in both


def test_what_going_back_must_cost_in_words():
    never = _audience(audience(-0.1, -0.05, firm=-0.04, pays=None, same=0.2))
    assert "no cost tried (up to 0.2 stakes)" in never
    cheap = _audience(audience(-0.05, 0.02, 0.06, firm=0.061, pays=0.2, same=0.4))
    assert "worth more than none from 0.2 stakes" in cheap
    assert "a cheaper one hurts" in cheap and "at 0.1 stakes" in cheap
    assert "from 0.4 stakes a dearer one makes no difference" in cheap
    plain = _audience(audience(0.01, 0.05, firm=0.05, pays=0.1, same=None))
    assert "hurts" not in plain and "dearer" not in plain


def test_a_promise_that_pays_only_while_it_is_cheap_is_not_said_to_pay_never():
    text = _audience(audience(0.2, 0.3, -0.1, firm=-0.2, pays=None, same=None))
    assert "worth most at 0.2 stakes (+0.30)" in text
    assert "no more than none at 0.4 (\N{MINUS SIGN}0.10)" in text
    never = _audience(audience(-0.2, -0.1, firm=-0.1, pays=None, same=0.2))
    assert "no cost tried (up to 0.2 stakes)" in never


def test_a_promise_worth_nothing_to_speak_of_is_said_to_be():
    """Its worth is printed as 0.00: it is not told as more than none."""
    text = _audience(audience(0.0002, 0.0004, firm=0.0004, pays=0.1, same=0.1))
    assert text.endswith("the tie is worth less than 0.005 stakes whatever the cost.")
    hurts = _audience(audience(-0.1, 0.0004, firm=0.0004, pays=0.2, same=0.2))
    assert "no longer a loss from 0.2 stakes; a cheaper one hurts" in hurts

"""Prices in words: every number that is printed stands in the part."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import standoff as so
from standoff.chart.price import PriceAt, Priced, price_curves
from standoff.note import render_prices
from standoff.note.outline import Bullets, Figure, Paragraph, Table, words_of
from standoff.note.prices import section
from standoff.note.prices_chart import charted, price_chart
from standoff.note.prices_words import bargain_sentences, sentences
from standoff.note.writer import Writer
from standoff.scenario.loading import loads
from standoff.words.numbers import plain


@pytest.fixture(scope="module")
def cuba():
    return so.price("cuba-1962", variants=8)


@pytest.fixture(scope="module")
def assessment():
    return so.assess("signal", variants=8, form=False)


def words(blocks) -> str:
    out = []
    for block in blocks:
        if isinstance(block, Paragraph):
            out.append(words_of(block.content))
        elif isinstance(block, Bullets):
            out += [words_of(item) for item in block.items]
        elif isinstance(block, Table):
            out += [words_of(cell) for row in block.rows for cell in row]
    return "\n".join(out)


def test_the_section_is_short_and_speaks_in_words(cuba, assessment):
    made = section(Writer(assessment), cuba.prices)
    assert sum(isinstance(b, Figure) for b in made.blocks) == 1
    text = words(made.blocks)
    assert "ussr" not in text and "usa." not in text
    assert "stake" in text
    rows = [row for b in made.blocks if isinstance(b, Table) for row in b.rows]
    assert len(rows) <= 22
    for sentence in text.splitlines():
        assert not re.search(r"\bnan\b|inf\b", sentence)


def test_the_sentence_on_opinion_has_the_numbers_of_the_curve(cuba, assessment):
    text = words(section(Writer(assessment), cuba.prices).blocks)
    for _, turn, curve in charted(cuba.prices):
        assert turn.label in text
        for x in curve.contrasts:
            assert plain(abs(x.difference)) in text
        if curve.missing:
            assert ", ".join(curve.missing) in text


def test_the_chart_leaves_empty_what_is_never_reached(cuba):
    spec = price_chart(cuba.prices)
    panels = spec["vconcat"]
    assert len(panels) == len(cuba.prices.charts) == 2
    for panel, (_, turn, curve) in zip(panels, charted(cuba.prices), strict=True):
        labels = re.findall(r"'([^']*)'", panel["layer"][1]["encoding"]["x"]["axis"]["labelExpr"])
        assert set(labels) == {level.label for level in curve.levels} | set(curve.missing)
        drawn = {labels[v["x"]] for v in panel["data"]["values"]}
        assert drawn == {level.label for level in curve.levels}
        by_type = {t.label: t.type for t in turn.types}
        assert len(panel["data"]["values"]) == sum(
            t in level.price for level in curve.levels for t in by_type.values()
        )


def test_faint_levels_are_hollow_and_grey():
    points = [PriceAt("one", 0, 0.1, 0.0, 0.2), PriceAt("one", 2, 0.3, 0.2, 0.5, faint=True)]
    spec = price_curves([Priced("a move", "mood", ["low", "mid", "high"], points)],
                        title="Price", description="d")  # fmt: skip
    (panel,) = spec["vconcat"]
    assert [v["faint"] for v in panel["data"]["values"]] == [False, True]
    hollow = [x for x in panel["layer"] if x.get("transform") == [{"filter": "datum.faint"}]]
    assert hollow[0]["mark"]["filled"] is False


@pytest.mark.parametrize("format", ["text", "md", "html", "svg", "pdf", "json"])
def test_every_format(cuba, format, tmp_path: Path):
    made = render_prices(cuba, format)
    assert len(made) > 1000
    if format == "json":
        assert json.loads(made)["prices"]["counters"]
    if format == "svg":
        assert made.startswith("<svg")


def test_a_crisis_with_no_chart_and_one_with_nothing_left():
    signal = so.price("signal", variants=4)
    assert "marches in" in render_prices(signal)
    with pytest.raises(ValueError, match="no chart"):
        render_prices(signal, "svg")
    nothing = signal.model_copy(update={"prices": None})
    assert "nothing left to bargain with" in " ".join(render_prices(nothing).split())


def test_under_phia_odds_stay_out_of_the_text(cuba):
    assessed = so.assess("signal", variants=8, form=False, standard="phia")
    made = section(Writer(assessed), cuba.prices)
    told = [words_of(i) for b in made.blocks if isinstance(b, Bullets) for i in b.items]
    agreeing = [t for t in told if "both sides gain for" in t]
    assert len(agreeing) == len(cuba.prices.proposals)
    assert not any(re.search(r"\d+ in 100", t) for t in agreeing)


STRIKE = """
standoff: 1
id: strike
title: Two rounds to strike
clock: {start: 2031-03-03, step: 2, rounds: 2}
actors:
  east:
    name: the east
    types: {hawk: {stake: 1}, dove: {stake: 1}}
    prior: {hawk: 0.5, dove: rest}
  west: {name: the west, stake: 1}
turns:
  - id: morning
    actor: east
    rounds: 1
    moves: {strike: {label: strikes at dawn, ends: war}, sit: {label: sits still}}
  - id: evening
    actor: east
    rounds: ROUND
    moves: {strike: {label: strikes by night, ends: war}, sit: {label: sits still}}
  - id: reply
    actor: west
    moves: {give: {label: gives in, ends: peace}, hold: {label: holds out}}
ends: {war: {label: war}, peace: {label: peace}}
objectives:
  east:
    land: {value: (ending is peace)}
    blood: {value: -(ending is war), weight: {hawk: 0.2, dove: 1.5}}
  west:
    land: {value: -(ending is peace) - 0.3*(ending is war)}
observer: {desk: ours, sees_as: [public, west], actor: west}
"""


@pytest.mark.parametrize(
    ("round", "days"), [("2", ["on 3 Mar", "on 5 Mar"]), ("1", ["“morning”", "“evening”"])]
)
def test_what_ends_a_crisis_may_be_a_war(round, days):
    """To strike is no giving up; each day has its own words for the move."""
    part = so.price(loads(STRIKE.replace("ROUND", round)), variants=2).prices
    (text,) = [s for s in sentences(part) if "going on as solved" in s]
    assert "giving up" not in text
    assert "“strikes at dawn”" in text and "“strikes by night”" in text
    assert all(day in text for day in days)
    (counter,) = [c for c in part.counters if c.what == "strike"]
    for t in (t for turn in counter.turns for t in turn.types):
        assert plain(t.cost) in text


def test_a_term_that_raises_a_price_is_said_to(cuba):
    worth = [w for t in cuba.prices.terms for w in t.worth.values()]
    assert min(worth) < 0
    (text,) = [s for s in sentences(cuba.prices) if s.startswith("each term")]
    assert ("below zero: raises it" in text) == ("\N{MINUS SIGN}" in text)


def test_odds_near_none_are_words_in_a_sentence(cuba):
    first = cuba.prices.proposals[0].model_copy(update={"accepted": {"a": 0.001, "b": 0.85}})
    told = " ".join(bargain_sentences([first]))
    assert "with odds from less than 1 to 85 in 100" in told and "<" not in told

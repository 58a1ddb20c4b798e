import pytest

from standoff.assess.backtest_models import (
    Backtest,
    BacktestDay,
    DayBelief,
    DayJudgement,
    ResolvedStatement,
    Score,
)
from standoff.note import render_backtest
from standoff.note.backtest import backtest_outline
from standoff.note.outline import Figure
from standoff.words import lint
from strategies.example import sample


def replay(days: int = 7) -> Backtest:
    """A week with made-up numbers."""
    found = []
    for i in range(days):
        hold, trade = 0.33 - 0.03 * i, 0.33 + 0.02 * i
        belief = {
            "ussr": {
                t: DayBelief(probability=p, range90=(p / 2, (1 + p) / 2))
                for t, p in (("hold", hold), ("trade", trade), ("exit", 1 - hold - trade))
            }
        }
        found.append(
            BacktestDay(
                as_of=f"1962-10-{22 + i}",
                new_items=["ships"] if i == 3 else [],
                belief=belief,
                endings={"pledge_deal": 0.2 + 0.1 * i, "war": 0.8 - 0.1 * i},
                judgements=[DayJudgement(id="prime", probability=0.5, brier=0.25)] if i < 5 else [],
                settled={} if i < 5 else {"prime": False},
                effective=150.0,
                n=200,
                failed=2,
                brier=0.25 if i < 5 else None,
            )
        )
    return Backtest(
        scenario="cuba-1962",
        title="Soviet <strategy> over Cuba",
        heading=sample().heading,
        seed=0,
        days=found,
        scores=[
            Score(what="judgements", n=5, model=0.18, uniform=0.25, prior=0.17),
            Score(what="endings", n=7, model=0.5, uniform=0.5002),
        ],
        statements=[ResolvedStatement(id="prime", text="The bases stay", outcome=0.0)],
        ending="pledge_deal",
        labels={"ussr.hold": "keep the bases", "pledge_deal": "withdrawn for a pledge"},
    )


def test_a_table_by_day_scores_and_the_caveat() -> None:
    text = render_backtest(replay())
    flat = " ".join(text.split())
    assert "it can show that a model is wrong, not that it is good" in flat
    assert "keep the bases" in flat
    assert "withdrawn for a pledge (came about)" in flat
    assert "worse than its prior" in flat
    assert "as well as equal odds" in flat
    assert lint(text) == []


def test_what_is_settled_has_no_number() -> None:
    row = next(x for x in render_backtest(replay()).splitlines() if x.startswith("“The bases"))
    assert [c.strip() for c in row.split("│")[1:]] == ["50"] * 5 + ["fails"] * 2 + ["false"]


def test_the_chart_follows_the_days() -> None:
    figures = [
        b for s in backtest_outline(replay()).sections for b in s.blocks if isinstance(b, Figure)
    ]
    assert len(figures) == 1
    assert len(figures[0].spec["vconcat"]) == 3
    assert len(figures[0].spec["vconcat"][0]["data"]["values"]) == 8  # seven days, one carried on


@pytest.mark.parametrize("format", ["md", "html", "pdf", "json"])
def test_every_format(format: str) -> None:
    out = render_backtest(replay(), format)
    if format == "pdf":
        assert isinstance(out, bytes) and out.startswith(b"%PDF-")
        return
    assert isinstance(out, str)
    if format == "html":
        assert "Soviet &lt;strategy&gt;" in out and "<script" not in out
    if format == "json":
        assert Backtest.model_validate_json(out) == replay()


def test_nothing_to_replay() -> None:
    empty = replay(0).model_copy(update={"scores": [], "statements": []})
    assert "Nothing could be scored" in render_backtest(empty)

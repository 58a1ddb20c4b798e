"""Random valid assessments: what the note must be able to say, whatever it is."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from standoff.assess.models import (
    Answer,
    Assessment,
    BeliefPoint,
    ChangedAnswer,
    Confidence,
    DissentPart,
    EndingOdds,
    EvidenceItem,
    FormCheck,
    GameSize,
    Heading,
    Indicator,
    JudgementPart,
    MoveOdds,
    NextMoves,
    ObjectivePart,
    Option,
    OptionsOf,
    Outlook,
    ResolvedPart,
    SincePart,
    SolutionPart,
    SourcePart,
    Surprise,
    TacticPart,
    TemperingPart,
    TemperingStep,
    TypeBelief,
    VariantsPart,
    WaitingPart,
)
from standoff.words import standard

NASTY = (
    "<script>alert(1)</script>", "#eval(\"1\")", "$x$ [y] *z* _w_", "a\\b", "`code`", "<b>&amp;",
    "| pipe |", "“quoted”", "say \"it\"", "#set page(fill: red)", "@import 'x'", "// comment",
    "{{ jinja }} {% raw %}", "\u202ebidi", "line\nbreak", "]] ) }", "é ü 核", "= heading",
    "- dash",
    "https://example.org/x.png", "![i](http://e.org/i.png)", "~~~", "\x1b[31mred", "1. one",
    "a" * 90,
)  # fmt: skip
"""Text that is markup, or worse, in one of the formats."""

_ESTIMATIVE = re.compile(r"likely|prob|remote|almost|even|certain|chance|confiden|possib|nearly")
"""An author who writes "probably" outside quotation marks is rightly told so by the linter."""

plain_words = st.text("abcdefghijklmnopqrstuvw xyzäß", min_size=1, max_size=24).filter(
    lambda t: bool(t.strip()) and not _ESTIMATIVE.search(t)
)
nasty = st.sampled_from(NASTY)
words = st.one_of(plain_words, nasty, st.builds("{} {}".format, plain_words, nasty))
EDGES = (0.0, 1.0, 0.05, 0.2, 0.45, 0.55, 0.8, 0.95, 0.5, 0.075, 0.225, 0.525, 0.5499999, 0.9999)
probabilities = st.one_of(st.floats(0, 1), st.sampled_from(EDGES))
levels = st.sampled_from(["low", "moderate", "high"])
confidences = st.builds(
    Confidence,
    level=levels,
    evidence=levels,
    evidence_why=plain_words,
    range=levels,
    range_why=plain_words,
    responsiveness=levels,
    responsiveness_why=plain_words,
    analyst=st.none() | levels,
)
references = st.lists(
    st.sampled_from(["book#d65/p24", "book#403/p3/s2", "paper", "unknown#x"]), max_size=2
)
values = st.floats(-3, 3)


@st.composite
def ranges(draw: st.DrawFn, probability: float) -> tuple[float, float]:
    """A range around a probability."""
    return draw(st.floats(0, probability)), draw(st.floats(probability, 1))


@st.composite
def value_ranges(draw: st.DrawFn) -> tuple[float, float]:
    """A range of values."""
    a, b = sorted((draw(values), draw(values)))
    return a, b


@st.composite
def beliefs(draw: st.DrawFn, scale: str, name: str) -> dict[str, TypeBelief]:
    """Types of one actor; labels are unique, so that a sentence can be found by its label."""
    out = {}
    for i in range(draw(st.integers(1, 3))):
        p, prior = draw(probabilities), draw(probabilities)
        out[f"t{i}"] = TypeBelief(
            label=f"{name} {i} {draw(words)}",
            prior=prior,
            prior_range90=draw(ranges(prior)),
            probability=p,
            range90=draw(ranges(p)),
            words=standard(scale).word(p),
        )
    return out


@st.composite
def judgements(draw: st.DrawFn, scale: str, number: int) -> JudgementPart:
    """A statement of any kind."""
    kind = draw(st.sampled_from(["fact", "input", "inference", "forecast", "attitude"]))
    shape = draw(st.sampled_from(["probability", "share", "value", "settled"]))
    judged = kind in ("inference", "forecast")
    p = draw(probabilities) if judged and shape == "probability" else None
    return JudgementPart(
        id=f"j{number}",
        text=f"statement {number} {draw(words)}",
        kind=kind,
        where=draw(st.sampled_from(["", "p1 ¶2 s1"])),
        claim=draw(st.sampled_from([None, "P(war)", "LR(a; b)"])),
        twin=draw(st.just("") | plain_words),
        settled=draw(st.booleans()) if shape == "settled" else None,
        probability=p,
        range90=None if p is None else draw(ranges(p)),
        words=None if p is None else standard(scale).word(p),
        prior=None if p is None else draw(st.none() | probabilities),
        share=draw(st.floats(0, 1)) if judged and shape == "share" else None,
        difference=draw(st.none() | values) if shape == "share" else None,
        value=draw(st.floats(0, 50)) if judged and shape == "value" else None,
        estimate=draw(st.none() | probabilities | st.sampled_from(["likely", "probably"])),
        gap=draw(st.none() | plain_words),
        confidence=draw(st.none() | confidences),
        rests_on=draw(st.lists(plain_words, max_size=2)),
        drivers=draw(st.dictionaries(plain_words, st.floats(-1, 1), max_size=3)),
        source=draw(references),
        resolved=draw(
            st.none()
            | st.builds(
                ResolvedPart,
                value=st.sampled_from(["true", "false", "partly", "contested", "never"]),
                because=plain_words,
                day=st.none() | st.just("1962-10-28"),
                source=references,
            )
        ),
        form=draw(st.sampled_from(["stable", "depends", "not checked"])),
        warning=draw(st.just("") | plain_words),
    )


@st.composite
def questions(draw: st.DrawFn, scale: str, number: int) -> Answer:
    """An answer of any status."""
    status = draw(
        st.sampled_from(["probability", "value", "ratio", "comparison", "observed", "distribution"])
    )
    p = draw(probabilities) if status == "probability" else None
    return Answer(
        id=f"q{number}",
        query=f"P(query{number})",
        text=f"question {number} {draw(words)}",
        status=status,
        probability=p,
        value=draw(st.none() | st.floats(0, 20)) if status in ("value", "ratio", "observed")
        else None,
        share=draw(st.floats(0, 1)) if status == "comparison" else None,
        difference=draw(st.none() | values),
        distribution={"a.b.c": 0.4, "a.b.d": 0.6} if status == "distribution" else None,
        range90=draw(ranges(p)) if p is not None else None,
        prior=draw(st.none() | probabilities),
        words=None if p is None else standard(scale).word(p),
        as_=draw(st.sampled_from(["", "a0", "a0.t0"])),
        drivers=draw(st.dictionaries(plain_words, st.floats(-1, 1), max_size=3)),
        source=draw(references),
        confidence=draw(st.none() | confidences),
    )  # fmt: skip


@st.composite
def outlooks(draw: st.DrawFn, scale: str) -> Outlook:
    """Next moves and endings."""
    found = []
    for turn in range(draw(st.integers(0, 2))):
        moves = []
        for i in range(draw(st.integers(1, 4))):
            p = draw(probabilities)
            moves.append(
                MoveOdds(
                    id=f"a0.turn{turn}.m{i}",
                    label=f"move {turn} {i} {draw(words)}",
                    probability=p,
                    range90=draw(ranges(p)),
                    words=standard(scale).word(p),
                    by_type=draw(st.dictionaries(st.sampled_from(["t0", "t1"]), probabilities)),
                )
            )
        found.append(NextMoves(actor="a0", turn=f"turn{turn}", moves=moves))
    endings = []
    for i in range(draw(st.integers(0, 4))):
        p = draw(probabilities)
        endings.append(
            EndingOdds(
                id=f"e{i}",
                label=draw(st.just("") | words),
                probability=p,
                range90=draw(ranges(p)),
                words=standard(scale).word(p),
            )
        )
    return Outlook(next=found, endings=endings)


@st.composite
def variants_parts(draw: st.DrawFn, n: int) -> VariantsPart:
    """How variants were drawn and weighted."""
    tempering = None
    if draw(st.booleans()):
        rises = sorted(draw(st.lists(st.floats(0, 1), min_size=0, max_size=4)))
        tempering = TemperingPart(
            before=draw(st.floats(0, n / 10)),
            effective=draw(st.floats(0, n)),
            steps=[TemperingStep(temperature=t, effective=n / 2, acceptance=[0.5]) for t in rises],
            solved=n * len(rises),
            budget=20 * n,
            temperature=rises[-1] if rises else 0.0,
            met=draw(st.booleans()),
        )
    return VariantsPart(
        n=n,
        effective=draw(st.floats(0, n)),
        failed=draw(st.integers(0, n)),
        seed=0,
        impossible_only_here=draw(st.integers(0, 2)),
        withheld=draw(st.booleans()),
        draws=draw(st.sampled_from(["lhs", "sobol", "random"])),
        weighting="importance" if tempering is None else "tempered",
        tempering=tempering,
    )


@st.composite
def assessments(draw: st.DrawFn, scale: str | None = None) -> Assessment:
    """A whole assessment."""
    scale = scale or draw(st.sampled_from(["icd203", "phia"]))
    actors = [f"a{i}" for i in range(draw(st.integers(0, 2)))]
    belief = {a: draw(beliefs(scale, f"intent {a}")) for a in actors}
    ids = [f"{a}.{t}" for a in actors for t in belief[a]]
    items = [
        EvidenceItem(
            id=f"i{n}",
            text=f"item {n} {draw(words)}",
            date=f"1962-10-2{n + 2}T0{n}:30",
            at="1962-10-22",
            likelihood_ratio={a: {t: draw(st.floats(0, 5)) for t in belief[a]} for a in actors},
            range90={},
            pairwise={},
            words=draw(st.just("") | plain_words),
            same_decision=draw(st.sampled_from(["", "i0", "letter"])),
            source=draw(references),
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    points = [
        BeliefPoint(
            moment=f"1962-10-2{n + 2}T0{n}:30",
            item=f"i{n}",
            belief={a: dict.fromkeys(belief[a], 0.5) for a in actors},
            range90={a: dict.fromkeys(belief[a], (0.25, 0.75)) for a in actors},
            effective=100.0,
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    changed = st.builds(
        ChangedAnswer,
        id=st.sampled_from([*ids, "j0", "q0", "gone"]),
        before=probabilities,
        after=probabilities,
        reworded=st.booleans(),
    )
    since = st.builds(
        SincePart,
        moment=st.just("1962-10-24T23:59:59-04:00"),
        items=st.lists(st.sampled_from(["i0", "i1", "gone"]), unique=True),
        answers=st.lists(changed, max_size=3),
    )
    option = st.builds(
        Option,
        id=st.just("a0.turn0.m0"),
        label=words,
        value=values,
        range90=value_ranges(),
        by_opposing_type=st.dictionaries(st.sampled_from(["a1.t0", "a1"]), values),
        by_objective=st.dictionaries(st.sampled_from(["war", "face"]), values),
        regret=values,
        best_share=st.floats(0, 1),
    )
    n = draw(st.integers(1, 500))
    return Assessment(
        scenario="test",
        title=draw(words),
        summary=draw(words),
        heading=Heading(
            from_=draw(words),
            to=draw(words),
            subject=draw(words),
            marking=draw(st.sampled_from(["", "CONFIDENTIAL", "<SECRET> #1"])),
            date=draw(st.sampled_from(["1962-10-25T12:00-04:00", "1962-10-25", ""])),
            desk=draw(words),
        ),
        as_of=draw(st.sampled_from(["1962-10-25T12:00-04:00", "2026-01-01", "1914-07-28T00:00Z"])),
        standard=scale,
        game=GameSize(histories=n, information_sets=n, nodes=n, ends=n),
        solution=SolutionPart(
            concept="aqre",
            status=draw(st.sampled_from(["solved", "partly", "failed"])),
            certificate=3e-9,
            certificate_name="largest log ratio",
            sweeps=30,
            precision=draw(st.sampled_from([(2.0, 4.0), (3.0, 3.0)])),
            stakes={a: dict.fromkeys(belief[a], 1.5) for a in actors},
            largest_gain=0.02,
            advice=draw(st.just("") | plain_words),
        ),
        variants=draw(variants_parts(n)),
        form=[
            FormCheck(
                id=f"f{i}",
                what=draw(words),
                variants=48,
                answers={k: draw(probabilities) for k in ids},
                base={k: draw(probabilities) for k in ids},
                changed=draw(st.lists(st.sampled_from(ids), unique=True)) if ids else [],
                note=draw(st.just("") | plain_words),
            )
            for i in range(draw(st.integers(0, 2)))
        ],
        belief=belief,
        belief_over_time=points,
        views_of={"a0.t0": {a: dict.fromkeys(belief[a], 0.3) for a in actors}} if actors else {},
        surprise=draw(
            st.none()
            | st.builds(
                Surprise,
                log_probability=st.floats(-50, 0),
                percentile=st.floats(0, 1),
                residual=st.fixed_dictionaries(
                    {a: st.tuples(st.floats(0, 0.1), st.floats(0, 1)) for a in actors}
                ),
            )
        ),
        evidence=items,
        since=draw(st.none() | since),
        objectives=[
            ObjectivePart(
                actor=a, type=t, objective="war", label=draw(words), expected=draw(values)
            )
            for a in actors
            for t in belief[a]
        ],
        tactics=draw(
            st.lists(
                st.builds(
                    TacticPart,
                    actor=st.just("a0"),
                    tactic=plain_words,
                    moves=st.lists(words, max_size=2),
                    serves=st.lists(plain_words, max_size=2),
                    probability_ahead=st.none() | probabilities,
                ),
                max_size=2,
            )
        ),
        waiting=draw(
            st.lists(
                st.builds(
                    WaitingPart,
                    actor=st.just("a0"),
                    event=plain_words,
                    label=words,
                    probability=probabilities,
                    total_variation=st.floats(0, 1),
                ),
                max_size=2,
            )
        ),
        outlook=draw(outlooks(scale)),
        options=draw(
            st.lists(
                st.builds(
                    OptionsOf,
                    actor=st.just("a0"),
                    type=st.sampled_from(["", "t0"]),
                    turn=st.just("turn0"),
                    options=st.lists(option, max_size=3),
                ),
                max_size=1,
            )
        ),
        indicators=[
            Indicator(
                id=f"a0.turn0.m{i}",
                label=draw(words),
                about=actors[0],
                bits=draw(st.floats(0, 1)),
                probability=draw(probabilities),
                direction="t0",
                if_seen={t: draw(probabilities) for t in belief[actors[0]]},
            )
            for i in range(draw(st.integers(0, 2)) if actors else 0)
        ],
        judgements=[draw(judgements(scale, i)) for i in range(draw(st.integers(0, 3)))],
        questions=[draw(questions(scale, i)) for i in range(draw(st.integers(0, 3)))],
        warnings=draw(st.lists(plain_words, max_size=2)),
        assumptions=draw(st.dictionaries(plain_words, plain_words, max_size=2)),
        sources=[
            SourcePart(id="book", title=draw(words), url="https://example.org/b", cited_by=["i0"]),
            SourcePart(id="paper", title="A paper.", url="", cited_by=[]),
        ],
        dissents=[
            DissentPart(
                view="hawk",
                author=draw(st.just("") | words),
                because=draw(plain_words),
                settings={"x": "1"},
                answers={k: draw(probabilities) for k in ids},
                base={k: draw(probabilities) for k in ids},
            )
        ]
        if draw(st.booleans())
        else [],
        labels=draw(
            st.fixed_dictionaries({}, optional={"a0": words, "a1": words, "a0.turn0": words})
        ),
        confidence={"endings": draw(confidences), "belief.a0": draw(confidences)},
    )

"""One assessment by hand: the Cuban crisis on 25 October 1962, with made-up numbers."""

from __future__ import annotations

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
    TypeBelief,
    VariantsPart,
    WaitingPart,
)
from standoff.words import standard as scale_of


def conf() -> Confidence:
    return Confidence(
        level="moderate",
        evidence="moderate",
        evidence_why="nine items from four independent sources",
        range="low",
        range_why="the answer runs from 28 to 66 over the variants",
        responsiveness="high",
        responsiveness_why="the next letter could move it by 20 points",
    )


def sample(standard: str = "icd203", withheld: bool = False) -> Assessment:
    def T(label, prior, prior_range, p, range90):  # type: ignore[no-untyped-def]
        word = scale_of(standard).word(p)
        return TypeBelief(
            label=label,
            prior=prior,
            prior_range90=prior_range,
            probability=p,
            range90=range90,
            words=word,
        )

    return Assessment(
        scenario="cuba-1962",
        title="Soviet strategy over Cuba, 22 October to 8 November 1962",
        summary="Missile sites have been found. Nobody knows what Moscow wants them for.",
        heading=Heading(
            from_="INR - Roger Hilsman",
            to="The Secretary",
            subject="Soviet Strategy in UN Discussions of Cuba",
            marking="CONFIDENTIAL",
            date="1962-10-25T12:00-04:00",
            desk="Department of State",
        ),
        as_of="1962-10-25T12:00-04:00",
        standard=standard,
        game=GameSize(histories=304290, information_sets=41835, nodes=50715, ends=201234),
        solution=SolutionPart(
            concept="aqre",
            status="partly",
            certificate=3.2e-9,
            certificate_name="largest log ratio to the logit response",
            sweeps=31,
            precision=(2.1, 3.9),
            stakes={
                "ussr": {"hold": 3.1, "trade": 1.4, "exit": 0.9},
                "usa": {"firm": 4.2, "cautious": 1.9},
            },
            largest_gain=0.021,
        ),
        variants=VariantsPart(
            n=200, effective=12 if withheld else 133.4, failed=3, seed=0, withheld=withheld
        ),
        form=[
            FormCheck(
                id="round-more",
                what="one round more",
                variants=50,
                answers={"ussr.trade": 0.44, "inhibit": 0.71, "ussr.letter.pledge": 0.33},
                base={"ussr.trade": 0.47, "inhibit": 0.79, "ussr.letter.pledge": 0.34},
                changed=["ussr.trade"],
            ),
            FormCheck(
                id="stakes-half",
                what="stakes halved",
                variants=50,
                answers={"ussr.trade": 0.46, "inhibit": 0.78},
                base={"ussr.trade": 0.47, "inhibit": 0.79},
                changed=[],
            ),
            FormCheck(
                id="round-less",
                what="one round fewer",
                variants=0,
                answers={},
                base={},
                changed=[],
                note="the record reaches into the last round",
            ),
        ],
        belief={
            "ussr": {
                "hold": T("keep the bases for good", 0.33, (0.12, 0.58), 0.27, (0.10, 0.51)),
                "trade": T("use them as a counter", 0.33, (0.12, 0.59), 0.47, (0.28, 0.66)),
                "exit": T("get out without war", 0.33, (0.11, 0.57), 0.26, (0.12, 0.44)),
            },
            "usa": {
                "firm": T(
                    "removal at any price short of general war",
                    0.5,
                    (0.35, 0.65),
                    0.55,
                    (0.38, 0.71),
                ),
                "cautious": T("no war over these bases", 0.5, (0.35, 0.65), 0.45, (0.29, 0.62)),
            },
        },
        belief_over_time=[
            BeliefPoint(
                moment=m,
                item=i,
                belief={"ussr": {"hold": h, "trade": t, "exit": 1 - h - t}},
                range90={
                    "ussr": {
                        "hold": (h - 0.15, h + 0.2),
                        "trade": (t - 0.15, t + 0.2),
                        "exit": (max(0, 0.85 - h - t), 1.2 - h - t),
                    }
                },
                effective=150.0,
            )
            for m, i, h, t in [
                ("1962-10-22T19:00", "start", 0.33, 0.33),
                ("1962-10-23T12:00", "denounce", 0.36, 0.36),
                ("1962-10-24T10:00", "ships", 0.30, 0.40),
                ("1962-10-24T22:00", "letter24", 0.33, 0.39),
                ("1962-10-25T06:00", "turned", 0.28, 0.44),
                ("1962-10-25T11:00", "accept", 0.27, 0.47),
            ]
        ],
        views_of={"usa.firm": {"ussr": {"hold": 0.28, "trade": 0.46, "exit": 0.26}}},
        surprise=Surprise(
            log_probability=-9.3,
            percentile=0.41,
            residual={"ussr": (0.02, 0.031), "usa": (0.02, 0.018)},
        ),
        evidence=[
            EvidenceItem(
                id="denounce",
                text="Moscow denounces the quarantine and denies the charge",
                date="1962-10-23",
                at="1962-10-23",
                likelihood_ratio={
                    "ussr": {"hold": 1.3, "trade": 1.1, "exit": 0.6},
                    "usa": {"firm": 1, "cautious": 1},
                },
                range90={},
                pairwise={},
                words="points weakly to “keep the bases for good”",
                source=["frus1961-63v06#d61/p2"],
            ),
            EvidenceItem(
                id="ships",
                text="Ships carrying arms stop or turn",
                date="1962-10-25T06:00-04:00",
                at="1962-10-24",
                likelihood_ratio={
                    "ussr": {"hold": 0.6, "trade": 1.2, "exit": 1.5},
                    "usa": {"firm": 1, "cautious": 1},
                },
                range90={},
                pairwise={},
                words="",
                source=["frus1961-63v10-12mSupp#d396/p1"],
            ),
            EvidenceItem(
                id="accept",
                text="Khrushchev accepts U Thant's bid for a standstill",
                date="1962-10-25",
                at="1962-10-25",
                likelihood_ratio={
                    "ussr": {"hold": 0.92, "trade": 1.09, "exit": 1.03},
                    "usa": {"firm": 1, "cautious": 1},
                },
                range90={},
                pairwise={},
                words="tells you nothing",
                same_decision="ships",
                source=["frus1961-63v10-12mSupp#d403/p1/s1"],
            ),
        ],
        since=SincePart(
            moment="1962-10-24T23:59:59-04:00",
            items=["accept"],
            answers=[ChangedAnswer(id="ussr.trade", before=0.44, after=0.47, reworded=True)],
        ),
        objectives=[
            ObjectivePart(actor="ussr", type=t, objective=o, label=l, expected=e)
            for t, d in [("hold", 0.8), ("trade", 0.3), ("exit", -0.1)]
            for o, l, e in [
                ("bases", "the bases in place", d),
                ("war", "war", -0.2),
                ("price", "what is got for them", 0.4 - d / 3),
            ]
        ],
        tactics=[
            TacticPart(
                actor="ussr",
                tactic="deny",
                moves=["ussr.answer.deny"],
                serves=["bases"],
                probability_ahead=0.62,
            ),
            TacticPart(
                actor="ussr", tactic="offer", moves=[], serves=["price"], probability_ahead=0.71
            ),
            TacticPart(
                actor="usa",
                tactic="coerce",
                moves=["usa.speech.quarantine"],
                serves=[],
                probability_ahead=None,
            ),
        ],
        waiting=[
            WaitingPart(
                actor="ussr",
                event="usa.line.board",
                label="the line is run strictly: ships are boarded",
                probability=0.31,
                total_variation=0.22,
            )
        ],
        outlook=Outlook(
            next=[
                NextMoves(
                    actor="usa",
                    turn="line",
                    moves=[
                        MoveOdds(
                            id="usa.line.board",
                            label="board a ship",
                            probability=0.31,
                            range90=(0.12, 0.55),
                            words="unlikely",
                            by_type={"firm": 0.41, "cautious": 0.2},
                        ),
                        MoveOdds(
                            id="usa.line.screen",
                            label="screen and let through",
                            probability=0.69,
                            range90=(0.45, 0.88),
                            words="likely",
                            by_type={"firm": 0.59, "cautious": 0.8},
                        ),
                    ],
                ),
                NextMoves(
                    actor="ussr",
                    turn="letter",
                    moves=[
                        MoveOdds(
                            id="ussr.letter.pledge",
                            label="removal for a no-invasion pledge",
                            probability=0.342,
                            range90=(0.2, 0.5),
                            words="",
                            by_type={"hold": 0.1, "trade": 0.4, "exit": 0.7},
                        ),
                        MoveOdds(
                            id="ussr.letter.trade",
                            label="removal for Turkey as well",
                            probability=0.25,
                            range90=(0.1, 0.4),
                            words="",
                            by_type={"hold": 0.1, "trade": 0.4, "exit": 0.1},
                        ),
                        MoveOdds(
                            id="ussr.letter.wait",
                            label="say nothing",
                            probability=0.404,
                            range90=(0.2, 0.6),
                            words="",
                            by_type={"hold": 0.8, "trade": 0.2, "exit": 0.2},
                        ),
                        MoveOdds(
                            id="ussr.letter.war",
                            label="challenge the line",
                            probability=0.004,
                            range90=(0.0, 0.02),
                            words="",
                            by_type={"hold": 0.01, "trade": 0.0, "exit": 0.0},
                        ),
                    ],
                ),
            ],
            endings=[
                EndingOdds(
                    id="pledge_deal",
                    label="withdrawn for a pledge",
                    probability=0.38,
                    range90=(0.2, 0.55),
                    words="",
                ),
                EndingOdds(
                    id="secret",
                    label="withdrawn for a pledge and a secret assurance",
                    probability=0.17,
                    range90=(0.05, 0.3),
                    words="",
                ),
                EndingOdds(
                    id="time",
                    label="still facing each other",
                    probability=0.30,
                    range90=(0.15, 0.5),
                    words="",
                ),
                EndingOdds(id="war", label="war", probability=0.15, range90=(0.04, 0.33), words=""),
            ],
        ),
        options=[
            OptionsOf(
                actor="usa",
                type="firm",
                turn="line",
                options=[
                    Option(
                        id="usa.line.screen",
                        label="screen and let through",
                        value=0,
                        range90=(-0.05, 0.0),
                        by_opposing_type={"ussr.hold": -0.04, "ussr.trade": 0, "ussr.exit": 0},
                        by_objective={"removal": 0, "war": 0},
                        regret=0.02,
                        best_share=0.78,
                    ),
                    Option(
                        id="usa.line.board",
                        label="board a ship",
                        value=-0.08,
                        range90=(-0.2, 0.06),
                        by_opposing_type={"ussr.hold": 0.04, "ussr.trade": -0.1, "ussr.exit": -0.2},
                        by_objective={"removal": 0.04, "war": -0.12},
                        regret=0.11,
                        best_share=0.22,
                    ),
                ],
            )
        ],
        indicators=[
            Indicator(
                id="ussr.letter.trade",
                label="a letter that asks for Turkey",
                about="ussr",
                bits=0.082,
                probability=0.25,
                direction="trade",
                if_seen={"hold": 0.1, "trade": 0.75, "exit": 0.15},
            ),
            Indicator(
                id="ussr.letter.pledge",
                label="a letter that asks for a pledge",
                about="ussr",
                bits=0.11,
                probability=0.34,
                direction="exit",
                if_seen={"hold": 0.1, "trade": 0.4, "exit": 0.5},
            ),
        ],
        judgements=[
            JudgementPart(
                id="prime",
                text="The bases are to stay where they are for now",
                kind="forecast",
                where="p1 ¶2 s1",
                claim="P(bases at 1962-11-08)",
                twin="in place on 8 November",
                probability=0.31,
                range90=(0.15, 0.5),
                words="unlikely",
                prior=0.4,
                estimate=0.8,
                gap="the analyst's estimate is 49 points higher",
                confidence=conf(),
                rests_on=["accept"],
                drivers={"base0": 0.44, "fear": -0.31, "reversal": 0.12},
                source=["frus1961-63v10-12mSupp#d403/p2/s1"],
                resolved=ResolvedPart(
                    value="false",
                    because="dismantling was announced on 28 October",
                    day="1962-10-28",
                    source=["frus1961-63v06#d68/p3"],
                ),
                form="depends",
            ),
            JudgementPart(
                id="inhibit",
                text="They hope to inhibit further US action",
                kind="inference",
                where="p1 ¶3",
                claim="P(x)",
                twin="",
                probability=0.79,
                range90=(0.6, 0.93),
                words="likely",
                estimate="likely",
                rests_on=[],
                source=["frus1961-63v10-12mSupp#d403/p3/s1"],
                form="stable",
            ),
            JudgementPart(
                id="needs-build",
                text="The base loses value if it can't be built up",
                kind="input",
                where="p1 ¶2 s3",
                claim=None,
                twin="",
                rests_on=["defines.base_value"],
                source=["frus1961-63v10-12mSupp#d403/p2/s3"],
            ),
            JudgementPart(
                id="refuse",
                text="Moscow has refused to admit the missiles",
                kind="fact",
                where="p2 ¶1",
                claim=None,
                twin="",
                rests_on=[],
                source=[],
                resolved=ResolvedPart(
                    value="partly", because="true in public; to Knox he admitted them on the 24th"
                ),
            ),
            JudgementPart(
                id="qpq",
                text="The price depends on world opinion",
                kind="inference",
                where="p2",
                claim="P(a|b) > P(a|c)",
                twin="",
                share=0.83,
                difference=0.06,
                rests_on=[],
                source=["frus1961-63v10-12mSupp#d403/p4/s2"],
            ),
        ],
        questions=[
            Answer(
                id="war",
                query="P(war)",
                text="Will there be war by 8 November?",
                status="probability",
                probability=0.15,
                range90=(0.04, 0.33),
                prior=0.2,
                drivers={"p_war": 0.8, "p_clash": 0.2},
            ),
            Answer(
                id="waiting",
                query="E(a)-E(b)",
                text="What does easing the line gain?",
                status="value",
                value=0.031,
                range90=(-0.02, 0.1),
            ),
            Answer(
                id="lr",
                query="LR(accept; ussr is hold)",
                text="What does the acceptance tell of “hold”?",
                status="ratio",
                value=0.92,
                range90=(0.7, 1.2),
            ),
            Answer(
                id="cmp",
                query="P(a)>P(b)",
                text="Does opinion matter to price?",
                status="comparison",
                share=0.83,
                difference=0.06,
            ),
            Answer(id="obs", query="P(usa did quarantine)", text="", status="observed", value=1),
        ],
        warnings=["claim J9 can't be moved by any parameter"],
        assumptions={
            "p_war": "triangular 0.10, 0.30, 0.55: odds that a strike widens into war",
            "fear": "triangular 0.05 to 0.25: each tense round has a cost",
        },
        sources=[
            SourcePart(
                id="frus1961-63v06",
                title="Foreign Relations of the United States, 1961-1963, Volume VI",
                url="https://history.state.gov/historicaldocuments/frus1961-63v06",
                cited_by=["denounce", "pledge"],
            ),
            SourcePart(
                id="frus1961-63v10-12mSupp",
                title="Foreign Relations of the United States, Microfiche Supplement",
                url="https://history.state.gov/historicaldocuments/frus1961-63v10-12mSupp",
                cited_by=["ships", "accept"],
            ),
        ],
        dissents=[
            DissentPart(
                view="hawk",
                author="A. N. Other",
                because="the General Staff wants them there",
                settings={"keep.trade": "3"},
                answers={"prime": 0.5},
                base={"prime": 0.31},
            )
        ],
        labels={
            "ussr": "the Soviet Union",
            "usa": "the United States",
            "ussr.letter": "the next letter",
            "usa.line": "how the line is run",
            "p_war": "odds that a strike widens",
            "fear": "cost of each tense round",
            "base0": "value of the bases",
            "ussr.bases": "the bases in place",
            "deny": "deny",
            "ussr.answer.deny": "denounce and deny",
            "usa.speech.quarantine": "announce a quarantine",
        },
        confidence={"belief.ussr": conf()},
    )

"""The JSON form of an assessment: an interface, with a published schema.

Probabilities are fractions; `range90` is [low, high], the 5th and 95th percentile of the answer
over the assumptions written down; dates are ISO. No timings, paths or clock times: same seed, same
bytes. Everything that the note prints is read from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from standoff.assess.commitment_models import CommitmentPart
from standoff.assess.concept_models import ConceptsPart
from standoff.assess.crux_models import CruxPart
from standoff.assess.deception_models import DeceptionPart
from standoff.assess.driver_models import SensitivityPart
from standoff.assess.evidence_models import EvidencePart
from standoff.assess.links_models import LinksPart
from standoff.assess.mediation_models import MediationPart
from standoff.assess.part import Part, Range
from standoff.assess.prices_models import PricesPart
from standoff.assess.ripple_models import RipplePart
from standoff.assess.timeline_models import TimelinePart
from standoff.assess.tipping_models import TippingPart
from standoff.assess.trust_models import ItemTrust
from standoff.assess.waiting_models import WaitingWorth
from standoff.shown import Shown

if TYPE_CHECKING:
    from standoff.assess.beliefs import Beliefs


class GameSize(Part):
    """Size of the game that was solved."""

    histories: int
    """Histories, types included."""
    information_sets: int
    """Information sets, types included."""
    nodes: int
    """Nodes stored (histories apart from types kept as axes)."""
    ends: int
    """Ends, types included."""


class SolutionPart(Part):
    """The solution and its solver check."""

    concept: str
    status: str
    """`solved`, `partly` (some variants failed) or `failed`."""
    certificate: float
    """Largest residual over counted variants."""
    certificate_name: str
    sweeps: int
    """Median counted passes over the tree."""
    precision: Range
    """5th and 95th percentile of precision over the variants."""
    stakes: dict[str, dict[str, float]]
    """actor -> type -> stake, in payoff units."""
    largest_gain: float
    """Largest gain from deviating over the first 64 solved variants, in stakes (an AQRE makes
    mistakes by design)."""
    advice: str = ""
    followed: int = 0
    """Variants in which the branch of solutions from uniform play was followed step by step."""
    elsewhere: int = 0
    """Those of them in which it leads to other play."""


class TemperingStep(Part):
    """One rise of the temperature while variants were drawn from the posterior."""

    temperature: float
    """Power of the likelihood of the record: 0 is the prior, 1 the posterior."""
    effective: float
    """Kish's effective number of the weights that led to it."""
    acceptance: list[float]
    """Share of the variants that took the step offered, by move."""


class TemperingPart(Part):
    """Variants drawn from the posterior, where too few of the prior's explained the record."""

    before: float
    """Effective number of the variants as drawn from the prior."""
    effective: float
    """That of the variants drawn from the posterior; those that stand in one place count once."""
    steps: list[TemperingStep]
    solved: int
    """Variants solved on the way, besides those asked for."""
    budget: int
    """The most that would have been."""
    temperature: float
    """1 where the posterior was reached."""
    met: bool
    """Whether it was reached with enough effective variants; if not, judgements are withheld."""


class VariantsPart(Part):
    """The variants and what they are worth."""

    n: int
    """Drawn, the failed ones included."""
    effective: float
    """Kish's effective number under the likelihood of the record."""
    failed: int
    """Whose solver check did not hold: no weight."""
    seed: int
    impossible_only_here: int = 0
    """Variants in which an outcome that is possible elsewhere was impossible (odds 1e-9)."""
    withheld: bool = False
    """Effective below 10 per cent, or tempering short of its target: judgements are withheld."""
    draws: Literal["lhs", "sobol", "random"] = "lhs"
    """How points were drawn: Latin hypercube, scrambled Sobol sequence, plain Monte Carlo."""
    weighting: Literal["importance", "tempered"] = "importance"
    """Drawn from the prior and weighted by the likelihood of the record, or drawn from the
    posterior by tempering; what is said of the time before the record rests on the prior's draws
    either way."""
    tempering: TemperingPart | None = None
    """How tempering went; null where it wasn't needed."""


class FormCheck(Part):
    """One change in how the model was written, and what it does to the headline answers."""

    id: str
    what: str
    """What was changed, in words."""
    variants: int
    """Variants solved for it."""
    answers: dict[str, float]
    """answer id -> probability under the change: ids of judgements and questions, `ACTOR.TYPE` for
    the belief in a type, ids of next moves and `endings.ID`."""
    base: dict[str, float]
    """answer id -> probability on the same variants without the change."""
    changed: list[str]
    """Answer ids whose word changed."""
    note: str = ""
    """Why it could not be done, where it could not."""


class FormNumber(Part):
    """A number about the other side of the table when the model is written otherwise."""

    id: str
    """`deceive.ACTOR.TYPE.BELIEVED`: price of the cheapest disguise; `price.ACTOR.TYPE.MOVE`: price
    of a move; `price.ACTOR.MOVE.VARIABLE`: how far it rises with a variable; `waiting.ACTOR.TYPE`:
    worth of waiting a round; `mediation.…`, `commitment.…`: see those parts. In stakes or odds."""
    base: float
    """On the same variants without any change."""
    low: float
    low_under: str
    """The change, in words, that makes it least."""
    high: float
    high_under: str
    changes: int
    """Changes under which it could be worked out."""
    turned: list[str]
    """Changes under which its sign is another one."""


class TypeBelief(Part, Shown):
    """Belief in one type."""

    label: str
    prior: float
    prior_range90: Range
    probability: float
    range90: Range
    words: str


class BeliefPoint(Part):
    """Belief after one moment of the record (for the chart over time)."""

    moment: str
    item: str
    """Id of the record item, or `start`."""
    belief: dict[str, dict[str, float]]
    """actor -> type -> probability."""
    range90: dict[str, dict[str, Range]]
    effective: float


class Surprise(Part):
    """How surprising the record is under the model."""

    log_probability: float
    """Natural logarithm of the record's probability (pooled over variants)."""
    percentile: float
    """Share of the records that the model would make that are less probable."""
    residual: dict[str, tuple[float, float]]
    """actor -> prior and posterior odds of "something we have not thought of"."""


class EvidenceItem(Part):
    """A record item and what it says of each actor's type."""

    id: str
    text: str
    date: str
    """When it was known."""
    at: str
    likelihood_ratio: dict[str, dict[str, float]]
    """actor -> type -> LR of the item for that type against the actor's others."""
    range90: dict[str, dict[str, Range]]
    pairwise: dict[str, dict[str, float]]
    """actor -> `a/b` -> LR of type a against type b."""
    words: str
    """What it tells: "tells you nothing", "points to ...", "sign depends on the variant"."""
    same_decision: str = ""
    source: list[str]
    trust: ItemTrust | None = None
    """How likely it is to be right, by the grades of its sources or its own `reliability`, and what
    that takes from it; null where it is taken as certain."""


class MoveOdds(Part):
    """Odds of one next move or outcome."""

    id: str
    """`actor.turn.move`"""
    label: str
    probability: float
    range90: Range
    words: str
    by_type: dict[str, float]
    """type of the mover -> odds."""


class NextMoves(Part):
    """The next choice of one actor."""

    actor: str
    turn: str
    moves: list[MoveOdds]


class EndingOdds(Part):
    """Odds of one ending."""

    id: str
    label: str
    probability: float
    range90: Range
    words: str


class Outlook(Part):
    """What comes next and how it may end."""

    next: list[NextMoves]
    endings: list[EndingOdds]


class Option(Part):
    """One option of whoever must choose."""

    id: str
    label: str
    value: float
    """Mean payoff of the actor if it does this wherever it is open at that turn and otherwise goes
    on as solved, in its stakes, relative to the best option."""
    range90: Range
    by_opposing_type: dict[str, float]
    """`actor.type` of an opponent -> value, in the same unit."""
    by_objective: dict[str, float]
    """objective -> contribution, in the same unit, relative to the best option."""
    regret: float
    """Mean loss against what turns out best, over variants."""
    best_share: float
    """Weighted share of variants in which it is the best."""


class OptionsOf(Part):
    """The options of one actor (of one type)."""

    actor: str
    type: str
    turn: str
    options: list[Option]


class Indicator(Part):
    """Something that could be seen by the end of the next round, and what it would tell."""

    id: str
    label: str
    about: str
    """The actor whose type it tells of."""
    bits: float
    """Mutual information with the type."""
    probability: float
    direction: str
    """The type that it would make likelier."""
    if_seen: dict[str, float]
    """type -> probability after seeing it."""


class Confidence(Part):
    """Confidence and its three parts, each `low`, `moderate` or `high`."""

    level: Literal["low", "moderate", "high"]
    evidence: str
    evidence_why: str
    range: str
    range_why: str
    responsiveness: str
    responsiveness_why: str
    analyst: str | None = None
    """What the analyst set instead, where it differs."""


class ResolvedPart(Part):
    """What came of a statement."""

    value: str
    because: str = ""
    day: str | None = None
    source: list[str] = []


class JudgementPart(Part):
    """A statement of the audited note beside the model's answer.

    `probability`, `range90` and `words` are null for kinds that the model does not judge and for
    judgements that the record has settled. A comparison's answer stands in `share` (and its median
    difference in `difference`), a ratio's in `value`.
    """

    id: str
    text: str
    kind: str
    where: str
    claim: str | None
    twin: str
    settled: bool | None = None
    """What the record already says, where it does."""
    probability: float | None = None
    range90: Range | None = None
    words: str | None = None
    prior: float | None = None
    """The same before the record."""
    share: float | None = None
    difference: float | None = None
    value: float | None = None
    estimate: float | str | None = None
    gap: str | None = None
    """The gap between the analyst's estimate and the model's, in words."""
    confidence: Confidence | None = None
    rests_on: list[str]
    """What the answer hangs on: record items, parameters, lines of the scenario."""
    drivers: dict[str, float] = {}
    """parameter -> rank correlation with the answer over the variants."""
    source: list[str]
    resolved: ResolvedPart | None = None
    form: Literal["stable", "depends", "not checked"] = "not checked"
    warning: str = ""
    """For instance: no parameter can move this answer."""


class Answer(Part, Shown):
    """An answer to one query."""

    id: str
    query: str
    text: str
    status: Literal["probability", "value", "ratio", "comparison", "observed", "distribution"]
    probability: float | None = None
    value: float | None = None
    share: float | None = None
    difference: float | None = None
    distribution: dict[str, float] | None = None
    range90: Range | None = None
    range50: Range | None = None
    prior: float | None = None
    words: str | None = None
    effective: float | None = None
    failed: int = 0
    """Of an answer that stands alone: variants whose solver check did not hold (no weight)."""
    as_: str = ""
    rests_on: list[str] = []
    drivers: dict[str, float] = {}
    source: list[str] = []
    """Passages of the record items that the answer rests on."""
    confidence: Confidence | None = None
    form: Literal["stable", "depends", "not checked"] = "not checked"


class DissentPart(Part):
    """Another analyst's view (a named overlay of parameters) and the answers under it."""

    view: str
    author: str
    because: str
    settings: dict[str, str] = {}
    """parameter -> the value that the view gives it."""
    answers: dict[str, float]
    """answer id -> probability under the view."""
    base: dict[str, float]
    """answer id -> probability without it."""
    source: list[str] = []


class TacticPart(Part):
    """A tactic: what has been done under it and what it serves."""

    actor: str
    tactic: str
    moves: list[str]
    serves: list[str]
    probability_ahead: float | None
    """Odds that it is used again before the end."""


class ObjectivePart(Part):
    """What a type wants, in shares of its stake."""

    actor: str
    type: str
    objective: str
    label: str
    expected: float
    """Expected contribution from here on to the end, in stakes."""


class WaitingPart(Part):
    """An event before an actor's next move after which its play would change."""

    actor: str
    event: str
    label: str
    probability: float
    total_variation: float


class SourcePart(Part):
    """A document cited."""

    id: str
    title: str
    url: str
    cited_by: list[str]


class Heading(Part):
    """The heading block."""

    from_: str
    to: str
    subject: str
    marking: str
    date: str
    desk: str


class ChangedAnswer(Part):
    """An answer that moved since the last note."""

    id: str
    """`ACTOR.TYPE` or a judgement's id."""
    before: float
    after: float
    reworded: bool
    """Whether it has another estimative word now."""


class SincePart(Part):
    """What changed since the end of the day before: what came in, and what it moved.

    Assumptions, structure and code are the same by construction: one solution serves both moments.
    """

    moment: str
    """The moment compared with."""
    items: list[str]
    """Ids of the record items that became known since."""
    answers: list[ChangedAnswer]
    """Those that moved by a point or more, the largest first."""


class Assessment(Part, Shown):
    """Everything that the note says."""

    scenario: str
    title: str
    summary: str
    heading: Heading
    as_of: str
    standard: Literal["icd203", "phia"]
    game: GameSize
    solution: SolutionPart
    variants: VariantsPart
    form: list[FormCheck]
    belief: dict[str, dict[str, TypeBelief]]
    """actor -> type"""
    belief_over_time: list[BeliefPoint]
    views_of: dict[str, dict[str, dict[str, float]]]
    """point of view (`usa.firm`) -> actor -> type -> probability."""
    surprise: Surprise | None
    evidence: list[EvidenceItem]
    since: SincePart | None = None
    """What changed since the day before; null on the first day of the record."""
    objectives: list[ObjectivePart]
    tactics: list[TacticPart]
    waiting: list[WaitingPart]
    outlook: Outlook
    options: list[OptionsOf]
    indicators: list[Indicator]
    judgements: list[JudgementPart]
    questions: list[Answer]
    warnings: list[str]
    assumptions: dict[str, str]
    """Parameters that carry weight: name -> what is assumed and why."""
    sources: list[SourcePart]
    dissents: list[DissentPart] = []
    """Named views of other analysts; empty where the scenario has none."""
    labels: dict[str, str] = {}
    """Id -> the scenario's words for it: actors (`ussr`), types (`ussr.hold`), objectives
    (`ussr.bases`), turns (`ussr.letter`), moves, endings, tactics, parameters. The note falls back
    on the id."""
    confidence: dict[str, Confidence] = {}
    """Confidence in what has no place of its own: `belief.ACTOR`, `next.ACTOR.TURN`, `endings`."""
    sensitivity: list[SensitivityPart] = []
    """What the beliefs, judgements and questions hang on, from the variants at hand: at most eight
    assumptions each, and only such as tell. Empty where judgements are withheld."""
    tipping: TippingPart | None = None
    """The smallest change of one assumption that turns each judgement and the best option; null
    where it was not looked for or judgements are withheld."""
    deception: DeceptionPart | None = None
    """How each type could be taken for another; null where nobody has types to hide."""
    prices: PricesPart | None = None
    """What it would take; null where there is nothing to price."""
    waiting_worth: WaitingWorth | None = None
    """What a round of waiting is worth; null where nobody has a choice ahead."""
    crux: CruxPart | None = None
    """Where the scenario's views part; null where it has none."""
    mediation: MediationPart | None = None
    """What a mediator could do; null where that can't be asked of the game."""
    commitment: CommitmentPart | None = None
    """What tying its hands would be worth to either side; null where nobody has a choice ahead."""
    form_numbers: list[FormNumber] = []
    """The headline numbers of these parts under the form checks; empty where either was not asked
    for."""
    concepts: ConceptsPart | None = None
    """Whether the judgements survive other equilibria and other concepts; null where that was not
    tried."""
    links: LinksPart | None = None
    """What rests on which passage, and whether the words still stand there; null where nothing is
    cited."""
    evidence_table: EvidencePart | None = None
    """Items by hypotheses; null where nobody has types, nothing was seen, or judgements are
    withheld."""
    timeline: TimelinePart | None = None
    """What happened, and what was known when; null where nothing is recorded or judgements are
    withheld."""
    ripple: RipplePart | None = None
    """Which documents carry the assessment; null where that was not asked or nothing rests on
    any."""

    @property
    def beliefs(self) -> Beliefs:
        """The beliefs as one thing that notebooks show."""
        from standoff.assess.beliefs import Beliefs

        return Beliefs(self)

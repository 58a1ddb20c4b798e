"""The JSON Schemas of what Standoff reads and writes; `schema/` in the repository holds them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_OUTPUTS = {
    "assessment": ("standoff.assess.models", "Assessment"),
    "answer": ("standoff.assess.models", "Answer"),
    "backtest": ("standoff.assess.backtest_models", "Backtest"),
    "sensitivity": ("standoff.assess.sensitivity_models", "Sensitivity"),
    "tipping": ("standoff.assess.tipping_models", "TippingPart"),
    "stability": ("standoff.assess.stability_models", "Stability"),
    "prices": ("standoff.assess.prices_models", "Prices"),
    "commitment": ("standoff.assess.commitment_models", "CommitmentPart"),
    "crux": ("standoff.assess.crux_models", "CruxPart"),
    "waiting": ("standoff.assess.waiting_models", "WaitingWorth"),
    "deception": ("standoff.assess.deception_models", "DeceptionPart"),
    "mediation": ("standoff.assess.mediation_models", "MediationPart"),
    "evidence": ("standoff.assess.evidence_models", "EvidencePart"),
    "ripple": ("standoff.assess.ripple_models", "Ripple"),
    "ripples": ("standoff.assess.ripple_models", "RipplePart"),
    "solved": ("standoff.solve.models", "SolvedGame"),
    "runs": ("standoff.variants.store.models", "RunList"),
    "sources": ("standoff.sources.models", "SourceList"),
    "source": ("standoff.sources.models", "ShownDocument"),
    "passages": ("standoff.sources.models", "SearchResult"),
    "links": ("standoff.assess.links_models", "LinksReport"),
    "run": ("standoff.variants.store.models", "RunDetails"),
    "asked": ("standoff.draft.asked", "Asked"),
    "draft": ("standoff.draft.models", "DraftReport"),
}
"""Name -> where its model stands; loaded when it is asked for."""
SCHEMAS = ("scenario", *_OUTPUTS)


def json_schema(which: str) -> dict[str, Any]:
    """The JSON Schema of scenarios, or of a JSON output: one of `SCHEMAS`."""
    if which == "scenario":
        from standoff.scenario.json_schema import schema

        return schema()
    module, name = _OUTPUTS[which]
    model = getattr(import_module(module), name)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"standoff/{which}-1.json",
        **model.model_json_schema(mode="serialization"),
    }

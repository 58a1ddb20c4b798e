"""The JSON Schemas of what Standoff reads and writes; `schema/` in the repository holds them."""

from __future__ import annotations

from typing import Any

SCHEMAS = (
    "scenario", "assessment", "answer", "backtest", "sensitivity", "tipping", "solved", "runs",
    "run", "stability",
)  # fmt: skip


def json_schema(which: str) -> dict[str, Any]:
    """The JSON Schema of scenarios, or of a JSON output: one of `SCHEMAS`."""
    if which == "scenario":
        from standoff.scenario.json_schema import schema

        return schema()
    if which == "backtest":
        from standoff.assess.backtest_models import Backtest

        model: Any = Backtest
    elif which == "sensitivity":
        from standoff.assess.sensitivity_models import Sensitivity

        model = Sensitivity
    elif which == "stability":
        from standoff.assess.stability_models import Stability

        model = Stability
    elif which in {"runs", "run"}:
        from standoff.variants.store.models import RunDetails, RunList

        model = RunList if which == "runs" else RunDetails
    elif which == "solved":
        from standoff.solve.models import SolvedGame

        model = SolvedGame
    else:
        from standoff.assess.models import Answer, Assessment, TippingPart

        model = {"assessment": Assessment, "answer": Answer, "tipping": TippingPart}[which]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"standoff/{which}-1.json",
        **model.model_json_schema(mode="serialization"),
    }

"""The note: outline and renderers. Imported lazily: `standoff --help` needs none of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOMES = {
    "render_evidence": "standoff.note.evidence_table",
    "render_deception": "standoff.note.deception",
    "render_answer": "standoff.note.answer",
    "render_options": "standoff.note.answer",
    "render": "standoff.note.formats",
    "render_backtest": "standoff.note.backtest",
    "render_tipping": "standoff.note.tipping",
    "render_sensitivity": "standoff.note.sensitivity",
    "render_stability": "standoff.note.stability",
    "render_commitment": "standoff.note.commitment",
    "render_crux": "standoff.note.crux",
    "render_waiting": "standoff.note.waiting_worth",
    "render_mediation": "standoff.note.mediation",
    "render_prices": "standoff.note.prices",
    "render_ripple": "standoff.note.ripple",
}
__all__ = [
    "render", "render_answer", "render_backtest", "render_commitment", "render_crux",
    "render_deception", "render_evidence", "render_mediation", "render_options", "render_prices",
    "render_ripple", "render_sensitivity", "render_stability", "render_tipping", "render_waiting",
]  # fmt: skip

if TYPE_CHECKING:
    from standoff.note.answer import render_answer as render_answer
    from standoff.note.answer import render_options as render_options
    from standoff.note.backtest import render_backtest as render_backtest
    from standoff.note.commitment import render_commitment as render_commitment
    from standoff.note.crux import render_crux as render_crux
    from standoff.note.deception import render_deception as render_deception
    from standoff.note.evidence_table import render_evidence as render_evidence
    from standoff.note.formats import render as render
    from standoff.note.mediation import render_mediation as render_mediation
    from standoff.note.prices import render_prices as render_prices
    from standoff.note.ripple import render_ripple as render_ripple
    from standoff.note.sensitivity import render_sensitivity as render_sensitivity
    from standoff.note.stability import render_stability as render_stability
    from standoff.note.tipping import render_tipping as render_tipping
    from standoff.note.waiting_worth import render_waiting as render_waiting


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'standoff.note' has no attribute {name!r}")
    return getattr(import_module(home), name)

"""From a crisis to everything that a note says of it. The package itself can be called:
``so.assess("cuba-1962")``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from standoff.callable_module import make_callable

if TYPE_CHECKING:
    from standoff.assess.asking import ask as ask
    from standoff.assess.asking import explain as explain
    from standoff.assess.assessing import assess as assess
    from standoff.assess.backtesting import backtest as backtest
    from standoff.assess.commitments import commitment as commitment
    from standoff.assess.cruxes import crux as crux
    from standoff.assess.deception import deceive as deceive
    from standoff.assess.evidence_table import evidence as evidence
    from standoff.assess.keeping import keep as keep
    from standoff.assess.mediation import mediate as mediate
    from standoff.assess.prices import price as price
    from standoff.assess.releasing import release as release
    from standoff.assess.rippling import ripple as ripple
    from standoff.assess.rippling import ripples as ripples
    from standoff.assess.schemas import json_schema as json_schema
    from standoff.assess.sensitivities import sensitivity as sensitivity
    from standoff.assess.steady import stability as stability
    from standoff.assess.tipping import tip as tip
    from standoff.assess.waiting_worth import waiting as waiting
    from standoff.assess.whole_check import check as check
    from standoff.assess.whole_check import check_all as check_all

_HOMES = {
    "ask": "asking",
    "assess": "assessing",
    "backtest": "backtesting",
    "check": "whole_check",
    "commitment": "commitments",
    "check_all": "whole_check",
    "crux": "cruxes",
    "deceive": "deception",
    "evidence": "evidence_table",
    "explain": "asking",
    "json_schema": "schemas",
    "keep": "keeping",
    "mediate": "mediation",
    "price": "prices",
    "release": "releasing",
    "ripple": "rippling",
    "ripples": "rippling",
    "sensitivity": "sensitivities",
    "stability": "steady",
    "tip": "tipping",
    "waiting": "waiting_worth",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'standoff.assess' has no attribute {name!r}")
    return getattr(import_module(f"standoff.assess.{home}"), name)


make_callable(__name__)

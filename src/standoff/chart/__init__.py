"""Charts: Vega-Lite specifications as plain dictionaries, from plain data; `svg` draws them."""

from __future__ import annotations

from standoff.chart.audit import Audited, audit_dots
from standoff.chart.belief import BeliefAt, belief_over_record
from standoff.chart.branch import MoveAlong, branch_lines
from standoff.chart.drivers import Driver, driver_dots
from standoff.chart.form import FormCell, form_matrix
from standoff.chart.odds import Odds, odds_bars
from standoff.chart.svg import svg
from standoff.chart.tornado import Swing, tornado

__all__ = [
    "Audited", "BeliefAt", "Driver", "FormCell", "MoveAlong", "Odds", "Swing", "audit_dots",
    "belief_over_record", "branch_lines", "driver_dots", "form_matrix", "odds_bars", "svg",
    "tornado",
]  # fmt: skip

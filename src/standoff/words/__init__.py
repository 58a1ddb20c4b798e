"""Estimative words: ICD 203 and the PHIA yardstick, numbers in words, a linter for notes."""

from __future__ import annotations

from standoff.words.lint import lint
from standoff.words.numbers import percent, span
from standoff.words.sentences import confidence, estimate
from standoff.words.standards import Band, Standard, standard

__all__ = ["Band", "Standard", "confidence", "estimate", "lint", "percent", "span", "standard"]

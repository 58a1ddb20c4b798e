"""What a notebook shows of a result: the classes say that they can be shown, a face says how.

Jupyter asks an object for ``_repr_mimebundle_``, marimo for ``_repr_html_``. Games and solutions
live far below whatever draws them, so the drawing is looked up by name when it is asked for, as the
flat surface `standoff` looks up its names: importing a game imports no markup.
"""

from __future__ import annotations

from collections.abc import Container
from importlib import import_module

HOME = "standoff.notebook"
"""The package that draws; its `markup` and `plain` take any `Shown`."""


class Shown:
    """A result that notebooks show: a piece of HTML that needs nothing else, and its text twin."""

    __slots__ = ()

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """MIME type -> what is shown: ``text/html`` and ``text/plain``."""
        home = import_module(HOME)
        makers = {"text/html": home.markup, "text/plain": home.plain}
        return {
            kind: make(self)
            for kind, make in makers.items()
            if (not include or kind in include) and not (exclude and kind in exclude)
        }

    def _repr_html_(self) -> str:
        """The same piece of HTML, for whoever asks for that alone."""
        shown: str = import_module(HOME).markup(self)
        return shown

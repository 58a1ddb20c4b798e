"""A package that can be called: `so.assess(...)` where `standoff.assess` is also a folder.

Importing a submodule binds the folder's module as an attribute of `standoff`, over any function of
that name. Making the module itself callable gives both readings the same object.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class CallableModule(ModuleType):
    """A module that passes a call on to the function of its own last name."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call ``package.package(...)``."""
        return getattr(self, self.__name__.rpartition(".")[2])(*arguments, **named)


def make_callable(name: str) -> None:
    """Let the module called `name` be called."""
    sys.modules[name].__class__ = CallableModule

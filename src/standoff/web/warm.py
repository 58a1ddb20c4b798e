"""What the process that solves keeps between questions: scenarios, games, solved crises.

Everything here can be made again from the text. Each cache is small, the least used goes first.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws
from standoff.progress import Progress
from standoff.scenario.models import Scenario

if TYPE_CHECKING:
    from standoff.assess.chain import Chain

T = TypeVar("T")


class Kept(Generic[T]):
    """The last few of some things, by key. What is made twice at once is made once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.RLock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of that key, made where it isn't there."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            made = self._held[key] = make()
            while len(self._held) > self._most:
                self._held.popitem(last=False)
            return made


@dataclass(frozen=True, eq=False)
class Base:
    """A scenario as written, its game, and which parameters its tree rests on."""

    key: str
    scenario: Scenario
    compiled: Compiled
    structural: frozenset[str]


class Warm:
    """The caches of one process."""

    def __init__(self) -> None:
        self._bases: Kept[Base] = Kept(4)
        self._draws: Kept[Draws] = Kept(8)
        # A page that looks at a tree and one whose slider moves don't wait for each other.
        self._chains: dict[str, Kept[Chain]] = {
            "quick": Kept(3), "look": Kept(2), "ripple": Kept(1),
        }  # fmt: skip

    def base(self, files: Mapping[str, str], progress: Progress | None = None) -> Base:
        """A scenario and its game."""
        key = key_of(files)
        return self._bases.get(key, lambda: _base(key, files, progress))

    def draws(self, base: Base, variants: int, seed: int) -> Draws:
        """The draws of a scenario as written."""
        from standoff.variants.drawing import draw

        key = (base.key, variants, seed)
        return self._draws.get(key, lambda: draw(base.scenario, variants, seed))

    def chain(self, use: str, key: Hashable, make: Callable[[], Chain]) -> Chain:
        """A solved crisis, kept apart for each use (`quick`, `look`, `ripple`)."""
        return self._chains[use].get(key, make)


def key_of(files: Mapping[str, str]) -> str:
    """Of the text of a scenario."""
    found = hashlib.sha256()
    for name in sorted(files):
        for part in (name, files[name]):
            data = part.encode("utf-8", "surrogatepass")
            found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()


def _base(key: str, files: Mapping[str, str], progress: Progress | None) -> Base:
    from standoff.compile import compile_scenario
    from standoff.scenario.loading import loads_files
    from standoff.variants.switches import structural

    scenario = loads_files(files)
    compiled = compile_scenario(scenario, progress=progress)
    return Base(key, scenario, compiled, frozenset(structural(compiled)))

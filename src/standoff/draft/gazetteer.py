"""Who can be meant: states, organizations and persons, by the words that notes use for them.

Three lists, the later ones only for words that the earlier don't have: what the volume says of the
persons in the document, the curated table (`actors.toml`: states as notes of the last century name
them, organizations, leaders), and the countries of ISO 3166 with the historic ones, their peoples
and capitals (`peoples.txt`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from standoff.draft.models import ActorKind
from standoff.sources.document import Document, Person

__all__ = ["Gazetteer", "Known", "gazetteer", "proper_names"]


_OWN_OFFICE = re.compile(
    r"(?:Deputy |Assistant |Under )*(?:Secretary|Director of Central|Ambassador to|Consul"
    r"|President[’']s|Chief of Naval|Counselor)"
)


@dataclass(frozen=True)
class Known:
    """Somebody who can be meant."""

    id: str
    name: str
    kind: ActorKind
    of: str = ""
    gloss: str = ""


@dataclass
class Gazetteer:
    """Words and whom they name, the longest first; more than one where they are ambiguous."""

    by_word: dict[str, list[Known]] = field(default_factory=dict)
    capitals: set[str] = field(default_factory=set)
    """Words that name a city, and stand for a government only where something is said of it that
    governments do."""
    _pattern: re.Pattern[str] | None = None

    def add(self, known: Known, words: Iterable[str]) -> None:
        """Words that name somebody."""
        self._pattern = None
        for word in words:
            held = self.by_word.setdefault(word, [])
            if known.id not in {k.id for k in held}:
                held.append(known)

    def add_new(self, known: Known, words: Iterable[str]) -> None:
        """The same, for words that name nobody yet."""
        self.add(known, [word for word in words if word not in self.by_word])

    def pattern(self) -> re.Pattern[str]:
        """Any of the words, whole: groups none. Case counts: `US` is not `us`."""
        if self._pattern is None:
            words = sorted(self.by_word, key=lambda word: (-len(word), word))
            forms = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
            self._pattern = re.compile(rf"(?<![\w’'])(?:{forms})(?![\w])")
        return self._pattern


def proper_names() -> list[str]:
    """Every name of the lists as it is capitalized, the longest first."""
    found = [word for _, words, capital in _table() for word in (*words, *capital)]
    found += [word for _, words, capital in _countries() for word in (*words, *capital)]
    own = {word for word in found if not word.startswith("the ")}
    return sorted(own, key=lambda word: (-len(word), word))


def gazetteer(document: Document, people: Iterable[Person] = ()) -> Gazetteer:
    """The lists for a document; `people` are those that other renderings name."""
    found = Gazetteer()
    table = _table()
    for known, words, capital in table:
        found.add(known, [*words, *capital])
        found.capitals.update(capital)
    by_id = {known.id: known for known, _, _ in table}
    for words, ids in _ambiguous():
        for id in ids:
            found.add(by_id[id], words)
    for known, words, capital in _countries():
        found.add_new(known, [*words, *capital])
        found.capitals.update(capital)
    for person in (*document.persons, *people):
        _add_person(found, person)
    return found


def _add_person(found: Gazetteer, person: Person) -> None:
    """A person of the volume's list, under the last name too."""
    full = person.name or person.words
    last = _last_name(full, inverted="," in person.name)
    if len(last) < 3 or not last[:1].isupper():
        return
    held = found.by_word.get(last, [])
    known_here = [k for k in held if k.kind == "person"]
    if any(k.kind != "person" for k in held):
        return  # a family name that is a country's: the country is meant more often
    if known_here and not person.id:
        return
    of = known_here[0].of if known_here else _state_in(found, person.gloss)
    id = known_here[0].id if known_here else _id(last)
    mine = Known(id, _turned(full), "person", of, person.gloss)
    if known_here:
        held[held.index(known_here[0])] = mine
    else:
        found.add(mine, [last])
    found.add_new(mine, [word for word in (person.words, _turned(full)) if len(word) >= 3])


def _state_in(found: Gazetteer, gloss: str) -> str:
    """The state that a gloss names first: `Soviet Ambassador to the United States` is Soviet.

    The volumes print papers of one government, and gloss its own people without saying so:
    `Ambassador to the Soviet Union` is American.
    """
    if _OWN_OFFICE.match(gloss):
        return "usa"
    for match in found.pattern().finditer(gloss) if gloss else ():
        for known in found.by_word.get(" ".join(match.group().split()), []):
            if known.kind == "state":
                return known.id
    return ""


def _last_name(full: str, *, inverted: bool) -> str:
    bare = re.sub(r"\(.*?\)", "", full).strip()
    if inverted:
        return bare.partition(",")[0].strip()
    return bare.split()[-1].strip(".,") if bare else ""


def _turned(full: str) -> str:
    """`Rusk, Dean` as `Dean Rusk`."""
    last, comma, first = full.partition(",")
    rest = first.partition(",")[0].strip()
    return f"{rest} {last.strip()}" if comma and rest else full.strip()


def _id(words: str) -> str:
    from unicodedata import normalize

    plain = normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40]
    return made if made[:1].isalpha() else f"actor_{made}" if made else "actor"


@cache
def _table() -> tuple[tuple[Known, tuple[str, ...], tuple[str, ...]], ...]:
    data = tomllib.loads((files("standoff.draft") / "actors.toml").read_text("utf-8"))
    kinds: tuple[ActorKind, ...] = ("state", "organization", "person")
    return tuple(
        (
            Known(item["id"], item["name"], kind, item.get("of", "")),
            tuple(item["words"]),
            tuple(item.get("capital", ())),
        )
        for kind in kinds
        for item in data[kind]
    )


@cache
def _ambiguous() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    data = tomllib.loads((files("standoff.draft") / "actors.toml").read_text("utf-8"))
    return tuple((tuple(item["words"]), tuple(item["of"])) for item in data["ambiguous"])


@cache
def _countries() -> tuple[tuple[Known, tuple[str, ...], tuple[str, ...]], ...]:
    """Countries that the table doesn't have, with peoples and capitals: of today, then historic."""
    import pycountry

    data = tomllib.loads((files("standoff.draft") / "actors.toml").read_text("utf-8"))
    have = {item["iso"] for item in data["state"] if "iso" in item}
    peoples = _peoples()
    found = []
    for country in (*pycountry.countries, *pycountry.historic_countries):
        if country.alpha_3 in have:
            continue
        names = [getattr(country, "common_name", ""), country.name.partition(",")[0]]
        plain = [re.sub(r"\s*\(.*\)", "", name).strip() for name in names if name]
        own = [word for word in dict.fromkeys(plain) if len(word) > 3]
        if own:
            people, capital = peoples.get(country.alpha_3, ((), ()))
            known = Known(_id(own[0]), own[0], "state")
            found.append((known, (*own, *people), capital))
    return tuple(found)


@cache
def _peoples() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Country's code -> names of its people, seats of its government."""
    found = {}
    for line in (files("standoff.draft") / "peoples.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            code, people, capital = (part.strip() for part in line.split("|"))
            found[code] = (_listed(people), _listed(capital))
    return found


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(",") if word.strip())

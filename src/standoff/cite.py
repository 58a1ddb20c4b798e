"""What Standoff rests on: entries of references.bib.

>>> from standoff.cite import cite, reference
>>> reference("kish1965")
'Kish, Leslie (1965). Survey Sampling. New York: John Wiley & Sons.'
>>> cite("kish1965").splitlines()[0]
'@book{kish1965,'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from standoff.callable_module import make_callable


@dataclass(frozen=True)
class Entry:
    """One entry: kind (`article`), key, fields with braces taken off, and the text as written."""

    kind: str
    key: str
    fields: dict[str, str]
    text: str


_HEAD = re.compile(r"^@(\w+)\{([^,\s]+),", re.MULTILINE)
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*(.+?),?\s*$", re.MULTILINE)


@cache
def entries() -> dict[str, Entry]:
    """All entries by key. The file is ours: one field a line, a closing brace alone on its own."""
    text = files("standoff").joinpath("references.bib").read_text(encoding="utf-8")
    found: dict[str, Entry] = {}
    for head in _HEAD.finditer(text):
        body = text[head.start() : text.index("\n}", head.end()) + 2]
        fields = {name: _plain(value) for name, value in _FIELD.findall(body)}
        if head[2] in found:
            raise ValueError(f"references.bib holds {head[2]!r} twice")
        found[head[2]] = Entry(head[1].lower(), head[2], fields, body)
    return found


def _plain(value: str) -> str:
    return value.replace("{", "").replace("}", "").replace("--", "\N{EN DASH}")


def _entry(key: str) -> Entry:
    try:
        return entries()[key]
    except KeyError:
        raise KeyError(f"references.bib has no {key!r}") from None


def cite(*keys: str) -> str:
    """BibTeX of the entries with these keys, in this order; of all of them where none is given."""
    return "\n\n".join(_entry(k).text for k in keys or entries())


def reference(key: str) -> str:
    """One line for a footnote: who, when, what, where."""
    f = _entry(key).fields
    who = f.get("author") or f.get("editor", "")
    names = who.split(" and ")
    if len(names) > 3:
        who = f"{names[0]} and others"
    elif len(names) > 1:
        who = ", ".join(names[:-1]) + " and " + names[-1]
    where = f.get("journal", "")
    if where and "volume" in f:
        where += f" {f['volume']}" + (f"({f['number']})" if "number" in f else "")
        where += f", {f['pages']}" if "pages" in f else ""
    elif not where:
        house = f.get("publisher") or f.get("institution") or f.get("howpublished", "")
        where = f"{f['address']}: {house}" if "address" in f else house
    parts = [f"{who} ({f['year']})", f["title"], where]
    return ". ".join(p for p in parts if p) + "."


# `so.cite` is the function, also once this module has been imported under that name.
make_callable(__name__)

"""A link as a W3C Web Annotation, written as JSON-LD and read back without loss [webannotation].

Body: what rests on the words, and the analyst's remark. Target: the document, with the words as a
text-quote selector or a range of two, and where they stood as a text-position selector. What the
model has no word for (key path, passage, grade, what the words do, hash, reader) stands under terms
of our own, which `CONTEXT` declares inside the file: reading one never asks the network, and a
context that a file names is not looked at.

In the Web Annotation model a range ends where its end selector *begins*. Ours ends with the last
words, so the end selector is empty and has these words before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from standoff.errors import Problem, SourceError
from standoff.sources.anchoring import Selector

__all__ = ["CONTEXT", "LARGEST", "Annotation", "json_ld", "read_annotations"]

TERMS = "urn:standoff:terms#"
CONTEXT: list[Any] = [
    "http://www.w3.org/ns/anno.jsonld",
    {
        "standoff": TERMS,
        "standoff:rests": {"@type": "http://www.w3.org/2001/XMLSchema#string"},
        "standoff:passage": {"@type": "http://www.w3.org/2001/XMLSchema#string"},
        "standoff:rendering": {"@type": "http://www.w3.org/2001/XMLSchema#string"},
        "standoff:textHash": {"@type": "http://www.w3.org/2001/XMLSchema#string"},
        "standoff:reader": {"@type": "http://www.w3.org/2001/XMLSchema#string"},
        "standoff:grade": {"@type": "http://www.w3.org/2001/XMLSchema#string"},
        "standoff:mark": {"@type": "http://www.w3.org/2001/XMLSchema#string"},
    },
]
"""The Web Annotation model's own context, and our terms: `rests` (key path in the scenario),
`passage` (`SOURCE#LOCATOR`), `rendering`, `textHash` (SHA-256 of the document's text), `reader`
(extractor and its version), `grade` (`B2`), `mark` (reported, denied, deceptive, inferred)."""
LARGEST = 5_000_000
"""Bytes of a file of annotations."""
MOST = 10_000
_WHOLE = Selector()
_LONGEST = 20_000  # characters of a value


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link and what it leads to; `address` is the document's on the web, where it has one."""

    rests: str
    passage: str
    selector: Selector = _WHOLE
    rendering: str = ""
    grade: str = ""
    mark: str = "reported"
    note: str = ""
    address: str = ""


def json_ld(found: Iterable[Annotation], name: str = "links") -> str:
    """Annotations as one page of JSON-LD; the same ones give the same bytes."""
    items = [_written(one) for one in found]
    page = {
        "@context": CONTEXT,
        "id": f"urn:standoff:{name}:links",
        "type": "AnnotationPage",
        "items": items,
    }
    return json.dumps(page, indent=2, ensure_ascii=True) + "\n"


def read_annotations(text: str | bytes, name: str = "annotations") -> list[Annotation]:
    """The annotations of a file: one, a list, a page, or a collection with its first page inside.

    Raises `SourceError` with everything that is wrong; what a file refers to is never fetched.
    """
    if len(text) > LARGEST:
        raise SourceError(
            Problem(
                "too-large", "the file of annotations is too large", path=name,
                found=f"{len(text):,}", expected=f"at most {LARGEST:,}",
            )
        )  # fmt: skip
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
        problem = Problem("no-json", "the file is no JSON", path=name, found=why)
        raise SourceError(problem) from None
    items = _items(data, name)
    if len(items) > MOST:
        raise SourceError(
            Problem(
                "too-many", "there are too many annotations", path=name,
                found=f"{len(items):,}", expected=f"at most {MOST:,}",
            )
        )  # fmt: skip
    problems: list[Problem] = []
    found: list[Annotation] = []
    for place, item in enumerate(items):
        reader = _Reader(f"{name}, annotation {place + 1}")
        one = reader.read(item)
        if reader.problems or one is None:
            problems += reader.problems
        else:
            found.append(one)
    if problems:
        raise SourceError(problems)
    return found


# --- writing


def _written(one: Annotation) -> dict[str, Any]:
    target: dict[str, Any] = {
        "type": "SpecificResource",
        "source": one.address or f"urn:standoff:source:{one.passage.partition('/')[0]}",
        "standoff:passage": one.passage,
        "standoff:rendering": one.rendering,
        "standoff:textHash": one.selector.text_hash,
        "standoff:reader": one.selector.reader,
        "selector": list(_selectors(one.selector)),
    }
    body: list[dict[str, Any]] = [
        {"type": "SpecificResource", "purpose": "linking", "source": f"urn:standoff:{one.rests}",
         "standoff:rests": one.rests},
    ]  # fmt: skip
    if one.note:
        body.append({"type": "TextualBody", "purpose": "commenting", "value": one.note})
    made = {
        "type": "Annotation",
        "motivation": "linking",
        "standoff:grade": one.grade,
        "standoff:mark": one.mark,
        "body": body,
        "target": _filled(target),
    }
    # Made from what it says, so that the same link has the same name everywhere.
    plain = json.dumps(asdict(one), sort_keys=True)
    return {"id": f"urn:uuid:{uuid5(NAMESPACE_URL, plain)}", **_filled(made)}


def _filled(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if value not in ("", [])}


def _selectors(s: Selector) -> Iterator[dict[str, Any]]:
    if s.exact:
        yield _quote(exact=s.exact, prefix=s.prefix, suffix=s.suffix)
    elif s.start or s.end or s.prefix or s.suffix:
        yield {
            "type": "RangeSelector",
            "startSelector": _quote(exact=s.start, prefix=s.prefix),
            "endSelector": _quote(exact="", prefix=s.end, suffix=s.suffix),
        }
    if s.position is not None:
        yield {"type": "TextPositionSelector", "start": s.position[0], "end": s.position[1]}


def _quote(exact: str, **around: str) -> dict[str, Any]:
    return {"type": "TextQuoteSelector", "exact": exact, **_filled(around)}


# --- reading


def _items(data: Any, name: str) -> list[Any]:
    """What a file holds, as a list of annotations."""
    if isinstance(data, dict) and "AnnotationCollection" in _types(data):
        data = data.get("first")
    if isinstance(data, dict) and "AnnotationPage" in _types(data):
        data = data.get("items")
    if isinstance(data, dict) and "Annotation" in _types(data):
        return [data]
    if isinstance(data, list):
        return data
    found = data.get("type", "an object without a type") if isinstance(data, dict) else data
    raise SourceError(
        Problem(
            "no-annotations",
            "the file holds no Web Annotations",
            path=name,
            found=str(found)[:80],
            expected="an Annotation, a list of them, or an AnnotationPage with its items",
        )
    )


def _types(entry: Mapping[str, Any]) -> list[Any]:
    found = entry.get("type", entry.get("@type"))
    return found if isinstance(found, list) else [found]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


class _Reader:
    """Reads one annotation, and notes what is wrong with it."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.problems: list[Problem] = []

    def wrong(self, code: str, message: str, found: object = "", expected: str = "") -> None:
        """Note what is wrong."""
        self.problems.append(
            Problem(code, message, path=self.where, found=str(found)[:80], expected=expected)
        )

    def read(self, item: Any) -> Annotation | None:
        """The annotation, or None with a problem noted."""
        if not isinstance(item, dict) or "Annotation" not in _types(item):
            self.wrong("no-annotation", "this is no Web Annotation", type(item).__name__,
                       "an object of type Annotation")  # fmt: skip
            return None
        targets = _list(item.get("target"))
        if len(targets) != 1 or not isinstance(targets[0], dict):
            self.wrong("no-target", "an annotation here has one target, with its source",
                       f"{len(targets)} targets", "a SpecificResource")  # fmt: skip
            return None
        target = targets[0]
        rests, note = self._bodies(_list(item.get("body")))
        source = target.get("source")
        address = source.get("id", "") if isinstance(source, dict) else source
        passage = self._text(target, "standoff:passage")
        if not passage:
            self.wrong("no-passage", "it isn't said which passage is meant", address or "",
                       "standoff:passage, such as frus1961-63v06#d65/p19")  # fmt: skip
        if not isinstance(address, str) or len(address) > _LONGEST:
            self.wrong("no-source", "the source of a target is an address", address)
            address = ""
        selector = self._selector(target)
        return Annotation(
            rests=rests,
            passage=passage,
            selector=selector,
            rendering=self._text(target, "standoff:rendering"),
            grade=self._text(item, "standoff:grade"),
            mark=self._text(item, "standoff:mark") or "reported",
            note=note,
            address="" if address.startswith("urn:standoff:source:") else address,
        )

    def _bodies(self, bodies: list[Any]) -> tuple[str, str]:
        rests, notes = "", []
        for body in bodies:
            if not isinstance(body, dict):
                continue
            rests = rests or self._text(body, "standoff:rests")
            if "TextualBody" in _types(body):
                notes.append(self._text(body, "value"))
        if not rests:
            self.wrong("no-body", "it isn't said what rests on the words", "",
                       "a body with standoff:rests, such as judgements.hope")  # fmt: skip
        return rests, "\n".join(notes)

    def _selector(self, target: Mapping[str, Any]) -> Selector:
        words: dict[str, str] = {}
        position: tuple[int, int] | None = None
        for one in _list(target.get("selector")):
            if not isinstance(one, dict):
                self.wrong("no-selector", "a selector is an object", one)
            elif "TextQuoteSelector" in _types(one) and not words:
                words = {key: self._text(one, key) for key in ("exact", "prefix", "suffix")}
            elif "RangeSelector" in _types(one) and not words:
                words = self._range(one)
            elif "TextPositionSelector" in _types(one) and position is None:
                position = self._position(one)
        return Selector(
            **words,
            position=position,
            text_hash=self._text(target, "standoff:textHash"),
            reader=self._text(target, "standoff:reader"),
        )

    def _range(self, one: Mapping[str, Any]) -> dict[str, str]:
        first, last = one.get("startSelector"), one.get("endSelector")
        quotes = [s for s in (first, last) if isinstance(s, dict)]
        if len(quotes) != 2 or not all("TextQuoteSelector" in _types(s) for s in quotes):
            self.wrong("no-range", "a range is one of two text-quote selectors")
            return {}
        first, last = quotes
        end = self._text(last, "prefix")
        if self._text(last, "exact") and not end:
            self.wrong("no-range", "a range ends where its end selector begins, and what stands "
                       "before that isn't said", self._text(last, "exact"),
                       "a prefix of the end selector")  # fmt: skip
        return {
            "start": self._text(first, "exact"),
            "prefix": self._text(first, "prefix"),
            "end": end,
            "suffix": self._text(last, "suffix") if not self._text(last, "exact") else "",
        }

    def _position(self, one: Mapping[str, Any]) -> tuple[int, int] | None:
        start, end = one.get("start"), one.get("end")
        for value in (start, end):
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**9:
                self.wrong("no-position", "a position is two whole numbers", f"{start}, {end}")
                return None
        assert isinstance(start, int)
        assert isinstance(end, int)
        return start, end

    def _text(self, entry: Mapping[str, Any], key: str) -> str:
        value = entry.get(key, "")
        if not isinstance(value, str):
            self.wrong("no-text", f"{key} is text", value)
            return ""
        if len(value) > _LONGEST:
            self.wrong("too-large", f"{key} is too long", f"{len(value):,} characters")
            return ""
        return value

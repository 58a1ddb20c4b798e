"""What Gambit's two file formats are made of: quoted names, numbers, braces.

Strings escape quotes and backslashes with a backslash; before anything else a backslash stands for
itself, as in files older than the rule. White space and line breaks separate, no more. Patterns are
possessive throughout, so that no text, however bad, takes more than one pass.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from standoff.errors import GameFileError, Position, Problem

__all__ = [
    "MAX_CHARACTERS", "MAX_PLAYERS", "NUMBER", "STRING", "WHOLE", "Cursor", "Source",
    "decimal", "exact", "quote", "source_of", "text_source", "unquote", "usable",
]  # fmt: skip

MAX_CHARACTERS = 1 << 28
MAX_PLAYERS = 100
MAX_WHOLE = (1 << 31) - 1
MAX_DIGITS = 400
MAX_EXPONENT = 400

_APART = r"(?![^\s,{}\"])"  # what may follow a number
STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
WHOLE = rf"\d++{_APART}"
NUMBER = rf"[-+]?+(?:\d++/\d++|(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?+\d++)?+){_APART}"

_TOKEN = re.compile(
    rf'(?P<string>{STRING})|(?P<number>{NUMBER})|(?P<mark>[{{}},])|(?P<word>[^\s{{}},"]++)|(?P<open>")',
    re.ASCII | re.DOTALL,
)
_SPACE = re.compile(r"\s*+", re.ASCII)
_ESCAPE = re.compile(r'\\(["\\])')
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # as excerpts are cut

Kind = Literal["string", "number", "mark", "word", "open", "end"]


def quote(name: str) -> str:
    """A name as the formats write it."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquote(text: str) -> str:
    """The name that a quoted text stands for."""
    inside = text[1:-1]
    return _ESCAPE.sub(r"\1", inside) if "\\" in inside else inside


@dataclass(frozen=True)
class Source:
    """The text of a game file and the name that complaints give it."""

    name: str
    text: str
    on_disk: bool = False

    def position(self, at: int, width: int = 1) -> Position:
        """Line and column of a place in the text."""
        line, start = 1, 0
        for found in _BREAK.finditer(self.text, 0, at):
            line, start = line + 1, found.end()
        return Position(self.name, line, at - start + 1, width)

    def error(
        self, code: str, message: str, at: int, width: int = 1, *, found: str = "",
        expected: str = "", nearest: str = "",
    ) -> GameFileError:  # fmt: skip
        """A complaint about a place in the text."""
        return GameFileError(
            Problem(
                code, message, self.position(at, width), found=found, expected=expected,
                nearest=nearest, text="" if self.on_disk else self.text,
            )
        )  # fmt: skip


def text_source(text: str, name: str) -> Source:
    """A text that is at hand."""
    return _bounded(Source(name, text))


def source_of(given: str | Path, mark: str) -> Source:
    """The text of a file, or the text itself where `given` is one (it begins with `mark`)."""
    if isinstance(given, str):
        head = given.lstrip("\ufeff \t\r\n\v\f")
        if head.startswith(mark) or "\n" in given or "{" in given:
            return text_source(given, "<text>")
        given = Path(given)
    try:
        size = given.stat().st_size
        if size > 4 * MAX_CHARACTERS:
            raise _too_long(str(given), size)
        with given.open("rb") as stream:
            raw = stream.read(4 * MAX_CHARACTERS + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GameFileError(Problem("unreadable", f"{given} can't be read: {reason}")) from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = Source(str(given), raw[: error.start].decode("utf-8"))
        raise GameFileError(
            Problem(
                "unreadable", "this is no UTF-8 text", before.position(len(before.text)),
                found=f"byte 0x{raw[error.start]:02X}", expected="a file saved as UTF-8",
            )
        ) from None  # fmt: skip
    return _bounded(Source(str(given), text, on_disk=True))


def _bounded(source: Source) -> Source:
    if len(source.text) > MAX_CHARACTERS:
        raise _too_long(source.name, len(source.text))
    return source


def _too_long(name: str, size: int) -> GameFileError:
    return GameFileError(
        Problem(
            "too-large", f"{name} is too long", found=f"{size:,} characters",
            expected=f"at most {MAX_CHARACTERS:,}",
        )
    )  # fmt: skip


class Cursor:
    """Reads token by token, and complains at the place where something else should stand."""

    def __init__(self, source: Source, at: int = 0, stop: int | None = None) -> None:
        self.source = source
        self.stop = len(source.text) if stop is None else stop
        self.kind: Kind = "end"
        self.text = ""
        self.start = self.end = at
        self.advance()

    def advance(self) -> None:
        """Go on to the next token."""
        space = _SPACE.match(self.source.text, self.end, self.stop)
        self.start = space.end() if space else self.end
        found = _TOKEN.match(self.source.text, self.start, self.stop)
        if found is None:
            self.kind, self.text, self.end = "end", "", self.start
            return
        self.kind, self.text, self.end = found.lastgroup, found[0], found.end()  # type: ignore[assignment]
        if self.kind == "open":
            raise self.source.error(
                "unterminated",
                "a quoted name that does not end",
                self.start,
                expected='a closing "',
            )

    def wrong(self, expected: str, message: str = "", nearest: str = "") -> GameFileError:
        """What to raise where another token should stand."""
        shown = self.text if len(self.text) <= 40 else self.text[:40] + "…"
        over = self.kind == "end" and self.stop == len(self.source.text)
        if self.kind == "end":
            shown = "the end of the file" if over else self.source.text[self.stop]
        default = "the file ends too early" if over else "this does not belong here"
        return self.source.error(
            "truncated" if over else "syntax", message or default, self.start,
            max(1, self.end - self.start), found=shown, expected=expected, nearest=nearest,
        )  # fmt: skip

    def take(self, kind: Kind, expected: str) -> str:
        """The text of a token that must be of one kind."""
        if self.kind != kind:
            raise self.wrong(expected)
        text = self.text
        self.advance()
        return text

    def mark(self, which: str) -> None:
        """A brace."""
        if self.text != which:
            raise self.wrong(f"`{which}`")
        self.advance()

    def at_mark(self, which: str) -> bool:
        """Whether the token is this brace or comma."""
        return self.kind == "mark" and self.text == which

    def name(self, what: str) -> str:
        """A quoted name."""
        return unquote(self.take("string", what))

    def whole(self, what: str, low: int = 0, high: int = MAX_WHOLE) -> int:
        """A whole number within bounds."""
        digits = self.text
        if self.kind != "number" or not digits.isdigit():
            raise self.wrong(f"{what}, a whole number")
        if len(digits) > 10 or not low <= int(digits) <= high:
            raise self.wrong(f"a whole number from {low} to {high}", f"{what} is out of bounds")
        self.advance()
        return int(digits)

    def number(self, what: str) -> str:
        """The text of a number that can be used."""
        if self.kind != "number":
            raise self.wrong(what)
        if not usable(self.text):
            raise self.wrong("a number that can be represented", f"{what} is out of bounds")
        return self.take("number", what)

    def finish(self) -> None:
        """Nothing more may follow."""
        if self.kind != "end":
            raise self.wrong("the end of the file", "something follows the end of the game")


def usable(number: str) -> bool:
    """Whether a number (as `NUMBER` matches it) has a value that a float can hold."""
    if len(number) > MAX_DIGITS:
        return False
    top, _, bottom = number.partition("/")
    if bottom:
        if int(bottom) == 0:
            return False
        try:
            return math.isfinite(int(top) / int(bottom))
        except OverflowError:
            return False
    exponent = re.split("[eE]", number)[1:]
    if exponent and (len(exponent[0]) > 6 or abs(int(exponent[0])) > MAX_EXPONENT):
        return False
    return math.isfinite(float(number))


def exact(number: str) -> Fraction:
    """The value of a usable number, exactly."""
    return Fraction(number)


def decimal(number: str) -> float:
    """The float nearest to a usable number."""
    top, _, bottom = number.partition("/")
    return int(top) / int(bottom) if bottom else float(number)

"""What a person types into a search, as an expression of SQLite's full-text index.

    missile bases        both words, in any order
    "missile bases"      these words, one after the other
    quarantine OR blockade
    -Berlin              not that word; also -"West Berlin"

Everything typed is put into quotes before SQLite sees it, so that no word is taken for syntax of
its own. The index folds case, accents and English endings (negotiate, negotiations), which is why
beginnings of words (`negotiat*`) can't be searched: the index doesn't hold them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from standoff.errors import Position, Problem, QueryError

__all__ = ["Term", "match_expression", "terms_of"]

MOST_WORDS = 64
"""Words of a query, those in phrases counted one by one: the index takes milliseconds for each
that is common, and a phrase of 2,000 times "the" would keep it busy for a quarter of a minute."""
MOST_CHARACTERS = 1_000
_CLOSED = 'a second one, as in "missile bases"'
_BETWEEN = "OR stands between two words that are wanted"
_FILE = "search"
_QUOTES = '"“”„«»'
_WORD = re.compile(r"[^\W_]+")  # as the index cuts them: `a.b_c` is a phrase of three
_TOKEN = re.compile(
    rf"\s*(?P<minus>[-−](?=\S))?(?:(?P<open>[{_QUOTES}])(?P<phrase>[^{_QUOTES}]*)(?P<close>[{_QUOTES}])?"
    rf"|(?P<word>[^\s{_QUOTES}]+))"
)


@dataclass(frozen=True)
class Term:
    """A word or phrase. `either` ties it to the term before it by OR."""

    text: str
    excluded: bool = False
    either: bool = False

    @property
    def expression(self) -> str:
        """As SQLite's index reads it."""
        return f'"{self.text}"'


def terms_of(query: str) -> list[Term]:
    """The terms of a query; `QueryError` with the place where it can't be read."""
    if len(query) > MOST_CHARACTERS:
        raise _too_long(f"{len(query):,} characters", f"at most {MOST_CHARACTERS:,}")
    # The same length, so that places stay true; halves of surrogate pairs are no text.
    text = "".join(" " if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in query)
    found: list[Term] = []
    at, either, last_or = 0, False, 0
    while (token := _TOKEN.match(text, at)) is not None:
        at = token.end()
        start = token.start() + len(token[0]) - len(token[0].lstrip())
        if token["word"] == "OR" and not token["minus"]:
            if not found or either or found[-1].excluded:
                raise _unreadable(query, start, 2, _BETWEEN, "as in missile OR base")
            either, last_or = True, start
            continue
        if token["open"] and not token["close"]:
            raise _unreadable(query, start, 1, "a quotation mark is not closed", _CLOSED)
        words = token["phrase"] if token["open"] else token["word"]
        if not any(c.isalnum() for c in words):
            continue  # a dash, a bracket: the index holds words only
        if not token["open"] and words.endswith("*"):
            raise _unreadable(
                query, token.end() - 1, 1, "beginnings of words can't be searched",
                "a whole word; other endings of it are found too",
            )  # fmt: skip
        excluded = bool(token["minus"])
        if excluded and either:
            width = len(token[0].strip())
            raise _unreadable(query, start, width, _BETWEEN, "as in missile OR base -Berlin")
        found.append(Term(words, excluded, either))
        either = False
    if either:
        raise _unreadable(query, last_or, 2, _BETWEEN, "as in missile OR base")
    count = sum(len(_WORD.findall(term.text)) for term in found)
    if count > MOST_WORDS:
        raise _too_long(f"{count} words", f"at most {MOST_WORDS}")
    if not any(not term.excluded for term in found):
        raise QueryError(
            Problem(
                "nothing-to-search",
                "all words are excluded" if found else "there is no word to search for",
                found=repr(query),
                expected="words, or a phrase in quotation marks",
            )
        )
    return found


def match_expression(query: str) -> str:
    """The query for FTS5: all words, alternatives joined by OR, less what is excluded."""
    groups: list[list[str]] = []
    excluded = []
    for term in terms_of(query):
        if term.excluded:
            excluded.append(term.expression)
        elif term.either and groups:
            groups[-1].append(term.expression)
        else:
            groups.append([term.expression])
    wanted = " AND ".join(f"({' OR '.join(group)})" for group in groups)
    return f"({wanted}) NOT ({' OR '.join(excluded)})" if excluded else wanted


def _too_long(found: str, expected: str) -> QueryError:
    return QueryError(
        Problem(
            "search-too-long", "there is too much to search for", found=found, expected=expected
        )
    )


def _unreadable(query: str, at: int, width: int, message: str, expected: str) -> QueryError:
    line = query.count("\n", 0, at) + 1
    column = at - (query.rfind("\n", 0, at) + 1) + 1
    return QueryError(
        Problem(
            "bad-search",
            message,
            Position(_FILE, line, column, width),
            expected=expected,
            text=query,
        )
    )

"""Where sentences end.

A rule-based cut, not a learned one: the same text gives the same offsets on every machine and in
every version of whatever else is installed, and links to passages rest on that. A full stop, a
question or an exclamation mark ends a sentence where white space and something that can begin a
sentence follow, unless what stands before it is an abbreviation, an initial or a list's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"""[.!?…]+["'”’»)\]]*(?=\s)""")
_BEGINS = re.compile(r"""\s+["'“‘«(\[—–-]*(\w)""")
_WORD_BEFORE = re.compile(r"[^\s(\[“\"—–/]*\Z")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]\Z")
_LIST_NUMBER = re.compile(r"""["'“‘(\[]*(?:\d{1,4}|[a-z]|[ivxl]{1,5}|[A-Z])\Z""")

# Before a name or a number these never end a sentence.
_ALWAYS_WORDS = """
    mr mrs ms messrs dr prof rev hon gen lt col maj capt cpt cmdr comdr adm brig sgt amb gov sen
    rep pres sec st mt ft nos vol vols p pp par para paras fig figs cf vs viz arts ch chap secs ser
    op docs encl encls ref refs tel tels deptel embtel approx ca fn
"""
# These may also end one: they do where a word follows that mostly begins sentences.
_SOMETIMES_WORDS = """
    inc ltd co corp dept govt etc jr sr al jan feb mar apr jun jul aug sept sep oct nov dec ff ibid
    bros est ext dist div natl intl asst dep dir mil pol econ
"""
_STARTER_WORDS = """
    the this that these those it its he she we you they i in on at if as but and or for from
    however there when while where what who why how a an our his her their my your to with after
    before although since such some no not all any both each every moreover further finally
    meanwhile thus therefore
"""
_ALWAYS = frozenset(_ALWAYS_WORDS.split())
_SOMETIMES = frozenset(_SOMETIMES_WORDS.split())
_STARTERS = frozenset(_STARTER_WORDS.split())
# `No. 7` is a number, but "They said no." is a sentence.
_BEFORE_NUMBERS = frozenset(["no", "art", "doc"])


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of every sentence of `text`; none is empty, none begins or ends with a space."""
    start = 0
    while start < len(text) and text[start].isspace():
        start += 1
    for end in _END.finditer(text):
        if end.start() < start:
            continue
        follows = _BEGINS.match(text, end.end())
        if follows is None or not _ends(text, start, end, follows):
            continue
        yield start, end.end()
        start = end.end()
        while start < len(text) and text[start].isspace():
            start += 1
    last = len(text.rstrip())
    if start < last:
        yield start, last


def _ends(text: str, start: int, mark: re.Match[str], follows: re.Match[str]) -> bool:
    first = follows.group(1)
    if first.islower():
        return False
    if text[mark.start()] != "." or mark.group().startswith(".."):
        return True
    # A name is longer than any abbreviation: looking further back would cost time on one long word.
    before = _WORD_BEFORE.search(text, max(start, mark.start() - 24), mark.start())
    word = before.group().lstrip("'‘’") if before else ""
    if not word:
        return True
    if before and before.start() == start and _LIST_NUMBER.match(word):
        return False
    low = word.lower()
    if low in _ALWAYS or (low in _BEFORE_NUMBERS and first.isdigit()):
        return False
    next_word = re.match(r"[^\W\d_]+", text[follows.start(1) : follows.start(1) + 24])
    likely = next_word is not None and next_word.group().lower() in _STARTERS
    if low in _SOMETIMES:
        return likely
    if _DOTTED.fullmatch(word):
        # An initial (`N. Khrushchev`) and `U.S.`: an end only before a word that begins sentences.
        return likely and ("." in word or word in {"I", "A", "B", "C"} or word.islower())
    return True

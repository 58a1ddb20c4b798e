import re
from pathlib import Path

import pytest

import standoff
from standoff.cite import cite, entries, reference
from standoff.note.method import CONCEPTS
from standoff.words.standards import STANDARDS

USED = re.compile(r"""(?:cite|reference)\(\s*["']([\w-]+)["']|\bkey\s+`(\w+)`""")


def keys_used() -> set[str]:
    """Keys that the code names: in calls, and in tables of keys."""
    found = {s.key for s in STANDARDS.values()} | {key for _, key in CONCEPTS.values()}
    for path in Path(standoff.__file__).parent.rglob("*.py"):
        for match in USED.finditer(path.read_text(encoding="utf-8")):
            found.add(match[1] or match[2])
    return found


def test_every_key_used_exists() -> None:
    used = keys_used()
    assert {"kish1965", "icd203", "phia", "mckelvey1998", "okabe2008"} <= used
    assert used <= set(entries())


def test_every_entry_has_what_a_reference_needs() -> None:
    for key, entry in entries().items():
        assert {"title", "year"} <= set(entry.fields), key
        assert entry.fields.get("author") or entry.fields.get("editor"), key
        line = reference(key)
        assert entry.fields["year"] in line
        assert not set("{}") & set(line), key


def test_references_in_words() -> None:
    assert reference("mckelvey1998") == (
        "McKelvey, Richard D. and Palfrey, Thomas R. (1998). Quantal Response Equilibria for "
        "Extensive Form Games. Experimental Economics 1(1), 9\N{EN DASH}41."
    )


def test_cite_gives_bibtex() -> None:
    text = cite("kish1965", "fearon1994")
    assert text.count("@") == 2
    assert text.startswith("@book{kish1965,")
    assert text.rstrip().endswith("}")
    assert cite().count("\n@") == len(entries()) - 1


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(KeyError, match="nobody1900"):
        cite("nobody1900")

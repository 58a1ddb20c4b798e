"""The evidence table as CSV: out with ratings and ratios, in with ratings that a person typed.

Rows are hypotheses (`actor.type`), columns items. What a spreadsheet makes of such a file on the
way is taken as it comes: a byte order mark, semicolons or tabs, decimal commas, columns and rows
added, quotes around everything. Cells that a spreadsheet would run as a formula go out with an
apostrophe before them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from standoff.assess.evidence_models import ActorEvidence, EvidencePart
from standoff.errors import Problem, ScenarioError, nearest
from standoff.scenario.models import Scenario
from standoff.scenario.names import record_ids
from standoff.scenario.source_models import Rating

HYPOTHESIS = "hypothesis"
LARGEST = 5_000_000
"""Bytes of a file that is read."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_MEANS: dict[str, Rating | None] = {
    "CC": "CC", "C": "C", "N": "N", "NA": "N", "N/A": "N", "I": "I", "II": "II",
    "VERY CONSISTENT": "CC", "CONSISTENT": "C", "NEUTRAL": "N", "NOT APPLICABLE": "N",
    "INCONSISTENT": "I", "VERY INCONSISTENT": "II", "": None,
}  # fmt: skip
_EXPECTED = "CC, C, N, I, II, or nothing"


# ---------------------------------------------------------------------------------- out


def csv_text(found: EvidencePart) -> str:
    """The table as CSV, rows ended as RFC 4180 has it.

    For each item a column with its id for the ratings, then the ratio and its range. The first row
    after the head says what was seen; it and every row without a hypothesis are passed over when
    the file is read.
    """
    out = io.StringIO(newline="")
    write = csv.writer(out)
    ids = list(dict.fromkeys(c.id for table in found.actors for c in table.items))
    texts = {c.id: c.text for table in found.actors for c in table.items}
    heads = [HYPOTHESIS, "label", "prior", "posterior"]
    seen = ["", "what was seen", "", ""]
    for id in ids:
        heads += [id, f"{id} LR", f"{id} LR low", f"{id} LR high"]
        seen += [texts[id], "", "", ""]
    write.writerow([_safe(cell) for cell in heads])
    write.writerow([_safe(cell) for cell in seen])
    for table in found.actors:
        for row in _rows(table, ids):
            write.writerow([_safe(cell) for cell in row])
    return out.getvalue()


def _rows(table: ActorEvidence, ids: Sequence[str]) -> Iterator[list[str]]:
    columns = {c.id: c for c in table.items}
    for each in table.hypotheses:
        name = "" if each.residual else f"{table.actor}.{each.id}"
        row = [name, each.label, f"{each.prior:.4g}", f"{each.posterior:.4g}"]
        for id in ids:
            cell = columns[id].cells[each.id] if id in columns else None
            low, high = (cell.range90 if cell and cell.range90 else None) or (None, None)
            row += [
                (cell.rating or "") if cell else "",
                *("" if v is None else f"{v:.4g}" for v in (cell and cell.ratio, low, high)),
            ]
        yield row


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    flat = " ".join(cell.split())
    return f"'{flat}" if flat.startswith(_FORMULA) else flat


# ---------------------------------------------------------------------------------- in


def read_ratings(path: Path, scenario: Scenario) -> dict[str, dict[str, Rating | None]]:
    """Item -> `actor.type` -> rating, None where the cell is empty, from a CSV file.

    Raises `ScenarioError` with row and column for a rating, an item or a hypothesis that can't be
    one, and for a file that is no such table.
    """
    return parse_ratings(_decoded(path), scenario, path.name)


def parse_ratings(
    text: str, scenario: Scenario, name: str = "ratings.csv"
) -> dict[str, dict[str, Rating | None]]:
    """The same from the file's text."""
    rows = _table(text, name)
    # A title may have been put above the table.
    first = next((i for i, (_, row) in enumerate(rows) if _is_head(row)), 0)
    rows = rows[first:]
    head_row, head = rows[0]
    where = next((i for i, cell in enumerate(head) if cell.casefold() == HYPOTHESIS), None)
    if where is None:
        raise _error(
            "no-hypotheses", "the table has no column of hypotheses", name, head_row, 0,
            found=", ".join(head[:4]), expected=f"a column `{HYPOTHESIS}`",
        )  # fmt: skip
    hypotheses = {
        f"{actor}.{kind}": f"{actor}.{kind}"
        for actor, held in scenario.actors.items() if len(held.types) > 1
        for kind in held.types
    }  # fmt: skip
    bare = [known.split(".")[1] for known in hypotheses]
    hypotheses |= {k.split(".")[1]: k for k in hypotheses if bare.count(k.split(".")[1]) == 1}
    items = {id.casefold(): id for id in record_ids(scenario)}
    problems: list[Problem] = []
    columns = _columns(rows, where, items, name, problems)
    found: dict[str, dict[str, Rating | None]] = {}
    given: dict[str, int] = {}
    for number, row in rows[1:]:
        said = _cell(row, where)
        if not said:
            continue
        whom = hypotheses.get(said)
        if whom is None:
            problems.append(_problem(
                "unknown-hypothesis", "no such hypothesis", name, number, where, found=said,
                expected="actor.type", nearest=nearest(said, hypotheses),
            ))  # fmt: skip
            continue
        if whom in given:
            problems.append(_problem(
                "twice", f"the hypothesis stands in row {given[whom]} already", name, number, where,
                found=said,
            ))  # fmt: skip
            continue
        given[whom] = number
        for column, id in columns.items():
            cell = _cell(row, column)
            key = " ".join(cell.upper().replace("_", " ").split())
            if key not in _MEANS:
                problems.append(_problem(
                    "bad-rating", f"this is no rating of {id}", name, number, column, found=cell,
                    expected=_EXPECTED, nearest=nearest(key, [k for k in _MEANS if k]),
                ))  # fmt: skip
                continue
            found.setdefault(id, {})[whom] = _MEANS[key]
    if problems:
        raise ScenarioError(problems)
    return found


def _columns(
    rows: Sequence[tuple[int, list[str]]], where: int, items: Mapping[str, str], name: str,
    problems: list[Problem],
) -> dict[int, str]:  # fmt: skip
    """Columns that hold ratings: place -> item. Others are passed over, unless what stands in them
    looks like ratings: then their head is a slip.
    """
    found: dict[int, str] = {}
    number, head = rows[0]
    for place, cell in enumerate(head):
        id = items.get(cell.casefold().removesuffix(" rating").strip())
        if id is not None and id in found.values():
            problems.append(_problem("twice", "the item has two columns", name, number, place,
                                     found=cell))  # fmt: skip
        elif id is not None:
            found[place] = id
        elif place != where and cell:
            below = [_cell(row, place).upper() for _, row in rows[1:] if _cell(row, where)]
            full = [c for c in below if c]
            if full and all(c in ("CC", "C", "N", "I", "II") for c in full):
                problems.append(_problem(
                    "unknown-item", "no such item of the record", name, number, place, found=cell,
                    expected="the id of an item", nearest=nearest(cell, items.values()),
                ))  # fmt: skip
    if not found and not problems:
        problems.append(_problem(
            "no-items", "no column is named after an item of the record", name, number, 0,
            found=", ".join(head[:6]), expected=", ".join(list(items.values())[:6]) or "a record",
        ))  # fmt: skip
    return found


def _is_head(row: Sequence[str]) -> bool:
    return any(cell.casefold() == HYPOTHESIS for cell in row)


def _cell(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _table(text: str, name: str) -> list[tuple[int, list[str]]]:
    """(Line, cells) of rows with anything in them."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.casefold().startswith("sep=") and len(first) == 5:  # a line that Excel understands
        mark, text = first[4], text.split(first, 1)[1]
    else:
        head = next((line for line in text.splitlines() if HYPOTHESIS in line.casefold()), first)
        mark = max((";", "\t", ","), key=head.count)
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        for row in reader:
            cells = [cell.strip().removeprefix("'").strip() for cell in row]
            if any(cells):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise _error("bad-csv", f"the table can't be read: {error}", name, reader.line_num, 0,
                     expected="comma-separated values") from None  # fmt: skip
    if not rows:
        raise _error("bad-csv", "the table is empty", name, 1, 0,
                     expected=f"a head with `{HYPOTHESIS}` and ids of items")  # fmt: skip
    return rows


def _decoded(path: Path) -> str:
    """The file's text: UTF-8, UTF-16 where its mark says so, else what old spreadsheets write."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ScenarioError(
            Problem("no-file", f"the table can't be opened: {error.strerror}", found=str(path))
        ) from None
    if len(data) > LARGEST:
        raise ScenarioError(
            Problem("too-large", "the table is too large", found=f"over {LARGEST:,} bytes",
                    expected="an evidence table")
        )  # fmt: skip
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\0", "")


def _problem(
    code: str, message: str, name: str, row: int, place: int, *, found: str = "",
    expected: str = "", nearest: str = "",
) -> Problem:  # fmt: skip
    """A complaint at a row and a column of the table, both from 1."""
    return Problem(
        code, f"{name}, row {row}, column {letters(place)}: {message}", found=found[:80],
        expected=expected, nearest=nearest,
    )  # fmt: skip


def _error(
    code: str, message: str, name: str, row: int, place: int, *, found: str = "",
    expected: str = "",
) -> ScenarioError:  # fmt: skip
    return ScenarioError(_problem(code, message, name, row, place, found=found, expected=expected))


def letters(place: int) -> str:
    """The name that spreadsheets give to a column: A for 0, AA for 26."""
    name = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, 26)
        name = chr(65 + digit) + name
    return name


# ---------------------------------------------------------------------------------- to paste


def ratings_yaml(ratings: Mapping[str, Mapping[str, Rating | None]], scenario: Scenario) -> str:
    """Lines of YAML for the items of the record, each under a comment with the item's place."""
    from standoff.scenario.positions import positions_of

    known = positions_of(scenario)
    lines = []
    for index, id in enumerate(record_ids(scenario)):
        held = {whom: rating for whom, rating in ratings.get(id, {}).items() if rating}
        if not held:
            continue
        place = known.problem(Problem("", "", path=f"record.{index}")).position
        where = f", {place.file}:{place.line}" if place else ""
        cells = ", ".join(f"{whom}: {rating}" for whom, rating in held.items())
        lines += [f"# item {id}{where}", f"    ratings: {{{cells}}}"]
    return "\n".join(lines) + "\n"

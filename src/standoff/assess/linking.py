"""Links of a scenario: shown with their state, added, put where the words stand now, exchanged.

Links stand in the scenario's own files, and what is added is written there; a shipped crisis is
not changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.assess.link_words import again, placed, shortened
from standoff.assess.links import found_at, links_of, selector_of, volume_of
from standoff.assess.links_models import LinksPart, LinksReport
from standoff.errors import Problem, ScenarioError
from standoff.scenario.link_text import added, rewritten
from standoff.scenario.models import Scenario
from standoff.scenario.source_models import Link
from standoff.sources.annotation import Annotation, json_ld, read_annotations
from standoff.sources.cited import Cited

if TYPE_CHECKING:
    from standoff.sources.library import Library

__all__ = ["export_links", "import_links", "link", "links", "reanchor"]

_NOTHING = LinksPart(checked=False, links={}, citations={}, targets=[])


def links(source: Scenario | Path | str, *, workspace: Path | str | None = None) -> LinksReport:
    """Every link and citation of a scenario with its state in a workspace's library."""
    return _report(_opened(source), _library(workspace))


def link(
    source: Path | str,
    rests: str,
    passage: str,
    *,
    quote: str = "",
    grade: str = "",
    mark: str = "reported",
    rendering: str = "",
    note: str = "",
    output: Path | str | None = None,
    workspace: Path | str | None = None,
) -> LinksReport:
    """Add a link: what `rests` on a passage (`frus1961-63v06#d65/p19`), or on words quoted from it.

    It is written into the scenario's own file, or the folder's `links.yaml`; with `output` into
    that file instead. Words that don't stand in the document are refused. Where the library doesn't
    hold the document, the link is written unchecked.
    """
    made = {"rests": rests, "passage": passage, "as": mark, "note": note, "rendering": rendering}
    if grade:
        made["grade"] = grade
    scenario, library = _opened(source), _library(workspace)
    new, remark = placed(scenario, _link(made), quote, Cited(library))
    return _added(source, scenario, [new], output, library, [remark] if remark else [])


def reanchor(source: Path | str, *, workspace: Path | str | None = None) -> LinksReport:
    """Rewrite the selectors of links that have moved, so that they name the words as they stand."""
    scenario, library = _opened(source), _library(workspace)
    cited = Cited(library)
    changes: dict[int, Link] = {}
    remarks: list[str] = []
    for index, old in enumerate(scenario.links):
        found = found_at(scenario, old, cited)
        if found.state == "moved" and found.document is not None and found.anchor is not None:
            changes[index] = again(old, found)
            now = changes[index].passage
            where = f"{old.passage}, now {now}" if now != old.passage else now
            remarks.append(f"{old.rests}: {where} ({found.score:.0f} of 100 alike)")
    if not changes:
        return _report(scenario, library)
    texts = _texts(source, None, scenario, list(changes.values()))
    written: dict[Path, str] = {}
    first = 0
    for path, text in texts.items():
        count = _count(text, path)
        mine = {i - first: one for i, one in changes.items() if first <= i < first + count}
        if mine:
            written[path] = rewritten(text, mine, str(path))
        first += count
    return _write(source, written, texts, library, remarks)


def export_links(source: Scenario | Path | str, *, workspace: Path | str | None = None) -> str:
    """The links of a scenario as Web Annotations (JSON-LD)."""
    scenario, library = _opened(source), _library(workspace)
    cited = Cited(library)
    found = []
    for one in scenario.links:
        held, _ = cited.documents(one.passage, volume_of(scenario, one.passage))
        known = scenario.sources.get(one.passage.partition("#")[0])
        address = next((d.address for d in held if d.address), known.url if known else "")
        found.append(_annotation(one, address))
    return json_ld(found, scenario.id)


def import_links(
    source: Path | str,
    text: str | bytes,
    *,
    name: str = "annotations",
    output: Path | str | None = None,
    workspace: Path | str | None = None,
) -> LinksReport:
    """Add the links of a file of Web Annotations, those left out that are there already."""
    scenario, library = _opened(source), _library(workspace)
    new = [
        _from(one, f"{name}, annotation {i}")
        for i, one in enumerate(read_annotations(text, name), 1)
    ]
    known = set(map(_plain, scenario.links))
    wanted = [one for one in dict.fromkeys(new) if _plain(one) not in known]
    left = len(new) - len(wanted)
    remarks = [f"{left} of {len(new)} are there already"] if left else []
    if not wanted:
        report = _report(scenario, library)
        return report.model_copy(update={"remarks": remarks or ["the file holds no links"]})
    return _added(source, scenario, wanted, output, library, remarks)


# --- what is written where


def _added(
    source: Path | str,
    scenario: Scenario,
    new: Sequence[Link],
    output: Path | str | None,
    library: Library,
    remarks: list[str],
) -> LinksReport:
    texts = _texts(source, output, scenario, new)
    _try(scenario, new)
    home = _home(source, texts) if output is None else Path(output)
    written = {home: added(texts.get(home, ""), new, str(home))}
    return _write(source if output is None else scenario, written, texts, library, remarks)


def _home(source: Path | str, texts: dict[Path, str]) -> Path:
    """The file that takes new links: the one that has some, else `links.yaml` of a folder."""
    from standoff.scenario.loading import locate

    path = locate(source)
    if not path.is_dir():
        return path
    with_links = [one for one, text in texts.items() if _count(text, one)]
    return with_links[-1] if with_links else path / "links.yaml"


def _texts(
    source: Path | str, output: Path | str | None, scenario: Scenario, new: Sequence[Link]
) -> dict[Path, str]:
    """The files of a scenario, or the one of links, as they are, in the order of reading."""
    from standoff.scenario.link_text import link_yaml
    from standoff.scenario.loading import library as shipped_folder
    from standoff.scenario.loading import locate

    if output is not None:
        path = Path(output)
        return {path: _text(path)} if path.exists() else {}
    path = locate(source)
    if path.resolve().is_relative_to(shipped_folder().resolve()):
        items = "\n".join(link_yaml(one) for one in new[:3])
        raise ScenarioError(
            Problem(
                "shipped",
                f"{scenario.id} is shipped with Standoff and is not changed",
                expected="a copy of your own (standoff new NAME --from "
                f"{scenario.id}), or -o links.yaml, whose links you can put into one:\n{items}",
            )
        )
    if not path.is_dir():
        return {path: _text(path)}
    files = sorted(p for p in path.iterdir() if p.suffix in {".yaml", ".yml"} and p.is_file())
    return {file: _text(file) for file in files}


def _text(path: Path) -> str:
    """A file's text, with its own line ends."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "this is no UTF-8 text"
        raise ScenarioError(Problem("unreadable", f"{path} can't be read: {reason}")) from None


def _count(text: str, path: Path) -> int:
    """How many links a file has."""
    from standoff.scenario.reader import read_text

    found = read_text(text, name=str(path)).data.get("links")
    return len(found) if isinstance(found, list) else 0


def _write(
    source: Scenario | Path | str,
    written: dict[Path, str],
    texts: dict[Path, str],
    library: Library,
    remarks: list[str],
) -> LinksReport:
    """Check the scenario as it will be, write the files, and say what rests on what now."""
    from standoff.scenario.loading import loads_files
    from standoff.workspace import write_atomically

    if isinstance(source, Scenario):
        scenario = source
    else:
        every = {**texts, **written}
        scenario = loads_files({str(path): text for path, text in every.items()})
    for path, text in written.items():
        write_atomically(path, text)
    report = _report(scenario, library)
    files = [str(path) for path in written]
    return report.model_copy(update={"written": files, "remarks": remarks})


def _try(scenario: Scenario, new: Sequence[Link]) -> None:
    """Refuse links that the scenario, with them, would be refused for."""
    from standoff.scenario.checking import check

    trial = scenario.model_copy(update={"links": (*scenario.links, *new)})
    # Nothing of them is written yet, so there is no place to point to.
    errors = [replace(p, position=None, path="") for p in check(trial) if p.severity == "error"]
    if errors:
        raise ScenarioError(errors)


# --- links in other forms


def _annotation(one: Link, address: str) -> Annotation:
    return Annotation(
        one.rests,
        one.passage,
        selector_of(one),
        rendering=one.rendering,
        grade=one.grade or "",
        mark=one.as_,
        note=one.note,
        address=address,
    )  # fmt: skip


def _from(one: Annotation, where: str) -> Link:
    made = {
        "rests": one.rests, "passage": one.passage, "exact": one.selector.exact,
        "prefix": one.selector.prefix, "suffix": one.selector.suffix,
        "start": one.selector.start, "end": one.selector.end, "position": one.selector.position,
        "text_hash": one.selector.text_hash, "reader": one.selector.reader,
        "rendering": one.rendering, "grade": one.grade or None, "as": one.mark, "note": one.note,
    }  # fmt: skip
    return _link(made, where)


def _link(made: Mapping[str, object], where: str = "") -> Link:
    """A link, or what is wrong with it in plain words."""
    from pydantic import ValidationError

    try:
        return Link.model_validate(made)
    except ValidationError as error:
        said = {
            "grade": "a letter A to F and a number 1 to 6: B2",
            "as": "reported, denied, deceptive or inferred",
            "text_hash": "64 hexadecimal digits (SHA-256)",
        }
        raise ScenarioError(
            [
                Problem(
                    "bad-link",
                    f"{each['loc'][0]}: this can't stand in a link",
                    path=where,
                    found=shortened(str(each["input"])),
                    expected=said.get(str(each["loc"][0]), each["msg"]),
                )
                for each in error.errors(include_url=False)
            ]
        ) from None


def _plain(one: Link) -> str:
    return one.model_dump_json()


# --- what is looked in


def _report(scenario: Scenario, library: Library) -> LinksReport:
    there = library.path.exists()
    found = links_of(scenario, library if there else None)
    return LinksReport(
        scenario=scenario.id,
        library=str(library.path) if there else "",
        found=found if found is not None else _NOTHING,
    )


def _opened(source: Scenario | Path | str) -> Scenario:
    from standoff.assess.chain import opened

    return opened(source)


def _library(workspace: Path | str | None) -> Library:
    from standoff.sources.library import Library
    from standoff.workspace import workspace as folder_of

    return Library(folder_of(None if workspace is None else Path(workspace)))

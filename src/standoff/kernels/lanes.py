"""Several variants at once: numba types that lower to LLVM vectors.

Numba leaves an inner loop over variants scalar. A value of one of these types is one machine
register (or two or four, where the processor's are narrower), so that a kernel written for one
variant does eight in double precision, ``<8 x double>``, or sixteen in single, ``<16 x float>``.

Arrays are plain, in one of two layouts:

- *rows*: a two-dimensional array ``[n, 8]`` of float64 or ``[n, 16]`` of float32; `get` and `put`
  take the number of the row. A one-dimensional array of float64 is a column of one variant, and its
  rows are plain numbers: the same kernel compiled for it does one variant at a time.
- *flat*: one-dimensional float64 with the lanes innermost; `load` and `store` take the place of the
  first lane.

Every operation acts on each lane by itself: what a lane computes never depends on its neighbors.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel.models import PrimitiveModel
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic as _intrinsic
from numba.extending import lower_builtin, register_model

intrinsic: Any = _intrinsic  # its own annotations know nothing of vectors

WIDTH = 8
"""Lanes of a vector of doubles: variants of a block."""
SINGLE_WIDTH = 16
"""Lanes of a vector of single precision."""

_LLVM = {types.float64: ir.DoubleType(), types.float32: ir.FloatType()}
_BITS = {types.float64: ir.IntType(64), types.float32: ir.IntType(32)}


class Lanes(types.Type):
    """Numba's name for a vector of so many numbers of a kind."""

    def __init__(self, dtype: Any, width: int) -> None:
        self.dtype, self.width = dtype, width
        super().__init__(name=f"Lanes({width} x {dtype})")


lanes = Lanes(types.float64, WIDTH)
singles = Lanes(types.float32, SINGLE_WIDTH)


@register_model(Lanes)
class _LanesModel(PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, llvm_of(fe_type))


def llvm_of(kind: Any) -> Any:
    """LLVM's type of a vector, or of a plain number."""
    if isinstance(kind, Lanes):
        return ir.VectorType(_LLVM[kind.dtype], kind.width)
    return _LLVM[kind]


def bits_of(kind: Any) -> Any:
    """LLVM's type of the whole numbers that share a vector's bits."""
    if isinstance(kind, Lanes):
        return ir.VectorType(_BITS[kind.dtype], kind.width)
    return _BITS[kind]


def constant(kind: Any, value: Any) -> Any:
    """The same number in every lane, known when compiling; of `llvm_of` or `bits_of` types."""
    return ir.Constant(kind, [value] * kind.count if isinstance(kind, ir.VectorType) else value)


def _row_kind(array: Any) -> Any:
    """What a row of an array is."""
    if array.ndim == 1:
        return array.dtype
    return {types.float64: lanes, types.float32: singles}[array.dtype]


def _kind(like: Any) -> Any:
    return _row_kind(like) if isinstance(like, types.Array) else like


def _binary(op: Any, emit: Any) -> None:
    class _Typing(ConcreteTemplate):
        cases = [  # noqa: RUF012
            signature(lanes, lanes, lanes), signature(singles, singles, singles),
        ]  # fmt: skip

    infer_global(op)(_Typing)

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return emit(builder, args[0], args[1])

    lower_builtin(op, lanes, lanes)(lower)
    lower_builtin(op, singles, singles)(lower)


_binary(operator.add, lambda b, x, y: b.fadd(x, y))
_binary(operator.sub, lambda b, x, y: b.fsub(x, y))
_binary(operator.mul, lambda b, x, y: b.fmul(x, y))
_binary(operator.truediv, lambda b, x, y: b.fdiv(x, y))


def _splat(builder: Any, scalar: Any, vector: Any) -> Any:
    if not isinstance(vector, ir.VectorType):
        return scalar
    undefined = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
    return builder.shuffle_vector(first, undefined, mask)


def _call(builder: Any, name: str, kind: Any, arguments: Any) -> Any:
    """LLVM's own function of that name for a vector or a number."""
    vector = llvm_of(kind)
    element = kind.dtype if isinstance(kind, Lanes) else kind
    suffix = f"v{kind.width}" if isinstance(kind, Lanes) else ""
    suffix += f"f{element.bitwidth}"
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(vector, [vector] * len(arguments)), f"{name}.{suffix}"
    )
    return builder.call(function, arguments)


def _pointer(context: Any, builder: Any, sig: Any, args: Any, kind: Any, step: int = 1) -> Any:
    """Where the value at ``args[1]`` of the array ``args[0]`` begins, in steps of so many."""
    place = context.cast(builder, args[1], sig.args[1], types.intp)
    if step > 1:
        place = builder.mul(place, ir.Constant(place.type, step))
    data = context.make_array(sig.args[0])(context, builder, args[0]).data
    return builder.bitcast(builder.gep(data, [place]), llvm_of(kind).as_pointer())


def _tail(sig: Any) -> Any:
    """A signature without its first argument."""
    return signature(sig.return_type, *sig.args[1:])


def _width(kind: Any) -> int:
    return int(kind.width) if isinstance(kind, Lanes) else 1


def _align(kind: Any) -> int:
    return int((kind.dtype if isinstance(kind, Lanes) else kind).bitwidth) // 8


@intrinsic
def get(typingctx: Any, array: Any, number: Any) -> Any:
    """Row `number` of an array in rows."""
    kind = _row_kind(array)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        where = _pointer(context, builder, sig, args, kind, _width(kind))
        return builder.load(where, align=_align(kind))

    return kind(array, number), codegen


@intrinsic
def put(typingctx: Any, array: Any, number: Any, value: Any) -> Any:
    """Write row `number` of an array in rows."""
    kind = _row_kind(array)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        where = _pointer(context, builder, sig, args, kind, _width(kind))
        builder.store(args[2], where, align=_align(kind))
        return context.get_dummy_value()

    return types.void(array, number, kind), codegen


@intrinsic
def same(typingctx: Any, like: Any, value: Any) -> Any:
    """The same number in every lane of a row of `like` (an array in rows, or such a row)."""
    kind = _kind(like)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        element = kind.dtype if isinstance(kind, Lanes) else kind
        number = context.cast(builder, args[1], sig.args[1], element)
        return _splat(builder, number, llvm_of(kind))

    return kind(like, value), codegen


_FAINT = {types.float64: 1e-250, types.float32: 1e-30}


@intrinsic
def faint(typingctx: Any, like: Any) -> Any:
    """A row of a number so small that a sum below it may have lost terms to underflow."""
    kind = _kind(like)
    element = kind.dtype if isinstance(kind, Lanes) else kind

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return constant(llvm_of(kind), _FAINT[element])

    return kind(like), codegen


@intrinsic
def load(typingctx: Any, array: Any, place: Any) -> Any:
    """``array[place : place + 8]`` of a flat array."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(_pointer(context, builder, sig, args, lanes), align=8)

    return lanes(array, place), codegen


@intrinsic
def store(typingctx: Any, array: Any, place: Any, value: Any) -> Any:
    """``array[place : place + 8] = value`` in a flat array."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        builder.store(args[2], _pointer(context, builder, sig, args, lanes), align=8)
        return context.get_dummy_value()

    return types.void(array, place, lanes), codegen


@intrinsic
def columns(typingctx: Any, like: Any, array: Any, place: Any) -> Any:
    """A row of `like`, from as many doubles in a row of the flat `array` from `place` on."""
    kind = _row_kind(like)
    wide = Lanes(types.float64, kind.width)

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        value = builder.load(_pointer(context, builder, _tail(sig), args[1:], wide), align=8)
        return value if kind == wide else builder.fptrunc(value, llvm_of(kind))

    return kind(like, array, place), codegen


@intrinsic
def peek(typingctx: Any, array: Any, place: Any) -> Any:
    """``array[place]`` of a flat array of whole numbers, without a test for a negative place."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        where = context.cast(builder, args[1], sig.args[1], types.intp)
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        value = builder.load(builder.gep(data, [where]))
        return context.cast(builder, value, sig.args[0].dtype, types.intp)

    return types.intp(array, place), codegen


@intrinsic
def pick(typingctx: Any, array: Any, place: Any) -> Any:
    """``array[place]`` of a flat array of doubles, without a test for a negative place."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.load(_pointer(context, builder, sig, args, types.float64))

    return types.float64(array, place), codegen


@intrinsic
def broadcast(typingctx: Any, value: Any) -> Any:
    """The same number in all eight lanes."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _splat(builder, args[0], llvm_of(lanes))

    return lanes(types.float64), codegen


@intrinsic
def spread(typingctx: Any, array: Any, place: Any) -> Any:
    """``array[place]`` of a flat array of doubles, in all eight lanes."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        value = builder.load(_pointer(context, builder, sig, args, types.float64))
        return _splat(builder, value, llvm_of(lanes))

    return lanes(array, place), codegen


@intrinsic
def fma(typingctx: Any, x: Any, y: Any, z: Any) -> Any:
    """``x * y + z``, rounded once."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _call(builder, "llvm.fma", x, list(args))

    return x(x, x, x), codegen


@intrinsic
def greater(typingctx: Any, x: Any, y: Any) -> Any:
    """The larger of each pair."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", args[0], args[1]), args[0], args[1])

    return x(x, x), codegen


@intrinsic
def lesser(typingctx: Any, x: Any, y: Any) -> Any:
    """The smaller of each pair."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered("<", args[0], args[1]), args[0], args[1])

    return x(x, x), codegen


@intrinsic
def magnitude(typingctx: Any, x: Any) -> Any:
    """The absolute value."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _call(builder, "llvm.fabs", x, [args[0]])

    return x(x), codegen


@intrinsic
def where_less(typingctx: Any, x: Any, y: Any, then: Any, other: Any) -> Any:
    """``then`` in the lanes where ``x < y``, else ``other``."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered("<", args[0], args[1]), args[2], args[3])

    return x(x, x, x, x), codegen


@intrinsic
def lowest(typingctx: Any, x: Any) -> Any:
    """The smallest of the lanes, as a plain number."""
    element = x.dtype if isinstance(x, Lanes) else x

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        if not isinstance(x, Lanes):
            return args[0]
        result = builder.extract_element(args[0], ir.Constant(ir.IntType(32), 0))
        for i in range(1, x.width):
            other = builder.extract_element(args[0], ir.Constant(ir.IntType(32), i))
            smaller = builder.fcmp_ordered("<", other, result)
            result = builder.select(smaller, other, result)
        return result

    return element(x), codegen


@intrinsic
def lane(typingctx: Any, x: Any, i: Any) -> Any:
    """Lane ``i`` as a plain number."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        where = context.cast(builder, args[1], sig.args[1], types.int32)
        return builder.extract_element(args[0], where)

    return x.dtype(x, i), codegen

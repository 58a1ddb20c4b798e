"""Eight variants at once: a numba type that lowers to the LLVM vector ``<8 x double>``.

Numba leaves an inner loop over variants scalar. A value of this type is one machine register (or
two or four, where the processor's are narrower), so that a kernel written for one variant does
eight. Arrays stay plain ``float64`` with the lanes innermost; `load` and `store` take a flat array
and the place of the first lane.

Every operation acts on each lane by itself: what a lane computes never depends on its neighbors.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel.models import PrimitiveModel
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic as _intrinsic
from numba.extending import lower_builtin, register_model

from standoff.kernels.compiling import inlined

intrinsic: Any = _intrinsic  # its own annotations know nothing of vectors

WIDTH = 8
"""Lanes of a vector: variants of a block."""

_double = ir.DoubleType()
_int64 = ir.IntType(64)
_vector = ir.VectorType(_double, WIDTH)
_integers = ir.VectorType(_int64, WIDTH)


class Lanes(types.Type):
    """Numba's name for the vector of eight doubles."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


lanes = Lanes()


@register_model(Lanes)
class _LanesModel(PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, _vector)


def _binary(op: Any, emit: Any) -> None:
    class _Typing(ConcreteTemplate):
        cases = [signature(lanes, lanes, lanes)]  # noqa: RUF012

    infer_global(op)(_Typing)

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return emit(builder, args[0], args[1])

    lower_builtin(op, lanes, lanes)(lower)


_binary(operator.add, lambda b, x, y: b.fadd(x, y))
_binary(operator.sub, lambda b, x, y: b.fsub(x, y))
_binary(operator.mul, lambda b, x, y: b.fmul(x, y))
_binary(operator.truediv, lambda b, x, y: b.fdiv(x, y))


def _splat(builder: Any, scalar: Any, vector: Any = _vector) -> Any:
    undefined = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.Constant(ir.IntType(32), 0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(first, undefined, mask)


def _whole(value: int) -> Any:
    return ir.Constant(_integers, [value] * WIDTH)


def _real(value: float) -> Any:
    return ir.Constant(_vector, [value] * WIDTH)


def _call(builder: Any, name: str, arguments: Any) -> Any:
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(_vector, [_vector] * len(arguments)), name
    )
    return builder.call(function, arguments)


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, place: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [place]), _vector.as_pointer())


@intrinsic
def load(typingctx: Any, array: Any, place: Any) -> Any:
    """``array[place : place + 8]`` of a flat array."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        where = context.cast(builder, args[1], sig.args[1], types.intp)
        return builder.load(_pointer(context, builder, sig.args[0], args[0], where), align=8)

    return lanes(array, place), codegen


@intrinsic
def store(typingctx: Any, array: Any, place: Any, value: Any) -> Any:
    """``array[place : place + 8] = value`` in a flat array."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        where = context.cast(builder, args[1], sig.args[1], types.intp)
        pointer = _pointer(context, builder, sig.args[0], args[0], where)
        builder.store(args[2], pointer, align=8)
        return context.get_dummy_value()

    return types.void(array, place, lanes), codegen


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
        where = context.cast(builder, args[1], sig.args[1], types.intp)
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        return builder.load(builder.gep(data, [where]))

    return types.float64(array, place), codegen


@intrinsic
def broadcast(typingctx: Any, value: Any) -> Any:
    """The same number in every lane."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _splat(builder, args[0])

    return lanes(types.float64), codegen


@intrinsic
def spread(typingctx: Any, array: Any, place: Any) -> Any:
    """``array[place]`` of a flat array of doubles, in every lane."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        where = context.cast(builder, args[1], sig.args[1], types.intp)
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        return _splat(builder, builder.load(builder.gep(data, [where])))

    return lanes(array, place), codegen


@intrinsic
def fma(typingctx: Any, x: Any, y: Any, z: Any) -> Any:
    """``x * y + z``, rounded once."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _call(builder, "llvm.fma.v8f64", list(args))

    return lanes(lanes, lanes, lanes), codegen


@intrinsic
def greater(typingctx: Any, x: Any, y: Any) -> Any:
    """The larger of each pair."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered(">", args[0], args[1]), args[0], args[1])

    return lanes(lanes, lanes), codegen


@intrinsic
def lesser(typingctx: Any, x: Any, y: Any) -> Any:
    """The smaller of each pair."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered("<", args[0], args[1]), args[0], args[1])

    return lanes(lanes, lanes), codegen


@intrinsic
def magnitude(typingctx: Any, x: Any) -> Any:
    """The absolute value."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _call(builder, "llvm.fabs.v8f64", [args[0]])

    return lanes(lanes), codegen


@intrinsic
def where_less(typingctx: Any, x: Any, y: Any, then: Any, other: Any) -> Any:
    """``then`` in the lanes where ``x < y``, else ``other``."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.select(builder.fcmp_ordered("<", args[0], args[1]), args[2], args[3])

    return lanes(lanes, lanes, lanes, lanes), codegen


@intrinsic
def lowest(typingctx: Any, x: Any) -> Any:
    """The smallest of the eight, as a plain number."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        result = builder.extract_element(args[0], ir.Constant(ir.IntType(32), 0))
        for i in range(1, WIDTH):
            other = builder.extract_element(args[0], ir.Constant(ir.IntType(32), i))
            smaller = builder.fcmp_ordered("<", other, result)
            result = builder.select(smaller, other, result)
        return result

    return types.float64(lanes), codegen


@intrinsic
def lane(typingctx: Any, x: Any, i: Any) -> Any:
    """Lane ``i`` as a plain number."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        where = context.cast(builder, args[1], sig.args[1], types.int32)
        return builder.extract_element(args[0], where)

    return types.float64(lanes, i), codegen


_MAGIC = 6755399441055744.0  # 1.5 * 2**52: adding it leaves a whole number in the low bits
_MAGIC_BITS = int(np.float64(_MAGIC).view(np.int64))
_ONE_BITS = 0x3FF0000000000000
_SQRT_HALF_BITS = 0x3FE6A09E00000000
_EXPONENT = -(1 << 52)  # 0xFFF0000000000000 as a signed number


@intrinsic
def _round(typingctx: Any, x: Any) -> Any:
    """The nearest whole number, for ``|x| < 2**51``."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.fsub(builder.fadd(args[0], _real(_MAGIC)), _real(_MAGIC))

    return lanes(lanes), codegen


@intrinsic
def _power_of_two(typingctx: Any, n: Any) -> Any:
    """``2**n`` for whole ``n`` in -1022..1023."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits = builder.bitcast(builder.fadd(args[0], _real(_MAGIC)), _integers)
        exponent = builder.shl(bits, _whole(52))
        return builder.bitcast(builder.add(exponent, _whole(_ONE_BITS)), _vector)

    return lanes(lanes), codegen


@intrinsic
def _mantissa(typingctx: Any, x: Any) -> Any:
    """``x`` times a power of two, between the square roots of a half and of two."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits = builder.bitcast(args[0], _integers)
        above = builder.sub(bits, _whole(_SQRT_HALF_BITS))
        power = builder.and_(above, _whole(_EXPONENT))
        return builder.bitcast(builder.sub(bits, power), _vector)

    return lanes(lanes), codegen


@intrinsic
def _exponent(typingctx: Any, x: Any) -> Any:
    """The power of two that `_mantissa` took out, as a number."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits = builder.bitcast(args[0], _integers)
        above = builder.sub(bits, _whole(_SQRT_HALF_BITS))
        power = builder.ashr(above, _whole(52))
        shifted = builder.bitcast(builder.add(power, _whole(_MAGIC_BITS)), _vector)
        return builder.fsub(shifted, _real(_MAGIC))

    return lanes(lanes), codegen


_LOG2E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10


@inlined
def exp(x):  # type: ignore[no-untyped-def]
    """The exponential, to about one unit in the last place; held at the ends of -708..709."""
    x = greater(lesser(x, broadcast(709.0)), broadcast(-708.0))
    n = _round(x * broadcast(_LOG2E))
    r = fma(n, broadcast(-_LN2_HIGH), x)
    r = fma(n, broadcast(-_LN2_LOW), r)
    # Taylor to the 13th power on |r| <= .347: the next term is below 5e-18.
    p = broadcast(1.0 / 6227020800.0)
    p = fma(p, r, broadcast(1.0 / 479001600.0))
    p = fma(p, r, broadcast(1.0 / 39916800.0))
    p = fma(p, r, broadcast(1.0 / 3628800.0))
    p = fma(p, r, broadcast(1.0 / 362880.0))
    p = fma(p, r, broadcast(1.0 / 40320.0))
    p = fma(p, r, broadcast(1.0 / 5040.0))
    p = fma(p, r, broadcast(1.0 / 720.0))
    p = fma(p, r, broadcast(1.0 / 120.0))
    p = fma(p, r, broadcast(1.0 / 24.0))
    p = fma(p, r, broadcast(1.0 / 6.0))
    p = fma(p, r, broadcast(0.5))
    p = fma(p * r, r, r) + broadcast(1.0)
    return p * _power_of_two(n)


@inlined
def log(x):  # type: ignore[no-untyped-def]
    """The natural logarithm of positive normal numbers, to about one unit in the last place."""
    # The reduction and polynomial of fdlibm's e_log.c.
    k = _exponent(x)
    f = _mantissa(x) - broadcast(1.0)
    s = f / (f + broadcast(2.0))
    z = s * s
    w = z * z
    even = fma(w, broadcast(1.531383769920937332e-01), broadcast(2.222219843214978396e-01))
    even = w * fma(w, even, broadcast(3.999999999940941908e-01))
    odd = fma(w, broadcast(1.479819860511658591e-01), broadcast(1.818357216161805012e-01))
    odd = fma(w, odd, broadcast(2.857142874366239149e-01))
    odd = z * fma(w, odd, broadcast(6.666666666666735130e-01))
    half = broadcast(0.5) * f * f
    rest = fma(s, half + (even + odd), k * broadcast(_LN2_LOW))
    return fma(k, broadcast(_LN2_HIGH), broadcast(0.0) - ((half - rest) - f))

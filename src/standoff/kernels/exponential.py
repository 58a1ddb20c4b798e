"""Exponential and logarithm of vectors: polynomials in the lanes, no call for each of them.

Both are right to about one unit in the last place of their precision. A plain number goes to the
processor's own mathematical library.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba.extending import overload as _overload

from standoff.kernels.lanes import (
    Lanes,
    bits_of,
    constant,
    fma,
    greater,
    intrinsic,
    lesser,
    llvm_of,
    same,
    singles,
)  # fmt: skip

overload: Any = _overload

# Adding 1.5 * 2**52 (or 2**23) leaves a whole number in the low bits.
_MAGIC = {64: 6755399441055744.0, 32: 12582912.0}
_MAGIC_BITS = {
    64: int(np.float64(_MAGIC[64]).view(np.int64)), 32: int(np.float32(_MAGIC[32]).view(np.int32)),
}  # fmt: skip
_FRACTION = {64: 52, 32: 23}
_ONE_BITS = {64: 0x3FF0000000000000, 32: 0x3F800000}
_SQRT_HALF_BITS = {64: 0x3FE6A09E00000000, 32: 0x3F3504F3}


def _size(kind: Any) -> int:
    return int(kind.dtype.bitwidth)


@intrinsic
def _round(typingctx: Any, x: Any) -> Any:
    """The nearest whole number, where the fraction has bits to spare."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        magic = constant(llvm_of(x), _MAGIC[_size(x)])
        return builder.fsub(builder.fadd(args[0], magic), magic)

    return x(x), codegen


@intrinsic
def _power_of_two(typingctx: Any, n: Any) -> Any:
    """``2**n`` for whole ``n`` among the exponents of normal numbers."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        size, whole = _size(n), bits_of(n)
        bits = builder.bitcast(builder.fadd(args[0], constant(llvm_of(n), _MAGIC[size])), whole)
        exponent = builder.shl(bits, constant(whole, _FRACTION[size]))
        return builder.bitcast(builder.add(exponent, constant(whole, _ONE_BITS[size])), llvm_of(n))

    return n(n), codegen


def _above(builder: Any, x: Any, value: Any) -> tuple[Any, Any]:
    """Bits of a number, and how far they stand above those of the square root of a half."""
    bits = builder.bitcast(value, bits_of(x))
    return bits, builder.sub(bits, constant(bits_of(x), _SQRT_HALF_BITS[_size(x)]))


@intrinsic
def _mantissa(typingctx: Any, x: Any) -> Any:
    """``x`` times a power of two, between the square roots of a half and of two."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits, above = _above(builder, x, args[0])
        power = builder.and_(above, constant(bits_of(x), -(1 << _FRACTION[_size(x)])))
        return builder.bitcast(builder.sub(bits, power), llvm_of(x))

    return x(x), codegen


@intrinsic
def _exponent(typingctx: Any, x: Any) -> Any:
    """The power of two that `_mantissa` took out, as a number."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        _, above = _above(builder, x, args[0])
        power = builder.ashr(above, constant(bits_of(x), _FRACTION[_size(x)]))
        whole = constant(bits_of(x), _MAGIC_BITS[_size(x)])
        shifted = builder.bitcast(builder.add(power, whole), llvm_of(x))
        return builder.fsub(shifted, constant(llvm_of(x), _MAGIC[_size(x)]))

    return x(x), codegen


_LOG2E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_LN2_HIGH_SINGLE, _LN2_LOW_SINGLE = 6.9313812256e-01, 9.0580006145e-06


def exp(x):  # type: ignore[no-untyped-def]
    """The exponential; held at the ends of -708..709, in single precision of -87..88."""
    raise NotImplementedError("for kernels only")


def log(x):  # type: ignore[no-untyped-def]
    """The natural logarithm of positive normal numbers."""
    raise NotImplementedError("for kernels only")


@overload(exp, jit_options={"forceinline": True, "error_model": "numpy"})
def _exp(x):  # type: ignore[no-untyped-def]
    if not isinstance(x, Lanes):
        return lambda x: math.exp(x)
    return _exp_single if x == singles else _exp_double


@overload(log, jit_options={"forceinline": True, "error_model": "numpy"})
def _log(x):  # type: ignore[no-untyped-def]
    if not isinstance(x, Lanes):
        return lambda x: math.log(x)
    return _log_single if x == singles else _log_double


def _exp_double(x):  # type: ignore[no-untyped-def]
    x = greater(lesser(x, same(x, 709.0)), same(x, -708.0))
    n = _round(x * same(x, _LOG2E))
    r = fma(n, same(x, -_LN2_HIGH), x)
    r = fma(n, same(x, -_LN2_LOW), r)
    # Taylor to the 13th power on |r| <= .347: the next term is below 5e-18.
    p = same(x, 1.0 / 6227020800.0)
    p = fma(p, r, same(x, 1.0 / 479001600.0))
    p = fma(p, r, same(x, 1.0 / 39916800.0))
    p = fma(p, r, same(x, 1.0 / 3628800.0))
    p = fma(p, r, same(x, 1.0 / 362880.0))
    p = fma(p, r, same(x, 1.0 / 40320.0))
    p = fma(p, r, same(x, 1.0 / 5040.0))
    p = fma(p, r, same(x, 1.0 / 720.0))
    p = fma(p, r, same(x, 1.0 / 120.0))
    p = fma(p, r, same(x, 1.0 / 24.0))
    p = fma(p, r, same(x, 1.0 / 6.0))
    p = fma(p, r, same(x, 0.5))
    p = fma(p * r, r, r) + same(x, 1.0)
    return p * _power_of_two(n)


def _exp_single(x):  # type: ignore[no-untyped-def]
    x = greater(lesser(x, same(x, 88.0)), same(x, -87.0))
    n = _round(x * same(x, _LOG2E))
    r = fma(n, same(x, -_LN2_HIGH_SINGLE), x)
    r = fma(n, same(x, -_LN2_LOW_SINGLE), r)
    # Taylor to the 7th power: the next term is below 5e-9.
    p = same(x, 1.0 / 5040.0)
    p = fma(p, r, same(x, 1.0 / 720.0))
    p = fma(p, r, same(x, 1.0 / 120.0))
    p = fma(p, r, same(x, 1.0 / 24.0))
    p = fma(p, r, same(x, 1.0 / 6.0))
    p = fma(p, r, same(x, 0.5))
    p = fma(p * r, r, r) + same(x, 1.0)
    return p * _power_of_two(n)


def _log_double(x):  # type: ignore[no-untyped-def]
    # The reduction and polynomial of fdlibm's e_log.c.
    k = _exponent(x)
    f = _mantissa(x) - same(x, 1.0)
    s = f / (f + same(x, 2.0))
    z = s * s
    w = z * z
    even = fma(w, same(x, 1.531383769920937332e-01), same(x, 2.222219843214978396e-01))
    even = w * fma(w, even, same(x, 3.999999999940941908e-01))
    odd = fma(w, same(x, 1.479819860511658591e-01), same(x, 1.818357216161805012e-01))
    odd = fma(w, odd, same(x, 2.857142874366239149e-01))
    odd = z * fma(w, odd, same(x, 6.666666666666735130e-01))
    half = same(x, 0.5) * f * f
    rest = fma(s, half + (even + odd), k * same(x, _LN2_LOW))
    return fma(k, same(x, _LN2_HIGH), same(x, 0.0) - ((half - rest) - f))


def _log_single(x):  # type: ignore[no-untyped-def]
    # The same reduction; the series of 2 artanh(s) to the 9th power: the next term is below 6e-10.
    k = _exponent(x)
    f = _mantissa(x) - same(x, 1.0)
    s = f / (f + same(x, 2.0))
    z = s * s
    odd = fma(z, same(x, 2.0 / 9.0), same(x, 2.0 / 7.0))
    odd = fma(z, odd, same(x, 0.4))
    odd = z * fma(z, odd, same(x, 2.0 / 3.0))
    half = same(x, 0.5) * f * f
    rest = fma(s, half + odd, k * same(x, _LN2_LOW_SINGLE))
    return fma(k, same(x, _LN2_HIGH_SINGLE), same(x, 0.0) - ((half - rest) - f))

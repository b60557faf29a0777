"""Lanes: exponentials and logarithms of several numbers at a time, with the bits of the C library's.

The processor works on eight numbers at once, but the C library's functions take one. These are the same steps, in the
same order and with the same fused multiplications and additions, so every result is the same to the last bit, compiled
or not (``tests/test_lanes.py``); where the C library is another one (:mod:`sim.engine.library`), it is asked number by
number.
The numbers below are those of Arm's Optimized Routines (MIT licence), which the GNU C library uses from 2.28 on.
"""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from functools import cache
from typing import Any

import numpy as np

from sim.engine.compiled import ENABLED, rule
from sim.engine.library import KNOWN

PARTS = 128  # of a doubling, in the tables
# terms of the exponential and of log(1 + r) near r = 0, from r squared on
EXP = tuple(map(float.fromhex, (
    "0x1.ffffffffffdbdp-2", "0x1.555555555543cp-3", "0x1.55555cf172b91p-5", "0x1.1111167a4d017p-7",
)))  # fmt: skip
LOG = tuple(map(float.fromhex, (
    "-0x1.0000000000001p-1", "0x1.555555551305bp-2", "-0x1.fffffffeb4590p-3", "0x1.999b324f10111p-3",
    "-0x1.55575e506c89fp-3",
)))  # fmt: skip
LN2_HIGH, LN2_LOW = float.fromhex("0x1.62e42fefa3800p-1"), float.fromhex("0x1.ef35793c76730p-45")
STEP_HIGH, STEP_LOW = float.fromhex("-0x1.62e42fefa0000p-8"), float.fromhex("-0x1.cf79abc9e3b3ap-47")
STEPS = float.fromhex("0x1.71547652b82fep+7")  # PARTS / log 2
ROUND = float.fromhex("0x1.8p+52")  # adding it rounds to a whole number
MIDDLE = np.uint64(0x3FE6000000000000)  # where the table of logarithms begins
LAST, OVER, POWER = np.uint64(PARTS - 1), np.uint64(45), np.int64(52)
EXPONENT = np.uint64(0xFFF << 52)
# 52 bits of the inverse of the middle of each part from MIDDLE on, as the C library rounds it
INVERSES = """
    734f0c3e0de9f 713786a2ce91f 6f26008fab5a0 6d1a61f138c7d 6b1490bc5b4d1 69147332f0cba 6719f18224223 6524f99a51ed9
    63356aa8f24c4 614b36b9ddc14 5f66452c65c4c 5d867b5912c4f 5babccb5b90de 59d61f2d91a78 5805612465687 56397cee76bd3
    54725e2a77f93 52aff42064583 50f22dbb2bddf 4f38f4734ded7 4d843cfde2840 4bd3ec078a3c8 4a27fc3e0258a 4880524d48434
    46dce1b192d0b 453d9d3391854 43a2744b4845a 420b54115f8fb 40782da3ef4b1 3ee8f5d57fe8f 3d5d9a00b4ce9 3bd60c010c12b
    3a5242b75dab8 38d22cd9fd002 3755bc5847a1c 35dce49ad36e2 34679984dd440 32f5cceffcb24 3187775a10d49 301c8373e3990
    2eb4ebb95f841 2d50a0219a9d1 2bef9a8b7fd2a 2a91c7a0c1bab 293726014b530 27dfa5757a1f5 268b39b1d3bbf 2539d838ff5bd
    23eb7aac9083b 22a012ba940b6 2157996cc4132 201201dd2fc9b 1ecf4494d480b 1d8f5528f6569 1c52311577e7c 1b17c74cb26e9
    19e010c2c1ab6 18ab07bb670bd 1778a25efbcb6 1648d354c31da 151b990275fdd 13f0ea432d24c 12c8b7210f9da 11a3028ecb531
    107fbda8434af 0f5ee0f4e6bb3 0e4065d2a9fce 0d244632ca521 0c0a77ce2981a 0af2f83c636d1 09ddb98a01339 08cabaf52e7df
    07b9f2f4e28fb 06ab58c358f19 059eea5ecf92c 04949cdd12c90 038c6c6f0ada9 02865137932a9 0182427ea7348 008040614b195
    fe01ff726fa1a fa11cc261ea74 f6310b081992e f25f63ceeadcd ee9c8039113e7 eae8078cbb1ab e741aa29d0c9b e3a91830a99b5
    e01e009609a56 dca01e577bb98 d92f20b7c9103 d5cac66fb5cce d272caa5ede9d cf26e3e6b2ccd cbe6da2a77902 c8b266d37086d
    c5894bd5d5804 c26b533bb9f8c bf583eeece73f bc4fd75db96c1 b951e0c864a28 b65e2c5ef3e2c b374867c9888b b094b211d304a
    adbe885f2ef7e aaf1d31603da2 a82e63fd358a7 a5740ef09738b a2c2a90ab4b27 a01a01393f2d1 9d79f24db3c1b 9ae2505c7b190
    9852ef297ce2f 95cbaeea44b75 934c69de74838 90d4f2f6752e6 8e6528effd79d 8bfce9fcc007c 899c0dabec30e 87427aa2317fb
    84f00acb39a08 82a49e8653e55 8060195f40260 7e22563e0a329 7beb377dcb5ad 79baa679725c2 77907f2170657 756cadbd6130c
"""


def _powers() -> tuple[Any, Any]:
    """Return 2^(k / PARTS) as bits, less k in the place of the exponent, and what the rounding took off relatively."""
    bits, rest = np.zeros(PARTS, np.uint64), np.zeros(PARTS)
    with localcontext() as context:
        context.prec = 40
        step = Decimal(2).ln() / PARTS
        for k in range(PARTS):
            exact = (step * k).exp()
            bits[k] = int(np.float64(float(exact)).view(np.uint64)) - (k << int(OVER))
            rest[k] = float(exact / Decimal(float(exact)) - 1)
    return bits, rest


def _inverses() -> tuple[Any, Any]:
    """Return inverses of points in the middle of the parts, and their logarithms with the sign changed."""
    exponents = [0x3FF] * 80 + [0x3FE] * (PARTS - 80)
    bits = [(e << 52) + int(digits, 16) for e, digits in zip(exponents, INVERSES.split(), strict=True)]
    inverse = np.array(bits, np.uint64).view(np.float64)
    return inverse, np.array([round(-math.log(one) * 2.0**43) / 2.0**43 for one in inverse.tolist()])


SCALES, TAILS = _powers()
INVERSE, LOG_OF = _inverses()


@cache
def _instructions() -> dict[str, Any]:
    from llvmlite import ir
    from numba.core import types
    from numba.core.registry import cpu_target
    from numba.extending import intrinsic

    real, whole = types.float64, types.uint64

    @intrinsic  # type: ignore[untyped-decorator]
    def fused(context: Any, x: Any, y: Any, z: Any) -> Any:
        return real(real, real, real), lambda context, builder, signature, found: builder.fma(*found)

    @intrinsic  # type: ignore[untyped-decorator]
    def bits_of(context: Any, x: Any) -> Any:
        return whole(real), lambda context, builder, signature, found: builder.bitcast(found[0], ir.IntType(64))

    @intrinsic  # type: ignore[untyped-decorator]
    def number_of(context: Any, bits: Any) -> Any:
        return real(whole), lambda context, builder, signature, found: builder.bitcast(found[0], ir.DoubleType())

    typing = cpu_target.typing_context
    typing.refresh()
    named = {"fused": fused, "bits_of": bits_of, "number_of": number_of}
    return {name: typing.resolve_value_type(one) for name, one in named.items()}


class Instruction:
    """A step of the processor that Python has no name for; the compiler is imported when it is compiled in."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def _numba_type_(self) -> Any:
        return _instructions()[self.name]


fused: Any = Instruction("fused")  # x * y + z, rounded once
bits_of: Any = Instruction("bits_of")  # of a floating-point number
number_of: Any = Instruction("number_of")  # the floating-point number of bits

if ENABLED and KNOWN:

    @rule
    def exponentials(values, out):  # type: ignore[no-untyped-def]
        """Fill ``out``, another array, with the exponential of each value."""
        far = 0
        for k in range(len(values)):
            x = values[k]
            shifted = fused(STEPS, x, ROUND)
            steps = bits_of(shifted)
            whole = shifted - ROUND
            r = fused(whole, STEP_LOW, fused(whole, STEP_HIGH, x))
            part = steps & LAST
            scale = number_of(SCALES[part] + (steps << OVER))
            square = r * r
            more = fused(fused(r, EXP[1], EXP[0]), square, r + TAILS[part])
            more = fused(square * square, fused(r, EXP[3], EXP[2]), more)
            out[k] = fused(scale, more, scale)
            far += 0 if 1e-15 < abs(x) < 512.0 else 1
        if far > 0:
            for k in range(len(values)):
                if not 1e-15 < abs(values[k]) < 512.0:
                    out[k] = math.exp(values[k])

    @rule
    def logarithms(values, out):  # type: ignore[no-untyped-def]
        """Fill ``out``, another array, with the natural logarithm of each value."""
        near = 0
        for k in range(len(values)):
            x = values[k]
            bits = bits_of(x)
            above = bits - MIDDLE
            part = (above >> OVER) & LAST
            doublings = np.float64(np.int64(above) >> POWER)
            r = fused(number_of(bits - (above & EXPONENT)), INVERSE[part], -1.0)
            most = fused(doublings, LN2_HIGH, LOG_OF[part])
            high = most + r
            low = fused(doublings, LN2_LOW, (most - high) + r)
            square = r * r
            more = fused(fused(r, LOG[4], LOG[3]), square, fused(r, LOG[2], LOG[1]))
            out[k] = fused(r * square, more, fused(square, LOG[0], low)) + high
            near += 0 if 1e-300 < x < 0.93 or 1.07 < x < 1e300 else 1
        if near > 0:
            beyond, places = np.empty(len(values), np.uint8), np.empty(len(values), np.int64)
            for k in range(len(values)):
                x = values[k]
                low, high = np.uint8(x > 1e-300) & np.uint8(x < 0.93), np.uint8(x > 1.07) & np.uint8(x < 1e300)
                beyond[k] = 1 - (low | high)
            found = 0
            for k in range(len(values)):
                places[found] = k
                found += beyond[k]
            for m in range(found):
                out[places[m]] = math.log(values[places[m]])

else:

    @rule
    def exponentials(values, out):  # type: ignore[no-untyped-def]
        """Fill ``out`` with the exponential of each value.

        >>> out = np.zeros(2)
        >>> exponentials(np.array([0.0, 1.0]), out)
        >>> out.tolist() == [1.0, math.e]
        True
        """
        for k in range(len(values)):
            out[k] = math.exp(values[k])

    @rule
    def logarithms(values, out):  # type: ignore[no-untyped-def]
        """Fill ``out`` with the natural logarithm of each value.

        >>> out = np.zeros(2)
        >>> logarithms(np.array([1.0, math.e]), out)
        >>> out.tolist()
        [0.0, 1.0]
        """
        for k in range(len(values)):
            out[k] = math.log(values[k])

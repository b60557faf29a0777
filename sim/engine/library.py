"""Library: whether exponentials and logarithms of the C library here are those that :mod:`sim.engine.lanes` knows.

The GNU C library has since version 2.28 the functions of Arm's optimized routines (Szabolcs Nagy, MIT licence), which
come out differently, in the last bit of one number in a thousand, without fused multiplication and addition. The
arguments below tell them apart: the results are either not the nearest numbers, or others without fused steps.
"""

from __future__ import annotations

import math

EXPONENTIALS = {
    "0x1.31b00fa0ffc00p+0": "0x1.a678d001b0a6dp+1", "0x1.6cc2ea972c3e4p-1": "0x1.04fb9ed1a9a13p+1",
    "0x1.005b089ad409fp+2": "0x1.b73806197933dp+5", "0x1.047ef2f45de98p+2": "0x1.d49272699bb0fp+5",
    "0x1.8da27310ff414p+2": "0x1.f337750bec7c1p+8", "0x1.491f5e66a503ep+3": "0x1.c9b11c27df44ep+14",
    "0x1.0a04c177074acp+2": "0x1.fecd481e2cf8ap+5", "0x1.50a4453ef34f7p+3": "0x1.21762499a1193p+15",
    "0x1.2e1a2df4735ccp+3": "0x1.8973c9df2eafdp+13", "0x1.0cdf1676de70ep+3": "0x1.1690163efd5f7p+12",
}  # fmt: skip
LOGARITHMS = {
    "0x1.e2316526a3138p-5": "-0x1.6a919eff47ca7p+1", "0x1.4e52d6f95ec9dp-6": "-0x1.f22b74aa12a21p+1",
    "0x1.95a0d9c0d99ebp-5": "-0x1.80b370976147ep+1", "0x1.2e76b0a418a79p-6": "-0x1.fefd1da1be3c1p+1",
    "0x1.da0163fd0b486p-5": "-0x1.6cc2caa1ec49cp+1", "0x1.2fde821a3eddap-4": "-0x1.4cf31a55cc938p+1",
}  # fmt: skip

KNOWN = all(math.exp(float.fromhex(x)) == float.fromhex(y) for x, y in EXPONENTIALS.items()) and all(
    math.log(float.fromhex(x)) == float.fromhex(y) for x, y in LOGARITHMS.items()
)

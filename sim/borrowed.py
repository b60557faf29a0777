"""Borrowed tables: how compiled code receives the model's named tuples of columns and numbers.

The compiler's own way counts a reference to a column whenever a row of it is touched, and each count is an atomic step
that also keeps a loop from working on several rows at once. Here a named tuple enters compiled code as bare addresses
and lengths: nothing is counted and nothing copied, since the caller holds the table for the length of the call. Inside,
``table.column[i]`` reads as ever; only what a table is made of (C-ordered columns, numbers, other tables) is supported,
and a named tuple with anything else enters in the compiler's own way.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.imputils import lower_getattr_generic
from numba.core.pythonapi import NativeValue, unbox
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.core.typing.typeof import Purpose, typeof_impl
from numba.extending import register_model
from numba.np.arrayobj import make_array, populate_array

DATA, SHAPE = 16, 32  # where an array object keeps the addresses of its data and its lengths
POINTER = ir.IntType(8).as_pointer()
COUNTED_TUPLE = typeof_impl.dispatch(tuple)


class Table(types.Type):  # type: ignore[misc]
    """The compiled type of a named tuple; ``fields`` and ``types`` are its members."""

    def __init__(self, owner: str, fields: tuple[str, ...], kinds: tuple[Any, ...]) -> None:
        self.fields = fields
        self.types = kinds
        super().__init__(f"Table({owner}: {', '.join(f'{n} {k}' for n, k in zip(fields, kinds, strict=True))})")

    def member(self, name: str) -> Any:
        """Return the type of a member, ``None`` if there is none of that name."""
        return self.types[self.fields.index(name)] if name in self.fields else None


@register_model(Table)
class _Model(models.StructModel):  # type: ignore[misc]
    """Address and lengths of each column, the value of each number."""

    def __init__(self, manager: Any, kind: Table) -> None:
        members: list[tuple[str, Any]] = []
        for name, part in zip(kind.fields, kind.types, strict=True):
            if isinstance(part, types.Array):
                members.append((f"{name}_data", types.CPointer(part.dtype)))
                members.append((f"{name}_shape", types.UniTuple(types.intp, part.ndim)))
            else:
                members.append((name, part))
        super().__init__(manager, kind, members)


@infer_getattr
class _Attributes(AttributeTemplate):  # type: ignore[misc]
    key = Table

    def generic_resolve(self, table: Table, name: str) -> Any:  # type: ignore[override]
        """Return the type of an attribute."""
        return table.member(name)


@lower_getattr_generic(Table)  # type: ignore[untyped-decorator]
def _attribute(context: Any, builder: Any, table: Table, value: Any, name: str) -> Any:
    """Return a number, or a column that nobody counts."""
    struct = cgutils.create_struct_proxy(table)(context, builder, value=value)
    kind = table.member(name)
    if not isinstance(kind, types.Array):
        return getattr(struct, name)
    column = make_array(kind)(context, builder)
    lengths = cgutils.unpack_tuple(builder, getattr(struct, f"{name}_shape"), kind.ndim)
    size = context.get_constant(types.intp, context.get_abi_sizeof(context.get_data_type(kind.dtype)))
    strides = [size]
    for length in reversed(lengths[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    populate_array(
        column, data=getattr(struct, f"{name}_data"), shape=lengths, strides=strides, itemsize=size, meminfo=None
    )
    return column._getvalue()


@unbox(Table)  # type: ignore[untyped-decorator]
def _enter(table: Table, found: Any, c: Any) -> NativeValue:
    """Take addresses, lengths and numbers out of a named tuple."""
    struct = cgutils.create_struct_proxy(table)(c.context, c.builder)
    words = ir.IntType(64).as_pointer()
    for place, (name, kind) in enumerate(zip(table.fields, table.types, strict=True)):
        part = c.pyapi.tuple_getitem(found, place)
        if not isinstance(kind, types.Array):
            setattr(struct, name, c.unbox(kind, part).value)
            continue
        base = c.builder.bitcast(part, POINTER)

        def held(offset: int, to: Any, base: Any = base) -> Any:
            place = c.builder.gep(base, [ir.IntType(64)(offset)])
            return c.builder.load(c.builder.bitcast(place, to.as_pointer()))

        pointer = c.context.get_value_type(types.CPointer(kind.dtype))
        setattr(struct, f"{name}_data", held(DATA, pointer))
        lengths = held(SHAPE, words)
        shape = [c.builder.load(c.builder.gep(lengths, [ir.IntType(64)(k)])) for k in range(kind.ndim)]
        setattr(struct, f"{name}_shape", cgutils.pack_array(c.builder, shape))
    return NativeValue(struct._getvalue(), is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))


def _plain(kind: Any) -> bool:
    if isinstance(kind, types.Array):
        return bool(kind.layout == "C" and kind.aligned)
    return isinstance(kind, types.Integer | types.Float | types.Boolean | Table)


def _typeof(value: Any, purpose: Any) -> Any:
    fields = getattr(value, "_fields", None)
    ours = type(value).__module__.partition(".")[0] == "sim"
    if fields is None or not ours or purpose.purpose is Purpose.constant:
        return COUNTED_TUPLE(value, purpose)
    kinds = tuple(typeof_impl(part, purpose) for part in value)
    if not fields or not all(_plain(kind) for kind in kinds):
        return COUNTED_TUPLE(value, purpose)
    return Table(f"{type(value).__module__}.{type(value).__qualname__}", fields, kinds)


def _known_layout() -> bool:
    """Return whether array objects keep data and lengths where this module looks for them."""
    trial = np.arange(6, dtype=np.float64).reshape(2, 3)
    at = id(trial)
    data = ctypes.c_void_p.from_address(at + DATA).value
    lengths = ctypes.POINTER(ctypes.c_ssize_t).from_address(at + SHAPE)
    return data == trial.ctypes.data and (lengths[0], lengths[1]) == trial.shape


if _known_layout():
    typeof_impl.register(tuple, _typeof)

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
from numba.core.typing.typeof import Purpose, typeof, typeof_impl
from numba.extending import register_model
from numba.np.arrayobj import make_array, populate_array

DATA, SHAPE = 16, 32  # where an array object keeps the addresses of its data and its lengths
KIND, FLAGS, IS_TUPLE = 8, 168, 1 << 26  # where an object keeps its class, a class its flags, and that of a tuple
POINTER, WORD = ir.IntType(8).as_pointer(), ir.IntType(64)
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


class Held:
    """A table whose compiled type is worked out once; for tables that many calls receive."""

    __slots__ = ("_numba_type_", "table")

    def __init__(self, table: Any) -> None:
        self.table = table
        self._numba_type_ = _type_of(table)


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


def _word(builder: Any, thing: Any, offset: int, kind: Any) -> Any:
    """Return what is kept at an offset in bytes from where ``thing`` begins."""
    place = builder.gep(builder.bitcast(thing, POINTER), [WORD(offset)])
    return builder.load(builder.bitcast(place, kind.as_pointer()))


@unbox(Table)  # type: ignore[untyped-decorator]
def _enter(table: Table, found: Any, c: Any) -> NativeValue:
    """Take addresses, lengths and numbers out of a named tuple, or out of the one that is held."""
    builder = c.builder
    flags = _word(builder, _word(builder, found, KIND, POINTER), FLAGS, WORD)
    plain = cgutils.is_not_null(builder, builder.and_(flags, WORD(IS_TUPLE)))
    columns = cgutils.alloca_once_value(builder, found)
    with builder.if_then(builder.not_(plain)):
        inside = c.pyapi.object_getattr_string(found, "table")
        c.pyapi.decref(inside)  # the holder keeps it for the length of the call
        builder.store(inside, columns)
    source = builder.load(columns)
    struct = cgutils.create_struct_proxy(table)(c.context, builder)
    for place, (name, kind) in enumerate(zip(table.fields, table.types, strict=True)):
        part = c.pyapi.tuple_getitem(source, place)
        if not isinstance(kind, types.Array):
            setattr(struct, name, c.unbox(kind, part).value)
            continue
        pointer = c.context.get_value_type(types.CPointer(kind.dtype))
        setattr(struct, f"{name}_data", _word(builder, part, DATA, pointer))
        lengths = _word(builder, part, SHAPE, WORD.as_pointer())
        shape = [builder.load(builder.gep(lengths, [WORD(k)])) for k in range(kind.ndim)]
        setattr(struct, f"{name}_shape", cgutils.pack_array(builder, shape))
    return NativeValue(struct._getvalue(), is_error=cgutils.is_not_null(builder, c.pyapi.err_occurred()))


def _mark(part: Any) -> Any:
    """Return what tells the types of two members apart, much faster than the types themselves."""
    if type(part) is np.ndarray:
        return part.dtype.str, part.ndim, part.flags.num
    return tuple([_mark(inner) for inner in part]) if isinstance(part, tuple) else type(part)


_types: dict[Any, Any] = {}


def _type_of(table: Any) -> Any:
    mark = type(table), _mark(table)
    if mark not in _types:
        _types[mark] = typeof(table)
    return _types[mark]


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
    """Return whether objects keep what this module looks for where it looks for it."""
    trial = np.arange(6, dtype=np.float64).reshape(2, 3)
    at = id(trial)
    data = ctypes.c_void_p.from_address(at + DATA).value
    lengths = ctypes.POINTER(ctypes.c_ssize_t).from_address(at + SHAPE)
    flags = [ctypes.c_ulong.from_address(id(kind) + FLAGS).value & IS_TUPLE for kind in (tuple, Purpose)]
    kind = ctypes.c_void_p.from_address(at + KIND).value
    return (
        (data, lengths[0], lengths[1]) == (trial.ctypes.data, *trial.shape)
        and kind == id(np.ndarray) and flags == [IS_TUPLE, 0]
    )  # fmt: skip


KNOWN = _known_layout()
if KNOWN:
    typeof_impl.register(tuple, _typeof)

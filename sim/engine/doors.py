"""Doors: how Python enters a compiled function; imported when the first is compiled.

A function takes tables of dozens of columns. The compiler writes down for each column how an array is asked for its
address, and what to do if it is none. Here that is written once for each kind of column.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.callwrapper import PyCallWrapper
from numba.core.pythonapi import NativeValue, PythonAPI

from sim.engine.lowering import Builder


class Taking(PythonAPI):
    """What takes values out of Python's objects."""

    def to_native_value(self, typ: Any, obj: Any) -> Any:
        """Return the value of an object."""
        if isinstance(typ, types.BaseTuple):
            return self._tuple(typ, obj)
        if isinstance(typ, types.Array):
            return self._array(typ, obj)
        return super().to_native_value(typ, obj)

    def _tuple(self, kind: Any, given: Any) -> Any:
        """Return a tuple; that it has as many members as its kind was found out when the function was chosen."""
        taken = [self.to_native_value(one, self.tuple_getitem(given, place)) for place, one in enumerate(kind)]
        failed = cgutils.false_bit
        for one in taken:
            failed = self.builder.or_(failed, one.is_error)
        value = self.context.make_tuple(self.builder, kind, [one.value for one in taken])
        if any(one.cleanup is not None for one in taken):
            raise NotImplementedError(f"a member of {kind} would have to be given back")
        return NativeValue(value, is_error=failed)

    def _array(self, kind: Any, given: Any) -> Any:
        """Return an array."""
        place = cgutils.alloca_once(self.builder, self.context.get_value_type(kind))
        failed = self.builder.call(self._taker(kind, given, place), [given, place])
        return NativeValue(self.builder.load(place), is_error=failed)

    def _taker(self, kind: Any, given: Any, place: Any) -> Any:
        """Return the function that takes arrays of a kind; it is written when the first is taken."""
        name = f"take {kind}"
        if name not in self.module.globals:
            taker = ir.Function(self.module, ir.FunctionType(cgutils.bool_t, [given.type, place.type]), name)
            taker.linkage = "internal"
            taker.attributes.add("noinline")
            builder = ir.IRBuilder(taker.append_basic_block("entry"))
            found = PythonAPI(self.context, builder).to_native_value(kind, taker.args[0])
            builder.store(found.value, taker.args[1])
            builder.ret(found.is_error)
        return self.module.globals[name]


class Door(PyCallWrapper):
    """The function that Python calls: takes the arguments out of Python's objects, and puts the result into one."""

    def build(self) -> None:
        """Write it down."""
        kind = self.context.get_argument_type(types.pyobject)
        door = ir.Function(self.module, ir.FunctionType(kind, [kind] * 3), self.fndesc.llvm_cpython_wrapper_name)
        builder = Builder(door.append_basic_block("entry"))
        self.build_wrapper(Taking(self.context, builder), builder, *door.args)

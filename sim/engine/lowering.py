"""Lowering: what the compiler writes down for a function, in fewer words; imported when the first is compiled.

A table is a tuple of arrays, and an array is seven numbers. The compiler writes such a tuple into memory number by
number, reads all of it for every use, and takes it apart and puts it together again for every call. Its optimiser finds
out that none of that is needed, which is most of its work. What is written here is what it would find: a variable that
is set once is the value itself, and what is taken out of a tuple is what was put in. The machine code is the same.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from llvmlite.ir import IRBuilder
from llvmlite.ir.instructions import ExtractValue, InsertValue, PhiInstr
from numba.core import cgutils, types
from numba.core.analysis import compute_cfg_from_blocks, compute_use_defs
from numba.core.ir import Arg, Assign, Expr
from numba.core.lowering import Lower
from numba.np.arrayobj import load_item, store_item

SCALARS = types.Integer, types.Float, types.Boolean


class Builder(IRBuilder):
    """What writes instructions, and writes none to take out of a tuple what was just put in."""

    def extract_value(self, agg: Any, idx: Any, name: str = "") -> Any:
        """Return a member of a tuple."""
        path = list(idx) if isinstance(idx, (tuple, list)) else [idx]
        while path and isinstance(agg, InsertValue):
            put = list(agg.indices)
            if put == path[: len(put)]:
                agg, path = agg.value, path[len(put) :]
            elif path == put[: len(path)]:
                break
            else:
                agg = agg.aggregate
        return super().extract_value(agg, path, name) if path else agg


class Lowered(Lower):
    """What the compiler writes down for a function."""

    def setup_function(self, fndesc: Any) -> None:
        """Begin the function."""
        super().setup_function(fndesc)
        self.builder = Builder(self.entry_block)

    def lower_normal_function(self, fndesc: Any) -> None:
        """Write down the whole function, and strike out tuples that nothing asks for."""
        super().lower_normal_function(fndesc)
        strike_out(self.function)

    def _find_singly_assigned_variable(self) -> None:
        """List variables that are values: set once, before every use.

        Where arrays are counted, because the function makes some of its own, only tables that it is given are; they,
        and the tables in them, are not counted: the caller holds them.
        """
        super()._find_singly_assigned_variable()
        self._held: set[str] = set()
        if self.func_ir.func_id.is_generator:
            return
        once = set_once(self.blocks)
        for line in [line for block in self.blocks.values() for line in block.find_insts(Assign)]:
            name = line.target.name
            if name in once and isinstance(self.typeof(name), types.BaseTuple) and self._is_given(line.value):
                self._held.add(name)
        self._singly_assigned_vars |= self._held if self.context.enable_nrt else once

    def _is_given(self, value: Any) -> bool:
        """Return whether a value is an argument, or a field of one."""
        return isinstance(value, Arg) or (self._is_field(value) and value.value.name in self._held)

    def _is_field(self, value: Any) -> bool:
        if not isinstance(value, Expr) or value.op != "getattr":
            return False
        return value.attr in getattr(self.typeof(value.value.name), "fields", ())

    def lower_assign(self, ty: Any, inst: Any) -> Any:
        """Return the value of a variable."""
        value = inst.value
        if inst.target.name in self._held and isinstance(value, Arg):
            return self.context.cast(self.builder, self.fnargs[value.index], self.typeof("arg." + value.name), ty)
        if inst.target.name in self._held or (self._is_field(value) and not self.context.enable_nrt):
            table = self.typeof(value.value.name)
            place = table.fields.index(value.attr)
            found = self.builder.extract_value(self.loadvar(value.value.name), place)
            return self.context.cast(self.builder, found, table.types[place], ty)
        return super().lower_assign(ty, inst)

    def delvar(self, name: str) -> None:
        """Forget a variable: where nothing is counted there is nothing to do."""
        if self.context.enable_nrt and name not in self._held:
            super().delvar(name)

    def storevar(self, value: Any, name: str, argidx: Any = None) -> None:
        """Set a variable: where nothing is counted nobody asks what it was."""
        if self.context.enable_nrt or name in self._singly_assigned_vars:
            super().storevar(value, name, argidx)
        else:
            self.builder.store(value, self.getvar(name))

    def lower_getitem(self, resty: Any, expr: Any, value: Any, index: Any, signature: Any) -> Any:
        """Read a row of a column."""
        if not is_row(self.typeof(value.name), signature.args[1]):
            return super().lower_getitem(resty, expr, value, index, signature)
        column = self.typeof(value.name)
        found = load_item(self.context, self.builder, column, self._place(value, index, signature.args[1]))
        return self.context.cast(self.builder, found, signature.return_type, resty)

    def lower_setitem(self, target_var: Any, index_var: Any, value_var: Any, signature: Any) -> Any:
        """Write a row of a column."""
        column, given = self.typeof(target_var.name), self.typeof(value_var.name)
        if not is_row(column, signature.args[1]) or not isinstance(given, SCALARS):
            return super().lower_setitem(target_var, index_var, value_var, signature)
        place = self._place(target_var, index_var, signature.args[1])
        value = self.context.cast(self.builder, self.loadvar(value_var.name), given, signature.args[2])
        value = self.context.cast(self.builder, value, signature.args[2], column.dtype)
        store_item(self.context, self.builder, column, value, place)
        return None

    def _place(self, column: Any, index: Any, kind: Any) -> Any:
        """Return the address of a row; a number below zero counts from the end."""
        context, builder, kind_of = self.context, self.builder, self.typeof(column.name)
        array, members = self.loadvar(column.name), context.data_model_manager[kind_of]
        length = builder.extract_value(array, [members.get_field_position("shape"), 0])
        data = builder.extract_value(array, members.get_field_position("data"))
        at = context.cast(builder, self.loadvar(index.name), self.typeof(index.name), kind)
        if kind.signed:
            at = context.cast(builder, at, kind, types.intp)
            negative = builder.icmp_signed("<", at, at.type(0))
            at = builder.select(negative, builder.add(at, length), at)
        else:
            at = context.cast(builder, at, kind, types.uintp)
        return cgutils.get_item_pointer2(context, builder, data, [length], [], "C", [at])


def is_row(column: Any, index: Any) -> bool:
    """Return whether one row of one column is asked for."""
    simple = isinstance(column, types.Array) and column.ndim == 1 and column.layout == "C"
    return simple and isinstance(column.dtype, SCALARS) and isinstance(index, types.Integer)


def set_once(blocks: Any) -> set[str]:
    """Return the variables that are set in one place alone, and always before they are used."""
    found = compute_use_defs(blocks)
    times = Counter(line.target.name for block in blocks.values() for line in block.find_insts(Assign))
    places = {name: label for label, names in found.defmap.items() for name in names if times[name] == 1}
    before = compute_cfg_from_blocks(blocks).dominators()
    for label, names in found.usemap.items():
        for name in names:
            place = places.get(name)
            if place is not None and (place >= label or place not in before[label]):
                del places[name]
    return set(places)


def strike_out(function: Any) -> None:
    """Remove the putting together and taking apart of tuples that nothing uses."""
    lines = [line for block in function.blocks for line in block.instructions]
    uses = Counter(id(one) for line in lines for one in asked_by(line))
    waiting = [line for line in lines if isinstance(line, (InsertValue, ExtractValue)) and not uses[id(line)]]
    gone = set()
    while waiting:
        line = waiting.pop()
        gone.add(id(line))
        for one in line.operands:
            uses[id(one)] -= 1
            if not uses[id(one)] and isinstance(one, (InsertValue, ExtractValue)):
                waiting.append(one)
    for block in function.blocks:
        block.instructions = [line for line in block.instructions if id(line) not in gone]


def asked_by(line: Any) -> list[Any]:
    """Return what an instruction needs."""
    return [value for value, _ in line.incomings] if isinstance(line, PhiInstr) else list(line.operands)

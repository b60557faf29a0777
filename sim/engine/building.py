"""Building: how the compiler puts a function together with those that it calls; imported when the first is compiled.

Left alone, the compiler takes every function that is called by another through all of its work: optimised with
everything that it calls, turned into machine code, loaded. Only the function that Python enters needs that, since what
it calls is built into it. So what is called keeps its own text alone, simplified, and is put together once, at the end.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from llvmlite import binding, ir
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering

from sim.engine.doors import Door
from sim.engine.lowering import Lowered, strike_out


def _simplify(library: Any, module: Any) -> None:
    """Simplify the functions of a module one by one; those that are only named need no work."""
    codegen = library._codegen
    module.data_layout = codegen._data_layout
    passes, builder = codegen._function_pass_manager()
    for function in module.functions:
        if not function.is_declaration:
            passes.run(function, builder)


class Part(JITCodeLibrary):
    """A function that other compiled code calls: no machine code of its own."""

    _optimize_functions = _simplify

    @property
    def codegen(self) -> Any:
        """Return what takes the address of a function's surroundings, and has no use for it yet."""
        return SimpleNamespace(set_env=lambda name, surroundings: None)

    def get_pointer_to_function(self, name: str) -> int:
        """Return no address."""
        return 0

    def finalize(self) -> None:
        """Leave everything to the function that Python enters."""
        self._finalized = True

    def own(self) -> Any:
        """Return the text of this function alone, as one that may be there twice."""
        if self._shared_module is None:
            for function in self._final_module.functions:
                if not function.is_declaration and function.linkage == binding.Linkage.external:
                    function.linkage = "linkonce_odr"
            self._shared_module = self._final_module
        return self._shared_module

    def _get_module_for_linking(self) -> Any:
        """Return the text with that of all it calls, for code that is not put together here."""
        whole = self.own().clone()
        for one in called_by(self):
            whole.link_in(one.own() if isinstance(one, Part) else one._get_module_for_linking(), preserve=True)
        return whole


class Whole(JITCodeLibrary):
    """A function that Python enters, and all that it calls."""

    _optimize_functions = _simplify

    def finalize(self) -> None:
        """Put the parts together, optimise, and turn everything into machine code."""
        called = called_by(self)
        for one in called:
            if isinstance(one, Part):
                self._reload_init.update(one._reload_init)
                self._final_module.link_in(one.own(), preserve=True)
        self._linking_libraries = [one for one in called if not isinstance(one, Part)]
        super().finalize()


def called_by(library: Any) -> list[Any]:
    """Return all that a function calls, directly or from one of the parts."""
    found: dict[Any, None] = {}
    waiting = [library]
    while waiting:
        for one in waiting.pop()._linking_libraries:
            if one not in found:
                found[one] = None
                waiting += [one] if isinstance(one, Part) else []
    return list(found)


class Enterable(Lowered):
    """What the compiler writes down for a function, with a door for Python where one is asked for."""

    def create_cpython_wrapper(self, release_gil: bool = False) -> None:
        """Write down the door."""
        module = self.context.create_module("door")
        kind = self.call_conv.get_function_type(self.fndesc.restype, self.fndesc.argtypes)
        inner = ir.Function(module, kind, self.fndesc.llvm_func_name)
        Door(self.context, module, inner, self.fndesc, self.env, self.call_helper, release_gil).build()
        for function in module.functions:
            strike_out(function)
        self.library.add_ir_module(module)


@register_pass(mutates_CFG=True, analysis_only=False)
class Lowering(NativeLowering):
    """The pass that writes a function down."""

    _name = "lowering"
    lowering_class = Enterable


class Inside(CompilerBase):
    """The work of the compiler on a function."""

    def define_pipelines(self) -> list[Any]:
        """Return the passes."""
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.passes = [(Lowering if one is NativeLowering else one, told) for one, told in passes.passes]
        passes.finalize()
        return [passes]


class Entry(Inside):
    """The work of the compiler on a function that Python enters."""

    def _compile_core(self) -> Any:
        codegen = self.state.targetctx.codegen()
        self.state.library = Whole(codegen, self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        codegen._library_class = Part
        try:
            made = super()._compile_core()
        finally:
            del codegen._library_class
        for surroundings in made._find_referenced_environments():
            codegen.set_env(surroundings.env_name, surroundings)
        return made

"""Compilation of rules and sweeps; no module beside this one and those that it compiles with names the compiler.

A *rule* is scalar in, scalar out. A *sweep* is a loop over the rows of a table. Both are ordinary Python; they are
compiled unless the environment variable ``KELISHIM_COMPILED`` is ``0``, and give the same bits either way
(``fastmath`` is off, so no arithmetic is fused or reordered). The compiler itself takes about a second to import; that
waits until the first of them is called, so whoever only reads a scenario or serves a page never pays for it.

Compiled code is cached in the user's cache folder (``KELISHIM_CACHE`` overrides it): sweeps, and rules that are called
from plain Python. A file there is named by a hash of the function's module and of every module of the model that it
imports, directly or not, the processor, the version of the compiler, and the types and field names of the arguments. So
an edited rule can never meet stale code, an edit elsewhere compiles nothing anew, equal sources share one cache
wherever they lie, and a read-only installation works (docs/start-up.md).
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial, update_wrapper
from importlib import import_module
from pathlib import Path
from threading import RLock, get_ident
from typing import Any

from sim.engine.folders import writable
from sim.engine.narrowing import Taken, names_in, narrowing

ENABLED = os.environ.get("KELISHIM_COMPILED", "1") != "0"
ROOT = Path(__file__).parent.parent
SEAL = 32  # bytes
KNOWN_COMPILER = "0.68."  # versions that building.py is written for
BUILDING = Path(__file__).with_name("building.py")
IMPORTS = re.compile(r"^\s*(?:from\s+(sim[\w.]*)\s+import\s+(\([^)]*\)|[^\n]*)|import\s+(sim[\w.]*))", re.MULTILINE)


@cache
def source_hash() -> str:
    """Return twelve hexadecimal digits that change with any source file of the model."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.rglob("*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(_source(path))
    return digest.hexdigest()[:12]


@cache
def rules_hash() -> str:
    """Return twelve hexadecimal digits that change with any source file that compiled code depends on."""
    digest = hashlib.sha256()
    for path in sorted(ROOT.rglob("*.py")):
        if b"@sweep" in _source(path):
            digest.update(closure_hash(path).encode())
    return digest.hexdigest()[:12]


@cache
def closure_hash(path: Path) -> str:
    """Return a hash of a source file and of all files of the model that it imports, directly or not."""
    found = {path}
    waiting = [path]
    while waiting:
        new = _imported(waiting.pop()) - found
        found |= new
        waiting += new
    digest = hashlib.sha256()
    for name, source in sorted((one.name, _source(one)) for one in found):
        digest.update(name.encode())
        digest.update(source)
    return digest.hexdigest()[:16]


@cache
def _source(path: Path) -> bytes:
    return path.read_bytes()


@cache
def _imported(path: Path) -> frozenset[Path]:
    """Return the files of the model that a source file imports by name."""
    found = set()
    for module, names, alone in IMPORTS.findall(_source(path).decode()):
        place = ROOT.joinpath(*(module or alone).split(".")[1:])
        parts = {place / f"{name}.py" for name in re.findall(r"\w+", names)}
        within = {part for part in parts if part.is_file()}
        found |= within | {place.with_suffix(".py")}
        if within != parts:
            found.add(place / "__init__.py")
    return frozenset(one for one in found if one.is_file())


@cache
def cache_folder() -> Path:
    """Return the folder of compiled code; one that cannot be written is only read, the temporary one if it is empty."""
    return writable("compiled", ready="ready-*")


class Kept:
    """The compiled code of a function on disk: one file for each set of argument types, named by all it is made of.

    The compiler's own cache knows a function by the path and the content of its own file alone; it would serve stale
    code when a rule of another module changes, and nothing to a second checkout. Files begin with a hash of the rest:
    a damaged one is as good as missing. Reading needs no more of the compiler than what runs code.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def load_overload(self, kinds: Any, context: Any) -> Any:
        """Return the code kept for argument types, ``None`` if there is none."""
        from numba.core.compiler import CompileResult
        from numba.core.runtime.nrt import rtsys

        try:
            whole = self._file(kinds, context).read_bytes()
        except OSError:
            return None
        seal, content = whole[:SEAL], whole[SEAL:]
        if hashlib.sha256(content).digest() != seal:
            return None
        rtsys.initialize(context)
        rebuild: Any = CompileResult._rebuild
        try:
            return rebuild(context, *pickle.loads(content))  # noqa: S301  what this program wrote itself
        except AttributeError:  # a table of a script that was run as the main one, and is imported now
            return None

    def save_overload(self, kinds: Any, made: Any) -> None:
        """Keep compiled code; where it cannot be written, every process compiles for itself."""
        from numba.core import serialize

        if made.library.has_dynamic_globals:  # an address of this process is written into the code
            return
        dumps: Any = serialize.dumps
        content: bytes = dumps(_lean(made._reduce()))
        path = self._file(kinds, made.target_context)
        draft = path.with_suffix(f".{os.getpid()}-{get_ident()}")
        with suppress(OSError):
            draft.write_bytes(hashlib.sha256(content).digest() + content)
            draft.replace(path)

    def _file(self, kinds: Any, context: Any) -> Path:
        import numba

        arguments = getattr(kinds, "args", kinds)
        path = Path(self._function.__code__.co_filename)
        made_of = (
            closure_hash(path), closure_hash(BUILDING), numba.__version__, sys.version_info[:2],
            context.codegen().magic_tuple(), [str(kind) for kind in arguments], _names(arguments),
        )  # fmt: skip
        digest = hashlib.sha256(repr(made_of).encode()).hexdigest()[:24]
        return cache_folder() / f"{path.stem}.{self._function.__qualname__}.{digest}.code"


def _lean(parts: Any) -> Any:
    """Return compiled code without what builds it into other functions: a process that only runs it starts sooner."""
    from llvmlite import binding

    (name, kind, (machine_code, bitcode)), *rest, called = parts
    functions = [one.name for one in binding.parse_bitcode(bitcode).functions if not one.is_declaration]
    names = "".join(f'define void @"{one}"() {{ ret void }}\n' for one in functions)
    library = name, kind, (machine_code, binding.parse_assembly(names).as_bitcode())
    return (library, *rest, tuple(one for one in called if one.consts))  # of functions that have constants


def _names(kinds: Any) -> tuple[Any, ...]:
    """Return the field names of the named tuples among types, in order and in depth."""
    found: list[Any] = []
    for kind in kinds:
        found += getattr(kind, "fields", ())
        found += _names(getattr(kind, "types", ()))
    return tuple(found)


def _work(name: str, *given: Any) -> Any:
    """Return the work of the compiler on one function; what does it is imported when the first is compiled."""
    return getattr(import_module("sim.engine.building"), name)(*given)


_making = RLock()


class Compiled:
    """A function that is compiled, or found in the cache, when it is first called; ``py_func`` is plain Python."""

    def __init__(self, function: Callable[..., Any], inlined: bool, allocates: bool, in_place: bool = False) -> None:
        update_wrapper(self, function)
        self.py_func = function
        self.targetoptions = {"inline": "always"} if in_place else {}  # asked for by the compiler where it is called
        self._options = {"forceinline": inlined, "_nrt": allocates}
        self._alone: Any = None
        self._inside: Any = None
        self._names: frozenset[str] = frozenset()
        self._narrowing: dict[type, Taken] = {}

    def __call__(self, *arguments: Any) -> Any:
        """Run the compiled function on the columns that it names."""
        run = self._alone or self._made()
        return run(*[self._narrowed(one) if isinstance(one, tuple) else one for one in arguments])

    def _narrowed(self, given: Any) -> Any:
        """Return what is given with those columns of its tables alone that the function, or one that it calls, names.

        How that is done is found out once for each kind of named tuple.
        """
        kind = type(given)
        if kind is tuple:
            return tuple([self._narrowed(one) if isinstance(one, tuple) else one for one in given])
        if kind not in self._narrowing:
            self._names = self._names or names_in(self.py_func)
            self._narrowing[kind] = narrowing(given, self._names)
        make, take = self._narrowing[kind]
        if make is None:
            return given
        if take is not None:
            return make(take(given))
        return make([self._narrowed(one) if isinstance(one, tuple) else one for one in given])

    def _made(self) -> Any:
        with _making:  # the first calls may come from several threads
            if self._alone is None:
                compiled = self._dispatcher(inside=False)
                compiled._cache = Kept(self.py_func)
                self._alone = compiled
        return self._alone

    def _dispatcher(self, inside: bool) -> Any:
        """Return what compiles the function; what is called by compiled code alone has no door for Python to enter."""
        import numba

        compiler: Any = numba.njit
        options: dict[str, Any] = self._options | {"no_cfunc_wrapper": True, "no_cpython_wrapper": inside}
        if numba.__version__.startswith(KNOWN_COMPILER):  # another one compiles in its own way, which takes longer
            options["pipeline_class"] = partial(_work, "Inside" if inside else "Entry")
        return compiler(nogil=True, error_model="numpy", **options)(self.py_func)

    @property
    def _numba_type_(self) -> Any:
        """What the compiler takes in where another compiled function calls this one; not cached by itself."""
        from numba.core import types

        with _making:
            self._inside = self._inside or self._dispatcher(inside=True)
        return types.Dispatcher(self._inside)


def rule(function: Any = None, *, allocates: bool = False, in_place: bool = False) -> Any:
    """Compile a scalar rule into the loops that call it; it stays callable from plain Python.

    One ``in_place`` is as if its text stood where it is called: for what the compiler must see through before all else.
    """
    return _compiled(function, inlined=True, allocates=allocates, in_place=in_place)


def sweep(function: Any = None, *, allocates: bool = False) -> Any:
    """Compile a loop over the rows ``first`` to ``last`` of a table; cached on disk, releases the interpreter.

    Unless it ``allocates`` arrays of its own, nothing that it is given is counted: the caller holds it.
    """
    return _compiled(function, inlined=False, allocates=allocates)


def _compiled(function: Any, **options: bool) -> Any:
    if function is None:
        return lambda given: _compiled(given, **options)
    return Compiled(function, **options) if ENABLED else function

"""Compilation of rules and sweeps: the only module that names the compiler.

A *rule* is scalar in, scalar out. A *sweep* is a loop over the rows of a table. Both are ordinary Python; they are
compiled unless the environment variable ``KELISHIM_COMPILED`` is ``0``, and give the same bits either way
(``fastmath`` is off, so no arithmetic is fused or reordered). The compiler itself takes about a second to import; that
waits until the first of them is called, so whoever only reads a scenario or serves a page never pays for it.

Compiled code is cached in the user's cache folder (``KELISHIM_CACHE`` overrides it): sweeps, and rules that are called
from plain Python. A function's place there is named by a hash of its module and of every module of the model that it
imports, directly or not, and its key by the processor, the version of the compiler and the types and field names of its
arguments. So an edited rule can never meet stale
code, an edit elsewhere compiles nothing anew, equal sources share one cache wherever they lie, and a read-only
installation works (docs/start-up.md).
"""

from __future__ import annotations

import hashlib
import os
import pickle
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache, update_wrapper
from pathlib import Path
from threading import RLock
from typing import Any

from sim.engine.folders import writable

ENABLED = os.environ.get("KELISHIM_COMPILED", "1") != "0"
ROOT = Path(__file__).parent.parent
SEAL = 32  # bytes
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


@cache
def _cache_of() -> Any:
    """Return the kind of cache that compiled functions are given; it imports the compiler."""
    from llvmlite import binding  # type: ignore[import-untyped]
    from numba.core import caching
    from numba.core.runtime.nrt import rtsys

    class Place(caching.UserProvidedCacheLocator):
        """Where a function's compiled code is kept: a folder named by its module and the hash of its sources."""

        def __init__(self, py_func: Callable[..., Any], py_file: str) -> None:
            path = Path(py_file)
            self._py_file, self._name = py_file, py_func.__qualname__
            self._stamp = closure_hash(path)
            self._folder = cache_folder() / f"{path.stem}-{self._stamp}"

        @classmethod
        def from_function(cls, py_func: Callable[..., Any], py_file: str) -> Place:
            return cls(py_func, py_file)

        def get_cache_path(self) -> str:
            return str(self._folder)

        def get_source_stamp(self) -> str:
            return self._stamp

        def get_disambiguator(self) -> str:
            return self._name

    class Sealed(caching.IndexDataCacheFile):  # type: ignore[misc]
        """Files of compiled code that begin with a hash of the rest; a damaged one is as good as missing."""

        def _seal(self, content: bytes) -> bytes:
            return hashlib.sha256(self._version.encode() + content).digest()

        def _read(self, path: str) -> Any:
            whole = Path(path).read_bytes()
            seal, content = whole[:SEAL], whole[SEAL:]
            if self._seal(content) != seal:
                raise FileNotFoundError(path)
            return pickle.loads(content)  # noqa: S301  what this program wrote into the user's own folder

        def _write(self, path: str, thing: Any) -> None:
            content = self._dump(thing)  # type: ignore[no-untyped-call]
            with self._open_for_write(path) as file:
                file.write(self._seal(content) + content)

        def _load_index(self) -> dict[Any, str]:
            try:
                stamp, overloads = self._read(self._index_path)
            except FileNotFoundError:
                return {}
            return overloads if stamp == self._source_stamp else {}

        def _save_index(self, overloads: dict[Any, str]) -> None:
            self._write(self._index_path, (self._source_stamp, overloads))

        def _load_data(self, name: str) -> Any:
            return self._read(self._data_path(name))  # type: ignore[no-untyped-call]

        def _save_data(self, name: str, data: Any) -> None:
            self._write(self._data_path(name), data)  # type: ignore[no-untyped-call]

    class Kept(caching.CompileResultCacheImpl):
        """What is kept of a compiled function: machine code and names, without what builds it into other functions."""

        _locator_classes: Any = (Place,)

        def reduce(self, cres: Any) -> Any:
            known: Any = super()
            (name, kind, (machine_code, bitcode)), *rest, called = known.reduce(cres)
            functions = [one.name for one in binding.parse_bitcode(bitcode).functions if not one.is_declaration]
            names = "".join(f'define void @"{one}"() {{ ret void }}\n' for one in functions)
            named = name, kind, (machine_code, binding.parse_assembly(names).as_bitcode())
            return (named, *rest, tuple(one for one in called if one.consts))  # of functions that have constants

    class Cache(caching.FunctionCache):
        """A cache of compiled code that also looks at the names of the columns of its tables."""

        _impl_class = Kept

        def __init__(self, py_func: Callable[..., Any]) -> None:
            known: Any = super()
            known.__init__(py_func)
            made: Any = Sealed
            self._cache_file = made(self._cache_path, self._impl.filename_base, self._impl.locator.get_source_stamp())

        def load_overload(self, sig: Any, target_context: Any) -> Any:
            """Return the code kept for a signature; the compiler's large library is loaded to compile only."""
            rtsys.initialize(target_context)
            known: Any = super()
            with self._guard_against_spurious_io_errors():
                return known._load_overload(sig, target_context)

        def save_overload(self, sig: Any, data: Any) -> None:
            """Keep compiled code; where it cannot be written, every process compiles for itself."""
            known: Any = super()
            with suppress(OSError):
                known.save_overload(sig, data)

        def _index_key(self, sig: Any, codegen: Any) -> Any:
            known: Any = super()
            return (*known._index_key(sig, codegen), _names(getattr(sig, "args", sig)))

    return Cache


def _names(kinds: Any) -> tuple[Any, ...]:
    """Return the field names of the named tuples among types, in order and in depth."""
    found: list[Any] = []
    for kind in kinds:
        found += getattr(kind, "fields", ())
        found += _names(getattr(kind, "types", ()))
    return tuple(found)


_making = RLock()


class Compiled:
    """A function that is compiled, or found in the cache, when it is first called; ``py_func`` is plain Python."""

    def __init__(self, function: Callable[..., Any], inlined: bool, allocates: bool) -> None:
        update_wrapper(self, function)
        self.py_func = function
        self._options = {"forceinline": inlined, "_nrt": allocates}
        self._alone: Any = None
        self._inside: Any = None

    def __call__(self, *arguments: Any) -> Any:
        """Run the compiled function."""
        return (self._alone or self._made())(*arguments)

    def _made(self) -> Any:
        with _making:  # the first calls may come from several threads
            if self._alone is None:
                compiled = self._dispatcher()
                compiled._cache = _cache_of()(self.py_func)
                self._alone = compiled
        return self._alone

    def _dispatcher(self) -> Any:
        import numba

        compiler: Any = numba.njit
        return compiler(nogil=True, error_model="numpy", **self._options)(self.py_func)

    @property
    def _numba_type_(self) -> Any:
        """What the compiler takes in where another compiled function calls this one; not cached by itself."""
        from numba.core import types

        with _making:
            self._inside = self._inside or self._dispatcher()
        return types.Dispatcher(self._inside)


def rule(function: Any = None, *, allocates: bool = False) -> Any:
    """Compile a scalar rule into the loops that call it; it stays callable from plain Python."""
    return _compiled(function, True, allocates)


def sweep(function: Any = None, *, allocates: bool = False) -> Any:
    """Compile a loop over the rows ``first`` to ``last`` of a table; cached on disk, releases the interpreter.

    Unless it ``allocates`` arrays of its own, nothing that it is given is counted: the caller holds it.
    """
    return _compiled(function, False, allocates)


def _compiled(function: Any, inlined: bool, allocates: bool) -> Any:
    if function is None:
        return lambda given: _compiled(given, inlined, allocates)
    return Compiled(function, inlined, allocates) if ENABLED else function

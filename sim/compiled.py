"""Compilation of rules and sweeps: the only module that names the compiler.

A *rule* is scalar in, scalar out. A *sweep* is a loop over the rows of a table. Both are ordinary Python; they are
compiled unless the environment variable ``KELISHIM_COMPILED`` is ``0``, and give the same bits either way
(``fastmath`` is off, so no arithmetic is fused or reordered).

Compiled code is cached in the user's cache folder (``KELISHIM_CACHE`` overrides it). A sweep's place there is named by
a hash of its module and of every module of the model that it imports, directly or not, and its key by the processor,
the version of the compiler and the types and field names of its arguments. So an edited rule can never meet stale
code, an edit elsewhere compiles nothing anew, equal sources share one cache wherever they lie, and a read-only
installation works.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

ENABLED = os.environ.get("KELISHIM_COMPILED", "1") != "0"
ROOT = Path(__file__).parent
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
    """Return a writable folder for compiled code, the system's temporary one if no other can be written."""
    named = os.environ.get("KELISHIM_CACHE")
    if named:
        base = Path(named)
    else:
        import platformdirs

        base = Path(platformdirs.user_cache_dir("kelishim"))
    folder = base / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError:
        folder = Path(tempfile.gettempdir()) / "kelishim-compiled"
        folder.mkdir(parents=True, exist_ok=True)
    return folder


if ENABLED:
    import numba
    from numba.core import caching

    class _Place(caching.UserProvidedCacheLocator):
        """Where a sweep's compiled code is kept: a folder named by its module and the hash of its sources."""

        def __init__(self, py_func: Callable[..., Any], py_file: str) -> None:
            path = Path(py_file)
            self._py_file, self._name = py_file, py_func.__qualname__
            self._stamp = closure_hash(path)
            self._folder = cache_folder() / f"{path.stem}-{self._stamp}"

        @classmethod
        def from_function(cls, py_func: Callable[..., Any], py_file: str) -> _Place:
            return cls(py_func, py_file)

        def get_cache_path(self) -> str:
            return str(self._folder)

        def get_source_stamp(self) -> str:
            return self._stamp

        def get_disambiguator(self) -> str:
            return self._name

    class _Kept(caching.CompileResultCacheImpl):
        _locator_classes: Any = (_Place,)

    class _Cache(caching.FunctionCache):
        """A cache of compiled code that also looks at the names of the columns of its tables."""

        _impl_class = _Kept

        def _index_key(self, sig: Any, codegen: Any) -> Any:
            known: Any = super()
            return (*known._index_key(sig, codegen), _names(getattr(sig, "args", sig)))

    def _names(kinds: Any) -> tuple[Any, ...]:
        """Return the field names of the named tuples among types, in order and in depth."""
        found: list[Any] = []
        for kind in kinds:
            found += getattr(kind, "fields", ())
            found += _names(getattr(kind, "types", ()))
        return tuple(found)

    def rule(function: Callable[..., Any]) -> Any:
        """Compile a scalar rule; it stays callable from plain Python."""
        return numba.njit(nogil=True, error_model="numpy")(function)

    def sweep(function: Callable[..., Any]) -> Any:
        """Compile a loop over the rows ``first`` to ``last`` of a table; cached on disk, releases the interpreter."""
        compiled: Any = numba.njit(nogil=True, error_model="numpy")(function)
        make: Any = _Cache
        compiled._cache = make(function)
        return compiled

else:

    def rule(function: Callable[..., Any]) -> Any:
        """Return the rule as plain Python."""
        return function

    def sweep(function: Callable[..., Any]) -> Any:
        """Return the sweep as plain Python."""
        return function

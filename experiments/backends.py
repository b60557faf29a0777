"""Backends: where blocks are computed. Loky (processes of this computer) by default; Dask and Ray where installed.

A backend only decides where a unit is computed, never what comes out. It is given functions with plain arguments and
gives back their results in any order; a worker that dies costs what it was working on, and the runner asks again.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any, Literal, get_args

from sim.errors import InputError

Backend = Literal["loky", "dask", "ray"]
BACKENDS: tuple[str, ...] = get_args(Backend)
SECONDS_FOR_WORKERS = 60
SECONDS_FOR_AN_ANSWER = 1.0  # of a scheduler that runs
ADDRESS = re.compile(r"(?:[a-z]+://)?(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):([0-9]{1,5})/?")
Call = tuple[Any, ...]


class WorkerDied(Exception):  # noqa: N818 it says what happened; the runner meets it, no user sees it
    """A worker process died; the results of other workers are there."""


def check(backend: str, scheduler: str = "") -> None:
    """Raise ``InputError`` if a backend is not known, or if nothing answers where its scheduler is said to be."""
    if backend not in BACKENDS:
        raise InputError(f"backend is '{backend}'; it must be one of {', '.join(BACKENDS)}")
    if scheduler and backend == "loky":
        raise InputError(f"scheduler is '{scheduler}', which loky does not use; name --backend dask or ray with it")
    if not scheduler or (backend == "ray" and scheduler == "auto"):
        return
    found = ADDRESS.fullmatch(scheduler)
    if not found or not 0 < int(found[2]) < 65536:
        raise InputError(f"scheduler is '{scheduler}'; it must be an address with a port, such as tcp://host:8786")
    greet = _dask_greeting(scheduler) if backend == "dask" else None
    reason = _no_answer(found[1].strip("[]"), int(found[2]), greet)
    if reason:
        raise InputError(
            f"scheduler '{scheduler}' cannot be reached ({reason}); is it running, and is this its address?"
        )


def _no_answer(host: str, port: int, greet: Callable[[], None] | None) -> str:
    """Return why no scheduler answers at an address; empty if one does. Slow name servers are not waited for."""
    found: list[str] = []

    def knock() -> None:
        try:
            socket.create_connection((host, port), SECONDS_FOR_AN_ANSWER).close()
            if greet is not None:
                greet()
            found.append("")
        except (OSError, UnicodeError) as error:
            found.append(getattr(error, "strerror", "") or str(error))

    thread = threading.Thread(target=knock, daemon=True)
    thread.start()
    thread.join((1.0 if greet is None else 2.0) * SECONDS_FOR_AN_ANSWER)
    return found[0] if found else "no answer"


def _dask_greeting(address: str) -> Callable[[], None]:
    """Return a function that shakes hands with a Dask scheduler; ``OSError`` if what answers there is something else.

    A client that begins with a wrong address cannot be closed: it waits for minutes when it is thrown away.
    """
    try:
        comm, security = (importlib.import_module(f"distributed.{part}") for part in ("comm", "security"))
    except ImportError:
        raise _not_installed("dask", "distributed", "'kelishim[cluster]'") from None

    async def shake() -> None:
        keys = security.Security().get_connection_args("client")
        line = await comm.connect(address, SECONDS_FOR_AN_ANSWER, **keys)
        await line.close()

    def greet() -> None:
        try:
            asyncio.run(asyncio.wait_for(shake(), SECONDS_FOR_AN_ANSWER))
        except Exception:  # whatever another program answers
            raise OSError("what answers there is no Dask scheduler") from None

    return greet


class Pool:
    """Workers of one backend; use it as a context, so that what it starts is stopped again."""

    def __init__(self, backend: str = "loky", workers: int = 0, scheduler: str = "") -> None:
        check(backend, scheduler)
        self.backend = backend
        self.scheduler = scheduler
        self.workers = workers if workers > 0 else _cores()
        self._opened = ExitStack()
        self._options: dict[str, Any] = {}

    @property
    def serial(self) -> bool:
        """Whether everything is computed in this process."""
        return self.backend == "loky" and self.workers == 1

    @property
    def elsewhere(self) -> bool:
        """Whether workers may sit on other computers, with other files."""
        return self.backend != "loky"

    def __enter__(self) -> Pool:
        try:
            if self.backend == "dask":
                self._options = self._dask()
            elif self.backend == "ray":
                self._options = self._ray()
        except BaseException:
            self._opened.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._opened.close()

    def run(self, function: Callable[..., Any], calls: Iterable[Call]) -> Iterator[Any]:
        """Yield the results of the calls in any order; raises ``WorkerDied``."""
        if self.serial:
            yield from (function(*call) for call in calls)
            return
        import joblib
        from joblib.externals.loky.process_executor import BrokenProcessPool

        options = self._options or {"backend": "loky", "n_jobs": self.workers, "inner_max_num_threads": 1}
        died: tuple[type[BaseException], ...] = (BrokenProcessPool, *_deaths(self.backend))
        tasks = (joblib.delayed(function)(*call) for call in calls)
        streaming = "list" if self.backend == "ray" else "generator_unordered"
        try:
            with joblib.parallel_config(**options):
                yield from joblib.Parallel(return_as=streaming, batch_size=1, pre_dispatch="3*n_jobs")(tasks)
        except died:
            raise WorkerDied from None

    def _dask(self) -> dict[str, Any]:
        try:
            import distributed
        except ImportError:
            raise _not_installed("dask", "distributed", "'kelishim[cluster]'") from None
        connect: Any = distributed.Client
        logging.getLogger("distributed").setLevel(logging.ERROR)  # the runner says itself when a worker died
        logging.getLogger("distributed.nanny").setLevel(logging.CRITICAL)
        try:
            if self.scheduler:
                client = connect(self.scheduler, timeout=SECONDS_FOR_WORKERS, set_as_default=False)
            else:
                client = connect(n_workers=self.workers, threads_per_worker=1, dashboard_address=None,
                                set_as_default=False)  # fmt: skip
            self._opened.callback(client.close)
            client.wait_for_workers(1, timeout=SECONDS_FOR_WORKERS)
        except (OSError, TimeoutError, ValueError) as error:
            raise InputError(f"scheduler '{self.scheduler}' gives no workers ({error}); is it running?") from None
        self.workers = sum(client.nthreads().values())
        return {"backend": "dask", "client": client, "n_jobs": -1}

    def _ray(self) -> dict[str, Any]:
        try:
            ray: Any = importlib.import_module("ray")
            register_ray = importlib.import_module("ray.util.joblib").register_ray
        except ImportError:
            raise _not_installed("ray", "ray", "ray") from None
        self._opened.callback(ray.shutdown)
        try:
            ray.init(address=self.scheduler or None, num_cpus=None if self.scheduler else self.workers,
                     ignore_reinit_error=True, log_to_driver=False)  # fmt: skip
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError(f"scheduler '{self.scheduler}' gives no workers ({error}); is it running?") from None
        register_ray()
        return {"backend": "ray", "n_jobs": self.workers}


def _not_installed(backend: str, package: str, install: str) -> InputError:
    return InputError(
        f"backend {backend} needs the package {package}, which is not installed here: pip install {install}, or leave "
        "--backend out to use the cores of this computer"
    )


def _deaths(backend: str) -> tuple[type[BaseException], ...]:
    if backend == "dask":
        from distributed import CancelledError, KilledWorker

        return KilledWorker, CancelledError
    if backend == "ray":
        return (importlib.import_module("ray.exceptions").RayError,)
    return ()


def _cores() -> int:
    import joblib

    return int(joblib.cpu_count())

"""Backends: where blocks are computed. Loky (processes of this computer) by default; Dask and Ray where installed.

A backend only decides where a unit is computed, never what comes out. It is given functions with plain arguments and
gives back their results in any order; a worker that dies costs what it was working on, and the runner asks again.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any, Literal, get_args

from sim.errors import InputError

Backend = Literal["loky", "dask", "ray"]
BACKENDS: tuple[str, ...] = get_args(Backend)
SECONDS_FOR_WORKERS = 60
Call = tuple[Any, ...]


class WorkerDied(Exception):  # noqa: N818 it says what happened; the runner meets it, no user sees it
    """A worker process died; the results of other workers are there."""


class Pool:
    """Workers of one backend; use it as a context, so that what it starts is stopped again."""

    def __init__(self, backend: str = "loky", workers: int = 0, scheduler: str = "") -> None:
        if backend not in BACKENDS:
            raise InputError(f"backend is '{backend}'; it must be one of {', '.join(BACKENDS)}")
        if scheduler and backend == "loky":
            raise InputError(f"scheduler is '{scheduler}', which loky does not use; name --backend dask or ray with it")
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
        if self.backend == "dask":
            self._options = self._dask()
        elif self.backend == "ray":
            self._options = self._ray()
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
        ray.init(address=self.scheduler or None, num_cpus=None if self.scheduler else self.workers,
                 ignore_reinit_error=True, log_to_driver=False)  # fmt: skip
        self._opened.callback(ray.shutdown)
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

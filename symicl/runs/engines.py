"""Who does the chunks: this process, or processes of this machine (joblib's loky); a cluster has its own file.

An engine is entered for a run and left after it.  ``answers(chunks)`` yields ``(chunk, answer)`` as they are done, in
any order; a worker that dies is replaced and its chunks are done again.  Numerical libraries use one thread in a
worker: more workers than processors would fight over them, and the bits of a product must not depend on them.
"""

from __future__ import annotations

import os
import signal
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import TracebackType
from typing import Any, Protocol

from ..errors import SymiclError, UserError
from ..names import meant
from ..workers import processors
from .jobs import Answer, Chunk

NAMES = ("serial", "loky", "dask")
#: How often work goes on after a worker has died: somebody who ends one is forgiven, a chunk that ends them all is not.
DEATHS = 3
MOST_WORKERS = 1024


class Engine(Protocol):
    """What runs chunks; ``name`` and ``workers`` are for whoever watches."""

    name: str
    workers: int

    def __enter__(self) -> Engine:
        """Ready to work."""

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Drop what is still in work."""

    def answers(self, chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, Answer]]:
        """Each chunk with its answer, as it is done."""


def engine(name: str, workers: int | None = None, scheduler: str | None = None) -> Engine:
    """The engine of that name; ``UserError`` for another name, or an option that it does not take.

    >>> engine("serial").workers
    1
    >>> engine("lokey")
    Traceback (most recent call last):
        ...
    symicl.errors.UserError: engine 'lokey' is unknown: did you mean 'loky'? There are serial, loky, dask
    """
    if name not in NAMES:
        near = meant(name, NAMES)
        hint = f"did you mean {near!r}? T" if near else "t"
        raise UserError(f"engine {name!r} is unknown: {hint}here are {', '.join(NAMES)}")
    if scheduler is not None and name != "dask":
        raise UserError(f"--scheduler {scheduler} is for --engine dask, not for {name}")
    if workers is not None and not 1 <= workers <= MOST_WORKERS:
        raise UserError(f"--workers {workers}: a number from 1 to {MOST_WORKERS} is needed")
    if name == "serial":
        if workers not in (None, 1):
            raise UserError(f"--workers {workers}: the engine serial is this process alone; use --engine loky")
        return Serial()
    if name == "loky":
        return Loky(workers or processors())
    if workers is not None:
        raise UserError(f"--workers {workers}: a cluster has the workers that it has; leave --workers out")
    from .cluster import Dask

    return Dask(scheduler)


class Serial:
    """One chunk after the other, here."""

    name, workers = "serial", 1

    def __enter__(self) -> Serial:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def answers(self, chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, Answer]]:
        """Each chunk with its answer, in order."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(limits=1):
            for chunk in chunks:
                yield chunk, chunk.do()


class Loky:
    """Processes of this machine."""

    name = "loky"

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def __enter__(self) -> Loky:
        from joblib import parallel_config

        begins = {"initializer": begin, "initargs": (os.getpid(),)}
        self._config = parallel_config(backend="loky", n_jobs=self.workers, inner_max_num_threads=1, **begins)
        self._config.__enter__()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        from joblib.externals.loky import get_reusable_executor

        self._config.__exit__(kind, error, trace)
        if kind is not None:
            get_reusable_executor().shutdown(wait=True, kill_workers=True)

    def answers(self, chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, Answer]]:
        """Each chunk with its answer, as it is done; where a worker dies, what is missing is done again."""
        from joblib import Parallel, delayed
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        missing = {chunk.key: chunk for chunk in chunks}
        deaths = 0
        while missing:
            # One chunk a batch: a chunk is long enough, and each is kept as soon as it is done.
            parallel = Parallel(batch_size=1, return_as="generator_unordered")
            with _quietly_started():
                done = parallel(delayed(at_work)(chunk) for chunk in list(missing.values()))
            try:
                for key, answer in done:
                    if (chunk := missing.pop(key, None)) is not None:  # not one that came late after a death
                        yield chunk, answer
            except TerminatedWorkerError:
                deaths += 1
                if deaths > DEATHS:
                    raise SymiclError(
                        f"{deaths} times a worker was ended from outside, perhaps for want of memory; "
                        "finished chunks are kept: go on with --resume and fewer --workers"
                    ) from None
            finally:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # it would speak of chunks that are dropped on purpose
                    done.close()


@contextmanager
def _quietly_started() -> Iterator[None]:
    """Processes that are started meanwhile never see Ctrl-C, which is for whoever started them, not even while they
    import; nor does loky's tracker complain of what workers leave behind that are ended, which it then removes."""
    here = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN) if here else None
    warned = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, (warned, "ignore:resource_tracker:UserWarning")))
    try:
        yield
    finally:
        if here:
            signal.signal(signal.SIGINT, handler)
        if warned is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = warned


def begin(parent: int) -> None:
    """How a process of this machine begins: it ends when the one does that started it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def at_work(chunk: Chunk) -> tuple[Any, Answer]:
    """What a worker does: the chunk's key and its answer."""
    _one_thread()
    return chunk.key, chunk.do()


@cache
def _one_thread() -> None:
    """Once in each worker."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1)


__all__ = ["NAMES", "Engine", "Loky", "Serial", "at_work", "engine"]

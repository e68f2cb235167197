"""The engine of a Dask cluster: chunks go to whatever workers its scheduler has.

Needs the extra ``dask``.  A worker that dies is the scheduler's concern, which gives its chunks to another.

Source: the Dask.distributed documentation, "Futures" and "Resilience".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from types import TracebackType
from typing import Any

from ..errors import MissingTool, SymiclError, UserError
from .jobs import Answer, Chunk

#: Seconds after which a scheduler counts as not reachable, or as one that has no workers.
PATIENCE = 5.0
#: How many chunks are with the scheduler for each thread of its workers: so many that none waits.
AHEAD = 4
ADDRESS = re.compile(r"(tcp|tls|ucx|ws|wss)://\S+:\d+")
KEEPS = "finished chunks are kept: go on with --resume"


class Dask:
    """A cluster, by the address of its scheduler."""

    name = "dask"

    def __init__(self, scheduler: str | None) -> None:
        try:
            import distributed  # noqa: F401
        except ImportError:
            raise MissingTool("--engine dask needs Dask, which is not installed: pip install 'symicl[dask]'") from None
        if scheduler is None:
            raise UserError("--engine dask needs --scheduler, the address of a scheduler such as tcp://127.0.0.1:8786")
        if not ADDRESS.fullmatch(scheduler):
            raise UserError(f"--scheduler {scheduler}: write an address such as tcp://127.0.0.1:8786")
        self.scheduler = scheduler
        self.workers = 0

    def __enter__(self) -> Dask:
        from distributed import Client

        try:
            self._client = Client(self.scheduler, timeout=PATIENCE, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise UserError(f"--scheduler {self.scheduler}: no scheduler answers there ({_why(error)})") from None
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
            self.workers = sum(self._client.nthreads().values())
            self._same_software()
        except TimeoutError:
            self._client.close(timeout=PATIENCE)
            raise UserError(
                f"--scheduler {self.scheduler}: the scheduler has no workers; start `dask worker`"
            ) from None
        except BaseException:
            self._client.close(timeout=PATIENCE)
            raise
        return self

    def _same_software(self) -> None:
        """Refuse workers with another symicl or NumPy than ours: their bits could differ."""
        from .versions import DECISIVE, versions

        ours = versions()
        for worker, theirs in self._client.run(_versions_there, on_error="return").items():
            for name in DECISIVE:
                found = theirs.get(name) if isinstance(theirs, dict) else None
                if found != ours[name]:
                    has = f"{name} {found}" if found else f"no {name} that answers"
                    raise UserError(
                        f"--scheduler {self.scheduler}: worker {worker} has {has}, not {ours[name]} as here"
                    )

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close(timeout=PATIENCE)

    def answers(self, chunks: Sequence[Chunk]) -> Iterator[tuple[Chunk, Answer]]:
        """Each chunk with its answer, as it is done."""
        from distributed import as_completed

        waiting = iter(chunks)
        given = {chunk.key: chunk for chunk in chunks}
        first = [self._submit(chunk) for chunk in islice(waiting, max(1, AHEAD * self.workers))]
        done = as_completed(first, loop=self._client.loop)
        for future in done:
            key, answer = self._answer(future)
            if (chunk := next(waiting, None)) is not None:
                done.add(self._submit(chunk))
            yield given[key], answer

    def _submit(self, chunk: Chunk) -> Any:
        from .engines import at_work

        return self._client.submit(at_work, chunk, pure=False)

    def _answer(self, future: Any) -> Any:
        from distributed import KilledWorker

        while future.status != "cancelled":  # one that is lost went with its worker, and is worked out again
            try:
                return future.result(timeout=PATIENCE)
            except KilledWorker:
                raise SymiclError(
                    f"--scheduler {self.scheduler}: a chunk ended several workers, one after the other, "
                    f"perhaps for want of memory; {KEEPS}"
                ) from None
            except TimeoutError:
                if self._client.status != "running":
                    break
            except OSError:
                break
        raise SymiclError(f"--scheduler {self.scheduler}: the scheduler has gone; {KEEPS}")


def _versions_there() -> dict[str, str]:
    from symicl.runs.versions import versions

    return versions()


def _why(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__

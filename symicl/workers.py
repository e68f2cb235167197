"""Several calls side by side in forked processes: for work that is ready in memory and takes tenths of a second.

>>> [n for n in side_by_side(abs, [-1, 2, -3], jobs=1)]
[1, 2, 3]
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from typing import Any

_shared: list[Any] = []


def side_by_side(
    work: Callable[[Any], Any], things: Sequence[Any], *, jobs: int, meanwhile: Callable[[], object] = bool
) -> list[Any]:
    """``work`` of each thing, in their order, in up to ``jobs`` processes.

    A process is forked, so that the things need not be copied; what comes back must be.  Where there is no fork, one
    processor, or one thing, everything is done here.  ``meanwhile`` is called here while the processes work.  Ctrl-C
    ends them.
    """
    jobs = min(jobs, len(things), os.cpu_count() or 1)
    if jobs < 2 or not hasattr(os, "fork"):
        return [work(thing) for thing in things]
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    _shared[:] = [work, things]
    pool = ProcessPoolExecutor(jobs, get_context("fork"), _leave_ctrl_c_to_the_parent)
    try:
        # The last things build on the others and take longest, so they are begun first.
        done = {i: pool.submit(_one, i) for i in reversed(range(len(things)))}
        meanwhile()
        return [done[i].result() for i in range(len(things))]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        _shared.clear()


def _one(i: int) -> Any:
    work, things = _shared
    return work(things[i])


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)

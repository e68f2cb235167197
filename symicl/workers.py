"""Calls in forked processes beside this one: for work that is ready in memory and takes tenths of a second.

>>> with Crew(2) as crew:
...     answers = [crew.begin(abs, n) for n in (-1, 2, -3)]
...     [answer() for answer in answers]
[1, 2, 3]
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until this is done.  It reaches the main thread alone, whichever thread the system tells of it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    seen: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if seen:
        signal.raise_signal(signal.SIGINT)


class Crew:
    """At most ``jobs`` calls at work at a time, each in a process of its own.

    A process is forked, so that what it works on need not be copied; what comes back must be picklable.  With no jobs,
    or where there is no fork, a call is made here when its answer is asked for.  Leaving the crew ends whoever is
    still at work, and so does Ctrl-C.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs if hasattr(os, "fork") else 0
        self._children: set[int] = set()
        # Whoever wants to work takes a byte out of this pipe and puts it back when done.
        self._turns, self._done = os.pipe()
        os.write(self._done, b"." * self.jobs)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for child in self._children:
            os.kill(child, signal.SIGKILL)
        for child in list(self._children):
            self._wait(child)
        os.close(self._turns)
        os.close(self._done)

    def begin(self, work: Callable[..., Any], *things: Any) -> Callable[[], Any]:
        """Begin ``work(*things)``; the call that is handed back waits for its answer, or raises what it raised."""
        if not self.jobs:
            return lambda: work(*things)
        receiving, sending = os.pipe()
        with _uninterrupted():  # a Ctrl-C right after the fork must find the child in the set, so that it is ended too
            child = os.fork()
            if not child:
                os.close(receiving)
                self._work(sending, work, things)
            self._children.add(child)
        os.close(sending)
        return lambda: self._answer(child, receiving)

    def _work(self, sending: int, work: Callable[..., Any], things: tuple[Any, ...]) -> None:
        """What a child does; it never returns."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.read(self._turns, 1)
        try:
            answer = True, work(*things)
        except BaseException as error:
            answer = False, error
        told = pickle.dumps(answer)
        os.write(self._done, b".")  # before a long answer fills its pipe and waits for whoever asks
        with os.fdopen(sending, "wb") as pipe:
            pipe.write(told)
        os._exit(0)

    def _answer(self, child: int, receiving: int) -> Any:
        with os.fdopen(receiving, "rb") as pipe:
            told = pipe.read()
        self._wait(child)
        if not told:
            raise ChildProcessError("a process ended before its answer was ready")
        good, answer = pickle.loads(told)  # from our own child
        if not good:
            raise answer
        return answer

    def _wait(self, child: int) -> None:
        self._children.discard(child)  # first, so that nobody ends a number that is another process by then
        os.waitpid(child, 0)

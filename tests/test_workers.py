"""Forked calls: their answers, what they raise, how many are at work, and that none is left behind."""

import os
import signal
import time

import pytest

from symicl.workers import Crew

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@pytest.mark.parametrize("jobs", [0, 1, 3])
def test_answers_come_to_whoever_asked(jobs):
    with Crew(jobs) as crew:
        answers = [crew.begin(pow, n, 2) for n in range(9)]
        assert [answer() for answer in reversed(answers)] == [n * n for n in reversed(range(9))]


@needs_fork
@pytest.mark.parametrize("first", [0, 5])
def test_long_answers_do_not_hold_up_the_others(first):
    """More than a pipe holds, from calls that are asked last."""
    with Crew(1) as crew:
        answers = [crew.begin(bytes, 1 << 20) for _ in range(6)]
        order = [first, *(k for k in range(6) if k != first)]
        assert [len(answers[k]()) for k in order] == [1 << 20] * 6


@pytest.mark.parametrize("jobs", [0, 2])
def test_what_a_call_raises_is_raised_here(jobs):
    with Crew(jobs) as crew:
        answer = crew.begin(int, "seven")
        with pytest.raises(ValueError, match="seven"):
            answer()


@needs_fork
def test_a_process_that_dies_is_noticed():
    with Crew(1) as crew:
        answer = crew.begin(lambda: os.kill(os.getpid(), signal.SIGKILL))
        with pytest.raises(ChildProcessError):
            answer()


@needs_fork
def test_an_interrupt_right_after_the_fork_leaves_nobody_behind(monkeypatch):
    fork, forked = os.fork, []

    def interrupted():
        if child := fork():
            forked.append(child)
            os.kill(os.getpid(), signal.SIGINT)
        return child

    monkeypatch.setattr(os, "fork", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), Crew(1) as crew:
            crew.begin(time.sleep, 60)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        with pytest.raises(ProcessLookupError):
            os.kill(forked[0], signal.SIGKILL)
    finally:
        signal.signal(signal.SIGINT, before)


@needs_fork
def test_at_most_so_many_are_at_work(tmp_path):
    def work(n):
        (tmp_path / str(n)).touch()
        time.sleep(0.05)
        busy = len(list(tmp_path.iterdir()))
        (tmp_path / str(n)).unlink()
        return busy

    with Crew(2) as crew:
        answers = [crew.begin(work, n) for n in range(6)]
        assert max(answer() for answer in answers) <= 2


@needs_fork
def test_nobody_is_left_behind():
    with Crew(1) as crew:
        crew.begin(time.sleep, 60)
        (child,) = crew._children
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)

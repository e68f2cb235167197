"""How much work the kernel may do: without bound for a derivation of one's own, bounded for a record of a stranger.

The unit is one step of an inner loop, so that the bound does not depend on the machine.

>>> with allowance(10):
...     spend(11)
Traceback (most recent call last):
    ...
symicl.errors.ProofError: this takes more work than is allowed
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from ..errors import ProofError

_left: float = inf


def spend(work: int) -> None:
    """Count so much work; ``ProofError`` once the allowance is used up."""
    global _left
    _left -= work
    if _left < 0:
        raise ProofError("this takes more work than is allowed")


@contextmanager
def allowance(work: float) -> Iterator[None]:
    """Within, the kernel may do so much work in all."""
    global _left
    before, _left = _left, work
    try:
        yield
    finally:
        _left = before


def limited() -> bool:
    """Whether the work is bounded at all."""
    return _left != inf


def left() -> float:
    """How much work is still allowed."""
    return _left

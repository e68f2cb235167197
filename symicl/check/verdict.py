"""What a judge hands back: never a bare bool, always a record with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import UserError

JUDGES = ("exact", "interval", "monte carlo")
VERDICTS = ("pass", "fail", "skipped")


@dataclass(frozen=True)
class Verdict:
    """One judge's verdict on one theorem.

    ``id`` names the theorem, ``judge`` is one of ``JUDGES``, ``verdict`` one of ``VERDICTS``.  ``detail`` is a
    sentence for a person: what was looked at, or the first counterexample, or why the judge could not run.
    ``numbers`` is the same evidence for a program.  ``UserError`` for any other judge or verdict.

    A verdict has no truth value, so that ``if judge_loss(…):`` cannot be written by mistake; ask for ``.ok``.

    >>> Verdict("loss", "exact", "skipped", "no formula was given").ok
    False
    >>> bool(Verdict("loss", "exact", "pass", "5 instances"))
    Traceback (most recent call last):
        ...
    TypeError: a verdict has no truth value: ask for .ok
    """

    id: str
    judge: str
    verdict: str
    detail: str
    numbers: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.judge not in JUDGES:
            raise UserError(f"no judge is called {self.judge!r}; there are {', '.join(JUDGES)}")
        if self.verdict not in VERDICTS:
            raise UserError(f"no verdict is called {self.verdict!r}; there are {', '.join(VERDICTS)}")

    @property
    def ok(self) -> bool:
        """Whether the judge ran and agreed: true for "pass" alone, so a skipped check never counts as a pass."""
        return self.verdict == "pass"

    def __bool__(self) -> bool:
        raise TypeError("a verdict has no truth value: ask for .ok")

    def __str__(self) -> str:
        return f"{self.id}: {self.verdict} ({self.judge}): {self.detail}"

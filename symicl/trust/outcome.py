"""What became of one mutant before one judge, and the sums of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """One mutant before one judge.

    ``subject`` is what was changed and ``kind`` how; ``truth`` is "true", "false" or "undecided"; ``passed`` says
    whether the judge let it through.  ``text`` is the mutant in words, kept for those that a reader may ask about.
    """

    judge: str
    subject: str
    kind: str
    truth: str
    passed: bool
    text: str = ""

    @property
    def missed(self) -> bool:
        """A false one that was let through."""
        return self.passed and self.truth == "false"


@dataclass(frozen=True)
class Tally:
    """How one judge fared: ``false`` = ``caught`` + ``missed``; the other mutants are true, or not decided."""

    judge: str
    mutants: int
    false: int
    missed: int
    true: int
    true_passed: int

    @property
    def caught(self) -> int:
        """The false ones that were rejected."""
        return self.false - self.missed

    @property
    def undecided(self) -> int:
        """Those that no point refutes, and of which points cannot say more."""
        return self.mutants - self.false - self.true


def tally(judge: str, outcomes: Iterable[Outcome]) -> Tally:
    """The sums over the outcomes of one judge.

    >>> seen = [Outcome("kernel", "loss", "sign", truth, passed) for truth, passed in (("false", 0), ("true", 1))]
    >>> tally("kernel", seen)
    Tally(judge='kernel', mutants=2, false=1, missed=0, true=1, true_passed=1)
    """
    own = [o for o in outcomes if o.judge == judge]
    counts = Counter((o.truth, bool(o.passed)) for o in own)
    return Tally(
        judge,
        len(own),
        counts["false", True] + counts["false", False],
        counts["false", True],
        counts["true", True] + counts["true", False],
        counts["true", True],
    )

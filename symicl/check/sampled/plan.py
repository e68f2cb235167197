"""What a Monte Carlo judge is asked to sample: which cases, how many prompts, from which seed, at which level.

>>> Plan(alpha=0.01).cases, Plan([(2, 3)]).batches
(((2, 5), (3, 10), (5, 20)), 256)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from ...errors import UserError
from .prompts import Case

CASES: tuple[tuple[int, int], ...] = ((2, 5), (3, 10), (5, 20))
SAMPLES, SEED, ALPHA, BATCHES = 320_000, 20230616, 1e-3, 256
Cases = Sequence[tuple[int, int] | Case]


class Sampling(TypedDict, total=False):
    """How much is sampled, from which seed, and the level at which all z-scores of a judge hold together."""

    samples: int
    seed: int
    alpha: float
    batches: int


class AtSizes(Sampling, total=False):
    """The same, and ``cases``: sizes (d, N), or settings as they are."""

    cases: Cases


@dataclass(frozen=True)
class Plan:
    """What a judge was asked to sample, with what it does unless it is told; ``UserError`` for a level that is none."""

    cases: Cases = CASES
    samples: int = SAMPLES
    seed: int = SEED
    alpha: float = ALPHA
    batches: int = BATCHES

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1:
            raise UserError(f"alpha = {self.alpha}: a level lies between 0 and 1")

"""Which judge looks at which theorem: the formulas of a chapter as plain functions of numbers, handed to the judges.

The judges see numbers only; here a formula of the derived theorem is evaluated at the numbers that they draw
(``formulas``).  Each module is about a few rows of the catalogue: ``EXACT``, ``ENCLOSED`` and ``SAMPLED`` say which
function puts a row's claims before which judge, ``NOT_SAMPLED`` and ``NOT_ENCLOSED`` why there is none.

>>> [verdict.verdict for verdict in check(["loss"], samples=20_000)]
['pass', 'skipped', 'pass']
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Collection, Iterable
from fractions import Fraction
from functools import partial
from typing import Any

from ..attention import Task
from ..check.verdict import JUDGES, Verdict
from ..derivations import CATALOGUE, derive, entry
from ..errors import UserError
from ..language.letters import letters_of
from ..proof.chapter import Chapter
from ..workers import Crew
from . import estimators, flow, full, landscape, laws, losses, own_covariances, trained
from .formulas import claim, enclosure

SEED = 230609927
SAMPLES = 200_000
#: How many random instances an exact judge or an interval judge looks at, thoroughly and in passing.
MANY, FEW = 6, 2
#: How many boxes of each kind an interval judge settles on an instance, thoroughly and in passing.
BOXES, ONE = 12, 1

#: The rows of the catalogue by groups, and what each module says of its own.
GROUPS = (losses, landscape, flow, full, trained, laws, own_covariances, estimators)


def _of_all(name: str) -> ChainMap[str, Any]:
    return ChainMap(*(getattr(group, name, {}) for group in GROUPS))


EXACT, ENCLOSED, SAMPLED, NOT_SAMPLED = map(_of_all, ("EXACT", "ENCLOSED", "SAMPLED", "NOT_SAMPLED"))
NOISE = _of_all("NOISE")
NOT_ENCLOSED = _of_all("NOT_ENCLOSED")
POLYNOMIAL = "an identity of polynomials or their quotients: the exact judge decides it, by equality of rationals"


def check(
    ids: Iterable[str] | None = None,
    *,
    seed: int = SEED,
    samples: int = SAMPLES,
    task: Task | None = None,
    noise: Fraction | int | None = None,
    thorough: bool = True,
    jobs: int = 0,
    progress: Callable[[str], None] | None = None,
) -> list[Verdict]:
    """The verdicts of all judges on the given rows of the catalogue, by default on all of them.

    ``task`` and ``noise`` (the value of its noise symbol) are for a task of one's own; ``thorough=False`` asks the
    exact and the interval judges for two random instances each instead of many; ``jobs`` judges work side by side in
    processes of their own; ``progress`` is told each id when its verdicts are next.
    """
    ids = [row.id for row in CATALOGUE] if ids is None else [entry(id).id for id in ids]
    judging = partial(judge, seed=seed, samples=samples, noise=noise, thorough=thorough)
    with Crew(jobs) as crew:
        waiting = {id: crew.begin(judging, derive(id, task)) for id in ids}
        verdicts = []
        for id, answer in waiting.items():
            if progress is not None:
                progress(id)
            verdicts += answer()
    return verdicts


def judge(
    chapter: Chapter,
    *,
    seed: int = SEED,
    samples: int = SAMPLES,
    noise: Fraction | int | None = None,
    thorough: bool = True,
    by: Collection[str] = JUDGES,
) -> list[Verdict]:
    """The verdicts on one chapter of the judges named in ``by``, by default of all of them."""
    name = chapter.id
    noise = _noise(chapter, noise)
    trials, boxes = (MANY, BOXES) if thorough else (FEW, ONE)
    verdicts: list[Verdict] = []
    if "exact" in by:
        verdicts += EXACT[name](chapter, seed=seed, sigma=noise, trials=trials)
    if "interval" in by and name in ENCLOSED:
        verdicts.append(ENCLOSED[name](chapter, seed=seed, sigma=noise, trials=trials, boxes=boxes))
    elif "interval" in by:
        verdicts.append(Verdict(chapter.id, "interval", "skipped", NOT_ENCLOSED.get(name, POLYNOMIAL)))
    if "monte carlo" in by and name in SAMPLED:
        found = SAMPLED[name](chapter, seed=seed, samples=samples, sigma=float(noise))
        verdicts += found if isinstance(found, list) else [found]
    elif "monte carlo" in by:
        verdicts.append(Verdict(chapter.id, "monte carlo", "skipped", NOT_SAMPLED[name]))
    return verdicts


def _noise(chapter: Chapter, given: Fraction | int | None) -> Fraction | int:
    """The value of the noise to judge at; a noisy model must not be judged as if it had none."""
    given = NOISE.get(chapter.id) if given is None else given
    task = getattr(chapter.model, "task", chapter.model)
    if given is None and task.epsilon in letters_of(task.labels):
        raise UserError(f"{chapter.id}: the labels of this model have noise; say at what value, such as noise=1")
    return given or 0


__all__ = ["BOXES", "FEW", "MANY", "ONE", "SAMPLES", "SEED", "check", "claim", "enclosure", "judge"]

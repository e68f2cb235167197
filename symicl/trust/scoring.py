"""Everything together: all mutants before all judges, side by side, and what came of it.

>>> report = run(Plan(theorems=4, mutants=2, sampled=0, runs=0, alarms=0), ids=["prediction"])
>>> report.ok, [row.judge for row in report.tallies()]
(True, ['kernel', 'search', 'exact'])
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from ..check.sampled.plan import ALPHA
from ..check.verdict import JUDGES
from ..derivations import CATALOGUE, derive
from ..kernel.theorem import Theorem
from ..proof.chapter import Chapter
from ..workers import Crew
from .attacks import Pick, attack, theorems, told
from .frequencies import JUDGE as SAMPLING
from .frequencies import Alarms, Power, alarms, power
from .judged import changes, judged, looked_at
from .outcome import Outcome, Tally, tally
from .searching import OWN_LINES, lines, search
from .truth import truth

SEED = 230609927
ORIGINALS = "unchanged"
#: Those that must not let a false mutant through.
EXACT = "exact"
SURE = ("kernel", "search", OWN_LINES, EXACT)
#: Where false alarms are counted, and the power: the loss without and with p and q, a moment, the loss at the optimum.
ALARMED = ("loss", "loss-full", "moments")
POWERED = (*ALARMED, "optimum")
CHUNK = 250


@dataclass(frozen=True)
class Plan:
    """How much is done; None is all there is.

    ``theorems`` are looked at, and ``mutants`` of each and of each formula; ``sampled`` changed formulas are seen by
    the judges that are not exact; each power is taken from ``runs`` runs at each of ``samples``, and the false alarms
    are counted over ``alarms`` seeds.
    """

    theorems: int | None = None
    mutants: int | None = None
    sampled: int = 300
    samples: tuple[int, ...] = (20_000, 100_000, 500_000)
    runs: int = 100
    alarms: int = 10_000


WHOLE = Plan()
QUICK = Plan(theorems=30, mutants=3, sampled=6, samples=(20_000,), runs=5, alarms=20)


@dataclass(frozen=True)
class Report:
    """What came of it: an outcome for each mutant and judge, the powers, the false alarms."""

    outcomes: tuple[Outcome, ...]
    powers: tuple[Power, ...]
    alarms: tuple[Alarms, ...]

    def tallies(self) -> list[Tally]:
        """How each judge fared, in the order in which they come up."""
        judges = dict.fromkeys(o.judge for o in self.outcomes if o.judge != ORIGINALS)
        return [tally(judge, self.outcomes) for judge in judges]

    @property
    def missed(self) -> list[Outcome]:
        """The false ones that a judge let through who must not, and theorems that the third way refutes."""
        return [o for o in self.outcomes if o.missed and o.judge in (*SURE, ORIGINALS)]

    @property
    def ok(self) -> bool:
        """Whether there are none."""
        return not self.missed


Task = Callable[[], list[Any]]


def run(
    plan: Plan = WHOLE,
    *,
    ids: Iterable[str] | None = None,
    seed: int = SEED,
    jobs: int = 0,
    progress: Callable[[str], None] = lambda message: None,
) -> Report:
    """Judge the judges; ``jobs`` processes work side by side, ``progress`` is told what is waited for."""
    chapters = [derive(id) for id in ids or [row.id for row in CATALOGUE]]
    groups: dict[str, list[Task]] = {
        "theorems": [*_on_theorems(chapters, plan, seed)],
        "formulas": [*_on_formulas(chapters, plan, seed)],
        "power": [*_on_frequencies(chapters, plan, seed)],
    }
    found: list[Any] = []
    with Crew(jobs) as crew:
        waiting = [
            (name, crew.begin(_all, bundle)) for name, tasks in groups.items() for bundle in _bundles(tasks, jobs)
        ]
        for k, (name, answer) in enumerate(waiting):
            progress(f"{name}, {k} of {len(waiting)}")
            found += answer()
    return _collected(found)


def _bundles(tasks: list[Task], jobs: int) -> list[list[Task]]:
    """The tasks in bundles for one process each, heavy neighbours apart."""
    count = min(len(tasks), 12 * max(jobs, 1))
    return [tasks[k::count] for k in range(count)]


def _all(tasks: Iterable[Task]) -> list[Any]:
    return [result for task in tasks for result in task()]


def _collected(found: list[Any]) -> Report:
    outcomes = sorted((x for x in found if isinstance(x, Outcome)), key=_order)
    return Report(tuple(outcomes), tuple(_summed(found, Power)), tuple(_summed(found, Alarms)))


def _order(outcome: Outcome) -> tuple[Any, ...]:
    first = (*SURE, *JUDGES)
    place = first.index(outcome.judge) if outcome.judge in first else len(first)
    return place, outcome.judge, outcome.subject, outcome.kind, outcome.truth, outcome.passed, outcome.text


def _summed(found: list[Any], kind: Any) -> Iterator[Any]:
    """The counts of the parts of one row added up."""
    rows: dict[Any, list[int]] = {}
    for part in found:
        if isinstance(part, kind):
            at = part.error if kind is Power else part.level
            total = rows.setdefault((part.subject, part.samples, at), [0, 0])
            total[0] += part.rejected
            total[1] += part.runs
    order = [row.id for row in CATALOGUE]
    for key in sorted(rows, key=lambda key: (order.index(key[0]), key[1], -key[2])):
        yield kind(*key, *rows[key])


# -- tasks


def _pick(most: int | None, label: str) -> Pick:
    """All of them, or as many at random, the same ones each time."""

    def pick(items: list[Any]) -> list[Any]:
        return items if most is None or len(items) <= most else Random(label).sample(items, most)

    return pick


def _on_theorems(chapters: list[Chapter], plan: Plan, seed: int) -> Iterator[Task]:
    known = theorems(chapters)
    for k, (theorem, subject) in enumerate(_pick(plan.theorems, f"{seed} kernel")(list(known.items()))):
        yield partial(_unchanged, theorem, subject)
        yield partial(attack, theorem, subject, known, _pick(plan.mutants, f"{seed} kernel {k}"))
    for k, (theorem, subject) in enumerate(_pick(plan.theorems, f"{seed} search")(list(lines(known).items()))):
        yield partial(search, theorem, subject, _pick(plan.mutants, f"{seed} search {k}"))


def _unchanged(theorem: Theorem, subject: str) -> list[Outcome]:
    """A theorem as it is before the third way, which must not refute it."""
    found = truth(theorem.statement, theorem.assumptions).verdict
    text = told(theorem.statement, theorem.assumptions) if found == "false" else ""
    return [Outcome(ORIGINALS, subject, theorem.rule, found, True, text)]


def _on_formulas(chapters: list[Chapter], plan: Plan, seed: int) -> Iterator[Task]:
    """The exact judge sees all changes, the others some at random among those of all chapters."""
    for judge in JUDGES:
        named = [(chapter, name) for chapter in chapters for name in looked_at(chapter, judge)]
        some: list[Any] = []
        for chapter, name in named:
            pick = _pick(plan.mutants if judge == EXACT else None, f"{seed} {judge} {chapter.id} {name}")
            some += pick(changes(chapter, name))
        if judge != EXACT:
            some = _pick(plan.sampled, f"{seed} {judge}")(some)
        size = 40 if judge == EXACT else 10
        for k in range(0, len(some), size):
            yield partial(judged, some[k : k + size], judge, seed=seed)


def _on_frequencies(chapters: list[Chapter], plan: Plan, seed: int) -> Iterator[Task]:
    sampled = [c for c in chapters if (plan.runs or plan.alarms) and looked_at(c, SAMPLING)]
    for chapter in sampled:
        for samples in plan.samples:
            for seeds in _chunks(seed, plan.runs if chapter.id in POWERED else 0, 10):
                yield partial(power, chapter, samples, seeds, ALPHA)
        for seeds in _chunks(seed + plan.runs, plan.alarms if chapter.id in ALARMED else 0, CHUNK):
            yield partial(alarms, chapter, plan.samples[0], seeds)


def _chunks(first: int, count: int, size: int) -> Iterator[range]:
    for k in range(0, count, size):
        yield range(first + k, first + min(k + size, count))

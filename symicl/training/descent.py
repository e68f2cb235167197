"""Gradient descent of one or many layers side by side, on the population loss or on sampled prompts.

>>> import numpy as np
>>> from symicl.training.population import Population
>>> from symicl.training.starts import paper_start
>>> loss = Population([[1.0]], 4)
>>> course = descend(loss, paper_start(0.3, [[1.0]]).row[None], Plan(steps=400, step=0.1), OnPopulation(loss))
>>> bool(abs(loss.loss(course.rows[-1, 0]) - loss.loss(loss.optimum)) < 1e-9)
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from ..simulate.named import shown
from ..simulate.numbers import LENGTHS, integer, positive
from .population import Population
from .prompts import Law, Prompts, SampledLoss, numbers_of_a_prompt
from .weights import Array, blocks

#: what part of its size a step keeps after a part of all steps
SCHEDULES: dict[str, Callable[[Array], Array]] = {
    "constant": np.ones_like,
    "linear": lambda part: 1.0 - part,
    "cosine": lambda part: (1.0 + np.cos(np.pi * part)) / 2,
}
BLOCKS = ("all", "uU")
#: numbers of the prompts of one run that are held at once, and of a whole training set
PIECE, HELD = 1 << 21, 1 << 28
#: more steps and more looks are a slip of the keyboard
STEPS, LOOKS = 10_000_000, 10_000
#: weights so many times larger than the start and the optimum are on their way to infinity
RUNAWAY = 1e3


class Diverged(UserError):
    """The weights ran away: the step is too large."""


@dataclass(frozen=True)
class Plan:
    """How to descend: ``steps`` of size ``step``, which a ``schedule`` shrinks to zero or not; ``batch`` prompts a
    step, new ones each time or out of a training set of ``prompts``; ``blocks``, "all" or "uU", are what moves.

    ``looks`` says at how many steps the course is recorded.  ``UserError`` where a value makes no sense.
    """

    steps: int = 2000
    step: float = 0.1
    schedule: str = "constant"
    batch: int = 64
    prompts: int = 0
    blocks: str = "all"
    looks: int = 200

    def __post_init__(self) -> None:
        for name, least, most in (
            ("steps", 1, STEPS),
            ("batch", 1, LENGTHS),
            ("prompts", 0, LENGTHS),
            ("looks", 2, LOOKS),
        ):
            integer(name, getattr(self, name), least, most)
        positive("step", self.step)
        for name, known in (("schedule", tuple(SCHEDULES)), ("blocks", BLOCKS)):
            one_of(name, getattr(self, name), known)
        if self.prompts and self.batch > self.prompts:
            raise UserError(f"batch must be at most {self.prompts}, the prompts of the training set, not {self.batch}")

    @property
    def sizes(self) -> Array:
        """The size of each step."""
        return np.asarray(self.step * SCHEDULES[self.schedule](np.arange(self.steps) / self.steps))

    @property
    def looked(self) -> list[int]:
        """After how many steps the course is recorded; the start and the end are among them."""
        return sorted(set(np.linspace(0, self.steps, min(self.looks, self.steps + 1)).round().astype(int).tolist()))


@dataclass(frozen=True)
class Course:
    """K looks at R runs: ``steps`` and ``times`` (K), weights ``rows`` (K×R×n).

    A time is the sum of the step sizes so far.  ``seen`` (K×R) is the mean of the losses met since the look before.
    """

    steps: Array
    times: Array
    rows: Array
    seen: Array


class Source(Protocol):
    """Where losses and gradients come from, once a step."""

    def step(self, rows: Array) -> tuple[Array, Array]:
        """The loss (R) and its gradient (R×n) at rows of weights (R×n)."""


class OnPopulation:
    """The population loss."""

    def __init__(self, population: Population) -> None:
        self.population = population

    def step(self, rows: Array) -> tuple[Array, Array]:
        """Loss and gradient."""
        return self.population.loss(rows), self.population.gradient(rows)


class OnPrompts:
    """Minibatches of sampled prompts; each run draws from a generator of its own."""

    def __init__(self, loss: SampledLoss, law: Law, rngs: list[np.random.Generator], plan: Plan) -> None:
        self.loss, self.law, self.rngs, self.plan = loss, law, rngs, plan
        refuse_memory(loss.d, loss.N, len(rngs), plan)
        each = numbers_of_a_prompt(loss.d, loss.N)
        self.piece = max(1, PIECE // each)
        self.sets = [law.draw(rng, plan.prompts) for rng in rngs] if plan.prompts else []
        self.orders = [np.empty(0, dtype=np.intp) for _ in self.sets]

    def step(self, rows: Array) -> tuple[Array, Array]:
        """Mean loss and gradient over the next minibatch of each run."""
        total, slope = np.zeros(len(rows)), np.zeros_like(rows)
        for count, prompts in self._minibatch():
            loss, gradient = self.loss.with_gradient(rows, prompts)
            total, slope = total + count * loss, slope + count * gradient
        return total / self.plan.batch, slope / self.plan.batch

    def _minibatch(self) -> Iterator[tuple[int, Prompts]]:
        """The next minibatch, in pieces that fit into memory."""
        chosen = [self._next(k) for k in range(len(self.sets))]
        for start in range(0, self.plan.batch, self.piece):
            count = min(self.piece, self.plan.batch - start)
            if self.sets:
                parts = [held.take(order[start : start + count]) for held, order in zip(self.sets, chosen, strict=True)]
            else:
                parts = [self.law.draw(rng, count) for rng in self.rngs]
            yield count, Prompts.together(parts)

    def _next(self, run: int) -> NDArray[np.intp]:
        """Which prompts of a training set come next: all of them in a new random order, again and again."""
        if self.plan.batch == self.plan.prompts:
            return np.arange(self.plan.prompts, dtype=np.intp)
        while len(self.orders[run]) < self.plan.batch:
            self.orders[run] = np.append(self.orders[run], self.rngs[run].permutation(self.plan.prompts))
        now, self.orders[run] = np.split(self.orders[run], [self.plan.batch])
        return now


def descend(
    population: Population,
    starts: Array,
    plan: Plan,
    source: Source,
    progress: Callable[[int], None] = lambda step: None,
    *,
    named: Sequence[str] = (),
) -> Course:
    """Descend from rows of weights (R×n); ``Diverged`` where a run does not stay finite, with its name if it has one.

    The population loss is not descended on unless ``source`` does; it says which step would be safe.
    """
    moving = moved_by(plan, population.d)
    rows, time, sizes, looked = starts.copy(), 0.0, plan.sizes, set(plan.looked)
    limit = RUNAWAY * (np.max(np.abs(starts), axis=-1) + np.max(np.abs(population.optimum)))
    seen, since, kept = np.zeros(len(rows)), 0, []
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(plan.steps):
            loss, gradient = source.step(rows)
            seen, since = seen + loss, since + 1
            if k in looked:
                kept.append((k, time, rows, seen / since))
                seen, since = np.zeros(len(rows)), 0
                progress(k)
            rows = rows - sizes[k] * moving * gradient
            time += sizes[k]
            if not np.all(np.max(np.abs(rows), axis=-1) < limit):
                run = int(np.argmin(np.max(np.abs(rows), axis=-1) < limit))
                who = named[run] if named else "training"
                raise Diverged(
                    f"step = {plan.step:g} is too large: {who} ran away at step {k + 1} of {plan.steps}; "
                    + _safe(population, starts[run], plan, source)
                )
    kept.append((plan.steps, time, rows, seen / since if since else source.step(rows)[0]))
    progress(plan.steps)
    steps, times, course, losses = zip(*kept, strict=True)
    return Course(np.array(steps), np.array(times), np.array(course), np.array(losses))


def one_of(name: str, value: Any, known: tuple[str, ...]) -> None:
    """``UserError`` unless the value is one of those."""
    if value not in known:
        raise UserError(f"{name} must be one of {', '.join(known)}, not {shown(value)}")


def moved_by(plan: Plan, d: int) -> Array:
    """1 for the weights that a plan moves, 0 for the others."""
    p, _, _, q = blocks(moving := np.ones(d * d + 2 * d + 1))
    if plan.blocks == "uU":
        p[:], q[:] = 0, 0
    return moving


def _safe(population: Population, start: Array, plan: Plan, source: Source) -> str:
    """Which step would have been safe."""
    moving = moved_by(plan, population.d)
    at_start, at_end = (population.curvature(row, moving) for row in (start, population.optimum))
    safe = 2 / max(at_start, at_end)
    bends = f"the largest curvature of the loss is {at_start:.3g} at the start and {at_end:.3g} at the optimum"
    if plan.step >= safe or isinstance(source, OnPopulation):
        return f"{bends}, so take a step below 2/{2 / safe:.3g} = {safe:.2g}"
    why = f"so below {safe:.2g} a step is safe on average, but not with a batch of {plan.batch}"
    return f"{bends}, {why}: take a larger batch or a smaller step"


def refuse_memory(d: int, N: int, runs: int, plan: Plan) -> None:
    """``UserError`` with the figure where not even one prompt of each run, or its training set, can be held."""
    each = numbers_of_a_prompt(d, N)
    if each * runs > 16 * PIECE:
        raise UserError(
            f"N must be smaller where d = {d}: one prompt for each of {runs} runs needs {_size(each * runs)}"
        )
    if plan.prompts * each * runs > HELD:
        most = HELD // (each * runs)
        what = f"{plan.prompts} for each of {runs} runs need {_size(plan.prompts * each * runs)}"
        raise UserError(f"prompts must be at most {most} where d = {d} and N = {N}: {what}")


def _size(numbers: int) -> str:
    return f"{numbers * 8 / 2**30:.3g} GiB"

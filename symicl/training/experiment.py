"""A training experiment: what is trained, from where and how; in parts that can be done one by one; and its result.

>>> experiment = Training(Lambda=[[1.0]], N=4, size=0.3, plan=Plan(steps=300, batch=16, looks=5), seed=1)
>>> result = experiment.run()
>>> result["endings"][0]["kind"], [round(time, 1) for time in result["times"]]
('minimum', [0.0, 7.5, 15.0, 22.5, 30.0])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import UserError
from ..simulate.numbers import integer, matrix, positive
from .descent import Course, OnPopulation, OnPrompts, Plan, Source, descend, moved_by, one_of, refuse_memory
from .endings import Landscape
from .flow import TheoremFlow
from .outcome import checks, endings
from .population import Population
from .prompts import Law, PaperLaw, SampledLoss
from .starts import balanced_start, paper_start, random_Theta, start_anywhere
from .weights import Array, blocks

STARTS = ("paper", "balanced", "anywhere")
ON = ("prompts", "population")
#: how many starts are trained side by side
GROUP = 8
#: more starts than that are a slip of the pen; of how many the curvature is looked at
MOST, LOOKED = 1000, 32


@dataclass(frozen=True)
class Training:
    """Layers trained on prompts of N examples with inputs N(0, Λ) and label noise σ.

    ``start`` is "paper" (u = σ, U = σΘΘᵀ), "balanced" (a random U) or "anywhere" (all blocks random), of the given
    ``size``; there are ``starts`` of them.  ``Theta`` is a d×d matrix, or None for a random one at each start.  ``on``
    says what is descended on: sampled "prompts", or the "population" loss.  ``seed`` settles all that is random.
    ``UserError`` names the value that makes no sense; a paper's start must be one of the theorem's.
    """

    Lambda: Any
    N: int
    sigma: float = 0.0
    start: str = "paper"
    size: float = 0.3
    starts: int = 1
    Theta: Any = None
    on: str = "prompts"
    seed: int = 0
    plan: Plan = field(default_factory=Plan)

    def __post_init__(self) -> None:
        for name, known in (("start", STARTS), ("on", ON)):
            one_of(name, getattr(self, name), known)
        integer("starts", self.starts, most=MOST)
        integer("seed", self.seed, least=0, most=2**63 - 1)
        positive("size", self.size)
        if self.start == "anywhere" and self.plan.blocks != "all":
            raise UserError(f"blocks must be all, not {self.plan.blocks}: a start anywhere has p and q, which move too")
        if self.Theta is not None and self.start != "paper":
            raise UserError(f"Theta must be left out where start is {self.start}; it belongs to the start of the paper")
        if self.Theta is not None:
            object.__setattr__(self, "Theta", matrix("Theta", self.Theta))
        population = self.population  # made here, so that it complains here
        if self.on == "prompts":
            refuse_memory(population.d, population.N, min(GROUP, self.starts), self.plan)
        if self.start == "paper":  # each must be one of the theorem's
            for run in range(self.starts):
                self.flow.bounds(self.size, self.theta(run))

    @cached_property
    def population(self) -> Population:
        """The loss that prompts are samples of."""
        return Population(self.Lambda, self.N, self.sigma)

    @cached_property
    def flow(self) -> TheoremFlow:
        """Gradient flow by its theorem."""
        return TheoremFlow(self.population)

    @cached_property
    def landscape(self) -> Landscape:
        """What the theorems say of ends."""
        return Landscape(self.population, full=self.plan.blocks == "all")

    @property
    def groups(self) -> int:
        """In how many parts the experiment is done."""
        return -(-self.starts // GROUP)

    def random(self, purpose: int, run: int) -> np.random.Generator:
        """The generator of a start (0) or of the prompts (1) of one run, whatever other runs there are."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(purpose, run)))

    def theta(self, run: int) -> Array:
        """Θ of one start."""
        if self.Theta is not None:
            return np.asarray(self.Theta)
        return random_Theta(self.random(0, run), self.population.d)

    def start_of(self, run: int) -> Array:
        """The weights of one start, in a row."""
        if self.start == "paper":
            return paper_start(self.size, self.theta(run)).row
        make = balanced_start if self.start == "balanced" else start_anywhere
        return make(self.random(0, run), self.population.d, self.size).row

    def source(self, runs: range, law: Law | None = None) -> Source:
        """Where the losses and gradients of some runs come from."""
        if self.on == "population":
            return OnPopulation(self.population)
        loss = SampledLoss(self.population.d, self.population.N)
        rngs = [self.random(1, run) for run in runs]
        return OnPrompts(loss, law or PaperLaw(self.population), rngs, self.plan)

    def part(self, group: int, progress: Callable[[int], None] = lambda step: None) -> dict[str, Any]:
        """Some of the starts, trained; plain data.  The same bits whatever else is done, and where."""
        runs = range(group * GROUP, min((group + 1) * GROUP, self.starts))
        starts = np.array([self.start_of(run) for run in runs])
        names = [f"start {run + 1} of {self.starts}" for run in runs] if self.starts > 1 else ["training"]
        course = descend(self.population, starts, self.plan, self.source(runs), progress, named=names)
        found: dict[str, Any] = {"times": course.times.tolist(), "steps": course.steps.tolist()}
        found["runs"] = [self._run(course, k) for k in range(len(runs))]
        if self.on == "prompts" and self.start != "anywhere":
            plain = descend(self.population, starts, self.plan, OnPopulation(self.population))
            losses = self.population.loss(plain.rows)
            for k, run in enumerate(found["runs"]):
                run["descent"] = losses[:, k].tolist()
        if self.start != "anywhere":
            for k, run in enumerate(runs):
                found["runs"][k] |= self._flow(run, starts[k], course.times)
        return found

    def _run(self, course: Course, k: int) -> dict[str, Any]:
        """One run: its losses, its distance from the limit, its end."""
        rows = course.rows[:, k]
        return {
            "seen": course.seen[:, k].tolist(),
            "loss": self.population.loss(rows).tolist(),
            "distance": self.distance(rows).tolist(),
            "end": rows[-1].tolist(),
        }

    def _judged(self, run: Mapping[str, Any]) -> dict[str, Any]:
        """A run with what its end is as it stands, and what lies downhill of it."""
        end = np.array(run["end"])
        found = {"as it stands": self.landscape.ending(end), "downhill": self.landscape.settled(end)}
        return dict(run) | {name: vars(ending) for name, ending in found.items()}

    def _flow(self, run: int, start: Array, times: Array) -> dict[str, Any]:
        """The flow from a start, and from the paper's starts the theorem's bounds."""
        rows = self.flow.course(start, times)
        found = {"flow": self.population.loss(rows).tolist(), "flow distance": self.distance(rows).tolist()}
        if self.start != "paper":
            return found
        bounds = self.flow.bounds(self.size, self.theta(run))
        found |= {"delta": bounds.delta, "mu": bounds.mu}
        return found | {
            "bound": bounds.loss_at(times).tolist(),
            "distance bound": bounds.distance_at(times).tolist(),
        }

    def distance(self, rows: Array) -> Array:
        """‖uU − Γ⁻¹‖ at rows of weights."""
        _, u, U, _ = blocks(rows)
        _, best, shape, _ = blocks(self.population.optimum)
        return np.linalg.norm(u[..., None, None] * U - best * shape, axis=(-2, -1))

    def result(self, parts: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
        """The whole, from all parts: courses, ends, and what the theorems say; plain data."""
        points = [self._judged(run) for group in range(self.groups) for run in parts[group]["runs"]]
        moving = moved_by(self.plan, self.population.d)
        at_start = max(self.population.curvature(self.start_of(run), moving) for run in range(min(self.starts, LOOKED)))
        at_end = self.population.curvature(self.population.optimum, moving)
        levels = [level.plain for level in self.landscape.levels]
        known = {"least": self.landscape.least, "nothing": float(np.trace(self.population.Lambda)) / 2}
        return {
            "times": parts[0]["times"],
            "steps": parts[0]["steps"],
            **known,
            "levels": levels,
            "curvature": {"start": at_start, "optimum": at_end, "safe step": 2 / max(at_start, at_end)},
            "endings": endings(points, known, levels),
            "checks": checks(points, known["least"], parts[0]["times"]),
            "points": points,
        }

    def run(self, progress: Callable[[int, int], None] = lambda group, step: None) -> dict[str, Any]:
        """All of it, here and now."""

        def done(group: int) -> dict[str, Any]:
            return self.part(group, lambda step: progress(group, step))

        return self.result({group: done(group) for group in range(self.groups)})

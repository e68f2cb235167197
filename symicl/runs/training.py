"""The kind ``training``: gradient descent, beside gradient flow and the landscape of the theorems.  In its file:

[setting]                      # d, N, Lambda and sigma, as for an estimate; the law of prompts is the paper's
[training]
start = "paper"                # u = σ, U = σΘΘᵀ; or "balanced", a random U; or "anywhere", all blocks random
size = 0.3                     # σ, the size of the start
starts = 1                     # how many; each has random numbers of its own
Theta = [[1, 0], [0, 0]]       # for the paper's start; left out, a random one
on = "prompts"                 # or "population", for descent on the population loss itself
steps = 2000
step = 0.05                    # the size of a step
schedule = "constant"          # or "linear", "cosine": steps that shrink to zero
batch = 64                     # prompts a step
prompts = 0                    # a training set of so many, or 0 for new prompts at each step
blocks = "all"                 # or "uU": p and q stay as they are
looks = 200                    # how often the course is recorded
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from ..errors import UserError
from ..simulate import Setting
from ..simulate.numbers import integer
from ..simulate.setting import read_covariance
from ..training.descent import Plan
from ..training.experiment import GROUP, Training
from .document import Document
from .jobs import Answer, Chunk, Key
from .kinds import COMMON, Options, seed_of

#: of a larger d the d² + 2d + 1 weights are too many for what is looked at here
LARGEST = 200
SETTING = ("d", "N", "Lambda", "sigma")
PLAN = tuple(field.name for field in fields(Plan))
TRAINING = ("start", "size", "starts", "Theta", "on", *PLAN)


def training_of(setting: Mapping[str, Any], given: Mapping[str, Any], seed: int) -> Training:
    """The training that plain data speaks of."""
    if missing := [key for key in ("d", "N") if key not in setting]:
        raise UserError(f"the key {missing[0]} is missing; needed are d and N")
    Lambda = read_covariance("Lambda", setting.get("Lambda", "identity"), integer("d", setting["d"], most=LARGEST))
    plan = Plan(**{name: value for name, value in given.items() if name in PLAN})
    rest = {name: value for name, value in given.items() if name not in PLAN}
    return Training(Lambda, setting["N"], setting.get("sigma", 0.0), seed=seed, plan=plan, **rest)


@dataclass(frozen=True)
class Part:
    """A chunk: some of the starts, trained."""

    key: Key
    size: int
    cost: float
    seed: int
    setting: dict[str, Any]
    training: dict[str, Any]

    def do(self) -> Answer:
        """Their courses."""
        return training_of(self.setting, self.training, self.seed).part(self.key[1])


class TrainingJob:
    """A job of this kind; its chunks are groups of starts."""

    kind = "training"

    def __init__(self, title: str, seed: int, setting: dict[str, Any], training: dict[str, Any]) -> None:
        self.title, self.seed, self.setting, self.given = title, seed, setting, training
        self.training = training_of(setting, training, seed)

    def identity(self) -> dict[str, Any]:
        """All that a course depends on."""
        return {"kind": self.kind, "seed": self.seed, "setting": self.setting, "training": self.given}

    written = identity

    def wave(self, answers: Mapping[Key, Answer]) -> Sequence[Chunk]:
        """All groups of starts at once."""
        if answers:
            return []
        sizes = [min(GROUP, self.training.starts - GROUP * k) for k in range(self.training.groups)]
        return [Part(Key(0, k), n, float(n), self.seed, self.setting, self.given) for k, n in enumerate(sizes)]

    def left(self, answers: Mapping[Key, Answer]) -> float:
        """Nothing: one wave holds all."""
        return 0.0

    def result(self, answers: Mapping[Key, Answer]) -> dict[str, Any]:
        """The courses, the ends, and what the theorems say of both."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(limits=1):  # as in the chunks, so that no bit depends on the machine's cores
            return self.training.result({key[1]: answer for key, answer in answers.items()})


class Trainings:
    """How trainings are read, shown and drawn."""

    def read(self, document: Document, options: Options) -> TrainingJob:
        """The job that a file asks for."""
        document.only((*COMMON, "setting", "training"), inside={"setting": SETTING, "training": TRAINING})
        if options.samples is not None or options.target_rel_error is not None:
            raise UserError("--samples and --target-rel-error are for estimates; in a training steps and batch say it")
        _only_the_paper_s(document)
        document.only(TRAINING, "training")
        title, seed = document.text_of("title"), seed_of(document, options)
        try:
            return TrainingJob(title, seed, document.table("setting"), document.table("training"))
        except UserError as error:
            raise _located(document, str(error)) from None

    def again(self, result: dict[str, Any]) -> TrainingJob:
        """The job that made a result."""
        job = result["job"]
        return TrainingJob(result["title"], job["seed"], job["setting"], job["training"])

    def rows(self, result: dict[str, Any]) -> list[tuple[str, ...]]:
        """The course of one start, or where many ended."""
        from ..training import telling

        return telling.rows(result)

    def notes(self, result: dict[str, Any]) -> list[str]:
        """Ends, the step that is safe, and the claims."""
        from ..training import telling

        return telling.notes(result)

    def failed(self, result: dict[str, Any]) -> bool:
        """Whether a claim of a theorem failed."""
        return not all(check["holds"] for check in result["checks"])

    def draw(self, result: dict[str, Any], figure: Any) -> None:
        """Courses over flow and bound, or the starts over the levels of the theorem."""
        from ..training.pictures import draw

        draw(result, figure)


def _only_the_paper_s(document: Document) -> None:
    """Refuse a setting of which the theorems on training say nothing."""
    others = [field.name for field in fields(Setting) if field.name not in SETTING]
    for key in document.table("setting"):
        if key in others:
            what = "must be left out: training and its theorems take the prompts of the paper, with d, N, Lambda, sigma"
            raise document.error(("setting", key), what)
    document.only(SETTING, "setting")


def _located(document: Document, message: str) -> UserError:
    """A complaint that begins with its key, with the line where that key stands."""
    found = re.match(r"(?:the key )?(\w+)", message)
    key = found.group(1) if found else ""
    table = "training" if key in TRAINING else "setting"
    place = (table, key) if document.get(table, key) is not None else (table,)
    return UserError(f"{document.where(place)}: {table}: {message}")

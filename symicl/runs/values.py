"""The formulas of derived theorems at numbers, many times over: what does not change is derived and integrated once.

>>> round(at("optimum", "loss", N=4, Lambda=[[1, 0], [0, 1]]), 6)
0.428571
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np


def at(id: str, name: str, noisy: bool = False, /, **values: Any) -> float:
    """A theorem's formula at numbers, by the names of its letters; ``noisy`` for one derived with label noise."""
    from ..language.numeric import evaluate

    formula, letters, means = _formula(id, name, noisy)
    known = {letters[n]: value for n, value in values.items() if n in letters}
    for mean, names in means:
        known[mean] = _integrated(mean, tuple((n, _frozen(values[n])) for n in names))
    return float(evaluate(formula, known, exact=False))


@lru_cache(maxsize=256)
def _formula(id: str, name: str, noisy: bool) -> tuple[Any, dict[str, Any], list[tuple[Any, list[str]]]]:
    """The formula, its letters by name, and each mean in it that has to be integrated, with the names of its own."""
    from ..attention import Task
    from ..derivations import derive
    from ..language.letters import scalar
    from ..language.mean import Mean

    formula = derive(id, Task(noise=scalar("sigma", positive=True)) if noisy else None).formulas[name]
    means = {node: sorted(_letters(node.body, node.over)) for node in _nodes(formula) if isinstance(node, Mean)}
    return formula, _letters(formula), list(means.items())


def _nodes(formula: Any) -> Iterator[Any]:
    from ..language.rewrite import parts_of

    yield formula
    for part in parts_of(formula):
        if not isinstance(part, str):
            yield from _nodes(part)


def _letters(formula: Any, averaged: Any = ()) -> dict[str, Any]:
    from ..language.letters import Defined, letters_of

    letters = letters_of(formula) - set(averaged)
    return {each.name: each for each in letters if not isinstance(each, Defined)}


Frozen = tuple[tuple[int, ...], bytes]


def _frozen(value: Any) -> Frozen:
    array = np.asarray(value, dtype=float)
    return array.shape, array.tobytes()


@lru_cache(maxsize=1024)
def _integrated(mean: Any, numbers: tuple[tuple[str, Frozen], ...]) -> float:
    """The value of a mean where its letters have these values."""
    from ..language.numeric import evaluate

    letters = _letters(mean.body, mean.over)
    known = {letters[name]: np.frombuffer(raw).reshape(shape) for name, (shape, raw) in numbers}
    return float(evaluate(mean, known, exact=False))

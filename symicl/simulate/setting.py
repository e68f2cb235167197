"""What is simulated: the law of a prompt, the layer, and the quantity whose mean is wanted.

Everything is checked when a setting is made, and an error names the key.  A setting is plain data: it can be pickled,
and ``as_dict`` gives what a JSON or TOML file holds.

>>> setting = Setting(d=3, N=20, Lambda=[1, 1, "1/2"], task={"name": "sphere", "radius": 1})
>>> Setting.of(setting.as_dict()).as_dict() == setting.as_dict()
True
>>> Setting.of({"d": 3, "N": 20, "tsak": "sphere"})
Traceback (most recent call last):
    ...
symicl.errors.UserError: unknown key 'tsak': did you mean 'task'? There are d, N, M, Lambda, covariance, task,
covariates, noise, sigma, noisy_target, target, layer, quantity, Lambda_test, query
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from textwrap import indent
from typing import Any

import numpy as np

from ..errors import UserError
from .algebra import Array, is_diagonal, root
from .laws import COVARIANCES, COVARIATES, NOISES, QUERIES, SPECTRA, TARGETS, TASKS
from .layers import LAYERS, read_layer
from .moments import refuse_infinite
from .named import nearest, plain, shown
from .numbers import SIZES, covariance, flag, integer, not_negative, vector

#: The quantities, and by what factor each is the mean of (ŷ − y_q)².
QUANTITIES = {"loss": 0.5, "risk": 1.0}


@dataclass(frozen=True, eq=False)
class Setting:
    """Prompts of M examples and a layer (arXiv:2306.09927, §3).

    ``d``: coordinates.  ``N``: length of the training prompts, which a trained layer depends on.  ``M``: length of the
    prompts that are asked, N unless it is said.  ``Lambda``: the covariance of an input, d×d: a matrix, a list of
    eigenvalues, or a spectrum by name.  ``covariance``: a law of eigenvalues, drawn anew for each prompt, in place of
    Lambda.  ``task``, ``covariates``, ``noise``: laws by name, see ``laws``.  ``sigma``: the noise's standard
    deviation.  ``noisy_target``: whether y_q has noise as well.  ``target``: the function φ in y = φ(⟨w, x⟩) + σε.
    ``layer``: see ``layers``.  ``quantity``: ``loss`` is ½E(ŷ − y_q)², ``risk`` is E(ŷ − y_q)².  ``Lambda_test``: the
    covariance of the prompts that are asked, where it is not that of training.  ``query``: a law of its own for x_q.
    """

    d: Any
    N: Any
    M: Any = None
    Lambda: Any = "identity"
    covariance: Any = None
    task: Any = "gaussian"
    covariates: Any = "gaussian"
    noise: Any = "gaussian"
    sigma: Any = 0.0
    noisy_target: Any = False
    target: Any = "linear"
    layer: Any = "trained"
    quantity: Any = "loss"
    Lambda_test: Any = None
    query: Any = None

    def __post_init__(self) -> None:
        self._read_numbers()
        for key, table in LAWS.items():
            if getattr(self, key) is not None or key not in OPTIONAL:
                self._put(key, table.read(key, getattr(self, key)))
                self._check_size(key)
        if not isinstance(self.quantity, str) or self.quantity not in QUANTITIES:
            raise UserError(f"quantity: unknown quantity {shown(self.quantity)}: {nearest(self.quantity, QUANTITIES)}")
        self._check_together()
        self._put("layer", read_layer(self.layer, self.d, self.N, self.Lambda, self.covariance))
        refuse_infinite(self)

    def _put(self, key: str, value: Any) -> None:
        object.__setattr__(self, key, value)

    def _read_numbers(self) -> None:
        self._put("d", integer("d", self.d, most=SIZES))
        self._put("N", integer("N", self.N))
        self._put("M", self.N if self.M is None else integer("M", self.M))
        for key in ("Lambda", "Lambda_test"):
            if key not in OPTIONAL or getattr(self, key) is not None:
                self._put(key, read_covariance(key, getattr(self, key), self.d))
        self._put("sigma", not_negative("sigma", self.sigma))
        self._put("noisy_target", flag("noisy_target", self.noisy_target))

    def _check_size(self, key: str) -> None:
        law = getattr(self, key)
        if hasattr(law, "check"):
            try:
                law.check(self.d)
            except UserError as error:
                raise UserError(f"{key}: {getattr(law, 'name', type(law).__name__)}: {error}") from None

    def _check_together(self) -> None:
        if self.covariance is not None and (
            self.Lambda_test is not None or not np.array_equal(self.Lambda, np.eye(self.d))
        ):
            raise UserError("covariance: eigenvalues are drawn anew for each prompt; leave out Lambda and Lambda_test")
        if getattr(self.query, "name", "") == "unseen" and self.d <= self.M:
            raise UserError(f"query: unseen: M = {self.M} examples leave no direction out where d = {self.d}")

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Setting:
        """The setting that plain data speaks of; ``UserError`` for an unknown or a missing key."""
        known = [field.name for field in fields(cls)]
        for key in data:
            if key not in known:
                raise UserError(f"unknown key {shown(key)}: {nearest(key, known)}")
        for key in ("d", "N"):
            if key not in data:
                raise UserError(f"the key {key} is missing; needed are d and N")
        return cls(**data)

    def as_dict(self) -> dict[str, Any]:
        """The plain data of this setting, with every default written out; ``UserError`` for a law of one's own."""
        data: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in LAWS and value is not None:
                value = LAWS[field.name].write(field.name, value)
            elif field.name == "layer":
                value = value.written
            if value is not None:
                data[field.name] = plain(value)
        for key in ("Lambda", "Lambda_test"):
            if key in data and is_diagonal(getattr(self, key)):
                data[key] = np.diag(getattr(self, key)).tolist()
        if self.covariance is not None:
            del data["Lambda"]
        return data

    @property
    def factor(self) -> float:
        """By what factor the quantity is the mean of (ŷ − y_q)²."""
        return QUANTITIES[self.quantity]

    @property
    def is_linear(self) -> bool:
        """Whether labels are ⟨w, x⟩ and noise."""
        return getattr(self.target, "name", "") == "linear"

    @property
    def test_covariance(self) -> Array:
        """The covariance of an input of the prompts that are asked, d×d; I where it is drawn for each prompt."""
        return self.Lambda if self.Lambda_test is None else self.Lambda_test

    @cached_property
    def C(self) -> Array:
        """A root of the test covariance, d×d: x = C z."""
        return root(self.test_covariance)


LAWS = {
    "covariance": COVARIANCES,
    "task": TASKS,
    "covariates": COVARIATES,
    "noise": NOISES,
    "target": TARGETS,
    "query": QUERIES,
}
#: What may be left out: then all prompts share Lambda, also in the test, and a query has the law of the examples.
OPTIONAL = ("covariance", "Lambda_test", "query")


def listing() -> str:
    """Every law, function, spectrum and layer that a key may name, with its parameters.

    >>> print(listing().splitlines()[0])
    Lambda
    """
    tables = {"Lambda": SPECTRA, **LAWS, "layer": LAYERS}
    return "\n".join(f"{key}\n" + indent(table.listing(), "    ") for key, table in tables.items())


def read_covariance(key: str, value: Any, d: int) -> Array:
    """A covariance from a matrix, a list of eigenvalues, a number for a multiple of I, or a spectrum by name."""
    if isinstance(value, (str, Mapping)):
        return np.diag(SPECTRA.read(key, value).values(d))
    entries = plain(value)
    if isinstance(entries, (int, float)) and not isinstance(entries, bool):
        entries = [entries] * d
    if isinstance(entries, (list, tuple)) and entries and not isinstance(entries[0], (list, tuple)):
        values = vector(key, entries)
        if len(values) != d:
            raise UserError(f"{key} has {len(values)} eigenvalues, and d = {d}")
        if (values < 0).any():
            raise UserError(f"{key} must not have a negative eigenvalue, not {values.min():g}")
        return np.diag(values)
    return covariance(key, value, d)

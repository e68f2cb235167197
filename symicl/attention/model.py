"""A model: a task, a layer, the prediction ŷ in the bottom right corner of f(E), and the population loss."""

from __future__ import annotations

from typing import Any

from ..language.blocks import corner
from ..language.letters import gaussians_of
from ..language.mean import E, named
from .layer import LinearAttention
from .task import Task


class Model:
    """A task together with one linear attention layer.

    ``reduced`` sets the blocks p and q of the layer to zero.

    >>> Model(reduced=True).layer.W_PV.body
    [V, v; 0, u]
    """

    def __init__(self, task: Task | None = None, *, reduced: bool = False) -> None:
        self.task = task or Task()
        self.layer = LinearAttention(self.task.d, reduced=reduced)
        self.is_reduced = reduced
        #: ŷ = f(E)[d+1, N+1]
        self.prediction = named("y_hat", corner(self.layer(self.task.embedding, self.task.N)))
        #: L = ½ E (ŷ − y_q)²
        self.loss = named("L" if reduced else "L_full", E((self.prediction - self.task.target) ** 2) / 2)

    @property
    def random(self) -> tuple[Any, ...]:
        """The Gaussian letters that the loss averages over, the query first, the examples last."""
        order = {self.task.x_q: 0, self.task.X: 2}
        found = gaussians_of(self.loss.body.args[1])
        return tuple(sorted(found, key=lambda g: order.get(g, 1)))

    def reduced(self) -> Model:
        """The same model on the set p = q = 0."""
        return Model(self.task, reduced=True)

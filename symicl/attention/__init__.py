"""The model: a prompt with its task, a layer, and the loss.  It is data: nothing in the engine knows of it.

A model of one's own is a few lines in the same words (here: noisy labels):

>>> from symicl import Gaussian, scalar
>>> task = Task(noise=scalar("sigma", positive=True))
>>> task.labels.body
X.T w + sigma epsilon
>>> model = Model(task)
>>> model.loss.body
E[(y_hat - w.T x_q)^2]/2
"""

from .layer import LinearAttention
from .model import Model
from .task import Task

__all__ = ["LinearAttention", "Model", "Task"]

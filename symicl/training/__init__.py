"""Training for real: gradient descent on sampled prompts, beside what the theorems say of it.

A ``Training`` says what is trained, from where and how; its result holds the course of each start, gradient flow by its
theorem with the theorem's bounds, and where the starts ended in the landscape of ``optimum-full``.

    weights      the blocks p, u, U, q, as whole matrices and as one row of numbers
    population   the population loss, its gradient and curvature, compiled from the theorems
    prompts      sampled prompts, and the gradient of a minibatch from the theorem on the prediction
    starts       the paper's start, balanced ones, and random ones over all blocks
    descent      gradient descent with its steps, batches and training sets; steps that are too large
    flow         gradient flow by its theorem, integrated, and the theorem's bounds
    endings      minimum, spurious point or neither
    experiment   a whole training, in parts, and its result
    outcome      what came of it, and whether the theorems' claims were seen to hold
    telling      a result as a table and notes
    pictures     a result as a figure

>>> training = Training(Lambda=[[1.0, 0.0], [0.0, 0.2]], N=5, start="anywhere", starts=4, seed=1, on="population")
>>> for place in training.run()["endings"]:
...     print(place["starts"], place["kind"], round(place["downhill"], 6))
3 spurious minimum 0.252778
1 minimum 0.211111
"""

from .descent import Diverged, Plan
from .experiment import Training
from .prompts import Law, Prompts
from .weights import Weights

__all__ = ["Diverged", "Law", "Plan", "Prompts", "Training", "Weights"]

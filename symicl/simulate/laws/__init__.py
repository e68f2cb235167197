"""The laws of a prompt by name: its task, its inputs, its noise, its query, the function behind its labels.

One file a kind; a law is one class in the table at the end of its file.

>>> sorted(NOISES)
['gaussian', 'laplace', 'rademacher', 'student', 'uniform']
"""

from .covariances import COVARIANCES
from .covariates import COVARIATES
from .noises import NOISES
from .queries import QUERIES
from .spectra import SPECTRA
from .targets import TARGETS
from .tasks import TASKS

__all__ = ["COVARIANCES", "COVARIATES", "NOISES", "QUERIES", "SPECTRA", "TARGETS", "TASKS"]

"""Small experiments for the tests, and their bits."""

import hashlib
import json

from symicl.runs.document import Document
from symicl.runs.engines import engine
from symicl.runs.kinds import Options, kind_of
from symicl.runs.results import framed
from symicl.runs.runner import compute

SMALL = """
title = "small"
seed = 5
estimator = ["forward", "statistic"]
samples = 2000
[setting]
d = 2
N = 6
Lambda = [1, "1/2"]
[sweep]
M = [60, 90]
"""
#: 70 chunks or so that take some milliseconds each.
LONGER = """
title = "longer"
seed = 6
estimator = "forward"
samples = 60000
[setting]
d = 3
N = 40
covariates = "rademacher"
layer = { name = "weights", u = 1, U = [[1, 0, 0], [0, 1, 0], [0, 0, 1]] }
[sweep]
M = [20, 40]
"""


def job(text=SMALL, **options):
    document = Document("test.toml", text)
    return kind_of(document).read(document, Options(**options))


def bits(result):
    """A digest of all moments."""
    return hashlib.sha256(json.dumps([p["moments"] for p in result["points"]]).encode()).hexdigest()


def result_of(text=SMALL, name="serial", workers=None, scheduler=None, **options):
    made = job(text, **options)
    return framed(made, compute(made, engine(name, workers, scheduler)))

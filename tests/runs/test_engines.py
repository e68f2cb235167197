"""One result for every engine and any number of workers; a worker that is ended is replaced."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runs_jobs import LONGER, SMALL, bits, job, result_of

from symicl.errors import MissingTool, SymiclError, UserError
from symicl.runs import engines
from symicl.runs.engines import engine
from symicl.runs.estimation import Draws
from symicl.runs.jobs import Key
from symicl.runs.results import framed
from symicl.runs.runner import compute, run
from symicl.simulate import Moments, Setting

TARGET = SMALL.replace("samples = 2000", "target_rel_error = 0.05")


@pytest.mark.parametrize("text", [SMALL, TARGET], ids=["samples", "target"])
def test_engines_and_numbers_of_workers_give_the_same_bits(text):
    expected = bits(result_of(text))
    assert bits(result_of(text, "loky", 1)) == bits(result_of(text, "loky", 3)) == expected
    assert bits(result_of(text, seed=1)) != expected


class Shuffled:
    """An engine that answers in an order of its own."""

    name, workers = "shuffled", 1

    def __init__(self, order):
        self.order = order

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def answers(self, chunks):
        for chunk in self.order(list(chunks)):
            yield chunk, chunk.do()


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(random):
    def order(chunks):
        random.shuffle(chunks)
        return chunks

    made = job(TARGET)
    assert bits(framed(made, compute(made, Shuffled(order)))) == bits(result_of(TARGET))


def test_a_chunk_has_the_numbers_of_seedsequence_spawn_and_merges_in_order():
    found = result_of(SMALL)["points"][2]
    setting = Setting.of({"d": 2, "N": 6, "Lambda": [1, "1/2"], "M": 90})
    from symicl.simulate import estimator

    seeds = np.random.SeedSequence(5).spawn(3)[2].spawn(found["chunks"])
    moments, left = Moments(), found["samples"]
    for place, seed in enumerate(seeds):
        size = min(left, job().asked[2].sizes.of(place))
        moments += Moments.of(estimator("forward").draw(setting, np.random.default_rng(seed), size))
        left -= size
    assert left == 0 and moments.as_dict() == found["moments"]


def test_chunks_share_no_numbers():
    first = [Draws(Key(p, c), 1, 1.0, 3, "forward", None).generator().random() for p in range(6) for c in range(6)]
    assert len(set(first)) == 36


@dataclass(frozen=True)
class Deadly:
    """A chunk whose worker is ended while a file says so."""

    key: Key
    file: str
    size: int = 1
    cost: float = 1.0

    def do(self):
        if self.key.place == 3 and os.path.exists(self.file):
            if not self.file.endswith("always"):
                os.remove(self.file)
            os.kill(os.getpid(), signal.SIGKILL)
        return {"place": self.key.place}


@pytest.mark.parametrize("ending", ["once", "always"])
def test_a_worker_that_is_ended_is_replaced_but_not_for_ever(tmp_path, ending, monkeypatch):
    monkeypatch.setattr(engines, "DEATHS", 1)
    file = tmp_path / ending
    file.touch()
    chunks = [Deadly(Key(0, place), str(file)) for place in range(8)]
    found = {}
    with engine("loky", 2) as chosen:
        if ending == "always":
            with pytest.raises(SymiclError, match=r"a worker was ended from outside.*--resume"):
                found.update((chunk.key, answer) for chunk, answer in chosen.answers(chunks))
        else:
            found.update((chunk.key, answer) for chunk, answer in chosen.answers(chunks))
            assert found == {Key(0, place): {"place": place} for place in range(8)}


def test_workers_use_one_thread_each():
    script = (
        "from threadpoolctl import threadpool_info; import numpy\n"
        "from symicl.runs.engines import engine\n"
        "class Chunk:\n"
        "    key, size, cost = 0, 1, 1.0\n"
        "    def do(self): return [pool['num_threads'] for pool in threadpool_info()]\n"
        "for name in ('serial', 'loky'):\n"
        "    with engine(name) as chosen: print([set(answer) for _, answer in chosen.answers([Chunk()])])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[{1}]", "[{1}]"]


def test_engines_are_refused_with_what_would_be_right(monkeypatch):
    with pytest.raises(UserError, match="did you mean 'dask'"):
        engine("dusk")
    with pytest.raises(UserError, match="a number from 1 to 1024"):
        engine("loky", 0)
    with pytest.raises(UserError, match="use --engine loky"):
        engine("serial", 2)
    with pytest.raises(UserError, match="is for --engine dask"):
        engine("loky", None, "tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingTool, match=r"pip install 'symicl\[dask\]'"):
        engine("dask", None, "tcp://127.0.0.1:1")


def test_an_overflow_is_said_and_nothing_is_written(tmp_path):
    text = LONGER.replace("u = 1,", "u = 1e49,")
    with pytest.raises(UserError, match="too large to be summed up"):
        run(job(text), engine("loky", 2), tmp_path / "result.json")
    assert not os.listdir(tmp_path)

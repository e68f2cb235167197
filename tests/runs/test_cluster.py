"""A real scheduler and two worker processes on loopback: the same bits, also where one of them is killed."""

import json
import signal
import subprocess
import sys
import threading
import time

import pytest
from runs_jobs import LONGER, bits, job, result_of

from symicl.errors import SymiclError, UserError
from symicl.runs import cluster
from symicl.runs.engines import engine
from symicl.runs.results import framed
from symicl.runs.runner import compute, run

pytest.importorskip("distributed", reason="the extra dask is not installed")
PATIENCE = 60


def started(command, *args):
    words = [sys.executable, "-m", "distributed.cli." + command, *args, "--no-dashboard"]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Cluster:
    def __init__(self, folder, workers):
        file = folder / "scheduler.json"
        self.scheduler = started("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        self.workers = []
        try:
            self.address = self._address(file)
            one = ("--nworkers", "1", "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
            folder = ("--local-directory", str(folder))
            self.workers += [started("dask_worker", self.address, *one, *folder) for _ in range(workers)]
            self._wait_for(workers)
        except BaseException:
            self.stop()
            raise

    def _address(self, file):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                return json.loads(file.read_text())["address"]
            except (OSError, ValueError):
                time.sleep(0.05)
        raise AssertionError("the scheduler did not start")

    def _wait_for(self, workers):
        from distributed import Client

        with Client(self.address, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=PATIENCE) if workers else None

    def stop(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def two_workers(tmp_path):
    made = Cluster(tmp_path, 2)
    yield made
    made.stop()


def test_two_workers_give_the_bits_of_one_process_though_one_is_killed(two_workers):
    expected = bits(result_of(LONGER))
    made = job(LONGER)
    chosen = engine("dask", scheduler=two_workers.address)
    killed = []

    def watch(state):
        if state.done >= 10 and not killed:
            two_workers.workers[0].kill()
            killed.append(state.done)

    answers = compute(made, chosen, watch=watch)
    assert killed and chosen.workers == 2 and killed[0] < len(answers)
    assert two_workers.workers[0].wait() != 0 and two_workers.workers[1].poll() is None
    assert bits(framed(made, answers)) == expected


def test_answers_that_go_with_their_worker_are_worked_out_again(two_workers):
    """The one worker dies with answers that were done and not yet fetched, while the other one is held up."""
    chosen = engine("dask", scheduler=two_workers.address)
    lost = []

    def watch(state):
        if state.done < 3 or lost:
            return
        time.sleep(0.5)  # meanwhile all that is given out is done
        two_workers.workers[1].send_signal(signal.SIGSTOP)
        two_workers.workers[0].kill()
        end = time.monotonic() + PATIENCE
        while not lost and time.monotonic() < end:
            lost.extend(state for state in list(chosen._client.futures.values()) if state.status == "lost")
            time.sleep(0.01)
        threading.Timer(1.0, two_workers.workers[1].send_signal, [signal.SIGCONT]).start()

    answers = compute(made := job(LONGER), chosen, watch=watch)
    assert lost and bits(framed(made, answers)) == bits(result_of(LONGER))


def test_a_scheduler_that_goes_leaves_what_is_done(two_workers, tmp_path):
    gone = []

    def watch(state):
        if state.done >= 10 and not gone:
            two_workers.scheduler.kill()
            gone.append(state.done)

    out = tmp_path / "result.json"
    with pytest.raises(SymiclError, match=r"the scheduler has gone.*--resume"):
        run(job(LONGER), engine("dask", scheduler=two_workers.address), out, watch=watch)
    assert gone and not out.exists() and len(list((tmp_path / "result.json.parts").glob("p*.json"))) >= 10
    assert bits(run(job(LONGER), engine("serial"), out, resume=True)) == bits(result_of(LONGER))


def test_a_scheduler_without_workers_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    made = Cluster(tmp_path, 0)
    try:
        with pytest.raises(UserError, match=f"--scheduler {made.address}: the scheduler has no workers"):
            compute(job(), engine("dask", scheduler=made.address))
    finally:
        made.stop()

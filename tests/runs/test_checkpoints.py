"""A run that is ended at any moment and goes on has the bits of one that was not; what is damaged is noticed."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runs_jobs import LONGER, SMALL, bits, job, result_of

from symicl.errors import UserError
from symicl.runs.checkpoints import Checkpoints, write_whole
from symicl.runs.engines import engine
from symicl.runs.runner import run


class Ended(Exception):
    pass


def ended_after(chunks):
    def watch(state):
        if state.done >= chunks:
            raise Ended

    return watch


@pytest.fixture(scope="module")
def whole():
    return result_of(SMALL)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 20), min_size=1, max_size=3), st.sampled_from(["serial", "loky"]))
def test_ended_anywhere_and_resumed_it_has_the_same_bits(whole, tmp_path_factory, moments, last):
    out = tmp_path_factory.mktemp("run") / "result.json"
    for chunks in moments:
        try:
            run(job(SMALL), engine("serial"), out, resume=True, watch=ended_after(chunks))
        except Ended:
            assert not out.exists()
        else:
            break
    assert bits(run(job(SMALL), engine(last), out, resume=True)) == bits(whole)
    assert sorted(os.listdir(out.parent)) == ["result.json"]


DAMAGE = {
    "cut short": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "another number": lambda text: text.replace('"count": ', '"count": 1'),
    "another size": lambda text: text.replace('"size": ', '"size": 1'),
    "another digest": lambda text: text.replace('"digest": "', '"digest": "0'),
    "not JSON": lambda text: text[1:],
    "a list": lambda text: "[1, 2]",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_chunk_is_noticed_and_done_again(whole, tmp_path, damage):
    out = tmp_path / "result.json"
    with pytest.raises(Ended):
        run(job(), engine("serial"), out, watch=ended_after(6))
    chunks = sorted((tmp_path / "result.json.parts").glob("p*.json"))
    text = chunks[2].read_text()
    chunks[2].write_text(damage(text))
    assert damage(text) != text
    seen = []
    result = run(job(), engine("serial"), out, resume=True, watch=seen.append)
    assert seen[0].done == len(chunks) - 1 and bits(result) == bits(whole)


@pytest.mark.parametrize(
    "change, named",
    [
        ("seed = 5", "seed"),
        ("N = 6", "setting"),
        ("M = [60, 90]", "points"),
        ('"statistic"', "points"),
    ],
)
def test_a_checkpoint_of_another_experiment_is_refused(tmp_path, change, named):
    out = tmp_path / "result.json"
    with pytest.raises(Ended):
        run(job(), engine("serial"), out, watch=ended_after(3))
    other = SMALL.replace(change, {"M = [60, 90]": "M = [60, 91]", '"statistic"': '"best"'}.get(change, change + "1"))
    with pytest.raises(UserError, match=f"belongs to another experiment.*{named}"):
        run(job(other), engine("serial"), out, resume=True)
    assert run(job(other), engine("serial"), out, overwrite=True)["job"]["seed"]


def test_a_damaged_job_file_is_refused(tmp_path):
    out = tmp_path / "result.json"
    with pytest.raises(Ended):
        run(job(), engine("serial"), out, watch=ended_after(3))
    (tmp_path / "result.json.parts" / "job.json").write_text('{"digest": "')
    with pytest.raises(UserError, match=r"job.json: damaged.*--overwrite"):
        run(job(), engine("serial"), out, resume=True)


def test_a_resumed_run_may_go_on_to_more_samples(tmp_path):
    out = tmp_path / "result.json"
    with pytest.raises(Ended):
        run(job(), engine("serial"), out, watch=ended_after(3))
    more = run(job(SMALL, samples=3000), engine("serial"), out, resume=True)
    assert bits(more) == bits(result_of(SMALL, samples=3000))


def test_two_runs_do_not_share_a_folder(tmp_path):
    out = tmp_path / "result.json"
    first, second = (Checkpoints(out, {"job": 1}) for _ in range(2))
    first.open(resume=True)
    with pytest.raises(UserError, match="another run is at work there"):
        second.open(resume=False)
    second.close(done=False)
    assert (tmp_path / "result.json.parts" / "job.json").exists()
    first.close(done=True)
    assert not os.listdir(tmp_path)


def test_files_of_others_are_left_alone(tmp_path):
    out = tmp_path / "result.json"
    folder = tmp_path / "result.json.parts"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    run(job(), engine("serial"), out, overwrite=True)
    assert os.listdir(folder) == ["notes.txt"]


def test_a_file_is_written_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    write_whole(path, "old")

    def broken(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError):
        write_whole(path, "new")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["a.json"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_process_that_is_killed_at_random_moments_goes_on(tmp_path, how):
    """The command line itself, its workers too: killed or interrupted until it is done."""
    (tmp_path / "longer.toml").write_text(LONGER)
    command = [sys.executable, "-m", "symicl", "simulate", "longer.toml", "--out", "result.json", "--workers", "2"]
    rng = random.Random(how)
    folder = tmp_path / "result.json.parts"
    for _ in range(2 if how == signal.SIGKILL else 1):
        process = subprocess.Popen(
            [*command, "--resume"], cwd=tmp_path, start_new_session=True, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        before = len(list(folder.glob("p*"))) if folder.exists() else 0
        while process.poll() is None and (not folder.exists() or len(list(folder.glob("p*"))) <= before):
            time.sleep(0.005)
        time.sleep(rng.random() / 10)
        os.killpg(process.pid, how) if how == signal.SIGINT else process.kill()
        said = process.communicate()[1]
        if how == signal.SIGINT and process.returncode != 0:
            assert process.returncode == 130 and said.count("\n") == 1
            assert "go on with: symicl simulate longer.toml --out result.json --workers 2 --resume" in said
    subprocess.run([*command, "--resume"], cwd=tmp_path, check=True, capture_output=True)
    assert bits(json.loads((tmp_path / "result.json").read_text())) == bits(result_of(LONGER))
    assert not folder.exists()

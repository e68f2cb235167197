"""`symicl reproduce` on results that somebody has changed: one clear line, and nothing is begun."""

import json
import re

import pytest
from cli_runner import run

SMALL = 'samples = 200\nestimator = "forward"\n[setting]\nd = 2\nN = 6\n[sweep]\nM = [3, 6]\n'
CHANGED = {
    ("seed", -1): "seed must be an integer from 0 to",
    ("seed", 1.5): "seed must be an integer from 0 to",
    ("stop.samples", 10): "samples must be an integer from 64 to 1000000000000, not 10",
    ("stop.samples", 10**12): "samples = 1,000,000,000,000 at 2 points are [0-9,]+ chunks of work",
    ("stop.samples", 10**30): "samples must be an integer from 64 to 1000000000000",
    ("stop.samples", "200"): "samples must be an integer from 64",
    ("stop.target", -1): "target must be a number from 1e-06 to 0.5, not -1",
    ("theorem", "nonsense"): 'theorem: "nonsense" says nothing about a sampled mean',
    ("points.1.at.M", 10**9): "forward at d = 2, M = 1000000000 holds [0-9]+ MiB",
    ("points.1.estimator", "forwrad"): "unknown estimator 'forwrad': did you mean 'forward'",
    ("setting.target", "cubic"): "wishart does not cover the setting: the labels are no linear function",
    ("setting.d", 2.5): "d must be an integer",
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("result")
    (folder / "small.toml").write_text(SMALL)
    assert run("simulate", str(folder / "small.toml"), "--engine", "serial", "--out", str(folder / "r.json"))[0] == 0
    return (folder / "r.json").read_text()


@pytest.mark.parametrize("place, value", CHANGED)
def test_a_changed_job_is_refused(result, tmp_path, place, value):
    found = json.loads(result)
    inside = found["job"]
    if place == "setting.target":
        inside["points"][0]["estimator"] = "wishart"
    *way, last = place.split(".")
    for key in way:
        inside = inside[int(key) if key.isdigit() else key]
    inside[last] = value
    path = tmp_path / "r.json"
    path.write_text(json.dumps(found))
    code, out, err = run("reproduce", str(path), "--engine", "serial")
    assert (code, out) == (2, "") and err.startswith(f"symicl: {path}: ") and err.count("\n") == 1
    assert re.search(CHANGED[place, value], err), err


def test_a_job_without_points_is_refused(result, tmp_path):
    found = json.loads(result)
    found["job"]["points"] = []
    (tmp_path / "r.json").write_text(json.dumps(found))
    code, _, err = run("reproduce", str(tmp_path / "r.json"), "--engine", "serial")
    assert code == 2 and err.endswith("r.json: damaged: its job has no points\n")

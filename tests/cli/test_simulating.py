"""`symicl simulate` and `symicl reproduce` as a person meets them: examples, results, pictures, and bad input."""

import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from cli_runner import run

from symicl.cli import simulating
from symicl.runs.document import Document

EXAMPLES = sorted(path.stem for path in (Path(__file__).parents[2] / "reports" / "experiments").glob("*.toml"))
GOOD = """title = "A small one"
seed = 4
estimator = ["forward", "conditional"]
samples = 400
[setting]
d = 2
N = 6
[sweep]
M = [3, 6, 12]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(GOOD)
    return tmp_path


def estimates():
    return [name for name in EXAMPLES if Document(name, _text(name)).text_of("kind", "estimate") == "estimate"]


def _text(name):
    return (Path(__file__).parents[2] / "reports" / "experiments" / f"{name}.toml").read_text("utf-8")


@pytest.mark.parametrize("name", estimates())
def test_each_example_runs_and_agrees_with_its_theorem(folder, name):
    code, out, err = run("simulate", name, "--samples", "1500", "--engine", "serial", "--json")
    found = json.loads(out)
    assert (code, err) == (0, "") and found["verdict"]["refuted"] == 0 and found["title"]
    assert all(point["exact"] is not None for point in found["points"])
    assert json.loads((folder / "build" / "simulate" / f"{name}.json").read_text()) == found


def test_the_examples_show_what_they_say(folder):
    """The failures that the theorems state: a limit that is not zero, and the powers of M and N."""
    run("simulate", "prompt-length", "--samples", "2000", "--engine", "serial")
    run("simulate", "training-length", "--samples", "2000", "--engine", "serial")
    for name, power in (("prompt-length", -1), ("training-length", -2)):
        slopes = json.loads((folder / "build" / "simulate" / f"{name}.json").read_text())["slopes"]
        assert all(line["exact"] == pytest.approx(power, abs=0.06) for line in slopes)
        assert all(abs(line["z"]) < 4.5 for line in slopes)
    run("simulate", "chosen-query", "--samples", "4000", "--engine", "serial")
    points = json.loads((folder / "build" / "simulate" / "chosen-query.json").read_text())["points"]
    assert all(abs(point["estimate"] - 4) < 5 * point["error"] for point in points)
    assert [point["exact"] for point in points] == pytest.approx([4, 4, 4])
    run("simulate", "random-covariance", "--samples", "4000", "--engine", "serial")
    points = json.loads((folder / "build" / "simulate" / "random-covariance.json").read_text())["points"]
    assert all(point["exact"] > 3 / 6 for point in points)


def test_the_examples_are_listed_and_near_names_told(folder):
    code, out, _ = run("simulate", "--list")
    assert code == 0 and [line.split()[0] for line in out.splitlines()] == EXAMPLES
    code, _, err = run("simulate", "prompt-lenght")
    assert code == 2 and err.endswith("no such example: did you mean prompt-length?\n")


def test_the_table_says_everything(folder):
    code, out, err = run("simulate", "small.toml", "--engine", "serial", "--out", "r.json")
    assert (code, err) == (0, "")
    rows = out.splitlines()
    assert rows[0] == "A small one"
    for word in ("M", "loss", "± 95 %", "theorem says", "z", "verdict", "samples", "estimator"):
        assert word in rows[2]
    assert len([row for row in rows if "agrees" in row]) == 6
    assert re.search(r"slope in M \(estimator forward\): -\d\.\d+ ± \S+; the exact values give -\d", out)
    assert "6 comparisons, corrected after Holm at 0.1 %: none differ; forward, the independent witness, made 3" in out
    assert rows[-1] == "written: r.json" and sorted(os.listdir(folder)) == ["r.json", "small.toml"]


def test_a_result_is_made_again_bit_by_bit_and_a_changed_one_is_found(folder):
    run("simulate", "small.toml", "--engine", "serial", "--out", "r.json")
    first = (folder / "r.json").read_bytes()
    run("simulate", "small.toml", "--workers", "2", "--out", "r.json", "--overwrite")
    assert (folder / "r.json").read_bytes() == first
    code, out, _ = run("reproduce", "r.json", "--engine", "serial")
    assert (code, out) == (0, "r.json: made again, and every bit is the same\n")
    changed = json.loads(first)
    mean = float.fromhex(changed["points"][1]["moments"]["mean"])
    changed["points"][1]["moments"]["mean"] = np.nextafter(mean, 1).hex()
    changed["versions"]["numpy"] = "1.0"
    (folder / "r.json").write_text(json.dumps(changed))
    code, out, _ = run("reproduce", "r.json", "--engine", "serial")
    assert (
        code == 1 and "1 value differs\n" in out and "points[2].moments.mean: " in out and "numpy was 1.0, now" in out
    )


def test_a_wrong_theorem_is_an_exit_code(folder, monkeypatch):
    from symicl.runs import comparison
    from symicl.runs.theorems import Claim

    right = comparison.claim
    monkeypatch.setattr(comparison, "claim", lambda *a: Claim("rates", "value", 1.2 * right(*a).value))
    code, out, _ = run("simulate", "small.toml", "--engine", "serial", "--samples", "4000")
    assert code == 1 and "differs" in out


def test_pictures_have_the_same_bytes(folder):
    pytest.importorskip("matplotlib")
    for suffix in ("svg", "pdf"):
        for name in ("a", "b"):
            picture = f"{name}.{suffix}"
            code, out, _ = run("simulate", "small.toml", "--engine", "serial", "--overwrite", "--plot", picture)
            assert code == 0 and out.endswith(f"small.json, {picture}\n")
        assert (folder / f"a.{suffix}").read_bytes() == (folder / f"b.{suffix}").read_bytes()
    assert (folder / "a.pdf").read_bytes().startswith(b"%PDF") and "<svg" in (folder / "a.svg").read_text()


def test_a_title_is_a_person_s_own_words(folder):
    pytest.importorskip("matplotlib")
    title = r'title = "$\\frac{ <script> & \u001b[31m \n %"'
    (folder / "small.toml").write_text(GOOD.replace('title = "A small one"', title))
    code, out, err = run("simulate", "small.toml", "--engine", "serial", "--plot", "a.svg")
    assert (code, err) == (0, "") and out.startswith("$\\frac{ <script> & [31m %\n\n")
    assert "<script>" not in (folder / "a.svg").read_text()


def test_a_result_that_is_there_can_be_drawn_without_running_it_again(folder, monkeypatch):
    pytest.importorskip("matplotlib")
    run("simulate", "small.toml", "--engine", "serial")
    monkeypatch.setattr(simulating, "engine_of", lambda *_: None)  # whoever uses it falls
    code, _, _ = run("simulate", "small.toml", "--resume", "--plot", "a.pdf")
    assert code == 0 and (folder / "a.pdf").is_file()


def test_a_result_of_other_versions_says_so(folder):
    _, fresh, _ = run("simulate", "small.toml", "--engine", "serial", "--out", "r.json")
    again = ("simulate", "small.toml", "--engine", "serial", "--out", "r.json", "--resume")
    assert run(*again)[1] == fresh and "other versions" not in fresh
    old = json.loads((folder / "r.json").read_text())
    (folder / "r.json").write_text(
        json.dumps(old | {"versions": old["versions"] | {"python": "3.1\x1b", "numpy": "1.0"}})
    )
    code, out, _ = run(*again)
    assert code == 0 and "made before this run, by other versions: numpy was 1.0, now " in out
    assert "; python was 3.1, now 3." in out and out.splitlines()[-1] == fresh.splitlines()[-1]


BAD = {
    "N = 6": {
        "N = 0": 'small.toml, line 7, "N = 0": setting: N must be an integer from 1',
        "N = 6\nsgima = 1": "line 8, \"sgima = 1\": setting: unknown key 'sgima': did you mean 'sigma'?",
        "N = 6\nsigma = nan": 'line 8, "sigma = nan": setting: sigma must be a finite number, not nan',
        'N = 6\nnoise = "lapalce"': "line 8, .*setting: noise: unknown law 'lapalce': did you mean 'laplace'?",
        "N = 6\nLambda = [[1, 2], [2, 1]]": "line 8, .*setting: Lambda must be positive semidefinite",
        "N = 6\nLambda = [1, inf]": r"line 8, .*setting: Lambda\[2\] must be a finite number, not inf",
        'N = 6\nlayer = {name="file", path="no.npz"}': "line 8, .*setting.layer names .*no.npz: cannot be read",
        'N = 6\ncovariates = {name="student", nu=7}': "line 8, .*covariates: student: .*no finite variance",
        "": 'line 5, "\\[setting\\]": setting: the key N is missing; needed are d and N',
    },
    "d = 2": {
        "d = 90000": r"line 6, .*setting: d must be an integer from 1 to \d+, not 90000",
        "d = 10**9": "not TOML",
    },
    "M = [3, 6, 12]": {
        "M = [3, 10_000_000]": r"setting is too large at M = 10000000: forward at .* holds \d+ MiB for a single value",
        "M = 3": 'line 9, "M = 3": sweep.M must be a list of the values to be taken, not 3',
        "M = []": "line 9, .*sweep.M must be a list",
        "M = [3,\n 0]": 'line 10, "0\\]": sweep: M must be an integer from 1 to 1000000000, not 0',
        "task.radius = [1, -1]": "line 9, .*sweep: task: gaussian: unknown parameter 'radius'",
        f"M = {list(range(1, 102))}\nN = {list(range(1, 102))}": "line 8, .*sweep makes 10201 points; at most 10000",
    },
    "samples = 400": {
        "samples = 1": 'line 4, "samples = 1": samples must be an integer from 64 to 1000000000000, not 1',
        "samples = 400\ntarget_rel_error = 0.1": "line 5, .*target_rel_error and samples both say when to stop",
        "target_rel_error = 0": "line 4, .*target_rel_error must be a number from 1e-06 to 0.5, not 0",
        "samples = 1000000000000": r"line 4, .*samples = 1,000,000,000,000 at 6 points are [\d,]+ chunks of work",
        "sgima = 1": 'line 4, "sgima = 1": sgima is unknown: did you mean sigma in .setting.. There are title',
        "epochs = 3": "line 4, .*epochs is unknown: there are title",
        "sample = 400": "line 4, .*sample is unknown: did you mean samples?",
        'kind = "estimat"': 'line 4, .*kind "estimat" is unknown: did you mean estimate?',
        'theorem = "optimum"': "line 4, .*theorem does not cover the setting at M = 3: it says nothing about",
        'theorem = "gradient"': 'line 4, .*theorem "gradient" says nothing about a sampled mean',
        'plot.x = "N"': 'line 4, .*plot.x must be a swept number, not "N": there are M',
    },
    "seed = 4": {
        "seed = -1": "line 2, .*seed must be an integer from 0 to",
        "seed = 1.5": "line 2, .*seed must be an integer",
        "title = 3": "not TOML: Cannot overwrite",
    },
    '["forward", "conditional"]': {
        '"forwrad"': 'line 3, .*estimator "forwrad" is unknown: did you mean forward?',
        '["forward", 3]': r"line 3, .*estimator\[2\] 3 is unknown",
        "[]": "line 3, .*estimator is empty",
    },
}


@pytest.mark.parametrize("old, new", [(old, new) for old, changes in BAD.items() for new in changes])
def test_bad_files_are_one_clear_line_and_nothing_is_written(folder, old, new):
    (folder / "small.toml").write_text(GOOD.replace(old, new))
    code, out, err = run("simulate", "small.toml", "--engine", "serial")
    assert (code, out) == (2, "") and err.count("\n") == 1 and err.startswith("symicl: small.toml")
    assert re.search(BAD[old][new], err), err
    assert os.listdir(folder) == ["small.toml"]


WRONG = {
    ("small.toml", "--engine", "lokey"): "engine 'lokey' is unknown: did you mean 'loky'?",
    ("small.toml", "--engine", "dask"): "--engine dask needs --scheduler|is not installed",
    ("small.toml", "--scheduler", "tcp://127.0.0.1:1"): "is for --engine dask, not for loky",
    ("small.toml", "--workers", "0"): "--workers 0: a number from 1 to 1024",
    ("small.toml", "--samples", "9"): "9 is not in the range",
    ("small.toml", "--target-rel-error", "nan"): "--target-rel-error nan: a number from 1e-06 to 0.5",
    ("small.toml", "--samples", "99", "--target-rel-error", "0.1"): "both say when to stop",
    ("small.toml", "--resume", "--overwrite"): "leave one of them out",
    ("small.toml", "--plot", "a.png"): "a picture is written as .pdf or .svg",
    ("small.toml", "--plot", "no/a.pdf"): "there is no folder no",
    ("small.toml", "--out", "."): ". is a folder|: is a folder",
    ("small.toml", "--out", "small.toml/r.json"): "cannot be written: ",
    ("small.toml", "--out", "small.toml"): "small.toml: is there already",
    ("no.toml",): "no.toml: there is no such file, and no such example",
    (".",): "not a file; name a TOML file",
    (): "name a FILE to run, or --list",
    ("small.toml", "--list"): "name a FILE to run, or --list",
}


@pytest.mark.parametrize("args", WRONG)
def test_wrong_use_is_one_clear_line_and_nothing_is_written(folder, args):
    code, out, err = run("simulate", *args)
    assert (code, out) in ((2, ""), (3, "")) and err.count("\n") == 1 and re.search(WRONG[args], err), err
    assert os.listdir(folder) == ["small.toml"] and (folder / "small.toml").read_text() == GOOD


def test_a_scheduler_that_is_not_there(folder, monkeypatch):
    pytest.importorskip("distributed")
    from symicl.runs import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    code, _, err = run("simulate", "small.toml", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert code == 2 and err.startswith("symicl: --scheduler tcp://127.0.0.1:9: no scheduler answers there")
    assert err.count("\n") == 1 and not list(folder.rglob("*.json"))


@pytest.mark.parametrize(
    "package, option", [("matplotlib", ("--plot", "a.pdf")), ("distributed", ("--engine", "dask"))]
)
def test_a_missing_extra_is_exit_3_with_what_to_install(folder, monkeypatch, package, option):
    monkeypatch.setitem(sys.modules, package, None)
    code, out, err = run("simulate", "small.toml", *option, *(("--scheduler", "tcp://h:1") if "dask" in option else ()))
    assert (code, out) == (3, "") and "pip install" in err and err.count("\n") == 1


def test_an_earlier_run_is_not_lost_by_accident(folder):
    run("simulate", "small.toml", "--engine", "serial", "--out", "r.json")
    code, _, err = run("simulate", "small.toml", "--out", "r.json")
    assert code == 2 and "--overwrite to write it anew" in err
    (folder / "small.toml").write_text(GOOD.replace("seed = 4", "seed = 5"))
    code, _, err = run("simulate", "small.toml", "--out", "r.json", "--resume")
    assert code == 2 and "is the result of another experiment" in err
    (folder / "s.json.parts").mkdir()
    code, _, err = run("simulate", "small.toml", "--out", "s.json")
    assert code == 2 and "an earlier run was ended before it was done: --resume goes on" in err


DAMAGED = {
    "": "no result, which is JSON",
    "[1]": "no result of `symicl simulate`",
    '{"format": "symicl result 1"}': "damaged: it does not say what job",
    '{"format": "symicl result 1", "versions": {}, "job": {"kind": "estimate"}}': "damaged: it does not say what",
    '{"format": "symicl result 1", "versions": {}, "job": {"kind": "x"}}': 'kind "x" is unknown',
}


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_result_is_told(folder, text):
    (folder / "r.json").write_text(text)
    code, out, err = run("reproduce", "r.json")
    assert (
        (code, out) == (2, "") and err.startswith("symicl: r.json: ") and DAMAGED[text] in err and err.count("\n") == 1
    )


def test_a_layer_of_a_real_model_travels_with_its_result(folder):
    rng = np.random.default_rng(0)
    np.savez(folder / "layer.npz", W_PV=rng.standard_normal((3, 3)), W_KQ=rng.standard_normal((3, 3)))
    (folder / "small.toml").write_text(GOOD.replace("N = 6", 'N = 6\nlayer = { name = "file", path = "layer.npz" }'))
    code, out, _ = run("simulate", "small.toml", "--engine", "serial", "--out", "r.json")
    assert code == 0 and "loss-full (value)" in out
    (folder / "layer.npz").unlink()
    assert run("reproduce", "r.json", "--engine", "serial")[0] == 0

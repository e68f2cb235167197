"""What the README says is tried: its five-line example, its table, its commands."""

import io
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from click.testing import CliRunner
from symicl.derivations import CATALOGUE

from symicl.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_examples_print_what_they_say(code):
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(code, "README.md", "exec"), {})
    promised = [
        line.split("# ", 1)[1].strip() for line in code.splitlines() if line.startswith("print(") and "# " in line
    ]
    for line in promised:
        assert line.startswith("for every") or line in out.getvalue()
    assert out.getvalue().count("\n") == code.count("print(")


def test_every_row_of_the_catalogue_is_in_the_table():
    assert re.findall(r"^\| `([a-z-]+)` \|", README, re.MULTILINE) == [row.id for row in CATALOGUE]


def test_every_command_is_named():
    named = set(re.findall(r"^symicl (\w+)", README, re.MULTILINE))
    assert named == set(main.commands)
    for command in named:
        assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0


def test_the_picture_is_there():
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).is_file()


def test_an_installed_wheel_needs_no_checkout(tmp_path):
    """Derivations and templates travel with the package: everything works from a wheel, in an empty folder."""
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "*.egg-info", "__pycache__", ".hypothesis", ".*_cache")
    shutil.copytree(ROOT, source, ignore=ignored)
    made = subprocess.run([*build, str(source)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    target = tmp_path / "site"
    wheel = next(tmp_path.glob("*.whl"))
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import symicl; print(symicl.__file__)\n"
        "from symicl.cli import main; main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", script, str(target), "prove", "prediction"]
    done = subprocess.run(command, cwd=empty, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(target)) and (empty / "build" / "prediction" / "prediction.html").is_file()

"""The floors of the house: which part may import which.  A new arrow is a decision: whoever draws one changes this."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

MAY_IMPORT = {
    "errors": set(),
    "language": {"errors"},
    "kernel": {"errors", "language"},
    "engine": {"errors", "language"},
    "attention": {"errors", "language"},
    "formulas": {"errors", "names", "language", "engine", "attention"},
    "check": {"errors"},
    "proof": {"errors", "language", "kernel", "engine"},
    "derivations": {"errors", "names", "language", "kernel", "engine", "attention", "proof"},
    "names": set(),
    "workers": set(),
    "ridge": {"errors"},
    "records": {"errors", "language", "kernel"},
    "suite": {"workers", "ridge", "errors", "language", "attention", "proof", "derivations", "check"},
    "trust": {
        *("errors", "language", "kernel", "engine", "attention", "proof", "derivations"),
        *("suite", "check", "workers"),
    },
    "simulate": {"errors", "names", "language", "attention", "derivations", "check"},
    "training": {"errors", "language", "attention", "proof", "derivations", "simulate"},
    "report": {"errors", "language", "kernel", "proof", "reports"},
    "reports": set(),
    "runs": {"workers", "names", "errors", "language", "attention", "derivations", "simulate", "training", "reports"},
    "teach": {
        *("errors", "language", "kernel", "engine", "proof", "derivations", "formulas", "trust", "report", "reports"),
    },
    "rocq": {"errors", "language", "kernel", "engine", "records"},
    "cli": {
        *("errors", "names", "language", "kernel", "records", "engine", "attention", "proof", "derivations"),
        *("suite", "trust", "report", "check", "workers", "ridge", "simulate", "runs", "formulas", "teach", "rocq"),
    },
}


def files():
    """Every source file with the part it belongs to."""
    for top in ("symicl", "derivations", "reports"):
        for path in sorted((ROOT / top).rglob("*.py")):
            inside = path.relative_to(ROOT / top).parts
            part = top if top != "symicl" else inside[0].removesuffix(".py")
            yield pytest.param(part, path, id=str(path.relative_to(ROOT)))


def imported(path: Path, part: str):
    """The parts of symicl that a file imports, also inside functions."""
    package = ["symicl", *([] if part in ("errors", "names", "workers", "ridge", "__init__", "__main__") else [part])]
    package += path.relative_to(ROOT).parts[2:-1] if part not in ("derivations", "reports") else []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            full = [*base, *(node.module or "").split(".")] if node.module else base
            names = [[*full, alias.name] for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        else:
            continue
        for name in names:
            name = [piece for piece in name if piece]
            if name[0] == "symicl" and len(name) > 1:
                yield name[1]


@pytest.mark.parametrize("part, path", list(files()))
def test_imports_go_one_way(part, path):
    if part in ("__init__", "__main__"):
        return
    for other in imported(path, part):
        known = other if other in MAY_IMPORT else "symicl"
        if known != part and known != "symicl":
            assert other in MAY_IMPORT[part], f"{path.name}: {part} must not import {other}"


@pytest.mark.parametrize("part, path", list(files()))
def test_a_file_fits_in_a_head(part, path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, f"{path.name} has more than one subject"


def test_the_judges_know_nothing_of_the_house():
    for path in (ROOT / "symicl" / "check").rglob("*.py"):
        assert set(imported(path, "check")) <= {"errors", "check"}


@pytest.mark.parametrize("part", ["cli", "formulas"])
def test_user_text_is_never_evaluated(part):
    """No sympify, eval, exec or pickle on the way in: what a person types has a grammar of its own."""
    for path in (ROOT / "symicl" / part).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                assert name not in ("sympify", "eval", "exec", "parse_expr", "loads_pickle", "literal_eval"), path.name

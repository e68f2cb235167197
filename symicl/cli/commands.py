"""The commands.  Each imports what it needs when it runs, so that ``--help`` and ``list`` are quick."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from .. import __version__
from .experiments import reproduce, simulate
from .shell import Commands, emit_json, progress, table

HELP = {"help_option_names": ["-h", "--help"]}
FORMATS = ("tex", "html", "pdf", "coq")
LANGUAGES = ("en", "zh")
DETAILS = ("full", "brief")


@click.group(cls=Commands, context_settings=HELP)
@click.version_option(__version__, prog_name="symicl", message="%(prog)s %(version)s")
def main() -> None:
    """From the definition of a model to a theorem about it: derived, checked, written up.

    Exit codes: 0 good, 1 a check failed, 2 wrong use or input, 3 a missing tool, 130 interrupted.
    """


def _json(command: Any) -> Any:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else on stdout.")(command)


def _at(required: bool) -> Any:
    return click.option("--at", "at", metavar="FILE", required=required, help="A JSON file with the numbers.")


@main.command("list")
@_json
def list_(as_json: bool) -> None:
    """The catalogue: what can be derived."""
    from ..derivations import CATALOGUE

    rows = [(row.id, row.title, row.source) for row in CATALOGUE]
    if as_json:
        emit_json([{"id": id, "title": title, "source": source} for id, title, source in rows])
    else:
        click.echo(table(rows))


@main.command()
@click.argument("ids", metavar="ID...", nargs=-1)
@click.option("--all", "book", is_flag=True, help="The whole catalogue as one book, into build/book.")
@click.option("--out", metavar="DIR", help="The folder to write into (default: build/ID).")
@click.option(
    "--format", "formats", default="tex,html", show_default=True, help="Any of tex, html, pdf, coq; with commas."
)
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="The language of the report."
)
@click.option(
    "--detail",
    type=click.Choice(DETAILS),
    default="full",
    show_default=True,
    help="Every step, or runs of routine steps as one.",
)
@click.option(
    "--width",
    type=click.FloatRange(20, 60),
    metavar="EM",
    help="Lay the LaTeX out for lines of this width alone (default: for one column and two; TeX takes what fits).",
)
def prove(
    ids: tuple[str, ...], book: bool, out: str | None, formats: str, lang: str, detail: str, width: float | None
) -> int:
    """Derive, check, and write a proof that can go into a paper, or all of them as one book."""
    if book == bool(ids):
        raise click.UsageError("give the IDs to prove, or --all for the whole catalogue (`symicl list` shows it)")
    from .proving import folders, prove_all

    ids = ids or ("book",)
    options = {"lang": lang, "detail": detail} | ({} if width is None else {"widths": (width,)})
    return prove_all(folders(ids, out), _formats(formats), options)


def _formats(text: str) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    for part in wanted:
        if part not in FORMATS:
            raise click.UsageError(f"--format {text}: {part!r} is no format; choose from {', '.join(FORMATS)}")
    return wanted


@main.command()
@click.argument("id", metavar="ID")
def show(id: str) -> None:
    """The theorem and its steps in the terminal."""
    from .proving import describe

    click.echo(describe(id))


@main.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--quick", is_flag=True, help="Fewer instances and fewer prompts: seconds instead of minutes.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="The seed of all random numbers (has a fixed default).")
@click.option("--samples", type=click.IntRange(1, 10**9), help="How many random prompts the Monte Carlo judge draws.")
@_json
def check(ids: tuple[str, ...], quick: bool, seed: int | None, samples: int | None, as_json: bool) -> int:
    """All judges on the given theorems, by default on all of them."""
    from .proving import known, verdicts_of, verdicts_table

    verdicts = verdicts_of(known(ids) or None, seed, samples, quick=quick)
    if as_json:
        emit_json([{key: getattr(v, key) for key in ("id", "judge", "verdict", "detail", "numbers")} for v in verdicts])
    else:
        click.echo(verdicts_table(verdicts))
    return int(any(v.verdict == "fail" for v in verdicts))


@main.command()
@click.option("--epsilon", required=True, metavar="NUMBER", help="The wanted mean square error, such as 0.01 or 1/100.")
@_at(required=True)
@_json
def plan(epsilon: str, at: str, as_json: bool) -> None:
    """How many examples a wanted error takes, in a test prompt (M) and in each training prompt (N).

    FILE holds Lambda, and N or M where one of them is fixed.  The answer is the shortest N whose share of the exact
    error is at most half of it, and then the shortest M; the shares of 1/M and 1/N²; and the lengths that the theorem
    of `rates` says are enough.
    """
    from .planning import plan as planned

    found = planned(epsilon, Path(at))
    if as_json:
        emit_json(found.as_json())
    else:
        click.echo(found.text())


@main.command()
@_at(required=True)
@click.option("--plot", metavar="OUT", help="Draw the risks against M into OUT, a .pdf or .svg (needs matplotlib).")
@click.option("--longest", type=click.IntRange(1, 100_000), help="The longest prompt of the picture.")
@_json
def compare(at: str, plot: str | None, longest: int | None, as_json: bool) -> None:
    """The trained layer beside a step of gradient descent, least squares and ridge regression.

    FILE holds N, M, Lambda and sigma, and lambda where it is not to be sigma^2.  The risk is the mean square of the
    answer less the noiseless label.  Ridge regression has no formula; its risk says how it was computed.
    """
    from .comparing import Setting
    from .comparing import compare as compared
    from .plotting import checked, draw

    if longest is not None and plot is None:
        raise click.UsageError("--longest is about the picture: give --plot too")
    picture = None if plot is None else checked(Path(plot))
    here = Setting(Path(at))
    found = compared(Path(at), here)
    if picture is not None:
        draw(here, picture, longest, progress)
    if as_json:
        emit_json(found.as_json())
    else:
        click.echo(found.table())


@main.command()
@click.argument("id", metavar="ID")
@_json
def axioms(id: str, as_json: bool) -> None:
    """What a theorem stands on: each axiom with its statement, its source, and the results that use it."""
    from .verifying import axioms_of, axioms_text

    rows = axioms_of(id)
    if as_json:
        emit_json(rows)
    else:
        click.echo(axioms_text(rows))


@main.command()
@click.argument("file", metavar="FILE|DIR")
@click.option("--timeout", type=click.IntRange(1), metavar="SECONDS", help="The longest for one file of DIR (900).")
@_json
def verify(file: str, timeout: int | None, as_json: bool) -> None:
    """Check a proof again: a record with nothing but the kernel, a folder with Rocq.

    FILE is a record, ID.proof.json, as `symicl prove` writes it.  DIR holds Rocq files, as `symicl prove --format coq`
    writes them: coqc checks each, and is asked what every theorem states and assumes, which must be nothing.  A record
    in DIR is verified too, and it is said which file is its export word for word, and whether it states what the
    catalogue does.

    Exit code 1 where a step does not prove what is written, 2 where FILE is no record or too large, or DIR has no
    proofs, 3 where DIR needs coqc and it is not on this machine.
    """
    if Path(file).is_dir():
        from .verifying_rocq import verify as verify_folder

        return verify_folder(Path(file), timeout, as_json)
    if timeout is not None:
        raise click.UsageError(f"--timeout is about a folder of Rocq files, and {file} is none")
    from ..records.replay import verify_record
    from .verifying import as_json as plain
    from .verifying import report

    found = verify_record(file)
    if as_json:
        emit_json(plain(found))
    else:
        click.echo(report(found, Path(file)))


@main.command()
@click.argument("ids", metavar="ID...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every row of the catalogue, each into a folder of its own.")
@click.option("--out", metavar="DIR", help="The folder to write into (default: build/ID-class).")
@click.option(
    "--format",
    "formats",
    metavar="LIST",
    help="Any of tex, pdf, ipynb; with commas (default: all that can be made here).",
)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="English or Chinese.")
@click.option(
    "--blanks", type=click.IntRange(0, 50), default=5, show_default=True, help="How many lines students fill in."
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, help="Other blanks, and another order of the pieces."
)
@click.option("--heading", default="", metavar="TEXT", help="A line below the title, such as the name of a course.")
def teach(
    ids: tuple[str, ...],
    every: bool,
    out: str | None,
    formats: str | None,
    lang: str,
    blanks: int,
    seed: int,
    heading: str,
) -> int:
    """Slides and handout, an exercise sheet with solutions apart, and notebooks for students and for the teacher.

    Answers are compared as mathematics: `from symicl.teach import check_answer`.  The files for students hold none.
    """
    if every == bool(ids):
        raise click.UsageError("give the IDs to teach, or --all for the whole catalogue (`symicl list` shows it)")
    from .teaching import teach_all

    return teach_all(ids, out, formats, lang, blanks, seed, heading)


@main.command()
@click.option("--quick", is_flag=True, help="A small sample, in seconds instead of minutes.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="The seed of all random numbers (has a fixed default).")
@click.option("--jobs", type=click.IntRange(0, 256), help="How many processes work side by side (default: all cores).")
@_json
def trust(quick: bool, seed: int | None, jobs: int | None, as_json: bool) -> int:
    """The judges judged: every theorem with one thing changed, fed to kernel, search and judges.

    Whether a mutant is still true is decided by numbers at exact points.  Then the power of the Monte Carlo judge
    against the size of an error, and its false alarms.  Exit code 1 where kernel, search or the exact judge let a
    false one through.
    """
    from .trusting import as_json as plain
    from .trusting import judge_the_judges, told

    report = judge_the_judges(quick, seed, jobs)
    if as_json:
        emit_json(plain(report))
    else:
        click.echo(told(report))
    return int(not report.ok)


class WordCommand(click.Command):
    """A command whose argument may begin with a minus sign, as in ``symicl expect "-S*A*S"``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        before = ["", *args]
        shielded = [
            f" {a}" if _is_word(a) and last not in OWN_VALUE else a for a, last in zip(args, before, strict=False)
        ]
        return super().parse_args(ctx, shielded)


OWN_VALUE = ("--at", "--letter", "--")


def _is_word(arg: str) -> bool:
    """Whether an argument that begins with a minus sign is a word, not an option."""
    return arg.startswith("-") and not re.fullmatch(r"-h?|--[a-z]*(=.*)?", arg)


@main.command(cls=WordCommand)
@click.argument("word", metavar="WORD")
@click.option("--letter", "letters", metavar="NAME:ROWS,COLS", multiple=True, help="A free letter's shape (else d,d).")
@_at(required=False)
@click.option("--latex", "as_latex", is_flag=True, help="Print the formula as LaTeX.")
@_json
def expect(word: str, letters: tuple[str, ...], at: str | None, as_latex: bool, as_json: bool) -> None:
    """The expectation of a word in the letters of the setting, such as "S*A*S".

    Letters: X (d,N), S = X*X.T/N, w, x (the query), y (the labels), Lambda, I, and the numbers d and N.
    Any other letter is a free matrix of shape d,d, or of the shape that --letter gives it.
    Operators: + - * / ** .T tr( ) and brackets.

    Examples: symicl expect "S*A*S"; symicl expect "tr(S**4)"; symicl expect "b.T*S*b" --letter b:d,1
    """
    if at is not None and as_latex:
        raise click.UsageError("--at gives numbers and --latex a formula: leave one of them out")
    from .expecting import Formula, Number, formula, number

    word = word.removeprefix(" ")
    answer: Formula | Number
    answer = formula(word, letters, as_latex) if at is None else number(word, letters, Path(at))
    if as_json:
        emit_json({"word": word, **answer.as_json()})
    else:
        click.echo(answer.text())


@main.command()
@click.argument("id", metavar="ID")
@_at(required=True)
@_json
def evaluate(id: str, at: str, as_json: bool) -> None:
    """A derived formula at numbers.

    FILE holds a JSON object: its keys are the letters, its values numbers, strings such as "1/3", flat lists
    (vectors) or lists of rows (matrices).  Example: {"N": 4, "Lambda": [[1, 0], [0, 1]]} for the id optimum.
    """
    from .evaluating import evaluate_id

    answer = evaluate_id(id, Path(at), progress)
    if as_json:
        emit_json({"id": id, **answer.as_json()})
    else:
        click.echo(answer.text())


main.add_command(simulate)
main.add_command(reproduce)

"""The commands ``simulate`` and ``reproduce``; what they do is in ``simulating``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .shell import emit_json

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else on stdout.")


def _engine(command: Any) -> Any:
    """Who computes."""
    for option in (
        click.option("--scheduler", metavar="ADDRESS", help="The Dask scheduler, such as tcp://127.0.0.1:8786."),
        click.option("--engine", default="loky", show_default=True, metavar="NAME", help="serial, loky or dask."),
        click.option(
            "--workers", type=int, metavar="N", help="How many processes of this machine (default: all cores)."
        ),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("file", metavar="FILE", required=False)
@click.option("--list", "listed", is_flag=True, help="The examples that come along, by name.")
@click.option("--out", metavar="FILE", help="Where the result goes (default: build/simulate/NAME.json).")
@click.option("--resume", is_flag=True, help="Go on with a run that was ended.")
@click.option("--overwrite", is_flag=True, help="Start anew where there is a result already.")
@click.option("--samples", type=click.IntRange(64, 10**12), metavar="N", help="So many samples at each point.")
@click.option("--target-rel-error", type=float, metavar="X", help="As many as a relative standard error of X takes.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), metavar="N", help="The seed, in place of the file's.")
@_engine
@click.option("--plot", metavar="OUT", help="Draw the result into OUT, a .pdf or .svg (needs matplotlib).")
@_json
def simulate(file: str | None, listed: bool, as_json: bool, **options: Any) -> int:
    """Run an experiment: sampled prompts beside what the theorems say.

    FILE is a TOML file, or the name of an example (--list).  The same experiment gives the same bits for any engine
    and any number of workers; a run that is ended loses at most the chunks in work, and goes on with --resume.

    Exit code 1 where an estimate differs from its theorem.
    """
    if listed == (file is not None):
        raise click.UsageError("name a FILE to run, or --list for the examples")
    from . import simulating

    if listed:
        rows = simulating.examples()
        if as_json:
            emit_json([{"name": name, "title": title} for name, title in rows])
        else:
            click.echo(simulating.table(rows))
        return 0
    done = simulating.simulate(str(file), simulating.Wanted(**options))
    if as_json:
        emit_json(done.result)
    else:
        click.echo(done.text())
    return int(done.failed)


@click.command()
@click.argument("file", metavar="FILE")
@_engine
@_json
def reproduce(file: str, as_json: bool, **options: Any) -> int:
    """Run a result of `symicl simulate` again and say whether every bit is the same.

    Exit code 1 where something differs; it says what, and with which versions the result was made.
    """
    from . import simulating

    found = simulating.reproduce(Path(file), **options)
    if as_json:
        emit_json({"same": not found.differences, "differences": found.differences, "versions": found.versions})
    else:
        click.echo(found.text())
    return int(bool(found.differences))

"""Running a command in this process."""

from click.testing import CliRunner

from symicl.cli import main


def run(*args):
    """Exit code, stdout, stderr."""
    result = CliRunner().invoke(main, list(args))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr

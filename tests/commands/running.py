"""The command line as a user calls it, without a process of its own."""

import json

from typer.testing import CliRunner

from core.commands import app

_RUNNER = CliRunner()


def run(*words, stdin=None):
    """What ``python -m core`` does with some words."""
    words = [str(word) for word in words]
    return _RUNNER.invoke(app, words, input=stdin, catch_exceptions=False)


def run_json(*words):
    """Exit code, and the one document on standard output."""
    result = run(*words, "--json")
    return result.exit_code, json.loads(result.stdout)

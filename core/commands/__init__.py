"""The commands, one module a subject; `app` is the whole command line.

Conventions
-----------
With ``--json`` a command prints one JSON document to standard output and nothing else; progress
and messages go to standard error. Exit code 2 means that the user can mend it, and how is said.
"""

import typer

from core.commands import (
    backup,
    certificate,
    corpus,
    doctor,
    export,
    importing,
    labels,
    models,
    predict,
    quality,
    recording,
    runs,
    search,
    serve,
    speech,
    train,
)

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False, help="말결 Malgyeol")
importing.register(app)
corpus.register(app)
quality.register(app)
recording.register(app)
labels.register(app)
export.register(app)
train.register(app)
search.register(app)
runs.register(app)
models.register(app)
predict.register(app)
speech.register(app)
doctor.register(app)
backup.register(app)
serve.register(app)
certificate.register(app)

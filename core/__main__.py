"""The command line, ``python -m core …``: the pages' equal over the same rooms."""

from core.commands import app

if __name__ == "__main__":
    app(prog_name="python -m core")

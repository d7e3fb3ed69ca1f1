"""Networks and disturbed copies on the command line: what cannot work is said at once."""

import pytest

from tests.commands.test_commands import run, run_json, tones

__all__ = ["tones"]  # a fixture


@pytest.fixture
def imported(tones):
    assert run("import", tones, "--corpus", "tones").exit_code == 0


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--model", "lstm", "--features", "functionals"), "mfcc-frames"),
        (("--model", "logreg", "--features", "melspec"), "functionals"),
        (("--model", "cnn-original", "--features", "melspec"), "stft"),
        (("--model", "crnn", "--features", "melspec+mfcc-frames"), "melspec"),
        (("--model", "crnn", "--speaker-norm"), "melspec"),
        (("--model", "cnn", "--set", "filters=1000"), "filters"),
        (("--model", "logreg", "--augment", "noise=99"), "noise"),
        (("--model", "logreg", "--augment", "echo=1"), "echo"),
    ],
    ids=lambda v: "-".join(v) if isinstance(v, tuple) else v,
)
def test_what_cannot_work_is_refused_with_a_way_out(imported, options, named):
    code, document = run_json("train", "--corpus", "tones", *options)
    assert code != 0
    assert named in str(document)


def test_a_classical_model_learns_from_copies(imported):
    code, document = run_json(
        "train", "--corpus", "tones", "--features", "logmel", "--model", "logreg",
        "--augment", "usual,copies=2",
    )  # fmt: skip
    assert code == 0
    assert document["uar"] > document["chance"]

"""Rules that keep trust, read off the source: requirements 2, 23, 24 and 25."""

import ast
import functools
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORE = sorted((ROOT / "core").rglob("*.py"))
PAGES = [*sorted((ROOT / "pages").rglob("*.py")), ROOT / "streamlit_app.py"]
SOURCES = [*CORE, *PAGES]
DECODERS = {"soundfile", "av", "audioread", "wave", "aifc", "sunau", "scipy.io.wavfile"}
WRITERS = {
    "core/corpus/demo_synthesis.py",  # reads back what it has made itself
    "core/plots/film.py",  # writes a film
}
# A key as it stands in a file; written so that this line is none.
PRIVATE = re.compile(
    rb"-----BEGIN (?:[A-Z]+ )?PRIVATE" + rb" KEY-----\s*\\?n?[A-Za-z0-9+/=\\n\s]{64}"
)
CALLBACK = re.compile(r"on_(\w+_)?(click|change|submit|select)")


@functools.cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def calls(files: list[Path]) -> list[tuple[Path, ast.Call]]:
    return [(f, n) for f in files for n in ast.walk(tree(f)) if isinstance(n, ast.Call)]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_no_file_is_opened_as_sound_outside_the_audio_room():
    """Requirement 2: librosa.load and audioread never touch a user's file."""
    for file in SOURCES:
        text = file.read_text(encoding="utf-8")
        assert "librosa.load" not in text and "audioread" not in text, file
        opens = {n for n in imports(file) if n in DECODERS or n.split(".")[0] in DECODERS}
        in_room = name_of(file).startswith("core/audio/") or name_of(file) in WRITERS
        assert in_room or opens <= {"wave"}, (file, opens)


def test_html_of_ours_alone_is_drawn_as_html():
    """Requirement 24: no unsafe HTML, and nothing that runs text as code."""
    for file, node in calls(SOURCES):
        names = {k.arg for k in node.keywords}
        assert not names & {"unsafe_allow_html", "unsafe_allow_javascript", "shell"}, (file, node)
        assert called(node) not in {"eval", "exec", "pickle.load", "pickle.loads", "os.system"}


def test_nothing_is_loaded_that_can_run_code():
    """Requirement 18: the one loader of models is the bundle's; joblib.load is nowhere."""
    for file, node in calls(CORE):
        loaders = {
            "joblib.load",
            "torch.load",
            "numpy.load",
            "yaml.load",
            "keras.models.load_model",
        }
        assert called(node) not in loaders, file
        if called(node) == "np.load":
            allow = [k.value for k in node.keywords if k.arg == "allow_pickle"]
            assert all(isinstance(v, ast.Constant) and v.value is False for v in allow), file


def unguarded_callbacks(module: ast.Module) -> list[str]:
    """Callbacks of widgets, and fragments, that no boundary stands around."""
    found = []
    guarded = {
        node.name
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef)
        and any("guarded" in ast.unparse(d) for d in node.decorator_list)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Assign) and "guarded(" in ast.unparse(node.value):
            guarded |= {ast.unparse(target) for target in node.targets}
    for node in ast.walk(module):
        for keyword in node.keywords if isinstance(node, ast.Call) else ():
            said = ast.unparse(keyword.value)
            fixed = isinstance(keyword.value, ast.Constant) or said in guarded
            if CALLBACK.fullmatch(keyword.arg or "") and not fixed and "guarded" not in said:
                found.append(f"{keyword.arg}={said}")
    return found


def test_an_unguarded_callback_is_found():
    assert unguarded_callbacks(ast.parse("st.button('x', on_click=go)")) == ["on_click=go"]
    assert not unguarded_callbacks(ast.parse("st.button('x', on_click=guarded(go))"))
    assert unguarded_callbacks(ast.parse("st.button('x', on_click=lambda: 1)"))
    assert not unguarded_callbacks(ast.parse("st.plotly_chart(f, on_select='rerun')"))
    assert not unguarded_callbacks(ast.parse("@guarded\ndef go(): ...\nb('x', on_click=go)"))


def test_every_callback_stands_behind_the_error_boundary():
    """Requirement 23: callbacks run outside the page, so each needs a boundary of its own."""
    bare = {name_of(file): found for file in PAGES if (found := unguarded_callbacks(tree(file)))}
    assert not bare, "put guarded(…) of pages.parts.frame around these"


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_no_private_key_is_in_the_repository():
    """Requirement 25: keys never come into the repository."""
    for file in tracked():
        if file.is_file() and file.stat().st_size < 2**22:
            assert not PRIVATE.search(file.read_bytes()), file
    names = {file.name for file in tracked()}
    assert "secrets.toml" not in names and "access.json" not in names


def test_the_search_for_keys_finds_one():
    key = "-----BEGIN PRIVATE" + " KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" * 4
    assert PRIVATE.search(key.encode())
    assert PRIVATE.search(key.replace("\n", "\\n").encode())


def test_fonts_and_scripts_are_local():
    """Requirement 25: nothing is fetched from elsewhere."""
    options = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    for face in options["theme"]["fontFaces"]:
        assert (ROOT / face["url"].removeprefix("app/")).is_file()
    for file in [*ROOT.glob("pages/**/*.css"), *ROOT.glob("pages/**/*.js")]:
        text = file.read_text(encoding="utf-8")
        outside = re.findall(r"(?:https?:)?//(?!www\.w3\.org)[a-z0-9.-]+\.[a-z]{2,}/", text)
        assert not outside, (file, outside)

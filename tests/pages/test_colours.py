"""Text reads on every surface, emotions differ for every eye, and the config says the same."""

import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from core.emotions import EMOTIONS, FOUR_EMOTIONS, emotion
from core.plots.contrast import color_at, contrast
from core.plots.tables import _ink_on
from core.plots.theme import DARK, LIGHT, level_scale, palette, share_scale
from pages.parts.stage.captions import palettes as stage_palettes
from pages.parts.style import language_rules, style_sheet

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
AA_TEXT, AA_SHAPE = 4.5, 3.0

# Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
JUST_TOLD_APART = 20.0  # CIE76 difference; side by side, 2.3 is the least that is seen


def linear_rgb(color: str) -> np.ndarray:
    c = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear sRGB, D65."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    ratio = (np.array(to_xyz) @ np.clip(rgb, 0, 1)) / (0.9505, 1.0, 1.089)
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seen_difference(one: str, other: str, deficiency: str) -> float:
    seen = [lab(DEFICIENCIES[deficiency] @ linear_rgb(c)) for c in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def test_black_on_white_is_21_and_a_colour_on_itself_is_1():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#1F5D4C", "#1F5D4C") == 1


def test_the_simulation_knows_what_is_hard_to_tell_apart():
    assert seen_difference("#FFFFFF", "#FFFFFF", "deutan") == 0
    red, green = "#C84A4A", "#7D7D3A"
    assert seen_difference(red, green, "deutan") < seen_difference(red, green, "none") / 2


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["ink", "muted", "accent_text", "good", "caution", "wrong"])
def test_text_reads_on_both_surfaces(colors, role):
    for surface in (colors.surface, colors.raised):
        assert contrast(getattr(colors, role), surface) >= AA_TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_reads_in_the_sidebar(theme):
    surface = CONFIG["theme"][theme]["sidebar"]["backgroundColor"]
    for role in ("ink", "muted", "accent_text"):
        assert contrast(getattr(palette(theme), role), surface) >= AA_TEXT


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_the_accent_reads_as_text_and_carries_text(colors):
    for surface in (colors.surface, colors.raised):
        assert contrast(colors.accent, surface) >= AA_TEXT
    assert contrast(colors.on_accent, colors.accent) >= AA_TEXT


@pytest.mark.parametrize("one", EMOTIONS, ids=lambda e: e.id)
def test_ink_reads_on_every_emotion(one):
    assert contrast(LIGHT.ink, one.color) >= AA_TEXT


@pytest.mark.parametrize("one", EMOTIONS, ids=lambda e: e.id)
def test_every_emotion_stands_out_from_the_stage(one):
    assert contrast(one.color, DARK.surface) >= AA_SHAPE


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_four_emotions_differ_for_every_eye(deficiency):
    for one, other in itertools.combinations(FOUR_EMOTIONS, 2):
        difference = seen_difference(emotion(one).color, emotion(other).color, deficiency)
        assert difference >= JUST_TOLD_APART, (one, other, difference)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_read_on_every_shade_of_a_table(theme):
    for share in np.linspace(0, 1, 41):
        cell = color_at(share_scale(theme), share)
        assert contrast(_ink_on(share, theme), cell) >= AA_TEXT, share


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lightness_of_a_level_runs_one_way(theme):
    steps = [color_at(level_scale(theme), place) for place in np.linspace(0, 1, 21)]
    from_floor = [contrast(steps[0], step) for step in steps]
    assert from_floor == sorted(from_floor)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_config_has_the_colours_of_the_palette(theme):
    colors, config = palette(theme), CONFIG["theme"][theme]
    assert config["backgroundColor"] == colors.surface
    assert config["secondaryBackgroundColor"] == colors.raised
    assert config["textColor"] == colors.ink
    assert config["primaryColor"] == colors.accent
    assert config["linkColor"] == colors.accent_text
    assert config["borderColor"] == colors.line
    assert tuple(config["chartCategoricalColors"]) == colors.series


def test_there_are_ten_chart_colours_because_fewer_are_not_applied():
    assert len(LIGHT.series) == len(DARK.series) == 10


def test_the_font_is_served_from_here_with_its_licence():
    (face,) = CONFIG["theme"]["fontFaces"]
    file = ROOT / face["url"].removeprefix("app/")
    assert file.read_bytes()[:4] == b"wOF2"
    assert "SIL OPEN FONT LICENSE" in (file.parent / "OFL.txt").read_text(encoding="utf-8").upper()


def test_the_served_folder_holds_fonts_and_nothing_else():
    files = [f for f in (ROOT / "static").rglob("*") if f.is_file()]
    assert {f.parent.name for f in files} == {"fonts"}


def test_the_server_is_quiet_and_local():
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["runner"]["magicEnabled"] is False


def test_the_style_sheet_has_every_colour_for_both_themes_and_fetches_nothing():
    sheet = style_sheet() + language_rules("ko")
    assert f"--mg-ink:light-dark({LIGHT.ink},{DARK.ink});" in sheet
    used = set(re.findall(r"var\((--mg-[a-z-]+)", sheet))
    defined = set(re.findall(r"(--mg-[a-z-]+):", sheet)) | {"--mg-grain"}  # Home brings the grain
    assert used <= defined
    assert set(re.findall(r"url\(([^)]{6})", sheet)) == {'"data:'}


def test_widgets_speak_the_language_of_the_page():
    assert '--mg-say-files:"파일 고르기";' in language_rules("ko")
    assert "--mg-english-hints:none" in language_rules("ko")
    assert '--mg-say-files:"Choose files";' in language_rules("en")
    assert "--mg-english-hints:block" in language_rules("en")


def test_four_sizes_of_type_and_no_more():
    rules = (ROOT / "pages" / "parts" / "style.css").read_text(encoding="utf-8")
    sizes = set(re.findall(r"font-size: ([^;]+);", rules)) - {"0"}  # 0 hides Streamlit's English
    assert sizes == {".875rem", "1rem", "1.25rem", "2rem"}


@pytest.mark.parametrize("room", ["dark", "bright"])
def test_the_stage_reads_from_the_last_row(room):
    colors = stage_palettes()[room]["colors"]
    for surface in (colors["surface"], colors["raised"]):
        for role in ("ink", "muted", "accent", "good", "caution", "wrong"):
            assert contrast(colors[role], surface) >= AA_TEXT, (role, surface)
    assert contrast(colors["ink"], colors["surface"]) >= 12

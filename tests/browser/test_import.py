"""Recordings come in through the page in a real browser, names packed as on Korean Windows."""

import pytest
from playwright.sync_api import TimeoutError

from core.corpus import Catalog
from core.corpus.backup import restore
from core.settings import Workspace
from tests.browser.conftest import settled
from tests.corpus.sounds import wav
from tests.corpus.zips import Entry, zip_bytes

pytestmark = [pytest.mark.browser]

NAMES = [
    f"인사_{voice}_{label}.wav" for voice in ("민지", "준호") for label in ("기쁨", "슬픔", "N")
]
UNNAMED = "이름 모를 녹음.wav"
LIMIT = 60_000  # ms; a bound on hanging, not a claim about speed
HEADER, ROW = 36, 36  # px, of the table
SENTENCE, VOICE, EMOTION = 210, 310, 410  # px, a place inside each column


@pytest.fixture
def korean_zip(tmp_path):
    entries = [
        Entry(f"녹음/{name}".encode("cp949"), wav(number))
        for number, name in enumerate([*NAMES, UNNAMED])
    ]
    entries.append(Entry("녹음/메모.txt".encode("cp949"), "메모".encode()))
    path = tmp_path / "우리 목소리.zip"
    path.write_bytes(zip_bytes(*entries))
    return path


def quiet(page) -> None:
    """Wait until a click has been answered."""
    page.wait_for_timeout(500)
    settled(page)


def fill(page, column: int, text: str) -> None:
    """Type into a cell of the first row, once its editor stands open."""
    table = page.locator('[data-testid="stDataFrame"] canvas').first
    editor = page.locator("#portal input, #portal textarea").first
    for _ in range(10):  # a click into a table that is being drawn anew opens nothing
        table.dblclick(position={"x": column, "y": HEADER + ROW / 2}, force=True)
        try:
            editor.wait_for(timeout=5_000)
            break
        except TimeoutError:
            continue
    page.keyboard.type(text)
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    editor.wait_for(state="detached")
    quiet(page)


def open_import(open_at, **look):
    page = open_at("/dataset", **look)
    page.get_by_text("가져오기·내보내기").click()
    quiet(page)
    return page


def main_text(page) -> str:
    return page.inner_text('[data-testid="stMainBlockContainer"]')


def test_a_korean_zip_is_seen_filled_in_confirmed_and_heard(open_at, server, korean_zip):
    page = open_import(open_at)
    page.set_input_files('input[type="file"]', str(korean_zip))
    page.wait_for_selector("text=클립 6개 가져오기", timeout=LIMIT)
    quiet(page)
    assert {"준비됨 6", "채울 것 1", "거절 1"} <= set(main_text(page).splitlines())

    fill(page, SENTENCE, "인사")
    fill(page, VOICE, "서연")
    fill(page, EMOTION, "화남")
    page.wait_for_selector("text=클립 7개 가져오기", timeout=LIMIT)

    page.get_by_role("button", name="클립 7개 가져오기").click()
    page.wait_for_selector("text=클립 7개가 들어왔어요", timeout=LIMIT)
    quiet(page)
    assert "“메모.txt” 파일은 소리 파일이 아니에요" in main_text(page)
    with Catalog(Workspace(server.home, server.home / "models")) as catalog:
        clips = {clip.name: clip for clip in catalog.utterances("우리 목소리")}
    assert set(clips) == {f"녹음/{name}" for name in [*NAMES, UNNAMED]}
    filled = clips[f"녹음/{UNNAMED}"]
    assert (filled.sentence, filled.speaker, filled.emotion) == ("인사", "서연", "angry")

    page.get_by_role("button", name="보고 듣기").click()
    page.wait_for_selector("text=방금 가져온 클립", timeout=LIMIT)
    quiet(page)
    assert "우리 목소리" in page.content()
    assert page.complaints == []


def test_an_import_is_undone_and_brought_back_in_the_browser(open_at, server, korean_zip):
    with Catalog(Workspace(server.home, server.home / "models")) as catalog:
        before = {info.name for info in catalog.corpora()}
        page = open_import(open_at)
        page.set_input_files('input[type="file"]', str(korean_zip))
        page.wait_for_selector('button:has-text("가져오기")', timeout=LIMIT)
        page.wait_for_selector("text=다른 것 고르기", timeout=LIMIT)
        quiet(page)
        page.get_by_role("combobox").nth(1).fill("되돌릴 말뭉치")
        page.keyboard.press("Enter")
        quiet(page)
        page.get_by_role("button", name="클립 6개 가져오기").click()
        page.wait_for_selector("text=클립 6개가 들어왔어요", timeout=LIMIT)
        quiet(page)
        assert "되돌릴 말뭉치" in {info.name for info in catalog.corpora()}
        page.get_by_role("button", name="가져오기 되돌리기").click()
        page.wait_for_selector('button:has-text("다시 가져오기")', timeout=LIMIT)
        assert {info.name for info in catalog.corpora()} == before
        page.get_by_role("button", name="다시 가져오기").click()
        page.wait_for_selector('button:has-text("가져오기 되돌리기")', timeout=LIMIT)
        assert catalog.count("되돌릴 말뭉치") == 6
        assert page.complaints == []


def test_a_folder_comes_in_with_the_emotions_of_its_folders(open_at, tmp_path):
    for number, name in enumerate(["기쁨/하나.wav", "기쁨/둘.wav", "슬픔/하나.wav", ".DS_Store"]):
        path = tmp_path / "폴더 말뭉치" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wav(number))
    page = open_import(open_at)
    page.get_by_text("폴더", exact=True).click()
    quiet(page)
    page.set_input_files('input[type="file"]', str(tmp_path / "폴더 말뭉치"))
    page.wait_for_selector("text=클립 3개 가져오기", timeout=LIMIT)
    quiet(page)
    assert {"기쁨 2", "슬픔 1"} <= {line.strip() for line in main_text(page).splitlines()}
    assert page.get_by_role("combobox").nth(1).input_value() == "폴더 말뭉치"
    assert page.complaints == []


def test_hostile_file_names_stay_text(open_at, tmp_path):
    names = ["<img src=x onerror=alert(1)>_1_N.wav", "![x](http://beacon.invalid/p.png)_1_A.wav"]
    entries = [
        Entry(name.replace("/", "∕").encode(), wav(i), 1 << 11) for i, name in enumerate(names)
    ]
    entries.append(Entry("<script>alert(1)</script>.txt".replace("/", "∕").encode(), b"x", 1 << 11))
    path = tmp_path / "hostile.zip"
    path.write_bytes(zip_bytes(*entries))
    page = open_import(open_at)
    page.set_input_files('input[type="file"]', str(path))
    page.wait_for_selector("text=클립 2개 가져오기", timeout=LIMIT)
    page.get_by_text("거절 1").click()
    quiet(page)
    page.get_by_role("button", name="클립 2개 가져오기").click()
    page.wait_for_selector("text=클립 2개가 들어왔어요", timeout=LIMIT)
    quiet(page)
    assert "<script>alert(1)" in main_text(page)
    assert page.complaints == []
    assert not [url for url in page.requested if "beacon" in url]
    assert page.locator('[data-testid="stMainBlockContainer"] img[src="x"]').count() == 0


def test_a_backup_comes_down_as_a_file_that_can_be_restored(open_at, tmp_path):
    page = open_import(open_at)
    page.get_by_role("button", name="백업 만들기").click()
    with page.expect_download(timeout=LIMIT) as coming:
        page.get_by_role("button", name="백업 내려받기").click(timeout=LIMIT)
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    assert f"python -m core restore {file.name} --force" in main_text(page)
    there = Workspace(root=tmp_path / "there", models=tmp_path / "there" / "models")
    restore(file, there)
    with Catalog(there) as catalog:
        assert {"demo"} <= {info.name for info in catalog.corpora()}

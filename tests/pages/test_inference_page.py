"""The inference page: upload or speak, and what comes of it."""

import io
import time
import zipfile
from threading import Event

import pytest
import soundfile as sf

from core.audio import decode
from core.corpus import Catalog, import_path
from core.corpus.clip_features import feature_store
from core.errors import EngineFailedError, NoGuestModelError
from core.models import set_active
from core.settings import LogregSpec, OriginalSpec, workspace
from core.stt import EngineStatus, Transcript, consented
from core.training.publish import keep_as_model, publish, run_bundle
from core.training.run import Experiment
from core.training.setup import keep_run, new_experiment
from pages.parts import listening
from pages.parts.guest_view import Guest
from tests.corpora import SR, TONES, tone, write_tones
from tests.odd_files import ODD_FILES
from tests.pages.test_frame import shown


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model of tones in a workspace of its own; its home."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MALGYEOL_HOME", str(home))
        write_tones(home / "tones")
        with Catalog() as catalog:
            import_path(catalog, home / "tones", corpus="tones", convention="original")
            spec = new_experiment(
                catalog, "tones", features=OriginalSpec(), model=LogregSpec(C=10.0)
            )
            run = Experiment(spec, catalog, feature_store(workspace()))
            *_, finished = run.events()
            publish(run, finished.report, run_bundle(catalog.place, "r"))
            keep_run(catalog, "r", finished.report, run.answers)
            set_active(keep_as_model(catalog, "r", "tones"))
    return home


class Scribe:
    """A speech engine that answers at once, for pages."""

    name, title, sends_voice_away, waiting = "whisper", "Scribe", False, 0
    said = "안녕하세요"

    def status(self):
        return EngineStatus(state="ready", reason="ready", fix="", detail="")

    def transcribe(self, y, *, language="ko", consent=False):
        return Transcript(
            text=self.said,
            segments=(),
            engine="scribe",
            model="test",
            language=language,
            elapsed=0.0,
            no_speech=False,
        )


@pytest.fixture
def page(model, monkeypatch, open_page):
    monkeypatch.setenv("MALGYEOL_HOME", str(model))
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    monkeypatch.setattr("pages.parts.words.engines", lambda: {"whisper": Scribe()})
    return open_page("inference")


def wav(code, seed=1):
    file = io.BytesIO()
    sf.write(file, tone(TONES[code] * 1.05, seed=seed), SR, format="WAV")
    return file.getvalue()


def until(at, *any_of):
    """Run the page until one of some texts is on it."""
    began = time.monotonic()

    def there():
        said = shown(at) + " ".join(c.value for c in at.caption)
        return any(text in said for text in any_of)

    while not there() and time.monotonic() - began < 60:
        time.sleep(0.2)
        at.run()
    assert there()


def upload(at, *files):
    at.segmented_control(key="inference.way").set_value("upload").run()
    at.file_uploader(key="inference.upload").set_value(list(files)).run()
    assert not at.exception
    return at


def test_before_anything_is_heard_the_page_says_what_to_do(page):
    assert "Nothing heard yet" in shown(page)


def test_an_upload_shows_emotion_probabilities_and_pictures(page):
    upload(page, ("happy.wav", wav("J"), "audio/wav"))
    assert "Sounds happy" in shown(page)
    assert "mg-bar-best" in shown(page)
    players = [it for it in page.get("bidi_component") if it.key.startswith("heard.player")]
    assert len(players) == 1


def test_a_clip_of_the_data_answers_too(page):
    page.segmented_control(key="inference.way").set_value("data").run()
    page.selectbox(key="inference.corpus").set_value("tones").run()
    page.text_input(key="inference.search").set_value("_A").run()
    assert "Sounds angry" in shown(page)


def test_a_zip_is_heard_clip_by_clip(page):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a/sad.wav", wav("S"))
        archive.writestr("happy.wav", wav("J"))
        archive.writestr("notes.txt", b"no sound")
    upload(page, ("clips.zip", packed.getvalue(), "application/zip"))
    table = page.dataframe[0].value
    answers = dict(zip(table["Clip"], table["Emotion"], strict=True))
    assert (answers["a/sad.wav"], answers["happy.wav"]) == ("Sad", "Happy")
    assert "not a sound file" in table["Remark"][list(table["Clip"]).index("notes.txt")]


def test_the_words_stand_beside_the_emotion(page):
    upload(page, ("sad.wav", wav("S"), "audio/wav"))
    until(page, "안녕하세요")


def test_a_bad_file_says_what_is_wrong_and_the_others_are_served(page):
    upload(page, ("bad.wav", b"no sound at all", "audio/wav"), ("ok.wav", wav("N"), "audio/wav"))
    table = page.dataframe[0].value
    assert list(table["Clip"]) == ["bad.wav", "ok.wav"]
    assert "not a sound file" in table["Remark"][0]
    assert table["Emotion"][1] == "Neutral"


def test_a_file_that_is_being_read_can_be_left_and_heard_from_the_start(page, monkeypatch):
    go_on, began = Event(), []
    plain = listening.clip_sound_of

    def slow(clip):
        began.append(clip.name)
        go_on.wait(60)
        return plain(clip)

    monkeypatch.setattr(listening, "clip_sound_of", slow)
    try:
        upload(page, ("happy.wav", wav("J"), "audio/wav"))
        page.button(key="inference.stop").click().run()
        assert "Stopped" in shown(page)
        page.run()
        assert len(began) == 1  # nobody begins again unasked
        page.button(key="inference.again").click().run()
        assert len(began) == 2
    finally:
        go_on.set()
    until(page, "Sounds happy")


def test_one_bad_file_alone_has_its_message(page):
    upload(page, ("empty.wav", b"", "audio/wav"))
    assert "“empty.wav” is empty" in shown(page)


def test_the_model_says_where_it_comes_from_and_what_it_is_worth(page):
    upload(page, ("sad.wav", wav("S"), "audio/wav"))
    said = " ".join(c.value for c in page.caption)
    assert "Model “tones”" in said
    assert "UAR 1.00" in said
    assert "chance 0.25" in said


def test_without_a_model_the_page_leads_to_training(
    workspace_home, monkeypatch, tmp_path, open_page
):
    monkeypatch.setenv("MALGYEOL_LANGUAGE", "en")
    monkeypatch.setattr("core.models.registry.shipped_models", lambda: tmp_path / "none")
    assert "No model to answer with" in shown(open_page("inference"))


def test_a_guest_is_met_and_the_plain_model_stays_one_switch_away(page):
    guest = Guest()
    for number, code in enumerate("SNJA"):
        guest.clips[number] = decode(wav(code, seed=number), name=f"{code}.wav")
        guest.prompts[number] = f"prompt {code}"
    page.session_state["inference.guest"] = guest
    page.toggle(key="inference.guest.open").set_value(True).run()
    page.button(key="inference.guest.meet").click().run()
    assert "Met with 4 clips" in " ".join(c.value for c in page.caption)
    assert "prompt J" in shown(page)
    upload(page, ("happy.wav", wav("J"), "audio/wav"))
    assert "Before the voice was met: Happy" in " ".join(c.value for c in page.caption)
    page.toggle(key="inference.guest.use.0").set_value(False).run()
    assert "Before the voice was met" not in " ".join(c.value for c in page.caption)


def test_a_model_that_cannot_meet_a_guest_says_so(page, monkeypatch):
    monkeypatch.setattr("pages.parts.guest_view.guest_problem", lambda b: NoGuestModelError(b.name))
    page.toggle(key="inference.guest.open").set_value(True).run()
    assert "cannot get to know a voice" in shown(page)


def test_words_against_the_voice_are_marked(page, monkeypatch):
    monkeypatch.setattr(Scribe, "said", "정말 좋아요, 행복해요")
    upload(page, ("angry.wav", wav("A"), "audio/wav"))
    until(page, "행복해요")
    assert "Glad words" in shown(page)


def test_an_engine_that_is_broken_says_how_to_mend_it_and_no_old_text_stays(page, monkeypatch):
    upload(page, ("sad.wav", wav("S"), "audio/wav"))
    until(page, "안녕하세요")
    broken = EngineStatus("broken", "the model failed on this clip", "Nothing to do.")
    monkeypatch.setattr(Scribe, "status", lambda self: broken)
    upload(page, ("angry.wav", wav("A"), "audio/wav"))
    assert "Scribe: the model failed on this clip" in shown(page)
    assert "Sounds angry" in shown(page)
    assert "안녕하세요" not in shown(page)


def test_an_engine_that_fails_on_a_clip_leaves_the_emotion(page, monkeypatch):
    def fail(self, y, *, language="ko", consent=False):
        raise EngineFailedError("Scribe", "the model failed on this clip")

    monkeypatch.setattr(Scribe, "transcribe", fail)
    upload(page, ("sad.wav", wav("S"), "audio/wav"))
    until(page, "The emotion is not affected")
    assert "Sounds sad" in shown(page)


def test_a_cloud_engine_hears_nothing_before_consent(page, monkeypatch):
    heard = []

    def transcribe(self, y, *, language="ko", consent=False):
        heard.append(consent)
        return Scribe.transcribe(self, y, language=language, consent=consent)

    cloud = type("Cloud", (Scribe,), {"name": "google", "title": "Cloud"})
    cloud.sends_voice_away, cloud.transcribe = True, transcribe
    monkeypatch.setattr("pages.parts.words.engines", lambda: {"google": cloud()})
    page.run()
    upload(page, ("sad.wav", wav("S"), "audio/wav"))
    assert "Without your consent no voice leaves this machine" in shown(page)
    page.run()
    assert heard == []
    page.checkbox(key="inference.consent.google").set_value(True).run()
    until(page, "안녕하세요")
    assert heard == [True]
    assert consented() == {"google"}
    page.checkbox(key="inference.consent.google").set_value(False).run()
    assert consented() == frozenset()
    assert "Without your consent no voice leaves this machine" in shown(page)


def test_a_closer_look_says_why(page):
    upload(page, ("angry.wav", wav("A"), "audio/wav"))
    page.segmented_control(key="inference.look").set_value("why").run()
    until(page, "Compared with", "does not say which")


def test_a_timeline_goes_out_in_four_formats(page):
    upload(page, ("angry.wav", wav("A"), "audio/wav"))
    page.segmented_control(key="inference.look").set_value("take").run()
    assert [b.label for b in page.get("download_button")] == ["SRT", "VTT", "CSV", "JSON"]


# "live" needs a real server: tests/browser/test_inference.py
@pytest.mark.parametrize("way", ["data", "example", "microphone", "upload"])
def test_every_way_in_opens_calmly(page, way):
    page.segmented_control(key="inference.way").set_value(way).run()
    assert not page.exception
    assert 'role="alert"' not in shown(page)


def test_a_broken_active_model_is_named_and_another_one_answers(page, model):
    place = model / "models"
    active = (place / "active").read_bytes()
    (place / "broken.malgyeol").write_bytes(b"PK\x03\x04 no bundle")
    (place / "active").write_bytes(b"broken")
    try:
        upload(page, ("happy.wav", wav("J"), "audio/wav"))
        assert "broken" in shown(page)
        assert "Sounds" in shown(page) or "not sure" in shown(page)
    finally:
        (place / "active").write_bytes(active)
        (place / "broken.malgyeol").unlink()


def test_every_odd_file_has_an_answer_or_a_message(page):
    files = [(odd.name, odd.make(), "audio/wav") for odd in ODD_FILES]
    upload(page, *files)
    began = time.monotonic()
    while len(page.dataframe) == 0 or len(page.dataframe[0].value) < len(files):
        assert time.monotonic() - began < 120
        time.sleep(0.3)
        page.run()
    table = page.dataframe[0].value
    for name, emotion, remark in zip(table["Clip"], table["Emotion"], table["Remark"], strict=True):
        assert emotion != "–" or remark, name
    assert not page.exception

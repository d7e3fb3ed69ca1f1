"""What the tests of training share."""

import pytest

from core.corpus import Catalog, import_path
from tests.corpora import write_tones


@pytest.fixture
def catalog(workspace_home, tmp_path):
    """A catalog whose corpus “tones” is learnt within a moment."""
    write_tones(tmp_path / "tones")
    with Catalog() as opened:
        import_path(opened, tmp_path / "tones", corpus="tones", convention="original")
        yield opened

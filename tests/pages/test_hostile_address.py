"""Whatever an address asks of a page, the page stays calm: links come from anybody."""

import pytest

from pages.parts.desk import STATE
from pages.parts.site import listed
from tests.pages.test_fuzz_pages import calm

PAGES = [page.name for page in listed()]
PARAMETERS = ("clip", "corpus", "job", "lang", "run", "on")
HOSTILE = {
    "no integer of a database": "9" * 30,
    "more digits than Python reads": "7" * 5_000,
    "other digits": "١٢²",
    "a path": "../../../../etc/passwd",
    "a separator": "..\\..\\x\0y",
    "an element": '"><img src=//evil.example/p.png onerror=alert(1)>',
    "markdown": "![x](https://evil.example/p.png) $$x$$ :red[x]",
    "SQL": "x' OR 1=1; DROP TABLE utterances; --",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stays_calm_whatever_its_address_says(workspace_home, open_page, name):
    at = open_page(name)
    for what, value in HOSTILE.items():
        for parameter in PARAMETERS:
            at.query_params[parameter] = value
        if STATE in at.session_state:
            del at.session_state[STATE]  # as for a visitor who comes by this link
        at.run()
        calm(at, f"{name}: {what}")
        assert "evil.example/p.png" not in "".join(m.value for m in at.markdown if "![" in m.value)

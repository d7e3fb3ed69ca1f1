"""Every page, in both themes: axe-core finds nothing serious that is ours; no request fails or goes
outside."""

from pathlib import Path

import pytest

from pages.parts.site import listed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).parent / "axe" / "axe.min.js"  # axe-core 4.14.1 (MPL-2.0), see its LICENSE
GRAVE = {"serious", "critical"}
PAGES = ["/" if page.name == "home" else f"/{page.name}" for page in listed()] + ["/stage?on=1"]

# The style sheet is there, and nothing fades because a run is about to replace it.
READY = """() => getComputedStyle(document.body).getPropertyValue('--mg-muted')
    && ![...document.querySelectorAll('.stElementContainer')].some(
        (it) => it.dataset.stale === 'true' || Number(getComputedStyle(it).opacity) < 1)"""


def findings(page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['id']}: {node['target']} {node['html'][:120]}"
        for violation in result["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_open_to_everybody_asks_nobody_outside_and_asks_for_nothing_that_is_not_there(
    open_at, path, theme
):
    page = open_at(path, theme=theme, width=1280)
    page.wait_for_timeout(1000)  # charts and components draw once the script has ended
    page.wait_for_function(READY)
    assert findings(page) == []
    assert page.complaints == []
    assert page.failed == []
    assert not [u for u in page.requested if u.startswith("http") and "127.0.0.1" not in u]

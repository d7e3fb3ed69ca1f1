"""The promise of quality, on real clips with faults put into them (skipped without the corpora)."""

import pytest

from bench.quality import fault_figures


@pytest.mark.corpus
@pytest.mark.slow
def test_injected_faults_are_found(corpora):
    figures = fault_figures(corpora / "emodb4", seed=11)
    for kind in ("clipped", "noisy", "silent"):
        assert figures[kind]["recall"] >= 0.95
        assert figures[kind]["false alarms"] <= 0.02
    assert figures["near-duplicate"]["recall"] >= 0.9
    assert figures["near-duplicate"]["precision"] >= 0.95
    assert figures["label-doubt"]["recall in the top 10 %"] >= 0.85

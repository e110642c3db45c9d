"""The contract of sources, over those of this package."""

from pathlib import Path

from services.crawler.testing.source_contract import SourceContract


class TestSources(SourceContract):
    distribution = "luming-source-sample"
    fixtures = Path(__file__).parent / "fixtures"

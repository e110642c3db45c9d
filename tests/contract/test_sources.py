"""The contract of sources (services/crawler/testing/source_contract.py) over those that come with the crawler."""

from pathlib import Path

import pytest

from services.crawler.sources.config import load_sources
from services.crawler.sources.fixture import READ_AT
from services.crawler.sources.registry import OWN, built_in
from services.crawler.testing.source_contract import SourceContract
from shared.watch import load_watchlist

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]


class TestSources(SourceContract):
    fixtures = ROOT / "tests" / "fixtures" / "sources"
    entities = frozenset(entity.id for entity in load_watchlist(ROOT / "config" / "watchlist.yaml").entities)


def test_every_module_is_a_plug_in_of_its_own_name() -> None:
    folder = ROOT / "services/crawler/sources"
    modules = {path.stem for path in (*folder.glob("*.py"), *(folder / "kinds").glob("*.py"))} - {"__init__"} - OWN
    assert modules <= set(built_in())


def test_the_projects_own_sources_are_right() -> None:
    sources = load_sources(ROOT / "config" / "sources.yaml", {}, READ_AT.date())
    assert len(sources.enabled) >= 12
    assert {one.name for one in sources.all} >= {name for name, plugin in built_in().items() if plugin.defaults}

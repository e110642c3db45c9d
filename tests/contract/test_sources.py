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


def test_every_source_of_its_own_says_how_reliable_it_is_and_why() -> None:
    own = {name: plugin.defaults for name, plugin in built_in().items() if plugin.defaults}
    unsaid = {name for name, one in own.items() if not {"reliability", "reliability_why"} <= one.model_fields_set}
    assert unsaid == set()
    assert {name for name, one in own.items() if one.role == "recall" and one.reliability != "F"} == set()
    assert {one.reliability for one in own.values()} == {"A", "B", "C", "D", "F"}

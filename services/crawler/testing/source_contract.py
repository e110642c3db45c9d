"""One contract for every source: what it asks, what it reads of its fixture, and how it takes an answer gone wrong.

A package's whole test of its sources:

    class TestSources(SourceContract):
        distribution = "acme-sources"
        fixtures = Path(__file__).parent / "fixtures"

Each folder of `fixtures` is a case: NAME, or NAME.CASE for further ones of the same source. A source without a folder
fails, and so does a folder without a source.
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from services.crawler.domain.canonical import clean
from services.crawler.domain.source import MAX_REQUESTS, Listed, Parsed, Request, Source, SourcePage, WithHistory
from services.crawler.sources.fixture import READ_AT as NOW
from services.crawler.sources.fixture import answer_to, source_of, walk
from services.crawler.sources.registry import Plugin, brought_by, built_in
from services.crawler.testing.gone_wrong import GONE_WRONG, of_other_values
from shared.errors import PermanentError

_SEEN = re.compile(r"[Ss]een live\W{1,3}\d{4}-\d\d-\d\d")


class SourceContract:
    """To be derived from, with the values below; pytest then makes a test for each source, case and wrong answer."""

    distribution: ClassVar[str | None] = None
    """The installed package whose entry points name the sources; None: those of the crawler itself."""
    fixtures: ClassVar[Path]
    entities: ClassVar[frozenset[str] | None] = None
    """Ids of the watchlist that sources may name, where they are known."""

    @classmethod
    def plugins(cls) -> Mapping[str, Plugin]:
        """The sources and kinds under test, by name."""
        return built_in() if cls.distribution is None else brought_by(cls.distribution)

    @classmethod
    def cases(cls) -> list[str]:
        """The fixture folders: `feed`, `feed.atom`, …"""
        return sorted(folder.name for folder in cls.fixtures.iterdir() if folder.is_dir())

    def test_there_are_sources(self) -> None:
        """A package whose entry points were not found would pass every other test."""
        assert self.plugins(), f"{self.distribution} is not installed, or names no source in its entry points"

    def test_every_source_has_a_fixture_folder(self, name: str) -> None:
        """Without one nothing shows what a source reads."""
        assert (self.fixtures / name).is_dir(), f"make {self.fixtures / name} with a page and expected.json"

    def test_every_folder_belongs_to_a_source(self, case: str) -> None:
        """Else a source was removed or is misspelt."""
        assert case.partition(".")[0] in self.plugins(), f"no source is named {case.partition('.')[0]}"

    def test_says_who_it_is(self, name: str) -> None:
        """The outlet, what is known of it, and why it is off; `verified` with the day on which it was seen."""
        defaults = self.plugins()[name].defaults
        if defaults is None:
            return  # a kind is nobody by itself
        assert defaults.outlet
        assert defaults.evidence
        assert defaults.enabled or defaults.why_off, "it is off and does not say why"
        assert defaults.evidence != "U" or not defaults.enabled, "a guess is on"
        if self.entities is not None:
            assert {*defaults.direct, *defaults.indirect} <= self.entities
        if defaults.verified:
            told = [self.fixtures / case / "about.md" for case in self.cases() if case.partition(".")[0] == name]
            said = [_SEEN.search(about.read_text("utf-8")) for about in told if about.exists()]
            assert any(said), "verified: an about.md needs a line `Seen live: YYYY-MM-DD`"

    def test_asks_addresses_that_may_be_asked(self, case: str) -> None:
        """Of a poll, and of a look back: absolute, not too many, and each saying how far back."""
        made, since = self._source(case), NOW - timedelta(days=30)
        first = made.start({}, NOW)
        assert 0 < len(first) <= MAX_REQUESTS
        assert [request.address for request in first if clean(request.address) == ""] == []
        if isinstance(made, WithHistory):
            back = made.history(since, NOW)
            assert [request.address for request in back if clean(request.address) == ""] == []
            assert {request.since for request in back} <= {since}

    def test_reads_its_fixture(self, case: str) -> None:
        """What the source asks and lists is what expected.json says."""
        expected = json.loads((self.fixtures / case / "expected.json").read_text("utf-8"))
        assert walk(self.fixtures / case, self._source(case), NOW).plain() == expected
        assert expected["items"]

    def test_reading_twice_gives_the_same(self, case: str) -> None:
        """A source keeps nothing in itself."""
        made = self._source(case)
        assert walk(self.fixtures / case, made, NOW) == walk(self.fixtures / case, made, NOW)

    @pytest.mark.timeout(10)
    def test_an_answer_gone_wrong_is_a_typed_error_or_empty(self, case: str, wrong: str) -> None:
        """Nothing is read of it, and no other error comes of it."""
        for request in self._steps(case):
            assert self._read(case, request, GONE_WRONG[wrong]).items == ()

    @pytest.mark.timeout(20)
    def test_a_cut_fixture_breaks_nothing(self, case: str) -> None:
        """A connection may end anywhere."""
        for request in self._steps(case):
            body = answer_to(self.fixtures / case, request.step, 1)
            for end in range(0, len(body), max(1, len(body) // 40)):
                self._read(case, request, body[:end])

    @pytest.mark.timeout(60)
    def test_odd_values_in_its_fixture_break_nothing(self, case: str) -> None:
        """An interface may answer with a value of another type at any place; what is read can be kept and asked for."""
        for request in self._steps(case):
            for body in of_other_values(answer_to(self.fixtures / case, request.step, 1)):
                read = self._read(case, request, body)
                for item in read.items:
                    "".join((item.address, item.title, item.author or "", item.outlet or "", item.marker)).encode()
                for further in read.requests:
                    "".join((further.address, *further.carry.values(), *map("".join, further.headers))).encode()

    def _source(self, case: str) -> Source:
        return source_of(self.fixtures / case, self.plugins()[case.partition(".")[0]])[0]

    def _steps(self, case: str) -> list[Request]:
        """One question of each step that the fixture answers."""
        found = {request.step: request for request in walk(self.fixtures / case, self._source(case), NOW).requests}
        return list(found.values())

    def _read(self, case: str, request: Request, body: bytes) -> Parsed:
        """What is read of an answer; nothing where the source says in words why it cannot. Other errors are faults."""
        try:
            return self._source(case).parse(SourcePage(request, request.address, body, NOW))
        except PermanentError as error:
            return Parsed() if str(error) else Parsed(items=(Listed("an error without words"),))

"""The written chains: every story is one thread, none joins another, and what is new in each report is told."""

import pytest

from bench.threads.chains import Chain, follow, load_chains, new_facts
from bench.threads.reports import Stories
from bench.threads.scoring import Counted, score
from services.alerter.adapters.weights import load_weights

pytestmark = pytest.mark.contract

CHAINS = load_chains()
KEPT_APART = 12


def test_there_are_forty_of_which_twelve_are_kept_apart() -> None:
    assert len({chain.name for chain in CHAINS}) == len(CHAINS) == 40
    assert sum(chain.aside for chain in CHAINS) == KEPT_APART


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.name)
def test_a_chain_is_one_thread_and_what_stands_between_is_none_of_it(chain: Chain) -> None:
    followed = follow(chain.steps, load_weights())
    scored = score(chain.stories, followed.thread_of)
    assert not scored.missed, "the story was split"
    assert not scored.wrong, "another story was joined"


def test_all_chains_in_one_memory_are_not_mixed_up() -> None:
    steps = [step for chain in CHAINS for step in chain.steps]
    everything = Stories("chains", tuple(told for chain in CHAINS for told in chain.stories.told))
    scored = score(everything, follow(steps, load_weights()).thread_of)
    assert not scored.missed
    assert not scored.wrong


def test_new_facts_are_told_and_little_else() -> None:
    counted = Counted()
    for chain in CHAINS:
        counted += new_facts(chain.steps, follow(chain.steps, load_weights()))
    assert counted.precision >= 0.7
    assert counted.recall >= 0.8


def test_what_adds_nothing_to_its_story_alerts_nobody_again() -> None:
    for chain in CHAINS:
        followed = follow(chain.steps, load_weights())
        told = {step.report.title for step in chain.steps if followed.new[step.report.document_id] and not step.new}
        assert not told, chain.name

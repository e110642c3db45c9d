"""The feed of a wire service that does not exist: a source that is one of the kinds with its address set."""

from services.crawler.sources.definition import SourceDefaults, Terms
from services.crawler.sources.kinds import feed
from services.crawler.sources.registry import source

PLUGIN = source(
    "sample_wire",
    feed.PLUGIN,
    SourceDefaults(
        address="https://wire.example.com/feed",
        outlet="Sample Wire",
        language="en",
        timezone="UTC",
        evidence="U",
        reliability="F",
        reliability_why="it does not exist",
        enabled=False,
        why_off="it does not exist",
        terms=Terms(address="https://wire.example.com/terms", verdict="allowed"),
    ),
    options={"max_items": 50},
)

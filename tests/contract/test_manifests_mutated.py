"""A wrong field in any manifest is caught: each key is misspelt and each value given a wrong type, one at a time.

Words and formats of the right type are test_manifests_words.py's.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract import free_form, known_variables
from tests.contract.manifests import CRDS, RENDERED, Manifest, name, rendered, verdicts

pytestmark = [pytest.mark.contract, pytest.mark.timeout(600)]

Path = tuple[str | int, ...]

GENERATED = {"PrometheusRule"}
"""Held equal, letter by letter, to a file that promtool tests: what is free in it needs no list here."""


def paths(node: Any, at: Path = ()) -> Iterator[Path]:
    """Where something stands in a manifest."""
    if at:
        yield at
    children: Any = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in children:
        yield from paths(value, (*at, key))


def holder(manifest: Manifest, at: Path) -> Any:
    """The map or list that holds what stands there."""
    found: Any = manifest
    for step in at[:-1]:
        found = found[step]
    return found


def misspelt(manifest: Manifest, at: Path) -> Manifest:
    """The same with one key misspelt."""
    wrong = copy.deepcopy(manifest)
    inside = holder(wrong, at)
    inside[f"{at[-1]}Misspelt"] = inside.pop(at[-1])
    return wrong


def mistyped(manifest: Manifest, at: Path) -> Manifest:
    """The same with text for a map or list, and a list for anything else."""
    wrong = copy.deepcopy(manifest)
    inside = holder(wrong, at)
    inside[at[-1]] = "wrong" if isinstance(inside[at[-1]], dict | list) else ["wrong"]
    return wrong


def mutants() -> Iterator[tuple[str, Manifest]]:
    """Each way to be wrong once: objects of a kind share their schema, so a place is tried in the first that has it."""
    seen = set()
    for overlay in RENDERED:
        for manifest in rendered(overlay):
            for at in paths(manifest):
                place = (manifest["kind"], *("*" if isinstance(step, int) else step for step in at))
                if place in seen:
                    continue
                seen.add(place)
                told = f"{name(manifest)} at {'.'.join(map(str, at))}"
                if isinstance(at[-1], str):
                    yield f"{told} misspelt", misspelt(manifest, at)
                yield f"{told} of a wrong type", mistyped(manifest, at)


def test_a_wrong_field_in_any_manifest_is_caught() -> None:
    if not CRDS.is_dir():
        pytest.skip("../shared/data/crds is absent: wrong fields of custom resources cannot be told")
    made = list(mutants())
    assert len(made) > 1000
    found = verdicts([wrong for _, wrong in made])
    survived = [
        what
        for (what, wrong), why in zip(made, found, strict=True)
        if not (why or next(free_form.faults(wrong), "") or next(known_variables.faults(wrong), ""))
        and wrong.get("kind") not in GENERATED
    ]
    assert survived == []

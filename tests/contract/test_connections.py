"""The database lets in as many connections as the pods that there may be together can open."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from services.alerter.adapters.database import busy_engine
from services.portal.adapters.search_pool import search_engine
from shared.store.engine import make_engine
from tests.contract.manifests import RENDERED, Manifest, of_kind, rendered, templates

pytestmark = pytest.mark.contract

ROOT = Path(__file__).parents[2]
ADDRESS = "postgresql://u@db.example/luming"
BY_HAND = {"luming-crawler": 4, "luming-portal": 4}
"""Replicas up to which docs/runbooks scales (LumingQueueGrowing, LumingPortalSlow)."""
OWNER = "luming-db-app"
"""Secret of the owner's login."""
OTHERS = 10
"""Connections of nobody above: PostgreSQL keeps 3 (superuser_reserved_connections), CloudNativePG's instance manager
and exporter have a few, and somebody looks with psql."""


def most(engine: Engine) -> int:
    """Connections that an engine opens at most."""
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    return pool.size() + pool._max_overflow  # no public way leads to it


MIGRATING = 2
"""Connections by which a portal brings the schema up, beside those of its pages: one has its errors typed."""
PLAIN = most(make_engine(ADDRESS))
PROCESSES = {
    "luming-crawler": PLAIN,
    "luming-alerter": most(busy_engine(ADDRESS)),
    "luming-portal": PLAIN + most(search_engine(make_engine(ADDRESS))) + MIGRATING,
    "luming-portal-indexer": PLAIN,
    "luming-migrate": PLAIN,
    "luming-prune": PLAIN,
    "luming-erase": PLAIN,
}
"""Workload to the connections of one of its processes."""


def login(template: Manifest) -> str:
    """The secret by which a pod comes into the database; empty where it does not."""
    volumes = {one["name"]: one for one in template["spec"]["volumes"]}
    return str(volumes["database-login"]["secret"]["secretName"]) if "database-login" in volumes else ""


def pods(objects: list[Manifest], owner: Manifest) -> int:
    """How many pods of a workload there may be at once."""
    if owner["kind"] != "Deployment":
        return 1
    own = owner["metadata"]["name"]
    scaled = [
        one["spec"]["maxReplicaCount"]
        for one in of_kind(objects, "ScaledObject")
        if one["spec"]["scaleTargetRef"]["name"] == own
    ]
    surge = owner["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
    return int(max([owner["spec"].get("replicas", 1), *scaled]) + surge)


def opened(objects: list[Manifest], by_hand: bool) -> Counter[str]:
    """Login to the connections that all its pods open together."""
    found: Counter[str] = Counter()
    for owner, template in templates(objects):
        if secret := login(template):
            own = owner["metadata"]["name"]
            count = pods(objects, owner)
            found[secret] += PROCESSES[own] * (max(count, BY_HAND.get(own, 0) + 1) if by_hand else count)
    return found


def database(objects: list[Manifest]) -> Any:
    (cluster,) = of_kind(objects, "Cluster")
    return cluster["spec"]


def test_only_two_places_make_pools() -> None:
    found = {
        str(path.relative_to(ROOT))
        for room in ("services", "shared")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"\bcreate_engine\(", path.read_text("utf-8"))
    }
    assert found == {"shared/store/engine.py", "services/portal/adapters/search_pool.py"}, "count it in PROCESSES"


@pytest.mark.parametrize("overlay", RENDERED)
def test_the_database_takes_what_all_pods_may_open(overlay: str) -> None:
    objects = rendered(overlay)
    allowed = int(database(objects)["postgresql"]["parameters"]["max_connections"])
    asked = opened(objects, by_hand=False)
    assert len(asked) == (5 if overlay == "prod" else 1)
    assert asked.total() + OTHERS <= allowed, dict(asked)


def test_a_role_of_production_may_have_what_its_pods_may_open() -> None:
    objects = rendered("prod")
    spec = database(objects)
    limits = {role["passwordSecret"]["name"]: role["connectionLimit"] for role in spec["managed"]["roles"]}
    asked = opened(objects, by_hand=True)
    assert set(asked) == {*limits, OWNER}
    short = {secret: (asked[secret], limit) for secret, limit in limits.items() if asked[secret] > limit}
    assert short == {}, "more than connectionLimit"
    together = sum(limits.values()) + asked[OWNER] + OTHERS
    assert together <= int(spec["postgresql"]["parameters"]["max_connections"])


@pytest.mark.parametrize("runbook", sorted((ROOT / "docs" / "runbooks").glob("*.md")), ids=lambda path: path.stem)
def test_no_runbook_scales_further_than_is_counted(runbook: Path) -> None:
    for deployment, count in re.findall(r"scale deploy/([a-z-]+) --replicas=(\d+)", runbook.read_text("utf-8")):
        assert int(count) <= BY_HAND[deployment]


def test_every_workload_with_the_database_is_counted() -> None:
    found = {owner["metadata"]["name"] for owner, template in templates(rendered("prod")) if login(template)}
    assert found == PROCESSES.keys()

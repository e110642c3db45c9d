"""The documents are tested: what a README names exists, and what exists is named."""

import re
from pathlib import Path

import pytest

from services.alerter.settings import AlerterSettings
from services.classifier.settings import ClassifierSettings
from services.crawler.settings import CrawlerSettings
from services.maintenance.settings import MaintenanceSettings
from services.portal.settings import PortalSettings
from shared.runtime.settings import ServiceSettings

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("services/*/README.md"), *ROOT.glob("deploy/**/README.md")])
SETTINGS: dict[str, type[ServiceSettings]] = {
    "crawler": CrawlerSettings,
    "classifier": ClassifierSettings,
    "alerter": AlerterSettings,
    "maintenance": MaintenanceSettings,
    "portal": PortalSettings,
}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_make_target_named_in_a_document_exists(document: Path) -> None:
    named = set(re.findall(r"`make ([a-z][a-z0-9-]*)", document.read_text("utf-8")))
    assert named <= targets()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_linked_in_a_document_exists(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("service", sorted(SETTINGS))
def test_every_setting_stands_in_the_services_readme(service: str) -> None:
    text = (ROOT / "services" / service / "README.md").read_text("utf-8")
    own = SETTINGS[service].model_fields.keys() - ServiceSettings.model_fields.keys()
    assert {name.upper() for name in own if name.upper() not in text} == set()


def test_every_setting_stands_in_the_example_environment() -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    every = {name.upper() for kind in SETTINGS.values() for name in kind.model_fields}
    assert {name for name in every if name not in text} == set()


@pytest.mark.parametrize("service", sorted(SETTINGS))
def test_metrics_named_in_the_readme_are_those_of_the_code(service: str) -> None:
    room = ROOT / "services" / service
    code = "\n".join(path.read_text("utf-8") for path in room.rglob("*.py"))
    exported = set(re.findall(rf'"(luming_{service}_[a-z_]+)"', code))
    named = set(re.findall(rf"luming_{service}_[a-z_]+", (room / "README.md").read_text("utf-8")))
    assert exported or service == "maintenance", "a service that stays exports metrics"
    assert named == exported

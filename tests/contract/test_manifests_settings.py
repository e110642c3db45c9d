"""What manifests tell the programs by variables is judged by the programs' own settings, pod by pod."""

import os
from collections.abc import Iterator, Mapping
from unittest.mock import patch

import pytest
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from services.alerter.channels import all_channels
from services.alerter.settings import AlerterSettings
from services.classifier.settings import ClassifierSettings
from services.crawler.settings import CrawlerSettings
from services.maintenance.settings import MaintenanceSettings
from services.portal.settings import PortalSettings
from shared.errors import ConfigError
from shared.runtime.settings import KafkaSettings
from shared.store.migrate import MigrateSettings
from tests.contract.manifests import RENDERED, Manifest, name, of_kind, rendered, templates

pytestmark = pytest.mark.contract

SETTINGS: Mapping[str, type[BaseSettings]] = {
    "luming-crawler": CrawlerSettings,
    "luming-classifier": ClassifierSettings,
    "luming-alerter": AlerterSettings,
    "luming-portal": PortalSettings,
    "luming-portal-indexer": PortalSettings,
    "luming-migrate": MigrateSettings,
    "luming-prune": MaintenanceSettings,
    "luming-erase": MaintenanceSettings,
    "luming-replay": ClassifierSettings,
}
"""What the program of each pod reads at its start; for `erase` and `replay`, what people run in the pod."""
SECRETS = {"DATABASE_URL": "postgresql://somebody@luming-db-rw:5432/luming"}
"""What stands in a mounted file, where it must have a form."""


def variables(objects: list[Manifest], container: Manifest) -> dict[str, str]:
    """What a container's program finds in its environment, its files read; a field of the pod is some text."""
    maps = {one["metadata"]["name"]: one["data"] for one in of_kind(objects, "ConfigMap")}
    found: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        found.update(maps[source["configMapRef"]["name"]])
    for told in container.get("env", ()):
        variable = told["name"].removesuffix("_FILE")
        read = variable != told["name"]
        found[variable] = SECRETS.get(variable, "secret") if read else told.get("value", "pod-1")
    return found


def pods(overlay: str) -> Iterator[tuple[str, type[BaseSettings], dict[str, str]]]:
    """Each pod's name, its program's settings and its variables."""
    objects = rendered(overlay)
    for owner, template in templates(objects):
        kind = SETTINGS.get(owner["metadata"]["name"])
        if kind is not None:
            yield name(owner), kind, variables(objects, template["spec"]["containers"][0])


def refused(kind: type[BaseSettings], told: Mapping[str, str]) -> str:
    """What the settings say against these variables; "" where nothing."""
    with patch.dict(os.environ, told, clear=True):
        try:
            made = kind()
            if isinstance(made, KafkaSettings):
                made.kafka  # noqa: B018 - half a login is refused here
        except (ValidationError, ConfigError) as error:
            return str(error)
    return ""


@pytest.mark.parametrize("overlay", RENDERED)
def test_every_program_would_start_with_its_variables(overlay: str) -> None:
    found = {pod: refused(kind, told) for pod, kind, told in pods(overlay)}
    assert len(found) == len(SETTINGS)
    assert {pod: why for pod, why in found.items() if why} == {}


def test_channels_take_what_the_acceptance_tells_them() -> None:
    (told,) = [told for pod, _, told in pods("acceptance") if pod == "Deployment/luming-alerter"]
    told = told | {"SLACK_BOT_TOKEN": "xoxb-1"}
    kinds = all_channels()
    assert {channel: refused(kinds[channel].settings, told) for channel in ("slack", "email", "console")} == {
        "slack": "",
        "email": "",
        "console": "",
    }
    assert "smtp_port" in refused(kinds["email"].settings, told | {"SMTP_PORT": "20012x"})


@pytest.mark.parametrize(
    ("variable", "wrong"),
    [
        ("KAFKA_SECURITY_PROTOCOL", "SASL-SSL"),
        ("KAFKA_SASL_MECHANISM", "SCRAM-SHA512"),
        ("KAFKA_SASL_USERNAME", ""),
        ("KAFKA_BOOTSTRAP_SERVERS", "luming-kafka-bootstrap"),
        ("HTTP_PORT", "91OO"),
        ("LOG_LEVEL", "INFORM"),
    ],
)
def test_a_wrong_variable_is_refused_at_the_start(variable: str, wrong: str) -> None:
    (told,) = [told for pod, _, told in pods("prod") if pod == "Deployment/luming-alerter"]
    assert variable in told
    assert refused(AlerterSettings, told | {variable: wrong})

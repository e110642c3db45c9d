"""The variables that programs read, and what is wrong with those that a manifest gives them."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic_settings import BaseSettings

from services.alerter.channels import all_channels
from services.alerter.settings import AlerterSettings
from services.classifier.settings import ClassifierSettings
from services.crawler.settings import CrawlerSettings
from services.crawler.sources.registry import plugins
from services.portal.settings import PortalSettings

LIBRARIES = {"PGSSLMODE", "PGSSLROOTCERT", "MPLCONFIGDIR", "SECRETS_DIR"}
"""Read by libpq (postgresql.org, libpq-envars), by matplotlib, and by shared/runtime/secrets.py."""
NEWSSTAND = {f"NEWSSTAND_{name}" for name in ("RSS", "ATOM", "LISTING", "SITEMAP", "API")}
"""Named by the newsstand's sources.yaml, which overlays/acceptance mounts."""
OTHER_MAPS: Mapping[str, set[str]] = {"luming-scaler": {"username"}, "luming-sources": {"sources.yaml"}}
"""Config maps that hold no variables, and their keys."""


@cache
def known() -> frozenset[str]:
    """Every variable that a service reads; one that may be a secret also as the name of its file."""
    services: list[type[BaseSettings]] = [CrawlerSettings, ClassifierSettings, AlerterSettings, PortalSettings]
    kinds = [*services, *(kind.settings for kind in all_channels().values())]
    of_sources = {name for one in plugins().values() if one.defaults for name in one.defaults.variables}
    names = {field.upper() for kind in kinds for field in kind.model_fields} | of_sources | LIBRARIES | NEWSSTAND
    return frozenset(names | {f"{one}_FILE" for one in names})


def faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Names that nobody reads, in containers and in config maps of variables."""
    if manifest.get("kind") == "ConfigMap":
        name = str(manifest.get("metadata", {}).get("name", ""))
        keys = next((keys for begin, keys in OTHER_MAPS.items() if name.startswith(begin)), known())
        yield from (f"{name} holds {key}" for key in manifest.get("data", {}) if key not in keys)
    else:
        yield from _of_containers(manifest)


def _of_containers(found: Any) -> Iterator[str]:
    if isinstance(found, Mapping):
        if isinstance(found.get("env"), list):
            yield from (
                f"env holds {one.get('name')}"
                for one in found["env"]
                if isinstance(one, Mapping) and one.get("name") not in known()
            )
        for value in found.values():
            yield from _of_containers(value)
    elif isinstance(found, list):
        for value in found:
            yield from _of_containers(value)

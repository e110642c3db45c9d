"""The registries as the services make them, with everything that may be switched on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry

from services.alerter import second_reading as alerter_reading
from services.alerter.adapters.metrics import Metrics as AlerterMetrics
from services.alerter.adapters.self_metrics import SelfMetrics
from services.classifier import second_reading as classifier_reading
from services.classifier.adapters.evaluation_metrics import Evaluation
from services.classifier.adapters.metrics import Metrics as ClassifierMetrics
from services.crawler.adapters.metrics import Metrics as CrawlerMetrics
from services.portal.adapters.metrics import Metrics as PortalMetrics
from services.portal.brief_parts import METRICS as BRIEFS
from shared.reader.metrics import ReaderMetrics
from shared.runtime.health import Health
from shared.runtime.metrics import describe_process
from shared.runtime.settings import ServiceSettings

SETTINGS = ServiceSettings(
    kafka_bootstrap_servers="broker.example:9092", database_url="postgresql://u@db.example/luming"
)


@dataclass(frozen=True, order=True)
class Exported:
    """A metric as Prometheus knows it."""

    name: str
    type: str
    labels: tuple[str, ...]


def registries() -> dict[str, CollectorRegistry]:
    """Service to the registry of its process."""
    alerter, classifier, crawler = AlerterMetrics().registry, ClassifierMetrics().registry, CollectorRegistry()
    CrawlerMetrics(crawler)
    SelfMetrics(alerter)
    Evaluation(classifier)
    ReaderMetrics(alerter, alerter_reading.METRICS)
    ReaderMetrics(classifier, classifier_reading.METRICS)
    portal = PortalMetrics().registry
    ReaderMetrics(portal, BRIEFS)
    found = {"crawler": crawler, "classifier": classifier, "alerter": alerter, "portal": portal}
    for service, registry in found.items():
        describe_process(registry, service, SETTINGS, Health(["broker"]))
    return found


def exported(registry: CollectorRegistry) -> Iterator[Exported]:
    """Every metric of the registry; counters by the name that queries use."""
    for collector in list(registry._collector_to_names):  # no public way leads to the labels of an empty metric
        families: Any = collector.describe() if hasattr(collector, "describe") else ()
        for family in list(families) or list(collector.collect()):
            labels = getattr(collector, "_labelnames", None)
            if labels is None:
                labels = getattr(family, "_labelnames", ()) or tuple(
                    dict.fromkeys(name for sample in family.samples for name in sample.labels)
                )
            name = f"{family.name}_total" if family.type == "counter" else family.name
            yield Exported(name, family.type, tuple(labels))

"""For operations: is it well? From alerts and objectives down to the machine."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from deploy.grafana.panels import AnyPanel, Limit, board, figure, filled, lines, row

UID = "luming-operations"
_ALERTS = 'count(ALERTS{alertstate="firing", alertname=~"Luming.+", alertname!="LumingWatchdog"}) or vector(0)'
_WATCHDOG = 'count(ALERTS{alertstate="firing", alertname="LumingWatchdog"}) or vector(0)'
_LAST_ALERT = 'time() - max(luming_alerter_last_delivery_timestamp_seconds{kind=~"new|update|rollup"})'
_OBJECTIVES = ("delivery_latency", "classification_latency", "delivery_success", "poll_success", "source_freshness")
"""Names in deploy/objectives.yaml."""


def operations() -> Dashboard:
    """The dashboard."""
    made = board("Luming: is it well", UID, "What operations look at first. Runbooks: docs/runbooks.")
    for heading, panels in (
        ("Is it well", _well()),
        ("Objectives", _objectives()),
        ("What flows", _flow()),
        ("What waits", _waiting()),
        ("Sources", _sources()),
        ("Portal", _portal()),
        ("Machines", _machines()),
    ):
        made = filled(made.with_row(row(heading)), panels)
    return made


def _well() -> list[AnyPanel]:
    return [
        figure("Alerts firing", _ALERTS, "short", "Luming's alerts that fire now.", Limit(1, 3), 3),
        figure("Watchdog", _WATCHDOG, "short", "1: rules are evaluated.", Limit(1, 0.5, falling=True), 3),
        figure(
            "Bad sources", "luming:sources_bad:ratio", "percentunit",
            "Share of the sources that are silent or cannot be read.", Limit(0.1, 0.3), 3,
        ),
        figure(
            "First seen to told, 95 %", 'stage:luming_stage_seconds:p95_rate5m{stage="first_seen_to_delivered"}', "s",
            "Time that 95 of 100 alerts took, of the last five minutes.", Limit(60, 300), 3,
        ),
        figure("Last alert", _LAST_ALERT, "s", "Time since somebody was told.", Limit(86_400, 129_600), 3),
        figure(
            "Canary", "time() - max(luming_canary_last_delivered_timestamp_seconds)", "s",
            "Age of the last canary: an article of our own goes through the whole system every hour.",
            Limit(4_500, 9_000), 3,
        ),
        figure(
            "Recall", "max(luming_recall_ratio)", "percentunit",
            "Share of yesterday's headlines of the neutral index that was told. Empty: not measured.",
            Limit(0.6, 0.4, falling=True), 3,
        ),
        figure(
            "Recall of what is wanted", "min(luming_recall_wanted_ratio)", "percentunit",
            "The same without what is left out by rule.", Limit(0.9, 0.8, falling=True), 3,
        ),
    ]  # fmt: skip


def _objectives() -> list[AnyPanel]:
    spent = {name: f"luming:{name}_errors:ratio_rate1h" for name in _OBJECTIVES}
    allowed = {name: f"1 - luming:{name}_objective:ratio" for name in _OBJECTIVES}
    return [
        lines("What goes wrong, by objective", spent, "percentunit", "Share of the last hour that failed.", 12),
        lines("What may go wrong", allowed, "percentunit", "What each objective allows; deploy/objectives.yaml.", 12),
    ]


def _flow() -> list[AnyPanel]:
    rate = "[$__rate_interval]"
    return [
        lines(
            "Pages by outcome", {"{{outcome}}": f"sum by (outcome) (rate(luming_crawler_looks_total{rate}))"}, "pps",
            "Looks of the crawlers.",
        ),
        lines(
            "Decisions", {"{{outcome}}": f"sum by (outcome) (rate(luming_alerter_decisions_total{rate}))"}, "cps",
            "What became of classified documents.",
        ),
        lines(
            "Deliveries", {"{{channel}} {{state}}": "channel_state:luming_alerter_deliveries:rate5m"}, "cps",
            "Ends of sends.",
        ),
        lines(
            "Stages, median", {"{{stage}}": "stage:luming_stage_seconds:p50_rate5m"}, "s",
            "From publication to delivery.", 12,
        ),
        lines("Stages, 95 of 100", {"{{stage}}": "stage:luming_stage_seconds:p95_rate5m"}, "s", "The same.", 12),
    ]  # fmt: skip


def _waiting() -> list[AnyPanel]:
    lag = "consumergroup_topic:luming_kafka_consumergroup_lag"
    oldest = {
        "crawler's outbox": "max(luming_crawler_outbox_oldest_age_seconds)",
        "alerter's outbox: {{topic}}": "max by (topic) (luming_alerter_outbox_oldest_age_seconds)",
        "due: {{channel}}": "max by (channel) (luming_alerter_due_oldest_age_seconds)",
    }
    waits = {
        "pages to fetch": "max(luming_crawler_queue_pages)",
        "crawler's outbox": "max(luming_crawler_outbox_unsent)",
        "due: {{channel}}": "max by (channel) (luming_alerter_due_deliveries)",
        "{{state}}": "max by (state) (luming_alerter_held_deliveries)",
    }
    return [
        lines("Messages before consumers", {"{{consumergroup}}": f"{lag}:sum"}, "short", "Lag in messages.", 6),
        lines("Seconds before consumers", {"{{consumergroup}}": f"{lag}_seconds:max"}, "s", "Age of the first.", 6),
        lines("Oldest of what waits", oldest, "s", "Ages.", 6),
        lines("How much waits", waits, "short", "Pages, messages, deliveries.", 6),
        lines(
            "Dead letters in 15 minutes", {"{{service}}": "luming:dead_letters:increase15m"}, "short",
            "What wants a person, and replay.", 12,
        ),
        lines("Not ready", {"{{instance}} {{condition}}": "1 - luming_ready"}, "short", "1: it waits for that.", 12),
    ]  # fmt: skip


def _sources() -> list[AnyPanel]:
    health = "count by (state) (max by (source, state) (luming_crawler_source_health) == 1)"
    failing = "topk(10, max by (source) (luming_crawler_source_failures_in_a_row))"
    return [
        lines("Sources by state", {"{{state}}": health}, "short", "services/crawler/README.md explains the states."),
        lines(
            "Longest silences", {"{{source}}": "topk(10, source:luming_crawler_source_silence_seconds:max)"}, "s",
            "Time since the newest article.",
        ),
        lines("Polls that failed in a row", {"{{source}}": failing}, "short", "The ten worst."),
        lines(
            "What became of the index's headlines", {"{{fate}}": "max by (fate) (luming_recall_headlines)"}, "short",
            "Yesterday's: services/alerter/README.md explains the fates.", 24,
        ),
    ]  # fmt: skip


def _portal() -> list[AnyPanel]:
    by_status = "sum by (status) (rate(luming_portal_request_seconds_count[$__rate_interval]))"
    behind = "time() - (max(luming_portal_index_looked_timestamp_seconds) > 0)"
    indexed = "sum(rate(luming_portal_indexed_total[$__rate_interval]))"
    return [
        lines("Requests", {"{{status}}": by_status}, "reqps", "By status; feeds and the API too.", 6),
        lines(
            "Answers, 95 of 100", {"{{route}}": "route:luming_portal_request_seconds:p95_rate5m"}, "s",
            "Time until a request was answered, by route.", 6,
        ),
        lines("Index behind", {"seconds": behind}, "s", "Time since the index was seen to be up to date.", 6),
        lines("Documents into the index", {"documents": indexed}, "cps", "Again ones included.", 6),
    ]  # fmt: skip


def _machines() -> list[AnyPanel]:
    return [
        lines("Memory", {"{{job}} {{instance}}": "process_resident_memory_bytes"}, "bytes", "Resident.", 6),
        lines(
            "Processor", {"{{job}} {{instance}}": "rate(process_cpu_seconds_total[$__rate_interval])"}, "short",
            "Cores in use.", 6,
        ),
        lines(
            "Open files", {"{{job}} {{instance}}": "process_open_fds / process_max_fds"}, "percentunit",
            "Of those allowed.", 6,
        ),
        lines(
            "Versions", {"{{service}} {{version}}": "count by (service, version) (luming_build_info)"}, "short",
            "Processes of each version.", 6,
        ),
    ]  # fmt: skip

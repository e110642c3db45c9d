"""For developers: one source, from its list to its articles."""

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.models.dashboard import VariableOption, VariableRefresh, VariableSort

from deploy.grafana.panels import DATA, AnyPanel, Limit, board, figure, filled, lines, row

UID = "luming-source"
_OF = 'source=~"$source"'
_RATE = "[$__rate_interval]"


def developers() -> Dashboard:
    """The dashboard, with the choice of the source."""
    made = board("Luming: one source", UID, "How one source is read. `python -m services.crawler doctor` says more.")
    made = made.with_variable(
        dashboard.QueryVariable("source")
        .label("Source")
        .datasource(DATA)
        .query("label_values(luming_crawler_source_health, source)")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .include_all(True)
        .all_value(".+")
        .current(VariableOption(text="All", value="$__all"))
    )
    for heading, panels in (("How it stands", _stands()), ("Its list", _list()), ("Its articles", _articles())):
        made = filled(made.with_row(row(heading)), panels)
    return made


def _max(metric: str, by: str = "source") -> str:
    """Of what every crawler shows alike."""
    return f"max by ({by}) ({metric}{{{_OF}}})"


def _stands() -> list[AnyPanel]:
    stands = f"max by (source, state) (luming_crawler_source_health{{{_OF}}}) == 1"
    since = f"time() - max(luming_crawler_last_success_timestamp_seconds{{{_OF}}})"
    failures = "max(luming_crawler_source_failures_in_a_row{" + _OF + "})"
    return [
        figure("Last good poll", since, "s", "Time since its list was read.", Limit(3_600, 21_600), 6),
        figure("Failures in a row", failures, "short", "Since the last good poll.", Limit(1, 5), 6),
        figure(
            "Silence", f"max(luming_crawler_source_silence_seconds{{{_OF}}})", "s",
            "Time since its newest article.", None, 6,
        ),
        figure(
            "Questions that fail for good", f"sum({_max('luming_crawler_failed_parts')})", "short",
            "Searches or columns that no longer answer.", Limit(1, 3), 6,
        ),
        lines("State", {"{{source}} {{state}}": stands}, "short", "1 for the state that it is in.", 12),
        lines(
            "Polls",
            {
                "read {{source}}": f"sum by (source) (rate(luming_crawler_polls_total{{{_OF}}}{_RATE}))",
                "failed {{source}}": f"sum by (source) (rate(luming_crawler_poll_failures_total{{{_OF}}}{_RATE}))",
            },
            "cps", "By how they ended.", 12,
        ),
    ]  # fmt: skip


def _list() -> list[AnyPanel]:
    listed = {
        "listed {{source}}": f"sum by (source) (rate(luming_crawler_items_total{{{_OF}}}{_RATE}))",
        "new {{source}}": f"sum by (source) (rate(luming_crawler_new_items_total{{{_OF}}}{_RATE}))",
        "left out {{source}}": f"sum by (source) (rate(luming_crawler_left_out_items_total{{{_OF}}}{_RATE}))",
    }
    return [
        lines("Items", listed, "cps", "Without a usable link, or past a cap: left out."),
        lines("Time of a poll", _quantiles("luming_crawler_poll_seconds"), "s", "All its requests, with their pauses."),
        lines(
            "Silence", {"{{source}}": _max("luming_crawler_source_silence_seconds")}, "s", "Since the newest article."
        ),
    ]


def _articles() -> list[AnyPanel]:
    outcomes = f"sum by (outcome) (rate(luming_crawler_looks_total{{{_OF}}}{_RATE}))"
    return [
        lines("Looks", {"{{outcome}}": outcomes}, "cps", "What became of its pages."),
        lines("Time of a look", _quantiles("luming_crawler_look_seconds"), "s", "From fetching to the decision."),
        lines(
            "Completeness", {"{{source}} {{field}}": _max("luming_crawler_source_completeness", "source, field")},
            "percentunit", "Share of its last pages with a title, a date, a text.",
        ),
    ]  # fmt: skip


def _quantiles(metric: str) -> dict[str, str]:
    buckets = f"sum by (source, le) (rate({metric}_bucket{{{_OF}}}{_RATE}))"
    return {f"{share:.0%} {{{{source}}}}": f"histogram_quantile({share}, {buckets})" for share in (0.5, 0.95)}

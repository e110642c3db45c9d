"""What the dashboards' panels have in common: data source, size, thresholds, queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.models.common import BigValueColorMode, LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DataSourceRef,
    Threshold,
    ThresholdsMode,
    VariableOption,
)

DATA = DataSourceRef(type_val="prometheus", uid="${datasource}")
"""Whoever imports a dashboard chooses the Prometheus."""
WIDTH = 24
"""Columns of Grafana's grid."""
Queries = Mapping[str, str]
"""Legend to expression."""
AnyPanel = stat.Panel | timeseries.Panel


@dataclass(frozen=True)
class Limit:
    """From where a figure is worth a look, and from where it is bad; `falling`: small is bad."""

    warning: float
    bad: float
    falling: bool = False

    def steps(self) -> list[Threshold]:
        """In Grafana's form: rising, the first without a value."""
        colours = ("red", "orange", "green") if self.falling else ("green", "orange", "red")
        values = (None, *sorted((self.warning, self.bad)))
        return [Threshold(value=value, color=colour) for value, colour in zip(values, colours, strict=True)]


def board(title: str, uid: str, description: str, refresh: str = "30s", since: str = "now-6h") -> Dashboard:
    """An empty dashboard with the choice of the Prometheus; `uid` never changes, for links lead to it."""
    return (
        Dashboard(title)
        .uid(uid)
        .description(description)
        .tags(["luming"])
        .editable()
        .refresh(refresh)
        .time(since, "now")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .with_variable(
            dashboard.DatasourceVariable("datasource")
            .label("Prometheus")
            .type("prometheus")
            .current(VariableOption(text="default", value="default"))
        )
    )


def row(title: str) -> dashboard.Row:
    """A heading over the panels that follow."""
    return dashboard.Row(title)


def figure(
    title: str, expression: str, unit: str, about: str, limit: Limit | None = None, width: int = 4
) -> stat.Panel:
    """One number with its colour."""
    panel = (
        stat.Panel()
        .title(title)
        .description(about)
        .datasource(DATA)
        .unit(unit)
        .span(width)
        .height(4)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .no_value("no data")
        .with_target(_query(expression, "A").instant())
    )
    if limit is None:
        return panel.color_mode(BigValueColorMode.NONE)
    return panel.color_mode(BigValueColorMode.BACKGROUND).thresholds(
        dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(limit.steps())
    )


def lines(
    title: str, queries: Queries, unit: str, about: str, width: int = 8, least: float | None = 0.0
) -> timeseries.Panel:
    """Curves over time; `least` is the bottom of the axis, None where values may be negative."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(about)
        .datasource(DATA)
        .unit(unit)
        .span(width)
        .height(7)
        .line_width(1)
        .fill_opacity(8)
        .legend(
            common.VizLegendOptions()
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(True)
        )
    )
    for number, (legend, expression) in enumerate(queries.items()):
        panel = panel.with_target(_query(expression, chr(ord("A") + number)).legend_format(legend))
    return panel if least is None else panel.min(least)


def filled(target: Dashboard, panels: Sequence[AnyPanel]) -> Dashboard:
    """The dashboard with these panels after those that it has."""
    for panel in panels:
        target = target.with_panel(panel)
    return target


def _query(expression: str, reference: str) -> prometheus.Dataquery:
    return prometheus.Dataquery().expr(expression).ref_id(reference).datasource(DATA)

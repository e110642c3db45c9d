"""The keys of a rhythm: what may be written, and what is said of anything else."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from services.alerter.domain.durations import duration, in_words
from services.alerter.domain.rhythm import BUDGET, Rhythm
from shared.config_file import load_config
from shared.errors import ConfigError

pytestmark = pytest.mark.unit
WHOLE = """
mode: immediate
budget: 12
urgent: 4
group: 90s
throttle: {most: 3, per: 1h}
quiet_hours:
  - {from: 22:00, to: "07:30"}
  - {from: "00:00", to: "24:00", days: [Sat, sunday]}
inhibit:
  - {told: {statuses: [completed]}, same: entity, within: 12h, suppress: {statuses: [rumoured]}}
"""


def rhythm(text: str) -> Rhythm:
    return Rhythm.model_validate(yaml.safe_load(text))


def test_without_a_key_only_the_budget_holds() -> None:
    plain = Rhythm()
    assert (plain.mode, plain.budget, plain.urgent) == ("immediate", BUDGET, 5)
    assert (plain.group, plain.throttle, plain.quiet_hours, plain.inhibit) == (None, None, (), ())


def test_what_is_written_back_reads_the_same() -> None:
    read = rhythm(WHOLE)
    written = read.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert written["group"] == "1m30s"
    assert written["quiet_hours"][0] == {"from": "22:00", "to": "07:30"}
    assert Rhythm.model_validate(written) == read


def test_an_unquoted_time_that_yaml_takes_for_a_number_is_a_time() -> None:
    assert yaml.safe_load("22:00") == 1320
    assert rhythm("quiet_hours: [{from: 22:00, to: 07:30}]").quiet_hours[0].begin == "22:00"


def test_a_route_takes_what_it_does_not_write_from_above() -> None:
    above = rhythm("{mode: digest, budget: 3, group: 5m}")
    below = rhythm("{mode: immediate}").under(above)
    assert (below.mode, below.budget, below.group) == ("immediate", 3, timedelta(minutes=5))


@pytest.mark.parametrize("written", ["30s", "10m", "2h", "1d", "1h30m", "1d2h3m4s", "31d"])
def test_a_length_of_time_reads_back(written: str) -> None:
    assert in_words(duration(written)) == written


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("group: 30", "30 of what? Write 30s, 30m, 30h or 30d"),
        ("group: 30x", "'30x' is no length of time; write it like 30s, 10m, 2h, 1d or 1h30m"),
        ("group: -5m", "is no length of time"),
        ("group: 0s", "not between 1s and 31d"),
        ("group: ''", "is no length of time"),
        ("group: true", "is no length of time"),
        ("group: 5h", "5h is longer than 4h; write `mode: digest`"),
        ("throttle: {most: 3, per: 9999d}", "9999d is not between 1s and 31d"),
        ("throttle: {most: 0, per: 1h}", "greater than or equal to 1"),
        ("throttle: {per: 1h}", "throttle.most: missing"),
        ("urgent: true", "a number is wanted, not true"),
        ("urgent: 6", "less than or equal to 5"),
        ("budget: -1", "greater than or equal to 0"),
        ("mode: weekly", "immediate"),
        ("quiet_hours: [{from: '25:00', to: '07:00'}]", "'25:00' is no time of day; write it in quotes"),
        ("quiet_hours: [{from: '22:60', to: '07:00'}]", "is no time of day"),
        ("quiet_hours: [{from: '22', to: '07:00'}]", "is no time of day"),
        ("quiet_hours: [{from: '10:00', to: '10:00'}]", "end when they begin"),
        ("quiet_hours: [{from: '24:00', to: '07:00'}]", "24:00 is the end of a day"),
        ("quiet_hours: [{from: '22:00'}]", "quiet_hours.0.to: missing"),
        ("quiet_hours: [{form: '22:00', to: '07:00'}]", "did you mean `from`?"),
        ("quiet_hours: [{from: '22:00', to: '07:00', days: [frei]}]", "fri"),
        ("quiet_hours: [{from: '22:00', to: '07:00', days: []}]", "at least one entry"),
        ("quiet_hours: [{from: '00:00', to: '24:00'}]", "cover the whole week"),
        ("quiet_hours: [{from: '07:00', to: '22:00'}, {from: '22:00', to: '07:00'}]", "cover the whole week"),
        ("inhibit: [{same: entity, within: 1h}]", "inhibit.0.suppress: missing"),
        ("inhibit: [{same: company, within: 1h, suppress: {}}]", "entity"),
        ("inhibit: [{same: label, within: 1h, suppress: {importance: 5}}]", "less than or equal to 4"),
        ("inhibit: [{same: label, within: 1h, suppress: {labels: [partnershop]}}]", "did you mean partnership?"),
        ("quite_hours: []", "did you mean `quiet_hours`?"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_its_mend(written: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "rhythm.yaml"
    file.write_text(f"# a rhythm\n{written}\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(file, Rhythm)
    assert said in str(caught.value)
    assert caught.value.line == 2

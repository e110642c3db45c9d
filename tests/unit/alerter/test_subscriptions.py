from pathlib import Path

import pytest
from pydantic import ValidationError

from services.alerter.adapters.subscriptions_file import load_subscriptions
from services.alerter.adapters.table import subscriptions_table
from services.alerter.channels.email import SmtpSettings
from services.alerter.domain.subscriptions import targets
from services.alerter.subscribing import load
from shared.errors import ConfigError

GOOD = """\
subscriptions:
  - name: strategy
    when:
      entities: [ant_group]
      importance: 3
    channels:
      slack: "#strategy"
      email: [a@example.com, b@example.com]
      console: true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "subscriptions.yaml"


def test_the_projects_own_file_is_good(config_dir: Path) -> None:
    subscriptions, _ = load(config_dir / "subscriptions.yaml", config_dir)
    assert {one.name for one in subscriptions.subscriptions} == {"strategy", "regulation", "peers"}


def test_each_target_is_a_channel_of_its_own(file: Path) -> None:
    file.write_text(GOOD, "utf-8")
    (one,) = load_subscriptions(file, ["ant_group"]).subscriptions
    assert list(targets(one.channels)) == ["slack:#strategy", "email:a@example.com", "email:b@example.com", "console"]
    assert "importance ≥ 3; entities: ant_group" in subscriptions_table(load_subscriptions(file, ["ant_group"]))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("importance: 3", "importance: 9", 5, "less than or equal to 5"),
        ("importance: 3", "importanse: 3", 5, "unknown key"),
        ("importance: 3", "labels: [partnershp]", 5, "did you mean partnership?"),
        ("importance: 3", "families: [strategic]", 5, "strategic_move"),
        ("importance: 3", "statuses: [background]", 5, "background never alerts"),
        ("entities: [ant_group]", "entities: [ant_gruop]", 4, "did you mean ant_group?"),
        ("name: strategy", "name: Strategy team", 2, "String should match pattern"),
        ("importance: 3", "families: [regulatory_event]\n      labels: [partnership]", 6, "never both"),
        ('slack: "#strategy"', "slack: []", 7, "names no target"),
        ('slack: "#strategy"', "slack: #strategy", 7, "put it in quotes"),
        ("console: true", "console: [", 10, "no YAML"),
    ],
)
def test_a_wrong_line_is_named_with_its_mend(file: Path, old: str, new: str, line: int, said: str) -> None:
    file.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_subscriptions(file, ["ant_group", "haodf"])
    assert said in str(caught.value)
    assert caught.value.line is not None
    assert abs(caught.value.line - line) <= 1


def test_two_of_one_name_are_refused(file: Path) -> None:
    file.write_text(GOOD + GOOD.removeprefix("subscriptions:\n"), "utf-8")
    with pytest.raises(ConfigError, match="two subscriptions are called strategy"):
        load_subscriptions(file, ["ant_group"])


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('slack: "#strategy"', "slakc: '#strategy'", 7, "did you mean slack?"),
        ('slack: "#strategy"', "slack: strategy", 7, "no Slack channel"),
        ("b@example.com", "nobody", 8, "no address"),
        ("[a@example.com, b@example.com]", "\n        - a@example.com\n        - nobody", 10, "no address"),
        ("b@example.com", '"b@example.com\\nBcc: x@example.com"', 8, "no address"),
        ("console: true", "console: here", 9, "console takes no target"),
    ],
)
def test_a_channel_or_target_that_does_not_exist_is_refused(
    file: Path, config_dir: Path, old: str, new: str, line: int, said: str
) -> None:
    file.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(ConfigError, match="subscription strategy") as caught:
        load(file, config_dir)
    assert said in str(caught.value)
    assert (caught.value.where, caught.value.line) == (file, line)


@pytest.mark.parametrize("sender", ["a@b.example, c@d.example", "Luming <a@b.example>", "a@b.example\n", "nobody"])
def test_mail_comes_from_one_address(sender: str) -> None:
    told = {"smtp_host": "mail.example", "smtp_from": "a@b.example"}
    assert SmtpSettings.model_validate(told).smtp_from == "a@b.example"
    with pytest.raises(ValidationError, match="smtp_from"):
        SmtpSettings.model_validate(told | {"smtp_from": sender})

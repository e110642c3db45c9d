"""What is said of a cluster reaches who needs it, and nothing of it a broker of our own."""

from pathlib import Path

import certifi
import pytest

from deploy.local.clusters import KAFKA, SECURITY, given_cluster, handed_on, without_security
from deploy.local.run import run_environment
from shared.errors import ConfigError

pytestmark = pytest.mark.unit
TOLD = {
    KAFKA: "broker:9093",
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_SASL_USERNAME": "luming",
    "KAFKA_SASL_PASSWORD": "hush",
    "KAFKA_SSL_CAFILE": certifi.where(),
    "SLACK_BOT_TOKEN": "xoxb",
}


def test_the_variables_are_those_of_the_services() -> None:
    assert set(TOLD) - {KAFKA, "SLACK_BOT_TOKEN"} <= set(SECURITY)
    assert KAFKA not in SECURITY


def test_the_cluster_is_reached_as_the_services_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KAFKA, raising=False)  # what is given counts, not this process's own environment
    cluster = given_cluster(TOLD)
    assert cluster is not None
    assert (cluster.servers, cluster.security.protocol) == ("broker:9093", "SASL_SSL")
    assert cluster.security.username == "luming"
    assert cluster.security.password.get_secret_value() == "hush"
    assert cluster.security.cafile == Path(certifi.where())
    assert "hush" not in repr(cluster)
    assert given_cluster({}) is None
    assert given_cluster({KAFKA: ""}) is None


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"KAFKA_SASL_PASSWORD": ""}, "KAFKA_SASL_PASSWORD"),
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, "KAFKA_SECURITY_PROTOCOL"),
        ({KAFKA: "broker"}, KAFKA),
        ({"KAFKA_SASL_PASSWORD_FILE": "/nowhere/password"}, "KAFKA_SASL_PASSWORD"),
    ],
)
def test_what_is_wrong_is_named(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError) as told:
        given_cluster({**TOLD, **wrong})
    assert named in str(told.value)
    assert "hush" not in str(told.value)


def test_secrets_in_files_are_handed_on_as_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "KAFKA_SASL_PASSWORD").write_text("from a file\n", "utf-8")
    in_folder = {name: value for name, value in TOLD.items() if name != "KAFKA_SASL_PASSWORD"}
    for more in ({"SECRETS_DIR": str(tmp_path)}, {"KAFKA_SASL_PASSWORD_FILE": str(tmp_path / "KAFKA_SASL_PASSWORD")}):
        handed = handed_on({**in_folder, **more})
        assert handed["KAFKA_SASL_PASSWORD"] == "from a file"
        assert handed.keys() <= set(SECURITY)


def test_a_broker_of_our_own_is_told_nothing_of_it() -> None:
    alone = {name: value for name, value in TOLD.items() if name != KAFKA}
    assert handed_on(alone) == {}
    assert without_security({**alone, "KAFKA_SASL_PASSWORD_FILE": "/x"}) == {"SLACK_BOT_TOKEN": "xoxb"}
    told = run_environment(Path("/tmp/run"), alone)
    assert not set(told) & set(SECURITY)
    assert told["TOPIC_REPLICATION"] == "1"
    given = run_environment(Path("/tmp/run"), TOLD)
    assert given["KAFKA_SASL_USERNAME"] == "luming"
    assert "TOPIC_REPLICATION" not in given

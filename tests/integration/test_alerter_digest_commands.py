"""`digest`, `calendar` and reminders over the real PostgreSQL, from the stored rows alone."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import Engine, text
from typer.testing import CliRunner, Result

from services.alerter.__main__ import app
from services.alerter.adapters.reminders import SqlReminders
from services.alerter.adapters.silences import add_silence
from services.alerter.adapters.store import SqlStore
from services.alerter.application.hold_ports import Filed as Placement
from services.alerter.application.remind import EVERY, Remind
from services.alerter.domain.digest_plan import DigestPlan
from services.alerter.domain.report import report_of
from services.alerter.domain.schedule import Placed
from services.alerter.domain.silences import Matcher
from services.alerter.domain.state import ThreadState
from tests.fakes.digests import NAMES, row, team
from tests.fakes.notices import filed

pytestmark = pytest.mark.integration

AT = datetime(2025, 11, 22, 4, tzinfo=UTC)
SUBSCRIPTIONS = """
subscriptions:
  - name: strategy
    when: {entities: [alibaba_health, ant_group]}
    channels: {console: true}
    digest: {daily: "09:00", weekly: {day: mon, at: "09:00"}, language: en}
"""


@pytest.fixture
def command(database_url: str, config_dir: Path, tmp_path: Path) -> "Command":
    """Calls a command as a person does."""
    file = tmp_path / "subscriptions.yaml"
    file.write_text(SUBSCRIPTIONS, encoding="utf-8")
    return Command(database_url, config_dir, file)


class Command:
    """The commands with the settings of a test."""

    def __init__(self, url: str, config: Path, file: Path) -> None:
        self._env = {"DATABASE_URL": url, "CONFIG_DIR": str(config), "SUBSCRIPTIONS_FILE": str(file)}

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), env=self._env)


def told(engine: Engine) -> None:
    """Two deliveries of a day: one waited for its digest, one was alerted at once; and a source that is broken."""
    with SqlStore(engine, "g").begin() as unit:
        waited = Placement(Placed("digest", "the team's budget of 8 immediate alerts is used up"), "strategy")
        unit.add_delivery(row(1, "t1").alert, "console", AT, waited)
        at_once = Placement(Placed("due"), "strategy", ("alibaba_health",))
        unit.add_delivery(row(2, "t2", label="partnership").alert, "console", AT, at_once)
    with engine.begin() as db:
        db.execute(text("insert into source_standings (source, state, reason, since, seen)"
                        " values ('nhsa', 'broken', '503', :at, :at)"), {"at": AT - timedelta(days=2)})  # fmt: skip


def stored(engine: Engine) -> None:
    """A classified document in its thread, as taking it in leaves it."""
    one = filed()
    with SqlStore(engine, "g").begin() as unit:
        unit.add_classification(one.document, AT)
        report = report_of(one.document)
        thread = ThreadState(thread_id=one.thread_id, members=(report,))
        unit.save_thread(thread, AT)
        unit.add_member(report, thread, "opened it", AT)
    with engine.begin() as db:
        db.execute(text("update classifications set received = now() - interval '1 hour'"))


def test_a_digest_is_printed_and_comes_out_the_same(engine: Engine, command: Command, tmp_path: Path) -> None:
    told(engine)
    first = command("digest", "strategy", "--period", "2025-11-22")
    assert first.exit_code == 0, first.output
    assert "[Digest] strategy 2025-11-22 → console" in first.output
    assert "1 event · 1 alerted at once · 2025-11-22 09:00 – 2025-11-23 09:00 Asia/Shanghai" in first.output
    assert "budget of 8 immediate alerts is used up] https://news.example/t1" in first.output
    assert "Alibaba Health: 1 event; silent as well, though never heard of it: nhsa" in first.output
    page = tmp_path / "digest.html"
    assert command("digest", "strategy", "--period", "2025-11-22", "--html", str(page)).exit_code == 0
    assert '<img alt="Alibaba Health: partnership 1' in page.read_text(encoding="utf-8")
    (plain,) = json.loads(command("digest", "strategy", "--period", "2025-11-22", "--json").stdout)
    assert (plain["at_once"], len(plain["companies"])) == (1, 1)
    with engine.begin() as db:
        db.execute(text("update deliveries set state = 'delivered', delivered = now(), due = null where state = 'due'"))
        db.execute(text("insert into source_standings (source, state, reason, since, seen)"
                        " select 'nhsa', 'healthy', '', now(), now()"))  # fmt: skip
    assert command("digest", "strategy", "--period", "2025-11-22").output == first.output
    week = command("digest", "strategy", "--week", "2025-W47")
    assert "nothing new · 1 alerted at once · 1 in another digest" in week.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("stratgy", "--period", "2025-11-22"), "did you mean strategy?"),
        (("strategy", "--period", "2199-11-22"), "has not begun"),
        (("strategy", "--period", "22 November"), "neither a day like 2026-11-22 nor a week"),
        (("strategy", "--week", "2025-W60"), "neither a day like 2026-11-22 nor a week"),
        (("strategy", "--period", "2025-11-22", "--channel", "slack:#x"), "one of console"),
        (("strategy", "--period", "2025-11-22", "--html", "/no/such/folder/x.html"), "cannot be written"),
        (("strategy",), "give a day by --period or a week by --week"),
    ],
)
def test_bad_input_is_answered_with_what_would_be_right(
    command: Command, arguments: tuple[str, ...], said: str
) -> None:
    answer = command("digest", *arguments)
    assert answer.exit_code == 2
    assert said in " ".join(answer.output.replace("│", " ").split())


def test_the_calendar_is_written_and_read_back(engine: Engine, command: Command, tmp_path: Path) -> None:
    stored(engine)
    out = tmp_path / "luming.ics"
    answer = command("calendar", "--out", str(out))
    assert answer.output == f"2 days written to {out}\n"
    events = Calendar.from_ical(out.read_bytes()).walk("VEVENT")
    assert [str(event["url"]) for event in events] == ["https://news.example/1"] * 2
    assert command("calendar", "-s", "strategy", "--out", str(out)).exit_code == 0
    assert len(Calendar.from_ical(out.read_bytes()).walk("VEVENT")) == 2
    assert "did you mean strategy?" in command("calendar", "-s", "strategi", "--out", str(out)).output


def test_a_reminder_is_told_once_by_however_many_alerters(engine: Engine) -> None:
    stored(engine)
    with engine.begin() as db:
        db.execute(text("update classifications set received = cast('2026-11-22' as timestamptz)"))
    plan = DigestPlan.model_validate({"daily": "09:00", "remind": ["7d"]})
    mine, now = [team(plan)], datetime(2026, 12, 13, 2, tzinfo=UTC)
    looks = [Remind(SqlReminders(engine), NAMES, lambda: now) for _ in range(2)]
    assert looks[0](mine) == {"email"}
    for _ in range(2 * EVERY):
        assert looks[0](mine) == looks[1](mine) == frozenset()
    with engine.begin() as db:
        rows = db.execute(text("select kind, state, fact_version, channel from deliveries")).all()
    assert [tuple(one) for one in rows] == [("reminder", "due", 7, "email:a@example.com")]


def test_a_silenced_reminder_ends_with_the_silence_as_its_reason(engine: Engine) -> None:
    stored(engine)
    with engine.begin() as db:
        db.execute(text("update classifications set received = cast('2026-11-22' as timestamptz)"))
        add_silence(db, Matcher(entity="ant_group"), datetime.now(UTC) + timedelta(days=90), "known", "li")
        db.execute(text("update silences set created = cast('2026-11-22' as timestamptz)"))
    plan = DigestPlan.model_validate({"daily": "09:00", "remind": ["7d"]})
    now = datetime(2026, 12, 13, 2, tzinfo=UTC)
    assert Remind(SqlReminders(engine), NAMES, lambda: now)([team(plan)]) == frozenset()
    with engine.begin() as db:
        ((kind, state, reason, due),) = db.execute(text("select kind, state, reason, due from deliveries")).all()
        db.execute(text("update silences set ended = now()"))
    assert (kind, state, due) == ("reminder", "suppressed", None)
    assert reason.startswith("silence 1 by li until")
    assert Remind(SqlReminders(engine), NAMES, lambda: now)([team(plan)]) == frozenset(), "it does not come later"

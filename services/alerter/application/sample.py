"""A sample of an alert, sent by hand to see whether a channel works."""

from collections.abc import Callable
from datetime import datetime, timedelta

from services.alerter.application.ports import Channel
from services.alerter.domain.content import Alert, Happened, OutletReport
from services.alerter.domain.may_receive import receivable
from shared.errors import LumingError, PermanentError, UnknownOutcome
from shared.messages import Published, SummarySentence, Times

_MARK = "测试 TEST"


def sample(channel: str, now: datetime) -> Alert:
    """An alert that nobody takes for a real one; each has a key of its own."""
    seen = now - timedelta(seconds=3)
    quote = "这是一条测试消息，没有发生任何事。This is a test, and nothing has happened."
    line = f"{_MARK}：产品发布 · 已宣布"
    report = OutletReport(outlet="Luming", title=_MARK, url="https://example.com/luming-test", when=now)
    return Alert(
        delivery_key=f"test-{int(now.timestamp() * 1000)}/1/test/{channel}",
        kind="new",
        subscription="test",
        thread_id=f"test-{int(now.timestamp() * 1000)}",
        fact_version=1,
        document_id="0" * 32,
        revision=1,
        url="https://example.com/luming-test",
        title=f"{_MARK}：<b>&</b> *标记* 必须原样显示 / markup must show as it stands",
        outlet="Luming",
        language="zh-Hans",
        importance=1,
        happened=(Happened(label="product_launch", status="announced", line=line, quote=quote, paragraph=1),),
        summary=(SummarySentence(text="测试摘要。", citations=(1,)),),
        lines=(SummarySentence(text="A test alert: nothing has happened.", citations=(1,)),),
        published=Published(at=now.replace(second=0, microsecond=0), precision="minute"),
        times=Times(first_seen=seen, fetched=seen, classified=seen, decided=now),
        entities=("Luming",),
        reports=(report, report.model_copy(update={"outlet": "Luming 2"})),
        matched=("test-channel",),
    )


def try_channel(channel: Channel, target: str, clock: Callable[[], datetime]) -> tuple[bool, str]:
    """Send the sample; whether it was taken, and what came back in a line."""
    began = clock()
    name = f"{channel.kind}:{target}" if target else channel.kind
    try:
        reference = channel.send(target, receivable(sample(name, began), channel.may_receive), began)
    except UnknownOutcome as error:
        return False, f"{name}: the answer was lost, it may have arrived: {error}"
    except PermanentError as error:
        return False, f"{name}: refused: {error}"
    except LumingError as error:
        return False, f"{name}: not now, the alerter would try again: {error}"
    seconds = (clock() - began).total_seconds()
    return True, f"{name}: taken after {seconds:.2f} s as {reference}"

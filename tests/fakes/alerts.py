"""Alerts to send, for tests of channels."""

from typing import Any

from services.alerter.domain.content import Alert
from tests.fakes.classified import SEEN


def alert(**more: Any) -> Alert:
    """An alert of a Chinese document."""
    plain: dict[str, Any] = {
        "delivery_key": "t1/1/strategy/fake:target",
        "kind": "new",
        "subscription": "strategy",
        "thread_id": "t1",
        "fact_version": 1,
        "document_id": "0" * 32,
        "revision": 1,
        "url": "https://news.example/a?b=1&c=2",
        "title": "蚂蚁集团据悉洽购好大夫在线",
        "outlet": "晨汐健康",
        "language": "zh-Hans",
        "importance": 5,
        "happened": [
            {
                "label": "mergers_acquisitions",
                "status": "rumoured",
                "line": "蚂蚁集团、好大夫在线：并购 · 传闻",
                "quote": "知情人士称蚂蚁集团正洽购好大夫在线",
                "paragraph": 1,
            }
        ],
        "summary": [{"text": "双方正在谈判。", "citations": [1, 2]}],
        "published": {"at": SEEN, "precision": "minute"},
        "times": {"first_seen": SEEN, "decided": SEEN},
    }
    return Alert.model_validate(plain | more)

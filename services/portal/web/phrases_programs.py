"""The sentences about feeds and exports, in Chinese and in English."""

from collections.abc import Mapping

from services.portal.web.words import Words

PHRASES: Mapping[str, Words] = {
    "e409": ("现在不能这样做", "This cannot be done now"),
    "e409_feeds": (
        "你已有 100 个可用的订阅地址。请先在“账号”页撤销不再使用的，再新建。",
        "You have 100 feeds that can be read. Revoke one that is not read any more on the account page, then make"
        " this one.",
    ),
    "pr_take": ("订阅与导出", "Feeds and exports"),
    "pr_feed_json": ("JSON Feed", "JSON feed"),
    "pr_address": ("生成阅读器地址", "Make an address for a feed reader"),
    "pr_address_title": ("阅读器地址", "Address for a feed reader"),
    "pr_address_how": (
        "下面的地址含有密钥，只能读取这个查询，且只显示这一次。可在“账号”页撤销。",
        "These addresses hold a key that reads this search alone. They are shown this once; the account page revokes.",
    ),
    "pr_address_of": ("查询：{query}", "Search: {query}"),
    "pr_all": ("全部文档", "all documents"),
    "pr_export": ("导出（每篇一行，最多 {most} 篇）：", "Export, a row for each document, at most {most}:"),
    "pr_export_events": ("每个事件一行：", "A row for each event:"),
}

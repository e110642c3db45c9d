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
    "pr_calendar": (
        "日历：意见征集截止、生效和公布业绩的日子",
        "Calendar: consultations that close, dates of effect, results days",
    ),
    "pr_calendar_address": ("生成日历订阅地址", "Make an address for a calendar program"),
    "pr_calendar_title": ("日历订阅地址", "Address for a calendar program"),
    "pr_calendar_how": (
        "请在日历程序中订阅下面的地址。它含有密钥，只能读取这份日历，且只显示这一次。可在“账号”页撤销。",
        "Subscribe to this address in a calendar program. It holds a key that reads this calendar alone, and is shown"
        " this once; the account page revokes it.",
    ),
    "pr_calendar_of": ("范围：{who}", "Days of: {who}"),
    "pr_calendar_all": ("全部关注对象", "everybody who is watched"),
    "pr_calendar_open": ("在本机的日历程序中打开", "Open it in this device's calendar program"),
    "pr_export": ("导出（每篇一行，最多 {most} 篇）：", "Export, a row for each document, at most {most}:"),
    "pr_export_events": ("每个事件一行：", "A row for each event:"),
}

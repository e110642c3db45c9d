"""The sentences of overview, companies, comparison and what is new, in Chinese and in English."""

from collections.abc import Mapping

from services.portal.web.words import Words

PHRASES: Mapping[str, Words] = {
    "nav_overview": ("概览", "Overview"),
    "nav_companies": ("公司", "Companies"),
    "nav_compare": ("对比", "Compare"),
    "nav_new": ("新动态", "What is new"),
    "nav_rooms": ("栏目", "Pages"),
    "ov_overview_said": (
        "{stories} 个事件脉络，{documents} 篇文档；{first} 至 {last}，按周一至周日计。",
        "{stories} stories in {documents} documents, {first} to {last}, weeks from Monday to Sunday.",
    ),
    "ov_period": ("时段", "Period"),
    "ov_weeks_n": ("{count} 周", "{count} weeks"),
    "ov_own_period": ("自选时段", "Own period"),
    "ov_from": ("从", "From"),
    "ov_to": ("到", "To"),
    "ov_show": ("显示", "Show"),
    "ov_beside": ("分列", "Columns"),
    "ov_by_entity": ("按公司", "by company"),
    "ov_by_label": ("按事件", "by event"),
    "ov_counted": ("计数", "Counted"),
    "ov_of_stories": ("事件脉络", "stories"),
    "ov_of_documents": ("文档（含转载）", "documents, reprints too"),
    "ov_stories_n": ("{count} 个脉络", "{count} stories"),
    "ov_documents_n": ("{count} 篇文档", "{count} documents"),
    "ov_company": ("公司", "Company"),
    "ov_event": ("事件", "Event"),
    "ov_all_companies": ("全部公司", "All companies"),
    "ov_all_events": ("全部事件", "All events"),
    "ov_all": ("全部", "All"),
    "ov_other_companies": ("其他公司", "Other companies"),
    "ov_week_of": ("周（周一起）", "Week from Monday"),
    "ov_by_week": ("每周", "By week"),
    "ov_by_week_caption": (
        "每周数量；每个数字链接到对应的搜索",
        "By week; each number leads to the search that finds these",
    ),
    "ov_by_both": ("公司与事件", "Companies and events"),
    "ov_by_both_caption": (
        "整个时段内按公司与事件的数量；一个脉络可涉及多家公司，各列不能相加",
        "Over the whole period; a story may be about several companies, so columns do not add up",
    ),
    "ov_chart_help": (
        "点击柱形查看那一周的文档。表格内可用方向键移动。",
        "Click a bar for the documents of that week. Arrow keys move in the tables.",
    ),
    "ov_charts_of": ("每周数量的柱形图，数据见下表", "Bars by week, drawn from the table below"),
    "ov_not_understood": (
        "地址中的 {names} 无法使用，已忽略。",
        "{names} in the address cannot be used and was passed over.",
    ),
    "ov_period_limit": (
        "时段最长 260 周，起始日不晚于结束日。",
        "A period has at most 260 weeks and ends after it begins.",
    ),
    "ov_nothing_counted": ("这个时段没有匹配的事件。", "Nothing in this period."),
    "ov_wider": ("看更长的时段：", "Look at more:"),
    "ov_without_filters": ("去掉筛选", "without filters"),
    "ov_see_all_52": ("52 周", "52 weeks"),
}
"""Key to words; `{…}` are filled in."""

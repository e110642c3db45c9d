"""The sentences of briefs, in Chinese and in English."""

from collections.abc import Mapping

from services.portal.web.words import Words

PHRASES: Mapping[str, Words] = {
    "nav_brief": ("简报", "Brief"),
    "br_title": ("简报：{topic}", "Brief: {topic}"),
    "br_topic": ("主题或问题", "Topic or question"),
    "br_hint": ("例如 医鹿APP 现在怎么样？", "such as: what is Alipay Health doing in insurance?"),
    "br_make": ("生成简报", "Make the brief"),
    "br_since": ("时段", "Since"),
    "br_all_times": ("全部时间", "All times"),
    "br_30d": ("近 30 天", "30 days"),
    "br_180d": ("近半年", "Half a year"),
    "br_1y": ("近一年", "A year"),
    "br_2y": ("近两年", "Two years"),
    "br_5y": ("近五年", "Five years"),
    "br_what": (
        "输入一个主题或问题，得到一页：找到的文档、按方面归类的要点（每条都标明文档和段落）、来源之间的矛盾，以及时间线。",
        "A topic or a question in, a page out: the documents found, key points in groups, each citing document and"
        " paragraph, where sources contradict each other, and a timeline.",
    ),
    "br_examples": ("例如：", "For example:"),
    "br_points": ("要点", "Key points"),
    "br_odds": ("说法不一之处", "Where sources contradict each other"),
    "br_timeline": ("时间线", "Timeline"),
    "br_documents": ("文档", "Documents"),
    "br_no_points": ("这些文档里没有可以显示的要点。", "These documents hold no points that may be shown."),
    "br_outlets": ("{count} 家媒体", "{count} outlets"),
    "br_facts": ("依据事实写成", "made of facts"),
    "br_worded": ("语言模型改写，已核对", "worded by the second reader, checked"),
    "br_reprints": ("转载：{outlets}", "also at {outlets}"),
    "br_made": ("生成于 {at}（{zone}）", "Made {at} ({zone})"),
    "br_uncited": ("未被引用", "not cited"),
    "br_wording": ("请语言模型改写要点", "Have the second reader word the points"),
    "br_own_words": ("只用原文句子", "The articles' own sentences"),
    "br_print": ("另存为", "Save as"),
    "br_search": ("看全部检索结果", "See all results of the search"),
    "br_nothing": ("没有找到相关文档。", "No document was found."),
    "br_nothing_help": (
        "少写几个词、换一种说法，或放宽时段：",
        "Try fewer or other words, or a longer time:",
    ),
    "br_no_name": ("这个主题无法查询", "This topic cannot be looked for"),
    "br_paragraph": ("第 {number} 段", "paragraph {number}"),
    "e501": ("这台机器不能生成 PDF", "PDFs cannot be made here"),
    "e501_help": (
        "缺少 Pango。请管理员安装：apt-get install {packages}。也可以用浏览器打印这一页，或下载 Markdown。",
        "Pango is not installed. An administrator can mend it: apt-get install {packages}. Meanwhile print the page"
        " from the browser, or take the Markdown.",
    ),
    "e503_print": (
        "正在生成其他 PDF，请几秒后再试。",
        "Other PDFs are being made: try again in some seconds.",
    ),
}

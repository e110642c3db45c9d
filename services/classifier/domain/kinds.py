"""Which kind of document it is: news, analysis, filing, policy, press release or market note.

A market note (price robots, holdings tables, buy-back notes, 港股异动, 大行评级) never alerts by itself, so its rule
is careful: a heading that only such notes carry, or a heading about a price over a body that tells nothing else.
A report of an event that also tells how the share moved stays news.

All patterns are written for folded text: simplified, half width, lower case.
"""

import re
from collections.abc import Sequence

from services.classifier.domain.sentences import split
from shared.messages.classified import Kind
from shared.watch.sieve import Sieve, Sifted

PRICE_SHARE = 0.5
"""Share of sentences that speak of prices alone from which a body under a price heading is a market note."""
SHORT = 400
"""Characters; a body under a robot's heading that is longer has a story of its own to tell."""

_ROBOT_HEADING = re.compile(
    r"(?:港股|美股|a股|个股|盘中|早盘|午盘|尾盘|盘前|盘后)?异动\s?(?:快报|[|｜丨:︱\-]|$)|异动快报"
    r"|^《?大行》?(?:评级)?\s?[|｜丨:《》︱]|大行(?:评级|晨报|报告)|评级速递|券商(?:评级|晨会)"
    r"|沽空(?:比|金额|记录|报告|数据|量)"
    r"|(?:北水|南向资金|北向资金|港股通).{0,12}(?:净买|净卖|净流|增持|减持|持股|连增|动向)|翌日披露报表"
    r"|证券变动月报表|next day disclosure return|monthly return of equity|(?:主力|大单)资金|资金流向|融资融券"
    r"|融资余额|龙虎榜|港股(?:收盘|午评|收评|早报|开盘)|(?:早|午|收|晚)评[|｜丨:]|涨停复盘|板块异动|一周指数"
    r"|招股速览|盘口(?:速递|分析)|(?:etf|指数).{0,14}(?:[涨跌升挫]|净流)"
    r"|(?:raises?|cuts?|lifts?|trims?) (?:target price|price target)|price target (?:raised|cut)"
    r"|(?:上调|下调|维持|给予|首予|重申).{0,16}(?:目标价|评级)|目标价.{0,6}(?:港元|元|hk\$)"
    r"|short[- ]sell(?:ing)? (?:ratio|turnover)|stocks? to watch|market wrap|hot stocks"
)
_BUYBACK = re.compile(
    r"(?:回购|购回|repurchase[ds]?|buys? back|bought back).{0,20}?(?:\d[\d,.]*\s*(?:万|亿)?\s*(?:股|shares)"
    r"|(?:万|亿)(?:港)?元)"
    r"|(?:耗资|斥资).{0,16}(?:回购|购回)"
)
_BUYBACK_PLAN = re.compile(
    r"(?:计划|拟|授权|不超过|上限|方案|启动|宣布|plans?|up to|programme|program|authori[sz]|mandate)"
)
_MOVE = (
    r"(?:[涨跌升挫飙弹泻]|急[升跌挫]|大[涨跌]|走[高低强弱]|拉升|跳水|jump|surge|soar|pop|climb|rise|rose|gain|slide|slid|fall"
    r"|fell|drop|slump|plunge|tumble|rall(?:y|ies))"
)
_PRICE_HEADING = re.compile(
    rf"{_MOVE}\w{{0,6}}?.{{0,6}}(?:\d+(?:\.\d+)?\s*(?:%|percent|per cent|点)|[一二两三四五六七八九十]成|涨停|跌停)"
    rf"|(?:盘中|早盘|午后|尾盘|早段|收盘|收市|开盘|股价|概念股|板块|个股|shares|stocks?|names).{{0,14}}{_MOVE}"
    rf"|{_MOVE}\w{{0,3}} (?:in|at) .{{0,12}}(?:open|close)"
)
_PRICE_SENTENCE = re.compile(
    r"(?:股价|成交(?:额|量)|换手|市值|盘中|截至发稿|报收|收报|暂报|现报|涨幅|跌幅|涨超|涨逾|涨近|跌超|跌逾|跌近"
    r"|升逾|升近|升超|挫逾|涨停|跌停|南向资金|港股通|净买入|净流入|持股比例|占流通股|目标价|评级|市盈率|该行"
    r"|大行|跑赢|指数|沽空|shares (?:rose|fell|jumped|slid|were)|turnover|trading at|closed at|opened at"
    r"|market cap|price target|hang seng|ytd)"
    r"|[涨跌升挫弹]\d+(?:\.\d+)?%"
)
_CLAUSE = re.compile(r"[\s,，;；|｜]+")
_PRICE_WORD = re.compile(rf"{_MOVE}|股|板块|南向|资金|成交|指数|再起|领跑|市值")
_FILING_HEAD = re.compile(
    r"(?:证券|股票|股份)(?:代码|代号|代號)\s*[::]|stock code\s*[::]|公告编号\s*[::]|\(stock code"
    r"|the board (?:of directors )?is pleased to announce|不存在任何虚假记载|虚假记载、误导性陈述"
    r"|香港交易及结算所有限公司.{0,30}概不负责|hong kong exchanges and clearing limited.{0,60}no responsibility"
)
_FILING_TITLE = re.compile(
    r"的公告$|报告书(?:\(|（|$)|(?:关于|有关).{2,40}(?:公告|预案|通函|提示性公告)|discloseable transaction"
    r"|connected transaction|voluntary announcement|(?:interim|annual) (?:report|results announcement)|董事名单"
    r"|list of directors|招股说明书|股东大会(?:决议|通告)"
)
_POLICY_TITLE = re.compile(
    r"(?:关于).{2,60}(?:通知|意见|公告|通告|批复|决定|函|细则|办法|公示)(?:[(（].{0,24}[)）])?$"
    r"|^(?:.{0,40})(?:管理办法|条例|细则|管理规定|实施方案|工作方案|技术规范)(?:[(（《].{0,16}[)）》])?(?:全文)?$"
    r"|行政处罚决定书|民事判决书|一审判决书|公告\s*[(（]?20\d\d年第\d+号|征求意见稿\)?(?:》)?(?:公开)?征求意见"
)
_POLICY_NUMBER = re.compile(r"^\S{1,14}[〔\[(（]20\d\d[〕\])）]第?\d+号")
_POLICY_PARTS = re.compile(
    r"第一条|第[一二三四五六七八九十]+章|各省、自治区、直辖市|现印发给你们|请(?:认真)?(?:遵照|贯彻)执行"
)
_PRESS_RELEASE = re.compile(
    r"/\s*(?:prnewswire|美通社|globe newswire|business wire|bw|acn newswire)[^/]{0,20}/"
    r"|\(?(?:business wire|globe newswire|prnewswire)\)?\s*--|\nmedia contacts?:"
    r"|\nabout \w[^\n]{2,60}\n|企业供稿|来源:\s*(?:企业)?供稿|新闻稿|forward-looking statements"
)
_PRESS_OUTLET = re.compile(
    r"pr ?newswire|美通社|business ?wire|globenewswire|acn newswire|企业供稿|企业供稿|corporate blog|newsroom"
)
_ANALYSIS_TITLE = re.compile(
    r"^(?:专访|对话|独家对话|观点|评论|来论|社评|时评|深度|观察|解读|分析|盘点|复盘|专栏|以案说法|检察官说法"
    r"|研报|策略|说法)[|｜丨:：︱ ]"
    r"|(?:专访|对话)[^,，。]{2,10}[:：]"
    r"|(?:为什么|为何|何以|何去何从|怎么(?:办|接|走|看|做|治|建)|怎样|如何|谁(?:是|来|在|能)|能(?:不能|否)|还能"
    r"|会不会|意味着什么|靠什么|[?？]$)"
    r"|全解析|深度解析|一文读懂|启示|背后的|的背后|困局|困境|下半场|生意经|行业(?:观察|分析|报告)|投资笔记"
    r"|商业模式|^(?:opinion|analysis|commentary|comment|explainer|column|interview|the big read|guide)\b"
    r"|\b(?:what|why|how|inside|lessons|guide to|explained|takeaways)\b.{6,}"
    r"|^(?:after|can|will|is|are|does)\b.*\?$"
)
_ANALYSIS_OUTLET = re.compile(
    r"观察|研究院|评论|时评|投资|周刊|律师事务所|\blaw\b|lexology|bird & bird|vcbeat|动脉网|健闻咨询|健康国策"
    r"|bamboo works"
)
_ANALYSIS_VOICE = re.compile(
    r"笔者|本刊|我们认为|在我看来|不妨|换句话说|某种意义上|业内人士|有分析(?:人士)?(?:认为|指出)|回看|回顾"
    r"|时间倒回|众所周知|不难(?:发现|看出)|曾几何时|\bin other words\b|\bthe question is\b"
    r"|\bwe (?:think|believe)\b|\bit remains to be seen\b|\banalysts say\b|\blooking back\b"
)
_ANALYSIS_LENGTH = 700
"""Characters from which an essay's voice makes an analysis: news of the kind in the training items are shorter."""
_OF_TITLES = Sieve(_BUYBACK, _ROBOT_HEADING, _PRICE_HEADING, _FILING_TITLE, _POLICY_TITLE, _ANALYSIS_TITLE)
_OF_BODIES = Sieve(_FILING_HEAD, _POLICY_PARTS, _PRESS_RELEASE, _ANALYSIS_VOICE)


def kind_of(folded: Sequence[str], outlet: str) -> Kind:
    """The kind of a document from its folded title (place 0) and paragraphs (from 1) and its folded outlet name."""
    title = _OF_TITLES.over(folded[0] if folded else "")
    body = _OF_BODIES.over("\n" + "\n".join(folded[1:]))
    if _is_market_note(title, body.text[1:]):
        return "market_note"
    head = body.may(_FILING_HEAD, 0, 601) and _FILING_HEAD.search(body.text[1:601])
    if head or title.search(_FILING_TITLE):
        return "filing"
    if _is_policy(title, body):
        return "policy"
    if _PRESS_OUTLET.search(outlet) or body.search(_PRESS_RELEASE):
        return "press_release"
    return "analysis" if _is_analysis(title, body, outlet) else "news"


def _is_market_note(title: Sifted, body: str) -> bool:
    """Whether a title and body tell of prices, holdings, ratings or single buy-backs and of nothing else."""
    if title.search(_BUYBACK) and not _BUYBACK_PLAN.search(title.text):
        return True
    if title.search(_ROBOT_HEADING):
        return len(body) <= SHORT or _price_share(body) >= PRICE_SHARE
    return _heads_prices_only(title) and bool(body) and _price_share(body) >= PRICE_SHARE


def _heads_prices_only(title: Sifted) -> bool:
    """A price heading with a second clause about something else announces that something else."""
    if not title.search(_PRICE_HEADING):
        return False
    clauses = [clause for clause in _CLAUSE.split(title.text) if len(clause) > 3 and not clause.isascii()]
    return all(_PRICE_WORD.search(clause) for clause in clauses)


def _price_share(body: str) -> float:
    sentences = list(split(body[:3000], 1))
    priced = sum(1 for sentence in sentences if _PRICE_SENTENCE.search(sentence.text))
    return priced / len(sentences) if sentences else 0.0


def _is_policy(title: Sifted, body: Sifted) -> bool:
    if title.search(_POLICY_TITLE):
        return True
    text = body.text
    return bool(_POLICY_NUMBER.search(text[1:201])) or (
        body.may(_POLICY_PARTS) and len(_POLICY_PARTS.findall(text[1:4001])) >= 2
    )


def _is_analysis(title: Sifted, body: Sifted, outlet: str) -> bool:
    points = 2 * bool(title.search(_ANALYSIS_TITLE)) + bool(_ANALYSIS_OUTLET.search(outlet))
    if len(body.text) - 1 > _ANALYSIS_LENGTH and body.may(_ANALYSIS_VOICE):
        points += min(2, len(_ANALYSIS_VOICE.findall(body.text[1:4001])))
    return points >= 2

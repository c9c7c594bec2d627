"""Marks in a text about to be shown outside."""

from __future__ import annotations

import re
import re._parser as patterns  # type: ignore[import-not-found]
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit.detect import doors, find_marks, giveaway, names, numbers
from linshuo.kit.text import fold

SAID = st.text(alphabet="路灯坏了，。…㎡ ½ﬁ\n（）一二三", max_size=20)
PLANTED = st.sampled_from(
    [
        ("phone", "13912345678"),
        ("phone", "139 1234 5678"),
        ("phone", "139-1234-5678"),
        ("phone", "１３９１２３４５６７８"),
        ("phone", "0592-5550100"),
        ("identity", "35020419560101123X"),
        ("identity", "350204195601011234"),
        ("door", "3栋2单元501室"),
        ("door", "３栋２单元５０１室"),
        ("door", "12号楼1单元302"),
        ("door", "3-2-501"),
    ]
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(m.kind, m.text) for m in find_marks(text)]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("打13912345678找我", [("phone", "13912345678")]),
        ("座机0592-5550100。", [("phone", "0592-5550100")]),
        ("身份证350204195601011234", [("identity", "350204195601011234")]),
        ("住在3栋2单元501室", [("door", "3栋2单元501室")]),
        ("家住302室的", [("door", "302室")]),
        ("我叫张桂香，灯坏了", [("name", "张桂香")]),
        ("联系人：林月", [("name", "林月")]),
        ("我是业主，灯坏了", []),
        ("本人居民，反映", []),
        ("三楼拐角那盏灯又不亮了", []),
        ("2019年12月1日换了灯，花了120元", []),
        ("", []),
    ],
)
def test_what_may_name_someone_is_marked(text: str, marks: list[tuple[str, str]]) -> None:
    assert kinds(text) == marks


def test_several_marks_come_in_the_order_of_the_text() -> None:
    text = "我叫张桂香，住3栋2单元501室，打13912345678。"
    assert [m.kind for m in find_marks(text)] == ["name", "door", "phone"]


def test_a_full_width_number_is_marked_beside_signs_that_fold_longer() -> None:
    """… and ㎡ become several characters when folded: the marks must still sit where they are."""
    text = "漏了2㎡……打１３９１２３４５６７８"
    assert kinds(text) == [("phone", "１３９１２３４５６７８")]


@given(SAID, PLANTED, SAID)
def test_what_is_planted_is_found_where_it_was_planted(
    before: str, planted: tuple[str, str], after: str
) -> None:
    kind, text = planted
    said = f"{before}，{text}。{after}"
    start = len(before) + 1
    assert any(
        m.kind == kind and m.start <= start and start + len(text) <= m.end for m in find_marks(said)
    ), find_marks(said)


@given(
    st.text(max_size=200) | st.text(alphabet="1390 -—栋单元室号我叫是张，０１３９…㎡", max_size=80)
)
def test_marks_of_any_text_are_in_order_apart_and_where_they_say(text: str) -> None:
    end = 0
    for mark in find_marks(text):
        assert end <= mark.start < mark.end <= len(text)
        assert text[mark.start : mark.end] == mark.text
        if mark.kind == "phone":
            assert sum(c.isdigit() for c in fold(mark.text)) >= 7
        end = mark.end


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        # phones
        (
            "手机 138 1234 5678，或138-1234-5678",
            [("phone", "138 1234 5678"), ("phone", "138-1234-5678")],
        ),
        ("打＋86 13812345678", [("phone", "＋86 13812345678")]),
        ("座机（0592）5550100转802", [("phone", "（0592）5550100转802")]),
        ("电话5550100，热线8431 2345", [("phone", "5550100"), ("phone", "8431 2345")]),
        ("一三八一二三四五六七八", [("phone", "一三八一二三四五六七八")]),
        ("运单号13812345678", []),
        ("已经打过138****5678", []),
        ("12345、110、119、96111、10010、95598、400-800-1234都打过", []),
        ("共花了13812345678.50元，另13812345678元", []),
        # papers, cards, plates, handles
        ("身份证11010519491231002X", [("identity", "11010519491231002X")]),
        ("证号 110105 19491231 0021。", [("identity", "110105 19491231 0021")]),
        ("老证350204560101123", [("identity", "350204560101123")]),
        ("护照号E12345678", [("identity", "E12345678")]),
        ("350204999901011239", []),
        ("卡号6222 0212 3456 7890 123", [("account", "6222 0212 3456 7890 123")]),
        ("车牌闽D12345和闽DF12345", [("plate", "闽D12345"), ("plate", "闽DF12345")]),
        ("坐闽运公司的A12345", []),
        ("发到 zgx_56@example.com", [("contact", "zgx_56@example.com")]),
        ("QQ：123456，微信号zhang_gx56", [("contact", "123456"), ("contact", "zhang_gx56")]),
        # doors
        (
            "A12栋802室、五栋三零一、7号楼1204",
            [("door", "A12栋802室"), ("door", "五栋三零一"), ("door", "7号楼1204")],
        ),
        ("17栋102、104都漏", [("door", "17栋102、104")]),
        ("锦绣大厦15A-07", [("door", "15A-07")]),
        ("301业主和1005户主", [("door", "301"), ("door", "1005")]),
        ("文化组189号的人", [("door", "189号")]),
        ("我住在11栋1单元，", [("door", "11栋1单元")]),
        ("11栋1单元的路灯，3栋2楼平台，5栋后面", []),
        ("14栋15栋共300户，1栋12户，3栋2019年交房", []),
        ("东风路382号锦绣小区，12月31日，8:00-21:00", []),
        ("楚发〔2016〕680号，GB50096-2011，第2012号令，139路车", []),
        ("3栋105m2，5栋1500元", []),
        # names
        ("姓名：欧阳文 电话", [("name", "欧阳文")]),
        ("投诉人：张桂香、李林、首月", [("name", "张桂香"), ("name", "李林"), ("name", "首月")]),
        ("本人张桂香，住这里", [("name", "张桂香")]),
        ("我是李林，男，", [("name", "李林")]),
        ("盼复。此致敬礼！张桂香2019年3月1日", [("name", "张桂香")]),
        ("望解决，谢谢！\n　　张桂香", [("name", "张桂香")]),
        ("我女儿叫王晴，六岁", [("name", "王晴")]),
        ("网友“A00023583”：您好", []),
        ("联系人张先生，李老师，王某", []),
        ("我是高中生，本人方便，我是江苏人，我是常年在外", []),
        ("此致敬礼！", []),
        ("谢谢解答", []),
        # together
        (
            "锦绣小区82岁老人中风后卧床",
            [("giveaway", "锦绣小区"), ("giveaway", "82岁"), ("giveaway", "中风")],
        ),
        ("82岁老人中风后卧床", []),
        ("锦绣小区82岁老人想下楼", []),
    ],
)
def test_what_is_marked_and_what_is_left_alone(text: str, marks: list[tuple[str, str]]) -> None:
    assert kinds(text) == marks


SHAPES = """
phone 打[139 12 34 56 78]找我
phone 我的号是[139.1234.5678]，手机[139_1234_5678]
phone 手机[139/1234/5678]，[1-3-9-1-2-3-4-5-6-7-8]
phone 电话[一三九 一二三四 五六七八]，或者[壹叁玖壹贰叁肆伍陆柒捌]
phone 电话[1三9一二34五678]，电话[①③⑨①②③④⑤⑥⑦⑧]
phone 电话[1391234567]少了一位，手机[139123456789]多了一位
phone 区号0592，电话[5550100]，打[555-0100]也行，传真[5550101]
phone 电话[(86)13912345678]，[13812345678]/[5550100]
phone 小灵通[5550100]，短号[661234]，国外[+44 2071234567]
phone 电话是[零五九二五五五零一零零]
phone 我家[5550100]，没人接
phone 电话号码[13912345678]号
contact 威信[zgx1956]，VX：[abc12345]，加我[12345678]
door 我们[3#2-501]漏水，[3#501]也漏
door [3#楼2单元501]，[5号楼3单元2楼东户]，[3单元4楼西户]
door [12-1-501室]，[2-8-2室]，[12幢乙单元501]
door [88弄12号]的老人，[88弄12号501室]，[平房12号]，西区[3排12号]
door 我家在[二组45号]，[3组27号]的路
door 桂花公寓[602]，[306宿舍]，[402房间]，寝室[412]
door [12座5B]，[5B室]，8楼[B室]，附属楼[14室]，[26楼10号房]
door 门牌号[123]，房号：[3-1203]
door 我家[1203]一直漏水，楼上[1303]漏水，住[三零一]
door 楼上[304]房东，从[103号]家的楼顶，[103]家里泡了
door [501]的老人摔了，[502]那户，[501、502]两户，[401和402]都漏
door [2号楼-1-501]，[2号楼1-501]，[B栋3-201]，[C-1208]业主
door 永安新村[27号401室]，[27号401]
door [十二栋一千二百零三室]
door 住址：桂花苑[一栋二单元]
door [5栋1318室]漏水，报修以后[1318]又漏
name 俺叫[张桂香]，鄙人[张桂香]，
name 我姓张，叫[张桂香]。
name 我是三栋的[张桂香]，我是3号楼的[李林]。
name 我是楼长[张桂香]，我是志愿者[李林]。
name 业主[张桂香]反映，村民[李林]家门口
name 灯坏了——[张桂香]
name 灯坏了。（[张桂香]）
name [张桂香] 139 1234 5678，13812345678（[李林]）
name 请联系[张桂香]，由[李小林]代笔
name 我老伴[李小林]腿不好
name 姓名[张桂香]性别女
name 本人[张桂香]住这里，我[张桂香]保证
name 我叫[买买提·艾力]，姓名：[古丽娜尔·买买提]
name 我叫[张　香]，姓名：[张 三]
name 姓[张名桂香]。
name 我叫[张桂香]，灯坏了。[张桂香]昨天来过，把[张桂香]的灯修好了
name 户主：[李小林]发帖人：[张桂香]
name 业主联名签字：[张桂香李林王晴赵小月]2019年9月20日
name 支持的人：[1张桂香，2李林，3王晴]
"""


def marked(line: str) -> tuple[str, str, list[tuple[int, int]]]:
    """Kind, text and spans of a line of `SHAPES`: what stands in brackets is to be marked."""
    kind, said = line.split(" ", 1)
    text, spans, start = "", [], 0
    for sign in said:
        if sign == "[":
            start = len(text)
        elif sign == "]":
            spans.append((start, len(text)))
        else:
            text += sign
    return kind, text, spans


@pytest.mark.parametrize("line", SHAPES.strip().splitlines())
def test_every_shape_is_marked_from_its_first_sign_to_its_last(line: str) -> None:
    kind, text, spans = marked(line)
    under = {at for m in find_marks(text) if m.kind == kind for at in range(m.start, m.end)}
    assert spans
    for start, end in spans:
        assert under.issuperset(range(start, end)), (text[start:end], kinds(text))


@pytest.mark.parametrize(
    "line",
    """一层楼道灯坏了
周日
周六晚上
带上剪子来。周三
3号楼门前种树
5号楼2单元3层楼道灯坏了，换两盏
三单元一楼放轮椅坡道
周六上午9:00-11:00在小广场义诊
给20户独居老人送饭，陪82岁老人去医院
6号楼地下车库扫雪，10人
凑钱买一台3000元的净水机
2026年12月1日前完成
代办社保卡，周一三五
给孩子们讲安全课，40分钟
看302路公交站，学120急救
找一位电工，找会修鞋的师傅
请联系社区居委会
三排二号车位旁清雪
12345热线宣传单500张
每月15号晚上7点开会
代表社区参加比赛，石桥边修护栏
300家企业，1001户业主，103家店
(2013)第1778号，GB50016-2006，2003-2020年
共4242835元，编号5306110，面积1234567平方米
802路、803路等线路，门诊500-1000以上""".splitlines(),
)
def test_what_is_asked_for_on_the_board_names_nobody(line: str) -> None:
    assert kinds(line) == []


def test_an_age_and_an_illness_are_enough_where_the_page_shows_the_place() -> None:
    marks = find_marks("82岁老人中风", place_shown=True)
    assert [(m.kind, m.text) for m in marks] == [("giveaway", "82岁"), ("giveaway", "中风")]


NEAR_MISSES = st.text(
    alphabet="1390-—２.·@a栋幢座单元室号楼房巷组叫我是本人张李林姓名：、，（）岁癌区\n 二三〇",
    max_size=120,
)


@given(NEAR_MISSES)
def test_wide_and_narrow_writing_are_marked_alike(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert [(m.kind, m.start, m.end) for m in find_marks(wide)] == [
        (m.kind, m.start, m.end) for m in find_marks(text)
    ]


@given(NEAR_MISSES)
def test_what_was_blotted_out_is_not_marked_again(text: str) -> None:
    marks = find_marks(text)
    assert find_marks(text) == marks
    blotted = list(text)
    for mark in marks:
        blotted[mark.start : mark.end] = "■" * (mark.end - mark.start)
    assert not any("■" in mark.text for mark in find_marks("".join(blotted)))


def compiled(module: ModuleType) -> list[re.Pattern[str]]:
    found = []
    for value in vars(module).values():
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, re.Pattern) and each.flags & re.UNICODE:
                found.append(each)
    return found


@pytest.mark.parametrize("module", [numbers, doors, names, giveaway])
def test_no_pattern_looks_further_than_a_few_lines(module: ModuleType) -> None:
    """With a greatest width for each, the work at each place of a text has a limit: linear."""
    searching = [
        p
        for p in compiled(module)
        if p.pattern not in (names.WORD.pattern, names.SURELY_WORD.pattern)
    ]
    assert searching
    for pattern in searching:
        assert patterns.parse(pattern.pattern).getwidth()[1] <= 400, pattern.pattern


def repeats(parsed: object) -> int:
    """How often a sign of a pattern can be repeated: repeats within repeats are multiplied."""
    most = 1
    if isinstance(parsed, patterns.SubPattern):
        most = max((repeats(item) for item in parsed), default=1)
    elif isinstance(parsed, tuple | list):
        inner = max((repeats(item) for item in parsed), default=1)
        looped = parsed and parsed[0] in (patterns.MAX_REPEAT, patterns.MIN_REPEAT)
        most = inner * max(1, int(parsed[1][1])) if looped else inner
    return most


@pytest.mark.parametrize("module", [numbers, doors, names, giveaway])
def test_no_pattern_repeats_what_repeats_without_end(module: ModuleType) -> None:
    words = (names.WORD.pattern, names.SURELY_WORD.pattern)
    for pattern in compiled(module):
        if pattern.pattern not in words:
            assert repeats(patterns.parse(pattern.pattern)) <= 400, pattern.pattern


def test_a_text_a_hundred_times_as_long_has_a_hundred_times_the_marks() -> None:
    once = "我叫张桂香，住3栋2单元501室，打13912345678。501又漏了，张桂香急。"
    assert len(find_marks(once * 100)) == 100 * len(find_marks(once)) == 500


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "栋",
        "1栋",
        "3-",
        "我叫",
        "张",
        "、张三",
        "1、",
        "a@",
        "138 ",
        "岁癌",
        "住1栋",
        "谢谢\n",
        " ",
        "301室、",
        "姓名：张三、",
    ],
)
def test_a_hundred_thousand_signs_of_bait_are_answered(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    marks = find_marks(text)
    assert all(text[m.start : m.end] == m.text for m in marks)
    assert len(marks) <= len(text) // 2

"""Every form there is on paper, in the order of a matter's life: what it is for, who may print it,
where its records are, and how one is made. Without a wish, the newest record stands for its kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy

from linshuo.acts.typing_back import sheets as board_sheets
from linshuo.domain.funds.models import Disclosure, Voucher
from linshuo.domain.honours.models import Round
from linshuo.domain.honours.public import listed
from linshuo.domain.needs import complaints
from linshuo.domain.needs.access import visible, visible_notes
from linshuo.domain.needs.complained import Complaint
from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Need, Note
from linshuo.domain.needs.queries import get_need
from linshuo.domain.people.models import CheckIn, Partnership
from linshuo.domain.people.queries import get_partnership, partnerships
from linshuo.domain.places.models import Community
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import get_pledge
from linshuo.domain.service.models import Activity, ActivityKind
from linshuo.domain.service.public import standing
from linshuo.domain.service.rota_rows import Rota, RotaStage
from linshuo.exchange.forms import singles, tables, weeks
from linshuo.exchange.forms.complaint import answer_sheet
from linshuo.exchange.forms.shapes import IN_A_SHEET, ON_PAPER, Single, Table, single_pdf, table_pdf
from linshuo.exchange.printed.check_ins import blank_form, receipts
from linshuo.exchange.printed.disclosure import disclosure_paper
from linshuo.exchange.printed.honours import notice_sheet
from linshuo.exchange.printed.minutes import minutes
from linshuo.exchange.printed.notebook import notebook_day
from linshuo.exchange.printed.pledge_receipts import pledge_receipts
from linshuo.exchange.printed.poster import poster
from linshuo.exchange.printed.receipt import receipt
from linshuo.exchange.printed.rota import rota_paper
from linshuo.exchange.printed.timetable import timetable
from linshuo.insight.letter_paper import letter_pdf
from linshuo.insight.letter_reads import newest_letter, opened
from linshuo.insight.models import Missive
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.links import check_in_link

MOST_ID = 18


@dataclass(frozen=True, slots=True)
class Order:
    """Who would like a form printed, of what, and how an address is written here."""

    viewer: Actor
    community: Community
    site: str
    address: Callable[..., str]
    """The whole address of a page by its name and arguments."""
    absolute: Callable[[str], str]
    query: QueryDict
    most: int = ON_PAPER

    def number(self, name: str) -> int:
        """An id that was asked for; 0 for none. Raises `NotYours` for nonsense."""
        typed = self.query.get(name, "")
        if not typed:
            return 0
        if not (typed.isascii() and typed.isdigit() and len(typed) <= MOST_ID):
            raise NotYours("form", _("没有这一份。"))
        return int(typed)

    def day(self) -> date | None:
        """A day within the quarter asked for."""
        typed = self.query.get("day", "")
        try:
            found = date.fromisoformat(typed) if typed else None
        except ValueError:
            found = date.min
        if found is not None and not 2000 <= found.year <= 2100:
            raise NotYours("form", _("没有这一份。"))
        return found

    def unit(self) -> Partnership | None:
        """The unit asked for."""
        pk = self.number("unit")
        return get_partnership(self.viewer, pk) if pk else None


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the list."""

    key: str
    name: str | Promise
    about: str | Promise
    can: Can
    where: str
    """The page where its records are, and where one that is not the newest is printed."""
    where_words: str | Promise
    make: Callable[[Order], bytes]
    table: Callable[[Order], Table] | None = None


def _nothing(words: str) -> Refused:
    return Refused("nothing", words)


def _of_table(read: Callable[[Order], Table]) -> Callable[[Order], bytes]:
    return lambda order: table_pdf(order.community, read(order))


def _of_single(read: Callable[[Order], Single]) -> Callable[[Order], bytes]:
    return lambda order: single_pdf(order.community, read(order))


def _blank(order: Order) -> bytes:
    return blank_form(order.community, address=order.address("plaza:check-in"))


def _check_in_receipt(order: Order) -> bytes:
    rows = CheckIn.objects.of(order.viewer).exclude(receipt_no="")
    whole = rows.select_related("person", "partnership__organisation")
    newest = list(whole.order_by("-accepted_at", "-pk")[:1])
    if not newest:
        raise _nothing(_("还没有给过回执。接收了第一位，这里就印得出来。"))
    here = (order.community.pk, order.community.prefix)
    return receipts(
        order.community,
        newest,
        site=order.site,
        link=lambda row: order.absolute(check_in_link(row, here)),
    )


def _claim_receipt(order: Order) -> bytes:
    rows = Pledge.objects.of(order.viewer).exclude(state="ended").order_by("-signed_at", "-pk")
    pk = rows.values_list("pk", flat=True).first()
    if pk is None:
        raise _nothing(_("榜上还没有人认。认下一项，这里就印得出来。"))
    return pledge_receipts(
        order.community,
        [get_pledge(order.viewer, pk)],
        site=order.site,
        need_page=lambda number: order.address("plaza:need", number),
        board=order.address("plaza:board"),
    )


def _notebook(order: Order) -> bytes:
    rows = Note.objects.of(order.viewer).filter(visible_notes(order.viewer))
    found = rows.order_by("-day", "-pk").values_list("author_id", "day").first()
    if found is None:
        raise _nothing(_("笔记本还空着。记下第一件，这里就印得出来。"))
    return notebook_day(order.viewer, *found)


def _closing(order: Order) -> Single:
    number = order.query.get("need", "")
    if not number:
        rows = Need.objects.of(order.viewer).filter(visible(order.viewer), state="closed")
        number = rows.order_by("-closed_at", "-pk").values_list("number", flat=True).first() or ""
    if not number:
        raise _nothing(_("还没有销号的。销了第一件，这里就印得出来。"))
    return singles.closing(get_need(order.viewer, number))


def _urging(order: Order) -> Single:
    number = order.query.get("need", "")
    if not number:
        rows = Need.objects.of(order.viewer).filter(visible(order.viewer), state__in=LIVE)
        number = rows.order_by("due_at", "pk").values_list("number", flat=True).first() or ""
    if not number:
        raise _nothing(_("台账上没有欠着的，没有可督办的。"))
    return singles.urging(get_need(order.viewer, number))


def _agreement(order: Order) -> Single:
    pk = order.number("pledge")
    found = get_pledge(order.viewer, pk) if pk else singles.newest_agreement(order.viewer)
    if found is None:
        raise _nothing(_("还没有认管、认养。认下第一处，这里就印得出来。"))
    return singles.agreement(found)


def _feedback(order: Order) -> Single:
    unit = order.unit() or next(iter(partnerships(order.viewer)), None)
    if unit is None:
        raise _nothing(_("还没有共建单位。加上第一家，这里就印得出来。"))
    return singles.feedback(order.viewer, unit, day=order.day())


def _letter(kind: Missive.Kind) -> Callable[[Order], bytes]:
    def make(order: Order) -> bytes:
        found = newest_letter(order.viewer, kind)
        if found is None:
            raise _nothing(_("还没有写过这样的信。拟出第一封，这里就印得出来。"))
        return letter_pdf(order.community, opened(found)[0])

    return make


def _minutes(order: Order) -> bytes:
    rows = Activity.objects.of(order.viewer).filter(
        kind=ActivityKind.MEETING, cancelled_at__isnull=True
    )
    # The last one that was held has its minutes; before the first there is an agenda to print.
    newest = rows.select_related("place", "owner").order_by("-starts", "-pk")
    found = newest.filter(starts__lte=clock.now()).first() or newest.first()
    if found is None:
        raise _nothing(_("还没有开过联席会议。定下第一次，这里就印得出来。"))
    return minutes(order.community, found, by=order.viewer)


def _newest_rota(order: Order) -> Rota:
    rows = Rota.objects.of(order.viewer).filter(stage=RotaStage.PUBLISHED)
    rota = rows.select_related("post__place").order_by("-first", "-pk").first()
    if rota is None:
        raise _nothing(_("还没有公布过轮值表。公布第一张，这里就印得出来。"))
    return rota


def _rota(order: Order) -> bytes:
    rota = _newest_rota(order)
    where = order.address("plaza:post-rota", rota.post_id)
    return rota_paper(order.community, rota, site=order.site, address=where)


def _timetable(order: Order) -> bytes:
    return timetable(
        order.community,
        standing(order.community.pk, clock.now()),
        site=order.site,
        address=order.address("plaza:posts"),
    )


def _notice(order: Order) -> bytes:
    rows = Round.objects.of(order.viewer).filter(notice_from__isnull=False)
    row = rows.select_related("community").order_by("-notice_from", "-pk").first()
    if row is None:
        raise _nothing(_("还没有公示过名单。挂出第一次，这里就印得出来。"))
    where = order.address("plaza:honour", row.pk)
    return notice_sheet(row, listed(row), site=order.site, address=where)


def _disclosure(order: Order) -> bytes:
    rows = Disclosure.objects.of(order.viewer).select_related("collection", "project", "corrects")
    found = rows.order_by("-pk").first()
    if found is None:
        raise _nothing(_("还没有公示过账。拟出第一份，这里就印得出来。"))
    return disclosure_paper(order.community, found)


def _receipt(order: Order) -> bytes:
    rows = Voucher.objects.of(order.viewer).select_related(
        *("collection", "project", "unit__organisation", "giver", "recorded_by", "checked_by")
    )
    for found in rows.order_by("-pk")[:40]:
        try:
            return receipt(order.community, found, page="")
        except Refused:
            continue
    raise _nothing(_("还没有核对过的收款。收下第一笔，这里就印得出来。"))


def _board(order: Order) -> bytes:
    printed = board_sheets(by=order.viewer, most=1)
    if not printed:
        raise _nothing(_("还没有编过榜。编好第一期，这里就印得出来。"))
    sheet = printed[0].sheet
    return poster(
        order.community,
        sheet,
        "a4",
        viewer=order.viewer,
        site=order.site,
        front=order.address("plaza:front"),
        type_back=order.address("desk:sheet", sheet.code),
        need_page=lambda number: order.address("plaza:need", number),
    )


def _complaint(order: Order) -> Single:
    rows = Complaint.objects.of(order.viewer).filter(complaints.visible(order.viewer))
    found = rows.order_by("-at", "-pk").first()
    if found is None:
        raise _nothing(_("还没有人投诉或建议。有了第一条，这里就印得出来。"))
    return answer_sheet(found, address=order.address("plaza:complaint"))


def _service(order: Order) -> Table:
    return tables.service(order.viewer, most=order.most, unit=order.unit(), day=order.day())


def _read(read: Callable[..., Table]) -> Callable[[Order], Table]:
    return lambda order: read(order.viewer, most=order.most)


CHECK_INS, CLAIMS, LEDGER = _read(tables.check_ins), _read(tables.claims), _read(tables.ledger)
WANTED, OFFERED = _read(tables.wanted), _read(tables.offered)
PROJECTS = _read(tables.projects)

FORMS: tuple[Form, ...] = (
    Form("check-in", _l("报到单"), _l("空白的，带着来报到。"),
         Can.NEED_REPORT, "desk:check-ins", _l("报到处"), _blank),
    Form("check-in-receipt", _l("报到回执"), _l("接收以后给本人，带编号。"),
         Can.PERSON_WRITE, "desk:check-ins", _l("报到处"), _check_in_receipt),
    Form("check-ins", _l("报到登记表"), _l("给过回执的人，一行一位。"),
         Can.PERSON_READ, "desk:check-ins", _l("报到处"), _of_table(CHECK_INS), CHECK_INS),
    Form("notebook", _l("民情笔记"), _l("一日一页，一事一记。"),
         Can.NOTE_WRITE, "desk:notebook", _l("民情笔记"), _notebook),
    Form("ledger", _l("问题整改台账"), _l("没有销号的，急的在前，可以挂墙上。"),
         Can.NEED_READ, "desk:ledger", _l("问题台账"), _of_table(LEDGER), LEDGER),
    Form("urging", _l("督办单"), _l("欠着的一件，请责任人签收。"),
         Can.NEED_READ, "desk:ledger", _l("问题台账"), _of_single(_urging)),
    Form("closing", _l("销号单"), _l("谁办的，谁核对的，居民怎么说。"),
         Can.NEED_READ, "desk:ledger", _l("问题台账"), _of_single(_closing)),
    Form("board", _l("展板"), _l("需求和服务上榜，可以当场签名。"),
         Can.NEED_WORK, "desk:sheets", _l("榜的纸"), _board),
    Form("wanted", _l("需求清单"), _l("三张清单之一：可以认的。"),
         Can.NEED_READ, "desk:pledges", _l("认领认捐"), _of_table(WANTED), WANTED),
    Form("offered", _l("资源清单"), _l("三张清单之二：能帮的。"),
         Can.PERSON_READ, "desk:offers", _l("服务清单"), _of_table(OFFERED), OFFERED),
    Form("projects", _l("项目清单"), _l("三张清单之三：要建的、在建的、建好的。"),
         Can.MONEY_READ, "desk:projects", _l("项目"), _of_table(PROJECTS), PROJECTS),
    Form("claims", _l("认领登记表"), _l("谁认了什么，到哪一步。"),
         Can.NEED_READ, "desk:pledges", _l("认领认捐"), _of_table(CLAIMS), CLAIMS),
    Form("claim-receipt", _l("认领回执"), _l("给认下的人：认的什么，下一步。"),
         Can.NEED_READ, "desk:pledges", _l("认领认捐"), _claim_receipt),
    Form("agreement", _l("认管认养协议"), _l("照看什么，从哪天到哪天，怎么结束。"),
         Can.NEED_READ, "desk:pledges", _l("认领认捐"), _of_single(_agreement)),
    Form("service", _l("服务登记卡"), _l("一季一张，时间都有别人作证。"),
         Can.NEED_READ, "desk:pledges", _l("认领认捐"), _of_table(_service), _service),
    Form("feedback", _l("反馈表"), _l("一季一次，告诉单位认了什么、做到什么。"),
         Can.PERSON_READ, "desk:people", _l("人和单位"), _of_single(_feedback)),
    Form("quarter-letter", _l("季度反馈信"), _l("给单位的信，写到名字的，本人先看过。"),
         Can.LETTER_KEEP, "desk:letters", _l("信件"), _letter(Missive.Kind.QUARTER)),
    Form("thanks", _l("感谢信"), _l("谢做到了的、给过钱和东西的。"),
         Can.LETTER_KEEP, "desk:letters", _l("信件"), _letter(Missive.Kind.THANKS)),
    Form("rota", _l("轮值表"), _l("单位轮着来，谁是哪一轮。"),
         Can.NEED_READ, "desk:rotas", _l("轮值"), _rota,
         lambda order: weeks.rota(order.viewer, _newest_rota(order))),
    Form("timetable", _l("值班表"), _l("岗上几点到几点有谁。"),
         Can.NEED_READ, "desk:posts", _l("岗和班"), _timetable,
         lambda order: weeks.timetable(order.viewer)),
    Form("minutes", _l("联席会议纪要"), _l("议程和决议，谁办，哪天以前。"),
         Can.NEED_READ, "desk:activities", _l("活动和会"), _minutes),
    Form("notice", _l("名单公示"), _l("评上的人和单位，怎么提异议。"),
         Can.NEED_READ, "desk:honours", _l("评选表扬"), _notice),
    Form("disclosure", _l("收支公示"), _l("收了多少，花在哪里，还剩多少。"),
         Can.MONEY_READ, "desk:money-disclosures", pgettext_lazy("paper", "公示"), _disclosure),
    Form("receipt", _l("收据"), _l("给捐钱捐物的人，不是公益事业捐赠票据。"),
         Can.MONEY_READ, "desk:money-vouchers", _l("凭证"), _receipt),
    Form("complaint", _l("投诉和建议的答复"), _l("编号、码和答复，给说的人。"),
         Can.COMPLAINT_ANSWER, "desk:complaints", _l("投诉和建议"), _of_single(_complaint)),
)  # fmt: skip

BY_KEY = {form.key: form for form in FORMS}

__all__ = ["BY_KEY", "FORMS", "IN_A_SHEET", "Form", "Order"]

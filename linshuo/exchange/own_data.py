"""What is held on one person, as one file for them alone: every row that is theirs as JSON, the
same to read on a page, the photos they handed in, and who looked (个人信息保护法 §45).

Which rows are theirs `acts.personal` says, so what is handed out is what an erasure would blank.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.acts.personal import TEXTS
from linshuo.domain.papers import actions as papers
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import looks_at
from linshuo.domain.trail.actions import record
from linshuo.kit import clock, secret, wording
from linshuo.kit.actor import Actor
from linshuo.kit.masking import mask_name
from linshuo.kit.money import yuan
from linshuo.kit.refused import NotYours

#: What a column is called on the page. Others stand in the JSON alone: counters, links, due dates.
WORDS: dict[str, Any] = {
    "name": _l("称呼"), "phone": _l("电话"), "email": _l("邮箱"), "place": _l("地方"),
    "way": _l("怎么告诉"), "role": _l("职务"), "title": _l("题目"), "number": _l("编号"),
    "words": _l("原话"), "public_text": _l("公开的话"), "state": _l("现在"),
    "result_text": _l("结果"), "purpose": _l("同意的事"), "given_at": _l("哪天同意的"),
    "withdrawn_at": _l("哪天收回的"), "guardian": _l("监护人"), "unit_text": _l("单位"),
    "partnership": _l("单位"), "skills": _l("会什么"), "times": _l("什么时候有空"),
    "interests": _l("愿意做什么"), "note": _l("附言"), "receipt_no": _l("回执号"),
    "submitted_at": _l("交来"), "accepted_at": _l("收下"), "ended_at": _l("结束"),
    "reported_at": _l("听到"), "closed_at": _l("销号"), "ask": _l("认的是"), "need": _l("哪一件"),
    "goods": _l("东西"), "item": _l("东西"), "quantity": _l("多少"), "amount": _l("金额"),
    "value": _l("值多少"), "happened_on": _l("哪天"), "received_on": _l("哪天"),
    "text": _l("写的是"), "giver_name": _l("名字"), "starts": _l("从"), "starts_at": _l("从"),
    "ends": _l("到"), "ends_at": _l("到"), "minutes": _l("分钟"), "day": _l("哪天"),
    "at": _l("什么时候"),
    "via": _l("怎么来的"), "said": _l("说了什么"), "cert_no": _l("证书号"),
    "chosen_because": _l("为什么评上"), "who": _l("名字"), "contact": _l("怎么联系"),
    "answer": _l("答复"), "post": _l("哪个岗"), "activity": _l("哪次活动"),
    "handover": _l("交接的话"),
    "opening": _l("社区写的话"), "facts": _l("信里写的"), "sent_at": _l("寄出"),
    "asked_at": _l("哪天要求的"), "due_on": _l("哪天删"),
}  # fmt: skip
#: What a table is called on one's own page, where its own name is the office's.
KINDS: dict[str, Any] = {
    "people.Person": _l("称呼和电话"),
    "people.Erasure": _l("要求过删除"),
    "needs.Need": _l("说过的事"),
    "needs.Note": _l("笔记里记的话"),
    "needs.Incoming": _l("网上说的话"),
    "needs.Supporter": _l("我也要"),
    "pledges.Pledge": _l("认的"),
    "service.Turn": _l("排的班"),
    "service.RotaMember": _l("轮值"),
    "funds.Voucher": _l("给的钱"),
    "funds.Goods": _l("给的东西"),
    "honours.Candidate": _l("荣誉评选"),
    "insight.Missive": _l("社区写给您的信"),
    "insight.MissivePart": _l("给单位的信里写您的几行"),
}
_NEVER = ("id", "community", "phone_hmac", "contact_hmac", "mark", "draft_id")

Found = dict[str, list[dict[str, Any]]]


def export(person: Person, *, by: Actor) -> bytes:
    """A zip with everything, for the person alone; that it was taken is written down.

    Raises `NotYours` for anybody else: staff read on their pages, each look written down.
    """
    if by.person_id != person.pk or by.community_id != person.community_id:
        raise NotYours("person", _("没有这一页。"))
    with transaction.atomic():
        record("person:take-out", row=person, by=by)
    files: list[File] = []
    held = _held(person, files)
    looks = [[wording.day(look.at), look.by, look.reason] for look in looks_at(person)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        told = {
            "community": person.community.name,
            "taken_at": clock.now().isoformat(),
            "held": held,
            "who_looked": looks,
        }
        packed.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1))
        packed.writestr("index.html", _page(person, held, looks))
        for file in files:
            path = papers.path_of(file.community_id, file.sha256)
            if path.exists():
                packed.write(path, f"files/{file.pk}.{file.mime.rpartition('/')[2]}")
    return out.getvalue()


def counted(person: Person) -> list[tuple[str, int]]:
    """How many rows of each kind are the person's, where there are any: for the page before."""
    found = []
    for model, mine in _tables():
        rows = model._base_manager.filter(_of(person, mine), community_id=person.community_id)
        if n := rows.count():
            found.append((_kind(model), n))
    return found


def _tables() -> Iterator[tuple[type[models.Model], tuple[str, ...]]]:
    for label, texts in TEXTS.items():
        if texts.mine:
            yield apps.get_model(label), texts.mine


def _kind(model: type[models.Model]) -> str:
    return str(KINDS.get(model._meta.label) or model._meta.verbose_name)


def _of(person: Person, mine: tuple[str, ...]) -> Q:
    found = Q()
    for way in mine:
        found |= Q(**{way: person.pk})
    return found


def _held(person: Person, files: list[File]) -> Found:
    held: Found = {}
    for model, mine in _tables():
        rows = model._base_manager.filter(_of(person, mine), community_id=person.community_id)
        keys = [f.name for f in model._meta.concrete_fields if f.is_relation]
        for row in rows.select_related(*keys).order_by("pk"):
            held.setdefault(_kind(model), []).append(_told(row, person))
            unlink = TEXTS[model._meta.label].unlink.split()
            files += [f for f in (getattr(row, name) for name in unlink) if isinstance(f, File)]
    return held


def _told(row: models.Model, person: Person) -> dict[str, Any]:
    """One row in plain words: keys by name, choices as said, money in yuan, seals opened."""
    found: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        name, value = field.name, getattr(row, field.name)
        if name in _NEVER or value in (None, "", [], {}):
            continue
        if name.endswith("_enc"):
            name, value = name.removesuffix("_enc"), secret.unseal(value)
        elif name.endswith("_fen"):
            name, value = name.removesuffix("_fen"), yuan(value)
        elif isinstance(value, Person):
            value = value.name if value.pk == person.pk else mask_name(value.name)
        elif isinstance(value, models.Model):
            value = str(value)
        elif field.choices:
            value = str(getattr(row, f"get_{field.name}_display")())
        found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "；".join(value)
    return value


_STYLE = (
    "body{font:1.05rem/1.7 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "h2{border-bottom:2px solid;margin-top:2.5rem}"
    "dl{border-bottom:1px solid #999;padding-bottom:1rem}"
    "dt{font-weight:bold}dd{margin:0 0 .4rem 1rem;overflow-wrap:anywhere}"
)


def _page(person: Person, held: Found, looks: list[list[str]]) -> str:
    """The same to read: a page of its own that asks nothing of any server."""
    parts = format_html_join(
        "\n", "<h2>{}</h2>{}", ((kind, _rows(rows)) for kind, rows in held.items())
    )
    seen = format_html_join("", "<p>{}，{}。{}</p>", looks) if looks else _("没有人看过。")
    return format_html(
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width"><title>{title}</title><style>{style}</style>'
        "<h1>{title}</h1><p>{lead}</p>{parts}<h2>{looked}</h2>{seen}</html>",
        title=_("%s记着的您") % person.community.name,
        style=_STYLE,
        lead=_("%s取出。同样的内容也在 data.json 里，给机器读。") % wording.day(clock.now()),
        parts=parts,
        looked=_("谁看过您的电话"),
        seen=seen,
    )


def _rows(rows: list[dict[str, Any]]) -> str:
    return format_html_join("", "<dl>{}</dl>", ((_lines(row),) for row in rows))


def _lines(row: dict[str, Any]) -> str:
    lines = [
        (WORDS[name], value)
        for name, value in row.items()
        if name in WORDS and not isinstance(value, (dict, list))
    ]
    return format_html_join("", "<dt>{}</dt><dd>{}</dd>", lines)

"""我有话说: danger first, then words, a place, and whatever else somebody wishes to leave.

In the elder view it is one question a screen; what was answered travels in hidden fields, so that
it needs no script, no session and no row of the database before the last button.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.acts import outside
from linshuo.domain.needs.public import held as holding
from linshuo.domain.places.public import PublicCommunity, estates, spot
from linshuo.kit import codes
from linshuo.kit.phones import clean_phone
from linshuo.kit.refused import Refused
from linshuo.web import limits
from linshuo.web.plaza.frame import is_elder, known, show, talking
from linshuo.web.ui.forms import Form

MOST_WORDS = 20_000
RECEIPT, PHOTO = "plaza.receipt", "plaza.photo"
RECEIPT_DAYS = 7
QUESTIONS = {
    "words": _l("您遇到什么难处？"),
    "urgency": _l("急不急？"),
    "place": _l("在哪个小区？"),
    "phone": _l("打哪个电话找您？"),
    "name": _l("怎么称呼您？"),
    "more": _l("有照片或者便民条吗？"),
}
"""The elder view's questions, in their order."""
STEPS = tuple(QUESTIONS)
OPTIONAL = ("phone", "name", "more")
ASKED = {
    "words": ("words",),
    "urgency": ("urgency",),
    "place": ("place",),
    "phone": ("phone",),
    "name": ("name", "for_neighbour"),
    "more": ("photo", "slip"),
}
MANY = {
    "slip": _l("码试得太多了，过一会儿再来。没有纸条可以不填。"),
}


class SpeakForm(Form):
    """What a stranger may tell. Only the words are needed."""

    words = forms.CharField(
        label=_l("您遇到什么难处？"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "input ruled-lines"}),
        help_text=_l("比如：楼道的灯不亮。"),
    )
    urgency = forms.ChoiceField(
        label=_l("急不急"),
        choices=[("general", _l("不急")), ("utility", _l("停水停电，要快"))],
        required=False,
        widget=forms.RadioSelect,
    )
    place = forms.ChoiceField(label=_l("在哪个小区？"), required=False)
    photo = forms.FileField(
        label=_l("照片（可不放）"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_l("只有社区的人看得到。拍摄的地点和时间会去掉。"),
    )
    name = forms.CharField(
        label=_l("怎么称呼您（可不填）"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_l("电话（可不填）"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_l("留了电话，办好没好就打给您问。"),
    )
    for_neighbour = forms.BooleanField(label=_l("我是替邻居说的"), required=False)
    slip = forms.CharField(
        label=_l("便民条上的码（没有就不填）"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def __init__(self, here: PublicCommunity, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        field.choices = [("", _("说不准，或者不在小区里")), *estates(here.pk)]  # type: ignore[attr-defined]
        self.fields["urgency"].initial = "general"
        if not estates(here.pk):
            field.choices = [("", _("就在社区里"))]  # type: ignore[attr-defined]

    def clean_words(self) -> str:
        """Said here in our words, and once more by the domain."""
        words = str(self.cleaned_data["words"]).strip()
        if not words:
            raise forms.ValidationError(_("写一句，什么事？"))
        if len(words) > MOST_WORDS:
            raise forms.ValidationError(
                _("太长了，最多 %(most)d 个字，现在 %(now)d 个。留下要紧的，其余来社区说。")
                % {"most": MOST_WORDS, "now": len(words)}
            )
        return words

    def clean_phone(self) -> str:
        """Digits only, or what is wrong with them."""
        try:
            return clean_phone(self.cleaned_data["phone"])
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None


@talking
def speak(request: HttpRequest, prefix: str) -> HttpResponse:
    """The danger page; then the form; then the receipt."""
    here = known(prefix)
    if request.method == "POST":
        return _said(request, here)
    if request.GET.get("go") != "1":
        return show(request, "plaza/danger.html", here, {})
    form = SpeakForm(here, initial={"urgency": "general"})
    return _page(request, here, form, STEPS[0], str(uuid4()))


def _said(request: HttpRequest, here: PublicCommunity) -> HttpResponse:
    data = request.POST.copy()
    data.setdefault("urgency", "general")
    form = SpeakForm(here, data, request.FILES)
    form.full_clean()
    kept = _photo(form, here, data.get("kept", ""))
    draft = data.get("draft", "")[:36] or str(uuid4())
    asked, step = list(STEPS), data.get("step", "")
    if step in STEPS:
        so_far = asked[: asked.index(step) + 1]
        wrong = next((s for s in so_far if any(f in form.errors for f in ASKED[s])), None)
        if data.get("go") == "back":
            return _page(request, here, form, asked[max(0, asked.index(step) - 1)], draft, kept)
        if wrong:
            return _page(request, here, form, wrong, draft, kept, status=422)
        if step != STEPS[-1]:
            return _page(request, here, form, asked[len(so_far)], draft, kept)
    if form.errors:
        return _page(request, here, form, _step_of(form), draft, kept, status=422)
    return _keep(request, here, form, draft, kept)


def _keep(
    request: HttpRequest, here: PublicCommunity, form: SpeakForm, draft: str, kept: str
) -> HttpResponse:
    said, block = form.cleaned_data, limits.block_of(request)
    place = spot(here.pk, said["place"])
    if place is None:
        form.add_error("place", _("是在哪个小区？"))
    if said["slip"] and limits.SLIP_CODES.left(block) < 1:
        form.add_error("slip", str(MANY["slip"]))
    if place is None or form.errors:
        return _page(request, here, form, _step_of(form), draft, kept, status=422)
    quiet = bool(request.POST.get("website")) or _too_many(block, f"{here.pk}:{place.pk}")
    try:
        heard = outside.say(
            place=place,
            draft_id=draft,
            words=said["words"],
            urgency=said["urgency"] or "general",
            name=said["name"],
            phone=said["phone"],
            for_neighbour=said["for_neighbour"],
            photo=_file(kept, here),
            slip=said["slip"],
            suspect=quiet,
        )
    except Refused as refused:
        if refused.field == "slip":
            limits.SLIP_CODES.take(block)
        form.refuse(refused)
        return _page(request, here, form, _step_of(form), draft, kept, status=422)
    what = [here.pk, "", heard.need.number] if heard.need else [here.pk, _code(heard), ""]
    token = signing.dumps(what, salt=RECEIPT)
    return HttpResponseRedirect(reverse("plaza:heard", args=[here.prefix, token]))


def _code(heard: outside.Heard) -> str:
    return heard.incoming.code if heard.incoming else ""


def _too_many(block: str, estate: str) -> bool:
    """Both are counted each time: a machine is let into neither by the other's room."""
    calm = [limits.SPOKEN.take(block), limits.SPOKEN_OF.take(estate)]
    return not all(calm)


def _photo(form: SpeakForm, here: PublicCommunity, kept: str) -> str:
    """Keep the photo at once, so that correcting another field does not lose it."""
    sent = form.files.get("photo")
    if sent is None:
        return kept if _file(kept, here) else ""
    try:
        # One byte more than may be: the domain says how much that is.
        file = outside.keep_photo(sent.read(outside.MOST_PHOTO + 1), community_id=here.pk)
    except Refused as refused:
        form.refuse(refused)
        return ""
    return signing.dumps([here.pk, file.pk], salt=PHOTO)


def _file(kept: str, here: PublicCommunity) -> Any:
    try:
        where, pk = signing.loads(kept, salt=PHOTO, max_age=86400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return outside.kept_photo(pk, community_id=here.pk) if where == here.pk else None


def _step_of(form: SpeakForm) -> str:
    return next((s for s in STEPS if any(f in form.errors for f in ASKED[s])), STEPS[-1])


def _page(
    request: HttpRequest,
    here: PublicCommunity,
    form: SpeakForm,
    step: str,
    draft: str,
    kept: str = "",
    status: int = 200,
) -> HttpResponse:
    elder = is_elder(request)
    hidden = [
        (name, form.data.get(name, ""))
        for each in STEPS
        if elder and each != step and form.is_bound
        for name in ASKED[each]
        if name != "photo" and form.data.get(name)
    ]
    context = {
        "form": form,
        "step": step if elder else "",
        "question": QUESTIONS[step],
        "optional": step in OPTIONAL,
        "last": step == STEPS[-1],
        "now": STEPS.index(step) + 1,
        "of": len(STEPS),
        "hidden": hidden,
        "draft": draft,
        "kept": kept,
        "refused": status != 200,
    }
    template = "plaza/speak_step.html" if elder else "plaza/speak.html"
    return show(request, template, here, context, status=status)


@talking
def heard(request: HttpRequest, prefix: str, token: str) -> HttpResponse:
    """收到了: the code or number between two corners, and when the answer comes."""
    here = known(prefix)
    try:
        where, code, number = signing.loads(token, salt=RECEIPT, max_age=RECEIPT_DAYS * 86400)
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404(_("这张回执过期了。打电话给社区，报编号就能查。")) from None
    if where != here.pk:
        raise Http404
    waiting = holding.incoming(here.pk, code) if code else None
    need = outside.need_of(number, community_id=here.pk) if number else None
    due = waiting.due if waiting else need.due_at if need else None
    spaced = codes.spaced(code) if code else number
    head, _dash, tail = spaced.rpartition("-")
    context = {
        "head": f"{head}-",
        "tail": tail,
        "is_code": bool(code),
        "code": code,
        "answer": holding.answer_words(due) if due else "",
    }
    return show(request, "plaza/heard.html", here, context)

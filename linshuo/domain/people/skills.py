"""What people say of themselves when they check in: what they can do, when, and what they like.

Words of a fixed list, kept comma-separated, so that a line of the board and a person can be laid
beside each other. Whatever is not on a list is said in a free note.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linshuo.kit.refused import Refused


class Skill(models.TextChoices):
    """What a line may call for and a person may bring, in words people use of themselves."""

    ANY = "", _("谁都行")
    ELECTRIC = "electric", _("电工水工")
    MEDICAL = "medical", _("医护")
    LAW = "law", _("法律")
    TEACH = "teach", _("教和讲")
    CARE = "care", _("陪伴照料")
    GREEN = "green", _("养花种树")
    BUILD = "build", _("修修补补")
    ORDER = "order", _("秩序和巡逻")
    OTHER = "other", _("别的本事")


class FreeTime(models.TextChoices):
    """When somebody usually has time."""

    WEEKDAY = "weekday", _("平日白天")
    EVENING = "evening", _("平日晚上")
    SATURDAY = "saturday", _("周六")
    SUNDAY = "sunday", _("周日")


class Interest(models.TextChoices):
    """What somebody would like to be asked for."""

    ELDERS = "elders", _("老人")
    CHILDREN = "children", _("孩子")
    HOUSES = "houses", _("楼道和房前屋后")
    GREEN = "green", _("花草树木")
    SAFETY = "safety", _("安全和秩序")
    CULTURE = "culture", _("文体和讲座")
    GIVING = "giving", _("捐钱捐物")


def joined(choices: type[models.TextChoices], values: Iterable[str], field: str) -> str:
    """The values as they are kept: in the order of the list, each once.

    Raises `Refused` for a value that is not on the list.
    """
    wanted = {value for value in values if value}
    known = [value for value in choices.values if value]
    if wanted - set(known):
        raise Refused("choice", _t("请选列出来的一项。"), field)
    return ",".join(value for value in known if value in wanted)


def parted(kept: str) -> tuple[str, ...]:
    """The values one by one."""
    return tuple(value for value in kept.split(",") if value)


def labels(choices: type[models.TextChoices], kept: str) -> list[str]:
    """The values in words."""
    known = dict(choices.choices)
    return [str(known[value]) for value in parted(kept) if value in known]

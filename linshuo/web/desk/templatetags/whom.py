"""`{% load whom %}`: what stands under a key, for rows that are looked up by their id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def under(found: Mapping[int, Any] | None, key: int) -> Any:
    """`{{ whom|under:line.pk }}`; nothing where nothing is."""
    return (found or {}).get(key)

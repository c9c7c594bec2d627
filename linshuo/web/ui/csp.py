"""What the Content-Security-Policy must know of the look.

The page for an error of ours (`500.html`) may not depend on anything that could be the thing that
failed, so its few styles stand inside it; this is their hash, for `style-src`.
"""

import base64
import hashlib
import re
from pathlib import Path


def _hash_of_inline_style(page: Path) -> str:
    style = re.search(r"<style>(.*?)</style>", page.read_text(encoding="utf-8"), re.DOTALL)
    if style is None:
        raise ValueError(f"{page.name} holds no <style>")
    digest = hashlib.sha256(style.group(1).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


ERROR_PAGE_STYLE = _hash_of_inline_style(Path(__file__).parent / "templates" / "500.html")

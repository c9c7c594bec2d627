"""The table of doors: (address, method, arguments, who gets which status).

Arguments are looked up in `tests.test_doors.House.given`; statuses stand in the order of `COLUMNS`.
Someone else's object, and a door that is not yours, answer 404, never 403; an export asks for a
second factor first (403).
"""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = (
    *("anon", "stranger", "resident", "member", "liaison"),
    *("supervisor", "field", "district", "secretary"),
)


@dataclass(frozen=True, slots=True)
class Door:
    """One row."""

    name: str
    method: str
    args: tuple[str, ...]
    statuses: tuple[int, ...]


def _(name: str, method: str, args: str, statuses: str) -> Door:
    return Door(name, method, tuple(args.split()), tuple(int(s) for s in statuses.split()))


DOORS: tuple[Door, ...] = (
    _("account_card", "GET", "", "200 200 200 200 200 200 200 200 200"),
    _("account_login", "GET", "", "200 302 302 302 302 302 302 302 302"),
    _("account_logout", "GET", "", "302 200 200 200 200 200 200 200 200"),
    _("account_inactive", "GET", "", "200 200 200 200 200 200 200 200 200"),
    _("account_change_password", "GET", "", "302 200 200 200 200 200 200 200 200"),
    _("account_reauthenticate", "GET", "", "302 200 200 200 200 200 200 200 200"),
    _("mfa_index", "GET", "", "302 200 200 200 200 200 200 200 200"),
    _("mfa_authenticate", "GET", "", "302 302 302 302 302 302 302 302 302"),
    _("mfa_reauthenticate", "GET", "", "302 302 302 302 302 302 302 302 302"),
    _("mfa_activate_totp", "GET", "", "302 302 302 302 302 302 302 302 302"),
    _("mfa_deactivate_totp", "GET", "", "302 404 404 404 404 404 404 404 404"),
    _("mfa_view_recovery_codes", "GET", "", "302 404 404 404 404 404 404 404 404"),
    _("mfa_generate_recovery_codes", "GET", "", "302 302 302 302 302 302 302 302 302"),
    _("mfa_download_recovery_codes", "GET", "", "302 404 404 404 404 404 404 404 404"),
    _("mfa_list_webauthn", "GET", "", "302 200 200 200 200 200 200 200 200"),
    _("mfa_add_webauthn", "GET", "", "302 302 302 302 302 302 302 302 302"),
    _("mfa_reauthenticate_webauthn", "GET", "", "302 302 302 302 302 302 302 302 302"),
    _("mfa_remove_webauthn", "GET", "none", "302 302 302 302 302 302 302 302 302"),
    _("mfa_edit_webauthn", "GET", "none", "302 302 302 302 302 302 302 302 302"),
    _("mine:home", "GET", "", "302 200 200 200 200 200 200 200 200"),
    _("mine:consent", "POST", "", "302 404 404 404 404 404 404 404 404"),
    _("mine:digits", "GET", "", "302 200 200 200 200 200 200 200 200"),
    _("mine:unlock", "POST", "", "302 400 400 400 400 400 400 400 400"),
    _("mine:language", "POST", "", "302 302 302 302 302 302 302 302 302"),
    _("mine:pledges", "GET", "", "302 200 200 200 200 200 200 200 200"),
    _("mine:pledge", "GET", "pledge", "302 404 404 200 404 404 404 404 404"),
    _("mine:pledge-agree", "POST", "pledge", "302 404 404 409 404 404 404 404 404"),
    _("mine:pledge-plan", "POST", "pledge", "302 404 404 422 404 404 404 404 404"),
    _("mine:pledge-hand", "POST", "pledge", "302 404 404 404 404 404 404 404 404"),
    _("mine:pledge-contact", "POST", "pledge", "302 404 404 409 404 404 404 404 404"),
    _("mine:pledge-again", "POST", "pledge", "302 404 404 404 404 404 404 404 404"),
    _("mine:pledge-release", "POST", "none", "302 404 404 404 404 404 404 404 404"),
    _("mine:sign", "GET", "JF ask", "302 404 200 200 200 200 200 200 200"),
    _("open", "GET", "", "302 200 404 404 404 404 404 404 200"),
    _("open_cards", "GET", "", "404 404 404 404 404 404 404 404 404"),
    _("desk:ledger", "GET", "JF", "302 404 404 404 404 200 200 200 200"),
    _("desk:ledger-assign", "POST", "JF", "302 404 404 404 404 404 404 302 302"),
    _("desk:need", "GET", "JF number", "302 404 404 404 404 200 200 200 200"),
    _("desk:need-reveal", "POST", "JF number", "302 404 404 404 404 404 422 422 422"),
    _("desk:need-move", "POST", "JF number verb", "302 404 404 404 404 404 422 422 422"),
    _("desk:calls", "GET", "JF", "302 404 404 404 404 404 200 200 200"),
    _("desk:call-answer", "POST", "JF number", "302 404 404 404 404 404 422 422 422"),
    _("desk:call-dial", "POST", "JF number", "302 404 404 404 404 404 200 200 200"),
    _("desk:ask-put-up", "POST", "JF number", "302 404 404 404 404 404 422 422 422"),
    _("desk:ask-change", "POST", "JF ask", "302 404 404 404 404 404 422 422 422"),
    _("desk:ask-sign", "POST", "JF ask", "302 404 404 404 404 404 422 422 422"),
    _("desk:ask-down", "POST", "JF ask", "302 404 404 404 404 404 302 302 302"),
    _("desk:pledges", "GET", "JF", "302 404 404 404 404 200 200 200 200"),
    _("desk:pledge", "GET", "JF pledge", "302 404 404 404 404 200 200 200 200"),
    _("desk:pledge-reveal", "POST", "JF pledge", "302 404 404 404 404 404 200 422 422"),
    _("desk:pledge-do", "POST", "JF pledge plan", "302 404 404 404 404 404 422 422 422"),
    _("desk:today", "GET", "JF", "302 404 404 404 404 200 200 200 200"),
    _("desk:notebook", "GET", "JF", "302 404 404 404 404 404 200 200 200"),
    _("desk:notebooks", "GET", "JF", "302 404 404 404 404 404 404 404 200"),
    _("desk:note-write", "POST", "JF", "302 404 404 404 404 404 422 422 422"),
    _("desk:notebook-offline", "GET", "JF", "302 404 404 404 404 404 200 200 200"),
    _("desk:notebook-worker", "GET", "JF", "302 404 404 404 404 404 200 200 200"),
    _("desk:notebook-day", "GET", "JF li day", "302 404 404 404 404 404 200 404 200"),
    _("desk:notebook-print", "GET", "JF li day", "302 404 404 404 404 404 200 404 200"),
    _("desk:note-become", "POST", "JF note", "302 404 404 404 404 404 422 404 422"),
    _("desk:note-join", "POST", "JF note", "302 404 404 404 404 404 404 404 404"),
    _("desk:search", "GET", "JF", "302 404 404 404 404 200 200 200 200"),
    _("desk:figures", "GET", "JF", "302 404 404 404 404 200 200 200 200"),
    _("desk:figure", "GET", "JF figure", "302 404 404 404 404 200 200 200 200"),
    _("desk:people", "GET", "JF", "302 404 404 404 404 404 200 200 200"),
    _("desk:person-add", "GET", "JF", "302 404 404 404 404 404 404 200 200"),
    _("desk:person", "GET", "JF wang", "302 404 404 404 404 404 200 200 200"),
    _("desk:person-reveal", "POST", "JF wang", "302 404 404 404 404 404 422 422 422"),
    _("desk:person-change", "POST", "JF wang", "302 404 404 404 404 404 404 302 302"),
    _("desk:person-consent", "POST", "JF wang", "302 404 404 404 404 404 404 200 200"),
    _("desk:staff", "GET", "JF", "302 404 404 404 404 404 404 404 200"),
    _("desk:staff-give", "GET", "JF", "302 404 404 404 404 404 404 404 200"),
    _("desk:staff-end", "GET", "JF held", "302 404 404 404 404 404 404 404 200"),
    _("desk:staff-card", "POST", "JF", "302 404 404 404 404 404 404 404 404"),
    _("desk:staff-cards", "GET", "JF", "302 404 404 404 404 404 404 404 200"),
    _("desk:units", "GET", "JF", "302 404 404 404 404 404 200 200 200"),
    _("desk:unit", "GET", "JF unit", "302 404 404 404 404 404 404 404 200"),
    _("desk:places", "GET", "JF", "302 404 404 404 404 404 404 404 200"),
    _("desk:place", "GET", "JF place", "302 404 404 404 404 404 404 404 200"),
    _("desk:place-close", "POST", "JF place", "302 404 404 404 404 404 404 404 302"),
    _("desk:assets", "GET", "JF", "302 404 404 404 404 404 404 404 200"),
    _("desk:settings", "GET", "JF", "302 404 404 404 404 404 404 404 200"),
    _("desk:categories", "GET", "JF", "302 404 404 404 404 404 404 404 200"),
    _("desk:days", "GET", "JF", "302 404 404 404 404 404 404 404 200"),
    _("desk:import", "GET", "JF", "302 404 404 404 404 404 404 404 200"),
    _("desk:import-sheet", "GET", "JF none", "302 404 404 404 404 404 404 404 404"),
    _("desk:import-check", "GET", "JF none", "302 404 404 404 404 404 404 404 404"),
    _("desk:import-again", "POST", "JF none", "302 404 404 404 404 404 404 404 404"),
    _("desk:import-progress", "GET", "JF none", "302 404 404 404 404 404 404 404 404"),
    _("desk:import-report", "GET", "JF none", "302 404 404 404 404 404 404 404 404"),
    _("desk:export", "GET", "JF", "302 404 404 404 404 404 404 404 403"),
    _("desk:slips", "GET", "JF", "302 404 404 404 404 404 404 200 200"),
    _("desk:slips-print", "GET", "JF 1 2", "302 404 404 404 404 404 404 404 404"),
    _("desk:slips-void", "POST", "JF", "302 404 404 404 404 404 404 422 422"),
    _("desk:sheets", "GET", "JF", "302 404 404 404 404 404 200 200 200"),
    _("desk:sheets-print", "POST", "JF", "302 404 404 404 404 404 302 302 302"),
    _("desk:sheet", "GET", "JF sheet", "302 404 404 404 404 404 200 200 200"),
    _("desk:sheet-pdf", "GET", "JF sheet a4", "302 404 404 404 404 404 200 200 200"),
    _("desk:receipts", "GET", "JF", "302 404 404 404 404 404 200 200 200"),
    _("desk:need-receipt", "GET", "JF number", "302 404 404 404 404 200 200 200 200"),
    _("desk:sheet-photo", "GET", "JF none", "302 404 404 404 404 404 404 404 404"),
    _("desk:sheet-held", "POST", "JF none", "302 404 404 404 404 404 404 404 404"),
    _("desk:notebook-pdf", "GET", "JF li day", "302 404 404 404 404 404 200 404 200"),
    _("desk:incoming", "GET", "JF", "302 404 404 404 404 404 404 200 200"),
    _("desk:incoming-let-in", "POST", "JF incoming", "302 404 404 404 404 404 404 422 422"),
    _("desk:incoming-turn-away", "POST", "JF incoming", "302 404 404 404 404 404 404 422 422"),
    _("desk:incoming-photo", "GET", "JF incoming", "302 404 404 404 404 404 404 404 404"),
    _("desk:notices-done", "POST", "JF", "302 404 404 404 404 302 302 302 302"),
    _("desk:notice-done", "POST", "JF none", "302 404 404 404 404 404 404 404 404"),
    _("healthz", "GET", "", "200 200 200 200 200 200 200 200 200"),
    _("readyz", "GET", "", "200 200 200 200 200 200 200 200 200"),
    _("plaza:home", "GET", "", "200 200 200 200 200 200 200 200 200"),
    _("plaza:never", "GET", "", "200 200 200 200 200 200 200 200 200"),
    _("plaza:front", "GET", "JF", "200 200 200 200 200 200 200 200 200"),
    _("plaza:track", "GET", "JF", "200 200 200 200 200 200 200 200 200"),
    _("plaza:board", "GET", "JF", "200 200 200 200 200 200 200 200 200"),
    _("plaza:wall", "GET", "JF", "200 200 200 200 200 200 200 200 200"),
    _("plaza:speak", "GET", "JF", "200 200 200 200 200 200 200 200 200"),
    _("plaza:heard", "GET", "JF heard_token", "200 200 200 200 200 200 200 200 200"),
    _("plaza:say", "GET", "JF say_token", "200 200 200 200 200 200 200 200 200"),
    _("plaza:slip", "GET", "", "404 404 404 404 404 404 404 404 404"),
    _("plaza:too", "GET", "JF public", "200 200 200 200 200 200 200 200 200"),
    _("plaza:need", "GET", "JF public", "200 200 200 200 200 200 200 200 200"),
    _("plaza:figure", "GET", "JF heard", "200 200 200 200 200 200 200 200 200"),
)  # fmt: skip

"""Which columns of the whole house can tell of a person, and what an erasure does to each.

Every text column of every table is named here once, in one of three words:

- own: of the person whose row it is; blanked in their rows (and, as `named`, swept in others').
- named: words about a matter, in which somebody may be named; the name is taken out of them.
- house: codes, digests, names of things; nothing of a person stands in them.

Columns with fixed choices are the house's. A column that is not named here fails
`tests/test_erasure.py`, so whoever adds one has to say. Tables go by their label, as `verify` walks
them: what is erased is on every floor.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """What one table can tell. `mine` are the ways from a row to the person whose row it is."""

    mine: tuple[str, ...] = ()
    own: str = ""
    gone: str = ""
    """Own words that may not be empty: a sentence stands in their place."""
    named: str = ""
    house: str = ""
    unlink: str = ""
    """Keys that an own row lets go of; a file behind one is taken off the disk."""
    by_itself: str = ""
    """Why none of its rows need be swept: who blanks them instead."""

    def columns(self) -> set[str]:
        """Every text column that is spoken of."""
        return set(f"{self.own} {self.gone} {self.named} {self.house}".split())


HIS = ("person",)

TEXTS: dict[str, Texts] = {
    # trail, places, papers, terms
    "trail.Event": Texts(
        house="verb subject_kind row_kind row_digest salt digest", named="detail",
        by_itself="blanked whole, with the salt",
    ),
    "trail.Seal": Texts(house="hash"),
    "trail.Anchor": Texts(house="hash"),
    "trail.Counter": Texts(house="key"),
    "places.Community": Texts(house="prefix name code phone emergency_phone address hours"),
    "places.Place": Texts(house="name full_name path"),
    "places.Asset": Texts(house="kind code name"),
    "places.DayOff": Texts(house="name"),
    "papers.File": Texts(house="sha256 kind mime", named="name"),
    "papers.Paper": Texts(house="code lines"),
    "terms.Entry": Texts(
        house="kind terms", by_itself="made anew from the rows that were changed",
    ),
    # people
    "people.Account": Texts(house="password pin username", by_itself="deleted with its person"),
    "people.Organisation": Texts(house="name uscc"),
    "people.Partnership": Texts(named="wishes"),
    "people.Person": Texts(
        mine=("pk",), own="initials phone_enc phone_hmac", gone="name", unlink="place account",
    ),
    "people.Telling": Texts(HIS, own="email_enc"),
    "people.Appointment": Texts(HIS, named="title"),
    "people.Card": Texts(HIS),
    "people.Consent": Texts(HIS, own="guardian"),
    "people.Erasure": Texts(HIS, own="words"),
    "people.CheckIn": Texts(
        HIS, own="unit_text skills times interests note guardian licence",
        house="receipt_no due_for", unlink="place",
    ),
    # needs
    "needs.Category": Texts(house="code name"),
    "needs.Note": Texts(("speaker",), gone="words", house="draft_id"),
    "needs.Need": Texts(
        ("requester",), gone="title words",
        named="public_title public_text progress result_text no_results_because reason "
        "who_can_help escalated_why returned_why",
        house="number old_number origin tags due_for", unlink="photo",
    ),
    "needs.Supporter": Texts(HIS, own="contact_hmac", house="via"),
    "needs.Contact": Texts(("need__requester",), own="words", named="shown"),
    "needs.Result": Texts(named="text"),
    "needs.Incoming": Texts(
        ("need__requester",), own="name_enc phone_enc", gone="words", named="reason",
        house="draft_id code", unlink="photo",
    ),
    # whose it is nobody knows but by what they wrote; how to reach them is sealed
    "needs.Complaint": Texts(
        house="number code kept_from contact_enc", named="words who progress answer"
    ),
    # board
    "board.Post": Texts(named="name about licence insurance"),
    "board.PostHours": Texts(),
    "board.Offer": Texts(HIS, gone="text"),
    "board.Collection": Texts(
        named="name about purpose holder",
        house="number charity charity_certificate filing_no due_for",
    ),
    "board.Project": Texts(
        named="name about resolution keeper", house="number contractor due_for"
    ),
    "board.ProjectNeed": Texts(),
    "board.BudgetLine": Texts(named="text", house="contractor"),
    "board.Milestone": Texts(named="text note"),
    "board.Acceptor": Texts(HIS, gone="name", own="said", named="capacity"),
    "board.Ask": Texts(named="text hint", house="unit"),
    # pledges
    "pledges.Pledge": Texts(
        HIS, named="goods receipt", house="due_for", unlink="agreement approval"
    ),
    "pledges.Instalment": Texts(),
    "pledges.HeldRow": Texts(named="typed"),
    # service
    "service.Activity": Texts(
        named="title about where outcome cancelled_because insurance", house="code"
    ),
    "service.ActivityHost": Texts(),
    "service.ActivityNeed": Texts(named="said"),
    "service.Resolution": Texts(named="text done_text"),
    "service.Turn": Texts(HIS, named="handover"),
    "service.ServiceRecord": Texts(HIS, named="why"),
    "service.CalendarLink": Texts(HIS, house="mark"),
    "service.Issued": Texts(HIS, house="number code", named="records"),
    "service.CallBack": Texts(("record__person",), own="words"),
    "service.Rota": Texts(named="basis plan", house="step"),
    "service.RotaMember": Texts(HIS),
    "service.RotaDays": Texts(),
    "service.RotaSwap": Texts(named="word"),
    # funds: amounts, days and papers stay, as the law on bookkeeping asks (会计法 §23)
    "funds.Pot": Texts(),
    "funds.Voucher": Texts(
        ("giver",), own="giver_name", named="payee text refused_because",
        house="receipt_no ticket_no",
    ),
    "funds.Transfer": Texts(),
    "funds.Disclosure": Texts(named="words leftover", house="numbers"),
    "funds.Closing": Texts(house="totals head"),
    "funds.PurposeChange": Texts(named="purpose because"),
    "funds.PurposeAnswer": Texts(),
    "funds.BankLine": Texts(named="payer memo set_aside", house="account fingerprint"),
    "funds.Box": Texts(named="where", house="serial"),
    "funds.Opening": Texts(named="explanation", house="seal_no"),
    "funds.Tally": Texts(house="notes"),
    "funds.Goods": Texts(
        ("giver",), own="giver_name", named="item used_for given_to", house="quantity"
    ),
    # honours
    "honours.Round": Texts(
        named="title dropped_because present", house="criteria due_for"
    ),
    "honours.Candidate": Texts(
        HIS, named="chosen_because revoked_because facts present", house="cert_no code"
    ),
    "honours.Objection": Texts(
        HIS, own="who contact_enc", gone="words", named="answer", house="code"
    ),
    # notices: a message keeps no words
    "notices.Robot": Texts(house="address_enc sign_enc", named="name"),
    "notices.Letter": Texts(house="trouble"),
    "notices.Message": Texts(house="saying"),
    # exchange, insight
    "exchange.Import": Texts(named="name problem report", house="source mapping"),
    "insight.SavedFigure": Texts(named="name words", house="filters"),
    "insight.Brief": Texts(named="title body"),
    "insight.FrozenFigure": Texts(
        named="name said parts", house="key cut unit counts leaves_out kind row_ids"
    ),
    "insight.OutsideForm": Texts(named="name cells"),
    "insight.Missive": Texts(HIS, own="opening facts"),
    "insight.MissivePart": Texts(HIS, own="facts words"),
    # what the framework keeps
    "auth.Permission": Texts(house="name codename"),
    "auth.Group": Texts(house="name"),
    "contenttypes.ContentType": Texts(house="app_label model"),
    "sessions.Session": Texts(
        house="session_key session_data", by_itself="ended with the account"
    ),
    "account.EmailAddress": Texts(house="email", by_itself="deleted with the account"),
    "account.EmailConfirmation": Texts(house="key"),
    "mfa.Authenticator": Texts(house="data", by_itself="deleted with the account"),
    "django_tasks_database.DBTaskResult": Texts(
        house="args_kwargs task_path worker_ids queue_name backend_name return_value "
        "exception_class_path traceback",
        by_itself="tasks are given numbers of rows alone, and are thrown away after a month",
    ),
}  # fmt: skip

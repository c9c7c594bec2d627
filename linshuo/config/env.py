"""Settings come from the environment, and a bad one is answered with a sentence.

`REGISTRY` holds every variable the house reads, each with a line of explanation, so the
documentation is generated from it and a test can hold the two together. `Environment` reads
them: a value that makes no sense is remembered, a harmless stand-in is returned, and
`finish()` raises once, with a sentence for each. Whoever sets up a server then mends
everything in one go instead of meeting the mistakes one start at a time.

Any variable `NAME` may be given as `NAME_FILE`, the path of a file that holds the value: the way
container platforms and systemd hand over secrets.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

#: Shorter keys can be guessed; Django's own generator makes 50 characters.
SHORTEST_KEY = 32
#: Only ever used with LINSHUO_DEBUG on, so that a checkout runs without any setting.
DEVELOPMENT_KEY = "development-only-key-that-is-printed-in-the-source-code"

YES = frozenset({"1", "yes", "true", "on"})
NO = frozenset({"0", "no", "false", "off"})


@dataclass(frozen=True)
class Setting:
    """One environment variable: what it is for, in words for whoever sets up a server."""

    name: str
    kind: str
    default: str
    doc: str
    example: str


_ALL = (
    Setting(
        "LINSHUO_DATA", "directory", "data", "Where the database, uploads and backups live.",
        "/var/lib/linshuo",
    ),
    Setting(
        "LINSHUO_DATABASE_URL", "URL", "sqlite:///<LINSHUO_DATA>/linshuo.sqlite3",
        "Which database: an SQLite file, or a PostgreSQL server.",
        "postgres://linshuo:secret@db.example.org/linshuo",
    ),
    Setting(
        "LINSHUO_SECRET_KEY", "secret", "none; required unless LINSHUO_DEBUG is on",
        "Signs cookies and links; at least 32 characters; `linshuo secret` prints a new one.",
        "the output of `linshuo secret`",
    ),
    Setting(
        "LINSHUO_FIELD_KEY", "secret", "derived from LINSHUO_SECRET_KEY",
        "Encrypts telephone numbers, mail addresses and the keys of group robots in the database. "
        "Set it once and keep it for good: without it they cannot be read.",
        "the output of `linshuo secret`",
    ),
    Setting(
        "LINSHUO_HOSTS", "list", "none; required unless LINSHUO_DEBUG is on",
        "The names under which the site is reached, separated by commas.",
        "linshuo.example.org,192.0.2.7",
    ),
    Setting(
        "LINSHUO_HTTPS", "yes or no", "yes, or no when LINSHUO_DEBUG is on",
        "The site is reached over https: cookies are sent over https only, browsers are told to "
        "insist on it. Say no only on a network without certificates.",
        "yes",
    ),
    Setting(
        "LINSHUO_SITE", "URL", "the first of LINSHUO_HOSTS",
        "The address under which people open the site: links in mails and messages begin with it.",
        "https://linshuo.example.org",
    ),
    Setting(
        "LINSHUO_EMAIL_URL", "secret URL", "none; console: when LINSHUO_DEBUG is on",
        "The mail server. Without it nobody is told by mail, and whoever could be told by nothing "
        "else is on the call list. `console:` prints mails instead of sending them.",
        "smtps://user:password@mail.example.org",
    ),
    Setting(
        "LINSHUO_EMAIL_FROM", "address", "none; required with a mail server",
        "Who mails come from.",
        "linshuo@example.org",
    ),
    Setting(
        "LINSHUO_SMS_URL", "secret URL", "none",
        "An SMS gateway as an address of apprise, with {phone} where the number goes.",
        "jsons://user:password@sms.example.org/send?:to={phone}&:message=text",
    ),
    Setting(
        "LINSHUO_ROBOT_HOSTS", "list", "none",
        "Servers besides those of 企业微信 and 钉钉 whose group robots a community may name: "
        "installations of their own, such as 政务微信. The house sends requests there.",
        "zwwx.example.org",
    ),
    Setting(
        "LINSHUO_DIGEST_HOUR", "number", "8",
        "At which hour the one message a day goes out, on a Chinese clock.",
        "8",
    ),
    Setting(
        "LINSHUO_UNMET_DAYS", "number", "14",
        "After how many days a line of the board that nobody took stands on the agenda of the next "
        "joint meeting by itself.",
        "21",
    ),
    Setting(
        "LINSHUO_PROXIES", "number", "0",
        "How many reverse proxies of yours stand in front; their X-Forwarded-* headers are "
        "believed.",
        "1",
    ),
    Setting(
        "LINSHUO_DEBUG", "yes or no", "no",
        "For developers: error pages show source code and values. Never on a real server.",
        "yes",
    ),
    Setting(
        "LINSHUO_LANGUAGE", "zh-hans or en", "zh-hans",
        "The language for a reader whose browser names none.",
        "en",
    ),
    Setting(
        "LINSHUO_WORKERS", "number", "2", "How many web processes `linshuo run` starts.", "4",
    ),
    Setting(
        "LINSHUO_LOCK_SECONDS", "number", "300",
        "After how many idle seconds a member of staff has to type the four digits again.",
        "300",
    ),
    Setting(
        "LINSHUO_BACKUP_KEY", "secret", "none",
        "The passphrase of backups, at least 12 characters. The nightly copy is made only when "
        "it is set, because an unencrypted copy would lie about.",
        "a long sentence that is also kept on paper",
    ),
    Setting(
        "LINSHUO_BACKUPS_KEPT", "number", "14", "How many nightly copies are kept.", "30",
    ),
    Setting(
        "LINSHUO_KEEP_SHEETS", "number", "90",
        "After how many days an uploaded sheet is taken off the disk; what came in by it stays.",
        "30",
    ),
    Setting(
        "LINSHUO_KEEP_STRANGERS", "number", "180",
        "After how many days name and telephone are blanked on what a stranger said, once it "
        "was answered.",
        "90",
    ),
    Setting(
        "LINSHUO_KEEP_CHECK_INS", "number", "1095",
        "How many days after its end the words of a check-in are blanked.",
        "730",
    ),
    Setting(
        "LINSHUO_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", "INFO",
        "From which level on lines are written to the log (JSON lines on standard error).",
        "WARNING",
    ),
    Setting(
        "LINSHUO_CLOCK_OFFSET", "number", "0",
        "For the demo only: seconds added to the clock, so that it lives in its own time.",
        "-31536000",
    ),
    Setting(
        "LINSHUO_TEST_DB", "sqlite or postgres", "none",
        "Set by the tests alone: which database they use. With it come cheap password hashes "
        "and tasks that run at once.",
        "postgres",
    ),
)  # fmt: skip

#: Every variable that the house reads, by name, in the order of the documentation.
REGISTRY: dict[str, Setting] = {setting.name: setting for setting in _ALL}


class Environment:
    """Typed reading of the variables in `REGISTRY`; bad values are collected as sentences."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """The value, or the content of the file that NAME_FILE names; `default` if empty."""
        REGISTRY[name]  # a variable nobody explained is a programming error: KeyError
        value = self.variables.get(name, "").strip()
        file = self.variables.get(f"{name}_FILE", "").strip()
        if value and file:
            self.problem(name, f"is set together with {name}_FILE; keep one of the two")
        elif file:
            try:
                value = Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
                self.problem(name, f"cannot be read from the file in {name}_FILE: {reason}")
        return value or default

    def flag(self, name: str, default: bool) -> bool:
        """A yes or a no."""
        value = self.text(name)
        if value.lower() in YES:
            return True
        if value and value.lower() not in NO:
            self.problem(name, f"is “{value}”, which is neither yes nor no")
        return False if value else default

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number between `least` and `most`."""
        value = self.text(name)
        if not value:
            return default
        try:
            number = int(value)
        except ValueError:
            self.problem(name, f"is “{value}”, which is not a whole number")
            return default
        if not least <= number <= most:
            self.problem(name, f"is {number}, but it has to lie between {least} and {most}")
            return default
        return number

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """One of `choices`."""
        value = self.text(name, default)
        if value not in choices:
            self.problem(name, f"is “{value}”; it can be {', '.join(c for c in choices if c)}")
            return default
        return value

    def names(self, name: str) -> list[str]:
        """A list separated by commas."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def path(self, name: str, default: str) -> Path:
        """A directory, as an absolute path. It need not exist yet."""
        path = Path(self.text(name, default)).expanduser().resolve()
        if path.exists() and not path.is_dir():
            self.problem(name, f"is {path}, which is a file; it has to be a directory")
        return path

    def secret(self, name: str, default: str, *, least: int = SHORTEST_KEY) -> str:
        """A key or passphrase; it is never repeated in a sentence."""
        value = self.text(name, default)
        if value and len(value) < least:
            self.problem(
                name, f"has only {len(value)} characters; it needs {least} so nobody can guess it"
            )
        return value

    def address(self, name: str, check: Callable[[str], T], default: T) -> T:
        """An address that `check` can read; never repeated in a sentence. `default` if empty."""
        value = self.text(name)
        if not value:
            return default
        try:
            return check(value)
        except ValueError as error:
            self.problem(name, str(error))
            return default

    def database(self, name: str, data: Path) -> dict[str, Any]:
        """A database address as an entry for Django's DATABASES."""
        url = self.text(name, f"sqlite:///{data / 'linshuo.sqlite3'}")
        try:
            return parse_database_url(url)
        except ValueError as error:
            self.problem(name, str(error))
            return parse_database_url("sqlite:///:memory:")

    def problem(self, name: str, what: str) -> None:
        """Remember that `name` is wrong: the sentence is its name, `what`, and an example."""
        self.problems.append(f"{name} {what}. For example: {name}={REGISTRY[name].example}")

    def finish(self) -> None:
        """Raise ImproperlyConfigured with a sentence for each bad value, if there is any."""
        if self.problems:
            raise ImproperlyConfigured("\n".join(self.problems))


def parse_database_url(url: str) -> dict[str, Any]:
    """Turn `sqlite:///path` or `postgres://user:password@host:port/name` into Django's terms.

    A PostgreSQL socket directory is given as `?host=/run/postgresql`; further parameters go to
    the driver as they are. Raises ValueError with the rest of a sentence that begins with the
    name of the variable. The address is not repeated there, since it may hold a password.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("cannot be read as an address") from None
    if parts.scheme == "sqlite":
        name = unquote(parts.path[1:] if parts.path != "/" else "")
        if parts.netloc or not name:
            raise ValueError("names no file: write three slashes and the path (four if absolute)")
        if name != ":memory:":
            name = str(Path(name).resolve())  # a child process may start somewhere else
        return {"ENGINE": "linshuo.config.sqlite", "NAME": name}
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"begins with “{parts.scheme}”; it has to be sqlite or postgres")
    options = dict(parse_qsl(parts.query))
    try:
        port = str(options.pop("port", "") or parts.port or "")
    except ValueError:
        raise ValueError("has a port that is not a number") from None
    if not parts.path.strip("/"):
        raise ValueError("names no database: it belongs after the last slash")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(options.pop("user", "") or parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": port,
        "OPTIONS": options,
    }

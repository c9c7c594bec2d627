"""A file encrypted with a passphrase, written and read as a stream of any length.

The key comes from the passphrase by scrypt with a fresh salt. The content goes in chunks of one
megabyte, each encrypted and authenticated by AES-256-GCM under a nonce that holds the number of
the chunk and whether it is the last; so a file that was cut off, reordered or changed by a single
bit is refused, and no chunk is handed out before it has been checked.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from linshuo.config.wrong import Wrong

MAGIC = b"linshuo sealed 1\n"
SALT = 16
CHUNK = 2**20
TAG = 16


class CannotOpen(Wrong):
    """The passphrase is not the one it was sealed with, or the file is damaged."""


def is_sealed(file: BinaryIO) -> bool:
    """Whether a file begins like a sealed one; it is left at its beginning."""
    start = file.read(len(MAGIC))
    file.seek(0)
    return start == MAGIC


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    # 64 MB and some tenths of a second: nothing once a night, a lot for whoever guesses.
    return AESGCM(Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(passphrase.encode()))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer:
    """A file to write into; `close` is part of writing, since it marks the end."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt = os.urandom(SALT)
        self._file = file
        self._cipher = _cipher(passphrase, salt)
        self._waiting = bytearray()
        self._number = 0
        file.write(MAGIC + salt)

    def write(self, data: bytes) -> int:
        """Take data in; it reaches the file a chunk at a time."""
        self._waiting += data
        while len(self._waiting) > CHUNK:  # never the last one, which may be full
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Write the rest. The file underneath stays open."""
        self._put(bytes(self._waiting), last=True)

    def _put(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), plain, MAGIC))
        self._number += 1


class Opener:
    """A file to read from. Raises CannotOpen as soon as it does not fit the passphrase."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        if file.read(len(MAGIC)) != MAGIC:
            raise CannotOpen("This is not a sealed file.")
        self._file = file
        self._cipher = _cipher(passphrase, file.read(SALT))
        self._next: bytes | None = file.read(CHUNK + TAG)
        self._ready = bytearray()
        self._number = 0

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, all if negative; empty at the end."""
        while (size < 0 or len(self._ready) < size) and self._next is not None:
            self._get()
        size = len(self._ready) if size < 0 else size
        data = bytes(self._ready[:size])
        del self._ready[:size]
        return data

    def _get(self) -> None:
        following = self._file.read(CHUNK + TAG)
        nonce = _nonce(self._number, last=not following)
        try:
            self._ready += self._cipher.decrypt(nonce, self._next or b"", MAGIC)
        except (InvalidTag, ValueError):
            raise CannotOpen(
                "LINSHUO_BACKUP_KEY is not this file's passphrase, or the file is damaged."
            ) from None
        self._number += 1
        self._next = following or None

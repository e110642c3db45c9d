"""Passwords by Argon2id (RFC 9106, its second recommended choice: 64 MiB, three passes)."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$FAwX37e85MgaETf2KrXH6g$DANiy/0cDO18Hf6YclhREMNEmViAhgzl9ixy6a/TgTk"
"""A hash of 192 random bits that were thrown away, with the usual parameters: what names that nobody has are held
against, without each command hashing one first."""


class Argon2:
    """Hashes; each call takes about 0.2 s and 64 MiB, so callers run few at once and none where pages are served."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """`hasher` other than the usual is for tests, which have no time."""
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._nobody = NOBODY if hasher is None else self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """The hash with its parameters and salt."""
        return self._hasher.hash(password.encode("utf-8", "replace"))

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether that is the password. Without a hash one of nobody is compared, so that the time tells nothing."""
        try:
            right = self._hasher.verify(hashed or self._nobody, password.encode("utf-8", "replace"))
        except (VerificationError, InvalidHashError):
            return False
        return right and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether it was made with other parameters than these."""
        return self._hasher.check_needs_rehash(hashed)

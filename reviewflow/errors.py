"""One tree of errors; the class docstring is the message where none is given."""

from collections.abc import Sequence


class ReviewflowError(Exception):
    """Something went wrong."""

    def __init__(self, *reasons: str, remedy: str | None = None) -> None:
        """Every reason is a full sentence that names what and where; `remedy` says what to do next."""
        self.reasons: Sequence[str] = reasons or (str(self.__doc__),)
        self.remedy = remedy
        super().__init__(" ".join(self.reasons))


class Invalid(ReviewflowError):
    """The input cannot be understood."""


class Refused(ReviewflowError):
    """The process does not allow this now."""


class Stale(Refused):
    """The subject has changed since you read it."""


class Forbidden(ReviewflowError):
    """Not allowed."""


class NotPresent(Forbidden):
    """This asks for a proof that you are there."""


class NotFound(ReviewflowError):
    """There is no such thing, or it is not yours to see."""


class Unavailable(ReviewflowError):
    """The database cannot be used now; nothing was changed."""


class NotNow(Unavailable):
    """It cannot be done at this moment, for reasons that anybody may read: they name nothing of the installation."""


class Missing(Unavailable):
    """Something that was recorded is gone from the database; only what rests on it cannot be done."""


class OutOfService(Unavailable):
    """Nothing can be written now, whatever it is; reading may go on."""


class Interrupted(OutOfService):
    """The database ended the transaction, or the connection to it was lost; it can be tried again."""


class Unreached(Interrupted):
    """The database cannot be reached; nothing was asked of it."""


class Unauthenticated(ReviewflowError):
    """Nobody is known to be there: sign in, or give a token."""


class KeyReused(Invalid):
    """The idempotency key was used for another command."""


class Busy(Refused):
    """The same command is being done under this idempotency key; ask again in a moment."""


class TooMany(ReviewflowError):
    """Too much was asked in too short a time."""

    def __init__(self, *reasons: str, remedy: str | None = None, retry_after: int = 60) -> None:
        """`retry_after` in seconds."""
        super().__init__(*reasons, remedy=remedy)
        self.retry_after = retry_after


class TooLarge(Invalid):
    """More bytes than this installation takes."""


class UnsupportedMedia(Invalid):
    """The body is not in a form that is read here."""


class PreconditionMissing(Invalid):
    """It is not said which version was read."""

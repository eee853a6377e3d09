"""What can go wrong, in terms of the domain: the HTTP edge and the command line alone know status and exit codes."""


class BotError(Exception):
    """Anything the bot refuses or fails at on purpose; its text names what was wrong and what to do."""


class Conflict(BotError):
    """Somebody else appended to the stream first, or a row that must be unique exists: reload and decide again."""


class Refused(BotError):
    """The state of the conversation forbids it, such as answering what another agent owns."""


class Invalid(Refused):
    """What was sent can't be meant, whatever the state: a score beyond its scale, a skill that there isn't."""


class Continued(Refused):
    """The conversation has ended, and its customer goes on in another one that is open."""


class NotFound(BotError):
    """There is no such thing, or the caller may not know that there is."""


class NotAuthenticated(BotError):
    """Who calls did not say who they are, or not in a way that can be believed."""


class Expired(NotAuthenticated):
    """What the caller shows was good once; sign in or begin anew."""


class CodeRequired(NotAuthenticated):
    """The password is right, and the code of the second factor is missing or wrong."""


class Forbidden(BotError):
    """The caller is known and may not do this."""


class Blocked(Forbidden):
    """The staff have blocked this customer, who may not write any more."""


class TooMany(BotError):
    """The caller has reached a limit; `seconds` is how long to wait before the next try."""

    def __init__(self, text: str, seconds: int) -> None:
        super().__init__(text)
        self.seconds = seconds


class Unavailable(BotError):
    """What this needs can't be had now (a full disk, a flood, a server going down); the caller may try again.

    Nothing of what was to be stored has been.
    """


class SettingsError(BotError):
    """A setting has a name or value that isn't allowed."""


class ContentError(BotError):
    """The content under `training_data/` can't be used; `problems` are lines `file:line: what is wrong; what to do`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ModelError(BotError):
    """A model's files are damaged, foreign, or made by another version; the one that serves is unaffected."""


class SchemaError(BotError):
    """The database was made by a newer version of the bot, or isn't one of its databases."""

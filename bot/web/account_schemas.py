"""What goes over the wire about accounts, sessions and links."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.agents.accounts import MOST_AT_ONCE, Role

Email = Annotated[str, Field(min_length=3, max_length=254)]
# As somebody enters it, spaces at its ends included.
Password = Annotated[str, Field(min_length=1, max_length=1000), Field(json_schema_extra={"format": "password"})]
PersonName = Annotated[str, Field(min_length=1, max_length=100)]
LinkToken = Annotated[str, Field(min_length=1, max_length=100)]
Code = Annotated[str, Field(min_length=1, max_length=20, examples=["123 456"])]
Skills = Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(max_length=50)]
Languages = Annotated[list[Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}$")]], Field(max_length=50)]
Id = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
InvitationId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SessionIn(_In):
    """Signs somebody in; `code` is that of the second factor, where the account has one."""

    email: Email
    password: Password
    code: Annotated[str, Field(max_length=20)] | None = None


class LinkIn(_In):
    """A link's token."""

    token: LinkToken


class SetupIn(LinkIn):
    """Makes the account that a link is for; an invitation knows the `email` already."""

    name: PersonName
    password: Password
    email: Email | None = None


class OwnIn(_In):
    """What somebody changes of their own account."""

    name: PersonName


class PasswordIn(_In):
    """A new password for oneself."""

    old: Password
    new: Password


class ForgotIn(_In):
    """Whose password is forgotten."""

    email: Email


class ResetIn(LinkIn):
    """A new password, by a link."""

    password: Password


class AgainIn(_In):
    """One's password, asked again."""

    password: Password


class CodeIn(_In):
    """The code that the app shows now."""

    code: Code


class EndIn(_In):
    """Which session ends; without an id all but this one do."""

    session_id: Id | None = None


class InvitationIn(_In):
    """Asks somebody to join the staff."""

    email: Email
    role: Role
    name: Annotated[str, Field(max_length=100)] = ""
    skills: Skills = []
    languages: Languages = []


class AccountIn(_In):
    """What an admin changes of an account; `capacity` null is what the content says."""

    role: Role | None = None
    name: PersonName | None = None
    skills: Skills | None = None
    languages: Languages | None = None
    capacity: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] | None = None
    disabled: bool | None = None

    @model_validator(mode="after")
    def _is_something(self) -> Self:
        unset = [name for name in self.model_fields_set - {"capacity"} if getattr(self, name) is None]
        if unset or not self.model_fields_set:
            raise ValueError("send at least one thing to change, and no null but for capacity")
        return self

"""What the command line does to an installation, whether a server runs beside it or not."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bot.agents.accounts import Account, Role
from bot.agents.second_factor import is_on
from bot.agents.staff import Staff, open_staff
from bot.assembly import (
    address_of,
    installation_of,
    now,
    open_actions,
    open_log,
    open_services,
    open_webhooks,
    secret,
)
from bot.content.content import load_content
from bot.conversations.receive import Receive
from bot.conversations.rehearsal import Stage, StoryClock, StorySystems, play
from bot.conversations.stories import read_stories
from bot.conversations.sweep import Sweep
from bot.cx.installation import Installation
from bot.cx.simulate import Clock
from bot.cx.simulate import simulate as run_simulation
from bot.demo.shop import DemoShop
from bot.outside.keys import Keys
from bot.settings import Settings
from bot.simulated_flows import Flows
from bot.webhooks.webhook import Webhook
from bot.webhooks.webhooks import Standing, Webhooks

Result = TypeVar("Result")
Progress = Callable[[int, int], None]

STORIES_SECRET = b"the customers of stories are signed with this"


def add_user(
    settings: Settings,
    email: str,
    role: str,
    name: str | None,
    skills: Sequence[str],
    languages: Sequence[str],
    capacity: int | None,
    password: str,
) -> Account:
    """Make an account; raises Refused for what isn't allowed."""
    return _with_staff(
        settings, lambda staff: staff.accounts.add(email, name or "", Role(role), skills, password, languages, capacity)
    )


def users(settings: Settings) -> list[Account]:
    """Every account."""
    return _with_staff(settings, lambda staff: staff.accounts.all())


def disable_user(settings: Settings, email: str) -> None:
    """End an account's sessions and let nobody sign in to it; raises NotFound, and Refused for the only admin."""
    _with_staff(settings, lambda staff: staff.accounts.disable(email))


def enable_user(settings: Settings, email: str) -> None:
    """Let somebody sign in to an account again; raises NotFound."""
    _with_staff(settings, lambda staff: staff.accounts.enable(email))


def set_password(settings: Settings, email: str, password: str) -> None:
    """Give an account a new password and end its sessions; raises NotFound and Refused."""
    _with_staff(settings, lambda staff: staff.accounts.set_password(email, password))


def drop_second_factor(settings: Settings, email: str) -> bool:
    """Turn an account's second factor off; false where it wasn't on. Raises NotFound."""

    async def drop(staff: Staff) -> bool:
        return await staff.second_factors.turn_off((await staff.accounts.by_email(email)).id, None)

    return _with_staff(settings, drop)


def has_second_factor(account: Account) -> bool:
    """Whether signing in to the account takes a code."""
    return is_on(account)


def with_webhooks(settings: Settings, act: Callable[[Webhooks], Awaitable[Result]]) -> Result:
    """Do something with the shop's webhooks; a running server takes it up by itself."""

    async def run() -> Result:
        log, vault = open_log(settings)
        key = secret(settings.secret_key, settings.database.with_suffix(".secret"))
        try:
            return await act(open_webhooks(settings, log, key, now))
        finally:
            await log.close()
            vault.close()

    return asyncio.run(run())


def with_keys(settings: Settings, act: Callable[[Keys], Awaitable[Result]]) -> Result:
    """Do something with the API keys of other systems; a running server takes it up with the next request."""

    async def run() -> Result:
        log, vault = open_log(settings)
        try:
            return await act(Keys(log, now))
        finally:
            await log.close()
            vault.close()

    return asyncio.run(run())


def webhook_standings(settings: Settings) -> list[tuple[Webhook, Standing]]:
    """Every webhook and how far it is."""

    async def look(webhooks: Webhooks) -> list[tuple[Webhook, Standing]]:
        return [(webhook, await webhooks.standing(webhook.id)) for webhook in await webhooks.all()]

    return with_webhooks(settings, look)


def installation(settings: Settings) -> Installation:
    """What the report reads: the log, and which of its intents are no subject of their own."""
    return installation_of(settings, load_content(settings.training_data))


def simulate(settings: Settings, customers: int, days: float, seed: int, progress: Progress) -> None:
    """Fill the log with simulated customers, all of whose touchpoints say that they are."""
    clock = Clock(now())

    async def run() -> None:
        services = open_services(settings, clock, simulated=True)
        key = secret(settings.identity_secret, settings.database.with_suffix(".identity"))
        examples = {name: intent.examples for name, intent in services.serving.content.intents.items()}
        try:
            await run_simulation(Flows(services, key, clock), clock, examples, customers, days, seed, progress)
        finally:
            await services.log.close()

    asyncio.run(run())


def play_stories(settings: Settings, path: Path, progress: Progress) -> tuple[int, list[str]]:
    """Play every story under a path; returns how many there are, and the problems of those that went otherwise.

    They are played on a log of their own, with the demonstration's systems. Raises ContentError for stories that can't
    be read.
    """
    stories = read_stories(path)

    async def play_all(folder: Path) -> list[str]:
        clock = StoryClock()
        own = replace(settings, database=folder / "stories.db", actions_url=None, identity_secret=STORIES_SECRET)
        systems = StorySystems(lambda: open_actions(own, clock, DemoShop(clock)))
        services = open_services(own, clock)
        services = replace(services, receive=Receive(services.conversations, services.serving, systems))
        sweep = Sweep(services.conversations, services.serving)
        stage = Stage(services, sweep, clock, systems, STORIES_SECRET, services.serving.content)
        problems = []
        try:
            for number, story in enumerate(stories, 1):
                wrong = await play(story, stage)
                problems += [wrong] if wrong else []
                progress(number, len(stories))
        finally:
            await services.log.close()
        return problems

    with TemporaryDirectory() as folder:
        return len(stories), asyncio.run(play_all(Path(folder)))


def _with_staff(settings: Settings, act: Callable[[Staff], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        log, vault = open_log(settings)
        key = secret(settings.secret_key, settings.database.with_suffix(".secret"))
        try:
            return await act(open_staff(log, now, key, address_of(settings)))
        finally:
            await log.close()
            vault.close()

    return asyncio.run(run())

"""The bot played to: by stories, on a log of their own, and by simulated customers."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.assembly import open_actions, open_services
from bot.conversations.receive import Receive
from bot.conversations.rehearsal import Stage, StoryClock, StorySystems, play
from bot.conversations.stories import read_stories
from bot.conversations.sweep import Sweep
from bot.cx.simulate import Clock
from bot.cx.simulate import simulate as run_simulation
from bot.demo.shop import DemoShop
from bot.errors import Refused
from bot.operations.simulated_flows import Flows
from bot.settings import Settings
from bot.storage import identity_key, now
from bot.touchpoints.facts import Facts

Progress = Callable[[int, int], None]

STORIES_SECRET = b"the customers of stories are signed with this"


def simulate(settings: Settings, customers: int, days: float, seed: int, progress: Progress) -> None:
    """Fill the log with simulated customers, all of whose touchpoints say that they are.

    Raises Refused where there are real ones: nothing can be taken out of a log again.
    """
    clock = Clock(now())

    async def run() -> None:
        services = open_services(settings, clock, simulated=True)
        examples = {name: intent.examples for name, intent in services.serving.content.intents.items()}
        try:
            _check_no_customers(settings)
            await run_simulation(
                Flows(services, identity_key(settings), clock), clock, examples, customers, days, seed, progress
            )
        finally:
            await services.log.close()

    asyncio.run(run())


def _check_no_customers(settings: Settings) -> None:
    with Facts(settings.database) as facts:
        if facts.has_customers():
            raise Refused(
                f"{settings.database} has conversations of real customers, and nothing can be taken out of a log "
                "again; simulate on a database of its own: BOT_DATABASE_URL=sqlite:///simulated.db bot simulate"
            )


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

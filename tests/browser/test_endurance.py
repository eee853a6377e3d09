"""A working day in small: consoles and widgets stay open under steady traffic, and nobody's memory grows."""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import NewContext, NewServer
from tests.browser.people import PASSWORD, Agent, Customer

MINUTES = float(os.environ.get("SOAK_MINUTES", "20"))
SAMPLED_EVERY = 30.0
CONSOLES = 5
WIDGETS = 3
GROWS_AT_MOST = 0.10
SETTLED_AFTER = 30 * 60.0
SERVED_EVERY = 6.0
"""Seconds from one request to the next: a busy shop's pace."""
PATIENCE = 120_000
"""Milliseconds: memory is what is measured, however slow the machine is in between."""

logger = logging.getLogger(__name__)


@dataclass
class Gauge:
    """One memory, measured from time to time, in MiB."""

    name: str
    read: Callable[[], float]
    samples: list[float] = field(default_factory=list)

    @property
    def growth(self) -> tuple[float, float]:
        """What it was once settled and what it is at the end: the median of a few samples each.

        Settled is after half an hour, or after a quarter of a shorter run.
        """
        settled = min(len(self.samples) // 4, round(SETTLED_AFTER / SAMPLED_EVERY))
        few = max(1, settled // 2)
        return middle(self.samples[settled : settled + few]), middle(self.samples[-few:])


def middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def resident(pid: int) -> float:
    """Resident memory of a process, from /proc."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


def heap(session: CDPSession) -> float:
    """What a page's scripts hold once all garbage has been collected."""
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 2**20


def gauge(name: str, page: Page) -> Gauge:
    session = page.context.new_cdp_session(page)
    return Gauge(name, lambda: heap(session))


def nodes_and_listeners(agents: list[Agent]) -> list[int]:
    """How many nodes and event listeners the pages hold, in view or not: what leaks is one of these first."""
    held = 0, 0
    for agent in agents:
        session = agent.page.context.new_cdp_session(agent.page)
        session.send("HeapProfiler.collectGarbage")
        counted = session.send("Memory.getDOMCounters")
        session.detach()
        held = held[0] + counted["nodes"], held[1] + counted["jsEventListeners"]
    return list(held)


def serve_one(customer: Customer, agent: Agent, number: int) -> None:
    """One request from the first word to the resolved end, as the traffic goes on."""
    customer.say("Where is order 48213?")
    customer.ask_for_a_person()
    agent.claim(customer)
    for turn in range(4):
        agent.reply(f"Answer {number}.{turn}")
        expect(customer.said("agent", f"Answer {number}.{turn}")).to_be_visible()
        customer.say(f"Question {number}.{turn}")
        expect(agent.history.locator(".said.customer", has_text=f"Question {number}.{turn}")).to_be_visible()
    agent.resolve()
    expect(customer.said("system", "closed").last).to_be_visible()
    # The next one is somebody else, in the same browser.
    customer.page.evaluate("botWidget.reset()")
    expect(customer.said("customer")).to_have_count(0)


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_consoles_widgets_and_server_hold_their_memory_through_a_day(
    new_context: NewContext, new_server: NewServer
) -> None:
    server = new_server()
    for number in range(CONSOLES):
        role = "supervisor" if number == 0 else "agent"
        server.run(
            "user", "add", f"agent{number}@copperfinch.example", "--role", role, "--password-stdin", stdin=PASSWORD
        )
    agents = [
        Agent(new_context().new_page()).sign_in(server.url, f"agent{number}@copperfinch.example")
        for number in range(CONSOLES)
    ]
    customers = [Customer(new_context().new_page()).visit(f"{server.url}demo").open() for _ in range(WIDGETS)]
    for person in (*agents, *customers):
        person.page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    gauges = [Gauge("server", lambda: resident(server.pid))]
    gauges += [gauge(f"console {number}", agent.page) for number, agent in enumerate(agents)]
    gauges += [gauge(f"widget {number}", customer.page) for number, customer in enumerate(customers)]

    # Everything has been used once before anything is measured.
    for served in range(2 * CONSOLES):
        serve_one(customers[served % WIDGETS], agents[served % CONSOLES], served)
    began, sampled, served = time.monotonic(), 0.0, 0
    held_before = nodes_and_listeners(agents)
    while (passed := time.monotonic() - began) < MINUTES * 60:
        serve_one(customers[served % WIDGETS], agents[served % CONSOLES], served)
        served += 1
        agents[0].page.wait_for_timeout(max(0.0, (passed + SERVED_EVERY - (time.monotonic() - began)) * 1000))
        if passed - sampled >= SAMPLED_EVERY or not sampled:
            sampled = passed or 0.001
            for one in gauges:
                one.samples.append(one.read())
            logger.info("%d s: %s", passed, {one.name: round(one.samples[-1], 2) for one in gauges})

    held = nodes_and_listeners(agents)
    logger.info("nodes and listeners of all consoles, before and after: %s, %s", held_before, held)
    figures = {one.name: [round(size, 2) for size in one.growth] for one in gauges}
    logger.info("%d requests served; MiB once settled and at the end: %s", served, figures)
    assert served >= MINUTES
    assert all(after <= before * (1 + GROWS_AT_MOST) for before, after in zip(held_before, held, strict=True))
    assert {name: both for name, both in figures.items() if both[1] > both[0] * (1 + GROWS_AT_MOST)} == {}

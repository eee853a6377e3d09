"""The queue at the console: what its rows say, that it stays still under who reads it, and a thousand who wait."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext, NewServer
from tests.browser.crowd import queue_up, set_up
from tests.browser.people import Agent, Customer
from tests.browser.test_everybody import faults
from tests.browser.test_summary import change
from tests.server import Server

LAPTOP = {"viewport": {"width": 1366, "height": 768}}

STEADY = """async () => {
  const { steady } = await import('/agent/order.js');
  const row = (id) => ({ conversation_id: id });
  const ids = ({ rows, held }) => [rows.map((one) => one.conversation_id + (one.gone ? '!' : '')).join(''), held];
  const rows = (text) => [...text].map(row);
  return [
    ids(steady(rows('abc'), rows('abc'))),
    ids(steady(rows('abc'), rows('abcd'))),
    ids(steady(rows('abc'), rows('xaybc'))),
    ids(steady(rows('abc'), rows('acz'))),
    ids(steady(rows('abc'), rows('xy'))),
    ids(steady(rows('abc'), [])),
    ids(steady(rows('abc'), rows('cbax'))),
  ];
}"""

SHARES = """async () => {
  const { shareOf, spanOf } = await import('/agent/row.js');
  const due = (ms) => new Date(ms).toISOString();
  const waiting = { waiting_s: 100, first_reply_due: due(1_000_000 + 100_000) };
  const owed = { waiting_s: 400, unanswered_s: 60, replied: true, agent: {}, resolution_due: due(1_000_000 + 400_000) };
  const fresh = { waiting_s: 400, unanswered_s: 2, agent: {}, first_reply_due: due(1_000_000 + 400_000) };
  const none = { waiting_s: 5, unanswered_s: null, agent: {} };
  return [waiting, owed, fresh, none].map((row) => {
    const span = spanOf(row, 1_000_000);
    return [1_000_000 - span.since, shareOf(span, 1_000_000), span.owed];
  });
}"""

UPDATES = """async () => {
  const { QueueView } = await import('/agent/queue.js');
  const rows = Array.from({ length: 1000 }, (_, i) => ({
    conversation_id: `01a20000-0000-7000-8000-${String(i).padStart(12, '0')}`, skill: 'orders', priority: 0,
    reason: 'requested', intent: 'track_order', waiting_s: 1000 - i, place: i + 1, mood: 0, at_risk: '',
    first_line: `Where is order ${i}?`, first_reply_due: new Date(Date.now() + 60_000).toISOString(),
  }));
  const view = new QueueView('me', () => {});
  const place = document.createElement('div');
  place.style.blockSize = '700px';
  view.node.style.blockSize = '700px';
  place.append(view.node);
  document.body.append(place);
  const times = [];
  for (let turn = 0; turn < 30; turn++) {
    const waiting = rows.slice(turn % 7).map((row) => ({ ...row, waiting_s: row.waiting_s + turn }));
    const began = performance.now();
    view.update({ waiting, assigned: [] }, '');
    view.node.offsetHeight;
    times.push(performance.now() - began);
  }
  const drawn = view.node.querySelectorAll('#list-waiting a.row').length;
  view.stop();
  return { drawn, median: times.sort((a, b) => a - b)[15], worst: times.at(-1) };
}"""

SCROLL = """async () => {
  const list = document.querySelector('#list-waiting .long-list');
  const middle = (times) => times.sort((a, b) => a - b)[times.length >> 1];
  const frames = async (work) => {
    const times = [];
    let last = await new Promise(requestAnimationFrame);
    for (let top = 0; top < list.scrollHeight; top += 400) {
      work(top);
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
      if (!list.querySelector('a.row')) throw new Error('nothing in sight');
    }
    return times;
  };
  const still = await frames(() => {});
  const moving = await frames((top) => (list.scrollTop = top));
  return { frames: moving.length, still: middle(still), moving: middle(moving) };
}"""


def test_rows_stay_where_they_are_under_who_reads_them(page: Page, server: Server) -> None:
    page.goto(f"{server.url}privacy")
    assert page.evaluate(STEADY) == [
        ["abc", 0],
        ["abcd", 0],
        ["abc", 2],
        ["ab!cz", 0],
        ["a!b!c!xy", 0],
        ["a!b!c!", 0],
        ["abcx", 0],
    ]


def test_the_bar_of_a_row_goes_toward_its_target(page: Page, server: Server) -> None:
    page.goto(f"{server.url}privacy")
    # Until the first word of a person a customer waits since they asked, whoever has got them meanwhile.
    shares = [[100_000, 0.5, True], [60_000, 0.5, True], [400_000, 0.5, True], [0, 0, False]]
    assert page.evaluate(SHARES) == shares


def test_a_row_says_who_what_how_long_and_why_and_its_risk_in_words(customer: Customer, agent: Agent) -> None:
    customer.say("Where is order 48213?")
    customer.ask_for_a_person()
    agent.tab("Waiting").click()
    row = agent.row(customer)
    expect(row.locator(".who")).to_have_text(re.compile("^Customer [0-9a-f]{6}$"))
    expect(row.locator(".intent")).to_have_text("Track order")
    expect(row.locator(".first-line")).to_have_text("Where is order 48213?")
    expect(row.locator(".reason")).to_have_text("Asked for a person")
    expect(row.locator("time")).to_have_attribute("title", re.compile("Waiting since .* Target: "))
    expect(row.locator(".toward")).to_be_attached()

    for risk, words in (("warning", "Due soon"), ("missed", "Late")):

        def at_risk(body: dict[str, Any], risk: str = risk) -> None:
            for one in body["waiting"]:
                one["at_risk"] = risk

        change(agent.page, "**/api/agent/queue", at_risk)
        agent.page.reload()
        agent.tab("Waiting").click()
        mark = row.locator(".mark", has_text=words)
        expect(mark.locator("svg")).to_be_visible()
        assert faults(agent.page) == []
        agent.page.unroute_all(behavior="wait")
    agent.claim(customer)
    agent.resolve()


def test_new_rows_wait_until_the_pointer_has_left(agent: Agent, new_context: NewContext, server: Server) -> None:
    first, second = (one["conversation_id"] for one in queue_up(server, 2))
    fresh: list[str] = []

    def those(body: dict[str, Any]) -> None:
        """Of whoever waits, these two alone; then the first, behind others who are urgent."""
        rows = {one["conversation_id"]: one for one in body["waiting"]}
        shown = [*fresh, first] if fresh else [first, second]
        body["waiting"] = [rows.get(one) or dict(rows[first], conversation_id=one) for one in shown]

    change(agent.page, "**/api/agent/queue", those)
    agent.page.reload()
    row = agent.queue.locator(f"#list-waiting a.row[href$='{first}']")
    agent.tab("Waiting").click()
    row.hover()
    before = row.bounding_box()
    fresh += [f"01a20000-0000-7000-8000-00000000000{i}" for i in range(3)]
    queue_up(server, 1)
    more = agent.queue.get_by_role("button", name="3 new")
    expect(more).to_be_visible()
    assert row.bounding_box() == before
    gone = agent.queue.locator(f"#list-waiting a.row[href$='{second}']")
    expect(gone).to_contain_text("No longer here")
    agent.page.mouse.move(900, 500)
    expect(more).to_be_hidden()
    expect(gone).to_have_count(0)
    moved = row.bounding_box()
    assert before
    assert moved
    assert moved["y"] == before["y"] + 3 * 44

    row.focus()
    agent.page.keyboard.press("k")
    agent.page.keyboard.press("j")
    expect(row).to_be_focused()
    agent.page.unroute_all(behavior="wait")


def test_a_queue_that_cannot_be_loaded_says_so_and_can_be_tried_again(agent: Agent) -> None:
    agent.page.route(
        "**/api/agent/queue", lambda route: route.fulfill(status=503, json={"detail": "The disk is full."})
    )
    agent.page.reload()
    problem = agent.queue.get_by_text("The queue could not be loaded. The disk is full.")
    expect(problem).to_be_visible()
    agent.page.unroute_all(behavior="wait")
    problem.get_by_role("button", name="Try again").click()
    expect(problem).to_be_hidden()


@pytest.fixture
def crowded(new_server: NewServer) -> Server:
    server = new_server()
    set_up(server)
    queue_up(server, 1000)
    return server


@pytest.mark.soak
def test_a_thousand_who_wait_stay_smooth(crowded: Server, new_context: NewContext) -> None:
    agent = Agent(new_context(**LAPTOP).new_page()).sign_in(crowded.url)
    expect(agent.tab("Waiting")).to_have_text(re.compile("Waiting 1000"))
    assert 15 <= agent.waiting.count() < 60
    box = agent.queue.locator("#list-waiting").bounding_box()
    assert box
    assert box["height"] // 44 >= 15
    # Down to the last of them, and back, by keyboard.
    agent.waiting.first.focus()
    agent.page.keyboard.press("End")
    expect(agent.queue.locator("#list-waiting li[aria-posinset='1000'] a")).to_be_focused()
    agent.page.keyboard.press("Home")
    expect(agent.queue.locator("#list-waiting li[aria-posinset='1'] a")).to_be_focused()
    scroll = agent.page.evaluate(SCROLL)
    updates = agent.page.evaluate(UPDATES)
    assert scroll["frames"] > 100
    # Against a page that does nothing, on whatever machine this runs.
    assert scroll["moving"] <= max(34, 3 * scroll["still"])
    assert updates["drawn"] < 60
    assert updates["median"] < 60

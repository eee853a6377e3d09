"""What an agent knows of a customer before the first word: the summary, the marks in the queue, the news."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewContext
from tests.browser.people import SHIPPED, Agent, Customer
from tests.browser.test_everybody import SMALL, WIDER, faults
from tests.server import Server

WORDS = """async () => {
  const { byWhen, moodOf, newsOf, reasonWords, triedWords } = await import('/agent/words.js');
  const news = (type, more) => newsOf({ type, actor: { kind: 'customer' }, ...more });
  return {
    reasons: ['requested', 'not_understood', 'loop', 'policy', 'distress', 'action_failed', 'not_solved', 'bad_rating']
      .map(reasonWords),
    unknown: reasonWords('a_new_one'),
    tried: triedWords(['battery/close_apps', 'order_status/unknown', 'battery/reset', 'order_status/failed', 'odd']),
    moods: [-1, -0.5, -0.3, 0, 1].map(moodOf),
    filled: news('slot.filled', { slot: 'order_number', value: '48213' }),
    emptied: news('slot.filled', { slot: 'order_number', emptied: true }),
    erased: news('slot.filled', { slot: 'order_number' }),
    called: [{ found: true }, { found: false }, { failed: true }]
      .map((how) => news('action.called', { action: 'order_status', ...how })),
    rated: news('feedback.given', { score: 2, survey_kind: 'ces' }),
    commented: news('feedback.given', { score: 2, survey_kind: 'csat', comment: 'Too slow' }),
    dismissed: news('feedback.dismissed'),
    shown: news('feedback.shown'),
    soon: byWhen(new Date(Date.now() + 3_600_000).toISOString()),
    overdue: byWhen(new Date(Date.now() - 3_600_000).toISOString()),
    far: byWhen('2099-03-02T12:00:00Z'),
  };
}"""


def change(page: Page, where: str, edit: Any) -> None:
    """Let the page see what the server says after `edit` has changed it."""

    def fulfil(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        edit(body)
        route.fulfill(response=answer, json=body)

    page.route(where, fulfil)


def test_the_summary_says_why_what_was_asked_tried_and_is_known(customer: Customer, agent: Agent) -> None:
    customer.begin_a_guide()
    customer.choose("No, that didn't help")
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    customer.ask_for_a_person()

    agent.look_at(customer)
    terms = agent.summary.locator("dt")
    expect(terms).to_have_text(["Why", "Asked", "Tried", "Known", "Mood"])
    why, asked, tried, known, mood = (agent.summary.locator("dd").nth(line) for line in range(5))
    expect(why).to_contain_text("Asked for a person")
    expect(asked).to_have_text("Battery runs down fast")
    expect(tried).to_contain_text(re.compile(r"Battery: [a-z ]+, [a-z ]+"))
    expect(tried).to_contain_text("Order status: found")
    expect(tried).to_contain_text("answered: Track order")
    expect(known).to_have_text("Order number: 48213")
    expect(agent.history.locator(".said", has_text=SHIPPED)).to_be_hidden()
    agent.page.get_by_role("button", name=re.compile("The bot’s part: [0-9]+ messages")).click()
    expect(mood).to_have_text(re.compile(r"^(Calm|Uneasy|Pleased)$"))
    expect(agent.history.locator(".news", has_text="Order number: 48213")).to_be_visible()
    expect(agent.history.locator(".news", has_text="Order status: found")).to_be_visible()
    expect(agent.history.locator(".said.bot .bubble p").first).to_be_visible()

    agent.claim(customer)
    expect(terms).to_have_count(5)
    agent.resolve()
    expect(agent.summary).to_have_count(0)


def test_a_promise_and_a_low_mood_are_marked_in_words(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()

    def upset(body: dict[str, Any]) -> None:
        for row in body["waiting"]:
            row |= {"mood": -0.7, "promised_by": "2099-03-02T12:00:00.000Z"}

    def history(body: dict[str, Any]) -> None:
        for one in body["touchpoints"]:
            if one["type"] == "handoff.requested":
                one |= {"mood": -0.9, "promised_at": 4_076_136_000_000, "out_of_hours": True}
            elif one["type"] == "message.received":
                one["mood"] = -0.7

    change(agent.page, "**/api/agent/queue", upset)
    change(agent.page, "**/api/agent/conversations/*", history)
    agent.page.reload()
    agent.tab("Waiting").click()
    expect(agent.row(customer)).to_contain_text("Upset")
    expect(agent.row(customer)).to_contain_text(re.compile("by Mar 2, 2099"))
    agent.row(customer).click()
    expect(agent.summary).to_contain_text("Very upset")
    expect(agent.summary.locator("time")).to_have_text(re.compile("Answer promised by Mar 2, 2099"))
    expect(agent.history.locator(".said.customer .mark")).to_have_text("Upset")
    for scheme in ("light", "dark"):
        agent.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert faults(agent.page) == []
    agent.page.unroute_all(behavior="wait")
    agent.claim(customer)
    agent.resolve()


@pytest.mark.soak
def test_the_summary_leaves_room_for_the_conversation_on_a_small_screen(
    customer: Customer, new_context: NewContext, server: Server, account: None
) -> None:
    customer.say(" ".join(["my parcel has not come"] * 60))
    expect(customer.said("bot")).to_have_count(2)
    customer.ask_for_a_person()
    agent = Agent(new_context(**SMALL).new_page()).sign_in(server.url)
    agent.claim(customer)
    assert agent.page.evaluate(WIDER) == 0
    summary, history = agent.summary.bounding_box(), agent.history.bounding_box()
    assert summary
    assert history
    assert 100 <= summary["height"] <= 256
    assert history["height"] >= 120
    expect(agent.composer).to_be_in_viewport(ratio=1)
    agent.resolve()


def test_every_reason_result_and_mood_has_words(page: Page, server: Server) -> None:
    page.goto(f"{server.url}privacy")
    words = page.evaluate(WORDS)
    assert len({*words["reasons"], words["unknown"]}) == 9
    assert not [one for one in [*words["reasons"], words["unknown"]] if "_" in one]
    assert words["unknown"] == "A new one"
    assert words["tried"] == ["Battery: close apps, reset", "Order status: not found, failed", "Odd"]
    assert words["moods"] == ["Very upset", "Upset", "Uneasy", "Calm", "Pleased"]
    assert words["filled"] == "Order number: 48213"
    assert words["emptied"] == "Order number: taken back"
    assert words["erased"] == "Order number"
    assert words["called"] == ["Order status: found", "Order status: not found", "Order status: failed"]
    assert words["rated"] == "Rated 2 of 7"
    assert words["commented"] == "Rated 2 of 5: Too slow"
    assert words["dismissed"]
    assert words["shown"] == ""
    assert re.fullmatch(r"by \w{3} \d\d:\d\d", words["soon"])
    assert re.fullmatch(r"by \w{3} \d\d:\d\d, overdue", words["overdue"])
    assert re.fullmatch(r"by Mar 2, 2099, \d\d:\d\d", words["far"])

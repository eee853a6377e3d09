"""The question for a rating: in the thread, never in the way, and an answer to it is never lost."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import NewContext
from tests.browser.people import Agent, Customer
from tests.server import Server

FEEDBACK = re.compile(r"/api/conversations/[^/]+/feedback$")

QUESTIONS = """async () => {
  const { view } = await import('/widget/entries.js');
  const { en } = await import('/widget/texts.js');
  const config = { bot: { name: 'Finch' }, greeting: '', starters: [] };
  const log = (...all) => all.map((one, i) => ({ seq: i + 1, id: `${i}`, time: '2026-01-01', actor: {}, ...one }));
  const asks = (episode) => ({ type: 'feedback.offered', text: 'How?', rated_episode: episode, survey_kind: 'csat' });
  const rates = (episode, score) => ({ type: 'feedback.given', rated_episode: episode, survey_kind: 'csat', score });
  const [says, answers] = [{ type: 'message.received', text: 'Hi' }, { type: 'answer.given', text: 'Hello' }];
  const open = (touchpoints, outbox = [], saved = {}) => {
    const { survey, entries } = view(log(...touchpoints), outbox, config, en, saved);
    return [survey && [survey.episode, survey.score], entries.filter(({ kind }) => kind === 'system').length];
  };
  const sent = (feedback) => [{ client_id: 'a', time: '2026-01-01', feedback }];
  return {
    asked: open([says, asks(1)]),
    newer: open([asks(1), says, answers, asks(2)]),
    rated: open([asks(1), rates(1, 4), answers]),
    comment: open([asks(1), rates(1, 4), answers, rates(1, 4), answers]),
    again: open([asks(1), rates(1, 4), answers, rates(1, 2)]),
    older: open([asks(1), says, asks(2), rates(1, 4)]),
    answered: open([asks(1), answers]),
    gone_on: open([asks(1), rates(1, 4), answers, says]),
    on_its_way: open([asks(1)], sent({ episode: 1, kind: 'csat', score: 3 })),
    writing: open([asks(1)], [{ client_id: 'a', time: '2026-01-01', text: 'Hi' }]),
    skipped: open([asks(1)], [], { dismissed: 1 }),
    newer_than_skipped: open([asks(1), says, asks(2)], [], { dismissed: 1 }),
    ended: open([asks(1)], [], null),
  };
}"""


def watch(page: Page) -> list[tuple[str, dict[str, Any]]]:
    """What the page posts about ratings from now on: the call and its body."""
    posted: list[tuple[str, dict[str, Any]]] = []

    def note(request: Request) -> None:
        call = re.search(r"/(feedback.*)$", request.url)
        if call and request.method == "POST":
            posted.append((call[1], request.post_data_json))

    page.on("request", note)
    return posted


def on_the_server(customer: Customer, server: Server) -> list[tuple[int, int]]:
    """The ratings that are stored: episode and score."""
    saved = json.loads(next(iter(customer.stored()["local"].values())))
    where = f"{server.url}api/conversations/{saved['conversation_id']}/touchpoints?after=0"
    answer = customer.page.request.get(where, headers={"Authorization": f"Bearer {saved['token']}"})
    given = [one for one in answer.json()["touchpoints"] if one["type"] == "feedback.given"]
    return [(one["rated_episode"], one["score"]) for one in given]


def test_a_customer_rates_and_comments_with_the_keyboard(customer: Customer, server: Server) -> None:
    posted = watch(customer.page)
    customer.solve_a_fault()
    expect(customer.composer).to_be_focused()
    names = [button.text_content() for button in customer.survey.get_by_role("button").all()]
    assert names == ["1", "2", "3", "4", "5", "Skip"]
    expect(customer.survey.get_by_role("button", name="1, very bad", exact=True)).to_be_visible()
    expect(customer.survey.get_by_role("button", name="5, very good", exact=True)).to_be_visible()
    press = customer.page.keyboard.press
    for _ in range(3):
        press("Shift+Tab")
    expect(customer.survey.get_by_role("button", name="4", exact=True)).to_be_focused()
    press("Enter")
    expect(customer.said("system", "You rated 4 of 5")).to_be_visible()
    expect(customer.survey).to_have_count(0)
    press("Tab")
    expect(customer.comment).to_be_focused()
    customer.page.keyboard.type("Quick and clear")
    press("Enter")
    expect(customer.comment).to_have_count(0)
    expect(customer.said("customer", "Quick and clear")).to_be_visible()
    expect(customer.widget.locator(".sending")).to_have_count(0)
    expect(customer.said("system", "You rated")).to_have_count(1)

    calls = [call for call, _ in posted]
    assert calls == ["feedback/shown", "feedback", "feedback"]
    assert {(body["episode"], body["kind"]) for _, body in posted} == {(1, "csat")}
    assert [(body["score"], body.get("comment")) for _, body in posted[1:]] == [(4, None), (4, "Quick and clear")]
    assert len({body["client_id"] for _, body in posted}) == 3
    assert on_the_server(customer, server) == [(1, 4), (1, 4)]


def test_a_question_can_be_skipped_and_stays_skipped(customer: Customer, server: Server) -> None:
    customer.solve_a_fault()
    other = Customer(customer.page.context.new_page()).visit(f"{server.url}demo").open()
    expect(other.survey).to_be_visible()
    posted = watch(customer.page)
    customer.survey.get_by_role("button", name="Skip").click()
    expect(customer.survey).to_have_count(0)
    expect(other.survey).to_have_count(0)
    for tab in (customer, other):
        tab.page.reload()
        tab.open()
        expect(tab.said("bot", "How satisfied")).to_be_visible()
        expect(tab.survey).to_have_count(0)
    assert [(call, body["episode"]) for call, body in posted] == [("feedback/dismissed", 1)]
    assert on_the_server(customer, server) == []


def test_a_bad_rating_offers_a_person_who_reads_why(customer: Customer, agent: Agent) -> None:
    customer.solve_a_fault()
    customer.rate("1, very bad")
    expect(customer.replies).to_have_text(["Speak to a person"])
    customer.comment.fill("It took me an hour")
    customer.panel.get_by_role("button", name="Send comment").click()
    expect(customer.said("customer", "It took me an hour")).to_be_visible()
    customer.choose("Speak to a person")
    expect(customer.waiting).to_be_visible()

    expect(agent.row(customer)).to_contain_text("Gave a bad rating")
    agent.claim(customer)
    agent.page.get_by_role("button", name="The bot’s part").click()
    expect(agent.history.locator(".news", has_text="Rated 1 of 5: It took me an hour")).to_be_visible()
    expect(agent.history.locator(".said.bot", has_text="How satisfied")).to_be_visible()
    expect(agent.summary).to_contain_text("Gave a bad rating")
    agent.resolve()


def test_a_rating_shows_in_the_other_tab_and_after_a_reload(customer: Customer, server: Server) -> None:
    other = Customer(customer.page.context.new_page()).visit(f"{server.url}demo").open()
    customer.page.bring_to_front()
    customer.solve_a_fault()
    expect(other.survey).to_be_visible()
    customer.rate("5, very good")
    customer.panel.get_by_role("button", name="Skip").click()
    expect(customer.comment).to_have_count(0)
    other.page.reload()
    for tab in (customer, other.open()):
        expect(tab.said("system", "You rated 5 of 5")).to_be_visible()
        expect(tab.survey).to_have_count(0)
        expect(tab.comment).to_have_count(0)
    assert on_the_server(customer, server) == [(1, 5)]


def test_being_seen_is_told_once_however_often_it_is_seen(customer: Customer, server: Server) -> None:
    posted = watch(customer.page)
    customer.begin_a_guide()
    customer.replies.filter(has_text="Yes, that helped").evaluate("(node) => { node.click(); botWidget.close(); }")
    expect(customer.launcher).to_have_accessible_name(re.compile("new"))
    assert posted == []
    customer.open()
    expect(customer.survey).to_be_visible()
    customer.page.reload()
    customer.open()
    expect(customer.survey).to_be_visible()
    expect(customer.composer).to_be_focused()
    customer.page.wait_for_timeout(300)
    assert [call for call, _ in posted] == ["feedback/shown"]


def test_a_question_leaves_when_the_customer_writes_on(customer: Customer) -> None:
    customer.solve_a_fault()
    posted = watch(customer.page)
    customer.say("Thank you")
    expect(customer.survey).to_have_count(0)
    expect(customer.said("customer", "Thank you")).to_be_visible()
    assert "feedback/dismissed" not in [call for call, _ in posted]


def test_a_rating_outlives_the_tab_that_is_closed_at_once(
    customer: Customer, new_context: NewContext, server: Server
) -> None:
    customer.solve_a_fault()
    context = customer.page.context
    customer.rate("4")
    customer.page.close()
    again = Customer(context.new_page()).visit(f"{server.url}demo").open()
    expect(again.said("system", "You rated 4 of 5")).to_be_visible()
    assert on_the_server(again, server) == [(1, 4)]


def test_a_rating_on_a_bad_line_is_sent_once_when_the_line_is_back(customer: Customer, server: Server) -> None:
    customer.solve_a_fault()
    sent: list[str] = []

    def lose(route: Route) -> None:
        sent.append(str(route.request.post_data_json["client_id"]))
        if len(sent) < 3:
            route.abort()
        else:
            route.continue_()

    customer.page.route(FEEDBACK, lose)
    customer.rate("3")
    rated = customer.said("system", "You rated 3 of 5")
    expect(rated).to_contain_text("Not sent yet. Trying again.")
    expect(rated).not_to_contain_text("Not sent yet. Trying again.")
    assert len(sent) == 3
    assert len(set(sent)) == 1
    assert on_the_server(customer, server) == [(1, 3)]


def test_a_rating_that_is_refused_says_why(customer: Customer) -> None:
    customer.solve_a_fault()
    customer.page.route(FEEDBACK, lambda route: route.fulfill(status=422, body='{"detail": "No such request."}'))
    customer.rate("3")
    expect(customer.said("system").get_by_role("alert")).to_contain_text("Not sent. No such request.")
    customer.page.unroute(FEEDBACK)
    customer.said("system").get_by_role("button", name="Try again").click()
    expect(customer.said("system").get_by_role("alert")).to_have_count(0)
    expect(customer.said("system", "You rated 3 of 5")).to_have_count(1)


@pytest.mark.soak
def test_an_agents_help_is_rated_too(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.resolve()
    expect(customer.survey).to_be_visible()
    customer.rate("5, very good")
    expect(customer.said("system", "You rated 5 of 5")).to_be_visible()


def test_which_question_is_open(page: Page, server: Server) -> None:
    page.goto(f"{server.url}privacy")
    assert page.evaluate(QUESTIONS) == {
        "asked": [[1, None], 0],
        "newer": [[2, None], 0],
        "rated": [[1, 4], 1],
        "comment": [[1, 4], 1],
        "again": [[1, 2], 2],
        "older": [[2, None], 1],
        "answered": [None, 0],
        "gone_on": [None, 1],
        "on_its_way": [[1, 3], 1],
        "writing": [None, 0],
        "skipped": [None, 0],
        "newer_than_skipped": [[2, None], 0],
        "ended": [None, 0],
    }

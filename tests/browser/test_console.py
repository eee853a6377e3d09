"""What an agent does with a conversation at the console, beside claiming, replying and resolving."""

import re

import pytest
from playwright.sync_api import APIResponse, Route, expect

from tests.browser.people import NAME, OTHER_NAME, SHIPPED, Agent, Customer


def test_the_bots_part_is_folded_and_one_key_away(customer: Customer, agent: Agent) -> None:
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    customer.ask_for_a_person()
    agent.look_at(customer)
    fold = agent.page.get_by_role("button", name=re.compile("The bot’s part"))
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(agent.history.get_by_text(SHIPPED)).to_be_hidden()
    agent.page.keyboard.press("b")
    expect(fold).to_have_attribute("aria-expanded", "true")
    expect(agent.history.get_by_text(SHIPPED)).to_be_visible()
    line = agent.history.locator(".understood").first
    expect(line).to_have_text(re.compile(r"Track order \d+%, or [A-Z][a-z ]+"))
    agent.page.keyboard.press("b")
    expect(agent.history.get_by_text(SHIPPED)).to_be_hidden()
    agent.claim(customer)
    agent.resolve()


def test_an_intent_is_corrected_with_two_keys(customer: Customer, agent: Agent) -> None:
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("b")
    message = agent.history.locator(".said.customer", has_text="Where is order 48213?")
    message.focus()
    agent.page.keyboard.press("i")
    dialog = agent.page.get_by_role("dialog", name="What is this message about?")
    expect(dialog.get_by_role("option").first).to_be_visible()
    chosen = str(dialog.get_by_role("option").first.locator(".title").text_content())
    agent.page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(message.locator(".understood")).to_contain_text(f"{chosen}, corrected by {NAME}; was Track order")
    expect(message).to_be_focused()

    message.get_by_role("button", name="Correct the intent").click()
    dialog.get_by_role("combobox").fill("cancel")
    expect(dialog.get_by_role("option").first).to_contain_text(re.compile("cancel", re.IGNORECASE))
    dialog.get_by_role("option").first.click()
    expect(message.locator(".understood")).to_contain_text(re.compile("cancel", re.IGNORECASE))
    agent.page.reload()
    expect(message.locator(".understood")).to_contain_text(re.compile("cancel.*corrected by", re.IGNORECASE))
    agent.resolve()


def test_a_canned_reply_is_chosen_by_typing_and_sent_only_by_hand(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.page.keyboard.type("/")
    menu = agent.page.get_by_role("listbox", name="Canned replies")
    expect(menu.get_by_role("option").nth(3)).to_be_visible()
    agent.page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    expect(agent.composer).to_have_attribute("aria-activedescendant", re.compile("-1$"))
    agent.page.keyboard.type("hel")
    expect(menu.get_by_role("option")).to_have_count(1)
    agent.page.keyboard.press("Enter")
    expect(menu).to_be_hidden()
    expect(agent.composer).to_have_value(re.compile("^Hello, thank you for waiting"))
    expect(agent.history.locator(".said.agent")).to_have_count(0)
    agent.page.keyboard.press("Enter")
    expect(customer.said("agent", "thank you for waiting")).to_be_visible()

    agent.page.keyboard.type("and/or /")
    expect(menu).to_be_visible()
    agent.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(agent.composer).to_be_focused()
    agent.page.keyboard.type("xyz")
    expect(agent.composer).to_have_value("and/or /xyz")
    agent.composer.fill("")
    agent.resolve()


def test_a_place_in_a_canned_reply_that_is_not_filled_is_not_sent(customer: Customer, agent: Agent) -> None:
    replies = {"replies": [{"name": "late", "title": "Late", "text": "Hello, {name}. It comes on {day}. {agent}"}]}
    agent.page.route("**/api/agent/replies*", lambda route: route.fulfill(json=replies))
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.page.keyboard.type("/late")
    expect(agent.page.get_by_role("option")).to_have_count(1)
    agent.page.keyboard.press("Enter")
    expect(agent.composer).to_have_value(f"Hello. It comes on {{day}}. {NAME}")
    agent.page.keyboard.press("Enter")
    expect(agent.page.get_by_role("alert")).to_contain_text("{day}")
    agent.page.keyboard.type("Friday")
    agent.page.keyboard.press("Enter")
    expect(customer.said("agent", "It comes on Friday.")).to_be_visible()
    agent.resolve()


def test_a_suggested_answer_goes_into_the_reply_and_no_further(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    customer.say("What does shipping cost?")
    suggestion = agent.page.get_by_role("group", name="Suggested answers").get_by_role("button").first
    expect(suggestion).to_contain_text(re.compile(r"\d+%"))
    text = str(suggestion.get_attribute("title"))
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("s")
    expect(agent.composer).to_be_focused()
    expect(agent.composer).to_have_value(text)
    agent.composer.fill("Well:")
    agent.page.keyboard.press("Alt+Digit1")
    expect(agent.composer).to_have_value(f"Well: {text}")
    expect(agent.history.locator(".said.agent")).to_have_count(0)
    agent.composer.fill("")
    agent.resolve()


def test_a_note_is_seen_by_colleagues_alone(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("n")
    agent.page.keyboard.type("Refund agreed with the warehouse")
    agent.page.reload()
    agent.page.get_by_role("button", name="Note", exact=True).click()
    note = agent.page.get_by_label("Write a note")
    expect(note).to_have_value("Refund agreed with the warehouse")
    note.press("Enter")
    expect(agent.history.locator(".said.note", has_text="Refund agreed")).to_contain_text(f"Note by {NAME}")
    agent.page.get_by_role("button", name="Reply", exact=True).click()
    agent.reply("It is on its way.")
    expect(customer.said("agent", "It is on its way.")).to_be_visible()
    expect(customer.panel.get_by_text("Refund agreed")).to_have_count(0)
    agent.resolve()


def test_both_sides_see_that_the_other_types(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.page.keyboard.type("Let me see")
    expect(customer.panel.get_by_text(re.compile(f"{NAME}.* is typing|is writing", re.IGNORECASE))).to_be_visible()
    customer.composer.press_sequentially("One more thing")
    expect(agent.page.get_by_text(re.compile("Customer .* is typing"))).to_be_visible()
    customer.composer.press("Enter")
    expect(agent.history.locator(".said.customer", has_text="One more thing")).to_be_visible()
    expect(agent.page.get_by_text(re.compile("is typing"))).to_be_hidden()
    agent.composer.fill("")
    agent.reply("I have it now")
    seen = agent.history.locator(".said.agent", has_text="I have it now").get_by_text("Seen", exact=True)
    expect(seen).to_be_visible()
    agent.page.reload()
    expect(seen).to_be_visible()
    agent.resolve()


def test_a_conversation_is_passed_to_a_colleague_with_a_note(
    customer: Customer, agent: Agent, other_agent: Agent
) -> None:
    other_agent.be("Online")
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("t")
    expect(agent.page.get_by_role("dialog", name="Transfer Customer")).to_be_visible()
    agent.page.keyboard.press("Escape")
    agent.transfer(OTHER_NAME, "Speaks Igbo")
    expect(agent.page.locator(".owner")).to_have_text(f"With {OTHER_NAME}")
    expect(agent.composer).to_be_hidden()

    other_agent.tab("Mine").click()
    other_agent.row(customer).click()
    expect(other_agent.history.locator(".said.note")).to_contain_text("Speaks Igbo")
    expect(other_agent.history).to_contain_text(f"Transferred to {OTHER_NAME} by {NAME}")
    expect(other_agent.page.locator(".watching")).to_have_text(f"{NAME} looks on")
    other_agent.reply("I go on here.")
    expect(customer.said("agent", "I go on here.")).to_contain_text(OTHER_NAME)
    other_agent.resolve()


def test_taking_over_asks_first_and_the_other_may_not_write_any_more(
    customer: Customer, agent: Agent, other_agent: Agent
) -> None:
    customer.ask_for_a_person()
    other_agent.claim(customer)
    agent.page.goto(f"{agent.page.url.partition('#')[0]}#conversation={customer.conversation_id}")
    take = agent.page.get_by_role("button", name="Take over")
    take.click()
    dialog = agent.page.get_by_role("dialog", name=f"over from {OTHER_NAME}?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(agent.page.locator(".owner")).to_have_text(f"With {OTHER_NAME}")
    take.click()
    dialog.get_by_role("button", name="Take over").click()
    expect(agent.page.locator(".owner")).to_have_text("With you")
    expect(other_agent.page.locator(".owner")).to_have_text(f"With {NAME}")
    expect(other_agent.composer).not_to_be_editable()
    agent.resolve()


def test_a_lost_race_for_a_claim_is_told_in_words(customer: Customer, agent: Agent, other_agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.look_at(customer)
    expect(agent.page.get_by_role("button", name="Claim")).to_be_visible()
    # What the page shows is older than what has happened.
    agent.page.route("**/api/agent/stream", lambda route: route.abort())
    agent.page.route("**/api/agent/conversations/*", lambda route: route.abort())
    agent.page.context.set_offline(True)  # ends the stream that is open
    other_agent.claim(customer)
    agent.page.context.set_offline(False)
    agent.page.get_by_role("button", name="Claim").click()
    expect(agent.page.get_by_role("alert")).to_contain_text("another agent has this conversation")
    agent.page.unroute_all(behavior="wait")
    agent.page.reload()
    expect(agent.page.locator(".owner")).to_have_text(f"With {OTHER_NAME}")
    other_agent.resolve()


@pytest.mark.soak
def test_the_bot_goes_on_with_what_is_given_back(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.page.get_by_role("button", name="To the bot").click()
    dialog = agent.page.get_by_role("dialog")
    dialog.get_by_label(re.compile("Note")).fill("Only wants the tracking")
    dialog.get_by_role("button", name="Give back").click()
    expect(agent.page.locator(".owner")).to_have_text("With the bot")
    expect(agent.history.locator(".said.note")).to_contain_text("Only wants the tracking")
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    expect(agent.history.get_by_text(SHIPPED)).to_be_visible()


def test_a_conversation_is_resolved_with_an_outcome(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("e")
    dialog = agent.page.get_by_role("dialog", name="Resolve the conversation with Customer")
    expect(dialog.get_by_role("radio", checked=True)).to_have_count(0)
    customer.say("One more thing")
    expect(dialog.get_by_text("The customer has written meanwhile.")).to_be_visible()
    dialog.get_by_label("Refunded").check()
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator(".owner")).to_have_text("Closed")
    expect(agent.history).to_contain_text("Closed: refunded")


def test_search_finds_a_past_conversation_by_its_words(customer: Customer, agent: Agent) -> None:
    customer.say("My zephyrphone hums at night")
    expect(customer.said("bot")).to_have_count(2)
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.resolve()
    agent.page.goto(agent.page.url.partition("#")[0])
    expect(agent.tab("Waiting")).to_be_visible()
    for key in ("f", "Control+k"):
        agent.page.keyboard.press(key)
        dialog = agent.page.get_by_role("dialog", name="Search conversations")
        expect(dialog.get_by_role("combobox")).to_be_focused()
        agent.page.keyboard.type("zephyrphone")
        expect(dialog.get_by_role("option")).to_have_count(1)
        expect(dialog.get_by_role("option").locator("mark")).to_have_text(re.compile("zephyrphone"))
        if key == "f":
            agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("Enter")
    expect(agent.page.locator(".owner")).to_have_text("Closed")
    agent.page.keyboard.press("f")
    agent.page.keyboard.type("quetzalcoatlus")
    expect(agent.page.get_by_role("dialog")).to_contain_text("Nothing was found.")


def test_the_customer_panel_tells_what_they_came_for_before(customer: Customer, agent: Agent) -> None:
    customer.say("Where is order 48213?")
    expect(customer.said("bot", SHIPPED)).to_be_visible()
    customer.ask_for_a_person()
    agent.look_at(customer)
    panel = agent.page.get_by_role("complementary", name="Customer")
    if not panel.is_visible():
        agent.page.keyboard.press("d")
    expect(panel).to_contain_text("This is the first one.")
    expect(panel.locator(".journey")).to_contain_text("Track")
    agent.page.keyboard.press("d")
    agent.claim(customer)
    agent.resolve()


def test_text_from_right_to_left_keeps_its_direction(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    customer.say("أين طلبي رقم 48213؟")
    agent.claim(customer)
    words = agent.history.locator(".said.customer .bubble p").last
    assert words.evaluate("(node) => getComputedStyle(node).direction") == "rtl"
    agent.composer.fill("مرحبا")
    assert agent.composer.evaluate("(node) => getComputedStyle(node).direction") == "rtl"
    agent.composer.fill("")
    agent.resolve()


def test_an_answer_that_comes_after_a_later_one_changes_nothing(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.look_at(customer)
    expect(agent.history).to_be_visible()
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    with agent.page.expect_request(f"**/conversations/{customer.conversation_id}"):
        agent.page.route(f"**/api/agent/conversations/{customer.conversation_id}", hold)
        agent.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    agent.claim(customer)
    route, before_the_claim = held[0]
    with agent.page.expect_response(lambda answer: answer.request == route.request):
        route.fulfill(response=before_the_claim)
    agent.page.wait_for_timeout(100)
    agent.page.keyboard.type("Let me look")
    expect(agent.composer).to_have_value("Let me look")
    agent.page.keyboard.press("Enter")
    expect(customer.said("agent", "Let me look")).to_be_visible()
    agent.resolve()

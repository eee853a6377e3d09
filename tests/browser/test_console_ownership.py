"""What an agent is in the middle of when a conversation changes hands, or the page under it goes."""

from playwright.sync_api import expect

from tests.browser.conftest import NewContext
from tests.browser.people import NAME, OTHER_NAME, Agent, Customer
from tests.server import Server


def test_a_note_stays_a_note_when_the_conversation_is_given_to_who_writes_it(
    customer: Customer, agent: Agent, other_agent: Agent
) -> None:
    other_agent.be("Online")
    customer.ask_for_a_person()
    other_agent.look_at(customer)
    expect(other_agent.page.get_by_role("button", name="Claim")).to_be_visible()
    other_agent.page.keyboard.press("n")
    other_agent.page.keyboard.type("Careful, this customer ")
    agent.look_at(customer)
    agent.give(OTHER_NAME)
    expect(other_agent.page.locator(".owner")).to_have_text("With you")
    expect(other_agent.page.get_by_label("Write a note")).to_be_focused()
    other_agent.page.keyboard.type("shouts")
    other_agent.page.keyboard.press("Enter")
    expect(other_agent.history.locator(".said.note")).to_contain_text("Careful, this customer shouts")
    assert customer.bubbles("agent") == []

    # Who claims by hand and has begun a note is not led out of it either.
    other_agent.give_back()
    customer.ask_for_a_person()
    expect(other_agent.page.get_by_role("button", name="Claim")).to_be_visible()
    other_agent.page.get_by_label("Write a note").fill("Half a note")
    other_agent.page.get_by_role("button", name="Claim").click()
    expect(other_agent.page.locator(".owner")).to_have_text("With you")
    expect(other_agent.page.get_by_label("Write a note")).to_have_value("Half a note")
    expect(other_agent.composer).to_be_hidden()
    other_agent.page.get_by_label("Write a note").fill("")
    other_agent.resolve()


def test_letters_are_no_commands_when_a_conversation_is_lost_in_the_middle_of_a_sentence(
    customer: Customer, agent: Agent, other_agent: Agent
) -> None:
    customer.ask_for_a_person()
    other_agent.claim(customer)
    other_agent.page.keyboard.type("I have asked the ware")
    agent.tab("Others").click()
    agent.row(customer).click()
    agent.page.get_by_role("button", name="Take over").click()
    agent.page.get_by_role("dialog").get_by_role("button", name="Take over").click()
    expect(agent.composer).to_be_focused()
    expect(other_agent.page.locator(".owner")).to_have_text(f"With {NAME}")
    expect(other_agent.page.get_by_text(f"{NAME} has this conversation now. What you wrote is kept.")).to_be_visible()
    other_agent.page.keyboard.type("house, it is on its way to you")
    other_agent.page.keyboard.press("Enter")
    expect(other_agent.page.get_by_role("dialog")).to_have_count(0)
    expect(other_agent.composer).to_have_value("I have asked the ware")
    expect(agent.page.locator(".owner")).to_have_text("With you")
    assert customer.bubbles("agent") == []
    other_agent.page.keyboard.press("Escape")
    expect(other_agent.composer).to_be_hidden()
    # What would be refused isn't offered: notes and corrections of what a colleague has.
    customer.say("What does shipping cost?")
    expect(agent.history.get_by_role("button", name="Correct the intent").last).to_be_visible()
    expect(other_agent.history.locator(".said.customer", has_text="shipping")).to_be_visible()
    expect(other_agent.history.get_by_role("button", name="Correct the intent")).to_have_count(0)
    other_agent.page.keyboard.press("n")
    other_agent.page.keyboard.press("i")
    expect(other_agent.page.get_by_label("Write a note")).to_be_hidden()
    expect(other_agent.page.get_by_role("dialog")).to_have_count(0)
    lost = other_agent.page.get_by_role("log", name="Lost conversations")
    expect(lost).to_contain_text(f"{NAME} has taken over Customer {customer.conversation_id[-6:]}.")
    agent.resolve()
    lost.get_by_role("button", name="Put away").click()
    expect(lost).to_have_text("")


def test_a_dialog_goes_with_its_page_and_a_note_in_it_is_kept(
    customer: Customer, agent: Agent, new_context: NewContext, server: Server
) -> None:
    page = agent.page
    other = Customer(new_context().new_page()).visit(f"{server.url}demo").open()
    customer.ask_for_a_person()
    other.ask_for_a_person()
    agent.claim(customer)
    page.keyboard.press("Escape")
    agent.claim(other)
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    name = f"Customer {other.conversation_id[-6:]}"
    expect(page.get_by_role("dialog", name=f"Resolve the conversation with {name}?")).to_be_visible()
    page.go_back()
    behind = page.get_by_role("article").get_by_role("heading", level=2)
    expect(behind).to_have_text(f"Customer {customer.conversation_id[-6:]}")
    expect(page.get_by_role("dialog")).to_have_count(0)

    # Nor are letters commands when the page goes under a field.
    page.go_forward()
    expect(behind).to_have_text(name)
    page.keyboard.press("r")
    expect(agent.composer).to_be_focused()
    page.go_back()
    page.keyboard.type("text")
    expect(behind).to_have_text(f"Customer {customer.conversation_id[-6:]}")
    expect(page.get_by_role("button", name="Transfer")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.get_by_role("dialog").get_by_label("Note").fill("Asked three times already")
    page.context.clear_cookies()
    page.get_by_role("dialog").get_by_role("button", name="Transfer").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    agent.sign_in(server.url)
    agent.tab("Mine").click()
    agent.row(customer).click()
    page.get_by_role("button", name="Note", exact=True).click()
    expect(page.get_by_label("Write a note")).to_have_value("Asked three times already")
    page.get_by_label("Write a note").fill("")
    agent.resolve()
    agent.row(other).click()
    agent.resolve()


def test_a_failed_reply_is_put_before_what_has_been_written_since(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    refused = {"status": 409, "detail": "Refused."}
    agent.page.route("**/messages", lambda route: route.fulfill(status=409, json=refused))
    agent.reply("The first")
    expect(agent.page.get_by_role("button", name="Edit")).to_be_visible()
    agent.composer.fill("The second")
    agent.page.get_by_role("button", name="Edit").click()
    expect(agent.composer).to_have_value("The first\nThe second")
    agent.page.unroute_all(behavior="wait")
    agent.composer.fill("")

    # It passes to a skill that the agent doesn't have.
    agent.page.route(f"**/api/agent/conversations/{customer.conversation_id}", lambda route: route.fulfill(status=404))
    customer.say("One more thing")
    expect(agent.page.get_by_text("has gone to a skill that you don’t have")).to_be_visible()
    expect(agent.page.get_by_role("button", name="Resolve")).to_be_hidden()
    agent.page.unroute_all(behavior="wait")
    customer.say("And another")
    agent.resolve()


def test_a_text_that_is_too_long_is_counted_kept_and_not_sent(customer: Customer, agent: Agent) -> None:
    customer.ask_for_a_person()
    agent.claim(customer)
    agent.composer.fill("x" * 3900)
    expect(agent.page.get_by_text("100 characters left")).to_be_visible()
    agent.page.evaluate("document.execCommand('insertText', false, 'y'.repeat(110))")
    expect(agent.page.get_by_text("10 characters too many", exact=True)).to_be_visible()
    agent.composer.press("Enter")
    expect(agent.page.get_by_role("alert")).to_contain_text("Not sent: 10 characters too many.")
    expect(agent.composer).to_have_value("x" * 3900 + "y" * 110)
    agent.composer.fill("")
    agent.resolve()

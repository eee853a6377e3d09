"""What an agent is in the middle of when a conversation changes hands, or the page under it goes."""

from playwright.sync_api import expect

from tests.browser.people import NAME, OTHER_NAME, Agent, Customer


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
    agent.resolve()

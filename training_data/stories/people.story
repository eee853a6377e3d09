# Every way to a person, out of hours, and how customers are asked what they thought.

story: A person is asked for
customer: I want to talk to a human
bot: [hands off: requested] Of course, I'm passing you on to

story: A person is asked for, curtly
customer: agent!!
bot: [hands off: requested] Of course, I'm passing you on to

story: A person is asked for by the quick reply of the greeting
customer: [Speak to a person]
bot: [hands off: requested] Of course, I'm passing you on to

story: A person is asked for in the middle of a form
customer: I want to return something
bot: Which order is it? The number has
customer: let me talk to a real person please
bot: [hands off: requested] Of course, I'm passing you on to

story: A person is asked for together with something else
customer: where is my order 48213 and can I speak to somebody from your team?
bot: [hands off: requested] Of course, I'm passing you on to

story: A person is asked for behind a comma
customer: My refund has not arrived, I want to talk to somebody
bot: [hands off: requested] Of course, I'm passing you on to

story: Not understood twice in a row
customer: qwertz asdf yxcv
bot: I'm sorry, I didn't understand that. Could
customer: blub blub blub
bot: [hands off: not_understood] I'm not getting you any further, and

story: Not understood, then offered what is near, then a person
customer: qwertz asdf yxcv
bot: I'm sorry, I didn't understand that. Could
customer: something about the invoice and the card
bot: I'm not quite sure what you need

story: A complaint is for people
customer: I want to make a formal complaint about your service
bot: [hands off: policy] I'm sorry that we let you down … If you like, write what happened, when … I'm passing this on to a person

story: Danger is for people, at once
customer: my phone battery is smoking and very hot
bot: [hands off: policy] Stop using the device now: switch it … If there is a fire or somebody … Please don't post the device or take

story: The law is for people, at once
customer: my lawyer will contact you, I am going to court
bot: [hands off: policy] We take this seriously, and a person … If somebody has used your card or … I'm passing this on to a person

story: Distress
customer: I can't take this any more, I'm crying, my late mother's photos were on that phone and now it's all gone, please help me
bot: [hands off: distress] I'm sorry that this is so hard

story: Upset, still upset, and then a person
customer: this is ridiculous, where the hell is my order 48213?!
bot: I'm sorry, that shouldn't happen … Your order was shipped on Tuesday 12
customer: WHAT A JOKE!!! I am fed up, which payment methods do you accept?!
bot: I understand how annoying this is for … You can pay by Visa, Mastercard or
customer: this is ridiculous!!! I am so sick of this, how long does the warranty last on a phone?!
bot: [hands off: distress] I'm sorry that this is so hard

story: The order system is down
given: systems down
customer: where is my order 48213
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: The same answer over and over goes to a person
customer: what payment methods do you accept?
bot: You can pay by Visa, Mastercard or … By invoice you have 30 days to
customer: which payment methods do you take?
bot: This is what I said before. If … You can pay by Visa, Mastercard or … By invoice you have 30 days to
customer: what payment methods are available?
bot: [hands off: loop] I'm not getting you any further, and

story: The same question unanswered goes to a person
customer: where is my order?
bot: Which order is it? The number has
customer: I don't know
bot: I don't see an order number in
customer: no idea what that is
bot: [hands off: not_understood] I'm not getting you any further, and

story: The agent's part, and the rating
customer: I want to talk to a human
bot: [hands off: requested] Of course, I'm passing you on to
customer: it is about my invoice
bot: Thank you, I've noted that. The person
customer: are you there?
bot: [silent]
agent: claims
customer: hello, can you help me with my invoice?
bot: [silent]
agent: Of course, give me a minute.
agent: resolves
bot: How satisfied are you with the help
rates: 5
bot: Thank you for telling us

story: The agent gives the conversation back, and the bot answers again
customer: I want to talk to a human
bot: [hands off: requested] Of course, I'm passing you on to
agent: claims
agent: Your invoice is on its way. The bot can help you with the rest.
agent: returns
customer: what payment methods do you accept?
bot: You can pay by Visa, Mastercard or

story: Passed on to other people, the customer goes on waiting
customer: I want to talk to a human
bot: [hands off: requested] Of course, I'm passing you on to
agent: claims
customer: my phone is broken, it is not about an order at all
bot: [silent]
agent: passes on to repairs
customer: it is a Kite 5
bot: Thank you, I've noted that. The person
agent: claims
customer: can you repair it?
bot: [silent]
agent: resolves
bot: How satisfied are you with the help

story: A bad rating offers a person, who is told
customer: I want to talk to a human
bot: [hands off: requested] Of course, I'm passing you on to
agent: claims
agent: resolves
bot: How satisfied are you with the help
rates: 1
bot: Thank you for being open. I'm sorry
customer: [Speak to a person]
bot: [hands off: bad_rating] Of course, I'm passing you on to

story: Thanks after the end open nothing new
customer: I want to talk to a human
bot: [hands off: requested] Of course, I'm passing you on to
agent: claims
agent: resolves
bot: How satisfied are you with the help
customer: thank you very much
bot: You're welcome. If anything else comes up

story: Out of hours a message can be left, with a promised time
given: hours mon-fri 09:00-17:00
given: now 2027-01-15 18:30
customer: I want to talk to a human
bot: [hands off: requested] Of course, I'm passing you on to … Nobody is here right now; we are
customer: it's about my broken tablet
bot: Thank you, I've noted that. You have
customer: please hurry
bot: [silent]

story: Out of hours, in German
given: locale de
given: hours mon-fri 09:00-17:00
given: now 2027-01-16 10:00
customer: Ich möchte mit einem Mitarbeiter sprechen
bot: [hands off: requested] Natürlich, ich gebe Sie an einen Menschen … Im Moment ist niemand da; wir sind

story: On a holiday
given: closed 2027-01-13
customer: can I talk to someone
bot: [hands off: requested] Of course, I'm passing you on to … Nobody is here right now; we are

story: Within the hours nothing is promised
given: hours mon-fri 09:00-17:00
customer: I want to talk to a human
bot: [hands off: requested] Of course, I'm passing you on to

story: Left alone for a day, the request is closed
customer: how long does delivery take?
bot: Standard delivery takes one to three working … What is in stock and ordered by
later: 25 hours
customer: how long does delivery take?
bot: Standard delivery takes one to three working … What is in stock and ordered by

story: Feedback after a good answer, once
customer: how long does delivery take?
bot: Standard delivery takes one to three working … What is in stock and ordered by
customer: thank you
bot: You're welcome. If anything else comes up
bot: How satisfied are you with the help
rates: 4
bot: Thank you for telling us
customer: thanks again
bot: You're welcome. If anything else comes up

story: A bad rating of the bot offers a person
customer: how long does delivery take?
bot: Standard delivery takes one to three working … What is in stock and ordered by
customer: thanks
bot: You're welcome. If anything else comes up
bot: How satisfied are you with the help
rates: 2
bot: Thank you for being open. I'm sorry
customer: [Speak to a person]
bot: [hands off: bad_rating] Of course, I'm passing you on to

story: Feedback by another scale
given: feedback nps
customer: how long does delivery take?
bot: Standard delivery takes one to three working … What is in stock and ordered by
customer: thanks
bot: You're welcome. If anything else comes up
bot: How likely are you to recommend Copperfinch
rates: 6
bot: Thank you for being open. I'm sorry

story: Danger in German is for people, at once
given: locale de
customer: mein handy raucht
bot: [hands off: policy] Benutzen Sie das Gerät jetzt nicht mehr … Wenn es brennt oder jemand verletzt … Bitte schicken Sie das Gerät noch

story: Danger that the battery guide asks about
customer: my phone battery runs down so fast
bot: Let's find out together what is wrong … What kind of device is it?
customer: now it exploded
bot: [hands off: policy] Stop using the device now: switch it … If there is a fire or somebody … Please don't post the device or take

story: A hacked account is for people, at once
customer: my account has been hacked
bot: [hands off: policy] We take this seriously, and a person … If somebody has used your card or … I'm passing this on to a person

story: Fraud in German is for people, at once
given: locale de
customer: das ist betrug ich gehe zur polizei
bot: [hands off: policy] Wir nehmen das ernst, und darauf soll … Hat jemand Ihre Karte oder Ihr Konto

story: A mail that may be false
customer: is this e-mail really from you?
bot: [hands off: policy] We take this seriously … don't open its links

story: A complaint in German is for people
given: locale de
customer: ich will mich beschweren
bot: [hands off: policy] Es tut mir leid, dass wir Sie … Wenn Sie möchten, schreiben Sie, was wann

story: Somebody has died
customer: my mother passed away, what happens with her order
bot: [hands off: policy] I'm very sorry for your loss … Nothing has to be sent back or paid

story: Somebody has died, in German
given: locale de
customer: mein vater ist gestorben und hatte noch etwas bestellt
bot: [hands off: policy] Mein herzliches Beileid … Sie müssen nichts zurückschicken oder bezahlen

story: A child ordered
customer: my son bought a phone with my card without asking, what now
bot: That happens, and it needn't cost you … if it wasn't anybody in your family
replies: Cancel my order | Return something | Speak to a person

story: Somebody doesn't want to live any more
customer: I don't want to live any more
bot: [hands off: distress] I'm sorry that this is so hard … call the emergency number 112 or a crisis helpline

story: Somebody doesn't want to live any more, in German
given: locale de
customer: ich will nicht mehr leben
bot: [hands off: distress] Es tut mir leid, dass Sie das … rufen Sie bitte jetzt die 112

story: No person is wanted
customer: please don't connect me to a human
bot: All right. If anything else

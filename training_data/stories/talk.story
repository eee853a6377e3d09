# Small talk, names, several concerns at once, moods, and German.

story: Small talk stays short
customer: hello
bot: Hello. All is well here, and I'm
customer: are you a human?
bot: I'm Finch, a bot: a program, not … I look up orders, refunds and repairs
customer: goodbye
bot: Goodbye, and take care. You can write

story: The name that a customer gives is used
customer: my name is Ada
bot: Good to meet you, Ada. I'll call
customer: hello
bot: Hello, Ada. All is well here, and

story: The name that the shop gives is used only with consent
given: signed in as mila, name Mila, personalise true
customer: hello
bot: Hello, Mila. All is well here, and

story: The name that the shop gives is not used without consent
given: signed in as mila, name Mila
customer: hello
bot: Hello. All is well here, and I'm

story: Two questions in one message
customer: How long does delivery take? And which payment methods do you accept?
bot: Standard delivery takes one to three working … What is in stock and ordered by
bot: You can pay by Visa, Mastercard or … By invoice you have 30 days to

story: A question and a form in one message
customer: Where is my order 48213 and how long is the warranty?
bot: A new device has two years of … It covers faults in material and manufacture … The invoice is your proof; you needn't
bot: Your order was shipped on Tuesday 12 … The link in your shipping e-mail shows

story: Two forms in one message
given: signed in as mila
customer: I want to return my order 47990 and please also send me the invoice
bot: The invoice INV-47990 is on its way
bot: Why are you sending it back? It
customer: changed my mind
bot: You can return anything within 30 days
customer: yes
bot: Your return is registered under RET-47990. The … You can print the label or show

story: Which of two was meant
customer: the laptop is defective
bot: I'm not quite sure what you need

story: An upset customer hears that first, and the short answer
customer: WHAT A JOKE!!! I am fed up, which payment methods do you accept?!
bot: I'm sorry, that shouldn't happen … You can pay by Visa, Mastercard or
customer: [More about this]
bot: You can pay by Visa, Mastercard or … By invoice you have 30 days to

story: Upset within a form
customer: I am so fed up with this rubbish, I want to return it now!!
bot: I'm sorry, that shouldn't happen … Which order is it? The number has

story: A kept order number serves the next question
customer: where is order 47990
bot: Your order was delivered on Sunday 10 … A look at the tracking page can
customer: I want to return it
bot: Which e-mail address was it ordered with?

story: And another one
customer: where is order 48213
bot: Your order was shipped on Tuesday 12 … The link in your shipping e-mail shows
customer: and 48257?
bot: Your order is packed and leaves our … As soon as the carrier has it

story: The number of a correction stands last
customer: where is my order?
bot: Which order is it? The number has
customer: not 48213, I mean 48257
bot: Your order is packed and leaves our … As soon as the carrier has it

story: Signed in, nobody is asked for an address
given: signed in as mila
customer: please cancel order 48257
bot: Order 48257 would be cancelled, all of
customer: yes
bot: Your order is cancelled. The money goes … You don't have to do anything else

story: Something that no intent covers
customer: what is the capital of Mongolia
bot: I'm sorry, I didn't understand that. Could
customer: how long does delivery take?
bot: Standard delivery takes one to three working … What is in stock and ordered by

story: Deutsch: Wo ist meine Bestellung
given: locale de
customer: Wo ist meine Bestellung?
bot: Um welche Bestellung geht es? Die Nummer
customer: 48213
bot: Ihre Bestellung ist unterwegs. Sie sollte bis … Der Link in Ihrer Versandmail zeigt, wo

story: Deutsch: auf einer englischen Seite
given: locale en
customer: wo bleibt meine Bestellung 48257?
bot: Ihre Bestellung ist gepackt und verlässt unser … Sobald der Zusteller es hat, bekommen Sie
customer: Danke schön
bot: Sehr gern. Wenn noch etwas ist, schreiben
bot: Wie zufrieden sind Sie mit der Hilfe

story: Deutsch: Stornieren
given: locale de
customer: Ich möchte meine Bestellung stornieren
bot: Um welche Bestellung geht es? Die Nummer
customer: 48257
bot: Mit welcher E-Mail-Adresse wurde bestellt? Ich brauche
customer: mila@example.com
bot: Ich würde Bestellung 48257 vollständig stornieren. Das
customer: ja bitte
bot: Ihre Bestellung ist storniert. Das Geld geht … Sie müssen nichts weiter tun, und das

story: Deutsch: Stornieren, doch nicht
given: locale de
customer: bitte Bestellung 48257 stornieren
bot: Mit welcher E-Mail-Adresse wurde bestellt? Ich brauche
customer: doch nicht
bot: In Ordnung, wir hören hier auf; ich

story: Deutsch: Zurücksenden
given: locale de
given: signed in as mila
customer: ich will Bestellung 47990 zurückschicken
bot: Warum schicken Sie es zurück? An Ihrem
customer: [Es funktioniert nicht richtig]
bot: Sie können alles innerhalb von 30 Tagen
customer: ja
bot: Ihre Rücksendung ist unter RET-47990 angemeldet. Das … Sie können das Etikett drucken oder seinen

story: Deutsch: Zurücksenden, unterbrochen und berichtigt
given: locale de
given: signed in as mila
customer: ich will Bestellung 47500 zurückschicken
bot: Warum schicken Sie es zurück? An Ihrem
customer: nein, ich meine 47990
bot: Warum schicken Sie es zurück? An Ihrem
customer: wie lange dauert die Lieferung?
bot: Die Standardlieferung dauert im Inland ein bis … Was vorrätig ist und an einem Werktag
bot: Nun zurück zu „Etwas zurücksenden“. Warum schicken
customer: es ist kaputt
bot: Sie können alles innerhalb von 30 Tagen
customer: ja
bot: Ihre Rücksendung ist unter RET-47990 angemeldet. Das … Sie können das Etikett drucken oder seinen

story: Deutsch: Lieferzeit
given: locale de
customer: Wie lange dauert der Versand?
bot: Die Standardlieferung dauert im Inland ein bis … Was vorrätig ist und an einem Werktag

story: Deutsch: Passwort vergessen
given: locale de-AT
customer: Ich habe mein Passwort vergessen
bot: Wählen Sie auf der Anmeldeseite „Passwort vergessen“ … Kommt innerhalb von fünf Minuten keine E-Mail … Wenn Sie diese Adresse nicht mehr haben

story: Deutsch: Zahlung fehlgeschlagen
given: locale de
customer: meine Zahlung wurde abgelehnt
bot: Wenn eine Zahlung scheitert, hilft es meistens … Klappt es noch nicht, prüfen Sie Limit

story: Deutsch: Garantie
given: locale de
customer: wie lange habe ich Garantie auf das Handy?
bot: Ein neues Gerät hat zwei Jahre Garantie … Die Garantie gilt für Material- und Herstellungsfehler … Die Rechnung genügt als Nachweis; registrieren müssen

story: Deutsch: Erstattung
given: locale de
customer: Wo bleibt meine Erstattung für 47777?
bot: Ihre Erstattung wartet darauf, dass das Paket … Wir zahlen innerhalb von fünf Werktagen nach

story: Deutsch: Geld zurück
given: locale de
customer: ich will mein Geld zurück
bot: Haben Sie die Ware schon, melden Sie … Zurückgeben können Sie bis 30 Tage nach

story: Deutsch: Paket überfällig
given: locale de
customer: Mein Paket 48001 ist seit Tagen überfällig
bot: Ihr Paket hat sich verspätet, es war … Wählen Sie dazu unten das fehlende Paket

story: Deutsch: neue Lieferadresse
given: locale de
given: signed in as mila
customer: Lieferadresse für Bestellung 48257 ändern
bot: Wie lautet die richtige Adresse? Schreiben Sie
customer: Mühlgasse 5, Oakham
bot: Bestellung 48257 ginge dann an diese Adresse
customer: ja
bot: Die neue Adresse ist notiert. Dorthin geht … Das gilt nur für diese Bestellung. Sind

story: Deutsch: ein Mensch
given: locale de
customer: Ich will mit einem Menschen reden
bot: [hands off: requested] Natürlich, ich gebe Sie an einen Menschen

story: Deutsch: verärgert
given: locale de
customer: Jetzt platzt mir der Kragen, seit Wochen warte ich, wo ist meine Bestellung 48213?!
bot: Es tut mir leid, das sollte nicht … Ihre Bestellung ist unterwegs. Sie sollte bis

story: Deutsch: nicht verstanden
given: locale de
customer: blubb quatsch xyz
bot: Das habe ich leider nicht verstanden. Können
customer: hmpf
bot: [hands off: not_understood] Ich bringe Sie hier nicht weiter und

story: Time to think, and then a person in plain words
given: signed in as mila
customer: cancel my order 48257
bot: Order 48257
customer: let me think
bot: Take your time.
replies: Yes | No
customer: agent
bot: [hands off: requested] …

story: Deutsch: Bedenkzeit, dann ein Mensch in klaren Worten
given: locale de
customer: Ich möchte etwas zurückschicken
bot: Um welche Bestellung
customer: Moment, ich schaue nach
bot: Lassen Sie sich Zeit.
customer: einen Menschen bitte
bot: [hands off: requested] …

story: Thanks, and then something else
customer: thanks, and where is order 48213
bot: Your order was shipped

story: A wrong address is corrected
customer: I want to return my order 47990
bot: Which e-mail address was it ordered with?
customer: mila@exmple.com
bot: Why are you sending it back? It
customer: it is broken
bot: You can return anything within 30 days
customer: yes
bot: I can't find … Order number: 47990 E-mail address: mila@exmple.com What should be different?
replies: Order number | E-mail address
customer: mila@example.com
bot: You can return anything within 30 days
customer: yes
bot: Your return is registered under RET-47990

story: A number and nothing else
customer: 48213
bot: Your order was shipped

story: A cancellation that nobody wants
customer: dont cancel 48213 i only asked when it comes
bot: Your order was shipped

story: An answer that was of no use
customer: what does shipping cost
bot: Standard delivery to your door costs
customer: that didn't help
bot: I'm sorry, that wasn't it then.
customer: how long does delivery take
bot: Standard delivery takes one to three working days

story: Ok, after an answer
customer: what does shipping cost
bot: Standard delivery to your door costs
customer: ok
bot: All right. If anything else

story: An answer that helped
customer: what does shipping cost
bot: Standard delivery to your door costs
customer: that helped
bot: All right. If anything else
bot: How satisfied are you

story: Nothing else, after thanks
customer: what does shipping cost
bot: Standard delivery to your door costs
customer: thanks
bot: You're welcome.
bot: How satisfied are you
customer: no
bot: All right. If anything else

story: Deutsch: Versandkosten, und das war es nicht
given: locale de
customer: Wie hoch sind die Versandkosten?
bot: Standardversand an die Haustür kostet
customer: das hilft mir nicht
bot: Das war es dann leider nicht.

story: Deutsch: Bezahlen
given: locale de
customer: Kann ich auf Rechnung bestellen?
bot: Sie können mit Visa

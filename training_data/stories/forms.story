# Every form: the straight way, interrupted, corrected, stopped, and while the system behind it is down.

story: Tracking an order, the straight way
customer: where is my order?
bot: Which order is it? The number has
customer: 48213
bot: Your order was shipped on Tuesday 12 … The link in your shipping e-mail shows

story: Tracking an order, with the number in the first message
customer: where is order 48257
bot: Your order is packed and leaves our … As soon as the carrier has it

story: Tracking an order, interrupted by another question
customer: where is my order?
bot: Which order is it? The number has
customer: how long does delivery take in general?
bot: Standard delivery takes one to three working … What is in stock and ordered by
bot: Now back to “Track my order”. Which
customer: 48213
bot: Your order was shipped on Tuesday 12 … The link in your shipping e-mail shows

story: Tracking an order, corrected
customer: where is my order 48213 or 48257?
bot: Which order is it? The number has
customer: [48213]
bot: Your order was shipped on Tuesday 12 … The link in your shipping e-mail shows
customer: and 48257?
bot: Your order is packed and leaves our … As soon as the carrier has it

story: Tracking an order, stopped
customer: where is my order?
bot: Which order is it? The number has
customer: never mind
bot: All right, we'll stop here; I haven't

story: Tracking an order, with a number that doesn't exist
customer: where is my order 11111
bot: I can't find an order 11111. A
customer: 22222
bot: [hands off: not_understood] I can't find an order 22222. A … I'm not getting you any further, and

story: Tracking an order, while the order system is down
given: systems down
customer: where is order 48213
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: Cancelling an order, the straight way
customer: I want to cancel my order
bot: Which order is it? The number has
customer: 48257
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: Order 48257 would be cancelled, all of
customer: yes please
bot: Your order is cancelled. The money goes … You don't have to do anything else
customer: where is order 48257?
bot: Your order was cancelled. The money goes … So no parcel is on its way

story: Cancelling an order, interrupted
customer: please cancel order 48257
bot: Which e-mail address was it ordered with?
customer: does cancelling cost anything?
bot: Cancelling costs nothing, whatever you ordered and … After that it is still free to
bot: Now back to “Cancel my order”. Which
customer: mila@example.com
bot: Order 48257 would be cancelled, all of
customer: [Yes]
bot: Your order is cancelled. The money goes … You don't have to do anything else

story: Cancelling an order, the wrong one first
customer: please cancel order 48213
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: Order 48213 would be cancelled, all of
customer: no, I meant 48257
bot: Order 48257 would be cancelled, all of
customer: [Yes]
bot: Your order is cancelled. The money goes … You don't have to do anything else

story: Cancelling an order, thought better of
customer: please cancel order 48257
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: Order 48257 would be cancelled, all of
customer: [No]
bot: What should be different? You can also
customer: [Stop here]
bot: All right, we'll stop here; I haven't
customer: where is order 48257?
bot: Your order is packed and leaves our … As soon as the carrier has it

story: Cancelling an order, while the order system is down
given: systems down
customer: please cancel order 48257, mail mila@example.com
bot: Order 48257 would be cancelled, all of
customer: yes
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: Cancelling an order that has been sent
given: signed in as mila
customer: cancel 48213
bot: Order 48213 would be cancelled, all of
customer: yes
bot: Your order has left our warehouse and … If it has been left for you

story: Cancelling an order, under somebody else's address
customer: please cancel order 48257, mail somebody@example.com
bot: Order 48257 would be cancelled, all of
customer: yes
bot: I can't find order 48257 under your
customer: 48257
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: Order 48257 would be cancelled, all of
customer: yes
bot: Your order is cancelled. The money goes … You don't have to do anything else

story: The cancellation by a good customer is for people
given: signed in as mila, tier gold
customer: I want to cancel my order 48257
bot: [hands off: policy] I'm passing this on to a person

story: Returning something, the straight way
customer: I want to return something
bot: Which order is it? The number has
customer: 47990
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: Why are you sending it back? It
customer: [It doesn't work properly]
bot: You can return anything within 30 days
customer: [Yes]
bot: Your return is registered under RET-47990. The … You can print the label or show

story: Returning something, all in one message
given: signed in as mila
customer: I want to send back order 47990, it doesn't work
bot: You can return anything within 30 days
customer: yes
bot: Your return is registered under RET-47990. The … You can print the label or show

story: Returning something, interrupted
given: signed in as mila
customer: I want to return something
bot: Which order is it? The number has
customer: how long does a refund take to be paid?
bot: Which order is it? The number has
customer: 47990
bot: No refund is due for this order … If you have sent the goods back
bot: Now back to “Return something” … Why are you sending it back? It
customer: changed my mind
bot: You can return anything within 30 days
customer: yes
bot: Your return is registered under RET-47990. The … You can print the label or show

story: Returning something, corrected
given: signed in as mila
customer: I'd like to return order 47500
bot: Why are you sending it back? It
customer: changed my mind
bot: You can return anything within 30 days
customer: no, the other order, 47990
bot: You can return anything within 30 days
customer: yes
bot: Your return is registered under RET-47990. The … You can print the label or show

story: Returning something, the reason corrected
given: signed in as mila
customer: I'd like to return order 47990, changed my mind
bot: You can return anything within 30 days
customer: [No]
bot: What should be different? You can also
customer: [Reason for the return]
bot: Why are you sending it back? It
customer: [It doesn't work properly]
bot: You can return anything within 30 days
customer: [Yes]
bot: Your return is registered under RET-47990. The … You can print the label or show

story: Returning something, stopped
customer: I want to return something
bot: Which order is it? The number has
customer: forget it
bot: All right, we'll stop here; I haven't

story: Returning something, while the order system is down
given: signed in as mila
given: systems down
customer: I'd like to return order 47990, changed my mind
bot: You can return anything within 30 days
customer: yes
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: Returning something too late
given: signed in as mila
customer: I'd like to return order 47500, changed my mind
bot: You can return anything within 30 days
customer: yes
bot: Your order was delivered on Friday 4 … Under the warranty, repair or replacement is

story: Returning something twice
given: signed in as mila
customer: I'd like to return order 47990, changed my mind
bot: You can return anything within 30 days
customer: yes
bot: Your return is registered under RET-47990. The … You can print the label or show
customer: I'd like to return order 47990, changed my mind
bot: You can return anything within 30 days
customer: yes
bot: This order has been registered for sending … The money is back within five working

story: Exchanging something, the straight way
given: signed in as mila
customer: I'd like to swap my order 47990 for another colour
bot: What would you like instead? Name the
customer: the same one in blue
bot: Exchanging is free of charge within 30
customer: yes
bot: Your exchange is registered under RET-47990. The … If the new one costs more, you

story: Exchanging something, interrupted
given: signed in as mila
customer: I want to exchange something
bot: Which order is it? The number has
customer: when are you open?
bot: We are open around the clock, every … E-mails are answered and parcels sent on
bot: Now back to “Exchange something”. Which order
customer: 47990
bot: What would you like instead? Name the
customer: one in green please
bot: Exchanging is free of charge within 30
customer: [Yes]
bot: Your exchange is registered under RET-47990. The … If the new one costs more, you

story: Exchanging something, corrected
given: signed in as mila
customer: can I swap order 47500 for another one
bot: What would you like instead? Name the
customer: a bigger one
bot: Exchanging is free of charge within 30
customer: no, I meant 47990
bot: Exchanging is free of charge within 30
customer: yes
bot: Your exchange is registered under RET-47990. The … If the new one costs more, you

story: Exchanging something, stopped
customer: I want to exchange something
bot: Which order is it? The number has
customer: never mind
bot: All right, we'll stop here; I haven't

story: Exchanging something, while the order system is down
given: signed in as mila
given: systems down
customer: can I swap order 47990 for another one
bot: What would you like instead? Name the
customer: a bigger one
bot: Exchanging is free of charge within 30
customer: yes
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: Changing what is in an order, the straight way
given: signed in as mila
customer: I want to change the colour in order 48257
bot: What should be different? For example another
customer: black instead of white
bot: I'd pass this on for order 48257
customer: yes
bot: Your change is noted. We make it … If the order gets more expensive, you

story: Changing what is in an order, interrupted
given: signed in as mila
customer: can I change my order?
bot: Which order is it? The number has
customer: which payment methods do you take?
bot: You can pay by Visa, Mastercard or … By invoice you have 30 days to
bot: Now back to “Change what is in
customer: 48257
bot: What should be different? For example another
customer: two instead of one
bot: I'd pass this on for order 48257
customer: yes
bot: Your change is noted. We make it … If the order gets more expensive, you

story: Changing what is in an order, corrected
given: signed in as mila
customer: can I change my order 48213?
bot: What should be different? For example another
customer: two instead of one
bot: I'd pass this on for order 48213
customer: no, it's 48257
bot: I'd pass this on for order 48257
customer: yes
bot: Your change is noted. We make it … If the order gets more expensive, you

story: Changing what is in an order, stopped
customer: can I change my order?
bot: Which order is it? The number has
customer: stop
bot: All right, we'll stop here; I haven't

story: Changing what is in an order, while the order system is down
given: signed in as mila
given: systems down
customer: I want to change the colour in order 48257
bot: What should be different? For example another
customer: black instead of white
bot: I'd pass this on for order 48257
customer: yes
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: A new address for an order, the straight way
customer: please change the delivery address of my order 48257
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: What is the right address? Write it
customer: Mila Novak, 5 Mill Lane, Oakham
bot: Order 48257 would then go to this
customer: yes
bot: The new address is noted. Your order … This holds for this order alone. If

story: A new address, interrupted
given: signed in as mila
customer: please change the delivery address of my order
bot: Which order is it? The number has
customer: how much is express delivery?
bot: Standard delivery to your door costs 3.90 … You choose at the checkout, which also
bot: Now back to “Change the delivery address”
customer: 48257
bot: What is the right address? Write it
customer: 5 Mill Lane, Oakham
bot: Order 48257 would then go to this
customer: yes
bot: The new address is noted. Your order … This holds for this order alone. If

story: A new address, corrected
given: signed in as mila
customer: please change the delivery address of my order 48257
bot: What is the right address? Write it
customer: 5 Mill Lane, Oakham
bot: Order 48257 would then go to this
customer: no
bot: What should be different? You can also
customer: [New address]
bot: What is the right address? Write it
customer: 7 Mill Lane, Oakham
bot: Order 48257 would then go to this
customer: yes
bot: The new address is noted. Your order … This holds for this order alone. If

story: A new address, stopped
given: signed in as mila
customer: please change the delivery address of my order 48257
bot: What is the right address? Write it
customer: never mind
bot: All right, we'll stop here; I haven't

story: A new address, while the order system is down
given: signed in as mila
given: systems down
customer: please change the delivery address of my order 48257
bot: What is the right address? Write it
customer: 5 Mill Lane, Oakham
bot: Order 48257 would then go to this
customer: yes
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: A parcel that is missing, the straight way
customer: tracking says delivered but I don't have my parcel 47990
bot: Your order was delivered on Sunday
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: I'd report this for order 47990: “The
customer: the parcel never arrived
bot: I'm not sure I understood that. I'd
customer: yes
bot: Your report is noted under CASE-47990. We … If tracking says delivered, its page names

story: A parcel that is missing, interrupted
given: signed in as mila
customer: tracking says delivered but my parcel isn't here
bot: Which order is it? The number has
customer: how can I reach you?
bot: You reach us here in the chat … We have no hotline, but we can
bot: Now back to “My parcel or an
customer: 47990
bot: I'd report this for order 47990: “The
customer: it never arrived
bot: I'm not sure I understood that. I'd
customer: yes
bot: Your report is noted under CASE-47990. We … If tracking says delivered, its page names

story: A parcel that is missing, corrected
given: signed in as mila
customer: tracking says delivered but I don't have my parcel 47990, it never arrived
bot: I'd report this for order 47990: “The
customer: no, it's 47850
bot: I'd report this for order 47850: “The
customer: yes
bot: Your report is noted under CASE-47850. We … If tracking says delivered, its page names

story: A parcel that is missing, stopped
customer: tracking says delivered but my parcel isn't here
bot: Which order is it? The number has
customer: forget it, found it
bot: All right, we'll stop here; I haven't

story: A parcel that is missing, while the order system is down
given: signed in as mila
given: systems down
customer: tracking says delivered but I don't have my parcel 47990, it never arrived
bot: I'd report this for order 47990: “The
customer: yes
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: A parcel that arrived damaged, the straight way
customer: my parcel arrived damaged, order 47990
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: What happened to the parcel?
customer: the box was crushed
bot: I'd report this for order 47990: “The
customer: yes
bot: Your report is noted under CASE-47990. We … Try the device out in the next

story: A parcel that arrived damaged, interrupted
given: signed in as mila
customer: my parcel arrived damaged
bot: Which order is it? The number has
customer: what does the warranty cover?
bot: A new device has two years of … It covers faults in material and manufacture … The invoice is your proof; you needn't
bot: Now back to “My parcel arrived damaged”
customer: 47990
bot: What happened to the parcel?
customer: the box was crushed
bot: I'd report this for order 47990: “The
customer: [Yes]
bot: Your report is noted under CASE-47990. We … Try the device out in the next

story: A parcel that arrived damaged, corrected
given: signed in as mila
customer: my parcel arrived damaged, order 48213
bot: What happened to the parcel?
customer: the box was crushed
bot: I'd report this for order 48213: “The
customer: no, the order is 47990
bot: I'd report this for order 47990: “The
customer: yes
bot: Your report is noted under CASE-47990. We … Try the device out in the next

story: A parcel that arrived damaged, stopped
customer: my parcel arrived damaged
bot: Which order is it? The number has
customer: leave it
bot: All right, we'll stop here; I haven't

story: A parcel that arrived damaged, while the order system is down
given: signed in as mila
given: systems down
customer: my parcel arrived damaged, order 47990, the box was crushed
bot: I'd report this for order 47990: “The
customer: yes
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: A parcel that is late
customer: my parcel should have come three days ago, it's overdue
bot: Which order is it? The number has
customer: 48001
bot: Your parcel is late: it was due … For that, choose the missing parcel below

story: A parcel that is late, interrupted
customer: my parcel should have come three days ago, it's overdue
bot: Which order is it? The number has
customer: how much is delivery?
bot: Standard delivery to your door costs 3.90 … You choose at the checkout, which also
bot: Now back to “My parcel is late”
customer: 48001
bot: Your parcel is late: it was due … For that, choose the missing parcel below

story: A parcel that is late, corrected
customer: my parcel 48213 is overdue, it should have come days ago
bot: Your order was shipped on Tuesday 12 … Tracking can stand still while a parcel
customer: sorry, I meant 48001
bot: Your parcel is late: it was due … For that, choose the missing parcel below

story: A parcel that is late, stopped
customer: my parcel should have come three days ago, it's overdue
bot: Which order is it? The number has
customer: never mind
bot: All right, we'll stop here; I haven't

story: A parcel that is late, while the order system is down
given: systems down
customer: my parcel 48001 is overdue
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: Where a refund is, the straight way
customer: where is my refund?
bot: Which order is it? The number has
customer: 47777
bot: Your refund waits for the parcel to … We pay within five working days of

story: Where a refund is, interrupted
customer: where is my refund?
bot: Which order is it? The number has
customer: what are your refund rules?
bot: You can return anything within 30 days … Opened earphones and hygiene articles are excluded
bot: Now back to “Where my refund is”
customer: 47611
bot: Your refund was paid on Monday 11 … PayPal and gift cards show it at

story: Where a refund is, corrected
customer: where is my refund for 47777 or 47611?
bot: Which order is it? The number has
customer: [47777]
bot: Your refund waits for the parcel to … We pay within five working days of
customer: where is the refund for order 47611
bot: Your refund was paid on Monday 11 … PayPal and gift cards show it at

story: Where a refund is, stopped
customer: where is my refund?
bot: Which order is it? The number has
customer: never mind
bot: All right, we'll stop here; I haven't

story: Where a refund is, while the order system is down
given: systems down
customer: where is my refund for order 47777?
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: Having an invoice sent, the straight way
customer: please send me the invoice for order 47990
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: The invoice INV-47990 is on its way … If it isn't there in a few

story: Having an invoice sent, interrupted
given: signed in as mila
customer: please send me my invoice
bot: Which order is it? The number has
customer: where can I see my invoices?
bot: Your invoices are in your account: open … It lists each item with its price
bot: Now back to “Send me an invoice”
customer: 47990
bot: The invoice INV-47990 is on its way … If it isn't there in a few

story: Having an invoice sent, corrected
customer: please send me the invoice for order 47500
bot: Which e-mail address was it ordered with?
customer: no, I meant 47990
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: The invoice INV-47990 is on its way … If it isn't there in a few

story: Having an invoice sent, stopped
customer: please send me my invoice
bot: Which order is it? The number has
customer: never mind
bot: All right, we'll stop here; I haven't

story: Having an invoice sent, while the order system is down
given: signed in as mila
given: systems down
customer: please send me the invoice for order 47990
bot: [hands off: action_failed] I can't reach the order system right … A person takes over from here. They

story: Booking a repair, the straight way
customer: I want to have my tablet repaired
bot: What is wrong with it? Describe it
customer: it doesn't charge any more
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: This is what I have for the … Under warranty it is free. Otherwise you
customer: yes
bot: Your repair is booked under R-100231. The … Before you hand the device in, make … Under warranty the repair is free. Otherwise

story: Booking a repair, interrupted
given: signed in as mila
customer: I'd like to book a repair
bot: What kind of device is it?
customer: how long is the warranty?
bot: A new device has two years of … It covers faults in material and manufacture … The invoice is your proof; you needn't
bot: Now back to “Book a repair”. What
customer: [A phone]
bot: What is wrong with it? Describe it
customer: it falls off the network
bot: This is what I have for the … Under warranty it is free. Otherwise you
customer: yes
bot: Your repair is booked under R-100231. The … Before you hand the device in, make … Under warranty the repair is free. Otherwise

story: Booking a repair, corrected
given: signed in as mila
customer: I want to have my tablet repaired
bot: What is wrong with it? Describe it
customer: it doesn't charge any more
bot: This is what I have for the … Under warranty it is free. Otherwise you
customer: no
bot: What should be different? You can also
customer: [Device]
bot: What kind of device is it?
customer: [A laptop]
bot: This is what I have for the … Under warranty it is free. Otherwise you
customer: yes
bot: Your repair is booked under R-100231. The … Before you hand the device in, make … Under warranty the repair is free. Otherwise

story: Booking a repair, stopped
customer: I want to have my tablet repaired
bot: What is wrong with it? Describe it
customer: never mind
bot: All right, we'll stop here; I haven't

story: Booking a repair, while the repair system is down
given: signed in as mila
given: systems down
customer: I want to have my tablet repaired
bot: What is wrong with it? Describe it
customer: it doesn't charge any more
bot: This is what I have for the … Under warranty it is free. Otherwise you
customer: yes
bot: [hands off: action_failed] I can't reach the repair system right … A person takes over from here. They

story: How far a repair is, the straight way
customer: how is my repair going?
bot: What is the repair number? It begins
customer: R-100201
bot: Your device is being repaired. It should … As a rule a device is back

story: How far a repair is, interrupted
customer: how is my repair going?
bot: What is the repair number? It begins
customer: how long is the warranty?
bot: A new device has two years of … It covers faults in material and manufacture … The invoice is your proof; you needn't
bot: Now back to “Status of my repair”
customer: R-100230
bot: Your repair waits for your answer: we … The repair goes on as soon as

story: How far a repair is, corrected
customer: what is the status of my repair R-100201 or R-100187
bot: What is the repair number? It begins
customer: [R-100201]
bot: Your device is being repaired. It should … As a rule a device is back
customer: what about repair R-100187
bot: Your device is repaired and was sent … The link in the shipping e-mail shows

story: How far a repair is, stopped
customer: how is my repair going?
bot: What is the repair number? It begins
customer: never mind
bot: All right, we'll stop here; I haven't

story: How far a repair is, while the repair system is down
given: systems down
customer: how is my repair R-100201 going?
bot: [hands off: action_failed] I can't reach the repair system right … A person takes over from here. They

story: Whether something is in stock, the straight way
customer: do you have it in stock?
bot: Which product is it?
customer: the Kite 5
bot: It is in stock. If you order … You can order it in the shop

story: Whether something is in stock, in one message
customer: is the Swift tablet in stock
bot: It is sold out, and we don't … If you would like to be told

story: Whether something is in stock, interrupted
customer: is it in stock?
bot: Which product is it?
customer: when are you open?
bot: We are open around the clock, every … E-mails are answered and parcels sent on
bot: Now back to “Is it in stock?”
customer: [Kite 5 Mini]
bot: It is sold out just now. We … If you would like to be told

story: Whether something is in stock, stopped
customer: is it in stock?
bot: Which product is it?
customer: never mind
bot: All right, we'll stop here; I haven't

story: Whether something is in stock, while the system is down
given: systems down
customer: is the Swift tablet in stock
bot: [hands off: action_failed] I can't reach the stock list right … A person takes over from here. They

story: An offer for a company, the straight way
customer: we'd like a quote for our company
bot: How many pieces do you need? From
customer: 40
bot: To which e-mail address should the quote
customer: it@firm.example
bot: Which products would you like, and is
customer: 40 Swift tablets with cases by June
bot: [hands off: policy] Thank you, our business team has what … With a valid VAT number the prices … I'm passing this on to a person

story: An offer for a company, interrupted
customer: we'd like a quote for our company
bot: How many pieces do you need? From
customer: which payment methods do you take?
bot: You can pay by Visa, Mastercard or … By invoice you have 30 days to
bot: Now back to “Order for a business
customer: 40 pieces
bot: To which e-mail address should the quote
customer: it@firm.example
bot: Which products would you like, and is
customer: Swift tablets
bot: [hands off: policy] Thank you, our business team has what … With a valid VAT number the prices … I'm passing this on to a person

story: An offer for a company, corrected
customer: we'd like a quote for 40 tablets for our company
bot: To which e-mail address should the quote
customer: no, 45
bot: To which e-mail address should the quote
customer: it@firm.example
bot: Which products would you like, and is
customer: Swift tablets
bot: [hands off: policy] Thank you, our business team has what … With a valid VAT number the prices … I'm passing this on to a person

story: An offer for a company, with a phone number beside the address
customer: we'd like a quote for 40 tablets for our company
bot: To which e-mail address should the quote
customer: IT@Firm.example, or call 030 1234567
bot: Which products would you like, and is
customer: Swift tablets
bot: [hands off: policy] Thank you … “Swift tablets”, +49 30 1234567. … comes to IT@firm.example … I'm passing this on to a person

story: An offer for a company, stopped
customer: we'd like a quote for our company
bot: How many pieces do you need? From
customer: never mind
bot: All right, we'll stop here; I haven't

story: Charged twice, the straight way
customer: I was charged twice for order 47990
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: [hands off: policy] I'm sorry about this. A colleague now … Look in the meantime whether one of … I'm passing this on to a person

story: Charged twice, interrupted
customer: I was charged twice
bot: Which order is it? The number has
customer: how can I reach you?
bot: You reach us here in the chat … We have no hotline, but we can
bot: Now back to “Charged twice or too
customer: 47990
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: [hands off: policy] I'm sorry about this. A colleague now … Look in the meantime whether one of … I'm passing this on to a person

story: Charged twice, corrected
customer: I was charged twice for order 47500
bot: Which e-mail address was it ordered with?
customer: no, it was 47990
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: [hands off: policy] I'm sorry about this. A colleague now … Look in the meantime whether one of … I'm passing this on to a person

story: Charged twice, stopped
customer: I was charged twice
bot: Which order is it? The number has
customer: never mind
bot: All right, we'll stop here; I haven't

story: Charged twice, with the amount and the day in the first message
customer: You charged me 89,90 € twice on 3 March for order 47990
bot: Which e-mail address was it ordered with?
customer: mila@example.com
bot: [hands off: policy] … compares what was taken or billed, 89.90 EUR, 3 March 2026, with what order 47990 cost … I'm passing this on to a person

story: Charged twice, the amount and the day said with the order number
customer: I was charged twice
bot: Which order is it? The number has
customer: 47990, it was $ 1,250.00 last Tuesday
bot: Which e-mail address was it ordered with?
customer: it's mila@example.com.
bot: [hands off: policy] … compares what was taken or billed, 1250.00 USD, 12 January 2027, with what order 47990 cost … I'm passing this on to a person

story: Returning something, without giving a reason
given: signed in as mila
customer: I'd like to return order 47990
bot: Why are you sending it back? It
customer: none of your business
bot: with the reason “Another reason, or none”
customer: yes
bot: Your return is registered under RET-47990. The … You can print the label or show

story: The rules for returns aren't a return
customer: what is your return policy
bot: You can return anything within 30 days … You get the whole price back, standard … To send something back, choose the return

story: What a repair costs isn't a repair
customer: how much does a repair cost
bot: Under warranty a repair is free: two … A new screen costs from 89 €
replies: Book a repair | Warranty | Stores and repair points

story: An exchange in German, where the wish looks like English
given: locale de
customer: Ich möchte umtauschen
bot: Um welche Bestellung geht es?
customer: 47990
bot: Mit welcher E-Mail-Adresse wurde bestellt?
customer: lena@example.com
bot: Was möchten Sie stattdessen?
customer: dasselbe in blau
bot: Umtauschen ist innerhalb von 30 Tagen … „dasselbe in blau“. Soll ich?

story: A parcel that never came, in German
given: locale de
customer: Mein Paket wurde zugestellt, ist aber nicht da
bot: Um welche Bestellung geht es?
customer: 47990
bot: Mit welcher E-Mail-Adresse wurde bestellt?
customer: lena@example.com
bot: Ich melde dann zu Bestellung 47990: „Das ganze Paket fehlt“. Soll ich?

story: A yes that names another order cancels nothing
given: signed in as mila
customer: cancel order 48257
bot: Order 48257 would be cancelled
customer: yes, 48213
bot: Order 48213 would be cancelled

story: A yes with a question mark cancels nothing
given: signed in as mila
customer: cancel order 48257
bot: Order 48257 would be cancelled
customer: sure?
bot: I'm not sure I understood that. Order 48257
customer: yes please
bot: Your order is cancelled.

story: A question is no address
given: signed in as mila
customer: change the delivery address of order 48213
bot: What is the right address?
customer: do you ship to France?
bot: Standard delivery to your door costs
bot: Now back to
customer: Mila Berg, 3 Hill Road, 12345 Town
bot: Order 48213 would then go to this address

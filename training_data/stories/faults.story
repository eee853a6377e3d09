# Each guide to its good end and to its bad ones.

story: Battery, helped by the second thing to try
customer: my phone battery runs down so fast
bot: Let's find out together what is wrong … What kind of device is it?
customer: a phone
bot: Open Settings, then Battery: there you see … Did that help?
customer: that didn't help
bot: Install the latest update and restart the … Did that help?
customer: yes, that helped!
bot: I'm glad to hear that. Keep an
bot: How satisfied are you with the help
rates: 5
bot: Thank you for telling us

story: Battery, to the bad end: under eighty percent is a repair
customer: the battery of my phone is empty by noon
bot: Let's find out together what is wrong … What kind of device is it?
customer: [A phone, tablet or laptop]
bot: Open Settings, then Battery: there you see … Did that help?
customer: [No, that didn't help]
bot: Install the latest update and restart the … Did that help?
customer: still the same
bot: Last, the battery itself: Settings, Battery, Battery
customer: 74
bot: What kind of device is it?

story: Battery, danger comes first
customer: my battery drains so quickly
bot: Let's find out together what is wrong … What kind of device is it?
customer: it is swollen and smells
bot: [hands off: policy] Stop using the device now: switch it … If there is a fire or somebody … Please don't post the device or take

story: Battery, danger in the middle of another form
customer: I want to return something
bot: Which order is it? The number has
customer: my phone is smoking and getting very hot!!
bot: [hands off: policy] Stop using the device now: switch it … If there is a fire or somebody … Please don't post the device or take

story: Battery, interrupted by another question
customer: my phone battery runs down so fast
bot: Let's find out together what is wrong … What kind of device is it?
customer: how long is the warranty?
bot: A new device has two years of … It covers faults in material and manufacture … The invoice is your proof; you needn't
bot: Now back to “Battery runs down fast” … What kind of device is it?
customer: [A phone, tablet or laptop]
bot: Open Settings, then Battery: there you see … Did that help?

story: Battery, stopped
customer: my phone battery runs down so fast
bot: Let's find out together what is wrong … What kind of device is it?
customer: never mind
bot: All right, we'll stop here; I haven't

story: Battery, not understood twice
customer: my phone battery runs down so fast
bot: Let's find out together what is wrong … What kind of device is it?
customer: xyz blub
bot: I'm not sure I understood that … What kind of device is it?
customer: xyz blub blub
bot: [hands off: not_understood] I'm not getting you any further, and

story: Camera, helped
customer: the camera on my phone is blurry
bot: Let's see whether we can get your … Wipe the lens with a soft, dry … Did that help?
customer: it works now
bot: I'm glad your camera works again. If
bot: How satisfied are you with the help

story: Camera, to the bad end
given: signed in as mila
customer: my camera shows a black screen and won't open
bot: Let's see whether we can get your … Close every other app, above all video … Did that help?
customer: no
bot: Open Settings, Privacy, Camera, and see that … Did that help?
customer: no change
bot: Switch the device off completely, wait half … Did that help?
customer: didn't help
bot: What kind of device is it?
customer: a phone
bot: What is wrong with it? Describe it
customer: the camera stays black
bot: This is what I have for the … Under warranty it is free. Otherwise you
customer: yes
bot: Your repair is booked under R-100231. The … Before you hand the device in, make … Under warranty the repair is free. Otherwise

story: Camera, cracked lens, straight to a repair
customer: camera is broken
bot: Let's see whether we can get your … What is wrong with the camera?
customer: the lens is cracked
bot: Cracked glass has to be repaired; tape
customer: [Book the repair]
bot: What kind of device is it?

story: Camera, a person in the middle
customer: my camera does not focus
bot: Let's see whether we can get your … Wipe the lens with a soft, dry … Did that help?
customer: I'd rather talk to someone
bot: [hands off: requested] Of course, I'm passing you on to

story: Screen, helped
customer: my screen flickers
bot: Without its screen a device isn't much … Open Settings, Display, switch the automatic brightness … Did that help?
customer: [Yes, that helped]
bot: I'm glad your screen works again. If
bot: How satisfied are you with the help

story: Screen, to the bad end
customer: my touchscreen doesn't react to touch any more
bot: Without its screen a device isn't much … Take off the case, the screen protector … Did that help?
customer: no
bot: Force a restart. On a phone or … Did that help?
customer: no
bot: What kind of device is it?

story: Screen, cracked and too dear
customer: the display of my phone is cracked
bot: Without its screen a device isn't much … Put clear tape over the cracks so
customer: [That is too much for me]
bot: In the shop under Trade-in, choose the … Before you send it, save what you

story: Power, helped
customer: my phone won't turn on
bot: Many devices that seem dead can be … Plug the charger straight into a wall … Did that help?
customer: it works again
bot: I'm glad it is running again. Charge
bot: How satisfied are you with the help

story: Power, to the bad end
customer: my laptop doesn't start any more
bot: Many devices that seem dead can be … Plug the charger straight into a wall … Did that help?
customer: no
bot: Take another cable and charger, if you … Did that help?
customer: no
bot: Now a forced restart; your data stay
customer: [A laptop]
bot: Pull out the charger, hold the power … Did that help?
customer: no
bot: What kind of device is it?

story: Power, wet, to a person who knows what was tried
customer: my phone does not turn on
bot: Many devices that seem dead can be … What happens when you press the power
customer: [It got wet before]
bot: [hands off: not_solved] Don't switch it on or charge it … I'm passing you on to a person

story: Connection, helped
customer: my phone has no wifi connection
bot: Let's find the place where the connection … Do other devices get on with the
customer: [Yes, they do]
bot: On the device, open Settings, Wi-fi, choose … Did that help?
customer: that helped
bot: I'm glad you're connected again. If it
bot: How satisfied are you with the help

story: Connection, to the bad end
customer: bluetooth does not pair with my headphones
bot: Let's find the place where the connection … Put both devices side by side, charged … Did that help?
customer: no
bot: Last, reset the network settings of the … Did that help?
customer: no
bot: What kind of device is it?
customer: [Headphones]
bot: What is wrong with it? Describe it

story: Deutsch: Akku, geholfen
given: locale de
customer: Mein Akku ist immer so schnell leer
bot: Schauen wir gemeinsam, woran es beim Akku … Was für ein Gerät ist es?
customer: ein Handy
bot: Öffnen Sie die Einstellungen und dort Akku … Hat das geholfen?
customer: ja, das hat geholfen
bot: Das freut mich. Beobachten Sie den Akku
bot: Wie zufrieden sind Sie mit der Hilfe

story: Deutsch: Akku, bis zum Schluss
given: locale de
customer: der Akku von meinem Handy ist so schnell leer
bot: Schauen wir gemeinsam, woran es beim Akku … Was für ein Gerät ist es?
customer: Handy
bot: Öffnen Sie die Einstellungen und dort Akku … Hat das geholfen?
customer: nein
bot: Installieren Sie das neueste Update und starten … Hat das geholfen?
customer: hat nicht geholfen
bot: Zuletzt der Akku selbst: Einstellungen, Akku, Akkuzustand
customer: 70
bot: Was für ein Gerät ist es?

story: Battery, danger in the first message
customer: my phone battery is swollen
bot: [hands off: policy] Stop using the device now: switch it

story: Deutsch: Gefahr in der ersten Nachricht
given: locale de
customer: das Handy raucht
bot: [hands off: policy] …

story: A fault that no guide is for
customer: one of my earbuds makes no sound
bot: First install the latest update and restart … If a PIN or pattern of the … If the fault stays, I can book
replies: Book a repair | Return something | Speak to a person

story: Battery, what was proposed is done already
customer: my phone battery runs down so fast
bot: Let's find out together what is wrong … What kind of device is it?
customer: a phone
bot: Open Settings, then Battery: there you see … Did that help?
customer: tried that already
bot: Install the latest update and restart the … Did that help?

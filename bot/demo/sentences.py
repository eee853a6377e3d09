"""What the demonstration shop's systems say, in the customer's language.

No sentence names goods, names or addresses: whoever has a number alone must not learn what somebody bought.
"""

from collections.abc import Mapping
from datetime import date, timedelta

DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
}


class Speaker:
    """Says a sentence on one day in one language: German, or English for everybody else."""

    def __init__(self, locale: str | None, today: date) -> None:
        self._language = "de" if (locale or "").lower().replace("_", "-").partition("-")[0] == "de" else "en"
        self._today = today

    def say(self, name: str, values: Mapping[str, str | int]) -> str:
        """A sentence with its values; whole numbers are days from today, and become dates."""
        shown = {key: self._day(value) if isinstance(value, int) else value for key, value in values.items()}
        return SENTENCES[name][self._language == "de"].format(**shown)

    def _day(self, days: int) -> str:
        day = self._today + timedelta(days=days)
        weekday, month = DAYS[self._language][day.weekday()], MONTHS[self._language][day.month - 1]
        return f"{weekday}, {day.day}. {month}" if self._language == "de" else f"{weekday} {day.day} {month}"


SENTENCES: Mapping[str, tuple[str, str]] = {
    "order_status.packed": (
        "Your order is packed and leaves our warehouse on {leaves}.",
        "Ihre Bestellung ist gepackt und verlässt unser Lager am {leaves}.",
    ),
    "order_status.shipped": (
        "Your order was shipped on {shipped} and should arrive by {due}.",
        "Ihre Bestellung ist unterwegs. Sie sollte bis {due} ankommen.",
    ),
    "order_status.late": (
        "Your parcel is late: it was due on {due}. It should now arrive by {now_due}.",
        "Ihr Paket hat sich verspätet, es war für {due} angekündigt. Es sollte nun bis {now_due} ankommen.",
    ),
    "order_status.delivered": (
        "Your order was delivered on {delivered}.",
        "Ihre Bestellung wurde am {delivered} zugestellt.",
    ),
    "order_status.lost": (
        (
            "The carrier has not seen your parcel since {seen}, so it is probably lost. "
            "Report it, and we send it again or pay the money back."
        ),
        (
            "Der Paketdienst hat Ihr Paket zuletzt am {seen} gesehen, wahrscheinlich ist es verloren. "
            "Melden Sie es, dann schicken wir Ersatz oder erstatten den Betrag."
        ),
    ),
    "order_status.lost_reported": (
        "The carrier has not seen your parcel since {seen}. You have reported it, and we write to you by {written}.",
        (
            "Der Paketdienst hat Ihr Paket zuletzt am {seen} gesehen. "
            "Sie haben es gemeldet, und wir schreiben Ihnen bis {written}."
        ),
    ),
    "order_status.cancelled": (
        "Your order was cancelled. The money goes back the way it was paid, by {paid} at the latest.",
        "Ihre Bestellung wurde storniert. Das Geld geht auf dem Weg zurück, auf dem es kam, spätestens bis {paid}.",
    ),
    "cancel_order.cancelled": (
        "Your order is cancelled. The money goes back the way it was paid, by {paid} at the latest.",
        "Ihre Bestellung ist storniert. Das Geld geht auf dem Weg zurück, auf dem es kam, spätestens bis {paid}.",
    ),
    "cancel_order.shipped": (
        (
            "Your order has left our warehouse and can't be stopped any more. "
            "You can refuse the parcel at the door, or send it back within 30 days of its arrival."
        ),
        (
            "Ihre Bestellung hat unser Lager verlassen und lässt sich nicht mehr aufhalten. "
            "Sie können die Annahme verweigern oder sie innerhalb von 30 Tagen nach der Ankunft zurückschicken."
        ),
    ),
    "cancel_order.delivered": (
        "Your order was delivered on {delivered} and can't be cancelled any more. You can send it back until {until}.",
        (
            "Ihre Bestellung wurde am {delivered} zugestellt und lässt sich nicht mehr stornieren. "
            "Zurückschicken können Sie sie bis {until}."
        ),
    ),
    "cancel_order.delivered_long_ago": (
        (
            "Your order was delivered on {delivered} and can't be cancelled any more. "
            "The 30 days for sending it back ended on {until}."
        ),
        (
            "Ihre Bestellung wurde am {delivered} zugestellt und lässt sich nicht mehr stornieren. "
            "Die 30 Tage für eine Rücksendung endeten am {until}."
        ),
    ),
    "cancel_order.was_cancelled": (
        "Your order was cancelled before. The money goes back the way it was paid, by {paid} at the latest.",
        "Ihre Bestellung war schon storniert. Das Geld geht auf dem Weg zurück, auf dem es kam, spätestens bis {paid}.",
    ),
    "change_address.changed": (
        "The new address is noted. Your order goes there when it leaves our warehouse on {leaves}.",
        "Die neue Adresse ist notiert. Dorthin geht Ihre Bestellung, wenn sie unser Lager am {leaves} verlässt.",
    ),
    "change_address.shipped": (
        (
            "Your order has left our warehouse, so its address can't be changed any more. "
            "On the carrier's tracking page you can often choose another day or a place to collect it."
        ),
        (
            "Ihre Bestellung hat unser Lager verlassen, die Adresse lässt sich nicht mehr ändern. "
            "Auf der Seite des Paketdienstes können Sie oft einen anderen Tag oder einen Abholort wählen."
        ),
    ),
    "change_address.delivered": (
        "Your order was delivered on {delivered}, so its address can't be changed any more.",
        "Ihre Bestellung wurde am {delivered} zugestellt, die Adresse lässt sich nicht mehr ändern.",
    ),
    "change_address.cancelled": (
        "Your order was cancelled, so there is nothing to deliver.",
        "Ihre Bestellung wurde storniert, es gibt nichts mehr zu liefern.",
    ),
    "change_items.noted": (
        (
            "Your change is noted. We make it before your order leaves our warehouse on {leaves}, "
            "and send you the new total by e-mail."
        ),
        (
            "Ihre Änderung ist notiert. Wir nehmen sie vor, bevor Ihre Bestellung am {leaves} unser Lager verlässt, "
            "und schicken Ihnen die neue Summe per E-Mail."
        ),
    ),
    "change_items.shipped": (
        (
            "Your order has left our warehouse and can't be changed any more. "
            "What you don't need you can send back within 30 days of its arrival."
        ),
        (
            "Ihre Bestellung hat unser Lager verlassen und lässt sich nicht mehr ändern. "
            "Was Sie nicht brauchen, können Sie innerhalb von 30 Tagen nach der Ankunft zurückschicken."
        ),
    ),
    "change_items.delivered": (
        "Your order was delivered on {delivered} and can't be changed any more.",
        "Ihre Bestellung wurde am {delivered} zugestellt und lässt sich nicht mehr ändern.",
    ),
    "change_items.cancelled": (
        "Your order was cancelled and can't be changed any more. Please place a new one.",
        "Ihre Bestellung wurde storniert und lässt sich nicht mehr ändern. Bitte bestellen Sie neu.",
    ),
    "register_return.registered": (
        "Your return is registered under {return_number}. The label comes by e-mail; please post the parcel by {post}.",
        (
            "Ihre Rücksendung ist unter {return_number} angemeldet. "
            "Das Etikett kommt per E-Mail; bitte geben Sie das Paket bis {post} auf."
        ),
    ),
    "register_exchange.registered": (
        (
            "Your exchange is registered under {return_number}. "
            "The label comes by e-mail; please post the parcel by {post}. "
            "What you get for it leaves us as soon as it is here."
        ),
        (
            "Ihr Umtausch ist unter {return_number} angemeldet. "
            "Das Etikett kommt per E-Mail; bitte geben Sie das Paket bis {post} auf. "
            "Sobald es hier ist, geht der Ersatz an Sie."
        ),
    ),
    "send_back.not_delivered": (
        "Your order hasn't been delivered yet. Once it has, you have 30 days to send it back.",
        "Ihre Bestellung ist noch nicht zugestellt. Danach haben Sie 30 Tage Zeit, sie zurückzuschicken.",
    ),
    "send_back.too_late": (
        "Your order was delivered on {delivered}, and the 30 days for sending it back ended on {until}.",
        "Ihre Bestellung wurde am {delivered} zugestellt, und die 30 Tage für eine Rücksendung endeten am {until}.",
    ),
    "send_back.was_registered": (
        "This order has been registered for sending back already, under {return_number}.",
        "Für diese Bestellung ist schon eine Rücksendung angemeldet, unter {return_number}.",
    ),
    "send_back.cancelled": (
        "Your order was cancelled, so there is nothing to send back.",
        "Ihre Bestellung wurde storniert, es gibt nichts zurückzuschicken.",
    ),
    "report_parcel.reported": (
        "Your report is noted under {case_number}. We ask the carrier and write to you by {written}.",
        (
            "Ihre Meldung ist unter {case_number} notiert. "
            "Wir fragen beim Paketdienst nach und schreiben Ihnen bis {written}."
        ),
    ),
    "report_parcel.not_due_packed": (
        "Your order is still with us and leaves our warehouse on {leaves}, so there is nothing to report yet.",
        "Ihre Bestellung ist noch bei uns und verlässt unser Lager am {leaves}, es gibt noch nichts zu melden.",
    ),
    "report_parcel.not_due": (
        "Your parcel is on its way and not due before {due}. If it isn't there by then, report it again.",
        "Ihr Paket ist unterwegs und erst bis {due} angekündigt. Wenn es dann nicht da ist, melden Sie es noch einmal.",
    ),
    "report_parcel.cancelled": (
        "Your order was cancelled, so there is no parcel.",
        "Ihre Bestellung wurde storniert, es gibt kein Paket.",
    ),
    "refund_status.none": (
        "No refund is due for this order.",
        "Für diese Bestellung steht keine Erstattung an.",
    ),
    "refund_status.waiting": (
        "Your refund waits for the parcel to arrive here. It is paid within five working days after that.",
        (
            "Ihre Erstattung wartet darauf, dass das Paket hier ankommt. "
            "Danach zahlen wir sie innerhalb von fünf Werktagen."
        ),
    ),
    "refund_status.waiting_cancelled": (
        "Your refund is being made. The money goes back the way it was paid, by {paid} at the latest.",
        "Ihre Erstattung ist veranlasst. Das Geld geht auf dem Weg zurück, auf dem es kam, spätestens bis {paid}.",
    ),
    "refund_status.paid": (
        "Your refund was paid on {paid}, the way you had paid. Banks take up to three working days to show it.",
        (
            "Ihre Erstattung wurde am {paid} ausgezahlt, auf dem Weg, auf dem Sie bezahlt haben. "
            "Bis die Bank sie anzeigt, können drei Werktage vergehen."
        ),
    ),
    "send_invoice.sent": (
        "The invoice {invoice_number} is on its way to the e-mail address of the order.",
        "Die Rechnung {invoice_number} ist an die E-Mail-Adresse der Bestellung unterwegs.",
    ),
    "send_invoice.not_yet": (
        "The invoice is made when your order leaves our warehouse on {leaves}, and comes with the e-mail about that.",
        (
            "Die Rechnung entsteht, wenn Ihre Bestellung am {leaves} unser Lager verlässt, "
            "und kommt mit der E-Mail darüber."
        ),
    ),
    "send_invoice.not_yet_cancelled": (
        "Your order was cancelled before it left our warehouse, so there is no invoice.",
        "Ihre Bestellung wurde storniert, bevor sie unser Lager verließ, deshalb gibt es keine Rechnung.",
    ),
    "book_repair.booked": (
        (
            "Your repair is booked under {repair_number}. The label for the parcel comes by e-mail. "
            "Once it is here, a repair takes about seven working days."
        ),
        (
            "Ihre Reparatur ist unter {repair_number} angemeldet. Das Etikett für das Paket kommt per E-Mail. "
            "Ab der Ankunft hier dauert eine Reparatur etwa sieben Werktage."
        ),
    ),
    "repair_status.received": (
        "Your repair is booked. We look at the device within two working days of its arrival here.",
        "Ihre Reparatur ist angemeldet. Wir sehen uns das Gerät innerhalb von zwei Werktagen nach seiner Ankunft an.",
    ),
    "repair_status.waiting_for_you": (
        (
            "Your repair waits for your answer: we sent you an estimate by e-mail on {asked}. "
            "As soon as you agree to it, we go on."
        ),
        (
            "Ihre Reparatur wartet auf Ihre Antwort: Am {asked} haben wir Ihnen einen Kostenvoranschlag gemailt. "
            "Sobald Sie zustimmen, machen wir weiter."
        ),
    ),
    "repair_status.in_repair": (
        "Your device is being repaired. It should leave our workshop by {ready}.",
        "Ihr Gerät wird gerade repariert. Es sollte unsere Werkstatt bis {ready} verlassen.",
    ),
    "repair_status.sent_back": (
        "Your device is repaired and was sent back on {sent}. It should arrive by {due}.",
        "Ihr Gerät ist repariert und wurde am {sent} zurückgeschickt. Es sollte bis {due} ankommen.",
    ),
    "voucher_balance.valid": (
        "This voucher is worth {amount} € and valid until {until}.",
        "Dieser Gutschein ist noch {amount} € wert und gültig bis {until}.",
    ),
    "voucher_balance.used": (
        "This voucher has been used up.",
        "Dieser Gutschein ist aufgebraucht.",
    ),
    "voucher_balance.expired": (
        "This voucher was valid until {until} and can't be used any more.",
        "Dieser Gutschein war bis {until} gültig und lässt sich nicht mehr einlösen.",
    ),
    "stock.in_stock": (
        "It is in stock. If you order today, it leaves our warehouse on {leaves}.",
        "Der Artikel ist auf Lager. Wenn Sie heute bestellen, verlässt er unser Lager am {leaves}.",
    ),
    "stock.soon": (
        "It is sold out just now. We expect the next delivery on {due}.",
        "Der Artikel ist gerade ausverkauft. Die nächste Lieferung erwarten wir am {due}.",
    ),
    "stock.out": (
        "It is sold out, and we don't know yet when it comes back.",
        "Der Artikel ist ausverkauft, und wir wissen noch nicht, wann er wiederkommt.",
    ),
}
"""What is said, in English and in German."""

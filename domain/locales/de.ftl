# What customers read, in German. What only agents read is English: every key of the catalogue that customers can read stands here.

## First words and last words

greeting-line = Hallo, hier ist der automatische Assistent.
greeting =
    Hallo, hier ist der automatische Assistent. Fragen Sie mich einfach in Ihren eigenen Worten.
    Wenn Sie lieber mit einem Menschen sprechen möchten, sagen Sie es mir.
greeting-again = Hallo noch einmal. Was kann ich für Sie tun?
thanks-reply = Gern geschehen. Schreiben Sie jederzeit, wenn Sie etwas brauchen.
goodbye-reply = Auf Wiedersehen und alles Gute. Schreiben Sie jederzeit, wenn Sie etwas brauchen.
acknowledged = In Ordnung. Schreiben Sie einfach, wenn Sie etwas brauchen.
given-back = Sie schreiben wieder mit dem automatischen Assistenten. Was kann ich sonst noch für Sie tun?

## Answers

read-more = Mehr dazu: { $url }
answer-other-language = Das habe ich bisher nur auf { $article ->
    [en] Englisch
    [zh] Chinesisch
    [de] Deutsch
    [fr] Französisch
    [es] Spanisch
    [pt] Portugiesisch
    [it] Italienisch
    [nl] Niederländisch
    [pl] Polnisch
    [ru] Russisch
    [tr] Türkisch
    [ar] Arabisch
    [ja] Japanisch
    [ko] Koreanisch
    [th] Thailändisch
    [vi] Vietnamesisch
    [id] Indonesisch
    [hi] Hindi
   *[other] einer anderen Sprache
 }:
answer-same = Das steht im selben Artikel:
clarify = Ich bin nicht ganz sicher, was Sie meinen. Ist es eines davon?
clarify-again = Schade, dass das nicht geholfen hat. Ist es eines davon?
article-gone = Diesen Artikel gibt es nicht mehr. Bitte fragen Sie noch einmal in Ihren eigenen Worten.
already-shown = Den habe ich Ihnen schon geschickt; er steht ein Stück weiter oben.
helped-reply = Schön, dass das geholfen hat. Ist damit alles geklärt?
rate-again = Notiert, vielen Dank.
button-helped = Das hat geholfen
button-did-not-help = Das hat nicht geholfen
button-human = Mit einem Menschen sprechen
button-none = Nichts davon

## Closing

solved-reply = Das freut mich. Ich schließe diese Unterhaltung. Schreiben Sie jederzeit, dann geht es weiter.
not-solved-ask = Was ist noch offen? Sagen Sie es mir in Ihren eigenen Worten, oder sprechen Sie mit einem Menschen.
conversation-closed = Wir haben diese Unterhaltung geschlossen. Wenn noch etwas offen ist, schreiben Sie einfach hier, dann geht es weiter.
button-solved = Ja, alles geklärt
button-not-solved = Noch nicht
button-still-open = Es ist noch etwas offen

## Handing over and waiting

handoff-no-answer = Darauf habe ich keine verlässliche Antwort, deshalb übernimmt ein Mensch.
handoff-asked = Ein Mensch übernimmt.
handoff-not-solved = Schade, dass es noch nicht geklärt ist. Ein Mensch übernimmt.
handoff-refused = Schade, dass das nicht geholfen hat. Ein Mensch übernimmt.
sorry-did-not-help = Schade, dass das nicht geholfen hat.
handoff-form-failed = So kommen wir nicht weiter. Ein Mensch übernimmt.
handoff-nothing-lost = Alles, was Sie hier geschrieben haben, kann dort gelesen werden; Sie müssen nichts wiederholen.
queue-position = { $position ->
    [one] Sie sind als Nächstes an der Reihe.
   *[other] Sie sind an { $position }. Stelle in der Reihe.
 }
queue-waiting = Sie sind in der Warteschlange.
queue-wait-minutes = Es dauert etwa { $minutes ->
    [one] eine Minute.
   *[other] { $minutes } Minuten.
 }
queue-wait-hours = Es dauert etwa { $hours ->
    [one] eine Stunde.
   *[other] { $hours } Stunden.
 }
with-person = Sie sprechen schon mit einem Menschen. Die Antwort kommt hier.
closed-until = Um diese Zeit ist niemand da. Wir sind { $time } wieder da.
closed = Um diese Zeit ist niemand da.
closed-answer-then = Sobald wir zurück sind, antwortet Ihnen hier ein Mensch.
button-leave-ticket = Lieber ein Ticket aufgeben
button-keep-waiting = Weiter warten

## Filing a ticket in the chat

form-out-of-hours = Damit nichts verloren geht, lege ich jetzt ein Ticket für Sie an.
form-waited = Entschuldigung für die Wartezeit: Bisher ist niemand frei. Ich kann ein Ticket für Sie anlegen, dann müssen Sie nicht hier bleiben.
form-chosen = In Ordnung, ich lege ein Ticket für Sie an.
form-about = Es läuft unter „{ $title }“.
form-template = Worum geht es?
form-few-questions = { $count ->
    [one] Dafür brauche ich noch eine Angabe.
   *[other] Dafür brauche ich noch { $count } Angaben.
 }
form-ask = { $label }?
form-pick-one = Bitte wählen Sie eine der Möglichkeiten.
form-needs-text = Bitte antworten Sie in Worten.
form-needs-number = Das sieht nicht nach einer Zahl aus. Ziffern genügen, zum Beispiel 12.
form-needs-money = Das sieht nicht nach einem Betrag aus. Bitte schreiben Sie ihn so: 49.90 EUR.
form-needs-date = Das sieht nicht nach einem Datum aus. Bitte schreiben Sie es so: 2026-11-30.
form-needs-datetime = Das sieht nicht nach Datum und Uhrzeit aus. Bitte schreiben Sie es so: 2026-11-30 14:00.
form-needs-email = Das sieht nicht nach einer E-Mail-Adresse aus. Bitte schreiben Sie sie so: anna@example.org.
form-needs-phone = Das sieht nicht nach einer Telefonnummer aus. Bitte schreiben Sie sie mit Landesvorwahl: +49 30 123456.
form-needs-url = Das sieht nicht nach einer Internetadresse aus. Bitte schreiben Sie sie so: https://example.org/seite.
form-needs-order = Das sieht nicht nach einer Bestellnummer aus. Sie hat keine Leerzeichen, zum Beispiel 1001.
form-needs-yes-no = Bitte antworten Sie mit Ja oder Nein.
form-not-accepted = Das kann für „{ $label }“ nicht stimmen. Bitte prüfen Sie es und schreiben Sie es noch einmal.
form-cancelled = In Ordnung, dann kein Ticket. Schreiben Sie jederzeit, wenn Sie etwas brauchen.
form-keeps-waiting = In Ordnung, Sie behalten Ihren Platz.
button-cancel = Abbrechen
button-yes = Ja
button-no = Nein
ticket-filed =
    Ihre Anfrage ist Ticket { $number }. Wir antworten hier, sobald es jemand angesehen hat.
    So können Sie es verfolgen: { $url }
ticket-filed-before =
    Ihre Anfrage ist bereits Ticket { $number }, und jemand kümmert sich darum.
    So können Sie es verfolgen: { $url }
ticket-number-link =
    Ihr Ticket: { $number }
    So können Sie es verfolgen: { $url }

## Tickets

tickets-none = Sie haben keine Tickets.
tickets-none-open = Sie haben keine offenen Tickets.
tickets-head = { $count ->
    [one] Ihr Ticket:
   *[other] Ihre letzten { $count } Tickets:
 }
tickets-colleagues = Tickets Ihrer Kolleginnen und Kollegen:
ticket-line = { $number }, { $title }: { $status }
ticket-line-with = { $line }, bei { $department }
ticket-line-merged = { $line } (mit { $numbers })
ticket-merged =
    Ticket { $number } läuft als { $into } weiter: Beide betreffen dasselbe.
    Hier sehen Sie, wie weit es ist: { $url }
ticket-merged-other =
    Ticket { $number } wird zusammen mit anderen bearbeitet, die dasselbe betreffen. Sie hören hier von uns.
    Hier sehen Sie, wie weit es ist: { $url }
ticket-link = So können Sie es verfolgen: { $url }
ticket-which = Um welches Ticket geht es?
ticket-which-button = { $number }, { $title }
ticket-added = Zu Ticket { $number } hinzugefügt.
ticket-status-new = eingegangen
ticket-status-open = in Bearbeitung
ticket-status-waiting-customer = wartet auf Ihre Antwort
ticket-status-waiting-third-party = wartet auf eine andere Stelle
ticket-status-resolved = gelöst
ticket-status-closed = geschlossen
ticket-next-new = Als Nächstes sieht es sich jemand an und meldet sich bei Ihnen.
ticket-next-open = Jemand arbeitet daran und meldet sich bei Ihnen.
ticket-next-waiting-customer = Wir haben eine Frage an Sie. Sobald Sie antworten, geht es weiter.
ticket-next-waiting-third-party = Wir warten auf eine andere Stelle und bleiben für Sie dran.
ticket-next-resolved = Es ist nichts mehr zu tun. Falls es doch nicht gelöst ist, schreiben Sie hier, dann geht es weiter.
ticket-next-closed = Dieses Ticket ist geschlossen. Für etwas Neues schreiben Sie uns einfach.
ticket-changed =
    Ticket { $number }: { $status }.
    So können Sie es verfolgen: { $url }
ticket-moved =
    Ticket { $number } liegt jetzt bei { $department }.
    So können Sie es verfolgen: { $url }
ticket-resolved =
    Ticket { $number } ist gelöst. Wenn noch etwas offen ist, schreiben Sie einfach hier, dann geht es weiter.
    Hier können Sie es ansehen: { $url }
ticket-closed =
    Ticket { $number } ist geschlossen.
    Hier können Sie es ansehen: { $url }
ticket-card-owner = { $name } kümmert sich darum.
ticket-withdrawn = Ticket { $number } wurde versehentlich angelegt und gilt nicht. Entschuldigen Sie die Verwirrung; wir machen hier weiter.

## Commands

help =
    Fragen Sie mich einfach in Ihren eigenen Worten. Sie können auch eingeben:
    /human – mit einem Menschen sprechen
    /status – wo Ihr letztes Ticket steht
    /tickets – alle Ihre Tickets
    /language – Sprache wechseln
    /link – uns sagen, dass Sie auch auf einem anderen Kanal schreiben
    /forget – löschen, was wir über Sie gespeichert haben
    /help – diese Liste
command-unknown = Diesen Befehl kenne ich nicht. Mit /help sehen Sie, welche es gibt.
language-ask = Welche Sprache ist Ihnen am liebsten?
language-set = In Ordnung, ab jetzt auf Deutsch.
language-set-other = In Ordnung, ab jetzt { $name }, soweit wir es haben. Meine eigenen Worte bleiben englisch.
language-unknown = Die Sprache „{ $tag }“ kenne ich nicht. Bitte wählen Sie eine davon:
link-code =
    Ihr Code ist { $code }. Schreiben Sie auf Ihrem anderen Kanal: /link { $code }
    Er gilt einmal, { $minutes } Minuten lang. Geben Sie ihn niemandem: Wer ihn hat, kann Ihre Unterhaltungen hier lesen.
link-done = Danke, das war der Code von { $channel }. Ihre Unterhaltungen und Tickets gehören jetzt zusammen; /tickets zeigt sie alle.
link-told = Ihre Unterhaltungen hier und auf { $channel } gehören jetzt zusammen. Wenn Sie das nicht waren, sagen Sie es uns bitte sofort hier.
link-wrong = Dieser Code gilt nicht. Vielleicht ist er vertippt, schon benutzt oder zu alt. Mit /link bekommen Sie auf Ihrem anderen Kanal einen neuen.
link-same = Dieser Code ist für Ihren anderen Kanal: Geben Sie ihn dort ein.
link-too-often = Das waren zu viele falsche Codes. Bitte warten Sie zehn Minuten und holen Sie sich einen neuen.
link-elsewhere = Einen Code gebe ich nur, wo sonst niemand mitliest. Bitte schreiben Sie mir direkt.
forget-ask = Damit wird alles gelöscht, was wir über Sie gespeichert haben: Name, Adressen, Nachrichten und Dateien. Das lässt sich nicht rückgängig machen. Soll ich es löschen?
forget-done = Alles, was wir über Sie gespeichert hatten, ist gelöscht. Wenn Sie wieder schreiben, fangen wir neu an.
forget-kept = In Ordnung, es wird nichts gelöscht.
button-forget = Ja, alles löschen
button-keep = Nein, behalten

## Buttons pressed late or twice

late-done = Das ist schon erledigt.
late-over = Das gilt nicht mehr. Schreiben Sie einfach, was Sie brauchen.

## Pages

page-ticket-title = Ticket { $number }
page-ticket-merged = Dieses Anliegen wird zusammen mit anderen bearbeitet, die dasselbe betreffen.
page-status = Status
page-stage = Stufe
page-department = Liegt bei
page-department-none = noch nicht zugeteilt
page-next = Wie es weitergeht
page-expected = Voraussichtlich bis
page-filed-at = Eingegangen
page-updated-at = Letzte Änderung
page-details = Angaben
page-history = Was geschehen ist
page-messages = Nachrichten
page-author-you = Sie
page-author-bot = Assistent
page-author-team = Unser Team
page-add-message = Nachricht hinzufügen
page-earlier = Frühere Nachrichten
page-message-label = Ihre Nachricht
page-send = Senden
page-sent = Vielen Dank, Ihre Nachricht ist angekommen. Wir antworten dort, von wo Sie geschrieben haben.
page-message-empty = Bitte schreiben Sie zuerst etwas.
page-message-too-long = Das ist zu lang. Bitte bleiben Sie unter { $limit } Zeichen.
page-too-many = Das war viel auf einmal. Bitte versuchen Sie es in einer Minute noch einmal.
page-link-invalid-title = Dieser Link funktioniert nicht
page-link-invalid = Der Link ist unvollständig oder nicht mehr gültig. Schreiben Sie /status im Chat, dann bekommen Sie einen neuen.
page-not-found-title = Hier ist nichts
page-not-found = Diese Seite gibt es nicht oder nicht mehr.
page-error-title = Etwas ist schiefgegangen
page-error = Das liegt an uns. Bitte versuchen Sie es gleich noch einmal.
page-files = Dateien (freiwillig)
page-files-hint = Höchstens { $most } Dateien und zusammen { $megabytes } MB.
page-files-too-large = Das ist zu viel auf einmal: höchstens { $most } Dateien und zusammen { $megabytes } MB.
page-language = Sprache
page-latest = Zurück zu den neuesten Nachrichten
article-updated-at = Zuletzt geändert
article-only-in = Diesen Artikel gibt es noch nicht in Ihrer Sprache.
article-other-versions = Auch verfügbar auf
article-gone-page = Diesen Artikel gibt es nicht mehr.
article-parts = Teile dieses Artikels
article-part-before = Zurück
article-part-after = Weiterlesen
page-owner = Wer sich darum kümmert
page-rate = Wie war es?
page-rate-comment = Was könnte besser sein, oder was war gut? (freiwillig)
page-rate-of = { $value } von 5
page-rate-send = Bewertung senden
page-rated = Vielen Dank für Ihre Bewertung.
page-whole-message = Ganze Nachricht lesen

## Times

time-today = heute um { $time }
time-tomorrow = morgen um { $time }
time-weekday = am { $day ->
    [mon] Montag
    [tue] Dienstag
    [wed] Mittwoch
    [thu] Donnerstag
    [fri] Freitag
    [sat] Samstag
   *[sun] Sonntag
 } um { $time }
time-date = am { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
 } um { $time }

## Other

timeline-filed = Ticket angelegt
timeline-status = Status: { $status }
timeline-department = Weitergegeben an { $department }
timeline-message = Neue Nachricht
timeline-resolved = Gelöst
timeline-reopened = Wieder geöffnet
erased-marker = [gelöscht]
unsupported = Diese Art von Nachricht kann ich noch nicht lesen. Bitte schreiben Sie es in Worten.
attachment-received = Vielen Dank, ich habe es erhalten. Bitte sagen Sie mir in Worten, was Sie brauchen.
attachment-not-stored = Die Datei „{ $name }“ konnte nicht gespeichert werden. Bitte schicken Sie sie noch einmal.
deleted-marker = [gelöscht]

## Asked by agents, and rated

form-asked = { $count ->
    [one] Damit wir weitermachen können, brauchen wir eine Angabe von Ihnen.
   *[other] Damit wir weitermachen können, brauchen wir { $count } Angaben von Ihnen.
 }
form-asked-thanks = Vielen Dank, mehr brauchen wir nicht. Jemand aus unserem Team macht hier weiter.
form-asked-stopped = In Ordnung, wir machen ohne das weiter. Jemand aus unserem Team antwortet hier.
rating-ask = Wie zufrieden waren Sie mit uns?
rating-thanks = Vielen Dank für Ihre Bewertung.
rating-thanks-comment = Vielen Dank für Ihre Bewertung. Wenn Sie noch etwas dazu sagen möchten, schreiben Sie es einfach hier.
rating-noted = Vielen Dank, wir haben es notiert. Wenn noch etwas offen ist, schreiben Sie einfach hier.

## The chat on a web page

chat-title = Chatten Sie mit uns
chat-greeting = Hallo! Schreiben Sie uns einfach in Ihren eigenen Worten. Die Antwort kommt hier.
chat-launcher = Chat öffnen
chat-close = Chat schließen
chat-log = Nachrichten
chat-older = Frühere Nachrichten
chat-newest = Zur neuesten Nachricht
chat-today = Heute
chat-open = Wir sind für Sie da
chat-closed = Wir sind gerade nicht da
chat-closed-until = Wieder für Sie da ab { $time }
chat-typing = Eine Antwort wird geschrieben
chat-author-me = Sie
chat-author-bot = Assistent
chat-author-agent = Kundenservice
chat-author-system = Hinweis
chat-deleted = Diese Nachricht wurde gelöscht
chat-edited = bearbeitet
chat-sending = wird gesendet …
chat-failed = nicht gesendet
chat-retry = Erneut versuchen
chat-seen = gelesen
chat-choices = Auswahl
chat-unread-one = { $count } neue Nachricht
chat-unread-other = { $count } neue Nachrichten
chat-article = Artikel
chat-read-article = der ganze Artikel
chat-see-ticket = Ihr Ticket ansehen
chat-article-page = Artikel auf eigener Seite öffnen
chat-back = Zurück zum Chat
chat-write = Nachricht schreiben
chat-send = Senden
chat-attach = Dateien anhängen
chat-attach-limits = Bis zu { $files } Dateien mit je höchstens { $size }
chat-files = Angehängte Dateien
chat-file = Datei
chat-uploading = wird hochgeladen …
chat-remove = { $name } entfernen
chat-drop = Dateien hier ablegen
chat-too-many-one = An eine Nachricht passt höchstens { $count } Datei.
chat-too-many-other = An eine Nachricht passen höchstens { $count } Dateien.
chat-too-large = { $name } ist größer als { $size }.
chat-upload-failed = { $name } konnte nicht gesendet werden. Bitte versuchen Sie es noch einmal.
chat-away = Gerade ist niemand da. Hinterlassen Sie uns eine Nachricht und Ihre E-Mail-Adresse, dann melden wir uns bei Ihnen.
chat-name = Ihr Name (freiwillig)
chat-email = Ihre E-Mail-Adresse
chat-email-needed = Bitte geben Sie für die Antwort eine E-Mail-Adresse an.
chat-email-wrong = Diese E-Mail-Adresse scheint nicht zu stimmen.
chat-offline = Keine Verbindung. Es wird automatisch erneut versucht.
chat-too-fast = Das ging etwas zu schnell. Bitte warten Sie einen Moment.
chat-refused = Der Chat funktioniert auf dieser Seite nicht.
chat-expired = Ihre Anmeldung ist abgelaufen. Bitte laden Sie die Seite neu.
chat-page-title = Chat
chat-page-script = Für den Chat wird JavaScript benötigt.

## The conversation as a file

transcript-customer = Kunde
transcript-attached = Hier ist unsere Unterhaltung als Datei.

invite-text = Haben Sie eine Frage? Drücken Sie den Knopf und schreiben Sie uns. Nur Sie und wir können es lesen.
invite-button = Schreiben Sie uns

## A conversation of their own

contact-opened = Ihr Gespräch ist hier: { $place }
contact-open-already = Ihr Gespräch ist weiterhin hier: { $place }
contact-failed = Bei uns ist etwas schiefgegangen. Bitte drücken Sie den Knopf gleich noch einmal.

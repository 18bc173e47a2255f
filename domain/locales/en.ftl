# What customers read, in English. Every key stands in every catalogue, with the same values.
# Values: { $url } signed link, { $number } ticket number as written (T-1), { $time } time as written, { $title } and { $label } as the installation calls it.

## First words and last words

greeting-line = Hello, this is the automatic assistant.
greeting =
    Hello, this is the automatic assistant. Ask me anything in your own words.
    If you would rather talk to a person, just say so.
greeting-again = Hello again. What can I do for you?
thanks-reply = You're welcome. Write any time you need something.
goodbye-reply = Goodbye, and take care. Write any time you need something.
acknowledged = All right. Just write when you need something.
given-back = You are with the automatic assistant again. What else can I do for you?

## Answers

read-more = Read more: { $url }
answer-other-language = I have this only in { $article ->
    [en] English
    [zh] Chinese
    [de] German
    [fr] French
    [es] Spanish
    [pt] Portuguese
    [it] Italian
    [nl] Dutch
    [pl] Polish
    [ru] Russian
    [tr] Turkish
    [ar] Arabic
    [ja] Japanese
    [ko] Korean
    [th] Thai
    [vi] Vietnamese
    [id] Indonesian
    [hi] Hindi
   *[other] another language
 } so far:
clarify = I'm not quite sure what you mean. Is it one of these?
clarify-again = Sorry that this did not help. Is it one of these?
article-gone = That article is no longer available. Please ask again in your own words.
already-shown = I have sent you that one already; it is a little further up.
helped-reply = Glad that this helped. Is everything settled?
rate-again = Noted, thank you.
button-helped = This helped
button-did-not-help = This did not help
button-human = Talk to a person
button-none = None of these

## Closing

solved-reply = Good to hear. I am closing this conversation. Write any time and it goes on.
not-solved-ask = What is still open? Tell me in your own words, or talk to a person.
conversation-closed = We have closed this conversation. If anything is still open, just write here and it goes on.
button-solved = Yes, all settled
button-not-solved = Not yet
button-still-open = Something is still open

## Handing over and waiting

handoff-no-answer = I don't have a reliable answer to that, so a person will take over.
handoff-asked = A person will take over.
handoff-not-solved = Sorry that this is not settled. A person will take over.
handoff-refused = Sorry that this did not help. A person will take over.
sorry-did-not-help = Sorry that this did not help.
handoff-form-failed = We are not getting anywhere like this. A person will take over.
handoff-nothing-lost = They can read everything you wrote here, so there is no need to repeat anything.
queue-position = { $position ->
    [one] You are next in line.
   *[other] You are number { $position } in line.
 }
queue-waiting = You are in line.
queue-wait-minutes = It should take about { $minutes ->
    [one] a minute.
   *[other] { $minutes } minutes.
 }
queue-wait-hours = It should take about { $hours ->
    [one] an hour.
   *[other] { $hours } hours.
 }
with-person = You are talking to a person already. They will answer here.
closed-until = Nobody is here at this hour. We are back { $time }.
closed = Nobody is here at this hour.
closed-answer-then = A person will answer here once we are back.
button-leave-ticket = Leave a ticket instead
button-keep-waiting = Keep waiting

## Filing a ticket in the chat

form-out-of-hours = So that nothing gets lost, I will file a ticket for you now.
form-waited = Sorry for the wait: nobody has been free yet. I can file a ticket for you, so that you need not stay here.
form-chosen = All right, I will file a ticket for you.
form-about = It goes under “{ $title }”.
form-template = What is it about?
form-few-questions = { $count ->
    [one] I need one more thing for it.
   *[other] I need { $count } more things for it.
 }
form-ask = { $label }?
form-pick-one = Please choose one of the options.
form-needs-text = Please answer in words.
form-needs-number = That does not look like a number. Digits are enough, like 12.
form-needs-money = That does not look like an amount. Please write it like 49.90 EUR.
form-needs-date = That does not look like a date. Please write it like 2026-11-30.
form-needs-datetime = That does not look like a date and time. Please write it like 2026-11-30 14:00.
form-needs-email = That does not look like a mail address. Please write it like ann@example.org.
form-needs-phone = That does not look like a telephone number. Please write it with the country code, like +49 30 123456.
form-needs-url = That does not look like a web address. Please write it like https://example.org/page.
form-needs-order = That does not look like an order number. It has no spaces, like 1001.
form-needs-yes-no = Please answer yes or no.
form-not-accepted = That cannot be right for “{ $label }”. Please check it and write it again.
form-cancelled = All right, no ticket then. Write any time you need something.
form-keeps-waiting = All right, you keep your place.
button-cancel = Cancel
button-yes = Yes
button-no = No
ticket-filed =
    Your request is ticket { $number }. We answer here as soon as somebody has looked at it.
    Follow it here: { $url }
ticket-filed-before =
    Your request is ticket { $number } already, and it is being taken care of.
    Follow it here: { $url }

ticket-number-link =
    Your ticket: { $number }
    Follow it here: { $url }

## Tickets

tickets-none = You have no tickets.
tickets-none-open = You have no open tickets.
tickets-head = { $count ->
    [one] Your ticket:
   *[other] Your { $count } latest tickets:
 }
ticket-line = { $number }, { $title }: { $status }
ticket-line-with = { $line }, with { $department }
ticket-link = Follow it here: { $url }
ticket-which = Which ticket is this about?
ticket-which-button = { $number }, { $title }
ticket-added = Added to ticket { $number }.
ticket-status-new = received
ticket-status-open = being worked on
ticket-status-waiting-customer = waiting for your answer
ticket-status-waiting-third-party = waiting for somebody outside
ticket-status-resolved = solved
ticket-status-closed = closed
ticket-next-new = Next, somebody looks at it and gets back to you.
ticket-next-open = Somebody is working on it and gets back to you.
ticket-next-waiting-customer = We have a question for you. It goes on as soon as you answer.
ticket-next-waiting-third-party = We are waiting for somebody outside, and keep after it for you.
ticket-next-resolved = Nothing more to do. If it is not solved after all, write here and it goes on.
ticket-next-closed = This ticket is closed. For anything new, just write to us.
ticket-changed =
    Ticket { $number } is now { $status }.
    Follow it here: { $url }
ticket-moved =
    Ticket { $number } is now with { $department }.
    Follow it here: { $url }
ticket-resolved =
    Ticket { $number } is solved. If anything is still open, just write here and it goes on.
    See it here: { $url }
ticket-closed =
    Ticket { $number } is closed.
    See it here: { $url }

## Commands

help =
    Ask me anything in your own words. You can also type:
    /human – talk to a person
    /status – where your latest ticket stands
    /tickets – all your tickets
    /language – change the language
    /forget – erase what we keep about you
    /help – this list
command-unknown = I don't know that command. Type /help to see which there are.
language-ask = Which language do you prefer?
language-set = All right, English from now on.
language-set-other = All right, { $name } from now on, wherever we have it. My own words stay English.
language-unknown = I don't know the language “{ $tag }”. Choose one of these:
forget-ask = This erases everything we keep about you: name, addresses, messages and files. It cannot be undone. Shall I erase it?
forget-done = Everything we kept about you is erased. If you write again, we begin anew.
forget-kept = All right, nothing is erased.
button-forget = Yes, erase it all
button-keep = No, keep it

## Buttons pressed late or twice

late-done = That is done already.
late-over = That no longer applies. Just write what you need.

## Pages

page-ticket-title = Ticket { $number }
page-status = Status
page-stage = Stage
page-department = With
page-department-none = not assigned yet
page-next = What is next
page-expected = Expected by
page-filed-at = Filed
page-updated-at = Last change
page-details = Details
page-history = What happened
page-messages = Messages
page-author-you = You
page-author-bot = Assistant
page-author-team = Our team
page-add-message = Add a message
page-message-label = Your message
page-send = Send
page-sent = Thank you, your message has arrived. We answer in the channel you wrote from.
page-message-empty = Please write something first.
page-message-too-long = That is too long. Please keep it under { $limit } characters.
page-too-many = That was a lot at once. Please try again in a minute.
page-link-invalid-title = This link does not work
page-link-invalid = The link is incomplete or no longer valid. Type /status in the chat to get a new one.
page-not-found-title = Nothing here
page-not-found = This page is gone or never existed.
page-error-title = Something went wrong
page-error = That is our fault. Please try again in a moment.
page-language = Language
article-updated-at = Last updated
article-only-in = This article is not available in your language yet.
article-other-versions = Also available in
article-gone-page = This article is no longer available.
page-owner = Who takes care of it
page-start-lead = Bellhop is running here. It answers customers from the knowledge base, hands over to people, and makes tickets of conversations.
page-start-steps = First steps
page-start-ask = Ask what the assistant would answer:
page-start-token = Make a token for programs and scripts:
page-start-channel = Connect a channel in the configuration file:
page-start-links = Links
page-start-api = Description of the programming interface
page-start-health = Is it ready?

## Times

time-today = today at { $time }
time-tomorrow = tomorrow at { $time }
time-weekday = on { $day ->
    [mon] Monday
    [tue] Tuesday
    [wed] Wednesday
    [thu] Thursday
    [fri] Friday
    [sat] Saturday
   *[sun] Sunday
 } at { $time }
time-date = on { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
 } at { $time }

## Other

timeline-filed = Ticket filed
timeline-status = Status: { $status }
timeline-department = Passed to { $department }
timeline-message = New message
timeline-resolved = Solved
timeline-reopened = Opened again
erased-marker = [erased]
unsupported = I can't read this kind of message yet. Please write it in words.
attachment-received = Thank you, I have received it. Please tell me in words what you need.
attachment-not-stored = The file “{ $name }” could not be stored. Please send it again.
deleted-marker = [deleted]

## Commands of agents

command-help = Lists the commands, or explains one
command-take = Makes this conversation yours
command-assign = Gives this conversation to an agent or to a department
command-close = Closes this conversation and tells the customer
command-reopen = Goes on with a closed conversation
command-bot = Gives this conversation back to the bot
command-reply = Writes to the customer
command-note = Writes to colleagues only; so does a leading //

argument-agent-or-department = agent or department
argument-command = command
argument-text = text

answer-help-head = What you can say here:
answer-help-note = Add what is in < >; what is in [ ] may be left out. What you write without a slash goes to the customer.
answer-help-in-conversation = Say it in the topic of a conversation.
answer-unknown = There is no command /{ $name }.
answer-see-help = /help shows what there is.
answer-did-you-mean = Did you mean:
answer-usage = Write it like this: { $usage }
answer-needs-conversation = /{ $name } is about a conversation: say it in its topic.
answer-takes-nothing = /{ $name } takes nothing more.
answer-no-such = There is no { $what } “{ $given }”.
answer-choose = Please choose: { $what }
answer-choose-or-type = Please choose, or type more of it: { $what }
answer-missing = Something is missing: { $what }
answer-not-found = This { $what } does not exist.
answer-forbidden = You may not do this: it needs the permission { $permission }.
answer-invalid = That does not fit:
answer-problem = - { $place }: { $problem }
answer-conflict = Somebody else was faster. Please look again and decide anew.
answer-not-now = Not now: { $why }.
answer-busy = Bellhop has too much to do right now. Please try again in a moment.
answer-took = { $agent } has this conversation now.
answer-assigned = This conversation now goes to { $to }.
answer-closed = Closed, and the customer knows.
answer-reopened = Open again.
answer-gave-back = The bot has this conversation again.
answer-gave-back-not = The bot could not go on by itself, so a person has to.
answer-button-reopen = Reopen

## Staff chats

staff-nameless = Customer
staff-author-bot = Bot
staff-author-system = Bellhop
staff-note = note, for colleagues only
staff-edited = edited
staff-file = file
staff-file-failed = 📎 { $name } could not be received: { $reason }
staff-file-not-fetched = “{ $name }” could not be fetched, so nothing was sent. Please send it again.
staff-reactions = Reactions: { $reactions }
staff-failed = ❗ Not delivered: { $reason }
staff-expired = ❗ Not sent: it was too old
staff-cancelled = Taken back before it was sent
staff-cut = … and { $count } more characters
staff-card-queued = 🟡 Waiting since { $since }, place { $place } in the queue
staff-card-open = 🟢 { $agent } has it
staff-card-open-nobody = 🟢 Open, and nobody has it
staff-card-snoozed = 💤 Set aside until { $until }
staff-card-resolved = ✅ Closed at { $at }
staff-card-bot = 🤖 The bot has it
staff-card-department = Department: { $department }
staff-card-reason = Why it is here: { $reason }
staff-card-tried = The bot showed: { $articles }
staff-card-because = because { $reasons }
staff-article-helped = helped
staff-article-did-not-help = did not help
staff-reason-no-answer = no article answers the question
staff-reason-asked = the customer asked for a person
staff-reason-refused = what the bot offered did not help
staff-reason-not-solved = the customer says that it is not settled
staff-reason-form = the bot could not fill in the form with the customer
staff-reason-send = a message of the bot could not be sent
staff-reason-agent = an agent passed it on
staff-language-chosen = chosen
staff-language-found = recognised
staff-source-agent = set by an agent
staff-source-signed = signed identity
staff-source-crm = CRM
staff-source-import = import
staff-source-organisation = company
staff-source-form = form
staff-source-location = shared location
staff-source-phone = telephone number
staff-source-ip = network address
staff-source-conversation = conversation
staff-source-claim = own word
staff-source-default = default
staff-button-take = Take it
staff-button-article = Reply with an article
staff-button-ticket = Ticket
staff-button-close = Close
staff-button-reopen = Reopen
staff-button-bot = Back to the bot
staff-button-old = This button is too old. Please give the command instead.
staff-call = 🔔 { $title } needs somebody
staff-call-taken = ✅ { $agent } has { $name }
staff-call-over = { $name } no longer waits
staff-queue-empty = Nobody waits.
staff-queue = Waiting: { $count }
staff-queue-more = … and { $count } more
staff-not-linked = You are not linked to an agent, so nothing you write here reaches a customer. Get a code in your Bellhop profile, or from an administrator, and send it here: /link CODE
staff-not-sent = ❗ Not sent. { $why }
staff-collision-assigned = ⚠️ { $agent } has this conversation. Your message was sent.
staff-collision-writing = ⚠️ { $agent } is writing to this customer as well. Your message was sent.

## What agents do by commands

command-transfer = Passes this conversation to a department, with a note
command-snooze = Sets this conversation aside until a time
command-kb = Searches the knowledge base
command-send = Answers the customer with an article, or only with its link
command-transcript = This conversation as a text file, for you or for the customer
command-status = Shows or sets the ticket's status or stage
command-priority = Sets the ticket's priority
command-department = Passes the ticket to a department
command-customer = Shows who the customer is, and how we know
command-tier = Sets the customer's tier; - clears it
command-region = Sets the customer's region; - clears it
command-category = Sets this conversation's category; - clears it
command-tag = Shows the labels; +label adds one, -label removes one
command-block = Stores what this person writes in silence
command-unblock = Hears this person again
command-merge = Joins another record of the same person with this one
command-contact = Writes to a person first
command-presence = Shows or says whether you are there, and for how many conversations
command-link = Proves who you are, with your code

argument-department = department
argument-note = note
argument-moment = time
argument-query = question
argument-article = article
argument-status = status
argument-ticket = ticket
argument-tier = tier
argument-region = region
argument-category = category
argument-labels = labels
argument-contact = person
argument-capacity = number
argument-code = code

choice-urgent = Urgent
choice-high = High
choice-normal = Normal
choice-low = Low
choice-online = Online
choice-away = Away
choice-offline = Offline
choice-link = Link only
choice-customer = To the customer
moment-hour = 1 hour
moment-hours = 4 hours
moment-tomorrow = Tomorrow at 9:00
moment-week = 1 week

conversation-status-bot = with the bot
conversation-status-queued = waiting
conversation-status-open = open
conversation-status-snoozed = set aside
conversation-status-resolved = closed

value-source-agent = agent
value-source-signed = signed
value-source-crm = CRM
value-source-import = import
value-source-organisation = organisation
value-source-form = form
value-source-location = location
value-source-phone = telephone number
value-source-ip = network address
value-source-conversation = conversation
value-source-claim = claimed
value-source-default = default

customer-blocked = Blocked
customer-blocked-meaning = what they write is stored in silence
customer-organisation = Organisation
customer-language = Language
customer-emails = Mail
customer-phones = Telephone
customer-channels = Writes on
customer-proven = proven

transcript-customer = Customer
transcript-bot = Bellhop
transcript-note = { " " }(note)
transcript-attached = Here is our conversation as a file.

answer-assigned-away = { $agent } is { $presence } at the moment.
answer-button-ticket-too = { $number } too
answer-snoozed = Set aside; it comes back { $until }, or when the customer writes.
answer-no-moment = “{ $given }” is no time to come. Write 2h, tomorrow 9:00, Monday or 2026-12-01 14:30.
answer-kb-nothing = Nothing found for “{ $query }”.
answer-button-send = { $count }. Send
answer-button-link = { $count }. Link
answer-no-article = There is no article “{ $given }” that this customer may see.
answer-sent-article = Sent: { $title }
answer-transcript = Here is the conversation, with the notes.
answer-transcript-sent = The customer has the transcript now, without the notes.
answer-ticket-status = { $number } is now: { $status }
answer-ticket-priority = { $number } now has the priority: { $priority }
answer-ticket-department = { $number } is now with { $department }.
answer-ticket-shown = **{ $number }** { $title }: { $status }
    Priority: { $priority }
    Department: { $department }
    Owner: { $owner }
answer-none = nobody
answer-which-ticket = This conversation has several tickets. Which one?
answer-no-ticket = this conversation has no open ticket
answer-customer-set = { $customer }’s { $what } is { $value } now. This is your word, and it stays until somebody clears it.
answer-customer-cleared = { $customer }’s { $what } is what the other sources say again.
answer-category = Category: { $category }
answer-category-cleared = This conversation has no category now.
answer-tags = Labels: { $tags }
answer-no-tags = No labels.
answer-blocked = { $customer } is blocked: what they write is stored, nobody is bothered, and they are not told.
answer-unblocked = { $customer } is heard again.
answer-button-unblock = Unblock
answer-merge-confirm = Join { $other } into { $customer }? All conversations and tickets go along. This cannot be undone.
answer-button-merge = Join them
answer-merged = { $other } and { $customer } are one person now.
answer-contacted = Sent to { $customer } on { $channel }; the conversation is yours.
answer-agents-only = only agents do this
answer-presence = You are: { $presence }.
answer-presence-unknown = You have not said whether you are there.
answer-capacity = You take { $count ->
    [one] one conversation
   *[other] { $count } conversations
 } at once.
answer-no-number = “{ $given }” is no number.
answer-link-elsewhere = this belongs into the staff chat
answer-linked = Welcome, { $agent }. From now on you act here under your name.
answer-link-wrong = This code does not fit, or it is too old. Ask for a new one: it is good once, for 15 minutes.

command-macro = Says and does what a macro holds
argument-macro = macro
answer-macro = Done: { $title }
command-edit = Says your message differently, for the customer too
command-delete = Takes your message back, for the customer too
answer-edited = Changed.
answer-deleted = Taken back.
answer-deleted-but-seen = Taken back here; the customer's platform cannot, so they still see it.
answer-no-message = There is no message of yours to change: give this in answer to it.

## Live cards of tickets

ticket-card-owner = { $name } takes care of it.

## Tickets in the making, taken back and rated

form-asked = { $count ->
    [one] So that we can go on, we need one thing from you.
   *[other] So that we can go on, we need { $count } things from you.
 }
form-asked-thanks = Thank you, that is all we need. Somebody from our team goes on here.
form-asked-stopped = All right, we go on without it. Somebody from our team answers here.
rating-ask = How did we do?
rating-thanks = Thank you for your rating.
rating-thanks-comment = Thank you for your rating. If you would like to add something, just write it here.
rating-noted = Thank you, we have noted that. If anything is still open, just write here.
ticket-withdrawn = Ticket { $number } was opened by mistake and does not count. Sorry for the confusion; we go on here.
review-head = **{ $title }** for { $name }
review-head-open = **New ticket** for { $name }
review-customer = Customer
review-tier = Tier: { $value } ({ $source })
review-region = Region: { $value } ({ $source })
review-unknown = not known
review-part = { $count ->
    [one] About one message of this conversation.
   *[other] About { $count } messages of this conversation.
 }
review-suggested = Suggested because the customer wrote “{ $words }”.
review-pick = Which kind of ticket is it?
review-field = { $label }: { $value } ({ $source })
review-field-missing = ⚠ { $label }: needed
review-field-empty = { $label }: –
review-routing = Goes to { $department }.
review-routing-owner = Goes to { $department }, to { $owner }.
review-routing-priority = Priority: { $priority }
review-because = Why: { $reasons }
review-rule = rule { $rule }
review-waiting = ⏳ Waiting for the customer: { $label }
review-existing = { $number } exists already and is not closed; confirming leads there.
review-cancelled = No ticket is made. `/ticket` begins again.
review-made = ✅ **{ $number }** is made: { $title }
review-made-before = { $number } was there already; nothing was made twice.
review-withdrawn = { $number } is taken back. Correct what was wrong and confirm again, or drop it.
review-withdrawn-told = The customer had been told of it and is told that it was a mistake.
review-undone = { $number } is taken back.
review-changed-meanwhile = This was changed meanwhile. Here it is as it stands now:
review-none = There is no ticket in the making here. `/ticket` begins one.
review-asked = The customer is being asked. The card changes with every answer.
review-ask-value = What is “{ $label }”? Answer this message with the value.
review-ask-choice = “{ $label }”:
review-unusable = “{ $label }” { $why }
review-which-undo = Which ticket? Write its number: `/undo T-1`.
review-button-confirm = Make the ticket
review-button-another = Make another one
review-button-ask = Ask the customer
review-button-stop = Stop asking
review-button-cancel = Drop it
review-button-undo = Undo
review-button-refresh = Look again
review-button-template = Another kind
review-button-clear = Leave empty
review-button-back = Back
source-agent = set by an agent
source-signed-identity = from the signed-in profile
source-crm = from the CRM
source-import = imported
source-organisation = from the organisation
source-form = answered by the customer
source-form-message = answered by the customer, message { $place }
source-location = from the shared location
source-phone = from the phone number
source-ip = from the network address
source-conversation = from the conversation
source-conversation-message = from message { $place }
source-claim = the customer's own word
source-default = default
command-ticket = Makes a ticket of this conversation, or of the part from the message that it answers
command-field = Sets a field of the ticket in the making; “-” leaves it empty
command-review = Shows the ticket in the making, and goes on with it
command-undo = Takes back a ticket that was made within the last two minutes
argument-template = template
argument-field = field
argument-value = value
argument-version = version
choice-confirm = Make the ticket
choice-another = Make another one
choice-ask = Ask the customer
choice-stop = Stop asking
choice-cancel = Drop it
choice-template = Another kind
review-note-complete = The customer has answered everything that the ticket needs. `/review` shows it.
review-note-refused = The customer would rather not answer what the ticket needs. `/review` shows what is missing.
review-note-unanswered = The customer's answers could not be used for the ticket. `/review` shows what is missing.

## Why something is not done

why-empty = must not be empty
why-is-empty = is empty
why-no-text = must be a text
why-too-long = is { $length } characters long; at most { $most } are allowed
why-no-order = “{ $given }” is no order number; give it without spaces, like 1001
why-not-offered = “{ $given }” is not offered; choose one of { $choices }
why-choose-one = choose at least one of { $choices }
why-several-places = “{ $given }” is found in several places; give the whole way, first level first
why-nothing-below = nothing can be chosen below { $path }
why-choose-further = choose further: one of { $choices }
why-no-yes-or-no = must be yes or no (true or false)
why-no-mail = “{ $given }” is no mail address; it should look like ann@example.org
why-no-phone = “{ $given }” is no telephone number; write it with the country code, like +49 30 123456
why-no-address = “{ $given }” is no web address; it should begin with https://
why-no-file = “{ $given }” is no stored file; upload it first and give its id (fil_…)
why-wrong-form = “{ $given }” does not have the expected form { $form }
why-least-characters = must have at least { $limit } characters
why-most-characters = must have at most { $limit } characters
why-least-choices = choose at least { $limit }
why-most-choices = choose at most { $limit }
why-not-before = must not be before { $limit }
why-not-after = must not be after { $limit }
why-least = must be at least { $limit }
why-most = must be at most { $limit }
why-no-number = “{ $given }” is no number
why-must-be-number = must be a number
why-too-many-digits = has too many digits; at most { $most } are kept
why-amount-like = “{ $given }” is no amount; write it like 12.50 EUR
why-no-amount = must be an amount like 12.50
why-no-amount-at-all = must be an amount: a number, a text like “12.50 EUR”, or { $form }
why-below-zero = must not be below zero
why-decimal-places = { $currency } has { $places } decimal places
why-no-currency = “{ $given }” is no currency; write it like EUR
why-no-day = “{ $given }” is no day; write it like 2026-11-22
why-no-moment = “{ $given }” is no moment; write it with the time zone, like 2026-11-22T10:00:00+01:00
why-required-not-found = is required and could not be found in the conversation
why-required-cleared = is required and cannot be cleared
why-required-to-resolve = is required to resolve the ticket
why-no-field = { $template } has no such field; it has { $known }
why-ticket-no-field = { $template } has no such field
why-closed-reopen = { $ticket } is closed; it can only be reopened (status open)
why-closed-for-good = { $ticket } is closed; make a new ticket instead
why-new-again = a ticket cannot become new again; use open
why-fields-needed = before the ticket can be resolved, these are needed: { $fields }
why-no-stages = there is no stage “{ $stage }”
why-no-stage = there is no stage “{ $stage }”; there is { $known }
why-last-stage = stage { $to } cannot follow { $from }
why-not-next = stage { $to } cannot follow { $from }; next can be { $allowed }
why-stage-means = stage { $stage } means status { $means }, not { $asked }
why-in-the-past = lies in the past: name a time to come
why-far-ahead = lies more than a year ahead
why-resolved = the conversation is resolved: reopen it first
why-resolved-snooze = a resolved conversation cannot be set aside: reopen it first
why-label-length = a label has 1 to { $most } characters
why-labels = at most { $most } labels
why-at-most-characters = at most { $most } characters
why-at-most-files = at most { $most } files
why-no-such-file = there is no such file: upload it first
why-channel-gone = the channel { $channel } is not configured any more, so nothing can be sent there
why-erased = this person's data was erased
why-erased-send = this person's data was erased, so nothing can be sent
why-erased-join = the data of one of the two was erased, so they cannot be joined
why-customers-words = what a customer wrote is theirs: only what was said from here can be changed
why-others-words = somebody else said that: only they and whoever leads them can change it
why-taken-back = this message was taken back
why-undo-late = { $ticket } was made more than { $minutes } minutes ago: close it instead
why-undo-others = only whoever made { $ticket } or a supervisor can take it back
why-blocked = this person is blocked: unblock them first
why-nowhere-to-write = this person has not written on any channel yet, so there is nowhere to write to
why-same-person = is the same person already
why-no-contact = there is no such contact
why-agent-disabled = { $agent } is disabled
why-wrong-codes = too many wrong codes: wait ten minutes and ask for a new one
why-capacity = is a number from 0 to { $most }
why-other-contact = is not the one of the conversation: leave one of the two out
why-contact-or-conversation = name a contact or a conversation
why-ticket-alone = this ticket has no conversation to write in
why-ticket-closed = this ticket is closed
why-ticket-taken-back = { $ticket } was taken back: make another one
why-no-messages = names no message: leave it out to convert the whole conversation
why-pick-template = pick a template first
why-nothing-to-ask = there is nothing to ask the customer for
why-no-review = no ticket is being made of this conversation: begin one first
why-message-old = the message is not among the latest ones of this conversation
why-file-large = the file is larger than { $most } MiB
why-file-not-stored = the file cannot be stored now
why-file-not-read = the file cannot be read now
why-no-language = “{ $given }” is no language tag: write one like en, zh or pt-BR
why-category-not-offered = { $template } does not offer the category “{ $category }”
why-unknown = there is no { $what } “{ $key }”
why-unknown-of = there is no { $what } “{ $key }”; there are: { $known }
thing-agent = agent
thing-article = article
thing-category = category
thing-channel = channel
thing-contact = contact
thing-conversation = conversation
thing-dead-letter = dead letter
thing-department = department
thing-identity = identity
thing-macro = macro
thing-message = message
thing-organisation = organisation
thing-region = region
thing-review = ticket in the making
thing-template = template
thing-ticket = ticket
thing-tier = tier
thing-token = token
permission-conversations-read = to read conversations
permission-conversations-write = to handle conversations
permission-tickets-read = to read tickets
permission-tickets-write = to make and change tickets
permission-contacts-read = to see customers
permission-contacts-write = to change customers
permission-contacts-erase = to erase customers
permission-articles-read = to read articles
permission-articles-write = to write articles
permission-desk-read = to see how the desk is set up
permission-desk-write = to change how the desk is set up
permission-operations = to administer

## Why a ticket was routed somewhere

because-always = always
because-never = never
because-no-rule = no rule matched
because-any = { $subject } is any
because-and = { $left } and { $right }
because-or = { $left } or { $right }
because-not = not ({ $condition })
because-is = { $subject } is { $value }
because-is-not = { $subject } is not { $value }
because-one-of = { $subject } is one of { $value }
because-none-of = { $subject } is none of { $value }
because-within = { $subject } is within { $value }
because-not-within = { $subject } is not within { $value }
because-at-least = { $subject } is at least { $value }
because-at-most = { $subject } is at most { $value }
because-more = { $subject } is more than { $value }
because-less = { $subject } is less than { $value }
because-contains = { $subject } contains { $value }
because-matches = { $subject } matches { $value }
because-given = { $subject } is given
because-missing = { $subject } is missing
subject-tier = tier
subject-region = region
subject-language = language
subject-channel = channel
subject-template = template
subject-category = category
subject-priority = priority
subject-tags = labels
subject-contact = customer
subject-organisation = company
subject-tickets-open = open tickets
subject-tickets-total = tickets in all
subject-text = the customer's words
subject-hours = business hours
subject-hours-of = business hours ({ $name })
subject-field = { $name }
subject-attribute = { $name }
hours-open = open
hours-closed = closed

## What agents did on another surface

staff-own-changed = ✏️ Changed elsewhere. It now reads:
staff-own-gone = 🗑 Taken back elsewhere

## Places in what was asked for

place-agent = agent
place-attachments = files
place-capacity = capacity
place-category = category
place-contact = customer
place-department = department
place-language = language
place-message-ids = messages
place-other = the other one
place-owner = owner
place-priority = priority
place-region = region
place-stage = stage
place-status = status
place-tags = labels
place-template = kind of ticket
place-text = text
place-tier = tier
place-until = time

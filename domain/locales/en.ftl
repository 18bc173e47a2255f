# What customers read, in English. Every key stands in every catalogue, with the same values.
# Values: { $url } signed link, { $number } ticket number as written (T-1), { $time } time as written, { $title } and { $label } as the installation calls it, { $place } a link of the platform to a thread.

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
tickets-colleagues = Your colleagues' tickets:
ticket-line = { $number }, { $title }: { $status }
ticket-line-with = { $line }, with { $department }
ticket-line-merged = { $line } (with { $numbers })
ticket-merged =
    Ticket { $number } goes on as { $into }: both are about the same.
    Follow it here: { $url }
ticket-merged-other =
    Ticket { $number } is handled together with others that are about the same. You hear from us here.
    Follow it here: { $url }
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
    /link – let us know that you also write on another channel
    /forget – erase what we keep about you
    /help – this list
command-unknown = I don't know that command. Type /help to see which there are.
language-ask = Which language do you prefer?
language-set = All right, English from now on.
language-set-other = All right, { $name } from now on, wherever we have it. My own words stay English.
language-unknown = I don't know the language “{ $tag }”. Choose one of these:
link-code =
    Your code is { $code }. On your other channel, write: /link { $code }
    It works once, for { $minutes } minutes. Give it to nobody: whoever has it can read your conversations here.
link-done = Thank you, that was the code from { $channel }. Your conversations and tickets belong together now; /tickets shows them all.
link-told = Your conversations here and on { $channel } belong together now. If that was not you, please tell us here at once.
link-wrong = This code does not work. It may be mistyped, used already, or too old. Write /link on your other channel to get a new one.
link-same = This code is for your other channel: write it there.
link-too-often = That was too many wrong codes. Please wait ten minutes and ask for a new one.
link-elsewhere = I give a code only where nobody else reads along. Please write to me directly.
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
page-ticket-merged = This is handled together with other tickets about the same.
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
page-earlier = Earlier messages
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
page-files = Files (optional)
page-files-hint = At most { $most } files and { $megabytes } MB together.
page-files-too-large = That is too much at once: at most { $most } files and { $megabytes } MB together.
page-language = Language
page-latest = Back to the latest messages
article-updated-at = Last updated
article-only-in = This article is not available in your language yet.
article-other-versions = Also available in
article-gone-page = This article is no longer available.
article-parts = Parts of this article
article-part-before = Back
article-part-after = Read on
page-owner = Who takes care of it
page-rate = How did it go?
page-rate-comment = What could be better, or what was good? (optional)
page-rate-of = { $value } of 5
page-rate-send = Send rating
page-rated = Thank you for your rating.
page-start-lead = Bellhop is running here. It answers customers from the knowledge base, hands over to people, and makes tickets of conversations.
page-start-steps = First steps
page-start-ask = Ask what the assistant would answer:
page-start-token = Make a token for programs and scripts:
page-start-channel = Connect a channel in the configuration file:
page-start-links = Links
page-start-api = Description of the programming interface
page-start-health = Is it ready?
page-whole-message = Read the whole message

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

argument-agent = agent
argument-agent-or-department = agent or department
argument-command = command
argument-text = text

answer-help-head = What you can say here:
answer-help-note = /help and a name tells what stands behind it: what is in < > is needed, what is in [ ] may be left out. What you write without a slash goes to the customer.
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
staff-source-mail-domain = mail domain
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
command-ask = Asks another department about this conversation
command-answer = Answers what your department was asked
command-asked = How far a question to another department is; takes or withdraws it
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
command-organisation = Shows or sets the customer's company
command-colleagues = Tickets of the customer's colleagues, and whether the customer sees them
command-category = Shows or sets what this conversation is about; - clears it
command-tag = Shows the labels; +label adds one, -label removes one
command-block = Stores what this person writes in silence
command-unblock = Hears this person again
command-merge = Ends this ticket in another one, or joins two records of a person
command-code = Sends the customer a one-time code that proves on another channel who they are
command-contact = Writes to a person first
command-presence = Says whether you are there, for how many
command-link = Proves who you are, or links tickets

argument-department = department
argument-question = question
argument-answer = answer
argument-progress = take | withdraw | a time
argument-note = note
argument-moment = time
argument-query = question
argument-article = article
argument-status = status
argument-ticket = ticket
argument-tier = tier
argument-region = region
argument-organisation = organisation
argument-category = category
argument-labels = labels
argument-contact = person or ticket
argument-capacity = number
argument-code = code or ticket

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
value-source-mail-domain = mail domain
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
customer-manager = Account manager
customer-organisation = Organisation
answer-organisation-none = { $customer } belongs to no organisation.
answer-organisation-members = { $count ->
    [one] one member
   *[other] { $count } members
}
answer-organisation-left = { $customer } belongs to no organisation now, whatever a mail domain or a system says.
answer-colleagues-none = No colleague of { $customer } has a ticket.
answer-colleagues-head = Tickets of colleagues at { $organisation }:
answer-colleagues-seen = { $customer } sees the tickets of colleagues with /tickets: number, title and status.
answer-colleagues-unseen = { $customer } does not see the tickets of colleagues.
answer-button-colleagues-on = Let them see colleagues' tickets
answer-button-colleagues-off = No longer let them see colleagues' tickets
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
answer-asked = { $department } was asked. The answer comes here.
answer-answered = Answered. { $agent } tells the customer.
answer-asked-taken = It is yours. Reply to the question with the answer.
answer-asked-withdrawn = Withdrawn: { $department } need not answer any more.
answer-asked-expected = It is yours, and an answer is expected by { $at }.
answer-which-request = Several questions are open here. Which one? Point at it by replying to it.
answer-nothing-asked = No other department was asked about this conversation.
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
answer-category-none = What is this conversation about?
answer-closed-category = What was it about?
answer-category-cleared = This conversation has no category now.
answer-tags = Labels: { $tags }
answer-no-tags = No labels.
answer-blocked = { $customer } is blocked: what they write is stored, nobody is bothered, and they are not told.
answer-unblocked = { $customer } is heard again.
answer-button-unblock = Unblock
answer-merge-confirm = Join { $other } into { $customer }? All conversations and tickets go along.
answer-button-merge = Join them
answer-merged = { $other } and { $customer } are one person now.
answer-code-sent = The customer has the code. When they write it on another channel, the two become one.
link-note = The customer gave the one-time code that they had on { $channel }: both records are one now. /merge undo { $other } parts them again.
link-reason = proved with a one-time code
customer-alike = Perhaps the same person
alike-proven-email = the same proven mail address { $value }
alike-proven-phone = the same proven telephone number { $value }
alike-account = the same id on { $value }
alike-claimed-email = the same mail address { $value }, not proven
alike-claimed-phone = the same telephone number { $value }, not proven
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
argument-look = preview
choice-preview = Preview
macro-says = To the customer:
macro-notes = Note for colleagues:
macro-tags = Labels
macro-category = Category
macro-department = Department
macro-assignee = Agent
macro-status = Conversation
macro-ticket-status = Ticket’s status
macro-ticket-stage = Ticket’s stage
macro-ticket-priority = Ticket’s priority
macro-run = Do it
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
review-suggested-category = Suggested because the conversation is about “{ $category }”.
review-suggested-article = Suggested because the bot answered with the article “{ $article }”.
review-which-to-join = Which ticket does this conversation belong to?
review-none-to-join = This customer has no other open ticket.
review-button-into = Into { $number } { $title }
review-joined = This conversation belongs to { $number } now, and the customer knows.
command-into = Puts this conversation into a ticket that there is already
review-pick = Which kind of ticket is it?
review-field = { $label }: { $value } ({ $source })
review-field-missing = ⚠ { $label }: needed
review-field-empty = { $label }: –
review-routing = Goes to { $department }.
review-routing-owner = Goes to { $department }, to { $owner }.
review-routing-priority = Priority: { $priority }
review-because = Why: { $reasons }
review-rule = rule “{ $rule }”
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
source-mail-domain = from the mail domain
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
command-ticket = Makes a ticket of this conversation, or of a part of it
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

## The chat on a web page

# Values stay as names: the page puts them in.
chat-title = Chat with us
chat-greeting = Hello! Write in your own words. You will be answered here.
chat-launcher = Open the chat
chat-close = Close the chat
chat-log = Messages
chat-older = Earlier messages
chat-newest = To the newest message
chat-today = Today
chat-open = We are here
chat-closed = We are away at the moment
chat-closed-until = We are back { $time }
chat-typing = An answer is being written
chat-author-me = You
chat-author-bot = Assistant
chat-author-agent = Support
chat-author-system = Notice
chat-deleted = This message was taken back
chat-edited = changed
chat-sending = sending …
chat-failed = not sent
chat-retry = Try again
chat-seen = seen
chat-choices = Choices
chat-unread-one = { $count } new message
chat-unread-other = { $count } new messages
chat-article = Article
chat-read-article = the whole article
chat-see-ticket = See your ticket
chat-article-page = Open the article on its own page
chat-back = Back to the chat
chat-write = Write a message
chat-send = Send
chat-attach = Attach files
chat-attach-limits = Up to { $files } files, { $size } each
chat-files = Attached files
chat-file = File
chat-uploading = uploading …
chat-remove = Remove { $name }
chat-drop = Let the files go here
chat-too-many-one = At most { $count } file fits on a message.
chat-too-many-other = At most { $count } files fit on a message.
chat-too-large = { $name } is larger than { $size }.
chat-upload-failed = { $name } could not be sent. Please try again.
chat-away = Nobody is here right now. Leave a message and your e-mail address, and we will get back to you.
chat-name = Your name (if you like)
chat-email = Your e-mail address
chat-email-needed = Please leave an e-mail address for the answer.
chat-email-wrong = This e-mail address does not look right.
chat-offline = No connection. It is tried again by itself.
chat-too-fast = That was a little fast. Please wait a moment.
chat-refused = The chat does not work on this page.
chat-expired = Your sign-in has run out. Please load the page again.
chat-page-title = Chat
chat-page-script = The chat needs JavaScript.

## The console

console-account = Your account
console-account-change = Change password
console-account-changed = Your password is changed, and you are signed out everywhere. Please sign in with the new one.
console-account-changed-title = Password changed
console-account-new = New password
console-account-of = Account of { $name }
console-account-old = Present password
console-account-old-wrong = The present password is wrong.
console-account-password = Password
console-account-password-hint = A new password signs you out everywhere, here too.
console-all-articles = All articles
console-any = Any
console-article-answer = Short answer for chat
console-article-answer-hint = What the bot says. Left empty, it says the first paragraph of the article.
console-article-archive = Take out of force
console-article-archive-sure = Take this article out of force? Customers will not be answered with it any more. Its versions stay.
console-article-archived = not in force
console-article-begin = Begin writing
console-article-body = Article
console-article-body-hint = Markdown: **bold**, - lists, [links](https://…), tables.
console-article-long = This text is long and comes by itself. Without scripts it is not shown here and stays as it is.
console-article-rest = The rest is on the article's page.
console-beside-rest = The rest stands with that language.
console-changes-more = More changes
console-article-both = published, with a draft
console-article-category = Category, such as products/washers
console-article-conflict = Somebody else has changed this article while you were writing. Your text is still in the form; nothing of theirs is lost either. Look at the differences below, take over what you need, and save again.
console-article-done-archived = The article is not in force any more. Customers are not answered with it.
console-article-done-published = Published. Customers are answered with it from now on.
console-article-done-saved = The draft is saved. Customers see it when you publish it.
console-article-draft = draft
console-article-exists = There is an article “{ $name }” already. Choose another title or name.
console-article-keywords = Words that should find it, with commas
console-article-needs-title = Give the article a title: the question that it answers.
console-article-new-hint = Write one question and its answer. You can try what the bot would say before anybody sees it.
console-article-open = Open as a customer
console-article-owner = Looked after by (mail address)
console-article-phrasings = Other ways to ask
console-article-phrasings-hint = One question a line, in customers’ words. They help the bot most.
console-article-publish = Publish
console-article-published = published
console-article-review-by = Look at it again by
console-article-save = Save draft
console-article-slug = Name in addresses
console-article-slug-hint = Small letters, digits and hyphens. Left empty, it is made from the title.
console-article-title = Question
console-article-title-example = How do I return an item?
console-article-visibility = Who may see it
console-articles = Knowledge
console-ask = What would the bot say?
console-ask-do = Ask
console-ask-empty = Write a question first.
console-ask-found = Found
console-ask-hint = Asks with what stands in the form now, as if it were published. Nothing is sent or saved.
console-ask-label = A customer’s question
console-assign = Assign
console-attach = Attach
console-author-bot = Bot
console-author-system = Bellhop
console-back-to-list = Back to the list
console-back-to-start = Go to the console
console-beside = Beside it: { $language }
console-blocked = Blocked
console-buttons-shown = Buttons that the customer was shown
console-card-all = About the whole conversation
console-card-keep = Save
console-card-kind = Kind of ticket
console-card-made = { $number } is made
console-card-title = Look through and make the ticket
console-categories = Categories
console-category = Category
console-category-proposed = The bot proposes:
console-category-set = Set
console-macros = Macros
console-more = More
console-team = Team
console-team-lead = Departments, who is there, what they have, and what waits.
console-team-department = Department
console-team-head = Head
console-team-head-hint = Follow-ups that nobody else can take come to the head.
console-team-hours = Hours
console-team-hours-hint = Without a calendar, those of the department above.
console-team-always = Always open
console-team-opens = { $calendar }, opens { $time }
console-team-open = Open
console-team-closed = Closed
console-team-online = Online
console-team-there = { $online } of { $people }
console-team-people = People
console-team-nobody = Nobody takes its work yet.
console-team-presence = Presence
console-team-off-duty = outside their hours
console-team-has-chats = Conversations
console-team-has-tickets = Tickets
console-team-of-most = { $has } of { $most }
console-team-skills = Skills
console-team-serves = Serves
console-team-chats = Conversations waiting
console-team-tickets = Tickets without an owner
console-team-given = Assignment
console-team-given-itself = Assigned automatically
console-team-given-both = Conversations and tickets are assigned automatically.
console-team-given-chats = Conversations are assigned automatically; tickets wait until somebody takes them.
console-team-given-tickets = Tickets are assigned automatically; conversations wait until somebody takes them.
console-team-taken = Everything waits until somebody takes it.
console-team-manager-first = The account manager comes first
console-team-most-chats = Conversations at once
console-team-most-tickets = Tickets at once
console-team-away-after = Away after minutes of doing nothing (0: never)
console-team-chats-back = Conversations go back after minutes of absence (0: never)
console-team-tickets-back = Tickets go back after minutes of absence (0: never)
console-team-members-hint = Whoever is ticked and cannot be unticked names the department in their own record.
console-team-parent = Department above
console-team-change = Change
console-team-changed = Somebody has changed this department in the meantime. Look at it again.
console-team-add = Add a department
console-team-add-hint = Rules, macros and the API name it by its key.
console-team-key = Key
console-team-delete-asks = Delete this department? Nothing may refer to it any more.
console-organisations = Companies
console-organisations-hint = Whoever belongs to a company inherits its tier, region and account manager.
console-organisations-empty = Nobody has added a company yet.
console-organisation-new = New company
console-organisation-search = Name, key or mail domain
console-organisation-name = Name
console-organisation-key = Key in the customer system
console-organisation-key-hint = By this, signed identities and imports name the company.
console-organisation-domains = Mail domains
console-organisation-domains-hint = One in each line. Whoever proves an address there belongs to the company; mail providers' domains are refused.
console-organisation-inherited = Inherited by members
console-organisation-notes = Notes
console-organisation-notes-hint = For colleagues only.
console-organisation-members = Members
console-organisation-members-empty = Nobody belongs to it yet.
console-organisation-member-add = Add a person
console-organisation-member-hint = A name, address or id. Your word stands above mail domain and systems.
console-organisation-member-several = Several people fit. Who is meant?
console-organisation-member-nobody = Nobody fits.
console-organisation-member-remove = Remove
console-organisation-member-remove-asks = Remove this person? They stay out even if a mail domain or a system says otherwise.
console-organisation-how = How they became one
console-organisation-sees = Sees colleagues' tickets
console-organisation-sees-hint = Number, title and status, with /tickets in a conversation of their own.
console-organisation-allow = Allow
console-organisation-forbid = No longer
console-organisation-conversations = Open conversations
console-organisation-conversations-empty = Nothing is open.
console-organisation-tickets-empty = No tickets yet.
console-organisation-delete = Delete
console-organisation-delete-asks = Delete this company? Its members stay, and belong to none.
console-organisation-merge = Take in another company
console-organisation-merge-hint = Its members and domains come here; the other one goes. This cannot be undone.
console-organisation-merge-asks = Take it in? The other company goes for good.
console-colleagues-tickets = Tickets of colleagues
console-macros-hint = What is said and done often, by one word: write / at the beginning of a reply.
console-macros-empty = Nobody has made a macro yet.
console-macro-new = New macro
console-macro-name = Name
console-macro-key = Short word
console-macro-whose = Whose
console-macro-own = My own
console-macro-shared = Everybody’s
console-macro-text = Text for the customer
console-macro-untag = Labels to take off
console-macro-me = Whoever uses it
console-macro-close = Close the conversation
console-macro-variables = Variables that may stand in a text:
console-macro-delete = Delete
console-macro-delete-asks = Delete this macro?
console-macro-not-yours = Only somebody who administers the desk may change this.
console-reports = Reports
console-report-categories = What customers came for
console-report-from = From
console-report-to = To
console-report-hint = Every conversation that began in this time is counted once: where an agent filed it, else where the bot proposes.
console-report-empty = Nobody wrote in this time.
console-report-proposed = Only proposed
console-report-without = Without a ticket
console-report-total = All
console-report-none = No category
console-change = Change
console-change-hint = The customer is told of what they can see.
console-changed = Changed
console-changed-at = changed
console-channels = Channels
console-choose = Pick one on the left, or press:
console-choose-kind = Choose
console-choose-title = Which conversation?
console-close = Close
console-close-dialog = Done
console-come = Added:
console-conflict-by = { $author } saved this:
console-conflict-hint = Struck out is what they have, green is what you have.
console-conversations = Conversations
console-conversations-before = Other conversations
console-convert-part = Make a ticket of these
console-customers-view = See it as the customer does
console-decision-answer = The bot answers
console-decision-clarify = The bot asks back
console-decision-handoff = The bot hands over to people
console-delivery-cancelled = Not sent
console-delivery-delivered = Delivered
console-delivery-expired = Came too late to be sent
console-delivery-failed = Not delivered
console-delivery-maybe = Perhaps sent: the connection broke
console-delivery-queued = Waiting to be sent
console-delivery-read = Read
console-delivery-scheduled = Scheduled
console-delivery-sending = Being sent
console-delivery-sent = Sent
console-department = Department
console-design = Design system
console-design-buttons = Buttons
console-design-colours = Colours
console-design-fields = Fields
console-design-lead = Every part of which the console’s pages are made, in the colours that your system asks for.
console-design-marks = Marks
console-design-said = Notices and empty places
console-design-text = Text
console-detail-because = because
console-detail-category = category
console-detail-department = department
console-detail-fields = fields
console-detail-followers = followers
console-detail-owner = owner
console-detail-priority = priority
console-detail-rating = rating
console-detail-rule = rule
console-detail-source = source
console-detail-stage = stage
console-detail-status = status
console-detail-tags = labels
console-detail-template = kind
console-detail-tier = tier
console-draft-saved = Draft saved
console-earlier = Show earlier messages
console-email = Mail address
console-empty-articles = The bot answers from articles. Write the first one on this page: a question that customers ask, and its answer.
console-empty-filtered = Nothing fits. Try fewer conditions.
console-empty-list = When a customer needs a person, the conversation appears here by itself.
console-empty-mine = You have no open conversation. Look into “Nobody’s” and take the one that waits the longest.
console-empty-tickets = Tickets are made from conversations: open one in the inbox and press “Make a ticket”.
console-empty-title = Nothing here
console-empty-unassigned = Nobody waits. New conversations appear here by themselves.
console-event-answered = The bot answered
console-event-assigned = Assigned
console-event-changed = Changed
console-event-clarified = The bot asked back
console-event-delivery-failed = A message was not delivered
console-event-erased = Personal data erased
console-event-given-back = Given back to the bot
console-event-handed-off = Handed to people
console-event-loop-stopped = A loop was stopped
console-event-merged = Joined
console-event-message = Message
console-event-notified = The customer was told
console-event-rated = Rated
console-event-reopened = Reopened
console-event-resolved = Resolved
console-event-reviewed = Looked through
console-event-routed = Routed
console-event-snoozed = Set aside
console-event-started = Begun
console-event-status-changed = Status changed
console-event-ticket-created = Ticket made
console-event-withdrawn = Taken back
console-fields = Details
console-file = File
console-file-empty = This file is empty.
console-file-failed = could not be fetched: { $reason }
console-file-pending = is being fetched
console-filter = Filter
console-filter-clear = Show all
console-first-code = One-time code
console-first-code-hint = It stands where Bellhop was started, below the line that says it is ready.
console-first-conversation = This is the first one.
console-alike = Perhaps the same person
console-join = Join
console-joined-records = Joined records
console-joined-by = by { $value }
console-part = Part again
console-other-channels = Other channels
console-code-send = Send a code
console-code-hint = A one-time code that the customer writes on their other channel; both become one then.
console-first-done = There is an administrator already: sign in instead.
console-first-lead = Nobody can sign in yet. Make yourself the administrator; the code proves that this installation is yours.
console-first-make = Make me the administrator
console-first-title = Welcome to Bellhop
console-first-wrong-code = This is not the code. Look for it where Bellhop was started; every start has a new one.
console-forbidden = Your role does not allow this. Ask an administrator.
console-forbidden-title = Not allowed
console-foreign = This was not sent by a page of the console, so nothing was done.
console-foreign-title = Refused
console-gone = Removed:
console-has-it = { $agent } has this conversation.
console-inbox = Inbox
console-key-assign = Assign
console-key-close = Close the conversation
console-key-go = Go to inbox, tickets, knowledge, macros, reports, routing, team, companies, follow-ups
console-key-help = Show the keys
console-key-next = Next and previous in the list
console-key-note = Write a note
console-key-reply = Reply
console-key-send = Send
console-key-snooze = Set aside
console-key-take = Take
console-key-ticket = Make a ticket
console-keys = Keys
console-kind = To whom
console-language = Language
console-language-chosen = chosen by the customer
console-language-found = found in what they wrote
console-languages = Languages
console-loss-buttons = Buttons are shown as a numbered list.
console-loss-edit = The channel cannot change a sent message: the new text was sent as a new one.
console-loss-file = A file is shown as a link.
console-loss-files = Files are shown as links.
console-loss-formatting = Formatting is not shown.
console-loss-last-part = It was sent in parts, and only the last one can be taken back.
console-loss-nothing = There was nothing to send.
console-loss-parts = It was too long for one message and was sent as { $count }.
console-loss-reply = The message that this one answers is not shown.
console-losses = Not shown as written
console-lost = No connection. What you write stays here.
console-made = made
console-make-ticket = Make a ticket
console-me = Me
console-messages = Messages
console-nameless = Somebody
console-nav = Console
console-needed = Needed
console-no-conversations = It was made without a conversation.
console-no-fields = This kind of ticket has no fields.
console-no-messages = Nothing was said yet.
console-no-tickets-yet = No tickets yet.
console-nobody = Nobody
console-not-sent = That did not get through. Please try again.
console-note = Note
console-nothing-known = Nothing is known of this person but what they write.
console-older = Older
console-owner = Owner
console-palette = Commands
console-palette-key = Ctrl K
console-palette-label = What do you want to do?
console-palette-nothing = No such command
console-palette-run = Do this
console-password = Password
console-phone = Phone
console-pick-message = Pick this message for a ticket
console-picked = picked
console-preview = Preview
console-preview-chat = In the chat
console-preview-page = As an article
console-priority = Priority
console-rating = Rating
console-reason-no = did not apply:
console-reason-yes = applied:
console-region = Region
console-reopen = Reopen
console-reply = Reply
console-review-changed = This was changed meanwhile. Here it is as it stands now; look through it again.
console-role = Role
console-role-admin = Administrator
console-role-agent = Agent
console-role-editor = Editor
console-role-readonly = Read-only
console-role-supervisor = Supervisor
console-roll-back = Make this the draft again
console-roll-back-hint = Nothing of what came after is lost. Customers see it when you publish it.
console-routing = Routing
console-rule-add = Add a table
console-rule-add-hint = It begins empty and switched off: fill it in, try it, then switch it on.
console-rule-add-region = Add a column
console-rule-add-tier = Add a row
console-rule-any-region = any region
console-rule-any-tier = any tier
console-rule-as-template = the ticket type's own
console-rule-changed = Somebody else has changed this rule. What stands now is shown; where your choices differ, it says so. Look through it and save again.
console-rule-down = Down
console-rule-down-of = Move { $rule } down
console-rule-edit = Edit the table
console-rule-edit-of = Edit the table of { $rule }
console-rule-file = from the configuration file
console-rule-gets = { $agent } gets it
console-rule-last = Number of tickets
console-rule-leave = Do not change it
console-rule-named = Name
console-rule-needs = Needs { $skill } at level { $level }
console-rule-now = As the rules are
console-rule-now-cell = now: { $department }
console-rule-off = switched off
console-rule-order = The rules, in their order
console-rule-passes = goes on
console-rule-save = Save the table
console-rule-table = By tier and region
console-rule-table-hint = The customer’s own tier counts before “any tier”, then the nearest region before “any region”. Where it goes on, the next fitting cell decides, else the next rule. A row or column without any department goes away when you save.
console-rule-tags = Label { $tag }
console-rule-then = Then
console-rule-tier-region = Tier \ Region
console-rule-too-large = This table is too large to be edited here: change it over the API.
console-rule-tried = As you try them
console-rule-tried-none = None of the last { $count } tickets would have gone elsewhere.
console-rule-tried-some = { $different } of the last { $count } tickets would be decided differently.
console-rule-try = Try it on past tickets
console-rule-try-note = Nothing has been changed. The fields, tier and region are those that the tickets were routed with.
console-rule-try-off = Try without it
console-rule-try-on = Try with it
console-rule-try-title = What would change
console-rule-turn-off = Switch off
console-rule-turn-off-of = Switch { $rule } off
console-rule-turn-on = Switch on
console-rule-turn-on-of = Switch { $rule } on
console-rule-unreached = never reached: a rule above always matches
console-rule-up = Up
console-rule-up-of = Move { $rule } up
console-rule-when = When
console-rule-tried-more = { $count } more are listed over the API.
console-rules-before = The rules before these
console-rules-behind = The rules behind these
console-rules-lead = The first rule that matches decides which department gets a ticket or a conversation. The last one always matches, so that nothing is left lying.
console-samples = These are sample articles of an invented shop. Remove them when you write your own.
console-samples-remove = Remove the samples
console-save = Save
console-search = Search
console-send = Send
console-send-again = Send again
console-send-key = Ctrl Enter
console-side = Customer
console-sign-in = Sign in
console-sign-in-too-often = Too many tries. Wait a quarter of an hour, then try again.
console-sign-in-wrong = Mail address or password is wrong.
console-sign-out = Sign out
console-signed-out = You are signed out.
console-skip = To the content
console-snooze = Set aside
console-stage = Stage
console-stale = This form is too old: the page was open when you signed in or out. Load the page again; what you wrote as a draft is kept.
console-stale-title = Please load the page again
console-status = Status
console-status-bot = With the bot
console-status-open = Open
console-status-queued = Waiting
console-status-resolved = Closed
console-status-snoozed = Set aside
console-tags = Labels
console-take = Take
console-ticket = Ticket
console-ticket-active = All that is not done
console-ticket-closed = Closed
console-ticket-made = { $number } is made, and the customer knows.
console-ticket-new = New
console-ticket-open = In work
console-ticket-resolved = Resolved
console-ticket-search = Number or part of a value
console-ticket-waiting-customer = Waits for the customer
console-ticket-waiting-third-party = Waits for somebody outside
console-tickets = Tickets
console-tier = Tier
console-timeline = What happened
console-to-bot = Give to the bot
console-too-large = What was sent is too large.
console-too-large-title = Too large
console-verified = verified
console-version = Version { $number }
console-version-changes = What changed with version { $number }
console-versions = Versions
console-view-all = All
console-view-bot = With the bot
console-view-mine = Mine
console-view-resolved = Closed
console-view-unassigned = Nobody’s
console-views = Lists
console-visibility-customers = Customers
console-visibility-internal = Staff only
console-visibility-public = Everybody
console-why = Why
console-warning-unknown = “{ $value }” is not known: create it, or correct what the channel sends.
console-warning-untrusted = This channel is not trusted for it.
console-write = Write a message…
console-writes-here = { $agent } is writing here.
console-wrong-email = This is no mail address that can be used.
console-wrong-name = A name has 1 to 200 characters.
console-your-name = Name
console-article-new = New article
console-password-hint = At least { $count } characters. A few words in a row are easier to keep in mind than signs.
console-wrong-password = The password has { $count } to 200 characters.
console-time-day = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
 }, { $time }
console-time-year = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
 } { $year }
console-detail-region = region
console-detail-relation = how
console-earlier-events = Show what happened before
console-latest = Back to the newest messages
console-latest-events = Back to the latest
console-whole-message = Show the whole message
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
why-rule-name = A name of 1 to 100 characters is needed.
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
why-required-now = is required as things stand now
why-required-to-resolve = is required to resolve the ticket
why-required-for-stage = is required for “{ $stage }”
why-not-asked = is not asked for as things stand
why-no-field = { $template } has no such field; it has { $known }
why-ticket-no-field = { $template } has no such field
why-closed-reopen = { $ticket } is closed; it can only be reopened (status open)
why-closed-for-good = { $ticket } is closed; make a new ticket instead
why-new-again = a ticket cannot become new again; use open
why-fields-needed = before the ticket can be resolved, these are needed: { $fields }
why-fields-needed-for = before “{ $stage }” is entered, these are needed: { $fields }
why-no-stages = there is no stage “{ $stage }”
why-no-stage = there is no stage “{ $stage }”; there is { $known }
why-last-stage = stage { $to } cannot follow { $from }
why-not-next = stage { $to } cannot follow { $from }; next can be { $allowed }
why-stage-means = stage { $stage } means status { $means }, not { $asked }
why-in-the-past = lies in the past: name a time to come
why-ends-before = ends before it begins
why-long-time = covers more than { $days } days
why-macro-ticket = this macro changes a ticket: the conversation needs exactly one that is open
why-nobody-to-assign = gives it to whoever uses the macro, and that is no agent
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
why-organisation-name = a name has 1 to 200 characters
why-organisation-taken = belongs to another organisation
why-organisation-domains = at most { $most } domains
why-organisation-no-domain = “{ $domain }” is no mail domain, like example.org
why-organisation-public = “{ $domain }” is a mail provider's, where anybody may have an address: it makes nobody a colleague
why-unknown-of = there is no { $what } “{ $key }”; there are: { $known }
why-too-many-regressions = there are { $most } regression questions already; remove some first
why-too-many-synonyms = there are { $most } groups of synonyms already; remove some first
why-synonyms-count = a group has two to { $most } words or phrases
why-synonym-long = “{ $word }” has more than { $most } characters, or signs that cannot be shown
why-synonym-empty = “{ $word }” has no letter and no digit
why-synonym-little = “{ $word }” has only words that carry little meaning
why-synonym-short = “{ $word }” is a single character, which is part of too many words
why-synonyms-same = “{ $one }” and “{ $other }” count as the same word already
why-no-conversation-for-article = the ticket came from no conversation: there is nothing to make an article of
why-no-question-left = there is no question in it any more
why-suggestion-accepted = it has become an article already
why-suggestion-declined = it was declined already
why-administrator-there = There is an administrator already: sign in instead
why-did-not-fail = This message did not fail
why-no-rating = this ticket cannot be rated now
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
thing-decision = decision
thing-gap = gap
thing-regression-question = regression question
thing-group-of-synonyms = group of synonyms
thing-suggestion = suggestion
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
subject-account-manager = account manager
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

## Assignment: who got something by itself, and why

assigned-had-customer = had this customer last
assigned-account-manager = looks after the customer's company
assigned-skill = has { $skill } at level { $level } or above
assigned-language = works in { $language }
assigned-region = serves the region { $region }
assigned-tier = serves { $tier } customers
assigned-least = has the least to do: { $load } of { $most }
assigned-idle = has been idle longest
assigned-only = nobody else can take it now
assigned-fits = fits best: the others serve other languages, regions or tiers
assigned-nobody-has-skill = nobody in the department has { $skill } at level { $level }, so it is not waited for
assigned-nobody-free = nobody can take it now
assigned-nobody-here = nobody works in the department
assigned-absent = { $agent } was not there for { $minutes ->
    [one] one minute
   *[other] { $minutes } minutes
}
not-assigned-never-there = never said that they are there
not-assigned-away = is away
not-assigned-offline = is offline
not-assigned-off-duty = is outside their hours
not-assigned-full = has { $load } of { $most }
not-assigned-passed-on = passed it on
not-assigned-skill = lacks { $skill } at level { $level }
staff-reason-absent = it went back to the queue: { $reason }
staff-card-assigned = Given by itself: { $reasons }
## Follow-ups

answer-same = That is in the same article:

## What agents and editors do for the knowledge base

command-suggest = Puts this conversation forward for the knowledge base
command-gaps = Lists what customers asked without a good answer
command-gap = Shows one of these gaps, drafts an article for it, or dismisses it
command-pin = Lets an article stand first in /kb, or no longer
command-vote = Says whether an article is good
argument-gap = gap
choice-draft = Draft an article
choice-dismiss = Needs no article
choice-off = No longer
choice-on = Allow
choice-up = Good
choice-down = Not good
choice-none = No vote
answer-suggested = Put forward: an editor will look at it.
answer-no-gaps = Nothing that was asked in the last thirty days is without a good answer.
answer-gaps = Asked in the last thirty days without a good answer:
answer-gap-line = { $title } ({ $count } × { $language })
answer-button-gap = { $count }. Look
answer-no-gap = “{ $given }” names no gap: `/gaps` lists them.
answer-gap-drafted = Draft begun: `{ $slug }`. It has the sample questions, and needs an answer before it is published.
answer-gap-dismissed = Dismissed. It comes back when as many new questions have come.
answer-pinned = Pinned: { $slug }
answer-unpinned = Not pinned any more: { $slug }
answer-voted = Noted for { $slug }.
answer-kb-unused = No article is pinned, and none was used lately.


## Questions to other departments

request-head = ❓ **{ $department }**: { $agent } asks, about { $customer }
request-hint = Reply to this message with the answer; the files are in the conversation’s topic.
request-open = Nobody has it yet.
request-taken = { $agent } has it.
request-expected = { $agent } has it; an answer is expected by { $at }.
request-answered = ✅ Answered:
request-answered-by = ✅ { $agent } answered:
request-withdrawn = ✖ Withdrawn.
request-button-take = I see to it
request-button-expected = ⏱ { $moment }
request-button-withdraw = Withdraw
why-request-answered = it was answered already
why-request-withdrawn = it was withdrawn
why-not-of-conversation = is no message of this conversation
why-not-to-come = is no time to come
thing-request = question to another department
place-expected-at = expected time
staff-question = question to { $department }
staff-answer = answer for { $agent }
staff-card-request = ❓ { $department }: { $state }

## Tickets that have to do with each other

command-split = In answer to a message: makes it a ticket of its own
command-incident = Makes a ticket stand for many, answers them all
argument-relation = what it is to this one
argument-incident = tickets | solved <answer> | off
answer-which-relation = What is { $other } to { $ticket }?
answer-linked-ticket = { $ticket }: { $relation }
answer-button-unlink = Take the link back
answer-unlinked = { $ticket } and { $other } are not linked any more.
answer-not-linked = { $ticket } and { $other } were not linked.
choice-duplicate = a duplicate of it
choice-original = its original
choice-parent = what it is a part of
choice-child = a part of it
choice-related = related to it
relation-duplicate-of = duplicate of { $ticket }
relation-has-duplicate = duplicated by { $ticket }
relation-child-of = part of { $ticket }
relation-parent-of = its parts: { $ticket }
relation-related = related: { $ticket }
relation-split-from = split from { $ticket }
relation-split-into = split into { $ticket }
staff-merged-into = ➡ goes on as { $ticket }
staff-merged-parts = merged into it: { $tickets }
staff-incident = 🚨 incident
answer-merge-word = “{ $given }” is no ticket: `/merge T-7` ends this conversation’s ticket in T-7, `/merge T-9 T-7` ends T-9 in T-7, `/merge undo T-9` parts them.
answer-merge-usage = One ticket or two are merged: `/merge T-7` ends this conversation’s ticket in T-7, `/merge T-9 T-7` ends T-9 in T-7, `/merge undo T-9` parts them.
answer-button-merge-anyway = Merge them all the same
answer-merged-tickets = { $ticket } goes on as { $into }.
answer-button-unmerge = Part them again
answer-unmerged = { $ticket } stands for itself again.
answer-split-which = Give it in answer to the message that is to be a ticket of its own.
answer-split = { $ticket } is split from { $from }, and the customer is told its number.
answer-incident-word = “{ $given }” is no ticket such as T-7.
answer-incident = 🚨 { $ticket } is an incident; open tickets of it: { $count }. `/incident { $ticket } solved <answer>` answers and resolves them all.
answer-incident-languages = Its customers read { $languages }. An answer in each is given in the console or over the API; one alone goes to all.
answer-button-incident-off = No incident
answer-incident-off = { $ticket } is an ordinary ticket again.
answer-incident-solved = { $ticket } is solved; tickets that are answered with it: { $count }.
why-merge-itself = { $ticket } cannot be merged into itself
why-merged = { $ticket } goes on as { $other }
why-merge-closed = { $other } is closed, so { $ticket } cannot go on in it
why-merge-into-child = { $other } is a part of { $ticket }, so { $ticket } cannot go on in it
why-merge-other-customer = { $ticket } and { $other } are for different people
why-not-merged = { $ticket } is not merged into another one
why-unmerge-late = a merge can be undone for { $days } days and while the other ticket is not closed; { $other } is closed, or it is longer ago
why-undo-merged = { $ticket } is merged with { $other }: part them first
why-link-itself = a ticket is not linked with itself
why-link-split = that one ticket was split from another is known by itself
why-link-second-parent = { $ticket } is a part of { $parent } already
why-link-circle = { $other } is a part of { $ticket } itself
why-no-ticket = there is no ticket { $ticket } that this could be
why-incident-solved = { $ticket } is solved already: reopen it first
why-no-incident = { $ticket } is no incident
why-too-many = at most { $most } at once
why-split-no-value = the field { $field } has no value to take along
why-split-elsewhere = is no message of one conversation of { $ticket }
place-into = ticket
place-children = tickets
place-ticket = ticket
place-answer = answer
place-messages = messages
console-event-unmerged = Parted again
console-event-linked = Linked
console-event-unlinked = Link ended
console-joined = Other tickets
console-joined-none = It stands for itself.
console-joined-ticket = Ticket
console-joined-is = That one is
console-joined-duplicate = a duplicate of this one
console-joined-original = the original of this one
console-joined-parent = what this one is a part of
console-joined-child = a part of this one
console-joined-related = related
console-joined-link = Link
console-joined-merge = Merge this one into it
console-joined-other-customer = also where it is another person’s
console-joined-quiet = without telling the customer
console-joined-split = Make a ticket of some messages
console-joined-split-do = Split
console-joined-incident = Incident
console-joined-incident-hint = Many report the same: attach their tickets, and one answer resolves them all.
console-joined-attach = Tickets, such as T-4 T-5
console-joined-declare = Make it an incident
console-joined-add = Attach
console-joined-solve = Answer and resolve them all
console-joined-answer = Answer
console-joined-no-numbers = Name tickets such as T-4.
why-part-later-first = the one that stayed was joined into another one since, or erased: part that first
answer-parted = { $customer } is a person of their own again.
place-reason = reason
answer-incident-which = Which ticket is to stand for many?
answer-button-incident = { $ticket } is an incident

## Cases in business systems, and follow-ups

follow-up-failed = { $system }: the case { $id } went wrong ({ $state })
why-no-reference-word = is empty, longer than { $most } characters, or has signs that no id and no state has
why-no-reference-url = is no http or https address that people may be led to
why-ahead = lies in the future
why-follow-up-ended = it has ended already
why-no-systems = no business system is configured: `[systems.NAME]` in the configuration names one
thing-system = business system
thing-reference = case
thing-follow-up = follow-up
place-due-at = time
place-system = business system
place-reference = case
place-state = state
place-url = address
command-followup = Brings something back to you at a time
command-followups = Lists what is to be done
command-view = Lists the tickets of a view, or the views with how many are in each
argument-view = view
answer-views = Your views:
answer-no-views = There are no views yet. In the console, choose what a list of tickets shall show and keep it.
answer-view-empty = { $view }: nothing in it.
answer-view-more = … and more.
command-reference = Links a case elsewhere, or lists them
command-unreference = Takes such a link back
argument-task = what is to be done
argument-reference = id of the case
argument-system = business system
answer-follow-up-what = Say what is to be done then: `/followup friday check the refund`
answer-follow-up-set = 🗓 { $number }: comes to { $agent } on { $at }.
answer-follow-up-put-off = 🗓 Put off to { $at }.
answer-follow-up-done = ✅ Done.
answer-follow-up-cancelled = ✖ Not needed any more.
answer-no-follow-ups = Nothing is to be done. `/followup friday check the refund` brings something back when it is time.
answer-referenced = { $number } refers to it: { $case }
answer-no-references = { $number } refers to no case in another system.
answer-no-reference = There is no link to “{ $given }”.
answer-unreferenced = { $number } does not refer to { $id } any more.
answer-which-system = In which system?
follow-up-department = the department
follow-up-button-done = ✅ Done
follow-up-button-cancel = ✖ Not needed
follow-up-button-done-of = ✅ { $number }
follow-up-card = ⏰ **{ $agent }**: { $text }
    { $number } · { $customer } · due { $at }
follow-up-card-done = ✅ { $agent }: { $text }
    { $number } · { $customer } · done
follow-up-card-cancelled = ✖ { $agent }: { $text }
    { $number } · { $customer } · not needed any more
follow-up-card-put-off = 🗓 { $agent }: { $text }
    { $number } · { $customer } · put off to { $at }
console-cases = In other systems
console-cases-unset = When business systems are named in the configuration, the cases in which a ticket is settled stand here with their state.
console-cases-none = Link the order, refund or repair in which this is settled: its state is then seen here, and if it fails, the owner is told.
console-case-add = Link a case
console-case-system = System
console-case-reference = Id there
console-follow-ups = Follow-ups
console-follow-ups-hint = What comes back to you when it is time, and what nobody has in your departments.
console-follow-ups-none = Nobody has to watch a ticket: say what is to be done and when, and it comes to whoever does it.
console-follow-ups-empty = Nothing is to be done. On a ticket’s page, say what is to be done and when: it appears here, and is brought to you when it is time.
console-follow-ups-due = Due
console-follow-ups-to-come = To come
console-follow-ups-later = Later ones
console-follow-ups-count = { $count ->
    [one] One is due
   *[other] { $count } are due
}
console-follow-up-open = to come
console-follow-up-due = due
console-follow-up-done = done
console-follow-up-cancelled = not needed
console-follow-up-finish = Done
console-follow-up-drop = Not needed
console-follow-up-add = Set a follow-up
console-follow-up-what = What is to be done
console-follow-up-when = When
console-follow-up-who = Who does it
console-follow-up-tomorrow = Tomorrow
console-follow-up-week = In a week
console-event-referenced-linked = Case linked
console-event-referenced-state = State of a case changed
console-event-referenced-failed = A case went wrong
console-event-referenced-changed = Case changed
console-event-referenced-unlinked = Case not linked any more
console-event-follow-up-set = Follow-up set
console-event-follow-up-due = Follow-up due
console-event-follow-up-put-off = Follow-up put off
console-event-follow-up-done = Follow-up done
console-event-follow-up-cancelled = Follow-up not needed any more
console-detail-system = system
console-detail-case = case
console-detail-state = state
console-detail-due-at = time
console-detail-agent = person
console-detail-late = late
console-list-go-on = Look further
console-list-too-much = Among so many tickets this takes too long. Choose a status, a department, an owner or a kind as well, or look for the number.
console-list-too-much-title = Too much to look through
console-sort = Order
console-sort-newest = Newest first
console-sort-oldest = Oldest first
console-sort-updated = Last changed first
console-sort-urgency = Most urgent first
console-list-all = All tickets
console-view-for = For
console-view-for-all = Everybody
console-view-for-me = Me
console-view-keep = Keep as a view
console-view-name = Name
console-view-own = Yours alone
console-view-remove = Remove this view
console-list-views = Views

## Why a message did not arrive, as channels say it

refusal-blocked = the customer has blocked the bot
refusal-account-gone = the customer's Telegram account is gone
refusal-never-wrote = the customer has never written to the bot, so it may not write first
refusal-no-chat = Telegram does not know the customer's chat (any more)
refusal-not-taken = the customer does not take messages from the bot
refusal-message-gone = the message is not there any more
refusal-no-change = Telegram does not let this message be changed any more
refusal-no-taking-back = Telegram does not let this message be taken back any more: it is older than 48 hours
refusal-file-too-large = a file is larger than Telegram takes from bots
refusal-file-over-limit = a file is larger than the 50 MB that Telegram takes from bots
refusal-file-not-fetched = Telegram could not fetch a file
refusal-file-empty = a file is empty, which Telegram does not take
refusal-file-gone = a file is not there any more
refusal-too-late = not sent in time
refusal-no-channel = the channel is no longer configured
refusal-no-connection = no connection to the receiver
refusal-broken = the connection broke before the answer
refusal-not-built = the request could not be built
refusal-redirected = the receiver answered { $given }: redirects are not followed
refusal-answered = the receiver answered { $given }
refusal-no-answer = no answer within { $given }
refusal-not-stored = it could not be stored in time
refusal-starting = the channel is just starting
refusal-telegram-no-connection = no connection to Telegram
refusal-telegram-broken = the connection to Telegram broke before the answer
refusal-telegram-no-answer = no answer from Telegram within { $given }
refusal-telegram-answered = Telegram answered { $given }
refusal-telegram-fewer = Telegram wants fewer messages in this chat
refusal-telegram-token = Telegram does not know this bot (any more): its token is wrong or was revoked; put the one that BotFather shows into the configuration
refusal-direct-closed = the customer does not take direct messages from the bot: they have blocked it, closed their direct messages, or share no server with it
refusal-no-thread = Discord does not know the customer's thread (any more)
refusal-discord-file-too-large = a file is larger than Discord takes from bots
refusal-discord-file-over-limit = a file is larger than the 10 MB that Discord takes from bots
refusal-discord-no-access = the bot does not see this channel: give its role View Channel there
refusal-discord-no-permission = the bot lacks a permission in this channel: it needs Send Messages, Send Messages in Threads, Create Private Threads, Manage Threads, Embed Links, Attach Files and Read Message History
refusal-discord-no-connection = no connection to Discord
refusal-discord-broken = the connection to Discord broke before the answer
refusal-discord-no-answer = no answer from Discord within { $given }
refusal-discord-answered = Discord answered { $given }
refusal-discord-fewer = Discord wants fewer messages in this channel
refusal-discord-token = Discord does not know this bot (any more): its token is wrong or was reset; put the one from the page Bot of the Developer Portal into the configuration


## Commands that a platform shows while they are typed

command-fill = Asks for everything that the ticket in the making lacks, in a form where there is one
command-invite = Puts a message with a button before the public by which they write to us
argument-room = channel
review-filled = Everything is filled in.
review-still-missing = Still missing: { $fields }.
review-button-fill = 📝 Fill in
answer-invite-elsewhere = this is said in the staff chat of the platform on which the message is to stand
answer-invite-refused = the message cannot be put there; look whether the bot may write in that channel, and whether the platform has such buttons
answer-invited = Done: the message with the button stands there.
staff-pick = Choose: { $what }
staff-form-late = That took too long. Please try again.
staff-elsewhere = Use this in the channel where your team works.
pointing-ticket = Convert to ticket
pointing-customer = Customer
slash-take = take
slash-assign = assign
slash-transfer = transfer
slash-close = close
slash-reopen = reopen
slash-snooze = snooze
slash-bot = bot
slash-ask = ask
slash-answer = answer
slash-asked = asked
slash-reply = reply
slash-note = note
slash-edit = edit
slash-delete = delete
slash-kb = kb
slash-send = send
slash-suggest = suggest
slash-macro = macro
slash-ticket = ticket
slash-field = field
slash-fill = fill
slash-review = review
slash-undo = undo
slash-transcript = transcript
slash-customer = customer
slash-organisation = organisation
slash-colleagues = colleagues
slash-tier = tier
slash-region = region
slash-category = category
slash-tag = tag
slash-merge = merge
slash-code = code
slash-into = into
slash-split = split
slash-incident = incident
slash-followup = followup
slash-followups = followups
slash-view = view
slash-follow = follow
slash-unfollow = unfollow
slash-notices = notices
slash-reference = reference
slash-unreference = unreference
slash-block = block
slash-unblock = unblock
slash-status = status
slash-priority = priority
slash-department = department
slash-vote = vote
slash-pin = pin
slash-gaps = gaps
slash-gap = gap
slash-contact = contact
slash-presence = presence
slash-link = link
slash-help = help
slash-invite = invite

## Where the public begins

invite-text = Do you have a question? Press the button and write to us. Only you and we can read it.
invite-button = Write to us

## A conversation of their own

contact-opened = Your conversation is here: { $place }
contact-open-already = Your conversation is still here: { $place }
contact-failed = Something went wrong on our side. Please press the button again in a moment.

## Followers, and colleagues who are named

command-follow = Tells you what happens to a ticket
command-unfollow = Tells you no more
command-notices = What is new for you
why-nobody-follows = name the agent who follows it
answer-follows = 🔔 You follow { $number }. Told of what happens: { $agents }.
answer-followers = { $number } is followed by: { $agents }.
answer-no-notices = Nothing is new for you. `/follow` tells you of what happens to a ticket; a colleague who writes `@` and your name in a note calls you.
answer-unheard = Not told, since they do not work here any more or may not see it: { $agents }
follow-nobody = nobody
follow-button-follow = 🔔 Follow
follow-button-unfollow = 🔕 Stop following
notice-line = { $doer }: { $what }
notice-list = { $first }, { $rest }
notice-times = { $what }, { $count } times
notice-mentioned = named you in a note
notice-added = made you a follower
notice-message = the customer wrote
notice-reply = the customer was answered
notice-note = a note was written
notice-status = the status changed
notice-assigned = it was handed over
notice-priority = the priority changed
notice-due = a follow-up is due
notice-rated = the customer rated it
notice-requested = another department was asked or answered
notice-case-failed = a case in another system went wrong
notice-merged = it was merged or parted
notice-withdrawn = it was taken back
console-notices = For you
console-notices-hint = Who named you, and what happened to the tickets you follow. What you look at counts as read.
console-notices-empty = Nothing yet. Follow a ticket to be told of what happens to it; a colleague who writes @ and your name in a note calls you.
console-notices-new = New
console-notices-read = Read
console-notices-read-all = All read
console-notices-older = Older ones
console-notices-count = { $count ->
    [one] One is new
   *[other] { $count } are new
}
console-followers = Followers
console-followers-none = Nobody follows this ticket. Who does is told of what happens to it.
console-follow = Follow
console-unfollow = Stop following
console-follower-add = Add
console-follower-who = Colleague
console-follower-filter = Followed by

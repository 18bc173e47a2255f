//! Commands on a real database. No channel is configured: what would be sent is kept as failed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use bellhop_domain::{conversation::Conversation, message::Direction, ticket::TicketStatus};
use bellhop_store::{conversations::ConversationFilter, inbox::NewEvent, tickets::TicketFilter};
use chrono::TimeDelta;

use super::*;
use crate::{
    actions::{
        conversations, people,
        tests::{agent, conversation, said},
        tickets::{self, NewTicket},
    },
    caller::Permissions,
    testing::{TurnedClock, engine},
};

fn at(conversation: &Conversation) -> Place {
    Place { conversation: Some(conversation.id), language: "en".into(), ..Place::default() }
}

async fn answer(engine: &Engine, caller: &Caller, place: &Place, line: &str) -> Answer {
    match run(engine, caller, place, line).await {
        Ok(answer) => answer,
        Err(error) => panic!("{line}: {}", error.answer("en").text),
    }
}

async fn refused(engine: &Engine, caller: &Caller, place: &Place, line: &str) -> Answer {
    match run(engine, caller, place, line).await {
        Ok(answer) => panic!("{line}: {}", answer.text),
        Err(error) => error.answer("en"),
    }
}

fn lines(answer: &Answer) -> Vec<&str> {
    answer.choices.iter().map(|choice| choice.line.as_str()).collect()
}

/// Everything that a command could have changed.
async fn everything(engine: &Engine) -> String {
    let reader = engine.reader();
    let mut all = String::new();
    for conversation in reader.conversations(&ConversationFilter::default(), None, 100).await.unwrap().items {
        let messages = reader.messages(conversation.id, None, 100).await.unwrap().items.len();
        let timeline = reader.timeline_of_conversation(conversation.id, None, 100).await.unwrap().items.len();
        let contact = reader.contact(conversation.contact).await.unwrap().unwrap().version;
        all.push_str(&format!("{} {} {messages} {timeline} {contact}\n", conversation.id, conversation.version));
    }
    for ticket in reader.tickets(&TicketFilter::default(), None, 100).await.unwrap().items {
        all.push_str(&format!("{} {}\n", ticket.number, ticket.version));
    }
    format!("{all}{:?}", reader.presences().await.unwrap())
}

/// A ticket made of the conversation.
async fn ticket(engine: &Engine, mei: &Caller, of: &Conversation) -> i64 {
    let fields = [("details".to_owned(), "A louder bell".into())].into_iter().collect();
    let new = NewTicket { template: "suggestion".into(), contact: None, conversation: Some(of.id), fields, priority: None, category: None };
    Box::pin(tickets::create(engine, mei, &new)).await.unwrap().ticket.number
}

#[tokio::test]
async fn nonsense_is_explained_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let (ann, _) = (conversation(&engine, "ann", "It does not start").await, conversation(&engine, "bob", "Hello").await);
    let mei = agent(&engine, "mei@example.org").await;
    Box::pin(ticket(&engine, &mei, &ann)).await;
    let before = everything(&engine).await;
    for command in all().filter(|command| command.name != "help") {
        let nonsense = match command.arguments.first().map(|argument| argument.kind) {
            // Nothing has to be said with it, and whatever is said is good.
            Some(Kind::Text) if command.name == "suggest" => continue,
            // Alone they show what there is.
            Some(Kind::Text) if ["followups", "reference"].contains(&command.name) => "zzqqxx".to_owned(),
            // Every word is a good one there, so that none is the mistake.
            Some(Kind::Text) => String::new(),
            Some(Kind::Labels) => "x".repeat(100),
            // It finds nothing, and says so.
            Some(Kind::Article) if command.name == "kb" => continue,
            Some(Kind::Article | Kind::Contact | Kind::Organisation) => "nobody-knows-this nor-this".to_owned(),
            _ => "zzqqxx".to_owned(),
        };
        let line = format!("/{} {nonsense}", command.name);
        let answer = refused(&engine, &mei, &at(&ann), &line).await;
        assert!(!answer.text.is_empty(), "{line}");
        assert_eq!(everything(&engine).await, before, "{line}");
        if command.within == Within::Conversation {
            let outside = Place { language: "zh".into(), ..Place::default() };
            refused(&engine, &mei, &outside, &format!("/{}", command.name)).await;
        }
    }
    assert_eq!(everything(&engine).await, before);
}

#[tokio::test]
async fn what_is_to_be_done_is_set_listed_put_off_and_finished_by_lines() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "It does not start").await;
    let (mei, bo) = (agent(&engine, "mei@example.org").await, agent(&engine, "bo@example.org").await);
    let (here, anywhere) = (at(&ann), Place { language: "zh".into(), ..Place::default() });
    assert!(refused(&engine, &mei, &here, "/followup friday check").await.text.contains("ticket"), "there is none yet");
    Box::pin(ticket(&engine, &mei, &ann)).await;
    for (wrong, says) in
        [("/followup", "time"), ("/followup soon check it", "soon"), ("/followup friday", "what is to be done"), ("/followup T-99 2h x", "T-99")]
    {
        assert!(refused(&engine, &mei, &here, wrong).await.text.contains(says), "{wrong}");
    }
    let set = answer(&engine, &mei, &here, "/followup tomorrow 14:00 check *the refund*").await;
    assert!(set.text.contains("T-1") && set.text.contains("mei") && set.text.contains("14:00"), "{}", set.text);
    let listed = answer(&engine, &mei, &anywhere, "/followups").await;
    assert!(listed.text.contains("T-1") && listed.text.contains("check \\*the refund\\*"), "{}", listed.text);
    assert!(answer(&engine, &mei, &here, "/status").await.text.contains("the refund"), "a ticket's status says what is to be done");
    let done = lines(&listed)[0].to_owned();
    let id = done.split(' ').nth(1).unwrap();
    assert_eq!(answer(&engine, &bo, &here, "/followups T-1").await.choices.len(), 1);
    assert!(answer(&engine, &bo, &here, "/followups").await.choices.is_empty(), "it is not his");
    let shown = answer(&engine, &mei, &anywhere, &format!("/followup {id}")).await;
    assert_eq!(shown.choices.len(), 5);
    assert!(refused(&engine, &mei, &anywhere, &format!("/followup {id} whenever")).await.text.contains("whenever"));
    answer(&engine, &mei, &anywhere, lines(&shown)[2]).await;
    assert_eq!(answer(&engine, &mei, &anywhere, &done).await.text, "✅ 已完成。");
    assert!(answer(&engine, &mei, &anywhere, &format!("/followup {id}")).await.choices.is_empty(), "it has ended");
    assert!(answer(&engine, &mei, &anywhere, "/followups").await.text.contains("没有要跟进的事"));
    assert!(answer(&engine, &mei, &here, "/reference").await.text.contains("T-1"), "it refers to nothing");
    assert!(refused(&engine, &mei, &here, "/reference 4711").await.text.contains("[systems.NAME]"), "no system is configured");
    assert!(refused(&engine, &mei, &here, "/unreference 4711").await.text.contains("4711"));
}

#[tokio::test]
async fn whatever_is_typed_is_answered_shortly() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "Hello").await;
    let mei = agent(&engine, "mei@example.org").await;
    let long = "*x_".repeat(7_000);
    let nasty =
        ["", "\u{202e}\u{200b}", "\"", "“”", "\0", "-", "+", "'; DROP TABLE agent; --", "%", "{{x}}", "agent:", "٣h", "💥💥", "\n\n/close", &long];
    for command in all().filter(|command| !["reply", "note"].contains(&command.name)) {
        for text in nasty {
            let line = format!("/{} {text}", command.name);
            let answer = run(&engine, &mei, &at(&ann), &line).await.unwrap_or_else(|error| error.answer("zh"));
            assert!(answer.text.chars().count() < 4_000, "{} {}", command.name, answer.text);
            assert!(answer.choices.len() <= 10 && answer.choices.iter().all(|choice| choice.label.chars().count() <= 80), "{line}");
        }
    }
    for line in nasty.into_iter().chain(["/", "//", "/@", "/ take", "take", "／", "/take@"]) {
        let _answered = run(&engine, &mei, &at(&ann), line).await;
    }
}

#[tokio::test]
async fn typing_errors_are_answered_with_what_was_meant() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "Hello").await;
    let mei = agent(&engine, "mei@example.org").await;
    agent(&engine, "jo@example.org").await;
    for (line, suggests) in [
        ("/asign jo", "/assign jo"),
        ("/tke", "/take"),
        ("/assign mie", "/assign agent:mei"),
        ("/assign suport", "/assign department:support"),
        ("/transfer suport please look", "/transfer support please look"),
        ("/tier gld", "/tier gold"),
        ("/region Germny", "/region DE"),
        ("/presence ofline", "/presence offline"),
        ("/priority hihg", "/priority high"),
    ] {
        let answer = refused(&engine, &mei, &at(&ann), line).await;
        assert!(lines(&answer).contains(&suggests), "{line}: {:?}", lines(&answer));
    }
    let nothing_like_it = refused(&engine, &mei, &at(&ann), "/qqqqqqqq").await;
    assert!(nothing_like_it.choices.is_empty() && nothing_like_it.text.contains("/help"));
}

#[tokio::test]
async fn a_missing_choice_is_offered_as_buttons_that_work() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "Hello").await;
    let mei = agent(&engine, "mei@example.org").await;
    let offered = refused(&engine, &mei, &at(&ann), "/assign").await;
    assert_eq!(lines(&offered), ["/assign agent:mei", "/assign department:support"]);
    answer(&engine, &mei, &at(&ann), "/assign department:support").await;
    let queued = engine.reader().conversation(ann.id).await.unwrap().unwrap();
    assert_eq!((queued.status.as_str(), queued.department.as_deref()), ("queued", Some("support")));
    let regions = refused(&engine, &mei, &at(&ann), "/region").await;
    assert_eq!(regions.choices.len(), 8);
    for (line, offered) in [("/tier", 4), ("/snooze", 4), ("/priority", 4)] {
        assert_eq!(refused(&engine, &mei, &at(&ann), line).await.choices.len(), offered, "{line}");
    }
    assert_eq!(complete(&engine, &mei, &at(&ann), "region", 0, "germ").first().map(|choice| choice.line.as_str()), Some("/region DE"));
    assert!(complete(&engine, &mei, &at(&ann), "sn", 0, "").iter().any(|choice| choice.line == "/snooze"));
}

#[tokio::test]
async fn an_agents_day_by_commands() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "It does not start").await;
    let mei = agent(&engine, "mei@example.org").await;
    let jo = agent(&engine, "jo@example.org").await;
    let number = Box::pin(ticket(&engine, &mei, &ann)).await;
    let here = at(&ann);
    let now = async || engine.reader().conversation(ann.id).await.unwrap().unwrap();

    assert_eq!(answer(&engine, &mei, &here, "/take").await.text, "mei has this conversation now.");
    answer(&engine, &mei, &here, "// look at the fuse").await;
    answer(&engine, &mei, &here, "/tag +hardware fuse").await;
    answer(&engine, &mei, &here, "/tag -fuse").await;
    assert_eq!(now().await.tags, ["hardware"]);
    answer(&engine, &mei, &here, "/tier vip").await;
    let ticket = engine.reader().ticket(number).await.unwrap().unwrap();
    assert_eq!(ticket.tier.as_deref(), Some("vip"), "the ticket follows the person");
    let contact = engine.reader().contact(ann.contact).await.unwrap().unwrap();
    assert_eq!(contact.tier.winner().map(|tier| (tier.value.as_str(), tier.by.as_deref())), Some(("vip", Some("mei"))));
    answer(&engine, &mei, &here, "/tier -").await;
    assert!(engine.reader().contact(ann.contact).await.unwrap().unwrap().tier.winner().is_none());

    answer(&engine, &mei, &here, "/priority urgent").await;
    answer(&engine, &mei, &here, "/status open").await;
    let ticket = engine.reader().ticket(number).await.unwrap().unwrap();
    assert_eq!((ticket.priority.as_str(), ticket.status), ("urgent", TicketStatus::Open));
    let shown = answer(&engine, &mei, &here, "/status").await;
    assert!(shown.text.contains("T-1") && lines(&shown).contains(&"/status resolved T-1"), "{} {:?}", shown.text, lines(&shown));

    answer(&engine, &jo, &Place { language: "en".into(), ..Place::default() }, "/presence away 3").await;
    let passed = answer(&engine, &mei, &here, "/assign jo").await;
    assert!(passed.text.contains("Away"), "{}", passed.text);
    answer(&engine, &jo, &here, "/transfer support The fuse is fine").await;
    assert_eq!(now().await.status.as_str(), "queued");
    answer(&engine, &jo, &here, "/snooze 2h").await;
    assert_eq!(now().await.snoozed_until, Some(engine.now() + TimeDelta::hours(2)));
    answer(&engine, &jo, &here, "/close").await;
    answer(&engine, &jo, &here, "/reopen").await;
    answer(&engine, &jo, &here, "/block").await;
    assert!(engine.reader().contact(ann.contact).await.unwrap().unwrap().blocked);
    answer(&engine, &jo, &here, "/unblock").await;

    answer(&engine, &mei, &here, "/note that was worng").await;
    answer(&engine, &mei, &here, "/edit that was wrong").await;
    let own = async |text: &str| {
        let all = engine.reader().messages(ann.id, None, 100).await.unwrap().items;
        all.into_iter().find(|message| message.text == text).unwrap().id
    };
    let pointed = Place { replied_to: Some(own("It does not start").await), ..here.clone() };
    refused(&engine, &mei, &pointed, "/edit It starts").await;
    let pointed = Place { replied_to: Some(own("that was wrong").await), ..here.clone() };
    refused(&engine, &jo, &pointed, "/delete").await;
    answer(&engine, &mei, &pointed, "/delete").await;

    let file = answer(&engine, &jo, &here, "/transcript").await.file.unwrap();
    let text = String::from_utf8(file.content).unwrap();
    assert!(!text.contains("that was"), "{text}");
    assert!(text.contains("ann: It does not start") && text.contains("mei (note): look at the fuse"), "{text}");
    let for_ann = conversations::transcript(&engine, &jo, ann.id, true).await.unwrap();
    assert!(!for_ann.contains("fuse"), "notes stay here: {for_ann}");
    let customer = answer(&engine, &jo, &here, "/customer").await;
    assert!(
        customer.text.contains("**ann**") && customer.text.contains("Standard** (default)") && customer.text.contains("T-1"),
        "{}",
        customer.text
    );
}

#[tokio::test]
async fn two_records_are_joined_only_when_it_is_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let (ann, other) = (conversation(&engine, "ann", "Hello").await, conversation(&engine, "ann again", "Me again").await);
    let mei = agent(&engine, "mei@example.org").await;
    let asked = answer(&engine, &mei, &at(&ann), "/merge ann again").await;
    assert!(engine.reader().contact(other.contact).await.unwrap().is_some());
    let [yes] = lines(&asked)[..] else { panic!("{:?}", lines(&asked)) };
    answer(&engine, &mei, &at(&ann), yes).await;
    assert_eq!(engine.reader().conversation(other.id).await.unwrap().unwrap().contact, ann.contact);
}

#[tokio::test]
async fn permissions_are_the_same_as_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "Hello").await;
    let mei = agent(&engine, "mei@example.org").await;
    let readonly = Caller { permissions: Permissions::of_scope("read").unwrap(), ..mei.clone() };
    let nobody = Caller { permissions: Permissions::default(), ..mei };
    for line in ["/take", "/reply hello", "/tier gold", "/block"] {
        assert!(matches!(run(&engine, &readonly, &at(&ann), line).await, Err(CommandError::Action(ActionError::Forbidden { .. }))), "{line}");
    }
    answer(&engine, &readonly, &at(&ann), "/customer").await;
    let help = answer(&engine, &nobody, &at(&ann), "/help").await;
    assert!(help.text.contains("/link") && !help.text.contains("/take"), "{}", help.text);
}

async fn event(engine: &Engine, key: &str) -> i64 {
    let event = NewEvent {
        lane: "staff:shop:1".into(),
        key: key.to_owned(),
        channel: "shop".into(),
        body: "{}".into(),
        internal: false,
        received_at: engine.now(),
    };
    engine.writer().write::<_, bellhop_store::DbError, _>(move |tx| Box::pin(async move { tx.accept(&[event]).await })).await.unwrap()[0].unwrap()
}

#[tokio::test]
async fn an_event_that_comes_twice_is_carried_out_once() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let (ann, bob) = (conversation(&engine, "ann", "Hello").await, conversation(&engine, "bob", "Hello").await);
    let mei = agent(&engine, "mei@example.org").await;
    for (number, line) in ["/note once", "/take", "/tag +a", "/tier gold", "/close", "/presence online", &format!("/merge {} confirm", bob.contact)]
        .into_iter()
        .enumerate()
    {
        let caller = mei.clone().by_event(event(&engine, &format!("event-{number}")).await);
        answer(&engine, &caller, &at(&ann), line).await;
        let once = everything(&engine).await;
        // Whoever does it again gets the same peace, whatever it is by now.
        let _said_already = run(&engine, &caller, &at(&ann), line).await;
        answer(&engine, &caller, &at(&ann), "/note twice").await;
        assert_eq!(everything(&engine).await, once, "{line}");
    }
    let notes = engine.reader().messages(ann.id, None, 100).await.unwrap().items;
    assert_eq!(notes.iter().filter(|message| message.direction == Direction::Note).count(), 1);
    assert_eq!(said(&engine, &ann).await.len(), 1, "one word on closing");
}

#[tokio::test]
async fn an_account_is_an_agents_once_it_has_proved_it() {
    let folder = tempfile::tempdir().unwrap();
    let clock = TurnedClock::new();
    let engine = engine(folder.path(), clock.clone()).await;
    let mei = agent(&engine, "mei@example.org").await;
    let stranger = Caller::new(bellhop_domain::actor::Actor::System, Permissions::default());
    let account =
        |id: &str| Place { account: Some(Account { channel: "staff".into(), external_id: id.into() }), language: "en".into(), ..Place::default() };
    let code = people::link_code(&engine, &mei, "mei").await.unwrap().code;
    assert_eq!(people::agent_of(&engine, "staff", "7").await.unwrap(), None);
    answer(&engine, &stranger, &account("7"), &format!("/link {}", code.to_lowercase())).await;
    assert_eq!(people::agent_of(&engine, "staff", "7").await.unwrap().unwrap().key, "mei");
    let used = refused(&engine, &stranger, &account("8"), &format!("/link {code}")).await;

    let late = people::link_code(&engine, &mei, "mei").await.unwrap().code;
    clock.turn(TimeDelta::minutes(16));
    assert_eq!(refused(&engine, &stranger, &account("8"), &format!("/link {late}")).await, used, "nobody learns why");
    for _ in 0..4 {
        assert_eq!(refused(&engine, &stranger, &account("8"), "/link WRONGCODE2").await, used);
    }
    let good = people::link_code(&engine, &mei, "mei").await.unwrap().code;
    let limited = refused(&engine, &stranger, &account("8"), &format!("/link {good}")).await;
    assert_ne!(limited, used, "five wrong ones in ten minutes: {}", limited.text);
    assert_eq!(people::agent_of(&engine, "staff", "8").await.unwrap(), None);
    clock.turn(TimeDelta::minutes(11));
    answer(&engine, &stranger, &account("8"), &format!("/link {good}")).await;

    people::unlink(&engine, &mei, "staff", "8").await.unwrap();
    assert_eq!(people::agent_of(&engine, "staff", "8").await.unwrap(), None);
    people::update(&engine, &Caller::system(), "mei", people::AgentPatch { disabled: Some(true), ..Default::default() }, None).await.unwrap();
    assert_eq!(people::agent_of(&engine, "staff", "7").await.unwrap(), None, "who has left acts no more");
}

#[tokio::test]
async fn refusals_are_read_in_the_agents_language() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let (ann, bob) = (conversation(&engine, "ann", "It does not start").await, conversation(&engine, "bob", "Hello").await);
    let (mei, jo) = (agent(&engine, "mei@example.org").await, agent(&engine, "jo@example.org").await);
    let number = Box::pin(ticket(&engine, &mei, &bob)).await;
    conversations::close(&engine, &mei, ann.id).await.unwrap();
    let reader = Caller { permissions: Permissions::of_scope("read").unwrap(), ..jo.clone() };
    let mut read = Vec::new();
    for (caller, of, line) in [
        (&mei, &ann, "/snooze 2h".to_owned()),
        (&mei, &ann, "/take".to_owned()),
        (&mei, &bob, "/reply hello".to_owned()),
        (&mei, &bob, format!("/tag {}", "x".repeat(100))),
        (&mei, &bob, format!("/status T-{number} new")),
        (&mei, &bob, "/status T-99 open".to_owned()),
        (&jo, &bob, format!("/undo T-{number}")),
        (&jo, &bob, "/review confirm".to_owned()),
        (&reader, &bob, "/take".to_owned()),
    ] {
        let place = Place { language: "zh".into(), ..at(of) };
        let answer = run(&engine, caller, &place, &line).await.unwrap_or_else(|error| error.answer("zh"));
        let words = answer.text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 3);
        let known = ["open", "chat", "note", "shop"];
        let english: Vec<&str> = words.filter(|word| !line.contains(word) && !known.contains(word)).collect();
        assert!(english.is_empty(), "{line}: {english:?} in {}", answer.text);
        read.push(format!("{}\n    {}", line.replace(&"x".repeat(100), "x…"), answer.text.replace('\n', "\n    ")));
    }
    insta::assert_snapshot!(read.join("\n"));
}

#[tokio::test]
async fn tickets_are_linked_merged_and_parted_by_lines_that_say_what_was_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let (ann, bob) = (conversation(&engine, "ann", "It does not start").await, conversation(&engine, "bob", "Hello").await);
    let mei = agent(&engine, "mei@example.org").await;
    let (one, two) = (Box::pin(ticket(&engine, &mei, &ann)).await, Box::pin(ticket(&engine, &mei, &bob)).await);
    let here = at(&ann);
    for (line, expected) in [
        ("/link T-2", "/link T-2 duplicate T-1"),
        ("/link T-2 chidl", "/link T-2 child"),
        ("/link T-1 child", ""),
        ("/link T-99 child", ""),
        ("/merge T-1", ""),
        ("/merge T-99", ""),
        ("/merge T-2 later", ""),
        ("/merge T-2", "/merge T-1 T-2 anyway"),
        ("/merge undo T-1", ""),
        ("/incident", "/incident T-1"),
        ("/incident T-1 everything", ""),
        ("/incident T-1 solved It works again.", ""),
        ("/split", ""),
    ] {
        let before = everything(&engine).await;
        let answer = refused(&engine, &mei, &here, line).await;
        assert!(!answer.text.is_empty(), "{line}");
        assert!(expected.is_empty() || lines(&answer).contains(&expected), "{line}: {:?}", lines(&answer));
        assert_eq!(everything(&engine).await, before, "{line}");
    }
    let linked = answer(&engine, &mei, &here, "/link T-2 parent").await;
    assert!(linked.text.contains("part of T-2"), "{}", linked.text);
    assert!(answer(&engine, &mei, &here, "/status T-2").await.text.contains("its parts: T-1"));
    answer(&engine, &mei, &here, "/link T-2 off T-1").await;
    let merged = answer(&engine, &mei, &here, "/merge T-1 T-2 anyway quiet").await;
    assert_eq!(lines(&merged), ["/merge undo T-1"]);
    assert!(answer(&engine, &mei, &here, "/status T-1").await.text.contains("goes on as T-2"));
    assert!(answer(&engine, &mei, &here, "/status T-2").await.text.contains("merged into it: T-1"));
    answer(&engine, &mei, &here, "/merge undo T-1").await;
    assert!(engine.reader().ticket(one).await.unwrap().unwrap().merged_into.is_none());

    let incident = answer(&engine, &mei, &here, "/incident T-1 T-2").await;
    assert!(incident.text.contains("open tickets of it: 1"), "{}", incident.text);
    let message = engine.reader().last_messages(ann.id, 9).await.unwrap().into_iter().find(|it| it.direction == Direction::In).unwrap();
    let pointing = Place { replied_to: Some(message.id), ..at(&ann) };
    let split = refused(&engine, &mei, &pointing, "/split refund").await;
    assert!(split.text.contains("order"), "what the new one needs is named: {}", split.text);
    let split = answer(&engine, &mei, &pointing, "/split").await;
    assert_eq!(lines(&split), ["/undo T-3"]);
    answer(&engine, &mei, &here, "/incident T-1 solved It works again.").await;
    crate::testing::soon("the child is resolved", async || {
        let child = engine.reader().ticket(two).await.unwrap().unwrap();
        (child.status == TicketStatus::Resolved).then_some(())
    })
    .await;
    assert!(said(&engine, &bob).await.iter().any(|message| message.text.starts_with("It works again.")));
}

#[tokio::test]
async fn who_looks_after_a_customers_company_and_who_may_be_the_same_is_shown() {
    use bellhop_domain::contact::Contact;

    use crate::actions::{
        contacts::{self, ContactPatch, Membership},
        organisations::{self, OrganisationPatch},
    };
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "It does not start").await;
    let mei = agent(&engine, "mei@example.org").await;
    let patch = OrganisationPatch { name: Some("Acme".into()), account_manager: Some(Some("mei".into())), ..OrganisationPatch::default() };
    let acme = organisations::create(&engine, &mei, &patch).await.unwrap();
    let emails = Some(vec!["ann@acme.example".to_owned()]);
    let patch = ContactPatch { organisation: Some(Membership::Of(acme.id)), emails: emails.clone(), ..ContactPatch::default() };
    contacts::update(&engine, &mei, ann.contact, &patch, None).await.unwrap();
    let other: Contact =
        contacts::create(&engine, &mei, &ContactPatch { name: Some(Some("Annie".into())), emails, ..ContactPatch::default() }).await.unwrap();
    let shown = answer(&engine, &mei, &at(&ann), "/customer").await;
    assert!(shown.text.contains("Account manager: mei") && shown.text.contains("Perhaps the same person: **Annie**"), "{}", shown.text);
    let join = format!("/merge {}", other.id);
    assert_eq!(lines(&shown), [join.as_str()]);
    let asked = answer(&engine, &mei, &at(&ann), &join).await;
    let confirm = format!("{} they said so", lines(&asked)[0]);
    answer(&engine, &mei, &at(&ann), &confirm).await;
    let joined = contacts::joined_before(&engine, &mei, ann.contact).await.unwrap();
    assert_eq!(joined[0].reason.as_deref(), Some("they said so"));
}

//! The conformance suite for staff chats, and what is Telegram's own beyond it.

use std::sync::Arc;

use bellhop_channel::{
    SendError,
    staff::{Place, StaffChannel, StaffPost, TopicColour, TopicId, TopicLook},
};
use bellhop_channel_conformance::{
    staff::{Harness, SeenTopic},
    staff_suite,
};
use bellhop_telegram_fake::{Fault, Rights, Seen, TelegramFake};
use serde_json::json;

use crate::bot;

struct Group {
    fake: TelegramFake,
    channel: Arc<dyn StaffChannel>,
    /// The press of a button that waits for its answer.
    press: String,
}

async fn group() -> Group {
    let fake = TelegramFake::start().await;
    // Before any topic stands a person who presses a button, and so there is something to answer.
    let ann = fake.person("Ann", "en");
    ann.starts("");
    let button = bot::with(ann.id(), "?", |message| message.buttons = vec![bot::button("b-1", "Yes")]);
    bot::customers(&fake).send(&button).await.unwrap();
    ann.presses("Yes");
    let updates = reqwest::Client::builder().no_proxy().build().unwrap().get(format!("{}/bot{}/getUpdates", fake.url(), fake.token()));
    let updates: serde_json::Value = serde_json::from_slice(&updates.send().await.unwrap().bytes().await.unwrap()).unwrap();
    let press = updates["result"][1]["callback_query"]["id"].as_str().unwrap().to_owned();
    Group { channel: bot::staff(&fake), press, fake }
}

fn said(post: &Seen) -> String {
    if post.deleted { String::new() } else { post.text.clone() }
}

impl Harness for Group {
    fn channel(&self) -> Arc<dyn StaffChannel> {
        self.channel.clone()
    }

    fn seen(&self, topic: &TopicId) -> Option<SeenTopic> {
        let topic = self.fake.topic(topic.0.parse().ok()?)?;
        Some(SeenTopic {
            title: topic.name,
            archived: topic.closed,
            posts: topic.posts.iter().map(said).collect(),
            pinned: topic.pinned.map(|post| post.text),
        })
    }

    fn lobby(&self) -> SeenTopic {
        SeenTopic { posts: self.fake.general().iter().map(said).collect(), ..SeenTopic::default() }
    }

    fn topics(&self) -> usize {
        self.fake.topics().len()
    }

    fn trigger(&self) -> String {
        self.press.clone()
    }

    fn recordings(&self) -> Vec<String> {
        let chat = json!({"id": self.fake.group(), "type": "supergroup", "title": "Agents", "is_forum": true});
        let mei = json!({"id": 9, "is_bot": false, "first_name": "Mei", "username": "mei"});
        [
            ("message", json!({"text": "hold the button", "entities": [{"type": "bold", "offset": 0, "length": 4}]})),
            ("message", json!({"text": "/ticket refund", "entities": [{"type": "bot_command", "offset": 0, "length": 7}]})),
            ("message", json!({"photo": [{"file_id": "f", "width": 10}], "caption": "see", "media_group_id": "g"})),
            ("edited_message", json!({"text": "better", "edit_date": 1_795_341_700})),
            (
                "callback_query",
                json!({"id": "q", "data": "take", "message": {"message_id": 5, "chat": chat, "is_topic_message": true, "message_thread_id": 4}}),
            ),
            ("message", json!({"forum_topic_closed": {}})),
        ]
        .into_iter()
        .enumerate()
        .map(|(number, (kind, more))| {
            let mut body = json!({"message_id": 11 + number, "date": 1_795_341_600, "chat": chat, "from": mei, "is_topic_message": true,
                "message_thread_id": 4, "reply_to_message": {"message_id": 4, "chat": chat, "forum_topic_created": {"name": "Ann"}}});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"update_id": 500 + number, kind: body}).to_string()
        })
        .collect()
    }
}

staff_suite!(group());

fn look(title: &str) -> TopicLook {
    TopicLook { title: title.into(), ..TopicLook::default() }
}

#[tokio::test]
async fn each_colour_is_one_of_telegrams_six() {
    let fake = TelegramFake::start().await;
    let staff = bot::staff(&fake);
    let all = [TopicColour::Blue, TopicColour::Green, TopicColour::Yellow, TopicColour::Violet, TopicColour::Pink, TopicColour::Red];
    for colour in all {
        staff.open("cnv_1", &TopicLook { title: "Ann".into(), colour, ..TopicLook::default() }).await.unwrap();
    }
    let mut colours: Vec<i64> = fake.topics().iter().map(|topic| topic.colour).collect();
    colours.sort_unstable();
    colours.dedup();
    assert_eq!(colours.len(), all.len());
}

#[tokio::test]
async fn hostile_names_and_texts_are_only_names_and_texts() {
    let fake = TelegramFake::start().await;
    let staff = bot::staff(&fake);
    let zalgo = format!("a{}", "\u{301}".repeat(120));
    for hostile in ["<b>&amp;</b>", "*_`[x](y)", "\u{202e}evil\u{202c}", "\u{200b}\u{200d}", "a\nb\0c", "\u{feff}", "👩\u{200d}👩\u{200d}👧", &zalgo]
    {
        let topic = staff.open("cnv_1", &look(hostile)).await.unwrap_or_else(|error| panic!("{hostile:?}: {error}"));
        staff.dress(&topic, &look(&format!("x{hostile}"))).await.unwrap();
        let place = Place::Topic(topic);
        let post = StaffPost { attachments: vec![bot::file("a.png", "image/png")], ..StaffPost::text("p-1", hostile) };
        staff.post(&place, &post).await.unwrap_or_else(|error| panic!("{hostile:?}: {error}"));
        staff.post(&place, &StaffPost::text("p-2", format!("{hostile} and more"))).await.unwrap();
    }
    let huge = StaffPost::text("p-3", "a".repeat(100_000));
    assert!(matches!(staff.post(&Place::Lobby, &huge).await, Err(SendError::Refused { tries: 1, .. })));
}

#[tokio::test]
async fn a_topic_that_somebody_deleted_is_told_as_gone() {
    let fake = TelegramFake::start().await;
    let (staff, mei) = (bot::staff(&fake), fake.agent("Mei"));
    let topic = staff.open("cnv_1", &look("Ann")).await.unwrap();
    mei.deletes_topic(topic.0.parse().unwrap());
    let outcomes = [
        staff.post(&Place::Topic(topic.clone()), &StaffPost::text("p-1", "hello")).await.map(drop),
        staff.dress(&topic, &look("Ann: refund")).await.map(drop),
        staff.archive(&topic).await,
        staff.reopen(&topic).await,
    ];
    for outcome in outcomes {
        assert!(matches!(&outcome, Err(SendError::Refused { reason, tries: 1 }) if reason.contains("the topic is gone")), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_right_that_is_missing_is_named() {
    let fake = TelegramFake::start().await;
    let staff = bot::staff(&fake);
    fake.bot_rights(Rights { topics: false, ..Rights::default() });
    let error = staff.open("cnv_1", &look("Ann")).await.unwrap_err();
    assert!(error.to_string().contains("manage topics"), "{error}");
    fake.kick_bot(true);
    let error = staff.post(&Place::Lobby, &StaffPost::text("p-1", "hello")).await.unwrap_err();
    // What waits for the group is kept, and operators see why.
    assert!(matches!(&error, SendError::ChannelStopped { reason } if reason.contains("staff group")), "{error:?}");
    fake.kick_bot(false);
    staff.post(&Place::Lobby, &StaffPost::text("p-1", "hello")).await.unwrap();
}

#[tokio::test]
async fn too_many_posts_pause_the_group_and_nobody_else() {
    let fake = TelegramFake::start().await;
    let staff = bot::staff(&fake);
    fake.fails("sendMessage", 1, Fault::RetryAfter(12));
    let outcome = staff.post(&Place::Lobby, &StaffPost::text("p-1", "hello")).await;
    assert!(matches!(outcome, Err(SendError::Limited { after, .. }) if after.as_secs() == 12));
    let ann = fake.person("Ann", "en");
    ann.starts("");
    bot::customers(&fake).send(&bot::message(ann.id(), "hello")).await.unwrap();
}

#[tokio::test]
async fn a_notice_is_for_one_agent_and_a_card_is_pinned_without_a_sound() {
    let fake = TelegramFake::start().await;
    let (staff, mei) = (bot::staff(&fake), fake.agent("Mei"));
    let topic = staff.open("cnv_1", &look("Ann")).await.unwrap();
    let place = Place::Topic(topic.clone());
    let card = StaffPost { buttons: vec![bot::button("take", "Take")], silent: true, ..StaffPost::text("p-1", "**waiting**") };
    let card = staff.post(&place, &card).await.unwrap().external_id.unwrap();
    staff.pin(&place, &card).await.unwrap();
    assert_eq!(fake.calls("pinChatMessage")[0].args["disable_notification"], true);
    let running = bot::Running::start(&fake);
    let press = mei.presses(card.parse().unwrap(), "Take");
    running.inbox.until("press", |inbox| inbox.kept().iter().any(|envelope| envelope.body.contains("callback_query"))).await;
    assert!(press.notice().is_none(), "the staff desk answers presses of agents");
    let envelope = running.inbox.kept().into_iter().find(|envelope| envelope.body.contains("callback_query")).unwrap();
    assert_eq!(envelope.thread, topic.0);
    let event = staff.normalise(&envelope.body).unwrap();
    staff.answer(&event.trigger.unwrap(), "Lin has it already").await.unwrap();
    assert_eq!(press.until_answered().await.text, "Lin has it already");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn commands_with_a_name_wait_until_the_bot_knows_its_own() {
    let fake = TelegramFake::start().await;
    let bot = bot::channel(&bot::section(&fake, serde_json::json!({ "staff_chat": fake.group() })));
    let staff = bot.staff.clone().unwrap();
    let post = |text: &str| {
        let message = serde_json::json!({ "message_id": 5, "from": { "id": 7 }, "chat": { "id": fake.group() }, "date": 1, "text": text });
        serde_json::json!({ "update_id": 1, "message": message }).to_string()
    };
    assert!(!staff.can_read(&post("/close@OtherBot")) && !staff.can_read(&post("/help@bellhop_test_bot")));
    assert!(staff.can_read(&post("/help")) && staff.can_read(&post("mail me@example.org")) && staff.can_read("nonsense"));
    let Some(bellhop_channel::Customer::Pull(customers)) = bot.customer else { panic!("it is polled") };
    let (inbox, stop) = (std::sync::Arc::new(bot::Inbox::default()), tokio_util::sync::CancellationToken::new());
    let running = tokio_util::task::TaskTracker::new();
    let (mailbox, ended) = (inbox.clone(), stop.clone());
    running.spawn(async move { customers.run(mailbox, ended).await });
    inbox.until_up().await;
    assert!(staff.can_read(&post("/close@OtherBot")));
    assert!(staff.normalise(&post("/close@OtherBot")).unwrap().kind == bellhop_channel::staff::StaffEventKind::Unknown);
    stop.cancel();
    running.close();
    running.wait().await;
}

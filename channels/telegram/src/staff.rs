//! The forum group in which agents work.

mod events;

use std::sync::Arc;

use async_trait::async_trait;
use bellhop_channel::{
    NormaliseError, SendError, Sent, TextUnit, clean,
    staff::{Dressed, Form, Place, StaffCapabilities, StaffChannel, StaffEvent, StaffPost, TopicColour, TopicId, TopicLook},
};
use serde_json::Value;
use teloxide::{
    payloads,
    types::{ChatId, MessageId, Rgb, ThreadId},
};

use crate::{
    account::Account,
    api::{
        failure::{Failure, GONE, Target, refused},
        request::Request,
    },
    customers::BUTTONS,
    outgoing::{self, Draft, MAX_FILES, MAX_TEXT},
};

/// What the group shows.
pub(crate) const CAPABILITIES: StaffCapabilities = StaffCapabilities {
    max_text: MAX_TEXT,
    text_unit: TextUnit::Utf16,
    max_title: MAX_TITLE,
    max_card: MAX_TEXT,
    buttons: Some(BUTTONS),
    picks: None,
    whispers: false,
    tags: false,
    opens_with_post: false,
    dozes: false,
    form_fields: 0,
    idempotent: false,
    calls_per_minute: Some(20),
};

/// Longest title of a topic, in Unicode scalar values.
const MAX_TITLE: usize = 128;

/// What a topic is called whose title has nothing that can be seen.
const NAMELESS: &str = "—";

/// The group of one bot's agents.
pub(crate) struct Staff {
    pub(crate) name: String,
    pub(crate) account: Arc<Account>,
    pub(crate) chat: i64,
}

impl Staff {
    async fn make(&self, call: Request) -> Result<Box<serde_json::value::RawValue>, SendError> {
        self.account.make(call).await.map_err(sorted)
    }

    /// Makes a call of which it is no failure that everything is so already.
    async fn settle(&self, call: Request) -> Result<(), SendError> {
        match self.account.make(call).await {
            Err(failure) if !failure.says(&["topic_not_modified", "not modified"]) => Err(sorted(failure)),
            _ => Ok(()),
        }
    }
}

fn sorted(failure: Failure) -> SendError {
    failure.sort(Target::Staff)
}

fn thread(topic: &TopicId) -> Result<ThreadId, SendError> {
    topic.0.parse().map(|id| ThreadId(MessageId(id))).map_err(|_| refused(GONE))
}

fn number(post: &str) -> Result<i32, SendError> {
    post.parse().map_err(|_| refused("the message is not there any more"))
}

/// A title that Telegram takes: one line, with something in it that can be seen.
fn title(look: &TopicLook) -> Result<String, SendError> {
    if look.title.trim().is_empty() || look.title.chars().count() > MAX_TITLE {
        return Err(refused(format!("a topic's title has 1 to {MAX_TITLE} characters")));
    }
    let title = clean::line(&look.title).unwrap_or_default();
    let unseen = |character: char| {
        character.is_whitespace()
            || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}' | '\u{2800}' | '\u{34f}')
    };
    Ok(if title.chars().all(unseen) { NAMELESS.to_owned() } else { title })
}

/// The nearest of the six colours that Telegram has; it cannot be changed later.
fn colour(colour: TopicColour) -> Rgb {
    Rgb::from_u32(match colour {
        TopicColour::Blue => 0x6f_b9_f0,
        TopicColour::Green => 0x8e_ee_98,
        TopicColour::Yellow => 0xff_d6_7e,
        TopicColour::Violet => 0xcb_86_db,
        TopicColour::Pink => 0xff_93_b2,
        TopicColour::Red => 0xfb_6f_5f,
    })
}

/// Refuses what is over a limit, before Telegram hears of it.
fn check(post: &StaffPost) -> Result<(), SendError> {
    if TextUnit::Utf16.count(&post.text) > MAX_TEXT {
        return Err(refused(format!("the text is longer than {MAX_TEXT} {}", TextUnit::Utf16.as_str())));
    }
    if post.text.trim().is_empty() && post.attachments.is_empty() && post.buttons.is_empty() {
        return Err(refused("there is nothing in the post"));
    }
    if post.attachments.len() > MAX_FILES {
        return Err(refused(format!("a post has at most {MAX_FILES} files")));
    }
    let fits = |button: &bellhop_channel::OutButton| button.id.len() <= BUTTONS.id_bytes && button.label.chars().count() <= BUTTONS.label;
    if post.buttons.len() > BUTTONS.count || !post.buttons.iter().all(fits) {
        return Err(refused(format!(
            "a post has at most {} buttons, with labels of at most {} characters and ids of at most {} bytes",
            BUTTONS.count, BUTTONS.label, BUTTONS.id_bytes
        )));
    }
    Ok(())
}

#[async_trait]
impl StaffChannel for Staff {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &StaffCapabilities {
        &CAPABILITIES
    }

    fn normalise(&self, raw: &str) -> Result<StaffEvent, NormaliseError> {
        let me = events::Me { id: self.account.api.bot(), username: self.account.username() };
        events::normalise(raw, self.chat, me)
    }

    fn can_read(&self, raw: &str) -> bool {
        self.account.is_known() || !events::names_a_bot(raw)
    }

    async fn open(&self, _key: &str, look: &TopicLook) -> Result<TopicId, SendError> {
        let mut payload = payloads::CreateForumTopic::new(ChatId(self.chat), title(look)?);
        payload.icon_color = Some(colour(look.colour));
        let made = self.make(Request::of("createForumTopic", &payload)).await?;
        let made: Value = serde_json::from_str(made.get()).unwrap_or_default();
        let id = made.get("message_thread_id").and_then(Value::as_i64);
        id.map(|id| TopicId(id.to_string())).ok_or_else(|| refused("Telegram made a topic and does not say which"))
    }

    async fn dress(&self, topic: &TopicId, look: &TopicLook) -> Result<Dressed, SendError> {
        let mut payload = payloads::EditForumTopic::new(ChatId(self.chat), thread(topic)?);
        payload.name = Some(title(look)?);
        self.settle(Request::of("editForumTopic", &payload)).await.map(|()| Dressed::Whole)
    }

    async fn archive(&self, topic: &TopicId) -> Result<(), SendError> {
        self.settle(Request::of("closeForumTopic", &payloads::CloseForumTopic::new(ChatId(self.chat), thread(topic)?))).await
    }

    async fn reopen(&self, topic: &TopicId) -> Result<(), SendError> {
        self.settle(Request::of("reopenForumTopic", &payloads::ReopenForumTopic::new(ChatId(self.chat), thread(topic)?))).await
    }

    async fn post(&self, place: &Place, post: &StaffPost) -> Result<Sent, SendError> {
        check(post)?;
        let topic = match place {
            Place::Lobby => None,
            Place::Topic(topic) => Some(thread(topic)?.0.0),
        };
        let draft = Draft {
            chat: self.chat,
            topic,
            text: &post.text,
            buttons: &post.buttons,
            files: self.account.load(&post.attachments).await?,
            reply_to: post.reply_to.as_deref().and_then(|id| id.parse().ok()),
            silent: post.silent,
        };
        // The keys of posts and of customers' messages must not meet.
        self.account.post(&format!("staff {}", post.key), draft).await.map_err(sorted)
    }

    async fn edit(&self, _place: &Place, post: &str, to: &StaffPost) -> Result<(), SendError> {
        check(to)?;
        self.account.change(self.chat, number(post)?, &to.text, &to.buttons).await.map_err(sorted)
    }

    async fn delete(&self, _place: &Place, post: &str) -> Result<(), SendError> {
        self.account.take_back(self.chat, number(post)?).await.map_err(sorted)
    }

    async fn pin(&self, _place: &Place, post: &str) -> Result<(), SendError> {
        let mut payload = payloads::PinChatMessage::new(ChatId(self.chat), MessageId(number(post)?));
        payload.disable_notification = Some(true);
        self.settle(Request::of("pinChatMessage", &payload)).await
    }

    async fn answer(&self, trigger: &str, notice: &str) -> Result<(), SendError> {
        self.make(outgoing::answer(trigger, notice)).await.map(drop)
    }

    async fn ask(&self, _trigger: &str, _form: &Form) -> Result<(), SendError> {
        Err(refused("Telegram has no forms: fields are asked one by one"))
    }
}

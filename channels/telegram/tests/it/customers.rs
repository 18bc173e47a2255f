//! The conformance suite for messages with people, in both modes.

use std::{sync::Arc, time::Duration};

use bellhop_channel::{CustomerChannel, Envelope, PushChannel};
use bellhop_channel_conformance::{
    Fault,
    customer::{Case, Class, Harness},
    customer_suite,
};
use bellhop_channel_telegram::UNREADABLE;
use bellhop_telegram_fake::{Fault as Trouble, Person, TelegramFake};
use serde_json::{Value, json};

use crate::bot;

struct Chat {
    fake: TelegramFake,
    ann: Person,
    channel: Arc<dyn CustomerChannel>,
    push: Option<Arc<dyn PushChannel>>,
}

async fn polled() -> Chat {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    Chat { channel: bot::customers(&fake), push: None, fake, ann }
}

async fn pushed() -> Chat {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    let channel = bot::pushed(&fake);
    Chat { channel: channel.clone(), push: Some(channel), fake, ann }
}

/// The suite's fault as the Bot API has it.
fn trouble(fault: Fault) -> Trouble {
    match fault {
        Fault::Status(429, headers) => {
            let seconds = headers.iter().find(|(name, _)| *name == "retry-after").and_then(|(_, value)| value.parse().ok());
            Trouble::RetryAfter(seconds.unwrap_or(1))
        }
        Fault::Status(400, _) => Trouble::bad_request("something is wrong"),
        Fault::Status(401, _) => Trouble::Refused(401, "Unauthorized".into()),
        Fault::Status(403, _) => Trouble::blocked(),
        Fault::Status(404, _) => Trouble::Refused(404, "Not Found".into()),
        Fault::Status(status, _) => Trouble::Status(status),
        Fault::Reset => Trouble::Reset,
        Fault::ResetAfterEffect => Trouble::ResetAfterEffect,
        Fault::Hang => Trouble::Hang,
        Fault::Delay(_) | Fault::Endless => panic!("the suite does not use it"),
    }
}

impl Harness for Chat {
    fn script(&self, faults: Vec<Fault>) {
        for fault in faults {
            self.fake.fails("", 1, trouble(fault));
        }
    }

    fn calls(&self) -> usize {
        self.fake.calls("").len()
    }

    fn keys(&self) -> Vec<Option<String>> {
        self.fake.calls("sendMessage").iter().map(|_| None).collect()
    }

    fn channel(&self) -> Arc<dyn CustomerChannel> {
        self.channel.clone()
    }

    fn push(&self) -> Option<Arc<dyn PushChannel>> {
        self.push.clone()
    }

    fn recordings(&self) -> Vec<String> {
        recordings()
    }

    fn thread(&self) -> String {
        self.ann.id().to_string()
    }

    fn shown(&self) -> usize {
        self.ann.hears().len()
    }

    fn unreadable(&self, envelope: &Envelope) -> bool {
        envelope.thread == UNREADABLE
    }

    fn expected(&self, case: Case) -> (Fault, Class) {
        match case {
            // One chat that floods does not hold up the others.
            Case::RateLimited => (Fault::retry_after(429, "30"), Class::Retry { after: Some(Duration::from_secs(30)) }),
            Case::Unavailable => (Fault::status(503), Class::Retry { after: None }),
            // Telegram's word for a token that it does not know.
            Case::Gone => (Fault::status(401), Class::ChannelStopped),
            other => other.usual(),
        }
    }
}

/// One of each, as the documentation of the Bot API has them.
fn recordings() -> Vec<String> {
    let ann = json!({"id": 7, "is_bot": false, "first_name": "Ann", "last_name": "Smith", "username": "ann", "language_code": "de"});
    let chat = json!({"id": 7, "type": "private", "first_name": "Ann", "last_name": "Smith", "username": "ann"});
    let photo = json!([{"file_id": "small", "file_unique_id": "s", "width": 90, "height": 60, "file_size": 1000},
        {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 853, "file_size": 100000}]);
    let updates: Vec<(&str, Value)> = vec![
        (
            "message",
            json!({"text": "Where is my *order* 1001?", "entities": [{"type": "bold", "offset": 12, "length": 7}],
            "reply_to_message": {"message_id": 3, "date": 1, "chat": chat, "text": "Hello"}}),
        ),
        ("message", json!({"photo": photo, "caption": "this box", "caption_entities": [], "media_group_id": "g-1"})),
        ("message", json!({"document": {"file_id": "d", "file_unique_id": "d", "file_name": "bill.pdf", "mime_type": "application/pdf"}})),
        (
            "message",
            json!({"venue": {"location": {"latitude": 52.5, "longitude": 13.4}, "title": "Shop", "address": "Street 1"},
            "location": {"latitude": 52.5, "longitude": 13.4}}),
        ),
        ("message", json!({"contact": {"phone_number": "+4930123456", "first_name": "Ann", "user_id": 7}})),
        ("message", json!({"text": "/start@ShopBot deep", "entities": [{"type": "bot_command", "offset": 0, "length": 14}]})),
        ("edited_message", json!({"text": "Where is my order 1002?", "edit_date": 1_795_341_700})),
        ("callback_query", json!({"id": "4382", "chat_instance": "-77", "data": "b-1", "message": {"message_id": 4, "date": 1, "chat": chat}})),
        ("message_reaction", json!({"user": ann, "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]})),
    ];
    let update = |(number, (kind, more)): (usize, (&str, Value))| {
        let mut body = json!({"message_id": 11 + number, "date": 1_795_341_600, "chat": chat, "from": ann});
        if kind == "callback_query" {
            body = json!({"from": ann});
        }
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"update_id": 500 + number, kind: body}).to_string()
    };
    updates.into_iter().enumerate().map(update).collect()
}

mod polling {
    use super::polled;
    super::customer_suite!(polled());
}

mod pushing {
    use super::pushed;
    super::customer_suite!(pushed());
}

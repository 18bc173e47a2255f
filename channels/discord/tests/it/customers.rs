//! The conformance suite for messages with people.

use std::{sync::Arc, time::Duration};

use bellhop_channel::{CustomerChannel, Envelope, PushChannel};
use bellhop_channel_conformance::{
    Fault,
    customer::{Case, Class, Harness},
    customer_suite,
};
use bellhop_channel_discord::UNREADABLE;
use bellhop_discord_fake::{DiscordFake, Fault as Trouble, Person};
use serde_json::{Value, json};

use crate::bot;

struct Chat {
    fake: DiscordFake,
    ann: Person,
    channel: Arc<dyn CustomerChannel>,
}

async fn chat() -> Chat {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    Chat { channel: bot::customers(&fake), fake, ann }
}

/// The suite's fault as Discord has it.
fn trouble(fault: Fault) -> Trouble {
    match fault {
        Fault::Status(429, headers) => {
            let seconds = headers.iter().find(|(name, _)| *name == "retry-after").and_then(|(_, value)| value.parse().ok());
            Trouble::RetryAfter { seconds: seconds.unwrap_or(1.0), global: false }
        }
        Fault::Status(400, _) => Trouble::Refused(400, 50_035, "Invalid Form Body".into()),
        Fault::Status(401, _) => Trouble::Refused(401, 0, "401: Unauthorized".into()),
        Fault::Status(403, _) => Trouble::blocked(),
        Fault::Status(404, _) => Trouble::Refused(404, 10_003, "Unknown Channel".into()),
        Fault::Status(status, headers) => Trouble::Status(status, headers),
        Fault::Reset => Trouble::Reset,
        Fault::ResetAfterEffect => Trouble::ResetAfterEffect,
        Fault::Hang => Trouble::Hang,
        Fault::Delay(_) | Fault::Endless => panic!("the suite does not use it"),
    }
}

const WRITE: &str = "POST /channels/{channel_id}/messages";

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
        self.fake.calls(WRITE).iter().map(|call| call.body["nonce"].as_str().map(str::to_owned)).collect()
    }

    fn channel(&self) -> Arc<dyn CustomerChannel> {
        self.channel.clone()
    }

    fn push(&self) -> Option<Arc<dyn PushChannel>> {
        None
    }

    fn recordings(&self) -> Vec<String> {
        recordings()
    }

    fn thread(&self) -> String {
        self.ann.direct().to_string()
    }

    fn shown(&self) -> usize {
        self.ann.hears().len()
    }

    fn unreadable(&self, envelope: &Envelope) -> bool {
        envelope.thread == UNREADABLE
    }

    fn expected(&self, case: Case) -> (Fault, Class) {
        match case {
            // A bucket is one channel's: it does not hold up the others.
            Case::RateLimited => (Fault::retry_after(429, "30"), Class::Retry { after: Some(Duration::from_secs(30)) }),
            // Discord's word for a token that it does not know.
            Case::Gone => (Fault::status(401), Class::ChannelStopped),
            other => other.usual(),
        }
    }
}

/// One of each, as they are stored.
pub fn recordings() -> Vec<String> {
    let ann = json!({"id": "9", "username": "ann", "global_name": "Ann Smith", "discriminator": "0"});
    let message = |id: u64, more: Value| {
        let mut message = json!({
            "id": id.to_string(), "channel_id": "7", "author": ann, "type": 0, "content": "", "timestamp": "2026-11-22T10:00:00.000000+00:00",
            "edited_timestamp": null, "attachments": [], "embeds": [], "mentions": [],
        });
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        message
    };
    let press = |id: u64, data: Value| {
        json!({
            "id": id.to_string(), "application_id": "2", "type": 3, "token": "secret", "channel_id": "7", "channel": {"id": "7", "type": 1}, "user": ann,
            "locale": "de", "data": data, "message": {"id": "20", "channel_id": "7"},
        })
    };
    let reference = json!({"type": 0, "message_id": "20", "channel_id": "7"});
    let file = json!({"id": "30", "filename": "bill.pdf", "content_type": "application/pdf", "size": 4, "url": "https://cdn.example/bill.pdf?ex=1"});
    let reaction = json!({"user_id": "9", "channel_id": "7", "message_id": "20", "emoji": {"id": null, "name": "👍"}});
    let events: Vec<(&str, &str, Value)> = vec![
        ("MESSAGE_CREATE", "direct", message(11, json!({"content": "Where is my **order** 1001?", "type": 19, "message_reference": reference}))),
        ("MESSAGE_CREATE", "thread", message(12, json!({"content": "this box", "attachments": [file]}))),
        ("MESSAGE_UPDATE", "direct", message(11, json!({"content": "Where is my order 1002?", "edited_timestamp": "2026-11-22T10:01:00+00:00"}))),
        ("MESSAGE_DELETE", "direct", json!({"id": "11", "channel_id": "7"})),
        ("MESSAGE_REACTION_ADD", "direct", reaction.clone()),
        ("MESSAGE_REACTION_REMOVE", "direct", reaction),
        ("INTERACTION_CREATE", "direct", press(13, json!({"component_type": 2, "custom_id": "b-1"}))),
        ("INTERACTION_CREATE", "direct", press(14, json!({"component_type": 3, "custom_id": "bellhop:menu", "values": ["b-2"]}))),
        ("BELLHOP_CONTACT", "thread", press(15, json!({"component_type": 2, "custom_id": "bellhop:contact"}))),
    ];
    let stored = |(number, (kind, place, body)): (usize, (&str, &str, Value))| {
        json!({"t": kind, "place": place, "n": format!("s-{number}"), "d": body}).to_string()
    };
    events.into_iter().enumerate().map(stored).collect()
}

customer_suite!(chat());

//! The webhook channel against the conformance suite and a receiver of its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{path::PathBuf, sync::Arc, time::Duration};

use bellhop_channel::{
    Author, Customer, CustomerChannel, NoFiles, Outbound, OutboundKind, OutboundMessage, Provider as _, PushChannel, SendError, SentState,
    Surroundings,
};
use bellhop_channel_conformance::{Call, Fault, Receiver, customer::Harness, customer_suite};
use bellhop_channel_webhook::Webhook;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

struct Shop {
    receiver: Receiver,
    channel: Arc<dyn PushChannel>,
}

fn now() -> DateTime<Utc> {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn channel(deliver_url: &str, change: Value) -> Arc<dyn PushChannel> {
    let mut section = json!({"secret": SECRET, "deliver_url": deliver_url, "timeout": "1s"});
    section.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let surroundings = Surroundings { http, now: Arc::new(now), root: PathBuf::new(), files: Arc::new(NoFiles) };
    match Webhook.build("shop", &section, &surroundings).unwrap().customer {
        Some(Customer::Push(channel)) => channel,
        _ => panic!("a webhook channel is pushed to"),
    }
}

async fn shop() -> Shop {
    let receiver = Receiver::start(SECRET).await;
    let channel = channel(&receiver.url(), json!({}));
    Shop { receiver, channel }
}

impl Harness for Shop {
    fn script(&self, faults: Vec<Fault>) {
        self.receiver.script(faults);
    }

    fn calls(&self) -> usize {
        self.receiver.calls().len()
    }

    fn keys(&self) -> Vec<Option<String>> {
        let key = |call: &Call| Some(call.header("webhook-id").to_owned()).filter(|key| !key.is_empty());
        self.receiver.calls().iter().map(key).collect()
    }

    fn channel(&self) -> Arc<dyn CustomerChannel> {
        self.channel.clone()
    }

    fn push(&self) -> Option<Arc<dyn PushChannel>> {
        Some(self.channel.clone())
    }

    fn recordings(&self) -> Vec<String> {
        let sender = json!({"id": "u-7", "name": "Ann", "email": "ann@example.org", "phone": "+4930123456", "locale": "en",
            "tier": "gold", "region": "DE", "attributes": {"plan": "team"}, "verified": ["email"]});
        let file = json!({"url": "https://shop.example/box.jpg", "name": "box.jpg", "content_type": "image/jpeg"});
        [
            json!({"type": "message", "message": {"id": "m-1", "text": "Where is my order 1001?", "reply_to": null, "attachments": [file]}}),
            json!({"type": "edit", "message": {"id": "m-1", "text": "Where is my order 1002?"}}),
            json!({"type": "delete", "message": {"id": "m-1"}}),
            json!({"type": "button", "button": {"id": "b-1"}, "message": {"id": "msg_1"}}),
            json!({"type": "reaction", "message": {"id": "msg_1"}, "reaction": {"emoji": "👍", "removed": false}}),
            json!({"type": "receipt", "message": {"id": "msg_1"}, "status": "delivered"}),
            json!({"type": "typing"}),
        ]
        .into_iter()
        .enumerate()
        .map(|(number, mut event)| {
            event["id"] = json!(format!("evt-{number}"));
            event["at"] = json!("2026-11-22T10:00:00Z");
            event["conversation"] = json!("thread-42");
            event["sender"] = sender.clone();
            event.to_string()
        })
        .collect()
    }

    fn thread(&self) -> String {
        "thread-42".into()
    }

    fn shown(&self) -> usize {
        self.receiver.deliveries().len()
    }
}

customer_suite!(shop());

fn outbound(text: &str) -> Outbound {
    Outbound {
        kind: OutboundKind::Message,
        id: "out-1".into(),
        thread: "thread-42".into(),
        message: Some(OutboundMessage {
            id: "msg_1".into(),
            author: Author::Bot,
            text: text.into(),
            reply_to: None,
            buttons: Vec::new(),
            attachments: Vec::new(),
            external_id: None,
        }),
        ticket: None,
    }
}

#[tokio::test]
async fn the_receiver_gets_a_signed_message_and_its_id_is_kept() {
    let shop = shop().await;
    let sent = shop.channel.send(&outbound("Hold the green button. 请按住。")).await.unwrap();
    assert_eq!((sent.external_id.as_deref(), sent.state), (Some("ext-1"), SentState::Delivered));
    let delivery = shop.receiver.next_message_in("thread-42").await;
    assert_eq!((delivery.text(), delivery.author()), ("Hold the green button. 请按住。", "bot"));
    let call = shop.receiver.calls().remove(0);
    assert_eq!(call.header("webhook-timestamp"), now().timestamp().to_string());
    let headers = call.headers.clone();
    assert_eq!(shop.channel.verify(&headers, &call.body, now()), Ok(()), "what we sign we also verify");
}

#[tokio::test]
async fn while_a_secret_follows_another_the_first_signs() {
    let receiver = Receiver::start(SECRET).await;
    let both = channel(&receiver.url(), json!({"secret": [SECRET, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"]}));
    both.send(&outbound("Hello")).await.unwrap();
    assert_eq!(receiver.deliveries().len(), 1);
}

#[tokio::test]
async fn answers_mean_what_the_protocol_says() {
    let shop = shop().await;
    let retry = |after| SendError::Retry { after, reason: String::new() };
    let refused = |tries| SendError::Refused { reason: String::new(), tries };
    let limited = |seconds| SendError::Limited { after: Duration::from_secs(seconds), reason: String::new() };
    let day = 24 * 3600;
    for (shows, fault, expected) in [
        ("a date to come back", Fault::retry_after(429, "Sun, 22 Nov 2026 10:01:30 GMT"), limited(90)),
        ("a date that has passed", Fault::retry_after(503, "Sun, 22 Nov 2026 09:00:00 GMT"), retry(Some(Duration::ZERO))),
        ("a pause beyond all bounds", Fault::retry_after(429, "99999999999"), limited(day)),
        ("a pause that is none", Fault::retry_after(503, "soon"), retry(None)),
        ("too fast, no pause named", Fault::status(429), retry(None)),
        ("a slow request", Fault::status(408), retry(None)),
        ("too early", Fault::status(425), retry(None)),
        ("a redirect is not followed", Fault::Status(301, vec![("location", shop.receiver.url())]), retry(None)),
        ("another redirect", Fault::Status(307, vec![("location", shop.receiver.url())]), retry(None)),
        ("refused", Fault::status(422), refused(3)),
        ("refused for want of a signature", Fault::status(401), refused(3)),
    ] {
        shop.receiver.script([fault]);
        let calls = shop.receiver.calls().len();
        let error = shop.channel.send(&outbound("Hello")).await.unwrap_err();
        assert_eq!(without_reason(error), expected, "{shows}");
        assert_eq!(shop.receiver.calls().len(), calls + 1, "{shows}: one call");
    }
}

fn without_reason(error: SendError) -> SendError {
    let reason = String::new();
    match error {
        SendError::Retry { after, .. } => SendError::Retry { after, reason },
        SendError::Limited { after, .. } => SendError::Limited { after, reason },
        SendError::Refused { tries, .. } => SendError::Refused { reason, tries },
        SendError::ChannelStopped { .. } => SendError::ChannelStopped { reason },
    }
}

#[tokio::test]
async fn an_answer_without_end_is_read_no_further_than_it_has_to_be() {
    let shop = shop().await;
    shop.receiver.script([Fault::Endless]);
    let sent = shop.channel.send(&outbound("Hello")).await.unwrap();
    assert_eq!((sent.external_id, sent.state), (None, SentState::Delivered), "it was taken, whatever else is said");
}

#[tokio::test]
async fn a_slow_answer_within_the_limit_is_waited_for() {
    let shop = shop().await;
    shop.receiver.script([Fault::Delay(Duration::from_millis(50))]);
    assert!(shop.channel.send(&outbound("Hello")).await.is_ok());
}

#[tokio::test]
async fn nobody_listening_is_tried_again() {
    let gone = Receiver::start(SECRET).await.url();
    let error = channel(&gone, json!({})).send(&outbound("Hello")).await.unwrap_err();
    assert_eq!(error, SendError::Retry { after: None, reason: "no connection to the receiver".into() });
}

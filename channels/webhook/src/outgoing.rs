//! Writes what is sent, as the receiver reads it.

use bellhop_channel::{Author, OutAttachment, OutButton, Outbound, OutboundKind, OutboundMessage, SendError, TicketNotice};
use serde::Serialize;

/// The body of the request.
pub(crate) fn render(outbound: &Outbound) -> Result<String, SendError> {
    let message = outbound.message.as_ref();
    let message = match outbound.kind {
        OutboundKind::Message | OutboundKind::Edit => message.map(written),
        OutboundKind::Delete => message.map(named),
        OutboundKind::Read => message.map(theirs),
        OutboundKind::Typing => None,
    };
    let body = Body { r#type: outbound.kind.as_str(), id: &outbound.id, conversation: &outbound.thread, message, ticket: outbound.ticket.as_ref() };
    serde_json::to_string(&body).map_err(|error| SendError::Refused { reason: format!("cannot be written as JSON: {error}"), tries: 1 })
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    id: &'a str,
    conversation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
    ticket: Option<&'a TicketNotice>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Message<'a> {
    Written {
        id: &'a str,
        author: Author,
        text: &'a str,
        format: &'static str,
        reply_to: Option<&'a str>,
        buttons: &'a [OutButton],
        attachments: &'a [OutAttachment],
        #[serde(skip_serializing_if = "Option::is_none")]
        external_id: Option<&'a str>,
    },
    Named {
        id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        external_id: Option<&'a str>,
    },
}

fn written(message: &OutboundMessage) -> Message<'_> {
    Message::Written {
        id: &message.id,
        author: message.author,
        text: &message.text,
        format: "markdown",
        reply_to: message.reply_to.as_deref(),
        buttons: &message.buttons,
        attachments: &message.attachments,
        external_id: message.external_id.as_deref(),
    }
}

fn named(message: &OutboundMessage) -> Message<'_> {
    Message::Named { id: &message.id, external_id: message.external_id.as_deref() }
}

/// The message that was read is the receiver's own: it knows it by its own id.
fn theirs(message: &OutboundMessage) -> Message<'_> {
    Message::Named { id: message.external_id.as_deref().unwrap_or(&message.id), external_id: None }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use bellhop_channel::OutAttachment;
    use bellhop_domain::ticket::TicketStatus;

    use super::*;

    fn outbound(kind: OutboundKind) -> Outbound {
        Outbound {
            kind,
            id: "out-1".into(),
            thread: "thread-42".into(),
            message: Some(OutboundMessage {
                id: "msg_1".into(),
                author: Author::Bot,
                text: "**Hold** it.".into(),
                reply_to: Some("m-1".into()),
                buttons: vec![OutButton { id: "b1".into(), label: "Talk to a person".into() }],
                attachments: Vec::new(),
                external_id: None,
            }),
            ticket: None,
        }
    }

    fn check(name: &str, outbound: &Outbound) {
        let body: serde_json::Value = serde_json::from_str(&render(outbound).unwrap()).unwrap();
        insta::assert_json_snapshot!(name, body);
    }

    #[test]
    fn each_type_has_the_documented_shape() {
        check("message", &outbound(OutboundKind::Message));
        let sent = |kind, external_id: &str| {
            let mut outbound = outbound(kind);
            outbound.message.as_mut().unwrap().external_id = Some(external_id.into());
            outbound
        };
        check("edit", &sent(OutboundKind::Edit, "x-1"));
        check("delete", &sent(OutboundKind::Delete, "x-1"));
        check("read", &sent(OutboundKind::Read, "m-1"));
        check("typing", &Outbound { message: None, ..outbound(OutboundKind::Typing) });
    }

    #[test]
    fn a_notice_carries_its_ticket() {
        let mut notice = outbound(OutboundKind::Message);
        let message = notice.message.as_mut().unwrap();
        message.author = Author::System;
        message.attachments =
            vec![OutAttachment { url: "https://desk.example/f/1".into(), name: "label.pdf".into(), content_type: "application/pdf".into() }];
        notice.ticket = Some(TicketNotice {
            number: "T-1".into(),
            template: "refund".into(),
            status: TicketStatus::Open,
            stage: None,
            tracking_url: "https://desk.example/t/abc".into(),
        });
        check("notice", &notice);
    }
}

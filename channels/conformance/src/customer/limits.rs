//! Capabilities, both ways: what is declared works at its limit, what is not is refused without a call.

use bellhop_channel::{Outbound, OutboundKind, OutboundMessage, SendError, TextUnit, degrade};

use super::{Harness, button, file, message};

/// Everything that is declared is taken by the platform, as long or as many as declared.
pub async fn declared_capabilities_work_at_their_limit(harness: &impl Harness) {
    let channel = harness.channel();
    let capabilities = channel.capabilities().clone();
    let mut sends = vec![
        ("the longest text", message(harness, 1, "a".repeat(capabilities.max_text))),
        ("the longest text of emoji", message(harness, 2, "😀".repeat(capabilities.max_text / length(capabilities.text_unit, "😀")))),
    ];
    if let Some(limits) = capabilities.buttons {
        let buttons = (0..limits.count).map(|number| button(number, limits.id_bytes, limits.label)).collect();
        sends.push(("as many and as long buttons as can be", with(message(harness, 3, "?"), |message| message.buttons = buttons)));
    }
    if let Some(limits) = capabilities.attachments {
        let files = (0..limits.count).map(file).collect();
        sends.push(("as many files as can be", with(message(harness, 4, "see"), |message| message.attachments = files)));
    }
    if capabilities.replies {
        sends.push(("a reply", with(message(harness, 5, "yes"), |message| message.reply_to = Some("m-1".into()))));
    }
    let able = |kind| match kind {
        OutboundKind::Message => false,
        OutboundKind::Edit => capabilities.edits,
        OutboundKind::Delete => capabilities.deletes,
        OutboundKind::Typing => capabilities.typing,
        OutboundKind::Read => capabilities.read,
    };
    let first = channel.send(&message(harness, 6, "first")).await.expect("a plain message is taken");
    for (number, kind) in KINDS.into_iter().enumerate().filter(|(_, kind)| able(*kind)) {
        sends.push((kind.as_str(), of_kind(message(harness, 7 + number, "then"), kind, first.external_id.as_deref())));
    }
    for (what, outbound) in sends {
        let before = harness.calls();
        channel.send(&outbound).await.unwrap_or_else(|error| panic!("{what} is declared and not sent: {error}"));
        assert!(harness.calls() > before, "{what} is declared and did not reach the platform");
    }
}

/// Whatever is over a limit or not declared is refused for good, and the platform hears nothing of it.
pub async fn what_is_not_declared_is_refused(harness: &impl Harness) {
    let channel = harness.channel();
    let capabilities = channel.capabilities().clone();
    let mut sends = vec![
        ("a text that is too long", message(harness, 1, "a".repeat(capabilities.max_text + 1))),
        ("an empty text", message(harness, 2, "")),
        ("only white space", message(harness, 3, " \n\t ")),
        ("a message without a message", Outbound { message: None, ..message(harness, 4, "") }),
    ];
    let (count, id, label) = capabilities.buttons.map_or((0, 8, 8), |limits| (limits.count, limits.id_bytes, limits.label));
    let buttons = (0..=count).map(|number| button(number, id, label)).collect();
    sends.push(("a button too many", with(message(harness, 5, "?"), |message| message.buttons = buttons)));
    if capabilities.buttons.is_some() {
        sends.push(("a label too long", with(message(harness, 6, "?"), |message| message.buttons = vec![button(1, id, label + 1)])));
        sends.push(("an id too long", with(message(harness, 7, "?"), |message| message.buttons = vec![button(1, id + 1, label)])));
    }
    let files = (0..=capabilities.attachments.map_or(0, |limits| limits.count)).map(file).collect();
    sends.push(("a file too many", with(message(harness, 8, "see"), |message| message.attachments = files)));
    if !capabilities.replies {
        sends.push(("a reply", with(message(harness, 9, "yes"), |message| message.reply_to = Some("m-1".into()))));
    }
    let declared = [capabilities.edits, capabilities.deletes, capabilities.typing, capabilities.read];
    for (number, (kind, declared)) in KINDS.into_iter().zip(declared).enumerate() {
        if !declared {
            sends.push((kind.as_str(), of_kind(message(harness, 10 + number, "then"), kind, Some("x-1"))));
        }
    }
    for (what, outbound) in sends {
        let outcome = channel.send(&outbound).await;
        assert!(matches!(outcome, Err(SendError::Refused { tries: 1, .. })), "{what}: {outcome:?}");
    }
    assert_eq!(harness.calls(), 0, "what cannot be sent must not reach the platform");
}

/// A message with everything in it, and far too long, is sent in full once the ladder has been over it.
pub async fn the_ladder_makes_everything_fit(harness: &impl Harness) {
    let channel = harness.channel();
    let capabilities = channel.capabilities();
    let paragraph = "**Hold** the `green button` for _seven_ seconds. 请按住绿色按钮。 👩\u{200d}👧\n\n";
    let text = paragraph.repeat(capabilities.max_text / 20);
    let full = with(message(harness, 1, text), |message| {
        message.reply_to = Some("m-1".into());
        message.buttons = (0..40).map(|number| button(number, 40, 40)).collect();
        message.attachments = (0..40).map(file).collect();
    });
    let degraded = degrade(full, capabilities);
    assert!(!degraded.sends.is_empty() && !degraded.losses.is_empty(), "the losses are put in words");
    for send in &degraded.sends {
        channel.send(send).await.unwrap_or_else(|error| panic!("{} of {}: {error}", send.id, degraded.sends.len()));
    }
}

const KINDS: [OutboundKind; 4] = [OutboundKind::Edit, OutboundKind::Delete, OutboundKind::Typing, OutboundKind::Read];

fn of_kind(mut outbound: Outbound, kind: OutboundKind, external_id: Option<&str>) -> Outbound {
    outbound.kind = kind;
    if kind == OutboundKind::Typing {
        outbound.message = None;
    }
    if let Some(message) = &mut outbound.message {
        message.external_id = external_id.map(str::to_owned);
    }
    outbound
}

fn with(mut outbound: Outbound, change: impl FnOnce(&mut OutboundMessage)) -> Outbound {
    change(outbound.message.as_mut().expect("a message"));
    outbound
}

fn length(unit: TextUnit, text: &str) -> usize {
    unit.count(text)
}

//! The one ladder by which a platform that cannot show something shows the next best thing, with every loss put in words.

use crate::{
    capabilities::{Capabilities, Formats},
    outbound::{OutAttachment, OutButton, Outbound, OutboundKind, OutboundMessage},
    plain::plain,
    split::split,
};

/// What is sent instead of a thing, and what is lost on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Degraded {
    /// What to send, in this order, each with its own key: the first keeps the original's, the others add `-2`, `-3` and so on. May be none.
    pub sends: Vec<Outbound>,
    /// What the platform could not show, in words for an agent.
    pub losses: Vec<String>,
}

/// Makes a thing fit for a channel. What fits already goes through unchanged.
pub fn degrade(outbound: Outbound, capabilities: &Capabilities) -> Degraded {
    let nothing = |loss: Option<&str>| Degraded { sends: Vec::new(), losses: loss.into_iter().map(str::to_owned).collect() };
    match outbound.kind {
        OutboundKind::Typing if !capabilities.typing => nothing(None),
        OutboundKind::Read if !capabilities.read => nothing(None),
        OutboundKind::Delete if !capabilities.deletes => nothing(Some("cannot be taken back on this channel: the customer still sees it")),
        OutboundKind::Typing | OutboundKind::Read | OutboundKind::Delete => Degraded { sends: vec![outbound], losses: Vec::new() },
        OutboundKind::Message | OutboundKind::Edit => written(outbound, capabilities),
    }
}

fn written(mut outbound: Outbound, capabilities: &Capabilities) -> Degraded {
    let mut losses = Vec::new();
    let Some(mut message) = outbound.message.take() else {
        return Degraded { sends: Vec::new(), losses: vec!["there was nothing to send".to_owned()] };
    };
    if outbound.kind == OutboundKind::Edit && !capabilities.edits {
        outbound.kind = OutboundKind::Message;
        message.reply_to = message.external_id.take().or(message.reply_to);
        losses.push("the channel cannot change a sent message: the new text was sent as a new one".to_owned());
    }
    if message.reply_to.is_some() && !capabilities.replies {
        message.reply_to = None;
        losses.push("the message that this one answers is not shown".to_owned());
    }
    if capabilities.formats == Formats::Plain {
        let text = plain(&message.text);
        if text != message.text.trim_end() {
            losses.push("formatting is not shown".to_owned());
            message.text = text;
        }
    }
    buttons(&mut message, capabilities, &mut losses);
    attachments(&mut message, capabilities, &mut losses);
    let sends = pieces(outbound, message, capabilities, &mut losses);
    Degraded { sends, losses }
}

/// Choices that do not fit become a numbered list; the number typed back presses the button.
fn buttons(message: &mut OutboundMessage, capabilities: &Capabilities, losses: &mut Vec<String>) {
    let fit = capabilities.buttons.is_some_and(|limits| {
        let fits = |button: &OutButton| button.id.len() <= limits.id_bytes && button.label.chars().count() <= limits.label;
        message.buttons.len() <= limits.count && message.buttons.iter().all(fits)
    });
    if fit || message.buttons.is_empty() {
        return;
    }
    let choices = std::mem::take(&mut message.buttons);
    let list: Vec<String> = choices.iter().enumerate().map(|(at, button)| format!("{}. {}", at + 1, shown(&button.label, capabilities))).collect();
    add(&mut message.text, &list.join("\n"));
    losses.push("buttons are shown as a numbered list".to_owned());
}

/// Files that do not fit become links.
fn attachments(message: &mut OutboundMessage, capabilities: &Capabilities, losses: &mut Vec<String>) {
    let keep = capabilities.attachments.map_or(0, |limits| limits.count);
    if message.attachments.len() <= keep {
        return;
    }
    let links: Vec<String> =
        message.attachments.split_off(keep).iter().map(|OutAttachment { url, name, .. }| format!("{}: {url}", shown(name, capabilities))).collect();
    add(&mut message.text, &links.join("\n"));
    losses.push(format!("{} shown as a link", if links.len() == 1 { "a file is" } else { "files are" }));
}

/// One message, or as many as its length needs: the reply mark on the first, buttons and files on the last.
fn pieces(outbound: Outbound, message: OutboundMessage, capabilities: &Capabilities, losses: &mut Vec<String>) -> Vec<Outbound> {
    let mut texts = if capabilities.fits(&message.text) {
        vec![message.text.clone()]
    } else {
        split(&message.text, capabilities.max_text, capabilities.text_unit)
    };
    let bare = message.buttons.is_empty() && message.attachments.is_empty();
    texts.retain(|text| !text.trim().is_empty());
    if texts.is_empty() {
        if bare {
            losses.push("there was nothing to send: the text is empty".to_owned());
            return Vec::new();
        }
        texts.push(String::new());
    }
    if texts.len() > 1 {
        losses.push(format!("the text was too long for one message and was sent as {}", texts.len()));
    }
    let last = texts.len() - 1;
    let piece = |(at, text)| {
        let mut message = OutboundMessage { text, ..message.clone() };
        if at < last {
            message.buttons = Vec::new();
            message.attachments = Vec::new();
        }
        if at == 0 {
            return Outbound { message: Some(message), ..outbound.clone() };
        }
        message.reply_to = None;
        message.external_id = None;
        Outbound { kind: OutboundKind::Message, id: format!("{}-{}", outbound.id, at + 1), message: Some(message), ..outbound.clone() }
    };
    texts.into_iter().enumerate().map(piece).collect()
}

/// A text of ours that is no Markdown, as it has to stand in a text on this channel.
fn shown(text: &str, capabilities: &Capabilities) -> String {
    if capabilities.formats == Formats::Plain {
        return text.to_owned();
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '~') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn add(text: &mut String, paragraph: &str) {
    text.truncate(text.trim_end().len());
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(paragraph);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{
        capabilities::{AttachmentLimits, ButtonLimits, TextUnit, Transport},
        outbound::Author,
    };

    /// A platform that can do everything, within limits.
    const RICH: Capabilities = Capabilities {
        transport: Transport::Push,
        max_text: 60,
        text_unit: TextUnit::Chars,
        formats: Formats::Markdown,
        buttons: Some(ButtonLimits { count: 2, label: 12, id_bytes: 8 }),
        attachments: Some(AttachmentLimits { count: 1 }),
        edits: true,
        deletes: true,
        typing: true,
        read: true,
        replies: true,
        reactions_in: true,
        receipts: true,
        idempotent_sends: true,
        live_cards: false,
    };

    /// A platform like a text message on an old telephone.
    const POOR: Capabilities = Capabilities {
        formats: Formats::Plain,
        buttons: None,
        attachments: None,
        edits: false,
        deletes: false,
        typing: false,
        read: false,
        replies: false,
        ..RICH
    };

    fn says(text: &str) -> Outbound {
        Outbound {
            kind: OutboundKind::Message,
            id: "out-1".into(),
            thread: "t".into(),
            message: Some(OutboundMessage {
                id: "m".into(),
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

    fn with(text: &str, change: impl FnOnce(&mut OutboundMessage)) -> Outbound {
        let mut outbound = says(text);
        change(outbound.message.as_mut().unwrap());
        outbound
    }

    fn button(id: &str, label: &str) -> OutButton {
        OutButton { id: id.into(), label: label.into() }
    }

    fn file(name: &str) -> OutAttachment {
        OutAttachment { url: format!("https://x.example/{name}"), name: name.into(), content_type: "image/png".into() }
    }

    fn check(shows: &str, outbound: Outbound, capabilities: &Capabilities, texts: &[&str], losses: &[&str]) {
        let degraded = degrade(outbound, capabilities);
        let sent: Vec<_> = degraded.sends.iter().map(|send| send.message.as_ref().unwrap().text.as_str()).collect();
        assert_eq!(sent, texts, "{shows}");
        assert_eq!(degraded.losses, losses, "{shows}");
        for send in &degraded.sends {
            assert_eq!(capabilities.check(send), Ok(()), "{shows}: the ladder's end must be what the channel takes");
        }
    }

    #[test]
    fn what_fits_goes_through_unchanged() {
        let full = with("**Hold** it.", |message| {
            message.reply_to = Some("m-1".into());
            message.buttons = vec![button("a", "Yes"), button("b", "No")];
            message.attachments = vec![file("a.png")];
        });
        assert_eq!(degrade(full.clone(), &RICH), Degraded { sends: vec![full], losses: Vec::new() });
    }

    #[test]
    fn buttons_become_a_numbered_list() {
        let listed = "buttons are shown as a numbered list";
        let ask = |buttons| with("Which one?", |message| message.buttons = buttons);
        let three = vec![button("a", "Blue"), button("b", "Red*"), button("c", "Green")];
        check("no buttons", ask(three.clone()), &POOR, &["Which one?\n\n1. Blue\n2. Red*\n3. Green"], &[listed]);
        check("too many", ask(three), &RICH, &["Which one?\n\n1. Blue\n2. Red\\*\n3. Green"], &[listed]);
        check("a long label", ask(vec![button("a", "Talk to a person")]), &RICH, &["Which one?\n\n1. Talk to a person"], &[listed]);
        check("a long id", ask(vec![button("123456789", "Yes")]), &RICH, &["Which one?\n\n1. Yes"], &[listed]);
    }

    #[test]
    fn files_become_links() {
        let two = with("See:", |message| message.attachments = vec![file("a.png"), file("b.png")]);
        check("one too many", two.clone(), &RICH, &["See:\n\nb.png: https://x.example/b.png"], &["a file is shown as a link"]);
        let links = "See:\n\na.png: https://x.example/a.png\nb.png: https://x.example/b.png";
        check("no files", two, &Capabilities { max_text: 100, ..POOR }, &[links], &["files are shown as a link"]);
    }

    #[test]
    fn formatting_becomes_plain_text() {
        check("marks", says("**Hold** it"), &POOR, &["Hold it"], &["formatting is not shown"]);
        check("no marks, no loss", says("Hold it"), &POOR, &["Hold it"], &[]);
    }

    #[test]
    fn a_long_text_becomes_several_with_keys_of_their_own() {
        let long = with("The first paragraph is long enough.\n\nThe second one is as long as that.", |message| {
            message.reply_to = Some("m-1".into());
            message.buttons = vec![button("a", "Yes")];
        });
        let Degraded { sends, losses } = degrade(long, &RICH);
        assert_eq!(losses, ["the text was too long for one message and was sent as 2"]);
        let [first, second] = sends.try_into().unwrap();
        assert_eq!((first.id.as_str(), second.id.as_str()), ("out-1", "out-1-2"));
        let (first, second) = (first.message.unwrap(), second.message.unwrap());
        assert_eq!((first.reply_to.is_some(), first.buttons.len()), (true, 0), "the first answers");
        assert_eq!((second.reply_to.is_some(), second.buttons.len()), (false, 1), "the last asks");
    }

    #[test]
    fn nothing_to_say_is_said_so() {
        let empty = "there was nothing to send: the text is empty";
        check("empty", says(""), &RICH, &[], &[empty]);
        check("white space", says(" \n\t "), &POOR, &[], &[empty]);
        check("only a file", with("", |message| message.attachments = vec![file("a.png")]), &RICH, &[""], &[]);
    }

    #[test]
    fn an_edit_without_edits_is_a_new_message() {
        let edit = |capabilities: &Capabilities| {
            let mut edit = with("Better.", |message| message.external_id = Some("x-1".into()));
            edit.kind = OutboundKind::Edit;
            degrade(edit, capabilities)
        };
        let degraded = edit(&Capabilities { edits: false, ..RICH });
        let [send] = degraded.sends.try_into().unwrap();
        assert_eq!(send.kind, OutboundKind::Message);
        assert_eq!(send.message.unwrap().reply_to.as_deref(), Some("x-1"));
        assert_eq!(degraded.losses.len(), 1);
        assert_eq!(edit(&RICH).losses, [] as [&str; 0]);
    }

    #[test]
    fn signs_that_cannot_be_shown_are_left_out_and_a_delete_is_a_loss() {
        let of = |kind| degrade(Outbound { kind, ..says("") }, &POOR);
        assert_eq!(of(OutboundKind::Typing), Degraded { sends: vec![], losses: vec![] });
        assert_eq!(of(OutboundKind::Read), Degraded { sends: vec![], losses: vec![] });
        assert_eq!(of(OutboundKind::Delete).losses, ["cannot be taken back on this channel: the customer still sees it"]);
    }
}

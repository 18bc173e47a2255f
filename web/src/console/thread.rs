//! A conversation as agents read it: who said what, and what became of it.

use bellhop_domain::{
    actor::Actor,
    contact::Contact,
    conversation::{Conversation, ConversationStatus},
    id::{AgentId, FileId, MessageId},
    message::{Attachment, AttachmentState, DeliveryState, Direction, Message},
    words,
};
use bellhop_engine::{
    Engine,
    actions::{ActionError, conversations, drafts},
    caller::Caller,
    clock::fresh_id,
};

use super::{
    clean::Clean,
    shell::{Moment, Shell, Visit},
};
use crate::weight;

/// Messages that are shown at most; long ones leave room for fewer.
pub(super) const SHOWN: u32 = 60;

/// A message.
pub(super) struct Line {
    pub(super) id: String,
    /// `in`, `out`, `bot`, `note` or `system`.
    pub(super) kind: &'static str,
    pub(super) author: String,
    pub(super) initials: String,
    pub(super) at: Moment,
    /// What a customer wrote, as it is.
    pub(super) text: String,
    /// What we wrote, in light Markdown.
    pub(super) ours: Option<Clean>,
    /// It is longer than what stands here.
    pub(super) is_cut: bool,
    pub(super) gone: bool,
    pub(super) edited: bool,
    pub(super) files: Vec<Attached>,
    pub(super) place: Option<(String, String)>,
    pub(super) card: Option<String>,
    pub(super) buttons: Vec<String>,
    pub(super) reactions: Vec<String>,
    /// What the customer's platform could not show.
    pub(super) losses: Vec<String>,
    /// How far it came, where that is worth telling.
    pub(super) delivery: Option<String>,
    /// That it did not reach the customer, and why.
    pub(super) failed: Option<(String, String)>,
    pub(super) may_retry: bool,
}

/// A file of a message.
pub(super) struct Attached {
    pub(super) name: String,
    pub(super) url: Option<String>,
    pub(super) is_image: bool,
    /// What is wrong with it, or that it is on its way.
    pub(super) remark: Option<String>,
}

/// A conversation with everything in the middle of the page.
pub(super) struct Thread {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) channel: String,
    pub(super) status: &'static str,
    pub(super) standing: String,
    pub(super) assignee: Option<String>,
    pub(super) department: Option<String>,
    pub(super) until: Option<Moment>,
    pub(super) is_mine: bool,
    pub(super) is_resolved: bool,
    pub(super) is_with_bot: bool,
    pub(super) lines: Vec<Line>,
    /// The first message that is shown, where there are more before it.
    pub(super) earlier: Option<String>,
    /// There are later ones than those that are shown.
    pub(super) is_past: bool,
    /// That a colleague has it, or writes here.
    pub(super) collisions: Vec<String>,
    pub(super) draft: String,
    pub(super) draft_is_note: bool,
    /// The same for one form, so that two clicks send one message.
    pub(super) client: String,
    /// What is wrong with what was to be sent.
    pub(super) wrong: Option<String>,
}

/// Puts it together, with the newest messages or those before one of them.
pub(super) async fn thread(visit: &Visit, conversation: &Conversation, contact: &Contact, before: Option<MessageId>) -> Result<Thread, ActionError> {
    let (engine, shell) = (visit.engine(), &visit.shell);
    let desk = engine.desk();
    let reader = engine.reader();
    let mut messages = match before {
        Some(before) => reader.messages_before(conversation.id, before, SHOWN + 1).await?,
        None => reader.last_messages(conversation.id, SHOWN + 1).await?,
    };
    let fit = weight::newest_that_fit(&messages, weight::of_message).min(SHOWN as usize);
    let hidden = messages.len() - fit;
    messages.drain(..hidden);
    let earlier = messages.first().filter(|_| hidden > 0).map(|message| message.id.to_string());
    let me = visit.session.agent.id;
    let name_of = |id: AgentId| desk.agent(id).map(|agent| agent.name.clone());
    let draft = drafts::draft(engine, visit.caller(), conversation.id).await?;
    let name = name_of_contact(shell, contact);
    let lines = messages.into_iter().map(|message| line(engine, shell, &name, message)).collect();
    Ok(Thread {
        id: conversation.id.to_string(),
        channel: conversation.channel.clone(),
        status: conversation.status.as_str(),
        standing: shell.standing(&conversation.status),
        assignee: conversation.assignee.map(|id| name_of(id).unwrap_or_else(|| id.to_string())),
        department: conversation.department.as_deref().map(|key| shell.department(&desk, key)),
        until: conversation.snoozed_until.filter(|_| conversation.status == ConversationStatus::Snoozed).map(|at| shell.moment(&at)),
        is_mine: conversation.assignee == Some(me),
        is_resolved: conversation.status == ConversationStatus::Resolved,
        is_with_bot: conversation.status == ConversationStatus::Bot,
        lines,
        earlier,
        is_past: before.is_some(),
        collisions: collisions(engine, shell, visit.caller(), conversation, me, name_of),
        draft: draft.as_ref().map(|draft| draft.text.clone()).unwrap_or_default(),
        draft_is_note: draft.is_some_and(|draft| draft.internal),
        client: fresh_id().simple().to_string(),
        wrong: None,
        name,
    })
}

/// What whoever writes here is to know of others.
fn collisions(
    engine: &Engine,
    shell: &Shell,
    caller: &Caller,
    conversation: &Conversation,
    me: AgentId,
    name_of: impl Fn(AgentId) -> Option<String>,
) -> Vec<String> {
    let writing = conversations::writing(engine, caller, conversation.id).unwrap_or_default();
    let writes =
        writing.into_iter().filter(|agent| *agent != me).filter_map(&name_of).map(|name| shell.say_of("console-writes-here", "agent", &name));
    let other = conversation.assignee.filter(|agent| *agent != me && conversation.status == ConversationStatus::Open);
    let has = other.and_then(&name_of).map(|name| shell.say_of("console-has-it", "agent", &name));
    has.into_iter().chain(writes).collect()
}

/// What somebody who writes to us is called.
pub(super) fn name_of_contact(shell: &Shell, contact: &Contact) -> String {
    if contact.erased_at.is_some() {
        return shell.say("erased-marker");
    }
    contact.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).map_or_else(|| shell.say("console-nameless"), str::to_owned)
}

fn line(engine: &Engine, shell: &Shell, customer: &str, message: Message) -> Line {
    let kind = match (message.direction, &message.author) {
        (Direction::Note, _) => "note",
        (Direction::In, _) => "in",
        (Direction::Out, Actor::Bot) => "bot",
        (Direction::Out, Actor::System) => "system",
        (Direction::Out, _) => "out",
    };
    let author = match &message.author {
        Actor::Contact { .. } => message.author_name.clone().filter(|name| !name.trim().is_empty()).unwrap_or_else(|| customer.to_owned()),
        Actor::Bot => shell.say("console-author-bot"),
        Actor::System => shell.say("console-author-system"),
        actor => message.author_name.as_deref().or(actor.name()).unwrap_or_default().to_owned(),
    };
    let is_gone = message.extras.deleted_at.is_some();
    let (failed, delivery, may_retry) = fate(shell, &message);
    let extras = message.extras;
    let beginning = weight::beginning(&message.text).map(|beginning| format!("{beginning}…"));
    let is_cut = beginning.is_some() && !is_gone;
    let text = beginning.unwrap_or(message.text);
    Line {
        id: message.id.to_string(),
        initials: if kind == "bot" { "✦".to_owned() } else { shell.initials(&author) },
        kind,
        author,
        at: shell.moment(&message.created_at),
        ours: (kind != "in" && !is_gone).then(|| Clean::message(&text)),
        is_cut,
        text: if is_gone { shell.say("deleted-marker") } else { text },
        gone: is_gone,
        edited: extras.edited_at.is_some() && !is_gone,
        files: if is_gone { Vec::new() } else { extras.attachments.into_iter().map(|file| attached(engine, shell, file)).collect() },
        place: extras.location.map(|place| {
            let (latitude, longitude) = (place.latitude, place.longitude);
            let label = place.title.or(place.address).unwrap_or_else(|| format!("{latitude:.5}, {longitude:.5}"));
            (label, format!("https://www.openstreetmap.org/?mlat={latitude:.5}&mlon={longitude:.5}"))
        }),
        card: extras.card.map(|card| [Some(card.name), card.phone].into_iter().flatten().collect::<Vec<_>>().join(" · ")),
        buttons: extras.buttons.into_iter().map(|button| button.label).collect(),
        reactions: extras.reactions,
        losses: extras.losses.iter().map(|loss| loss_words(shell, loss)).collect(),
        delivery,
        failed,
        may_retry,
    }
}

/// What the degradation ladder keeps of a loss, and the words for it.
const LOSSES: [(&str, &str); 9] = [
    ("there was nothing to send", "console-loss-nothing"),
    ("there was nothing to send: the text is empty", "console-loss-nothing"),
    ("the channel cannot change a sent message: the new text was sent as a new one", "console-loss-edit"),
    ("the message that this one answers is not shown", "console-loss-reply"),
    ("formatting is not shown", "console-loss-formatting"),
    ("buttons are shown as a numbered list", "console-loss-buttons"),
    ("a file is shown as a link", "console-loss-file"),
    ("files are shown as a link", "console-loss-files"),
    ("was sent in parts, and only the last one can be taken back", "console-loss-last-part"),
];

/// A loss in the language of the page; one that is not known as it is kept.
fn loss_words(shell: &Shell, loss: &str) -> String {
    if let Some(parts) = loss.strip_prefix("the text was too long for one message and was sent as ").and_then(|parts| parts.parse().ok()) {
        return shell.count("console-loss-parts", &parts);
    }
    LOSSES.iter().find(|(kept, _)| *kept == loss).map_or_else(|| loss.to_owned(), |(_, key)| shell.say(key))
}

/// What became of a message of ours.
fn fate(shell: &Shell, message: &Message) -> (Option<(String, String)>, Option<String>, bool) {
    let Some(delivery) = message.delivery.as_ref().filter(|_| message.direction == Direction::Out) else { return (None, None, false) };
    let word = shell.say(&format!("console-delivery-{}", delivery.state.as_str()));
    match delivery.state {
        DeliveryState::Failed | DeliveryState::Expired | DeliveryState::Cancelled => {
            let reason = delivery.error.as_deref().map(|said| words::refusal(shell.lang, said)).unwrap_or_default();
            (Some((word, reason)), None, delivery.state == DeliveryState::Failed)
        }
        _ if delivery.maybe_sent => (None, Some(shell.say("console-delivery-maybe")), false),
        _ => (None, Some(word), false),
    }
}

fn attached(engine: &Engine, shell: &Shell, file: Attachment) -> Attached {
    let (url, remark) = match &file.state {
        AttachmentState::Stored { file, .. } => (Some(file_url(engine, shell, *file)), None),
        AttachmentState::Pending => (None, Some(shell.say("console-file-pending"))),
        AttachmentState::Failed { reason } => (None, Some(shell.say_of("console-file-failed", "reason", reason))),
    };
    let is_image = matches!(file.content_type.as_str(), "image/png" | "image/jpeg" | "image/gif" | "image/webp") && url.is_some();
    let name = if file.name.trim().is_empty() { shell.say("console-file") } else { file.name };
    Attached { name, url, is_image, remark }
}

/// The address of a stored file below the one that this page was opened under.
fn file_url(engine: &Engine, shell: &Shell, file: FileId) -> String {
    let link = engine.links().file(file);
    link.rsplit_once("/f/").map_or(link.clone(), |(_, token)| format!("{}/f/{token}", shell.root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_told_in_the_language_of_the_page() {
        let mut shell = Shell::for_tests("");
        assert_eq!(
            loss_words(&shell, "the text was too long for one message and was sent as 3"),
            "It was too long for one message and was sent as 3."
        );
        shell.lang = "zh";
        for (kept, key) in LOSSES {
            let said = loss_words(&shell, kept);
            assert!(said != key && said.chars().any(|sign| sign > '\u{2e80}'), "{kept}: {said}");
        }
        assert_eq!(loss_words(&shell, "something new"), "something new");
    }
}

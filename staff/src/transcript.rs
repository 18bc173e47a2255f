//! Messages as they stand in a topic.

use bellhop_channel::{OutAttachment, TextUnit, split::split, staff::StaffCapabilities};
use bellhop_domain::{
    actor::Actor,
    message::{Attachment, AttachmentState, DeliveryState, Direction, Message},
    words,
};
use bellhop_engine::links::Links;
use bellhop_store::staff::StaffMessage;

use crate::{
    facts::Facts,
    writing::{digest, escaped, fitted, one_line, quoted, short},
};

/// Posts that one message may take; what is longer is cut, and says so.
const MOST_PIECES: usize = 3;
/// Graphemes of a message that was changed elsewhere.
const LONGEST_NEWS: usize = 600;
/// Files of a message that are known one by one.
const MOST_FILES: usize = 60;

/// A message as its posts show it; one at least.
pub(crate) fn pieces(facts: &Facts, message: &Message, capabilities: &StaffCapabilities) -> Vec<String> {
    let head = head(facts, message);
    let tail = tail(facts, message);
    let body = if message.extras.deleted_at.is_some() { String::new() } else { message.text.trim().to_owned() };
    let whole = [head.clone(), quoted(&body), tail.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    let (max, unit) = (capabilities.max_text, capabilities.text_unit);
    if unit.count(&whole) <= max {
        return vec![whole];
    }
    // No more is looked at than can be shown: what strangers write may be endless.
    let start: String = body.chars().take(max.saturating_mul(MOST_PIECES)).collect();
    let mut texts = cut(&start, max.saturating_sub(unit.count(&head) + 8), unit);
    let is_cut = texts.len() > MOST_PIECES || start.len() < body.len();
    texts.truncate(MOST_PIECES);
    let shown: usize = texts.iter().map(|text| text.lines().map(|line| line.chars().count().saturating_sub(2)).sum::<usize>()).sum();
    let left = if is_cut { body.chars().count().saturating_sub(shown) } else { 0 };
    let last = texts.len().saturating_sub(1);
    let piece = |(at, text): (usize, &String)| {
        let mut piece = if at == 0 { format!("{head}\n{text}") } else { text.clone() };
        if at == last {
            let rest = i64::try_from(left).unwrap_or(i64::MAX);
            let more = (left > 0).then(|| facts.say("staff-cut", &[("count", rest.into())]));
            for line in more.iter().chain(Some(&tail).filter(|tail| !tail.is_empty())) {
                piece.push('\n');
                piece.push_str(line);
            }
        }
        fitted(&piece, max, unit)
    };
    texts.iter().enumerate().map(piece).collect()
}

/// A long text in quoted parts that fit.
fn cut(text: &str, room: usize, unit: TextUnit) -> Vec<String> {
    let mut size = room.max(16);
    loop {
        let parts: Vec<String> = split(text, size, unit).iter().map(|part| quoted(part)).collect();
        // Every line has its mark: a text of many short lines grows.
        if size <= 16 || parts.iter().take(MOST_PIECES).all(|part| unit.count(part) <= room) {
            return parts;
        }
        size = size * 2 / 3;
    }
}

/// Who said it, and when.
fn head(facts: &Facts, message: &Message) -> String {
    let mark = match (message.direction, &message.author) {
        (Direction::Note, _) => "📝",
        (_, Actor::Contact { .. }) => "👤",
        (_, Actor::Bot) => "🤖",
        (_, Actor::Agent { .. } | Actor::Token { .. }) => "💬",
        (_, Actor::System) => "⚙️",
    };
    let name = match &message.author {
        Actor::Contact { id } if *id == facts.contact.id => facts.name(),
        Actor::Bot => facts.say("staff-author-bot", &[]),
        Actor::System => facts.say("staff-author-system", &[]),
        Actor::Contact { .. } | Actor::Agent { .. } | Actor::Token { .. } => {
            let name = message.author_name.as_deref().or_else(|| message.author.name());
            name.and_then(|name| one_line(name, 40)).unwrap_or_else(|| facts.say("staff-nameless", &[]))
        }
    };
    let mut head = format!("{mark} **{}** {}", escaped(&name), facts.clock(message.created_at, "%H:%M"));
    if message.direction == Direction::Note {
        head.push_str(&format!(" · {}", kind_of_note(facts, message)));
    }
    if message.extras.deleted_at.is_some() {
        head.push_str(&format!(" · {}", facts.say("deleted-marker", &[])));
    } else if message.extras.edited_at.is_some() {
        head.push_str(&format!(" · {}", facts.say("staff-edited", &[])));
    }
    head
}

/// Whether a note asks another department, answers it, or is nothing but a note.
fn kind_of_note(facts: &Facts, message: &Message) -> String {
    for request in &facts.requests {
        if request.question == message.id {
            let name = facts.desk.departments.get(&request.department).map(|department| &department.name);
            return facts.say("staff-question", &[("department", (&facts.named(&request.department, name)).into())]);
        }
        if request.answer == Some(message.id) {
            let asker = request.asked_by.name().and_then(|name| one_line(name, 40)).unwrap_or_else(|| facts.say("staff-nameless", &[]));
            return facts.say("staff-answer", &[("agent", (&escaped(&asker)).into())]);
        }
    }
    facts.say("staff-note", &[])
}

/// What a message carries beside its words.
fn tail(facts: &Facts, message: &Message) -> String {
    let extras = &message.extras;
    let mut lines: Vec<String> = extras.attachments.iter().map(|attachment| file_line(facts, attachment)).collect();
    if let Some(location) = &extras.location {
        let name = location.title.as_deref().or(location.address.as_deref()).and_then(|name| one_line(name, 80)).unwrap_or_default();
        let (latitude, longitude) = (location.latitude, location.longitude);
        lines.push(format!("📍 {} https://www.openstreetmap.org/?mlat={latitude:.5}&mlon={longitude:.5}", escaped(&name)));
    }
    if let Some(card) = &extras.card {
        let parts = [Some(card.name.as_str()), card.phone.as_deref()].into_iter().flatten().filter_map(|part| one_line(part, 80));
        lines.push(format!("👥 {}", escaped(&parts.collect::<Vec<_>>().join(" · "))));
    }
    if !extras.reactions.is_empty() {
        let reactions: Vec<String> = extras.reactions.iter().filter_map(|reaction| one_line(reaction, 4)).collect();
        lines.push(facts.say("staff-reactions", &[("reactions", (&escaped(&reactions.join(" "))).into())]));
    }
    lines.extend(failure(facts, message));
    lines.join("\n")
}

fn file_line(facts: &Facts, attachment: &Attachment) -> String {
    let name = escaped(&one_line(&attachment.name, 80).unwrap_or_else(|| facts.say("staff-file", &[])));
    match &attachment.state {
        AttachmentState::Failed { reason } => {
            let reason = escaped(&one_line(reason, 120).unwrap_or_default());
            facts.say("staff-file-failed", &[("name", (&name).into()), ("reason", (&reason).into())])
        }
        AttachmentState::Pending | AttachmentState::Stored { .. } => format!("📎 {name}"),
    }
}

/// That a message did not reach the customer, and why.
pub(crate) fn failure(facts: &Facts, message: &Message) -> Option<String> {
    let delivery = message.delivery.as_ref()?;
    let key = match delivery.state {
        DeliveryState::Failed => "staff-failed",
        DeliveryState::Expired => "staff-expired",
        DeliveryState::Cancelled => "staff-cancelled",
        _ => return None,
    };
    let reason = delivery.error.as_deref().and_then(|reason| one_line(&words::refusal(&facts.language, reason), 300)).unwrap_or_default();
    Some(facts.say(key, &[("reason", (&escaped(&reason)).into())]).trim_end_matches([':', ' ', '：']).to_owned())
}

/// Letters for the words that stand in a post which an agent wrote or changed here.
pub(crate) fn as_written(text: &str) -> String {
    digest(&[text.trim()])
}

/// What stands for the words of a post that its agent took back here.
pub(crate) const GONE: &str = "gone";

/// That an agent's message says something else than the post in which it was written, or was taken back, on another surface: nobody but its
/// writer can change a post.
fn changed_elsewhere(facts: &Facts, message: &Message, post: &StaffMessage) -> Option<String> {
    let has = |mark: &str| post.digest.split(' ').any(|known| known == mark);
    if message.extras.deleted_at.is_some() {
        return (!has(GONE)).then(|| facts.say("staff-own-gone", &[]));
    }
    let is_other = message.extras.edited_at.is_some() && !has(&as_written(&message.text));
    is_other.then(|| format!("{}\n{}", facts.say("staff-own-changed", &[]), quoted(&short(message.text.trim(), LONGEST_NEWS))))
}

/// What is told of a message in a post of its own when it happens later; none where there is nothing to tell. `own` is the post in which its
/// agent wrote it.
pub(crate) fn news(facts: &Facts, message: &Message, own: Option<&StaffMessage>) -> Option<String> {
    let changed = own.filter(|post| post.piece == 0).and_then(|post| changed_elsewhere(facts, message, post));
    let own = own.is_some();
    let failed = failure(facts, message).filter(|_| message.delivery.as_ref().is_some_and(|delivery| delivery.state == DeliveryState::Failed));
    let reactions = (own && !message.extras.reactions.is_empty()).then(|| {
        let reactions: Vec<String> = message.extras.reactions.iter().filter_map(|reaction| one_line(reaction, 4)).collect();
        facts.say("staff-reactions", &[("reactions", (&escaped(&reactions.join(" "))).into())])
    });
    // What could not be taken back is known to nobody else.
    let kept = own && message.extras.deleted_at.is_some() && !message.extras.losses.is_empty();
    let losses =
        kept.then(|| message.extras.losses.iter().filter_map(|loss| one_line(loss, 200)).map(|loss| escaped(&loss)).collect::<Vec<_>>().join("; "));
    let lines: Vec<String> = [failed, changed, reactions, losses].into_iter().flatten().collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// What was told, as it is remembered.
pub(crate) fn told(news: Option<&String>) -> String {
    news.map(|news| digest(&[news])).unwrap_or_default()
}

/// The files of a message that are stored with us and not in `posted`, and the bits of all of them.
pub(crate) fn files(message: &Message, posted: i64, links: &Links) -> (Vec<OutAttachment>, i64) {
    let mut bits = posted;
    let mut files = Vec::new();
    if message.extras.deleted_at.is_some() {
        return (files, bits);
    }
    for (at, attachment) in message.extras.attachments.iter().enumerate().take(MOST_FILES) {
        if let AttachmentState::Stored { file, .. } = attachment.state
            && bits & (1 << at) == 0
        {
            bits |= 1 << at;
            let name = one_line(&attachment.name, 120).unwrap_or_else(|| "file".to_owned());
            files.push(OutAttachment { url: links.file(file), name, content_type: attachment.content_type.clone() });
        }
    }
    (files, bits)
}

/// Whether files of it are still being fetched.
pub(crate) fn is_fetching(message: &Message) -> bool {
    message.extras.attachments.iter().any(|attachment| attachment.state == AttachmentState::Pending)
}

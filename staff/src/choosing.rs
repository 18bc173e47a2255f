//! How choices stand below a post: buttons, lists to pick from, and lines of text for what has no room.

use bellhop_channel::{
    OutButton,
    staff::{Pick, StaffCapabilities, StaffPost},
};
use bellhop_domain::{id::ConversationId, words};
use bellhop_engine::commands::{self, Choice};
use bellhop_store::staff::{StaffButton, StaffChange};
use chrono::{DateTime, Utc};

use crate::writing::{digest, short};

/// As many choices of one thing are a list rather than buttons.
const LISTED: usize = 4;

/// Where each choice stands.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout<'c> {
    buttons: Vec<&'c Choice>,
    /// The list's argument and its options.
    lists: Vec<(Varied, Vec<&'c Choice>)>,
    /// What has no room.
    pub(crate) left: Vec<&'c Choice>,
}

/// What lines that differ in one word have in common: the command, and which of its words differs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Varied {
    command: String,
    word: usize,
}

/// Where these choices stand.
pub(crate) fn lay_out<'c>(choices: &'c [Choice], capabilities: &StaffCapabilities) -> Layout<'c> {
    let mut layout = Layout::default();
    let room = capabilities.buttons.map_or(0, |limits| limits.count);
    let mut rest = choices;
    while let Some((first, others)) = rest.split_first() {
        let alike = alike(rest).filter(|(_, length)| *length >= LISTED);
        match (capabilities.picks, alike) {
            (Some(limits), Some((varied, length))) if layout.lists.len() < limits.count => {
                let length = length.min(limits.options);
                let (listed, after) = rest.split_at(length);
                layout.lists.push((varied, listed.iter().collect()));
                rest = after;
            }
            _ => {
                if layout.buttons.len() < room {
                    layout.buttons.push(first);
                } else {
                    layout.left.push(first);
                }
                rest = others;
            }
        }
    }
    layout
}

/// How many of these choices, from the first on, are lines that differ in one and the same word.
fn alike(choices: &[Choice]) -> Option<(Varied, usize)> {
    let words = |choice: &Choice| choice.line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let first = words(choices.first()?);
    let second = words(choices.get(1)?);
    let word = differs(&first, &second)?;
    let length = choices.iter().skip(1).take_while(|choice| differs(&first, &words(choice)) == Some(word)).count() + 1;
    Some((Varied { command: first.first()?.trim_start_matches('/').to_owned(), word }, length))
}

/// The one word behind the command in which two lines differ.
fn differs(one: &[String], other: &[String]) -> Option<usize> {
    if one.len() != other.len() || one.first() != other.first() {
        return None;
    }
    let mut different = one.iter().zip(other).enumerate().filter(|(_, (one, other))| one != other).map(|(at, _)| at);
    different.next().filter(|_| different.next().is_none())
}

/// A post with choices below it, and what is to be remembered before anybody can press them.
pub(crate) fn with_choices(
    post: StaffPost,
    channel: &str,
    conversation: Option<ConversationId>,
    choices: &[Choice],
    capabilities: &StaffCapabilities,
    language: &str,
    now: DateTime<Utc>,
) -> (StaffPost, Vec<StaffChange>) {
    let Some(limits) = capabilities.buttons else { return (post, Vec::new()) };
    let about = conversation.map(|id| id.to_string()).unwrap_or_default();
    let mut kept = Vec::new();
    let mut button = |choice: &Choice, longest: usize| {
        // The same command about the same conversation is the same button, however often it is shown.
        let id = digest(&[channel, &about, &choice.line]);
        let mut label = choice.label.trim().to_owned();
        if label.chars().count() > longest {
            label = label.chars().take(longest.saturating_sub(1)).chain(['…']).collect();
        }
        kept.push(StaffChange::Button(StaffButton { id: id.clone(), conversation, line: choice.line.clone(), made_at: now }));
        OutButton { id, label: if label.is_empty() { short(&choice.line, longest.min(20)) } else { label } }
    };
    let layout = lay_out(choices, capabilities);
    let buttons = layout.buttons.iter().map(|choice| button(choice, limits.label)).collect();
    let longest = capabilities.picks.map_or(0, |limits| limits.label);
    let mut picks = Vec::new();
    for (varied, listed) in layout.lists {
        let argument =
            commands::all().find(|command| command.name == varied.command).and_then(|command| command.arguments.get(varied.word.checked_sub(1)?));
        let what = argument.map_or_else(|| varied.command.clone(), |argument| words::say(language, &format!("argument-{}", argument.name), &[]));
        let label = words::say(language, "staff-pick", &[("what", (&what).into())]);
        picks.push(Pick { label, options: listed.into_iter().map(|choice| button(choice, longest)).collect() });
    }
    (StaffPost { buttons, picks, ..post }, kept)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use bellhop_channel::{ButtonLimits, TextUnit, staff::PickLimits};

    use super::*;

    fn able(buttons: usize, picks: usize) -> StaffCapabilities {
        StaffCapabilities {
            max_text: 200,
            text_unit: TextUnit::Chars,
            max_title: 40,
            max_card: 200,
            buttons: Some(ButtonLimits { count: buttons, label: 8, id_bytes: 32 }),
            picks: Some(PickLimits { count: picks, options: 5, label: 20 }),
            whispers: false,
            tags: false,
            opens_with_post: false,
            dozes: false,
            form_fields: 0,
            idempotent: false,
            calls_per_minute: None,
        }
    }

    fn choices(lines: &[&str]) -> Vec<Choice> {
        lines.iter().map(|line| Choice::new(line.to_uppercase(), *line)).collect()
    }

    fn made(choices: &[Choice], capabilities: &StaffCapabilities) -> (StaffPost, Vec<StaffChange>) {
        with_choices(StaffPost::text("k", "?"), "desk", None, choices, capabilities, "en", DateTime::UNIX_EPOCH)
    }

    #[test]
    fn many_values_of_one_thing_are_a_list() {
        let all = choices(&["/field kind a", "/field kind b", "/field kind c", "/field kind d", "/review cancel", "/review template", "/take"]);
        let (post, kept) = made(&all, &able(5, 3));
        let labels: Vec<_> = post.buttons.iter().map(|button| button.label.as_str()).collect();
        assert_eq!(labels, ["/REVIEW…", "/REVIEW…", "/TAKE"]);
        assert_eq!(post.picks.iter().map(|pick| (pick.label.as_str(), pick.options.len())).collect::<Vec<_>>(), [("Choose: value", 4)]);
        assert_eq!(kept.len(), 7);
        assert!(lay_out(&all, &able(5, 3)).left.is_empty());
    }

    #[test]
    fn what_differs_in_more_than_a_word_stays_buttons() {
        let all = choices(&["/send a", "/send a link", "/send b", "/send b link"]);
        assert_eq!(made(&all, &able(5, 3)).0.buttons.len(), 4);
        let states = choices(&["/status open T-1", "/status pending T-1", "/status solved T-1", "/status closed T-1"]);
        let (post, _) = made(&states, &able(5, 3));
        assert_eq!(post.picks.first().map(|pick| pick.label.as_str()), Some("Choose: status"));
        assert_eq!(made(&states, &able(5, 0)).0.buttons.len(), 4);
    }

    #[test]
    fn what_has_no_room_is_left() {
        let all = choices(&["/a", "/b", "/c"]);
        assert_eq!(lay_out(&all, &able(2, 3)).left.len(), 1);
        let many: Vec<String> = (0..9).map(|number| format!("/assign agent:{number}")).collect();
        let many = choices(&many.iter().map(String::as_str).collect::<Vec<_>>());
        let (post, _) = made(&many, &able(2, 3));
        assert_eq!(post.picks.iter().map(|pick| pick.options.len()).collect::<Vec<_>>(), [5, 4]);
    }

    #[test]
    fn the_same_command_about_the_same_conversation_is_the_same_button() {
        let all = choices(&["/take"]);
        let id = |channel: &str, conversation| {
            let post = StaffPost::text("k", "?");
            with_choices(post, channel, conversation, &all, &able(1, 0), "en", DateTime::UNIX_EPOCH).0.buttons.remove(0).id
        };
        let ann = Some("cnv_01934f00000070008000000000000001".parse().unwrap());
        assert_eq!(id("desk", ann), id("desk", ann));
        assert_ne!(id("desk", ann), id("desk", None));
        assert_ne!(id("desk", ann), id("other", ann));
    }
}

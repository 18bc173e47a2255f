//! A staff chat in memory, for tests of what is built on staff chats.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bellhop_channel::{
    ButtonLimits, NormaliseError, SendError, Sent, SentState, TextUnit,
    staff::{Dressed, Form, Place, StaffCapabilities, StaffChannel, StaffEvent, StaffEventKind, StaffMessage, StaffPost, TopicId, TopicLook},
};
use serde_json::Value;

use crate::staff::SeenTopic;

/// A chat that lives as long as the test.
#[derive(Default)]
pub struct Desk {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    topics: Vec<Topic>,
    lobby: Topic,
    notices: Vec<String>,
    /// Triggers that no form has been shown for yet.
    triggers: Vec<String>,
    forms: Vec<Form>,
}

#[derive(Default)]
struct Topic {
    key: String,
    seen: SeenTopic,
    /// Keys of its posts, in order.
    posts: Vec<String>,
}

const CAPABILITIES: StaffCapabilities = StaffCapabilities {
    max_text: 2_000,
    text_unit: TextUnit::Chars,
    max_title: 100,
    max_card: 2_000,
    picks: None,
    whispers: false,
    tags: false,
    opens_with_post: false,
    dozes: false,
    buttons: Some(ButtonLimits { count: 5, label: 40, id_bytes: 32 }),
    form_fields: 5,
    idempotent: true,
    calls_per_minute: None,
};

impl Desk {
    /// What agents see of a topic.
    pub fn seen(&self, topic: &TopicId) -> Option<SeenTopic> {
        self.state().topic(topic).ok().map(|topic| topic.seen.clone())
    }

    /// What agents see outside all topics.
    pub fn lobby(&self) -> SeenTopic {
        self.state().lobby.seen.clone()
    }

    /// What single agents were told, in order.
    pub fn notices(&self) -> Vec<String> {
        self.state().notices.clone()
    }

    /// How many topics there are.
    pub fn topics(&self) -> usize {
        self.state().topics.len()
    }

    /// An agent does something that a form can be shown for; answers its trigger.
    pub fn trigger(&self) -> String {
        let mut state = self.state();
        let trigger = format!("trigger-{}", state.triggers.len() + state.forms.len() + 1);
        state.triggers.push(trigger.clone());
        trigger
    }

    /// Forms that were shown, in order.
    pub fn forms(&self) -> Vec<Form> {
        self.state().forms.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn topic(&mut self, id: &TopicId) -> Result<&mut Topic, SendError> {
        let found = id.0.strip_prefix("topic-").and_then(|number| number.parse::<usize>().ok());
        found.and_then(|number| self.topics.get_mut(number)).ok_or_else(|| refused("there is no such topic"))
    }

    fn place(&mut self, place: &Place) -> Result<&mut Topic, SendError> {
        match place {
            Place::Lobby => Ok(&mut self.lobby),
            Place::Topic(id) => self.topic(id),
        }
    }

    fn post(&mut self, place: &Place, id: &str) -> Result<&mut String, SendError> {
        let found = id.strip_prefix("post-").and_then(|number| number.parse::<usize>().ok());
        found.and_then(|number| self.place(place).ok()?.seen.posts.get_mut(number)).ok_or_else(|| refused("there is no such post"))
    }
}

#[async_trait]
impl StaffChannel for Desk {
    fn name(&self) -> &str {
        "desk"
    }

    fn capabilities(&self) -> &StaffCapabilities {
        &CAPABILITIES
    }

    async fn open(&self, key: &str, look: &TopicLook) -> Result<TopicId, SendError> {
        check_title(&look.title)?;
        let mut state = self.state();
        let number = state.topics.iter().position(|topic| topic.key == key).unwrap_or_else(|| {
            let seen = SeenTopic { title: look.title.clone(), ..SeenTopic::default() };
            state.topics.push(Topic { key: key.to_owned(), seen, posts: Vec::new() });
            state.topics.len() - 1
        });
        Ok(TopicId(format!("topic-{number}")))
    }

    async fn dress(&self, topic: &TopicId, look: &TopicLook) -> Result<Dressed, SendError> {
        check_title(&look.title)?;
        self.state().topic(topic)?.seen.title.clone_from(&look.title);
        Ok(Dressed::Whole)
    }

    async fn archive(&self, topic: &TopicId) -> Result<(), SendError> {
        self.state().topic(topic)?.seen.archived = true;
        Ok(())
    }

    async fn reopen(&self, topic: &TopicId) -> Result<(), SendError> {
        self.state().topic(topic)?.seen.archived = false;
        Ok(())
    }

    async fn post(&self, place: &Place, post: &StaffPost) -> Result<Sent, SendError> {
        check_post(post)?;
        let mut state = self.state();
        let topic = state.place(place)?;
        let number = topic.posts.iter().position(|key| *key == post.key).unwrap_or_else(|| {
            topic.posts.push(post.key.clone());
            topic.seen.posts.push(post.text.clone());
            topic.posts.len() - 1
        });
        Ok(Sent { external_id: Some(format!("post-{number}")), state: SentState::Delivered })
    }

    async fn edit(&self, place: &Place, post: &str, to: &StaffPost) -> Result<(), SendError> {
        check_post(to)?;
        let mut state = self.state();
        *state.post(place, post)? = to.text.clone();
        Ok(())
    }

    async fn delete(&self, place: &Place, post: &str) -> Result<(), SendError> {
        let mut state = self.state();
        state.post(place, post)?.clear();
        Ok(())
    }

    async fn pin(&self, place: &Place, post: &str) -> Result<(), SendError> {
        let mut state = self.state();
        let text = state.post(place, post)?.clone();
        state.place(place)?.seen.pinned = Some(text);
        Ok(())
    }

    async fn answer(&self, trigger: &str, notice: &str) -> Result<(), SendError> {
        let mut state = self.state();
        if !state.triggers.iter().any(|each| each == trigger) {
            return Err(refused("the trigger has expired"));
        }
        state.notices.push(notice.to_owned());
        Ok(())
    }

    async fn ask(&self, trigger: &str, form: &Form) -> Result<(), SendError> {
        let mut state = self.state();
        let at = state.triggers.iter().position(|each| each == trigger).ok_or_else(|| refused("the trigger has expired"))?;
        state.triggers.remove(at);
        state.forms.push(form.clone());
        Ok(())
    }

    fn normalise(&self, raw: &str) -> Result<StaffEvent, NormaliseError> {
        let missing = |field: &str| NormaliseError { field: field.to_owned(), problem: "is missing".to_owned() };
        let event: Value = serde_json::from_str(raw).map_err(|_| missing("body"))?;
        let text = |key: &str| event[key].as_str().map(str::to_owned);
        let kind = match text("text") {
            Some(words) => said(&words, text_of(&event, "message"), text("reply_to")),
            None => text("button").map_or(StaffEventKind::Unknown, |button| StaffEventKind::Button { button, post: text("post") }),
        };
        Ok(StaffEvent {
            id: text("id").ok_or_else(|| missing("id"))?,
            place: text("topic").map_or(Place::Lobby, |topic| Place::Topic(TopicId(topic))),
            agent: text("agent").ok_or_else(|| missing("agent"))?,
            agent_name: text("agent_name"),
            trigger: text("trigger"),
            kind,
        })
    }
}

fn text_of(event: &Value, key: &str) -> String {
    event[key].as_str().unwrap_or_default().to_owned()
}

fn said(text: &str, message: String, reply_to: Option<String>) -> StaffEventKind {
    match text.strip_prefix('/').filter(|rest| !rest.starts_with('/')) {
        Some(command) => {
            let (name, arguments) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
            StaffEventKind::Command {
                name: name.to_lowercase(),
                arguments: arguments.trim().to_owned(),
                options: Vec::new(),
                message: Some(message),
                reply_to,
            }
        }
        None => StaffEventKind::Message(StaffMessage { id: message, text: text.to_owned(), attachments: Vec::new(), reply_to, album: None }),
    }
}

fn check_title(title: &str) -> Result<(), SendError> {
    if title.trim().is_empty() || title.chars().count() > CAPABILITIES.max_title {
        return Err(refused("the title is empty or too long"));
    }
    Ok(())
}

fn check_post(post: &StaffPost) -> Result<(), SendError> {
    let limits = CAPABILITIES.buttons.unwrap_or(ButtonLimits { count: 0, label: 0, id_bytes: 0 });
    if post.text.trim().is_empty() || CAPABILITIES.text_unit.count(&post.text) > CAPABILITIES.max_text || post.buttons.len() > limits.count {
        return Err(refused("the post is empty, too long or has too many buttons"));
    }
    Ok(())
}

fn refused(reason: &str) -> SendError {
    SendError::Refused { reason: reason.to_owned(), tries: 1 }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::staff::Harness;

    struct OnDesk(Arc<Desk>);

    impl Harness for OnDesk {
        fn channel(&self) -> Arc<dyn StaffChannel> {
            self.0.clone()
        }

        fn seen(&self, topic: &TopicId) -> Option<SeenTopic> {
            self.0.seen(topic)
        }

        fn lobby(&self) -> SeenTopic {
            self.0.lobby()
        }

        fn topics(&self) -> usize {
            self.0.topics()
        }

        fn trigger(&self) -> String {
            self.0.trigger()
        }

        fn recordings(&self) -> Vec<String> {
            [
                r#"{"id": "e1", "topic": "topic-0", "agent": "mei", "message": "m1", "text": "Hello Ann"}"#,
                r#"{"id": "e2", "topic": "topic-0", "agent": "mei", "message": "m2", "text": "/ticket refund", "trigger": "t1"}"#,
                r#"{"id": "e3", "topic": "topic-0", "agent": "mei", "button": "b1"}"#,
            ]
            .map(str::to_owned)
            .to_vec()
        }
    }

    crate::staff_suite!(async { OnDesk(Arc::default()) });

    #[test]
    fn a_line_with_one_slash_is_a_command() {
        let command = |name: &str, arguments: &str| StaffEventKind::Command {
            name: name.into(),
            arguments: arguments.into(),
            options: Vec::new(),
            message: Some("m1".into()),
            reply_to: None,
        };
        assert!(said("/Ticket  refund", "m1".into(), None) == command("ticket", "refund"));
        assert!(said("/close", "m1".into(), None) == command("close", ""));
        assert!(matches!(said("// only for us", "m1".into(), None), StaffEventKind::Message(_)));
    }
}

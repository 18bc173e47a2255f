//! What agents do in a staff chat: who it is, what it means, and carrying it out once.

use bellhop_channel::staff::{Place, StaffEvent, StaffEventKind, StaffMessage as Written};
use bellhop_domain::{
    actor::Actor,
    conversation::Conversation,
    id::{ConversationId, MessageId},
    message::Direction,
    words,
};
use bellhop_engine::{
    Engine,
    actions::{
        ActionError,
        messages::{self, Reply},
        people, staff,
    },
    caller::{Caller, Permissions},
    commands::{self, Account, Answer, CommandError},
    staff::StaffError,
};
use bellhop_store::staff::{StaffChange, StaffMessage, StaffPostRow, StaffTopic};
use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::{
    chat::{Chat, Shown},
    choosing::lay_out,
    collision,
    facts::is_with_people,
    say::{Said, review_base, say},
    transcript::{GONE, as_written},
    who,
    writing::{one_line, short},
};

/// Characters of a notice that only its agent sees; what is longer becomes a post.
const LONGEST_NOTICE: usize = 180;
/// Tries to fetch a file that an agent sent.
const FETCHES: usize = 2;

/// One thing that somebody did, and everything needed to answer it.
struct Deed<'a> {
    engine: &'a Engine,
    chat: &'a Chat,
    /// The place's id as it is remembered: the topic's, or nothing outside all topics.
    place: String,
    topic: Option<StaffTopic>,
    person: String,
    trigger: Option<String>,
    seq: i64,
}

/// Handles what somebody did.
pub(crate) async fn handle(engine: &Engine, chat: &Chat, event: StaffEvent, seq: i64) -> Result<(), StaffError> {
    let place = match &event.place {
        Place::Lobby => String::new(),
        Place::Topic(topic) => topic.0.clone(),
    };
    let topic = if place.is_empty() { None } else { engine.reader().staff_topic_at(chat.name(), &place).await? };
    let deed = Deed { engine, chat, place, topic, person: event.agent, trigger: event.trigger, seq };
    let caller = match deed.person.is_empty() {
        true => deed.author_of(&event.kind).await?,
        false => who::caller_of(engine, chat.name(), &deed.person).await.map_err(StaffError::Action)?,
    };
    let caller = caller.map(|caller| caller.by_event(seq));
    match (caller, event.kind) {
        (_, StaffEventKind::Unknown) => Ok(()),
        (caller, StaffEventKind::Archived) => deed.put_away(caller, true).await,
        (caller, StaffEventKind::Reopened) => deed.put_away(caller, false).await,
        (Some(caller), kind) => deed.by_agent(&caller, kind).await,
        (None, _) if deed.person.is_empty() => Ok(()),
        (None, kind) => deed.by_stranger(kind).await,
    }
}

impl Deed<'_> {
    fn conversation(&self) -> Option<ConversationId> {
        self.topic.as_ref().map(|topic| topic.conversation)
    }

    /// Whose doing it is where the platform does not say: what somebody wrote was taken back in their name, whoever did it.
    async fn author_of(&self, kind: &StaffEventKind) -> Result<Option<Caller>, StaffError> {
        let StaffEventKind::Delete { message } = kind else { return Ok(None) };
        let Some((_, row)) = self.own_message(message).await? else { return Ok(None) };
        let author = self.engine.reader().message(row.message).await?.map(|message| message.author);
        let desk = self.engine.desk();
        let agent = match author {
            Some(Actor::Agent { id, .. }) => desk.agent(id).filter(|agent| !agent.disabled),
            _ => None,
        };
        Ok(agent.map(people::caller_of))
    }

    /// Nobody becomes an agent by being there: whoever is not linked may link themselves, and nothing else.
    async fn by_stranger(&self, kind: StaffEventKind) -> Result<(), StaffError> {
        let language = self.engine.settings().language.clone();
        let answers = match kind {
            StaffEventKind::Command { name, arguments, options, message, .. } if name == "link" => {
                let code = options.into_iter().next().map_or(arguments, |(_, code)| code);
                let caller = Caller::new(Actor::System, Permissions::default()).by_event(self.seq);
                let place = commands::Place { account: Some(self.account()), language: language.clone(), ..commands::Place::default() };
                let answer = answered(commands::run(self.engine, &caller, &place, &format!("/link {code}")).await, &language)?;
                return self.respond(answer, None, message, false).await;
            }
            StaffEventKind::Message(message) if self.topic.is_some() => Some(message.id),
            StaffEventKind::Command { message, .. } => message,
            StaffEventKind::Button { .. } | StaffEventKind::Form { .. } => None,
            // What strangers say among themselves is none of our business.
            _ => return Ok(()),
        };
        let text = words::say(&language, "staff-not-linked", &[]);
        if answers.is_none() {
            self.chat.tell(self.trigger.clone(), text.clone());
        }
        if self.chat.may_tell_how_to_link(&self.person, self.engine.now()) && (answers.is_some() || self.trigger.is_none()) {
            self.say(Said::new(&self.place, None, text).in_reply_to(answers)).await?;
        }
        Ok(())
    }

    async fn by_agent(&self, caller: &Caller, kind: StaffEventKind) -> Result<(), StaffError> {
        self.engine.noticed(caller);
        match kind {
            StaffEventKind::Message(message) => self.message(caller, message).await,
            StaffEventKind::Command { name, options, message, reply_to, .. } if !options.is_empty() => {
                let (conversation, place) = self.pointing_at(reply_to).await?;
                let language = place.language.clone();
                let answer = answered(commands::run_with(self.engine, caller, &place, &name, &options).await, &language)?;
                self.respond(answer, conversation, message, false).await
            }
            StaffEventKind::Command { name, arguments, message, reply_to, .. } => {
                let own = |id: String, text: String| Written { id, text, attachments: Vec::new(), reply_to: reply_to.clone(), album: None };
                match (name.as_str(), message) {
                    // Written like a message, so that it is not shown a second time.
                    ("note", Some(id)) if self.topic.is_some() && !arguments.is_empty() => self.write(caller, own(id, arguments), true).await,
                    ("reply", Some(id)) if self.topic.is_some() && !arguments.is_empty() => self.write(caller, own(id, arguments), false).await,
                    (name, message) => self.command(caller, &format!("/{name} {arguments}"), message, reply_to).await,
                }
            }
            StaffEventKind::Button { button, post } => self.button(caller, &button, post).await,
            StaffEventKind::Form { form, values } => {
                let language = self.engine.settings().language.clone();
                let Some(button) = self.engine.reader().staff_button(&form).await? else {
                    self.chat.tell(self.trigger.clone(), words::say(&language, "staff-button-old", &[]));
                    return Ok(());
                };
                let conversation = button.conversation.or_else(|| self.conversation());
                let place = commands::Place { values, ..self.place_of(conversation, None, language.clone()).await? };
                let answer = answered(commands::run(self.engine, caller, &place, &button.line).await, &language)?;
                self.respond(answer, conversation, None, true).await
            }
            StaffEventKind::Edit { message, text } => self.edit(caller, &message, text).await,
            StaffEventKind::Delete { message } => self.delete(caller, &message).await,
            StaffEventKind::Archived | StaffEventKind::Reopened | StaffEventKind::Unknown => Ok(()),
        }
    }

    /// Plain words: the answer to a question of ours, a note, or a message to the customer.
    async fn message(&self, caller: &Caller, message: Written) -> Result<(), StaffError> {
        if let Some(post) = &message.reply_to
            && let Some(question) = self.post(post).await?
            && let Some(line) = question.expects
        {
            let conversation = self.conversation().or(question.conversation);
            return self.line(caller, &format!("{line} {}", message.text.trim()), conversation, Some(message.id), Some(post.clone())).await;
        }
        if self.topic.is_none() {
            return Ok(());
        }
        match message.text.trim_start().strip_prefix("//") {
            Some(note) => {
                let text = note.trim().to_owned();
                self.write(caller, Written { text, ..message }, true).await
            }
            None => self.write(caller, message, false).await,
        }
    }

    /// A post of ours that is more than words.
    async fn post(&self, post: &str) -> Result<Option<StaffPostRow>, StaffError> {
        let reader = self.engine.reader();
        if let Some(known) = reader.staff_post(self.chat.name(), &self.place, post).await? {
            return Ok(Some(known));
        }
        if let Some(id) = self.conversation()
            && !reader.staff_messages_at(self.chat.name(), id, post).await?.is_empty()
        {
            // It shows a message, and asks nothing.
            return Ok(None);
        }
        self.chat.settled().await;
        Ok(reader.staff_post(self.chat.name(), &self.place, post).await?)
    }

    /// Writes to the customer, or to colleagues.
    async fn write(&self, caller: &Caller, message: Written, internal: bool) -> Result<(), StaffError> {
        let Some(id) = self.conversation() else { return Ok(()) };
        if message.text.trim().is_empty() && message.attachments.is_empty() {
            return Ok(());
        }
        let language = self.engine.settings().language.clone();
        let Some(conversation) = self.engine.reader().conversation(id).await? else { return Ok(()) };
        // The parts of an album come one by one, and are one message.
        let name = message.album.as_ref().map_or_else(|| message.id.clone(), |album| format!("album {album}"));
        let client = format!("{}:{}:{name}", self.chat.name(), self.place);
        let known = messages::message_id_for(id, &client);
        let begun = if message.album.is_some() { self.engine.reader().message(known).await? } else { None };
        if let Some(begun) = &begun {
            messages::more_to_come(self.engine, begun);
        }
        let mut files = Vec::new();
        for attachment in &message.attachments {
            match self.fetch(attachment).await {
                Some(file) => files.push(file),
                None => {
                    let name = attachment.name.as_deref().and_then(|name| one_line(name, 60)).unwrap_or_default();
                    let text = words::say(&language, "staff-file-not-fetched", &[("name", (&crate::writing::escaped(&name)).into())]);
                    return self.say(Said::new(&self.place, Some(id), text).in_reply_to(Some(message.id))).await;
                }
            }
        }
        let notice = if internal { None } else { self.collision(caller, &conversation, &language).await? };
        // Known before it is written, so that it is never shown to those who see it already.
        let row = own(known, begun.as_ref().map_or(0, |begun| begun.extras.parts.len()), &message.id);
        self.note(vec![StaffChange::Message(id, row)]).await?;
        let part = message.album.as_ref().map(|_| format!("{}:{}:{}", self.chat.name(), self.place, message.id));
        let written = match (&begun, &part) {
            (Some(_), Some(part)) => messages::add_part(self.engine, caller, known, part, &message.text, &files).await,
            _ => {
                let answers = self.pointed_at(id, message.reply_to.as_deref()).await?;
                let reply = Reply { text: message.text, internal, attachments: files, answers, client_id: Some(client), part, ..Reply::default() };
                messages::reply(self.engine, caller, id, &reply).await
            }
        };
        match written {
            Ok(_) => {}
            // What an agent wrote is not lost because much happens at once: it is tried again.
            Err(error @ (ActionError::Busy | ActionError::Conflict | ActionError::Unavailable(_) | ActionError::AlreadyHandled)) => {
                return Err(StaffError::Action(error));
            }
            Err(error) => {
                if begun.is_none() {
                    self.note(vec![StaffChange::NoMessage(known)]).await?;
                }
                let answer = CommandError::Action(error).answer(&language);
                let text = words::say(&language, "staff-not-sent", &[("why", (&answer.text).into())]);
                return self.say(Said::new(&self.place, Some(id), text).in_reply_to(Some(message.id))).await;
            }
        }
        if let Some(text) = notice {
            self.say(Said::new(&self.place, Some(id), text).in_reply_to(Some(message.id))).await?;
        }
        Ok(())
    }

    async fn collision(&self, caller: &Caller, conversation: &Conversation, language: &str) -> Result<Option<String>, StaffError> {
        let Some(agent) = who::agent(caller) else { return Ok(None) };
        Ok(collision::notice(self.engine, self.chat, conversation, agent, language).await?)
    }

    async fn fetch(&self, attachment: &bellhop_channel::IncomingAttachment) -> Option<bellhop_domain::id::FileId> {
        for _ in 0..FETCHES {
            match self.engine.fetch_file(self.chat.name(), attachment).await {
                Ok(file) => return Some(file),
                Err(error) => tracing::info!(channel = self.chat.name(), error = %error, "A file that an agent sent could not be fetched"),
            }
        }
        None
    }

    /// An agent changed what they had written here.
    async fn edit(&self, caller: &Caller, post: &str, text: String) -> Result<(), StaffError> {
        let Some((id, row)) = self.own_message(post).await? else { return Ok(()) };
        let message = row.message;
        let text = text.trim_start().strip_prefix("//").map_or(text.clone(), |note| note.trim().to_owned());
        // Known before, so that nobody is told of what they did themselves.
        self.stands(id, row, &as_written(&text)).await?;
        let result = messages::edit(self.engine, caller, message, &text).await.map(drop);
        self.refused(id, post, result).await
    }

    /// An agent took back what they had written here.
    async fn delete(&self, caller: &Caller, post: &str) -> Result<(), StaffError> {
        let Some((id, row)) = self.own_message(post).await? else { return Ok(()) };
        let message = row.message;
        self.stands(id, row, GONE).await?;
        let result = messages::delete(self.engine, caller, message).await.map(drop);
        self.refused(id, post, result).await
    }

    /// What stands now in a post of an agent's, and what stood there before: the message follows in a moment.
    async fn stands(&self, id: ConversationId, row: StaffMessage, now: &str) -> Result<(), StaffError> {
        let digest = format!("{} {now}", row.digest.split(' ').next_back().unwrap_or_default());
        self.note(vec![StaffChange::Message(id, StaffMessage { digest, ..row })]).await
    }

    /// The message that an agent wrote in this topic by this post.
    async fn own_message(&self, post: &str) -> Result<Option<(ConversationId, StaffMessage)>, StaffError> {
        let Some(id) = self.conversation() else { return Ok(None) };
        let rows = self.engine.reader().staff_messages_at(self.chat.name(), id, post).await?;
        Ok(rows.into_iter().find(|row| row.own).map(|row| (id, row)))
    }

    async fn refused(&self, id: ConversationId, post: &str, result: Result<(), ActionError>) -> Result<(), StaffError> {
        let language = self.engine.settings().language.clone();
        let answer = match result {
            Ok(()) => return Ok(()),
            Err(error) => answered(Err(CommandError::Action(error)), &language)?,
        };
        self.say(Said::new(&self.place, Some(id), answer.text).in_reply_to(Some(post.to_owned()))).await
    }

    /// The topic was put away, or brought back, by the platform's own means.
    async fn put_away(&self, caller: Option<Caller>, archived: bool) -> Result<(), StaffError> {
        let Some(id) = self.conversation() else { return Ok(()) };
        // What is shown is what the platform says; where the conversation says otherwise, the topic follows the conversation.
        self.note(vec![StaffChange::Archived(id, archived)]).await?;
        let Some(conversation) = self.engine.reader().conversation(id).await? else { return Ok(()) };
        if archived != is_with_people(&conversation) {
            // It is as it should be: what we did ourselves comes back as well.
            return Ok(());
        }
        let line = if archived { "/close" } else { "/reopen" };
        let result = match &caller {
            Some(caller) => self.line(caller, line, Some(id), None, None).await,
            None => Ok(()),
        };
        self.chat.look_at(id);
        result
    }

    /// A command: about the topic's conversation, or about the one that the post is about which it answers.
    async fn command(&self, caller: &Caller, line: &str, message: Option<String>, reply_to: Option<String>) -> Result<(), StaffError> {
        let (conversation, place) = self.pointing_at(reply_to).await?;
        let answer = answered(commands::run(self.engine, caller, &place, line).await, &place.language)?;
        self.respond(answer, conversation, message, false).await
    }

    /// What a command is about that is given in answer to this post, and where that is.
    async fn pointing_at(&self, reply_to: Option<String>) -> Result<(Option<ConversationId>, commands::Place), StaffError> {
        let mut conversation = self.conversation();
        if let (None, Some(post)) = (conversation, &reply_to) {
            let post = self.post(post).await?;
            conversation = post.and_then(|post| post.conversation);
        }
        let language = self.engine.settings().language.clone();
        Ok((conversation, self.place_of(conversation, reply_to, language).await?))
    }

    /// Gives a command and shows what it answers below `message`.
    async fn line(
        &self,
        caller: &Caller,
        line: &str,
        conversation: Option<ConversationId>,
        message: Option<String>,
        reply_to: Option<String>,
    ) -> Result<(), StaffError> {
        let language = self.engine.settings().language.clone();
        let place = self.place_of(conversation, reply_to, language.clone()).await?;
        let answer = answered(commands::run(self.engine, caller, &place, line).await, &language)?;
        self.respond(answer, conversation, message, false).await
    }

    async fn place_of(
        &self,
        conversation: Option<ConversationId>,
        reply_to: Option<String>,
        language: String,
    ) -> Result<commands::Place, StaffError> {
        let replied_to = match conversation {
            Some(id) => self.pointed_at(id, reply_to.as_deref()).await?,
            None => None,
        };
        Ok(commands::Place { conversation, replied_to, language, account: Some(self.account()), ..commands::Place::default() })
    }

    /// The message that a post shows; of several the first.
    async fn pointed_at(&self, conversation: ConversationId, post: Option<&str>) -> Result<Option<MessageId>, StaffError> {
        let Some(post) = post else { return Ok(None) };
        let rows = self.engine.reader().staff_messages_at(self.chat.name(), conversation, post).await?;
        let mut first: Option<(DateTime<Utc>, MessageId)> = None;
        for row in rows {
            if let Some(message) = self.engine.reader().message(row.message).await? {
                let at = (message.created_at, message.id);
                first = Some(first.map_or(at, |before| before.min(at)));
            }
        }
        Ok(first.map(|(_, id)| id))
    }

    /// A pressed button is a command by whoever presses it.
    async fn button(&self, caller: &Caller, button: &str, post: Option<String>) -> Result<(), StaffError> {
        let language = self.engine.settings().language.clone();
        let mut found = self.engine.reader().staff_button(button).await?;
        if found.is_none() {
            self.chat.settled().await;
            found = self.engine.reader().staff_button(button).await?;
        }
        let Some(button) = found else {
            self.chat.tell(self.trigger.clone(), words::say(&language, "staff-button-old", &[]));
            return Ok(());
        };
        let conversation = button.conversation.or_else(|| self.conversation());
        let mut line = button.line;
        if line == "/kb"
            && let Some(id) = conversation
            && let Some(question) = self.last_question(id).await?
        {
            line = format!("/kb {question}");
        }
        let place = self.place_of(conversation, None, language.clone()).await?;
        let answer = answered(commands::run(self.engine, caller, &place, &line).await, &language)?;
        self.respond(answer, conversation, post, true).await
    }

    /// What the customer asked last, to look for an article.
    async fn last_question(&self, id: ConversationId) -> Result<Option<String>, StaffError> {
        let messages = self.engine.reader().last_messages(id, 20).await?;
        let said = messages.iter().rev().filter(|message| message.direction == Direction::In);
        Ok(said.filter_map(|message| one_line(&message.text, 200)).next().map(|text| short(&text, 200)))
    }

    /// Shows what a command answered: to whoever gave it alone where that is enough and the platform can, else below `reply_to`.
    async fn respond(
        &self,
        answer: Answer,
        conversation: Option<ConversationId>,
        reply_to: Option<String>,
        by_button: bool,
    ) -> Result<(), StaffError> {
        if self.trigger.is_none() {
            return self.show(answer, conversation, reply_to).await;
        }
        let capabilities = self.chat.channel.capabilities();
        if let Some(form) = answer.form.clone().filter(|_| capabilities.form_fields > 0) {
            self.chat.show(self.trigger.clone(), Shown::Form { form, conversation });
            // The card is there already when the form was opened by its button.
            return if by_button { Ok(()) } else { self.show(answer, conversation, reply_to).await };
        }
        let is_alone = answer.card.is_none() && answer.expects.is_none() && answer.file.is_none();
        let is_short = match capabilities.whispers {
            true => capabilities.text_unit.count(&answer.text) <= capabilities.max_text && lay_out(&answer.choices, capabilities).left.is_empty(),
            false => answer.choices.is_empty() && answer.text.chars().count() <= LONGEST_NOTICE && !answer.text.contains('\n'),
        };
        if is_alone && is_short {
            self.chat.show(self.trigger.clone(), Shown::Words { text: answer.text, choices: answer.choices, conversation });
            return Ok(());
        }
        self.chat.tell(self.trigger.clone(), String::new());
        self.show(answer, conversation, reply_to).await
    }

    /// Shows what a command answered.
    async fn show(&self, answer: Answer, conversation: Option<ConversationId>, reply_to: Option<String>) -> Result<(), StaffError> {
        if answer.text.trim().is_empty() && answer.choices.is_empty() && answer.card.is_none() && answer.file.is_none() {
            return Ok(());
        }
        let base = match (&answer.card, conversation) {
            (Some(_), Some(id)) => review_base(self.engine, id).await.map_err(StaffError::Action)?,
            _ => None,
        };
        let file = answer.file.clone();
        let mut said = Said { base, ..Said::answering(&self.place, conversation, answer, reply_to) };
        if let Some(file) = file {
            let name = file.name.clone();
            let kept = self.engine.keep_file(&Caller::system(), &name, Bytes::from(file.content)).await.map_err(StaffError::Action)?;
            said.files.push((kept, name, file.content_type));
        }
        self.say(said).await
    }

    fn account(&self) -> Account {
        Account { channel: self.chat.name().to_owned(), external_id: self.person.clone() }
    }

    async fn say(&self, said: Said) -> Result<(), StaffError> {
        say(self.engine, self.chat, &said).await.map_err(StaffError::Action)
    }

    async fn note(&self, changes: Vec<StaffChange>) -> Result<(), StaffError> {
        staff::note(self.engine, self.chat.name(), changes).await.map_err(StaffError::Action)
    }
}

/// What the agent reads; only what may work later is an error.
fn answered(result: Result<Answer, CommandError>, language: &str) -> Result<Answer, StaffError> {
    match result {
        Ok(answer) => Ok(answer),
        Err(CommandError::Action(error @ (ActionError::Busy | ActionError::Unavailable(_) | ActionError::AlreadyHandled))) => {
            Err(StaffError::Action(error))
        }
        Err(error) => Ok(error.answer(language)),
    }
}

/// What an agent wrote stands in the topic already.
fn own(message: MessageId, part: usize, post: &str) -> StaffMessage {
    StaffMessage {
        message,
        piece: i64::try_from(part).unwrap_or(i64::MAX),
        post: Some(post.to_owned()),
        own: true,
        digest: String::new(),
        told: String::new(),
        files: 0,
    }
}

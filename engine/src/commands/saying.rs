//! What is said: to the customer, and among colleagues.

use super::{Answer, AnswerFile, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped, quoted};
use crate::{
    actions::{
        ActionError,
        conversations::{self, language_of},
        editing::search::{self, Found, Give},
        macros,
        messages::{self, Reply},
        notices,
    },
    caller::Permission,
};
use bellhop_domain::{contact::Contact, conversation::Conversation, message::Message, words};
use serde_json::Value;

/// Messages among which one's own last one is looked for.
const LOOKED_BACK: u32 = 50;
/// Articles that `/kb` shows.
const MOST_FOUND: usize = 5;
/// Characters of an article's answer that `/kb` shows.
const ANSWER_SHOWN: usize = 200;
const HANDLE: Option<Permission> = Some(Permission::HandleConversations);

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "reply",
        arguments: &[Argument::required("text", Kind::Text)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(say(call, false)),
    },
    Command {
        name: "note",
        arguments: &[Argument::required("text", Kind::Text)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(say(call, true)),
    },
    Command {
        name: "edit",
        arguments: &[Argument::required("text", Kind::Text)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(edit(call)),
    },
    Command { name: "delete", arguments: &[], needs: HANDLE, within: Within::Conversation, run: |call| Box::pin(delete(call)) },
    Command {
        name: "macro",
        arguments: &[Argument::required("macro", Kind::Macro), Argument::optional("look", Kind::OneOf(&["preview"]))],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(apply(call)),
    },
    Command {
        name: "kb",
        arguments: &[Argument::optional("query", Kind::Article)],
        needs: Some(Permission::ReadArticles),
        within: Within::Anywhere,
        run: |call| Box::pin(find(call)),
    },
    Command {
        name: "send",
        arguments: &[Argument::required("article", Kind::Article), Argument::optional("link", Kind::OneOf(&["link"]))],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(send(call)),
    },
    Command {
        name: "transcript",
        arguments: &[Argument::optional("customer", Kind::OneOf(&["customer"]))],
        needs: Some(Permission::ReadConversations),
        within: Within::Conversation,
        run: |call| Box::pin(transcript(call)),
    },
];

/// What was said shows itself: no answer is needed.
async fn say(call: &Call<'_>, internal: bool) -> Result<Answer, CommandError> {
    let reply = Reply { text: call.text("text").to_owned(), internal, ..Reply::default() };
    messages::reply(call.engine, call.caller, call.conversation()?, &reply).await?;
    let unheard = if internal { notices::unheard(&call.desk, call.text("text")) } else { Vec::new() };
    if !unheard.is_empty() {
        return call.answer("answer-unheard", &[("agents", (&escaped(&unheard.join(", "))).into())]);
    }
    Ok(Answer::default())
}

async fn edit(call: &Call<'_>) -> Result<Answer, CommandError> {
    let message = meant(call).await?;
    messages::edit(call.engine, call.caller, message.id, call.text("text")).await?;
    call.answer("answer-edited", &[])
}

async fn delete(call: &Call<'_>) -> Result<Answer, CommandError> {
    let message = meant(call).await?;
    let gone = messages::delete(call.engine, call.caller, message.id).await?;
    let key = if gone.extras.losses.is_empty() { "answer-deleted" } else { "answer-deleted-but-seen" };
    call.answer(key, &[])
}

/// The message that the agent pointed at, else the last one that they wrote themselves.
async fn meant(call: &Call<'_>) -> Result<Message, CommandError> {
    let (reader, id) = (call.engine.reader(), call.conversation()?);
    let meant = match call.place.replied_to {
        Some(message) => reader.message(message).await?.filter(|message| message.conversation == id),
        None => {
            let own = |message: &Message| message.author == call.caller.actor && message.extras.deleted_at.is_none();
            reader.last_messages(id, LOOKED_BACK).await?.into_iter().filter(own).max_by_key(|message| message.created_at)
        }
    };
    meant.ok_or_else(|| call.wrong(call.say("answer-no-message", &[]), Vec::new()))
}

async fn apply(call: &Call<'_>) -> Result<Answer, CommandError> {
    if call.given("look").is_some() {
        return look(call).await;
    }
    macros::apply(call.engine, call.caller, call.conversation()?, call.text("macro")).await?;
    let title = call.desk.macros.get(call.text("macro")).map_or("", |canned| canned.title.get(&call.place.language));
    call.answer("answer-macro", &[("title", (&escaped(title)).into())])
}

/// What a macro would say and do, and a button that does it.
async fn look(call: &Call<'_>) -> Result<Answer, CommandError> {
    let preview = macros::preview(call.engine, call.caller, call.conversation()?, call.text("macro")).await?;
    let mut paragraphs = Vec::new();
    for (key, words) in [("macro-says", &preview.reply), ("macro-notes", &preview.note)] {
        paragraphs.extend(words.as_ref().map(|words| format!("{}\n{words}", call.say(key, &[]))));
    }
    let plain = |value: &Value| match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::String(text) => text.clone(),
        _ => "–".to_owned(),
    };
    for effect in &preview.effects {
        let what = call.say(&format!("macro-{}", effect.what.replace('.', "-")), &[]);
        paragraphs.push(format!("{what}: {} → {}", escaped(&plain(&effect.from)), escaped(&plain(&effect.to))));
    }
    paragraphs.extend(preview.refused.iter().map(|problem| escaped(&problem.message.say(&call.place.language))));
    let run = Choice::new(call.say("macro-run", &[]), format!("/macro {}", call.text("macro")));
    let choices = if preview.refused.is_empty() { vec![run] } else { Vec::new() };
    Ok(Answer { choices, ..Answer::text(paragraphs.join("\n\n")) })
}

/// What an agent may see; the customer is offered only what they may see themselves. Without words, what is pinned and used most.
async fn find(call: &Call<'_>) -> Result<Answer, CommandError> {
    let found = search::search(call.engine, call.caller, call.given("query"), None, call.place.conversation, MOST_FOUND).await?;
    if found.is_empty() {
        return match call.given("query") {
            Some(query) => call.answer("answer-kb-nothing", &[("query", (&quoted(query)).into())]),
            None => call.answer("answer-kb-unused", &[]),
        };
    }
    let mut answer = Answer::default();
    for (index, Found { article, for_customer, .. }) in found.iter().enumerate() {
        let number = index + 1;
        let mut shown: String = article.answer.chars().take(ANSWER_SHOWN).collect();
        if shown.len() < article.answer.len() {
            shown.push('…');
        }
        answer.text.push_str(&format!("{number}. **{}**\n{}\n\n", escaped(&article.title), escaped(&shown)));
        if *for_customer == Some(true) {
            let number = ("count", i64::try_from(number).unwrap_or(0).into());
            answer.choices.push(Choice::new(call.say("answer-button-send", &[number]), format!("/send {}", article.slug)));
            answer.choices.push(Choice::new(call.say("answer-button-link", &[number]), format!("/send {} link", article.slug)));
        }
    }
    answer.text.truncate(answer.text.trim_end().len());
    Ok(answer)
}

async fn send(call: &Call<'_>) -> Result<Answer, CommandError> {
    let (slug, give) = (call.text("article"), if call.given("link").is_some() { Give::Link } else { Give::Answer });
    match search::send(call.engine, call.caller, call.conversation()?, slug, give).await {
        Ok((article, _)) => call.answer("answer-sent-article", &[("title", (&escaped(&article.title)).into())]),
        Err(ActionError::NotFound { what: "article" }) => {
            Err(call.wrong(call.say("answer-no-article", &[("given", (&quoted(slug)).into())]), Vec::new()))
        }
        Err(error) => Err(error.into()),
    }
}

async fn transcript(call: &Call<'_>) -> Result<Answer, CommandError> {
    let id = call.conversation()?;
    let for_customer = call.given("customer").is_some();
    let text = conversations::transcript(call.engine, call.caller, id, for_customer).await?;
    let file = AnswerFile { name: "transcript.txt".to_owned(), content_type: "text/plain; charset=utf-8".to_owned(), content: text.into_bytes() };
    if !for_customer {
        return Ok(Answer { file: Some(file), ..Answer::text(call.say("answer-transcript", &[])) });
    }
    let Some((conversation, _)) = customer(call, id).await? else { return Err(ActionError::NotFound { what: "conversation" }.into()) };
    let words = words::say(&language_of(&conversation, call.engine.settings()), "transcript-attached", &[]);
    let kept = call.engine.keep_file(call.caller, &file.name, file.content.into()).await?;
    messages::reply(call.engine, call.caller, id, &Reply { text: words, attachments: vec![kept], ..Reply::default() }).await?;
    call.answer("answer-transcript-sent", &[])
}

async fn customer(call: &Call<'_>, id: bellhop_domain::id::ConversationId) -> Result<Option<(Conversation, Contact)>, CommandError> {
    let Some(conversation) = call.engine.reader().conversation(id).await? else { return Ok(None) };
    let contact = call.engine.reader().contact(conversation.contact).await?;
    Ok(contact.map(|contact| (conversation, contact)))
}

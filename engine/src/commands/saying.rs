//! What is said: to the customer, and among colleagues.

use super::{Answer, AnswerFile, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped, quoted};
use crate::{
    actions::{
        ActionError,
        conversations::{self, language_of},
        macros,
        messages::{self, Reply},
    },
    caller::Permission,
    knowledge::{self, viewer_for},
};
use bellhop_domain::{contact::Contact, conversation::Conversation, message::Message, words};
use bellhop_kb::{Question, Viewer, Visibility};

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
        arguments: &[Argument::required("macro", Kind::Macro)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(apply(call)),
    },
    Command {
        name: "kb",
        arguments: &[Argument::required("query", Kind::Article)],
        needs: Some(Permission::ReadArticles),
        within: Within::Anywhere,
        run: |call| Box::pin(search(call)),
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
    macros::apply(call.engine, call.caller, call.conversation()?, call.text("macro")).await?;
    let title = call.desk.macros.get(call.text("macro")).map_or("", |canned| canned.title.get(&call.place.language));
    call.answer("answer-macro", &[("title", (&escaped(title)).into())])
}

/// What an agent may see; the customer is offered only what they may see themselves.
async fn search(call: &Call<'_>) -> Result<Answer, CommandError> {
    let customer = match call.place.conversation {
        Some(id) => customer(call, id).await?,
        None => None,
    };
    let language = customer.as_ref().and_then(|(conversation, _)| conversation.language.clone());
    let (text, base) = (call.text("query").to_owned(), call.engine.knowledge_base().clone());
    let found = tokio::task::spawn_blocking(move || {
        let viewer = Viewer { visibility: Visibility::Internal, ..Viewer::default() };
        base.search(&Question { text: &text, lang: language.as_deref(), viewer: &viewer, exclude: &[], drafts: &[] }, MOST_FOUND)
    });
    let Ok(Ok(found)) = found.await else { return Err(ActionError::Busy.into()) };
    if found.is_empty() {
        return call.answer("answer-kb-nothing", &[("query", (&quoted(call.text("query"))).into())]);
    }
    let mut answer = Answer::default();
    for (index, article) in found.iter().enumerate() {
        let number = index + 1;
        let mut shown: String = article.answer.chars().take(ANSWER_SHOWN).collect();
        if shown.len() < article.answer.len() {
            shown.push('…');
        }
        answer.text.push_str(&format!("{number}. **{}**\n{}\n\n", escaped(&article.title), escaped(&shown)));
        let Some((conversation, contact)) = &customer else { continue };
        if shown_to(call, conversation, contact, &article.slug).await?.is_some() {
            let number = ("count", i64::try_from(number).unwrap_or(0).into());
            answer.choices.push(Choice::new(call.say("answer-button-send", &[number]), format!("/send {}", article.slug)));
            answer.choices.push(Choice::new(call.say("answer-button-link", &[number]), format!("/send {} link", article.slug)));
        }
    }
    answer.text.truncate(answer.text.trim_end().len());
    Ok(answer)
}

async fn send(call: &Call<'_>) -> Result<Answer, CommandError> {
    let id = call.conversation()?;
    let Some((conversation, contact)) = customer(call, id).await? else { return Err(ActionError::NotFound { what: "conversation" }.into()) };
    let slug = call.text("article");
    let Some(article) = shown_to(call, &conversation, &contact, slug).await? else {
        return Err(call.wrong(call.say("answer-no-article", &[("given", (&quoted(slug)).into())]), Vec::new()));
    };
    let link = call.engine.links().article(&article.slug, &article.language, Some(contact.id));
    let language = language_of(&conversation, call.engine.settings());
    let read_more = words::say(&language, "read-more", &[("url", (&link).into())]);
    let text = if call.given("link").is_some() {
        format!("**{}**\n{read_more}", escaped(&article.title))
    } else {
        format!("{}\n\n{read_more}", article.answer)
    };
    messages::reply(call.engine, call.caller, id, &Reply { text, ..Reply::default() }).await?;
    call.answer("answer-sent-article", &[("title", (&escaped(&article.title)).into())])
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

/// The article as this customer may see it.
async fn shown_to(
    call: &Call<'_>,
    conversation: &Conversation,
    contact: &Contact,
    slug: &str,
) -> Result<Option<knowledge::VisibleArticle>, CommandError> {
    let organisation = match contact.organisation {
        Some(id) => call.engine.reader().organisation(id).await?,
        None => None,
    };
    let viewer = viewer_for(contact, organisation.as_ref(), &call.desk, &conversation.channel);
    let language = language_of(conversation, call.engine.settings());
    Ok(knowledge::article_for(call.engine, slug, &language, &viewer).await?)
}

//! What is said in a conversation.

use axum::{Extension, Json, extract::State, http::StatusCode};
use bellhop_domain::id::{FileId, MessageId};
use bellhop_engine::{
    actions::messages::{self, Reply},
    caller::{Caller, Permission},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    conversations::load,
    input::{Answer, At, ClientId, Given, Params, Within},
    memory::hash_of,
    output::{List, MessageOut},
    route::Route,
};
use crate::{Site, auth::speaking_for, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/conversations/{id}/messages", Permission::ReadConversations, "Messages of a conversation, the oldest first", list)
            .lists::<MessageOut>(),
        Route::post("/conversations/{id}/messages", Permission::HandleConversations, "Says something to the customer, or to colleagues", say)
            .takes::<MessageBody>()
            .gives::<MessageOut>(201),
        Route::patch(
            "/conversations/{id}/messages/{message}",
            Permission::HandleConversations,
            "Changes what was said: one's own, or anybody's for those who lead others",
            edit,
        )
        .takes::<EditBody>()
        .gives::<MessageOut>(200),
        Route::delete(
            "/conversations/{id}/messages/{message}",
            Permission::HandleConversations,
            "Takes back what was said: one's own, or anybody's for those who lead others",
            delete,
        )
        .gives::<MessageOut>(200),
    ]
}

/// What is to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MessageBody {
    /// Light Markdown; may be empty beside a file.
    #[serde(default)]
    text: String,
    /// For colleagues only.
    #[serde(default)]
    internal: bool,
    /// Ids of stored files.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    attachments: Vec<FileId>,
    /// The person for whom a program speaks.
    #[serde(default)]
    on_behalf_of: Option<String>,
}

/// What it says from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EditBody {
    /// Light Markdown; may be empty beside a file.
    text: String,
}

async fn list(State(site): State<Site>, at: At, mut params: Params) -> Answer<List<MessageOut>> {
    let conversation = load(&site.engine, at.id("conversation")?).await?;
    let wanted = params.page()?;
    params.end()?;
    let page = site.engine.reader().messages(conversation.id, wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(page, |message| MessageOut::of(message, site.engine.links()))))
}

async fn say(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    client: Option<Extension<ClientId>>,
    at: At,
    Given(body): Given<MessageBody>,
) -> Result<(StatusCode, Json<MessageOut>), Problem> {
    let id = at.id("conversation")?;
    let caller = speaking_for(caller, body.on_behalf_of)?;
    // Also after a crash between the message and the keeping of the answer, the same key makes no second message.
    let said = format!("{}\n{}\n{:?}", body.internal, body.text, body.attachments);
    let client_id = client.map(|Extension(ClientId(key))| hash_of(&[format!("{:?}", caller.actor).as_bytes(), key.as_bytes(), said.as_bytes()]));
    let reply = Reply { text: body.text, internal: body.internal, attachments: body.attachments, client_id, ..Reply::default() };
    let message = messages::reply(&site.engine, &caller, id, &reply).await?;
    Ok((StatusCode::CREATED, Json(MessageOut::of(message, site.engine.links()))))
}

async fn edit(State(site): State<Site>, Extension(caller): Extension<Caller>, within: Within, Given(body): Given<EditBody>) -> Answer<MessageOut> {
    let id = message(&site, &within).await?;
    let message = messages::edit(&site.engine, &caller, id, &body.text).await?;
    Ok(Json(MessageOut::of(message, site.engine.links())))
}

async fn delete(State(site): State<Site>, Extension(caller): Extension<Caller>, within: Within) -> Answer<MessageOut> {
    let id = message(&site, &within).await?;
    let message = messages::delete(&site.engine, &caller, id).await?;
    Ok(Json(MessageOut::of(message, site.engine.links())))
}

/// The message that the address names, in the conversation that it names.
async fn message(site: &Site, Within(conversation, message): &Within) -> Result<MessageId, Problem> {
    let conversation = load(&site.engine, conversation.id("conversation")?).await?;
    let known = site.engine.reader().message(message.id("message")?).await?;
    known.filter(|message| message.conversation == conversation.id).map(|message| message.id).ok_or_else(|| Problem::not_found("message"))
}

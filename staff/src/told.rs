//! Telling single agents what concerns them alone: at once, for it is of no use later.

use bellhop_channel::{
    SendError,
    plain::plain,
    staff::{Form, FormField, StaffPost},
};
use bellhop_domain::{id::ConversationId, words};
use bellhop_engine::{
    Engine,
    actions::staff,
    commands::{AnswerForm, Choice},
};
use bellhop_store::staff::{StaffButton, StaffChange};
use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc::Receiver;

use crate::{
    chat::{Chat, Notice, Shown},
    choosing::with_choices,
    writing::digest,
};

/// Notices that are under way at once, in one staff chat.
const AT_ONCE: usize = 8;

/// Tells what is to be told, until the engine stops.
pub(crate) async fn tell(engine: &Engine, chat: &Chat, waiting: Receiver<Notice>) {
    let notices = stream::unfold(waiting, |mut waiting| async move { waiting.recv().await.map(|notice| (notice, waiting)) });
    let told = notices.for_each_concurrent(AT_ONCE, |notice| async move {
        if let Err(error) = show(engine, chat, &notice).await {
            tracing::info!(channel = chat.name(), error = %error, "An agent could not be told something");
        }
    });
    let stopping = engine.stopping();
    tokio::select! {
        () = told => {}
        () = stopping.cancelled() => {}
    }
}

async fn show(engine: &Engine, chat: &Chat, notice: &Notice) -> Result<(), SendError> {
    match &notice.shown {
        Shown::Words { text, choices, conversation } if chat.channel.capabilities().whispers && !text.is_empty() => {
            whisper(engine, chat, &notice.trigger, text, choices, *conversation).await
        }
        Shown::Words { text, .. } => chat.channel.answer(&notice.trigger, &plain(text)).await,
        Shown::Form { form, conversation } => match ask(engine, chat, &notice.trigger, form, *conversation).await {
            // Forms are shown at once or never; whoever waited too long tries again.
            Err(SendError::Refused { .. }) => {
                let text = words::say(&engine.settings().language, "staff-form-late", &[]);
                whisper(engine, chat, &notice.trigger, &text, &[], None).await
            }
            other => other,
        },
    }
}

async fn whisper(
    engine: &Engine,
    chat: &Chat,
    trigger: &str,
    text: &str,
    choices: &[Choice],
    conversation: Option<ConversationId>,
) -> Result<(), SendError> {
    let (capabilities, language) = (chat.channel.capabilities(), &engine.settings().language);
    let post = StaffPost::text(format!("whisper-{trigger}"), text);
    let (post, kept) = with_choices(post, chat.name(), conversation, choices, capabilities, language, engine.now());
    remember(engine, chat, kept).await?;
    chat.channel.whisper(trigger, &post).await
}

async fn ask(engine: &Engine, chat: &Chat, trigger: &str, form: &AnswerForm, conversation: Option<ConversationId>) -> Result<(), SendError> {
    let about = conversation.map(|id| id.to_string()).unwrap_or_default();
    let id = digest(&[chat.name(), &about, "form", &form.line]);
    let button = StaffButton { id: id.clone(), conversation, line: form.line.clone(), made_at: engine.now() };
    remember(engine, chat, vec![StaffChange::Button(button)]).await?;
    let fields = form.fields.iter().take(chat.channel.capabilities().form_fields);
    let fields = fields.map(|field| FormField {
        key: field.key.clone(),
        label: field.label.clone(),
        required: field.required,
        choices: field.choices.clone(),
        value: field.value.clone(),
        long: field.long,
    });
    chat.channel.ask(trigger, &Form { id, title: form.title.clone(), fields: fields.collect() }).await
}

/// Buttons are remembered before anybody can press them.
async fn remember(engine: &Engine, chat: &Chat, kept: Vec<StaffChange>) -> Result<(), SendError> {
    if kept.is_empty() {
        return Ok(());
    }
    staff::note(engine, chat.name(), kept).await.map_err(|error| SendError::Retry { after: None, reason: error.to_string() })
}

//! The bot: what its customers' side and its staff side share.

use std::sync::{Arc, OnceLock};

use bellhop_channel::{
    Fields, Files, Location, OutAttachment, OutButton, SendError, Sent, SentState, Surroundings,
    calls::Unanswered,
    uploads::{self, File, Unfinished},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::{
    acks::Acks,
    api::{
        Api,
        failure::{Failure, Target, codes, refused},
        request::Request,
    },
    config::Config,
    event::Place,
    outgoing::{self, Draft},
    places::Places,
    staff::Agents,
};

/// One bot, and how to reach Discord as it.
pub(crate) struct Account {
    pub(crate) api: Arc<Api>,
    pub(crate) gateway_url: Option<Url>,
    /// The agents' channel.
    pub(crate) staff: Option<String>,
    pub(crate) places: Places,
    pub(crate) acks: Acks,
    pub(crate) agents: Agents,
    files: Arc<dyn Files>,
    now: bellhop_channel::provider::Clock,
    me: OnceLock<Me>,
    unfinished: Unfinished,
}

/// Who the bot is.
#[derive(Debug, Clone)]
pub(crate) struct Me {
    /// The id of its account.
    pub(crate) id: String,
    /// The id of its application, which commands belong to.
    pub(crate) application: String,
}

impl Account {
    pub(crate) fn new(config: &Config, surroundings: &Surroundings) -> Self {
        let api = Arc::new(Api::new(surroundings.http.clone(), config.api_url.clone(), config.token.clone(), config.timeout));
        Self {
            acks: Acks::new(Arc::clone(&api)),
            agents: Agents::new(Arc::clone(&api)),
            api,
            gateway_url: config.gateway_url.clone(),
            staff: config.staff_channel.map(|id| id.to_string()),
            places: Places::default(),
            files: Arc::clone(&surroundings.files),
            now: Arc::clone(&surroundings.now),
            me: OnceLock::new(),
            unfinished: Unfinished::default(),
        }
    }

    /// Who the bot is, once Discord has told.
    pub(crate) fn me(&self) -> Option<&Me> {
        self.me.get()
    }

    /// Asks Discord who the bot is, unless that is known.
    pub(crate) async fn meet(&self) -> Result<&Me, Failure> {
        if let Some(me) = self.me.get() {
            return Ok(me);
        }
        let application = self.api.ask(Request::get(["applications", "@me"])).await?;
        let fields = Fields::of(&application);
        let id = fields.object("bot").and_then(|bot| bot.id("id"));
        let (Some(application), Some(id)) = (fields.id("id"), id) else { return Err(Failure::unreadable()) };
        // Whoever was faster has heard the same.
        Ok(self.me.get_or_init(|| Me { id, application }))
    }

    /// Remembers a channel as Discord describes it; answers whose it is.
    pub(crate) fn learn(&self, channel: Fields<'_>) -> Option<Place> {
        self.places.learn(channel, self.me().map(|me| me.id.as_str()), self.staff.as_deref())
    }

    /// Whose a channel of a server is; asks Discord where that is not known.
    pub(crate) async fn place_of(&self, channel: &str) -> Result<Place, Failure> {
        if let Some(place) = self.places.get(channel) {
            return Ok(place);
        }
        self.meet().await?;
        match self.api.ask(Request::get(["channels", channel])).await {
            Ok(described) => Ok(self.learn(Fields::of(&described)).unwrap_or(Place::Elsewhere)),
            Err(failure) if failure.is_out_of_reach() || failure.status() == Some(400) => {
                self.places.set(channel, Place::Elsewhere);
                Ok(Place::Elsewhere)
            }
            Err(failure) => Err(failure),
        }
    }

    /// The bytes of files where they lie with us, else their addresses.
    pub(crate) async fn load(&self, attachments: &[OutAttachment]) -> Result<Vec<File>, SendError> {
        uploads::load(&*self.files, attachments).await
    }

    /// Writes a draft. Where that takes several calls and one of them fails, the next try with the same key goes on from there.
    pub(crate) async fn post(&self, draft: Draft<'_>) -> Result<Sent, Failure> {
        let key = draft.key.to_owned();
        let calls = outgoing::write(draft).map_err(Unanswered::from)?;
        let first = self.unfinished.go_on(&key, calls, |call| self.api.call(call), |made| message_id(made)).await?;
        Ok(Sent { external_id: first, state: SentState::Sent })
    }

    /// Changes a message.
    pub(crate) async fn change(&self, channel: &str, message: &str, text: &str, buttons: &[OutButton]) -> Result<(), Failure> {
        self.api.call(outgoing::edit(channel, message, text, buttons)).await.map(drop)
    }

    /// Takes a message back; one that is gone already is taken back.
    pub(crate) async fn take_back(&self, channel: &str, message: &str) -> Result<(), Failure> {
        match self.api.call(outgoing::delete(channel, message)).await {
            Err(failure) if failure.code() != Some(codes::UNKNOWN_MESSAGE) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Where the bytes of an attachment are. Discord's addresses hold for a day; after it the message that it stands on is asked for a new one.
    pub(crate) async fn locate(&self, reference: &str) -> Result<Location, SendError> {
        let Ok(mut url) = Url::parse(reference) else { return Ok(Location::Outside(reference.to_owned())) };
        let place = url.fragment().and_then(|place| place.split_once('/')).map(|(channel, message)| (channel.to_owned(), message.to_owned()));
        url.set_fragment(None);
        let base = self.api.base();
        if !crate::config::is_discords(base) && url.origin() == base.origin() {
            return Ok(Location::Platform(url.into()));
        }
        let expires = url.query_pairs().find(|(key, _)| key == "ex").and_then(|(_, value)| i64::from_str_radix(&value, 16).ok());
        let (Some((channel, message)), true) = (place, expires.is_some_and(|at| at <= (self.now)().timestamp())) else {
            return Ok(Location::Outside(url.into()));
        };
        let found = self.api.ask(Request::get(["channels", &channel, "messages", &message])).await;
        let found = found.map_err(|failure| failure.sort(Target::Customer))?;
        let files = Fields::of(&found).list("attachments");
        let same = |file: &Fields<'_>| file.text("url").and_then(|one| Url::parse(one).ok()).is_some_and(|one| one.path() == url.path());
        match files.into_iter().find(same).and_then(|file| file.text("url").map(str::to_owned)) {
            Some(fresh) => Ok(Location::Outside(fresh)),
            None => Err(refused("the file is not on the message any more")),
        }
    }
}

#[derive(Deserialize)]
struct Made {
    id: Option<String>,
}

/// The id of what a call made.
pub(crate) fn message_id(result: &RawValue) -> Option<String> {
    serde_json::from_str::<Made>(result.get()).ok()?.id
}

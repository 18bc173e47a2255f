//! The people who work here: made, changed, let in, linked to their staff chat.

mod linking;
mod presence;

use std::{collections::BTreeMap, sync::LazyLock};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use bellhop_domain::{
    actor::Actor,
    desk::{Agent, Desk, Profile, Role},
    id::AgentId,
    invalid::check_key,
    why::Why,
};
use bellhop_store::{DbError, agents::AgentRecord};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::{
    ActionError, Problem,
    lookup::{check_department, check_language, find_agent},
    objects::check_profile,
    require,
};
use crate::{
    bus::Signal,
    caller::{Caller, Permission, Permissions},
    clock::fresh_id,
    engine::Engine,
};

pub(crate) use linking::{MOST_WRONG, WINDOW};
pub use linking::{agent_of, identities, link, unlink};
pub use presence::{presence, presences, set_presence};

/// Characters that a password has at least.
pub const SHORTEST_PASSWORD: usize = 12;
/// Characters that a password has at most: hashing more would cost more than it helps.
const LONGEST_PASSWORD: usize = 200;
/// How long a link code is good.
const CODE_LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// Letters and digits of link codes; none that look like others.
const CODE_LETTERS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const NOT_FOUND: ActionError = ActionError::NotFound { what: "agent" };
/// Letters of a link code.
const CODE_LENGTH: usize = 10;

/// A person to be added.
#[derive(Clone)]
pub struct NewAgent {
    /// The short name; made from the mail address when absent.
    pub key: Option<String>,
    /// The name that others see; the short name when absent.
    pub name: Option<String>,
    /// Mail address, the name at sign-in.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Keys of the departments they work in.
    pub departments: Vec<String>,
    /// Language tags they work in.
    pub languages: Vec<String>,
    /// What they can do and how much of it.
    pub profile: Profile,
    /// The password; without one they cannot sign in yet.
    pub password: Option<String>,
}

/// What is to be changed of a person; what is absent stays.
#[derive(Clone, Default)]
pub struct AgentPatch {
    /// The name that others see.
    pub name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// Keys of the departments they work in.
    pub departments: Option<Vec<String>>,
    /// Language tags they work in.
    pub languages: Option<Vec<String>>,
    /// What they can do and how much of it.
    pub profile: ProfilePatch,
    /// May not sign in any more.
    pub disabled: Option<bool>,
    /// A new password.
    pub password: Option<String>,
}

/// What is to be changed of what somebody can do; what is absent stays, what is `Some(None)` is cleared.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ProfilePatch {
    /// Skills with their levels, all of them.
    pub skills: Option<BTreeMap<String, u8>>,
    /// Keys of the regions they serve, all of them.
    pub regions: Option<Vec<String>>,
    /// Keys of the tiers they serve, all of them.
    pub tiers: Option<Vec<String>>,
    /// Key of the calendar with their hours.
    pub calendar: Option<Option<String>>,
    /// Conversations they take at once.
    pub chats: Option<Option<u32>>,
    /// Tickets they work on at once.
    pub tickets: Option<Option<u32>>,
}

impl ProfilePatch {
    fn apply(self, profile: &mut Profile) {
        let Self { skills, regions, tiers, calendar, chats, tickets } = self;
        profile.skills = skills.unwrap_or_else(|| std::mem::take(&mut profile.skills));
        profile.regions = regions.unwrap_or_else(|| std::mem::take(&mut profile.regions));
        profile.tiers = tiers.unwrap_or_else(|| std::mem::take(&mut profile.tiers));
        profile.calendar = calendar.unwrap_or_else(|| profile.calendar.take());
        profile.chats = chats.unwrap_or(profile.chats);
        profile.tickets = tickets.unwrap_or(profile.tickets);
    }
}

/// A code with which somebody proves in the staff chat who they are.
pub struct LinkCode {
    /// To be typed after `/link`.
    pub code: String,
    /// Good until then, and once only.
    pub expires_at: DateTime<Utc>,
}

/// Everybody who works here, by key.
pub async fn list(engine: &Engine, caller: &Caller) -> Result<Vec<AgentRecord>, ActionError> {
    require(caller, Permission::ReadDesk)?;
    Ok(engine.reader().agents().await?)
}

/// The person with this key, id or mail address.
pub async fn get(engine: &Engine, caller: &Caller, text: &str) -> Result<AgentRecord, ActionError> {
    require(caller, Permission::ReadDesk)?;
    load(engine, text).await
}

/// Adds a person.
pub async fn create(engine: &Engine, caller: &Caller, new: NewAgent) -> Result<AgentRecord, ActionError> {
    require(caller, Permission::Administer)?;
    engine.0.desk.reload_if_changed(engine.reader()).await?;
    let desk = engine.desk();
    let email = new.email.trim().to_lowercase();
    let key = new.key.unwrap_or_else(|| free_key(&desk, &email));
    let agent = Agent {
        id: AgentId(fresh_id()),
        name: new.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(|| key.clone()),
        key,
        email,
        role: new.role,
        departments: new.departments,
        languages: new.languages,
        profile: new.profile,
        disabled: false,
        created_at: engine.now(),
    };
    let mut problems = check(&desk, &agent);
    if desk.agents.contains_key(&agent.key) {
        problems.push(Problem { field: "key".to_owned(), message: format!("there is an agent “{}” already", agent.key).into() });
    }
    problems.extend(new.password.as_deref().and_then(check_password));
    if !problems.is_empty() {
        return Err(ActionError::Invalid { problems });
    }
    let password_hash = match new.password {
        Some(password) => Some(hash(password).await?),
        None => None,
    };
    let record = AgentRecord { agent, password_hash, version: 1 };
    let kept = record.clone();
    let now = engine.now();
    let written = engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                tx.insert_agent(&kept.agent, kept.password_hash.as_deref()).await.map_err(taken)?;
                tx.record_change("agents", &kept.agent.key, now).await?;
                Ok(())
            })
        })
        .await;
    written?;
    changed(engine).await?;
    Ok(record)
}

/// Changes a person; only administrators do, except that everybody may set their own password.
pub async fn update(
    engine: &Engine,
    caller: &Caller,
    text: &str,
    patch: AgentPatch,
    expected_version: Option<i64>,
) -> Result<AgentRecord, ActionError> {
    let mut record = load(engine, text).await?;
    let own_password = matches!(&caller.actor, Actor::Agent { id, .. } if *id == record.agent.id) && only_password(&patch);
    if !own_password {
        require(caller, Permission::Administer)?;
    }
    if expected_version.is_some_and(|expected| expected != record.version) {
        return Err(ActionError::Conflict);
    }
    let agent = &mut record.agent;
    if let Some(name) = patch.name {
        agent.name = name.trim().to_owned();
    }
    if let Some(email) = patch.email {
        agent.email = email.trim().to_lowercase();
    }
    agent.role = patch.role.unwrap_or(agent.role);
    agent.departments = patch.departments.unwrap_or_else(|| agent.departments.clone());
    agent.languages = patch.languages.unwrap_or_else(|| agent.languages.clone());
    patch.profile.apply(&mut agent.profile);
    agent.disabled = patch.disabled.unwrap_or(agent.disabled);
    let desk = engine.desk();
    let mut problems = check(&desk, agent);
    problems.extend(patch.password.as_deref().and_then(check_password));
    if !problems.is_empty() {
        return Err(ActionError::Invalid { problems });
    }
    if (agent.disabled || agent.role != Role::Admin) && is_last_admin(&desk, agent.id) {
        return Err(ActionError::not_now("this is the last administrator: make another one first"));
    }
    let new_password = match patch.password {
        Some(password) => Some(hash(password).await?),
        None => None,
    };
    let kept = record.clone();
    let now = engine.now();
    let written = engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                if !tx.update_agent(&kept.agent, kept.version).await.map_err(taken)? {
                    return Err(ActionError::Conflict);
                }
                if new_password.is_some() {
                    tx.set_password(kept.agent.id, new_password.as_deref()).await?;
                }
                tx.record_change("agents", &kept.agent.key, now).await?;
                Ok(())
            })
        })
        .await;
    written?;
    changed(engine).await?;
    let id = record.agent.id;
    engine.reader().agent(id).await?.ok_or(NOT_FOUND)
}

/// Lets somebody in by mail address and password; takes equally long for an unknown address.
pub async fn sign_in(engine: &Engine, email: &str, password: &str) -> Result<Option<Caller>, ActionError> {
    let record = engine.reader().agent_by_email(&email.trim().to_lowercase()).await?.filter(|record| !record.agent.disabled);
    let kept = record.as_ref().and_then(|record| record.password_hash.clone());
    let fits = verify(password.to_owned(), kept).await?;
    Ok(record.filter(|_| fits).map(|record| caller_of(&record.agent)))
}

/// Somebody who works here, as a caller of actions.
pub fn caller_of(agent: &Agent) -> Caller {
    Caller::new(Actor::Agent { id: agent.id, key: agent.key.clone(), name: agent.name.clone() }, Permissions::of_role(agent.role))
}

/// A code for `/link` in the staff chat: everybody for themselves, administrators for anybody.
pub async fn link_code(engine: &Engine, caller: &Caller, text: &str) -> Result<LinkCode, ActionError> {
    let agent = load(engine, text).await?.agent;
    if !matches!(&caller.actor, Actor::Agent { id, .. } if *id == agent.id) {
        require(caller, Permission::Administer)?;
    }
    if agent.disabled {
        return Err(ActionError::not_now(Why::new("why-agent-disabled").with("agent", &agent.key)));
    }
    let code = fresh_code();
    let expires_at = engine.now() + CODE_LIFETIME;
    let kept = code_hash(&code);
    engine
        .writer()
        .write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.insert_link_code(&kept, agent.id, expires_at).await?) }))
        .await?;
    Ok(LinkCode { code, expires_at })
}

/// A code that nobody can guess, in letters that are not mistaken for one another.
pub(crate) fn fresh_code() -> String {
    let letter = |byte: &u8| CODE_LETTERS.get(usize::from(*byte) % CODE_LETTERS.len()).map(|letter| char::from(*letter));
    rand::random::<[u8; CODE_LENGTH]>().iter().filter_map(letter).collect()
}

/// The code that somebody typed, with whatever they put between its letters.
pub(crate) fn typed_code(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(CODE_LENGTH + 1).collect()
}

/// What is kept of a code.
pub(crate) fn code_hash(code: &str) -> String {
    Sha256::digest(code.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn load(engine: &Engine, text: &str) -> Result<AgentRecord, ActionError> {
    engine.0.desk.reload_if_changed(engine.reader()).await?;
    let id = find_agent(&engine.desk(), text).ok_or(NOT_FOUND)?.id;
    engine.reader().agent(id).await?.ok_or(NOT_FOUND)
}

async fn changed(engine: &Engine) -> Result<(), ActionError> {
    engine.0.desk.reload_if_changed(engine.reader()).await?;
    engine.bus().tell(Signal::Desk);
    Ok(())
}

pub(super) fn taken(error: DbError) -> ActionError {
    if error.is_unique_violation() { ActionError::invalid("email", "another person has this mail address or key") } else { error.into() }
}

fn only_password(patch: &AgentPatch) -> bool {
    let AgentPatch { name, email, role, departments, languages, profile, disabled, password } = patch;
    let same_profile = *profile == ProfilePatch::default();
    let same_lists = departments.is_none() && languages.is_none() && same_profile;
    password.is_some() && name.is_none() && email.is_none() && role.is_none() && same_lists && disabled.is_none()
}

/// Whether anybody may administer.
pub(super) fn has_admin(desk: &Desk) -> bool {
    desk.agents.values().any(|agent| agent.role == Role::Admin && !agent.disabled)
}

fn is_last_admin(desk: &Desk, id: AgentId) -> bool {
    let mut admins = desk.agents.values().filter(|agent| agent.role == Role::Admin && !agent.disabled);
    admins.next().is_some_and(|admin| admin.id == id) && admins.next().is_none()
}

pub(super) fn check(desk: &Desk, agent: &Agent) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut add = |field: &str, message: String| problems.push(Problem { field: field.to_owned(), message: message.into() });
    if let Err(message) = check_key(&agent.key) {
        add("key", message);
    }
    if agent.name.is_empty() || agent.name.chars().count() > 200 {
        add("name", "has 1 to 200 characters".to_owned());
    }
    let address_fits = agent.email.len() <= 254
        && !agent.email.contains(char::is_whitespace)
        && agent.email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
    if !address_fits {
        add("email", "is no mail address: write one like mei@example.org".to_owned());
    }
    if desk.agents.values().any(|other| other.email == agent.email && other.id != agent.id) {
        add("email", "another person has this mail address".to_owned());
    }
    let departments = agent.departments.iter().map(|key| check_department(desk, "departments", key));
    let languages = agent.languages.iter().map(|tag| check_language("languages", tag));
    let found: Vec<Problem> = departments
        .chain(languages)
        .filter_map(|result| match result {
            Err(ActionError::Invalid { problems }) => Some(problems),
            _ => None,
        })
        .flatten()
        .collect();
    problems.extend(found);
    problems.extend(check_profile(desk, &agent.profile).into_iter().map(|error| Problem { field: error.field, message: error.message }));
    problems
}

fn check_password(password: &str) -> Option<Problem> {
    let length = password.chars().count();
    (!(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length))
        .then(|| Problem { field: "password".to_owned(), message: format!("has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters").into() })
}

/// A short name from a mail address that nobody has yet.
fn free_key(desk: &Desk, email: &str) -> String {
    let local = email.split('@').next().unwrap_or_default();
    let base: String = local.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).take(40).collect();
    let base = if base.trim_matches('-').is_empty() { "agent".to_owned() } else { base };
    (1..).map(|count| if count == 1 { base.clone() } else { format!("{base}-{count}") }).find(|key| !desk.agents.contains_key(key)).unwrap_or(base)
}

/// Argon2id with its recommended parameters; slow on purpose, so on a thread of its own.
async fn hash(password: String) -> Result<String, ActionError> {
    let hashed = tokio::task::spawn_blocking(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())).await;
    match hashed {
        Ok(Ok(hash)) => Ok(hash),
        _ => Err(ActionError::not_now("the password could not be hashed")),
    }
}

async fn verify(password: String, kept: Option<String>) -> Result<bool, ActionError> {
    // Somebody unknown is checked against a hash that nothing fits, so that the answer takes as long.
    static NOBODY: LazyLock<String> =
        LazyLock::new(|| Argon2::default().hash_password(b"nobody has this password").map(|hash| hash.to_string()).unwrap_or_default());
    let verified = tokio::task::spawn_blocking(move || {
        let is_known = kept.is_some();
        let kept = kept.unwrap_or_else(|| NOBODY.clone());
        let fits = Argon2::default().verify_password(password.as_bytes(), kept.as_str()).is_ok();
        fits && is_known
    });
    verified.await.map_err(|_| ActionError::not_now("the password could not be checked"))
}

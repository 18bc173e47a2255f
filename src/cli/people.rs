//! `bellhop user` and `bellhop token`.

use std::{io::IsTerminal as _, time::Duration};

use anyhow::{Context as _, bail};
use bellhop_domain::{
    desk::{Profile, Role},
    id::TokenId,
};
use bellhop_engine::{
    Engine,
    actions::{people, tokens},
    caller::Caller,
};
use clap::Subcommand;

use super::{Place, open, say};

/// How long what is in hand may take at the end.
const GRACE: Duration = Duration::from_secs(5);

/// People who work here.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Adds somebody; asks for a password on a terminal, else reads it from standard input if something is piped in.
    Create {
        /// Mail address, the name at sign-in.
        #[arg(long, value_name = "E")]
        email: String,
        /// admin, supervisor, agent, editor or readonly.
        #[arg(long, value_name = "R", value_parser = role)]
        role: Role,
        /// The name that others see; default: the part before the @.
        #[arg(long)]
        name: Option<String>,
        /// The short name in commands; default: made from the mail address.
        #[arg(long)]
        key: Option<String>,
    },
    /// Prints a one-time code with which somebody links an account of a staff chat.
    LinkCode {
        /// Mail address.
        #[arg(long, value_name = "E")]
        email: String,
    },
}

/// Tokens for programs.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes a token and prints it once.
    Create {
        /// What it is for; shown as the author of what it does.
        #[arg(long, value_name = "N")]
        name: String,
        /// admin, agent, editor, read, or single permissions such as tickets:read.
        #[arg(long = "scope", value_name = "S", required = true, num_args = 1..)]
        scopes: Vec<String>,
    },
    /// Lists tokens, without the tokens themselves.
    List,
    /// Makes a token worthless within a second.
    Revoke {
        /// Its id (`tok_…`).
        id: TokenId,
    },
}

fn role(word: &str) -> Result<Role, String> {
    Role::parse(word).ok_or_else(|| format!("allowed are {}", Role::ALL.map(Role::as_str).join(", ")))
}

/// Runs a command about people.
pub async fn user(place: &Place, command: UserCommand) -> anyhow::Result<()> {
    let engine = open::engine(&open::config(place)?).await?;
    let result = match command {
        UserCommand::Create { email, role, name, key } => create(&engine, email, role, name, key).await,
        UserCommand::LinkCode { email } => {
            people::link_code(&engine, &Caller::system(), &email).await.map(|code| say(format!("/link {}", code.code))).map_err(Into::into)
        }
    };
    engine.stop(GRACE).await;
    result
}

async fn create(engine: &Engine, email: String, role: Role, name: Option<String>, key: Option<String>) -> anyhow::Result<()> {
    let password = password()?;
    let new = people::NewAgent { key, name, email, role, password, departments: Vec::new(), languages: Vec::new(), profile: Profile::default() };
    let agent = people::create(engine, &Caller::system(), new).await?.agent;
    say(format!("{} ({}) can now sign in as {}", agent.name, agent.role.as_str(), agent.email));
    Ok(())
}

/// The password from standard input, if something is piped in.
fn password() -> anyhow::Result<Option<String>> {
    let input = std::io::stdin();
    if input.is_terminal() {
        let first = rpassword::prompt_password("Password (empty for none yet): ").context("the password cannot be read")?;
        if first.is_empty() {
            return Ok(None);
        }
        if rpassword::prompt_password("Once more: ").context("the password cannot be read")? != first {
            bail!("the two passwords differ; nothing was changed");
        }
        return Ok(Some(first));
    }
    let mut line = String::new();
    input.read_line(&mut line).context("the password cannot be read from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    Ok(Some(password).filter(|password| !password.is_empty()))
}

/// Runs a command about tokens.
pub async fn token(place: &Place, command: TokenCommand) -> anyhow::Result<()> {
    let engine = open::engine(&open::config(place)?).await?;
    let caller = Caller::system();
    let result = match command {
        TokenCommand::Create { name, scopes } => tokens::create(&engine, &caller, &name, &scopes).await.map(|token| say(token.secret)),
        TokenCommand::List => tokens::list(&engine, &caller).await.map(show),
        TokenCommand::Revoke { id } => tokens::revoke(&engine, &caller, id).await.map(|()| say("revoked")),
    };
    engine.stop(GRACE).await;
    Ok(result?)
}

fn show(tokens: Vec<bellhop_store::tokens::ApiToken>) {
    for token in tokens {
        let state = if token.revoked_at.is_some() { "revoked" } else { "valid  " };
        say(format!("{}  {state}  {}  {}", token.id, token.scopes.join(","), token.name));
    }
}

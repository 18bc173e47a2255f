//! What a ticket has to do with others: shown, and changed by forms.

use axum::{
    extract::Path,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{
    localised::base_language,
    message::Direction,
    ticket::{Relation, Ticket, number_text, parse_number},
    words,
};
use bellhop_engine::actions::{
    ActionError,
    tickets::{
        incident, linking,
        merging::{self, MergeOptions},
        splitting::{self, Split},
    },
};

use super::{page, status_words};
use crate::console::{
    form::{Choices, Fields},
    shell::{Visit, status_of},
};

/// Messages that are offered to be split off, the latest.
const OFFERED: u32 = 30;
/// Characters of a message that are shown there.
const SHOWN: usize = 120;

/// Another ticket.
pub(in crate::console) struct Other {
    pub(in crate::console) url: String,
    pub(in crate::console) number: String,
    pub(in crate::console) relation: String,
    pub(in crate::console) status: &'static str,
    pub(in crate::console) standing: String,
    /// Whether the link can be ended here.
    pub(in crate::console) can_end: bool,
}

/// Everything about other tickets on a ticket's page.
pub(in crate::console) struct Joined {
    pub(in crate::console) others: Vec<Other>,
    /// Where it goes on.
    pub(in crate::console) into: Option<Other>,
    pub(in crate::console) incident: bool,
    pub(in crate::console) is_open: bool,
    /// Messages that may be split off: id and beginning.
    pub(in crate::console) messages: Vec<(String, String)>,
    pub(in crate::console) templates: Choices,
    /// Languages of an incident's customers: tag and name.
    pub(in crate::console) languages: Vec<(String, String)>,
}

pub(super) async fn joined(visit: &Visit, ticket: &Ticket) -> Result<Joined, ActionError> {
    let (reader, shell, desk) = (visit.engine().reader(), &visit.shell, visit.engine().desk());
    let other = |relation: String, ticket: &Ticket, can_end: bool| Other {
        url: format!("{}/console/tickets/{}", shell.root, number_text(ticket.number)),
        number: number_text(ticket.number),
        relation,
        status: ticket.status.as_str(),
        standing: shell.say(&status_words(ticket.status)),
        can_end,
    };
    let mut others = Vec::new();
    for (relation, to) in reader.links_of_ticket(ticket.id).await? {
        others.push(other(shell.say_of(&relation.words_key(), "ticket", ""), &to, true));
    }
    for part in reader.tickets_merged_into(ticket.number).await? {
        others.push(other(shell.say_of("staff-merged-parts", "tickets", ""), &part, false));
    }
    let into = match ticket.merged_into {
        Some(number) => reader.ticket(number).await?,
        None => None,
    };
    let mut messages = Vec::new();
    if shell.may_handle && shell.may_see && ticket.merged_into.is_none() {
        for conversation in ticket.conversations.iter().take(5) {
            let said = reader.last_messages(*conversation, OFFERED).await?;
            let theirs = said.into_iter().filter(|message| message.direction == Direction::In && !message.text.trim().is_empty());
            messages.extend(theirs.map(|message| (message.id.to_string(), message.text.chars().take(SHOWN).collect())));
        }
    }
    let languages = match ticket.incident {
        true => incident::languages(visit.engine(), visit.caller(), ticket.number).await?,
        false => std::collections::BTreeSet::new(),
    };
    let named = |tag: String| {
        let name = words::language_name(base_language(&tag)).to_owned();
        (tag, name)
    };
    Ok(Joined {
        others,
        into: into.map(|into| other(String::new(), &into, false)),
        incident: ticket.incident,
        is_open: ticket.status.is_open(),
        messages,
        templates: desk
            .templates
            .values()
            .map(|template| (template.key.clone(), shell.named(Some(&template.title), &template.key), template.key == ticket.template))
            .collect(),
        languages: languages.into_iter().map(named).collect(),
    })
}

/// Does what a form of that part of the page asks for.
pub(in crate::console) async fn change(mut visit: Visit, Path(number): Path<String>, fields: Fields) -> Response {
    let Some(this) = parse_number(&number) else { return visit.shell.not_found() };
    match step(&visit, this, &fields).await {
        Ok(goes_to) => Redirect::to(&format!("{}/console/tickets/{}", visit.shell.root, number_text(goes_to))).into_response(),
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(visit.shell.refused(error));
            page(&mut visit, &number, status, None, ("", false)).await
        }
    }
}

/// The ticket to be shown afterwards.
async fn step(visit: &Visit, this: i64, fields: &Fields) -> Result<i64, ActionError> {
    let (engine, caller) = (visit.engine(), visit.caller());
    let no_numbers = || ActionError::invalid("ticket", bellhop_domain::why::Why::new("console-joined-no-numbers"));
    let other = || fields.some("ticket").and_then(parse_number).ok_or_else(no_numbers);
    match fields.get("step").unwrap_or_default() {
        "link" => {
            let relation = match fields.get("relation").unwrap_or_default() {
                "duplicate" => Relation::HasDuplicate,
                "original" => Relation::DuplicateOf,
                "parent" => Relation::ChildOf,
                "child" => Relation::ParentOf,
                _ => Relation::Related,
            };
            linking::link(engine, caller, this, relation, other()?).await?;
        }
        "unlink" => {
            linking::unlink(engine, caller, this, None, other()?).await?;
        }
        "merge" => {
            let options = MergeOptions { other_customer: fields.some("other_customer").is_some(), quiet: fields.some("quiet").is_some() };
            return Ok(merging::merge(engine, caller, this, other()?, options).await?.number);
        }
        "unmerge" => {
            merging::unmerge(engine, caller, this).await?;
        }
        "split" => {
            let messages = fields.every("message").filter_map(|id| id.parse().ok()).collect();
            let wanted = Split { template: fields.some("template").map(str::to_owned), messages, ..Split::default() };
            let wanted = match engine.reader().ticket(this).await? {
                Some(ticket) => wanted.taking_along(&engine.desk(), &ticket),
                None => wanted,
            };
            return Ok(Box::pin(splitting::split(engine, caller, this, &wanted)).await?.ticket.number);
        }
        "incident" => {
            let named = fields.some("children").unwrap_or_default();
            let numbers = named.split([' ', ',', ';', '\n', '\r', '、', '，']).filter(|word| !word.is_empty()).map(parse_number);
            let children = numbers.collect::<Option<Vec<_>>>().ok_or_else(no_numbers)?;
            incident::declare(engine, caller, this, &children).await?;
        }
        "ordinary" => {
            incident::revoke(engine, caller, this).await?;
        }
        "solve" => {
            let tags = fields.every("language");
            let answer = tags.filter_map(|tag| Some((tag.to_owned(), fields.some(&format!("answer.{tag}"))?.to_owned()))).collect();
            incident::solve(engine, caller, this, &answer).await?;
        }
        _ => {}
    }
    Ok(this)
}

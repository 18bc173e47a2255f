//! The ticket of the conversation: where it is, how urgent, whose.

use bellhop_domain::{
    template::{Around, Template},
    ticket::{Priority, Ticket, TicketStatus, number_text, parse_number},
    why::Why,
    words::{self, status_key},
};

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped, following, joining, quoted, referring};
use crate::{
    actions::{
        ActionError,
        tickets::{self, TicketPatch},
    },
    caller::Permission,
};

const TICKET: Argument = Argument::optional("ticket", Kind::Text);

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "status",
        arguments: &[Argument::optional("status", Kind::Status), TICKET],
        needs: Some(Permission::ReadTickets),
        within: Within::Anywhere,
        run: |call| Box::pin(status(call)),
    },
    Command {
        name: "priority",
        arguments: &[Argument::required("priority", Kind::OneOf(&["urgent", "high", "normal", "low"])), TICKET],
        needs: Some(Permission::HandleTickets),
        within: Within::Anywhere,
        run: |call| Box::pin(priority(call)),
    },
    Command {
        name: "department",
        arguments: &[Argument::required("department", Kind::Department), TICKET],
        needs: Some(Permission::HandleTickets),
        within: Within::Anywhere,
        run: |call| Box::pin(department(call)),
    },
];

async fn status(call: &Call<'_>) -> Result<Answer, CommandError> {
    let wanted = call.text("status");
    if wanted.is_empty() || parse_number(wanted).is_some() {
        let ticket = the_ticket(call, Some(wanted), true).await?;
        let mut answer = shown(call, &ticket).await?;
        let (cases, tasks) = (referring::lines_of(call, &ticket).await?, following::lines_of(call, &ticket).await?);
        for line in joining::lines_of(call, &ticket).await?.into_iter().chain(cases).chain(tasks) {
            answer.text.push('\n');
            answer.text.push_str(&line);
        }
        return Ok(answer);
    }
    let ticket = the_ticket(call, call.given("ticket"), false).await?;
    let template = call.desk.form_of(&ticket);
    let folded = wanted.to_lowercase();
    let is_called = |key: &str, name: &str| key == folded.replace([' ', '-'], "_") || key == folded || name.to_lowercase() == folded;
    let language = &call.place.language;
    let status = TicketStatus::ALL.into_iter().find(|status| is_called(status.as_str(), &words::say(language, status_key(*status), &[])));
    let stage = template.and_then(|template| template.stages.iter().find(|stage| is_called(&stage.key, stage.name.get(language))));
    let patch = match (status, stage) {
        (Some(status), _) => TicketPatch { status: Some(status), ..TicketPatch::default() },
        (None, Some(stage)) => TicketPatch { stage: Some(stage.key.clone()), ..TicketPatch::default() },
        (None, None) => {
            let label = call.say("argument-status", &[]);
            let what = call.say("answer-no-such", &[("what", (&label).into()), ("given", (&quoted(wanted)).into())]);
            return Err(call.wrong(what, states(call, &ticket, template).await?));
        }
    };
    let after = tickets::update(call.engine, call.caller, ticket.number, &patch, None).await?;
    let (number, state) = (number_text(after.number), state_of(call, &after));
    call.answer("answer-ticket-status", &[("number", (&number).into()), ("status", (&state).into())])
}

async fn priority(call: &Call<'_>) -> Result<Answer, CommandError> {
    let ticket = the_ticket(call, call.given("ticket"), false).await?;
    let patch = TicketPatch { priority: Priority::parse(call.text("priority")), ..TicketPatch::default() };
    let after = tickets::update(call.engine, call.caller, ticket.number, &patch, None).await?;
    let (number, priority) = (number_text(after.number), call.say(&format!("choice-{}", after.priority.as_str()), &[]));
    call.answer("answer-ticket-priority", &[("number", (&number).into()), ("priority", (&priority).into())])
}

async fn department(call: &Call<'_>) -> Result<Answer, CommandError> {
    let ticket = the_ticket(call, call.given("ticket"), false).await?;
    let patch = TicketPatch { department: Some(Some(call.text("department").to_owned())), ..TicketPatch::default() };
    let after = tickets::update(call.engine, call.caller, ticket.number, &patch, None).await?;
    let department = after.department.as_deref().and_then(|key| call.desk.departments.get(key));
    let (number, name) = (number_text(after.number), escaped(department.map_or("", |department| department.name.get(&call.place.language))));
    call.answer("answer-ticket-department", &[("number", (&number).into()), ("department", (&name).into())])
}

/// Where a ticket is, with a button for each place that it may go to.
async fn shown(call: &Call<'_>, ticket: &Ticket) -> Result<Answer, CommandError> {
    let language = &call.place.language;
    let template = call.desk.form_of(ticket);
    let title = template.map_or(ticket.template.as_str(), |template| template.title.get(language));
    let name = |department: Option<&String>| department.and_then(|key| call.desk.departments.get(key)).map(|it| escaped(it.name.get(language)));
    let none = call.say("answer-none", &[]);
    let owner = ticket.owner.and_then(|id| call.desk.agent(id)).map(|agent| escaped(&agent.name));
    let values = [
        ("number", number_text(ticket.number)),
        ("title", escaped(title)),
        ("status", state_of(call, ticket)),
        ("priority", call.say(&format!("choice-{}", ticket.priority.as_str()), &[])),
        ("department", name(ticket.department.as_ref()).unwrap_or_else(|| none.clone())),
        ("owner", owner.unwrap_or(none)),
    ];
    let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.into())).collect();
    let mut text = call.say("answer-ticket-shown", &values);
    if let Some(assignment) = &ticket.routing.assignment {
        let reasons: Vec<String> = assignment.reasons.iter().map(|why| escaped(&why.in_words(&call.desk, language))).collect();
        let key = if assignment.agent.is_some() { "staff-card-assigned" } else { "staff-reason-absent" };
        text = format!("{text}\n{}", call.say(key, &[("reasons", (&reasons.join(", ")).into()), ("reason", (&reasons.join(", ")).into())]));
    }
    Ok(Answer { choices: states(call, ticket, template).await?, ..Answer::text(text) })
}

/// The status, and the stage where there is one.
fn state_of(call: &Call<'_>, ticket: &Ticket) -> String {
    let language = &call.place.language;
    let status = words::say(language, status_key(ticket.status), &[]);
    let stage = ticket.stage.as_deref().and_then(|key| call.desk.form_of(ticket)?.stage(key));
    stage.map_or(status.clone(), |stage| format!("{status} · {}", escaped(stage.name.get(language))))
}

/// Where the ticket may go from here: its next stages, then the statuses.
async fn states(call: &Call<'_>, ticket: &Ticket, template: Option<&Template>) -> Result<Vec<Choice>, CommandError> {
    let known = tickets::around(call.engine, ticket).await?;
    let around = Some(Around { desk: &call.desk, input: &known });
    let (language, number) = (&call.place.language, number_text(ticket.number));
    let here = ticket.stage.as_deref().and_then(|key| template?.stage(key));
    let next = here.into_iter().flat_map(|stage| &stage.next).filter_map(|key| template?.stage(key));
    let stages = next.map(|stage| Choice::new(stage.name.get(language), format!("/status {} {number}", stage.key)));
    let statuses = TicketStatus::ALL.into_iter().filter(|status| {
        let mut tried = ticket.clone();
        let to = bellhop_domain::ticket::Move { status: Some(*status), stage: None };
        *status != ticket.status && tried.move_to(to, template, around, call.engine.now()).is_ok()
    });
    let statuses = statuses.map(|status| Choice::new(words::say(language, status_key(status), &[]), format!("/status {} {number}", status.as_str())));
    Ok(stages.chain(statuses).take(8).collect())
}

/// The ticket that was named, else the one open ticket of the conversation; with `any`, else its latest one.
pub(super) async fn the_ticket(call: &Call<'_>, named: Option<&str>, any: bool) -> Result<Ticket, CommandError> {
    if let Some(named) = named.filter(|named| !named.is_empty()) {
        let found = match parse_number(named) {
            Some(number) => call.engine.reader().ticket(number).await?,
            None => None,
        };
        let label = call.say("argument-ticket", &[]);
        let missing = || call.wrong(call.say("answer-no-such", &[("what", (&label).into()), ("given", (&quoted(named)).into())]), Vec::new());
        return found.ok_or_else(missing);
    }
    let mut all = call.engine.reader().tickets_of_conversation(call.conversation()?).await?;
    let open: Vec<&Ticket> = all.iter().filter(|ticket| ticket.status.is_open()).collect();
    match open.as_slice() {
        [only] => Ok((*only).clone()),
        [] if any => {
            all.sort_by_key(|ticket| ticket.updated_at);
            all.pop().ok_or_else(no_ticket)
        }
        [] => Err(no_ticket()),
        several => {
            let choice = |ticket: &&Ticket| {
                let number = number_text(ticket.number);
                let title = call.desk.form_of(ticket).map_or("", |template| template.title.get(&call.place.language));
                Choice::new(format!("{number} {title}"), call.line_naming(&number))
            };
            Err(call.wrong(call.say("answer-which-ticket", &[]), several.iter().take(8).map(choice).collect()))
        }
    }
}

fn no_ticket() -> CommandError {
    ActionError::not_now(Why::new("answer-no-ticket")).into()
}

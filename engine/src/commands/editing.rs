//! What agents and editors do for the knowledge base in a chat.

use bellhop_domain::id::MessageId;

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped, quoted};
use crate::{
    actions::editing::{
        gaps::{self, DraftInput, Gap, GapFilter},
        search,
        suggestions::{self, SuggestionInput},
    },
    caller::Permission,
};

/// Gaps that `/gaps` shows.
const MOST_SHOWN: usize = 5;
/// Questions of a gap that `/gap` shows.
const MOST_SAMPLES: usize = 8;
const EDIT: Option<Permission> = Some(Permission::EditArticles);

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "suggest",
        arguments: &[Argument::optional("note", Kind::Text)],
        needs: Some(Permission::HandleConversations),
        within: Within::Conversation,
        run: |call| Box::pin(suggest(call)),
    },
    Command { name: "gaps", arguments: &[], needs: EDIT, within: Within::Anywhere, run: |call| Box::pin(list(call)) },
    Command {
        name: "gap",
        arguments: &[Argument::required("gap", Kind::Text), Argument::optional("step", Kind::OneOf(&["draft", "dismiss"]))],
        needs: EDIT,
        within: Within::Anywhere,
        run: |call| Box::pin(gap(call)),
    },
    Command {
        name: "pin",
        arguments: &[Argument::required("article", Kind::Article), Argument::optional("off", Kind::OneOf(&["off"]))],
        needs: EDIT,
        within: Within::Anywhere,
        run: |call| Box::pin(pin(call)),
    },
    Command {
        name: "vote",
        arguments: &[Argument::required("article", Kind::Article), Argument::required("vote", Kind::OneOf(&["up", "down", "none"]))],
        needs: Some(Permission::ReadArticles),
        within: Within::Anywhere,
        run: |call| Box::pin(vote(call)),
    },
];

async fn suggest(call: &Call<'_>) -> Result<Answer, CommandError> {
    let input = SuggestionInput { message: call.place.replied_to, note: call.given("note").map(str::to_owned) };
    suggestions::suggest(call.engine, call.caller, call.conversation()?, &input).await?;
    call.answer("answer-suggested", &[])
}

async fn list(call: &Call<'_>) -> Result<Answer, CommandError> {
    let found = gaps::list(call.engine, call.caller, &GapFilter::default()).await?;
    if found.items.is_empty() {
        return call.answer("answer-no-gaps", &[]);
    }
    let mut answer = Answer::text(call.say("answer-gaps", &[]));
    for (index, gap) in found.items.iter().take(MOST_SHOWN).enumerate() {
        let number = i64::try_from(index + 1).unwrap_or(0);
        answer.text.push_str(&format!("\n{number}. {}", line(call, gap)));
        answer.choices.push(Choice::new(call.say("answer-button-gap", &[("count", number.into())]), format!("/gap {}", gap.id)));
    }
    Ok(answer)
}

/// A gap in a line.
fn line(call: &Call<'_>, gap: &Gap) -> String {
    let count = i64::try_from(gap.count).unwrap_or(i64::MAX);
    let title = escaped(&gap.title);
    call.say("answer-gap-line", &[("count", count.into()), ("title", (&title).into()), ("language", (&gap.language).into())])
}

async fn gap(call: &Call<'_>) -> Result<Answer, CommandError> {
    let given = call.text("gap");
    let Ok(id) = given.trim().parse::<MessageId>() else {
        return Err(call.wrong(call.say("answer-no-gap", &[("given", (&quoted(given)).into())]), Vec::new()));
    };
    match call.given("step") {
        Some("draft") => {
            let view = gaps::draft(call.engine, call.caller, id, &DraftInput::default()).await?;
            call.answer("answer-gap-drafted", &[("slug", (&escaped(&view.article.slug)).into())])
        }
        Some(_) => {
            gaps::dismiss(call.engine, call.caller, id, None).await?;
            call.answer("answer-gap-dismissed", &[])
        }
        None => {
            let gap = gaps::get(call.engine, call.caller, id).await?;
            let mut answer = Answer::text(line(call, &gap));
            for sample in gap.samples.iter().take(MOST_SAMPLES) {
                answer.text.push_str(&format!("\n- {}", quoted(&sample.text)));
            }
            for step in ["draft", "dismiss"] {
                answer.choices.push(Choice::new(call.say(&format!("choice-{step}"), &[]), format!("/gap {id} {step}")));
            }
            Ok(answer)
        }
    }
}

async fn pin(call: &Call<'_>) -> Result<Answer, CommandError> {
    let (slug, pinned) = (call.text("article"), call.given("off").is_none());
    search::pin(call.engine, call.caller, slug, pinned).await?;
    let key = if pinned { "answer-pinned" } else { "answer-unpinned" };
    call.answer(key, &[("slug", (&escaped(slug)).into())])
}

async fn vote(call: &Call<'_>) -> Result<Answer, CommandError> {
    let slug = call.text("article");
    let helpful = match call.text("vote") {
        "up" => Some(true),
        "down" => Some(false),
        _ => None,
    };
    search::vote(call.engine, call.caller, slug, helpful).await?;
    call.answer("answer-voted", &[("slug", (&escaped(slug)).into())])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use crate::{
        actions::{
            articles::{self, ArticleInput},
            tests::conversation,
        },
        caller::Caller,
        commands::{Place, run},
        testing::{TurnedClock, engine},
    };

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn agents_vote_editors_pin_and_both_find_it_first() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path(), TurnedClock::new()).await;
        let caller = Caller::system();
        let place = Place { conversation: Some(conversation(&engine, "ann", "Hello").await.id), language: "en".into(), ..Place::default() };
        let say = async |line: &str| match run(&engine, &caller, &place, line).await {
            Ok(answer) => answer,
            Err(error) => panic!("{line}: {}", error.answer("en").text),
        };
        assert!(say("/kb").await.text.contains("No article is pinned"));
        let input = ArticleInput { title: "Can I pay by invoice?".into(), body: "Companies can.".into(), ..ArticleInput::default() };
        articles::save_draft(&engine, &caller, "invoice", "en", &input, None).await.unwrap();
        articles::publish(&engine, &caller, "invoice", None, None).await.unwrap();
        assert_eq!(say("/pin invoice").await.text, "Pinned: invoice");
        let found = say("/kb").await;
        assert!(found.text.contains("Can I pay by invoice?"), "{}", found.text);
        assert_eq!(found.choices.iter().map(|choice| choice.line.as_str()).collect::<Vec<_>>(), ["/send invoice", "/send invoice link"]);
        assert_eq!(say("/pin invoice off").await.text, "Not pinned any more: invoice");
        assert!(say("/kb").await.text.contains("No article is pinned"));
        say("/vote invoice up").await;
        assert!(say("/kb").await.text.contains("Can I pay by invoice?"), "what agents find good is there without asking");
        assert!(say("/suggest asked every week").await.text.contains("Put forward"));
        assert!(say("/gaps").await.text.contains("Nothing that was asked"));
        for line in ["/gap nothing", "/gap msg_01934f00000070008000000000000002", "/pin nothing", "/vote nothing up", "/vote invoice sideways"] {
            assert!(run(&engine, &caller, &place, line).await.is_err(), "{line}");
        }
    }
}

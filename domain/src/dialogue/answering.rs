//! Answering: an article, a choice of articles, or a person.

use serde_json::{Value, json};

use super::{
    Choice, Decision, Draft, Finding, Findings, Form, HandoffReason, Phase, Shown, form, handing_over,
    turn::{Turn, forget_oldest},
};
use crate::{conversation::ConversationStatus, localised::base_language, message::ButtonAction, timeline::TimelineKind};

/// Articles that are offered at once.
const OFFERED: usize = 3;
/// A candidate this close to the best one, as a share of its score, may have been meant.
const CLOSE: f64 = 0.6;

/// Does what the knowledge base advises.
pub(super) fn question<'a>(mut turn: Turn<'a>, findings: &Findings) -> Turn<'a> {
    // The search leaves refused articles out; one that was refused meanwhile is dropped here.
    let fresh: Vec<&Finding> = findings.candidates.iter().filter(|finding| !turn.is_refused(&finding.slug)).collect();
    let best_is_fresh = fresh.first().map(|finding| &finding.slug) == findings.candidates.first().map(|finding| &finding.slug);
    match (findings.decision, fresh.as_slice()) {
        (Decision::Answer, [best, others @ ..]) if best_is_fresh => {
            let others = others.iter().filter(|other| other.score >= best.score * CLOSE).take(OFFERED).map(|other| Choice::from(*other)).collect();
            let mut details = explain(findings);
            if let Value::Object(details) = &mut details {
                details.insert("article".to_owned(), json!(best.slug));
            }
            turn.record(TimelineKind::Answered, details);
            let is_same = matches!(&turn.dialogue.phase, Phase::Answered { slug, .. } if *slug == best.slug);
            let lead = (is_same && findings.asked.with_last.is_some()).then_some("answer-same");
            answer(turn, best, others, lead)
        }
        (Decision::Answer | Decision::Clarify, [_, ..]) => {
            turn.record(TimelineKind::Clarified, explain(findings));
            let options = fresh.iter().take(OFFERED).map(|finding| Choice::from(*finding)).collect();
            clarify(turn, "clarify", options)
        }
        _ => {
            turn.listen();
            handing_over::hand_over(turn, HandoffReason::NoAnswer, Some(explain(findings)))
        }
    }
}

/// Gives the article that was chosen by a button, or says that it is gone.
pub(super) fn chosen<'a>(mut turn: Turn<'a>, slug: &str, language: &str) -> Turn<'a> {
    let Some(article) = turn.article(slug, language) else {
        turn.listen();
        turn.say_words("article-gone");
        return turn;
    };
    if matches!(&turn.dialogue.phase, Phase::Answered { slug: answered, .. } if answered == slug) {
        turn.say_words("already-shown");
        return turn;
    }
    if let Phase::Collecting(form) = &turn.dialogue.phase {
        let form = form.clone();
        return beside_form(turn, article, form);
    }
    let others = match &turn.dialogue.phase {
        Phase::Clarifying { options } => options.iter().filter(|option| option.slug != slug).cloned().collect(),
        _ => Vec::new(),
    };
    turn.record(TimelineKind::Answered, json!({"article": slug, "language": language, "why": "chosen"}));
    answer(turn, article, others, None)
}

/// Gives `article`, after the words `lead`.
fn answer<'a>(mut turn: Turn<'a>, article: &Finding, others: Vec<Choice>, lead: Option<&str>) -> Turn<'a> {
    let mut paragraphs = text(&turn, article);
    if let Some(key) = lead {
        paragraphs.insert(0, turn.words(key, &[]));
    }
    remember(&mut turn, article);
    turn.dialogue.phase = Phase::Answered { slug: article.slug.clone(), language: article.language.clone(), others };
    let slug = || article.slug.clone();
    let mut buttons = vec![
        turn.button("button-helped", ButtonAction::Helped { article: slug() }),
        turn.button("button-did-not-help", ButtonAction::DidNotHelp { article: slug() }),
    ];
    if turn.status == ConversationStatus::Bot {
        buttons.push(turn.button("button-human", ButtonAction::Human));
    }
    turn.reply(paragraphs, buttons);
    turn
}

/// Gives `article` while a form is open, and asks the form's question again below it.
pub(super) fn beside_form<'a>(mut turn: Turn<'a>, article: &Finding, form: Form) -> Turn<'a> {
    let mut paragraphs = text(&turn, article);
    remember(&mut turn, article);
    let (question, buttons) = form::question(&turn, &form);
    paragraphs.push(question);
    turn.dialogue.phase = Phase::Collecting(form);
    turn.reply(paragraphs, buttons);
    turn
}

/// The article as it is said: the short answer and the link.
fn text(turn: &Turn<'_>, article: &Finding) -> Vec<String> {
    let mut paragraphs = Vec::new();
    if base_language(&article.language) != base_language(&turn.language) {
        paragraphs.push(turn.words("answer-other-language", &[("article", base_language(&article.language).into())]));
    }
    paragraphs.push(article.answer.clone());
    paragraphs.push(turn.words("read-more", &[("url", (&article.url).into())]));
    paragraphs
}

/// Remembers that `article` was given.
fn remember(turn: &mut Turn<'_>, article: &Finding) {
    turn.dialogue.shown.retain(|shown| shown.slug != article.slug || shown.helped.is_some());
    turn.dialogue.shown.push(Shown { slug: article.slug.clone(), language: article.language.clone(), title: article.title.clone(), helped: None });
    forget_oldest(&mut turn.dialogue.shown);
}

/// Asks which of `options` was meant, in the words `key`.
pub(super) fn clarify<'a>(mut turn: Turn<'a>, key: &str, options: Vec<Choice>) -> Turn<'a> {
    let mut buttons: Vec<Draft> = options
        .iter()
        .map(|option| Draft {
            label: option.title.clone(),
            action: ButtonAction::Choose { article: option.slug.clone(), language: option.language.clone() },
        })
        .collect();
    buttons.push(turn.button("button-none", ButtonAction::NoneOfThese));
    buttons.push(turn.button("button-human", ButtonAction::Human));
    let text = turn.words(key, &[]);
    turn.dialogue.phase = Phase::Clarifying { options };
    turn.reply(vec![text], buttons);
    turn
}

/// Why a decision was made: numbers and slugs only.
pub(super) fn explain(findings: &Findings) -> Value {
    let candidates: Vec<Value> =
        findings.candidates.iter().map(|finding| json!({"slug": finding.slug, "language": finding.language, "score": finding.score})).collect();
    let mut why = json!({
        "decision": findings.decision.as_str(),
        "probability": findings.probability,
        "threshold": findings.threshold,
        "candidates": candidates,
    });
    if let Value::Object(why) = &mut why {
        if findings.asked.messages > 1 {
            why.insert("messages".to_owned(), json!(findings.asked.messages));
        }
        if findings.by_meaning {
            why.insert("by".to_owned(), json!("meaning"));
        }
        if !findings.synonyms.is_empty() {
            why.insert("synonyms".to_owned(), json!(findings.synonyms));
        }
        if let Some(follow_up) = findings.asked.with_last {
            why.insert("with_last_question".to_owned(), json!({"sign": follow_up.sign.as_str(), "alone": follow_up.alone}));
        }
    }
    why
}

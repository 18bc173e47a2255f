//! What was said before counts: follow-ups, choices in words, answers that did not help, and messages in a row.

use serde_json::Value;

use crate::support::{Customer, Database, Fault, House, Setup, agent::id, on_both_databases, until};

on_both_databases!(
    a_follow_up_is_understood_with_the_question_before_it,
    an_article_that_did_not_help_is_not_given_again,
    messages_in_a_row_are_one_question_and_get_one_answer,
    two_questions_in_a_row_get_two_answers,
    a_handoff_that_was_not_told_yet_is_taken_back_when_the_question_becomes_clear,
    a_row_that_is_cut_off_by_a_kill_is_answered_once,
    customers_of_seven_languages_are_understood_and_answered_in_theirs,
);

/// A shop that delivers to two countries, and what may be wrong with its kettles.
const ARTICLES: [(&str, &str, &str, &str); 7] = [
    ("norway-time", "How long does delivery to Norway take?", "Parcels to Norway take six days.", "delivery time Norway"),
    ("peru-time", "How long does delivery to Peru take?", "Parcels to Peru take nine days.", "delivery time Peru"),
    ("norway-customs", "Do I pay customs in Norway?", "Customs in Norway are a quarter of the price.", "customs duties Norway"),
    ("peru-customs", "Do I pay customs in Peru?", "Customs in Peru are a fifth of the price.", "customs duties Peru"),
    ("kettle-leaks", "My kettle leaks", "Tighten the ring below the kettle.", "water runs out of the kettle"),
    ("kettle-loud", "My kettle is loud", "Remove the limescale from the kettle.", "noise of the kettle"),
    ("umbrellas", "Do you sell umbrellas?", "Yes, umbrellas in four colours.", "umbrella colours"),
];

async fn open(database: Database) -> House {
    let folder = tempfile::tempdir().expect("a folder");
    for (slug, title, answer, phrasing) in ARTICLES {
        let text = format!("---\ntitle: {title}\nanswer: {answer}\nphrasings: [\"{phrasing}\"]\n---\n{answer}\n");
        std::fs::write(folder.path().join(format!("{slug}.md")), text).expect("an article");
    }
    Setup::on(database).with_articles_of(folder.path().to_str().expect("a path")).open().await
}

/// Why the bot did what it did last, as the API tells it.
async fn reasons(house: &House, customer: &Customer<'_>) -> Value {
    let conversation = house.agent.finds(&customer.thread, "there", |_| true).await;
    let timeline = house.agent.all(&format!("/conversations/{}/timeline", id(&conversation))).await;
    let mut decided = timeline.iter().filter(|event| ["answered", "clarified", "handed_off"].iter().any(|kind| event["kind"] == *kind));
    decided.next_back().unwrap_or_else(|| panic!("no decision in {timeline:#?}"))["details"].clone()
}

async fn a_follow_up_is_understood_with_the_question_before_it(database: Database) {
    let house = open(database).await;
    let ann = house.customer("ann");
    let first = ann.asks("How long does delivery to Norway take?").await;
    assert!(first.text().contains("six days"), "{}", first.text());
    let and = ann.asks("and to Peru?").await;
    assert!(and.text().contains("nine days"), "{}", and.text());
    let why = reasons(&house, &ann).await;
    assert_eq!(why["with_last_question"]["sign"], "connects", "{why}");
    assert!(why["with_last_question"]["alone"].is_number(), "{why}");

    // What stands for itself is not drawn back to it.
    let other = ann.asks("My kettle leaks").await;
    assert!(other.text().contains("Tighten the ring"), "{}", other.text());
    assert!(reasons(&house, &ann).await["with_last_question"].is_null());

    // A choice in words, after we asked which one was meant: by place, and by a part of a title.
    let mut chosen = 0;
    for (number, vague) in ["Peru", "kettle", "customs", "delivery", "my kettle in Peru", "Norway or Peru"].into_iter().enumerate() {
        for by_place in [true, false] {
            let customer = house.customer(&format!("c{number}-{by_place}"));
            let which = customer.asks(vague).await;
            let labels = which.labels();
            let [first, second, ..] = labels.as_slice() else { continue };
            let Some((_, title, answer, _)) = ARTICLES.iter().find(|(_, title, ..)| title == second).filter(|_| first != &"This helped") else {
                continue;
            };
            let own = title.split(' ').find(|word| word.len() > 3 && !labels.iter().any(|label| label != title && label.contains(word)));
            let Some(words) = (if by_place { Some("the second one, please") } else { own }) else { continue };
            let given = customer.asks(words).await;
            assert!(given.text().contains(answer), "{vague}, {labels:?}, {words}: {}", given.text());
            chosen += 1;
        }
    }
    assert!(chosen > 0, "nothing was vague enough to be asked back");
    house.closes().await;
}

async fn an_article_that_did_not_help_is_not_given_again(database: Database) {
    let house = open(database).await;
    for (name, refusal) in [("ann", "it still leaks"), ("bob", "That did not help."), ("cid", "sorry, that didn't help, it is wet everywhere")] {
        let customer = house.customer(name);
        assert!(customer.asks("My kettle leaks").await.text().contains("Tighten the ring"));
        let next = customer.asks(refusal).await;
        assert!(!next.text().contains("Tighten the ring"), "{refusal}: {}", next.text());
        let conversation = house.agent.finds(&customer.thread, "there", |_| true).await;
        if conversation["status"] == "queued" {
            house.agent.does(&conversation, "take").await;
            house.agent.does(&conversation, "bot").await;
            customer.hears().await;
        }
        let again = customer.asks("My kettle leaks").await;
        assert!(!again.text().contains("Tighten the ring"), "after {refusal}: {}", again.text());
    }
    house.closes().await;
}

/// The customer has a reply on the wire that nobody takes: what is said to them waits behind it.
async fn is_kept_waiting(house: &House, customer: &Customer<'_>) {
    house.receiver.meets(Some(&customer.thread), 1, Fault::Delayed);
    customer.says("/help").await;
    house.receiver.called(&customer.thread, 1).await;
}

/// Waits until this many messages of theirs are stored, with whatever was decided on them.
async fn are_handled(house: &House, customer: &Customer<'_>, count: usize) -> Vec<Value> {
    until(&format!("{count} messages of {}", customer.thread), || async {
        let conversation = house.agent.conversations_of(&customer.thread).await.into_iter().next()?;
        let messages = house.agent.messages(&conversation).await;
        (messages.iter().filter(|message| message["direction"] == "in").count() == count).then_some(messages)
    })
    .await
}

async fn messages_in_a_row_are_one_question_and_get_one_answer(database: Database) {
    let house = open(database).await;
    let ann = house.customer("ann");
    is_kept_waiting(&house, &ann).await;
    ann.says("hi").await;
    are_handled(&house, &ann, 2).await;
    ann.says("I have a question about delivery").await;
    are_handled(&house, &ann, 3).await;
    ann.says("how long to Norway").await;
    are_handled(&house, &ann, 4).await;
    let last = ann.says("thanks!").await;
    let messages = are_handled(&house, &ann, 5).await;
    let out: Vec<&Value> = messages.iter().filter(|message| message["direction"] == "out").collect();
    let cancelled = out.iter().filter(|message| message["delivery"] == "cancelled").count();
    assert_eq!((out.len(), cancelled), (5, 3), "{out:#?}");
    house.receiver.lift();
    assert!(ann.hears().await.text().contains("/tickets"));
    let answer = ann.hears().await;
    assert_eq!(answer.reply_to(), Some(last.as_str()));
    assert!(answer.text().contains("six days"), "{}", answer.text());
    assert_eq!(reasons(&house, &ann).await["messages"], 4);
    ann.hears_nothing_more().await;

    // What adds nothing to a question does not cost it its answer.
    let bob = house.customer("bob");
    is_kept_waiting(&house, &bob).await;
    bob.says("My kettle leaks").await;
    are_handled(&house, &bob, 2).await;
    bob.says("grandmother gave it to me for my birthday in Lisbon").await;
    are_handled(&house, &bob, 3).await;
    bob.says("thanks!").await;
    are_handled(&house, &bob, 4).await;
    house.receiver.lift();
    assert!(bob.hears().await.text().contains("/tickets"));
    let answer = bob.hears().await;
    assert!(answer.text().contains("Tighten the ring"), "{}", answer.text());
    bob.hears_nothing_more().await;
    house.closes().await;
}

async fn two_questions_in_a_row_get_two_answers(database: Database) {
    let house = open(database).await;
    let ann = house.customer("ann");
    is_kept_waiting(&house, &ann).await;
    ann.says("My kettle leaks").await;
    are_handled(&house, &ann, 2).await;
    ann.says("Do you sell umbrellas?").await;
    are_handled(&house, &ann, 3).await;
    house.receiver.lift();
    assert!(ann.hears().await.text().contains("/tickets"));
    assert!(ann.hears().await.text().contains("Tighten the ring"));
    assert!(ann.hears().await.text().contains("four colours"));
    ann.hears_nothing_more().await;
    house.closes().await;
}

async fn a_handoff_that_was_not_told_yet_is_taken_back_when_the_question_becomes_clear(database: Database) {
    let house = open(database).await;
    let ann = house.customer("ann");
    is_kept_waiting(&house, &ann).await;
    ann.says("my grandmother called yesterday").await;
    house.agent.finds_with_status(&ann.thread, "queued").await;
    ann.says("My kettle leaks").await;
    house.agent.finds_with_status(&ann.thread, "bot").await;
    house.receiver.lift();
    assert!(ann.hears().await.text().contains("/tickets"));
    assert!(ann.hears().await.text().contains("Tighten the ring"));

    // Who wants a person gets one, whatever was about to be answered.
    let bob = house.customer("bob");
    is_kept_waiting(&house, &bob).await;
    bob.says("My kettle leaks").await;
    are_handled(&house, &bob, 2).await;
    bob.says("a human please").await;
    house.agent.finds_with_status(&bob.thread, "queued").await;
    house.receiver.lift();
    assert!(bob.hears().await.text().contains("/tickets"));
    assert!(bob.hears().await.text().contains("A person will take over"));
    bob.hears_nothing_more().await;
    house.closes().await;
}

async fn a_row_that_is_cut_off_by_a_kill_is_answered_once(database: Database) {
    let mut house = open(database).await;
    house.receiver.meets(Some("thread-ann"), 1, Fault::Hang);
    let ann = house.customer("ann");
    ann.says("/help").await;
    house.receiver.called("thread-ann", 1).await;
    ann.says("hello").await;
    are_handled(&house, &ann, 2).await;
    let last = ann.says("My kettle leaks").await;
    are_handled(&house, &ann, 3).await;
    let thread = ann.thread.clone();
    house.program.kill().await;
    house.program.start().await;
    assert!(house.receiver.next_message(&thread).await.text().contains("/tickets"));
    let answer = house.receiver.next_message(&thread).await;
    assert_eq!(answer.reply_to(), Some(last.as_str()));
    assert!(answer.text().contains("Tighten the ring"), "{}", answer.text());
    house.program.drained(std::time::Duration::from_secs(60)).await;
    assert_eq!(house.receiver.messages_of(&thread).len(), 2);
    house.closes().await;
}

async fn customers_of_seven_languages_are_understood_and_answered_in_theirs(database: Database) {
    let house = open(database).await;
    for (locale, greeting, greeted, person, told, ticket, none) in [
        ("en", "Hello!", "automatic assistant", "a human, please", "A person will take over", "where is my ticket?", "You have no tickets"),
        ("zh", "你好", "自动助手", "請幫我轉人工客服", "为您转给人工客服", "我的工单到哪了", "没有工单"),
        (
            "de",
            "Guten Tag!",
            "automatische Assistent",
            "Ich möchte mit einem Menschen sprechen",
            "Ein Mensch übernimmt",
            "Wo ist mein Ticket?",
            "keine Tickets",
        ),
        (
            "es",
            "¡Buenos días!",
            "asistente automático",
            "Quiero hablar con una persona",
            "Le atenderá una persona",
            "¿Dónde está mi ticket?",
            "No tiene tickets",
        ),
        (
            "fr",
            "Bonjour !",
            "assistant automatique",
            "Je voudrais parler à un conseiller",
            "Une personne va prendre le relais",
            "Où en est mon ticket ?",
            "aucun ticket",
        ),
        (
            "pt",
            "Bom dia!",
            "assistente automático",
            "Quero falar com um atendente",
            "Uma pessoa vai assumir",
            "Onde está meu ticket?",
            "não tem tickets",
        ),
        (
            "ja",
            "こんにちは",
            "自動アシスタント",
            "オペレーターにつないでください",
            "担当者が対応いたします",
            "私のチケットはどうなっていますか",
            "チケットはありません",
        ),
    ] {
        let customer = house.customer(locale).with(serde_json::json!({ "locale": locale }));
        for (said, expected) in [(greeting, greeted), (ticket, none), (person, told)] {
            let answer = customer.asks(said).await;
            assert!(answer.text().contains(expected), "{locale}: {said}: {}", answer.text());
        }
        house.agent.finds_with_status(&customer.thread, "queued").await;
    }
    house.closes().await;
}

//! Buttons: pressed once, twice, late, wrongly, and by typing their number.

use serde_json::json;

use crate::support::{Database, House, agent::id, on_both_databases};

on_both_databases!(
    an_answer_that_helped_closes_the_case,
    an_answer_that_did_not_help_leads_on,
    a_person_is_one_press_away,
    a_number_typed_back_presses_the_button,
    buttons_pressed_twice_late_or_never_made_are_harmless,
    thumbs_count_as_buttons,
);

const QUESTION: &str = "how long does shipping take";

async fn an_answer_that_helped_closes_the_case(database: Database) {
    let house = House::with_articles(database).await;
    let ann = house.customer("ann");
    let answer = ann.asks(QUESTION).await;
    assert_eq!(answer.labels(), ["This helped", "This did not help", "Talk to a person"]);
    ann.presses(&answer, "This helped").await;
    let settled = ann.hears().await;
    assert!(settled.text().contains("Is everything settled?"), "{}", settled.text());
    ann.presses(&settled, "Yes, all settled").await;
    assert!(ann.hears().await.text().contains("closing this conversation"));
    house.agent.finds_with_status(&ann.thread, "resolved").await;
    house.closes().await;
}

async fn an_answer_that_did_not_help_leads_on(database: Database) {
    let house = House::with_articles(database).await;
    let ann = house.customer("ann");
    let mut last = ann.asks(QUESTION).await;
    // Other articles may be offered first; in the end a person takes over.
    for _ in 0..3 {
        let (label, refused) = if last.labels().contains(&"This did not help") { ("This did not help", true) } else { ("None of these", false) };
        ann.presses(&last, label).await;
        last = ann.hears().await;
        if last.text().contains("A person will take over") {
            break;
        }
        assert!(refused, "{}", last.text());
    }
    assert!(last.text().contains("A person will take over"), "{}", last.text());
    let conversation = house.agent.finds_with_status(&ann.thread, "queued").await;
    assert_eq!(conversation["department"], "support");
    house.closes().await;
}

async fn a_person_is_one_press_away(database: Database) {
    let house = House::with_articles(database).await;
    let ann = house.customer("ann");
    let answer = ann.asks(QUESTION).await;
    ann.presses(&answer, "Talk to a person").await;
    assert!(ann.hears().await.text().contains("You are next in line"));
    house.agent.finds_with_status(&ann.thread, "queued").await;
    house.closes().await;
}

async fn a_number_typed_back_presses_the_button(database: Database) {
    let house = House::with_articles(database).await;
    let (ann, bob) = (house.customer("ann"), house.customer("bob"));
    ann.asks(QUESTION).await;
    assert!(ann.asks("1").await.text().contains("Is everything settled?"));
    bob.asks(QUESTION).await;
    let person = bob.asks("3").await;
    assert!(person.text().contains("You are next in line"), "{}", person.text());
    house.closes().await;
}

async fn buttons_pressed_twice_late_or_never_made_are_harmless(database: Database) {
    let house = House::with_articles(database).await;
    let (ann, bob) = (house.customer("ann"), house.customer("bob"));
    let answer = ann.asks(QUESTION).await;
    ann.presses(&answer, "This helped").await;
    ann.hears().await;

    // Twice: said in words, and nothing else happens.
    ann.presses(&answer, "This helped").await;
    assert!(ann.hears().await.text().contains("done already"));

    // Late: the conversation has moved on.
    ann.asks("/human").await;
    let conversation = house.agent.finds_with_status(&ann.thread, "queued").await;
    let version = conversation["version"].clone();
    ann.presses(&answer, "Talk to a person").await;
    let again = ann.hears().await;
    assert!(again.text().contains("You are next in line"), "{}", again.text());

    // Never made, or made for somebody else: no answer, no effect.
    ann.presses_id("no-such-button", answer.message()).await;
    bob.asks(QUESTION).await;
    bob.presses_id(answer.button("Talk to a person"), answer.message()).await;
    ann.hears_nothing_more().await;
    bob.hears_nothing_more().await;
    house.agent.finds_with_status(&bob.thread, "bot").await;
    let after = house.agent.finds_with_status(&ann.thread, "queued").await;
    assert_eq!(id(&after), id(&conversation));
    assert!(version.as_i64().is_some());
    house.closes().await;
}

async fn thumbs_count_as_buttons(database: Database) {
    let house = House::with_articles(database).await;
    let (ann, bob) = (house.customer("ann"), house.customer("bob"));
    let answer = ann.asks(QUESTION).await;
    let up = json!({ "message": { "id": answer.message() }, "reaction": { "emoji": "👍", "removed": false } });
    ann.does("reaction", up).await;
    ann.presses(&answer, "This helped").await;
    let again = ann.hears().await;
    assert!(again.text().contains("done already"), "the thumb counted: {}", again.text());

    let answer = bob.asks(QUESTION).await;
    let down = json!({ "message": { "id": answer.message() }, "reaction": { "emoji": "👎", "removed": false } });
    bob.does("reaction", down).await;
    let other = bob.hears().await;
    assert!(other.text().contains("did not help"), "{}", other.text());

    // A thumb on the closing message settles the case.
    let eve = house.customer("eve");
    eve.asks("will it rain in Lisbon tomorrow?").await;
    let conversation = house.agent.finds_with_status(&eve.thread, "queued").await;
    house.agent.does(&conversation, "close").await;
    let closing = eve.hears().await;
    eve.does("reaction", json!({ "message": { "id": closing.message() }, "reaction": { "emoji": "👎", "removed": false } })).await;
    eve.hears().await;
    house.agent.finds_with_status(&eve.thread, "queued").await;
    house.closes().await;
}

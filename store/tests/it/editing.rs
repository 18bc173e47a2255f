use bellhop_domain::{
    actor::Actor,
    id::{MessageId, RegressionId, SuggestionId, SynonymsId},
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_store::{
    articles::{ArticleRecord, ArticleText},
    gaps::{GapMark, GapState, as_sample},
    regressions::RegressionQuestion,
    suggestions::{Suggestion, SuggestionState},
    synonyms::Synonyms,
    usefulness::{ArticleStanding, ArticleUse},
};
use serde_json::json;

use crate::base::{Base, at, on_both, said, talking, uuid};

on_both!(
    a_regression_question_is_kept_changed_and_removed,
    synonyms_are_kept_changed_and_removed,
    what_the_knowledge_base_did_is_read_in_pages_newest_first,
    questions_are_found_with_their_words_and_marks,
    a_suggestion_is_decided_once,
    use_votes_and_pins_add_up,
    what_is_due_is_found,
    erasing_takes_a_persons_words_from_an_editors_work,
);

fn question(number: u128) -> RegressionQuestion {
    RegressionQuestion {
        id: RegressionId(uuid(number)),
        version: 1,
        text: format!("question {number}"),
        lang: Some("en".to_owned()),
        expected: number.is_multiple_of(2).then(|| "returns".to_owned()),
        viewer: json!({ "tier": "gold" }),
        contact: None,
        author: "Mei".to_owned(),
        created_at: at(number as i64),
        updated_at: at(number as i64),
    }
}

async fn keep(base: &Base, question: RegressionQuestion) {
    base.write(move |tx| Box::pin(async move { tx.insert_regression_question(&question).await })).await;
}

async fn a_regression_question_is_kept_changed_and_removed(base: &Base) {
    let reader = &base.store.reader;
    for number in 1..=5 {
        keep(base, question(number)).await;
    }
    assert_eq!(reader.regression_question(question(2).id).await.unwrap(), Some(question(2)));
    let page = reader.regression_questions(None, None, 2).await.unwrap();
    assert_eq!(page.items, [question(5), question(4)]);
    let page = reader.regression_questions(None, page.next, 2).await.unwrap();
    assert_eq!(page.items, [question(3), question(2)]);
    assert_eq!(reader.regression_questions(Some("returns"), None, 10).await.unwrap().items.len(), 2);
    let changed = RegressionQuestion { expected: None, ..question(2) };
    for (expected, what) in [(true, "the version that there is"), (false, "an old one")] {
        let changed = changed.clone();
        let written = base.write(move |tx| Box::pin(async move { tx.update_regression_question(&changed).await }));
        assert_eq!(written.await, expected, "{what}");
    }
    assert_eq!(reader.regression_question(question(2).id).await.unwrap(), Some(RegressionQuestion { version: 2, ..changed }));
    for expected in [true, false] {
        assert_eq!(base.write(|tx| Box::pin(async move { tx.delete_regression_question(RegressionId(uuid(2))).await })).await, expected);
    }
}

fn synonyms(number: u128) -> Synonyms {
    Synonyms {
        id: SynonymsId(uuid(number)),
        version: 1,
        lang: number.is_multiple_of(2).then(|| "zh".to_owned()),
        words: vec![format!("“word” {number}"), "分期付款".to_owned()],
        author: "Mei".to_owned(),
        created_at: at(number as i64),
        updated_at: at(number as i64),
    }
}

async fn synonyms_are_kept_changed_and_removed(base: &Base) {
    let reader = &base.store.reader;
    for number in 1..=5 {
        let group = synonyms(number);
        base.write(move |tx| Box::pin(async move { tx.insert_synonyms(&group).await })).await;
    }
    assert_eq!(reader.synonyms(synonyms(2).id).await.unwrap(), Some(synonyms(2)));
    assert_eq!(reader.all_synonyms().await.unwrap(), [1, 2, 3, 4, 5].map(synonyms));
    let page = reader.synonyms_page(None, None, 2).await.unwrap();
    assert_eq!(page.items, [synonyms(5), synonyms(4)]);
    assert_eq!(reader.synonyms_page(None, page.next, 2).await.unwrap().items, [synonyms(3), synonyms(2)]);
    assert_eq!(reader.synonyms_page(Some("zh"), None, 10).await.unwrap().items, [synonyms(4), synonyms(2)]);
    let changed = Synonyms { lang: None, words: vec!["a".to_owned(), "b".to_owned()], ..synonyms(2) };
    for (expected, what) in [(true, "the version that there is"), (false, "an old one")] {
        let changed = changed.clone();
        let written = base.write(move |tx| Box::pin(async move { tx.update_synonyms(&changed).await }));
        assert_eq!(written.await, expected, "{what}");
    }
    assert_eq!(reader.synonyms(synonyms(2).id).await.unwrap(), Some(Synonyms { version: 2, ..changed }));
    for expected in [true, false] {
        assert_eq!(base.write(|tx| Box::pin(async move { tx.delete_synonyms(SynonymsId(uuid(2))).await })).await, expected);
    }
    assert_eq!(reader.count_synonyms().await.unwrap(), 4);
}

async fn what_the_knowledge_base_did_is_read_in_pages_newest_first(base: &Base) {
    let conversation = talking(base, 1).await;
    let event = |seconds: i64, kind| TimelineEvent {
        conversation: Some(conversation.id),
        ticket: None,
        at: at(seconds),
        actor: Actor::Bot,
        kind,
        details: json!({ "seconds": seconds }),
    };
    use TimelineKind::{Answered, Clarified, HandedOff, Rated, StatusChanged};
    // Two at the same moment: the number decides.
    let events = [(1, Answered), (2, StatusChanged), (3, Clarified), (3, Rated), (5, HandedOff), (6, Answered)].map(|(at, kind)| event(at, kind));
    base.write(move |tx| Box::pin(async move { tx.append_timeline(&events).await })).await;
    let mut read = Vec::new();
    let mut before = (at(6), i64::MIN);
    loop {
        let page = base.store.reader.knowledge_events(at(1), before, 2).await.unwrap();
        let Some((seq, last)) = page.last() else { break };
        before = (last.at, *seq);
        read.extend(page.into_iter().map(|(_, event)| event.kind));
    }
    assert_eq!(read, [HandedOff, Rated, Clarified, Answered], "from the first moment, before the last, and only these kinds");
}

async fn questions_are_found_with_their_words_and_marks(base: &Base) {
    let conversation = talking(base, 1).await;
    let messages: Vec<_> = (1..=250).map(|number| said(number, &conversation, &format!("text {number}"))).collect();
    let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    base.write(move |tx| Box::pin(async move { tx.insert_messages(&messages).await })).await;
    let texts = base.store.reader.asked_texts(&ids).await.unwrap();
    assert_eq!(texts.len(), 250, "more than are looked for at once");
    let places = base.store.reader.asked_in(&[conversation.id]).await.unwrap();
    assert_eq!(places.iter().map(|place| (place.contact, place.channel.as_str())).collect::<Vec<_>>(), [(conversation.contact, "shop")]);
    assert!(base.store.reader.asked_texts(&[]).await.unwrap().is_empty());

    let mark =
        |state, seconds| GapMark { message: ids[0], state, slug: None, reason: Some("no".to_owned()), author: "Mei".to_owned(), at: at(seconds) };
    for (state, seconds) in [(GapState::Dismissed, 10), (GapState::Drafted, 20)] {
        let marks = [mark(state, seconds)];
        base.write(move |tx| Box::pin(async move { tx.mark_gaps(&marks).await })).await;
    }
    assert_eq!(base.store.reader.gap_marks(at(0)).await.unwrap(), [mark(GapState::Drafted, 20)], "the last word counts");
    assert!(base.store.reader.gap_marks(at(21)).await.unwrap().is_empty());
    let first = ids[0];
    base.write(move |tx| Box::pin(async move { tx.unmark_gaps(&[first]).await })).await;
    assert!(base.store.reader.gap_marks(at(0)).await.unwrap().is_empty());
}

async fn suggested(base: &Base, number: u128) -> Suggestion {
    let conversation = talking(base, number).await;
    let suggestion = Suggestion {
        id: SuggestionId(uuid(number)),
        version: 1,
        conversation: conversation.id,
        ticket: Some(7),
        message: None,
        note: Some("often".to_owned()),
        author: Actor::System,
        state: SuggestionState::Open,
        slug: None,
        reason: None,
        decided_by: None,
        decided_at: None,
        created_at: at(number as i64),
    };
    let stored = suggestion.clone();
    base.write(move |tx| Box::pin(async move { tx.insert_suggestion(&stored).await })).await;
    suggestion
}

async fn a_suggestion_is_decided_once(base: &Base) {
    let (first, second) = (suggested(base, 1).await, suggested(base, 2).await);
    let reader = &base.store.reader;
    assert_eq!(reader.suggestion(first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(reader.open_suggestion(first.conversation).await.unwrap(), Some(first.clone()));
    let decided = Suggestion { state: SuggestionState::Declined, reason: Some("no".to_owned()), decided_at: Some(at(9)), ..first.clone() };
    for expected in [true, false] {
        let decided = decided.clone();
        assert_eq!(base.write(move |tx| Box::pin(async move { tx.decide_suggestion(&decided).await })).await, expected);
    }
    assert_eq!(reader.open_suggestion(first.conversation).await.unwrap(), None);
    assert_eq!(reader.suggestions(Some(SuggestionState::Open), None, 10).await.unwrap().items, std::slice::from_ref(&second));
    assert_eq!(reader.suggestions(None, None, 10).await.unwrap().items, [second, Suggestion { version: 2, ..decided }]);
}

async fn use_votes_and_pins_add_up(base: &Base) {
    let used = |slug: &str, day, views, sent| ArticleUse { slug: slug.to_owned(), lang: "en".to_owned(), day, views, sent };
    let uses = [used("a", 1, 5, 0), used("a", 2, 1, 1), used("a", 2, 2, 3), used("b", 2, 0, 1)];
    base.write(move |tx| {
        Box::pin(async move {
            tx.count_uses(&uses).await?;
            for (voter, helpful) in [("mei", Some(true)), ("mei", Some(false)), ("tom", Some(true)), ("eva", Some(true)), ("eva", None)] {
                tx.vote_on_article("a", voter, helpful, at(1)).await?;
            }
            assert!(tx.pin_article("c", "Mei", at(1)).await?);
            assert!(!tx.pin_article("c", "Mei", at(2)).await?);
            Ok(())
        })
    })
    .await;
    let reader = &base.store.reader;
    let standing = |slug: &str, views, sent, up, down, pinned| ArticleStanding { slug: slug.to_owned(), views, sent, up, down, pinned };
    let expected = [standing("a", 3, 4, 1, 1, false), standing("b", 0, 1, 0, 0, false), standing("c", 0, 0, 0, 0, true)];
    assert_eq!(reader.article_standings(2).await.unwrap(), expected);
    assert_eq!(reader.article_uses(1, 2).await.unwrap(), [used("a", 1, 5, 0)]);
    assert_eq!(reader.pinned_articles().await.unwrap(), ["c"]);
    assert!(base.write(|tx| Box::pin(async move { tx.unpin_article("c").await })).await);
    assert!(reader.pinned_articles().await.unwrap().is_empty());
}

fn record(slug: &str) -> ArticleRecord {
    ArticleRecord {
        slug: slug.to_owned(),
        category: None,
        visibility: "public".to_owned(),
        audience: json!({}),
        owner: Some("mei@example.org".to_owned()),
        folder: None,
        version: 0,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// A published article.
async fn published(base: &Base, slug: &'static str, text: ArticleText) {
    base.write(move |tx| {
        Box::pin(async move {
            tx.save_article(&record(slug), None, at(0)).await?;
            tx.save_draft(slug, "en", &text, "Mei", None, at(0)).await?;
            tx.publish_article(slug, "en", None, at(0)).await?;
            Ok(())
        })
    })
    .await;
}

async fn what_is_due_is_found(base: &Base) {
    for (slug, review_by) in [("soon", Some(at(10))), ("later", Some(at(20))), ("never", None)] {
        published(base, slug, ArticleText { title: slug.to_owned(), review_by, ..ArticleText::default() }).await;
    }
    // What is only being written is not due.
    let draft = ArticleText { title: "again".to_owned(), review_by: Some(at(1)), ..ArticleText::default() };
    base.write(move |tx| Box::pin(async move { tx.save_draft("never", "en", &draft, "Mei", None, at(0)).await })).await;
    let due = async |by| {
        let due = base.store.reader.articles_due(at(by), 10).await.unwrap();
        due.into_iter().map(|due| (due.slug, due.owner.unwrap_or_default())).collect::<Vec<_>>()
    };
    let owner = || "mei@example.org".to_owned();
    assert_eq!(due(5).await, []);
    assert_eq!(due(30).await, [("soon".to_owned(), owner()), ("later".to_owned(), owner())]);
}

async fn erasing_takes_a_persons_words_from_an_editors_work(base: &Base) {
    const MARKER: &str = "zebra";
    let suggestion = suggested(base, 1).await;
    let conversation = base.store.reader.conversation(suggestion.conversation).await.unwrap().unwrap();
    let message = said(1, &conversation, &format!("do you engrave a {MARKER}, mail {MARKER}@example.org"));
    let sample = as_sample(&message.text);
    assert!(sample.contains(MARKER) && !sample.contains('@'), "{sample}");
    published(
        base,
        "engraving",
        ArticleText { title: "Engraving".to_owned(), phrasings: vec![sample.clone(), "engraving".to_owned()], ..ArticleText::default() },
    )
    .await;
    let draft = ArticleText { title: sample.clone(), phrasings: vec![sample], ..ArticleText::default() };
    let (id, contact) = (message.id, conversation.contact);
    base.write(move |tx| {
        Box::pin(async move {
            tx.insert_messages(&[message]).await?;
            tx.save_draft("engraving", "en", &draft, "Mei", None, at(1)).await?;
            let reason = Some(format!("the {MARKER} again"));
            tx.mark_gaps(&[GapMark {
                message: id,
                state: GapState::Drafted,
                slug: Some("engraving".to_owned()),
                reason,
                author: "Mei".to_owned(),
                at: at(1),
            }])
            .await?;
            tx.decide_suggestion(&Suggestion { state: SuggestionState::Declined, reason: Some(format!("no {MARKER}")), ..suggestion }).await?;
            tx.insert_regression_question(&RegressionQuestion { text: MARKER.to_owned(), contact: Some(contact), ..question(1) }).await?;
            tx.insert_regression_question(&question(2)).await
        })
    })
    .await;
    let before = base.store.reader.last_change().await.unwrap();
    assert!(base.write(move |tx| Box::pin(async move { tx.erase_contact(contact, at(5)).await })).await);
    let left: Vec<String> = base.dump().await.into_iter().filter(|value| value.contains(MARKER)).collect();
    assert!(left.is_empty(), "{left:?}");
    let (_, versions) = base.store.reader.published("engraving").await.unwrap().unwrap();
    assert_eq!(versions[0].text.phrasings, ["engraving"], "the company's own words stay");
    assert!(base.store.reader.last_change().await.unwrap() > before, "the index learns of it");
    assert_eq!(base.store.reader.regression_questions(None, None, 10).await.unwrap().items, [question(2)]);
}

use bellhop_domain::{
    desk::{Agent, Profile, Role},
    id::{AgentId, TokenId},
    presence::Presence,
};
use bellhop_store::{
    agent_identities::AgentIdentity,
    desk::{DeskKind, Origin, PutObject, Unchanged},
    presence::AgentPresence,
    tokens::ApiToken,
};
use serde_json::{Value, json};

use crate::base::{Base, at, on_both, uuid};

on_both!(
    a_fresh_database_has_a_desk,
    what_people_removed_does_not_come_back,
    objects_are_versioned,
    a_template_keeps_its_versions,
    what_the_file_made_only_the_file_changes,
    a_document_that_cannot_be_read_stops_nothing,
    people_are_found_by_key_and_mail_address,
    link_codes_work_once_and_not_for_ever,
    an_account_is_one_agents_at_a_time,
    wrong_codes_count_for_a_while,
    presence_is_what_was_said_last,
    tokens_are_found_by_hash_until_they_are_taken_back,
);

async fn a_fresh_database_has_a_desk(base: &Base) {
    let (desk, seq) = base.store.reader.desk().await.unwrap();
    assert!(seq > 0);
    assert_eq!(desk.templates.keys().collect::<Vec<_>>(), ["bug", "order_problem", "refund", "suggestion"]);
    let mut tiers: Vec<_> = desk.tiers.values().map(|tier| (tier.rank, tier.key.as_str())).collect();
    tiers.sort_unstable();
    assert_eq!(tiers.iter().map(|(_, key)| *key).collect::<Vec<_>>(), ["trial", "standard", "gold", "vip"]);
    assert_eq!(desk.default_tier(), Some("standard"));
    assert!(desk.regions.len() >= 249, "{} regions", desk.regions.len());
    assert_eq!(desk.regions["DE"].name.get("zh"), "德国");
    assert_eq!(desk.departments.keys().collect::<Vec<_>>(), ["support"]);
    assert_eq!(desk.rules.len(), 1);
    let levels = |key: &str| std::iter::successors(Some(key.to_owned()), |key| desk.categories[key].parent.clone()).count();
    assert_eq!(desk.categories.keys().map(|key| levels(key)).max(), Some(3));
}

async fn what_people_removed_does_not_come_back(base: &Base) {
    let removed = base.write(|tx| Box::pin(async { tx.delete_object(DeskKind::Templates, "bug", None, Origin::Console).await })).await;
    assert_eq!(removed, Ok(()));
    bellhop_store::migrate(&base.options, at(9)).await.unwrap();
    assert!(base.store.reader.object(DeskKind::Templates, "bug").await.unwrap().is_none());
}

async fn put(base: &Base, key: &'static str, document: Value, expected: Option<i64>, origin: Origin) -> Result<i64, Unchanged> {
    base.write(move |tx| {
        Box::pin(async move {
            tx.put_object(PutObject { kind: DeskKind::Departments, key, position: None, document: &document, expected, origin }, at(5)).await
        })
    })
    .await
}

fn named(name: &str) -> Value {
    json!({"key": "another", "name": {"en": name}})
}

async fn objects_are_versioned(base: &Base) {
    assert_eq!(put(base, "vip", named("VIP"), Some(0), Origin::Console).await, Ok(1));
    assert_eq!(put(base, "vip", named("VIP"), Some(0), Origin::Console).await, Err(Unchanged::Version), "it was to be new");
    assert_eq!(put(base, "vip", named("Very"), Some(1), Origin::Console).await, Ok(2));
    assert_eq!(put(base, "vip", named("Stale"), Some(1), Origin::Console).await, Err(Unchanged::Version));
    assert_eq!(put(base, "vip", named("Any"), None, Origin::Console).await, Ok(3));
    let stored = base.store.reader.object(DeskKind::Departments, "vip").await.unwrap().unwrap();
    assert_eq!(stored.document, json!({"name": {"en": "Any"}}), "the key stands once");
    let keys: Vec<_> = base.store.reader.objects(DeskKind::Departments).await.unwrap().into_iter().map(|object| object.key).collect();
    assert_eq!(keys, ["support", "vip"], "a new one comes last");
    assert_eq!(base.store.reader.desk().await.unwrap().0.departments["vip"].key, "vip");
    let delete = |expected| {
        base.write(move |tx| Box::pin(async move { tx.delete_object(DeskKind::Departments, "vip", Some(expected), Origin::Console).await }))
    };
    assert_eq!(delete(2).await, Err(Unchanged::Version));
    assert_eq!(delete(3).await, Ok(()));
}

async fn a_template_keeps_its_versions(base: &Base) {
    let put = async |title: &'static str| {
        let written = base.write(move |tx| {
            Box::pin(async move {
                let document = json!({"title": {"en": title}});
                let put =
                    PutObject { kind: DeskKind::Templates, key: "bug", position: None, document: &document, expected: None, origin: Origin::Console };
                tx.put_object(put, at(5)).await
            })
        });
        written.await.unwrap();
    };
    for title in ["Fault", "Fault", "Defect"] {
        put(title).await;
    }
    let versions = async || base.store.reader.template_versions("bug").await.unwrap().into_iter().map(|kept| kept.version).collect::<Vec<_>>();
    assert_eq!(versions().await, [3, 2, 1], "what changed nothing is no version");
    let (desk, _) = base.store.reader.desk().await.unwrap();
    let titles: Vec<&str> = desk.versions["bug"].values().map(|template| template.title.get("en")).collect();
    assert_eq!((titles.get(1..).unwrap(), desk.version_of("bug")), (["Fault", "Defect"].as_slice(), 3));
    // A template that is made again goes on counting: tickets of before keep their form.
    base.write(|tx| Box::pin(async { tx.delete_object(DeskKind::Templates, "bug", None, Origin::Console).await })).await.unwrap();
    put("New").await;
    assert_eq!(versions().await, [4, 3, 2, 1]);
}

async fn what_the_file_made_only_the_file_changes(base: &Base) {
    assert_eq!(put(base, "vip", named("VIP"), None, Origin::File).await, Ok(1));
    assert_eq!(put(base, "vip", named("Mine"), None, Origin::Console).await, Err(Unchanged::File));
    let delete = |origin| base.write(move |tx| Box::pin(async move { tx.delete_object(DeskKind::Departments, "vip", None, origin).await }));
    assert_eq!(delete(Origin::Console).await, Err(Unchanged::File));
    assert_eq!(put(base, "vip", named("Again"), None, Origin::File).await, Ok(2));
    assert_eq!(delete(Origin::File).await, Ok(()));
}

async fn a_document_that_cannot_be_read_stops_nothing(base: &Base) {
    put(base, "broken", json!({"nonsense": true}), None, Origin::Console).await.unwrap();
    let (desk, _) = base.store.reader.desk().await.unwrap();
    assert_eq!(desk.departments.keys().collect::<Vec<_>>(), ["support"]);
}

fn mei() -> Agent {
    Agent {
        id: AgentId(uuid(90)),
        key: "mei".to_owned(),
        name: "Mei".to_owned(),
        email: "mei@example.org".to_owned(),
        role: Role::Supervisor,
        departments: vec!["support".to_owned()],
        languages: vec!["zh".to_owned(), "en".to_owned()],
        profile: Profile { skills: [("refunds".to_owned(), 3)].into(), chats: Some(4), ..Profile::default() },
        disabled: false,
        created_at: at(0),
    }
}

async fn people_are_found_by_key_and_mail_address(base: &Base) {
    let upper = Agent { email: "Mei@Example.org".to_owned(), ..mei() };
    base.write(move |tx| Box::pin(async move { tx.insert_agent(&upper, Some("$argon2")).await })).await;
    let found = base.store.reader.agent_by_email("MEI@example.org").await.unwrap().unwrap();
    assert_eq!((&found.agent, found.password_hash.as_deref(), found.version), (&mei(), Some("$argon2"), 1));
    assert!(base.store.reader.agent_by_key("mei").await.unwrap() == Some(found.clone()));
    assert!(base.store.reader.agent(mei().id).await.unwrap() == Some(found));
    let twin = Agent { id: AgentId(uuid(91)), key: "mei2".to_owned(), ..mei() };
    let result = base.try_write(move |tx| Box::pin(async move { tx.insert_agent(&twin, None).await })).await;
    assert!(matches!(result, Err(bellhop_store::WriteError::Closure(error)) if error.is_unique_violation()));
    let gone = Agent { disabled: true, ..mei() };
    let update = || {
        let gone = gone.clone();
        base.write(move |tx| Box::pin(async move { tx.update_agent(&gone, 1).await }))
    };
    assert!(update().await);
    assert!(!update().await);
    assert!(base.store.reader.desk().await.unwrap().0.agents["mei"].disabled);
}

async fn link_codes_work_once_and_not_for_ever(base: &Base) {
    base.write(|tx| {
        Box::pin(async {
            tx.insert_link_code("one", mei().id, at(10)).await?;
            tx.insert_link_code("two", mei().id, at(10)).await
        })
    })
    .await;
    let take = |code: &'static str, seconds| base.write(move |tx| Box::pin(async move { tx.take_link_code(code, at(seconds)).await }));
    assert_eq!(take("one", 9).await, Some(mei().id));
    assert_eq!(take("one", 9).await, None);
    assert_eq!(take("two", 10).await, None);
}

async fn tokens_are_found_by_hash_until_they_are_taken_back(base: &Base) {
    let token = ApiToken {
        id: TokenId(uuid(1)),
        name: "shop".to_owned(),
        hash: "abc".to_owned(),
        scopes: vec!["read".to_owned()],
        created_at: at(0),
        last_used_at: None,
        revoked_at: None,
    };
    let stored = token.clone();
    base.write(move |tx| Box::pin(async move { tx.insert_token(&stored).await })).await;
    assert!(base.store.reader.token_by_hash("abc").await.unwrap() == Some(token.clone()));
    assert!(base.store.reader.token_by_hash("abd").await.unwrap().is_none());
    let id = token.id;
    base.write(move |tx| Box::pin(async move { tx.token_used(id, at(5)).await })).await;
    let revoke = || base.write(move |tx| Box::pin(async move { tx.revoke_token(id, at(6)).await }));
    assert!(revoke().await);
    assert!(!revoke().await);
    let listed = base.store.reader.tokens().await.unwrap();
    assert!(listed == [ApiToken { last_used_at: Some(at(5)), revoked_at: Some(at(6)), ..token }]);
}

fn account(external_id: &str, agent: u128) -> AgentIdentity {
    AgentIdentity { channel: "staff".into(), external_id: external_id.into(), agent: AgentId(uuid(agent)), linked_at: at(1) }
}

async fn an_account_is_one_agents_at_a_time(base: &Base) {
    let reader = &base.store.reader;
    for identity in [account("7", 1), account("8", 1), account("7", 2)] {
        base.write(move |tx| Box::pin(async move { tx.link_agent(&identity).await })).await;
    }
    assert_eq!(reader.agent_by_identity("staff", "7").await.unwrap(), Some(AgentId(uuid(2))));
    assert_eq!(reader.agent_by_identity("other", "7").await.unwrap(), None);
    assert_eq!(reader.agent_identities(AgentId(uuid(1))).await.unwrap(), [account("8", 1)]);
    assert!(base.write(|tx| Box::pin(async { tx.unlink_agent("staff", "8").await })).await);
    assert!(!base.write(|tx| Box::pin(async { tx.unlink_agent("staff", "8").await })).await);
    base.write(|tx| Box::pin(async { tx.delete_agent(AgentId(uuid(2))).await })).await;
    assert_eq!(reader.agent_by_identity("staff", "7").await.unwrap(), None);
}

async fn wrong_codes_count_for_a_while(base: &Base) {
    for (who, seconds) in [("7", 1), ("7", 5), ("8", 5)] {
        base.write(move |tx| Box::pin(async move { tx.note_wrong_code("staff", who, at(seconds)).await })).await;
    }
    let since = |seconds| base.write(move |tx| Box::pin(async move { tx.wrong_codes("staff", "7", at(seconds)).await }));
    assert_eq!(since(0).await, 2);
    assert_eq!(since(3).await, 1);
    assert_eq!(since(6).await, 0);
}

async fn presence_is_what_was_said_last(base: &Base) {
    let said = |presence, capacity| AgentPresence::said(mei().id, presence, capacity, at(3));
    assert_eq!(base.store.reader.presence(mei().id).await.unwrap(), None);
    for now in [said(Presence::Online, Some(4)), said(Presence::Away, None)] {
        base.write(move |tx| Box::pin(async move { tx.set_presence(&now).await })).await;
        assert_eq!(base.store.reader.presence(mei().id).await.unwrap(), Some(now));
    }
    assert_eq!(base.store.reader.presences().await.unwrap().len(), 1);
}

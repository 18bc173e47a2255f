//! Forms that depend on what is known, that stay as they were, and what contacts were about.

use bellhop_domain::desk::Role;
use serde_json::{Value, json};

use crate::{
    console::{Visitor, encode, with_admin},
    world::{Client, World, eventually},
};

fn repair(title: &str) -> Value {
    json!({
        "title": {"en": title},
        "articles": ["repairs"],
        "fields": [
            {"key": "kind", "type": "cascading_choice", "label": {"en": "What"}, "required": "create", "choices": [
                {"key": "lamp", "label": {"en": "Lamp"}, "children": [{"key": "desk", "label": {"en": "Desk lamp"}}, {"key": "floor", "label": {"en": "Floor lamp"}}]},
                {"key": "vase", "label": {"en": "Vase"}, "children": [{"key": "glass", "label": {"en": "Glass vase"}}]}
            ]},
            {"key": "bulb", "type": "choice", "label": {"en": "Bulb"}, "required": "create", "when": {"field": "fields.kind", "op": "contains", "value": "lamp"},
             "choices": [{"key": "led", "label": {"en": "LED"}}, {"key": "old", "label": {"en": "Old"}}]},
            {"key": "parcel", "type": "text", "label": {"en": "Parcel"}},
        ],
        "stages": [
            {"key": "waiting", "name": {"en": "Waiting"}, "next": ["sent"]},
            {"key": "sent", "name": {"en": "Sent"}, "notify": true, "requires": ["parcel"], "next": [],
             "notice": {"en": "{{ customer.name }}, parcel {{ fields.parcel }} is on its way."}}
        ],
        "acknowledgement": {"en": "We repair it{% if fields.bulb %} with a bulb ({{ fields.bulb }}){% endif %}, {{ customer.name }}."}
    })
}

async fn sent(world: &World, part: &str) -> String {
    eventually(async || {
        let sent = world.channel.sent.lock().unwrap();
        sent.iter().filter_map(|outbound| outbound.message.as_ref().map(|message| message.text.clone())).find(|text| text.contains(part))
    })
    .await
}

async fn put(admin: &Client<'_>, kind: &str, key: &str, document: Value) {
    let status = admin.put(&format!("/api/v1/{kind}/{key}"), document).await.status.as_u16();
    assert!(matches!(status, 200 | 201), "{kind}/{key}: {status}");
}

#[tokio::test]
async fn what_is_asked_for_follows_what_is_known_and_an_old_ticket_keeps_its_form() {
    let world = World::open().await;
    let (admin, agent) = (world.with("admin").await, world.with("agent").await);
    put(&admin, "templates", "repair", repair("Repair")).await;
    let id = world.queued("thread-1").await;
    let convert =
        async |fields: Value| agent.post(&format!("/api/v1/conversations/{id}/ticket"), json!({"template": "repair", "fields": fields})).await;

    assert_eq!(convert(json!({"kind": "lamp"})).await.is(422).field(), "fields.kind", "the way goes on");
    assert_eq!(convert(json!({"kind": "lamp/desk"})).await.is(422).field(), "fields.bulb", "needed for a lamp");
    assert_eq!(convert(json!({"kind": "vase/glass", "bulb": "led"})).await.is(422).field(), "fields.bulb", "not asked for a vase");
    let made = convert(json!({"kind": "lamp/desk", "bulb": "led"})).await.is(201).json();
    assert_eq!((&made["template_version"], &made["stage"]), (&json!(1), &json!("waiting")));
    let told = sent(&world, "We repair it").await;
    assert!(told.contains("with a bulb (LED), Ann."), "{told}");

    // The template changes, and the ticket keeps the form that it was made with.
    let number = made["number"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/tickets/{number}");
    let mut after = repair("Mending");
    after["fields"] = json!([{"key": "colour", "type": "text", "label": {"en": "Colour"}, "required": "create"}]);
    after["stages"] = json!([]);
    after["acknowledgement"] = Value::Null;
    put(&admin, "templates", "repair", after).await;
    assert_eq!(agent.patch(&path, json!({"fields": {"colour": "red"}})).await.is(422).field(), "fields.colour");
    assert_eq!(agent.patch(&path, json!({"stage": "sent"})).await.is(422).field(), "fields.parcel", "required for the stage");
    let moved = agent.patch(&path, json!({"stage": "sent", "fields": {"parcel": "1*Z"}})).await.is(200).json();
    assert_eq!((&moved["stage"], &moved["template_version"]), (&json!("sent"), &json!(1)));
    assert!(sent(&world, "is on its way").await.starts_with("Ann, parcel 1\\*Z is on its way."));
    let vase = agent.patch(&path, json!({"fields": {"kind": "vase/glass"}})).await.is(200).json();
    assert_eq!(vase["fields"].get("bulb"), None, "what is no longer asked for is gone");
    assert_eq!(agent.patch(&path, json!({"fields": {"kind": "lamp/floor"}})).await.is(422).field(), "fields.bulb");
    let page = world.anybody().get(made["tracking_url"].as_str().unwrap().strip_prefix("https://help.example.org").unwrap()).await.is(200);
    assert!(page.text().contains("Repair") && !page.text().contains("Mending"));

    let versions = admin.get("/api/v1/templates/repair/versions").await.is(200).json();
    let titles: Vec<&Value> = versions["items"].as_array().unwrap().iter().map(|kept| &kept["template"]["title"]["en"]).collect();
    assert_eq!(json!(titles), json!(["Mending", "Repair"]));
    let new = world.queued("thread-2").await;
    let made =
        agent.post(&format!("/api/v1/conversations/{new}/ticket"), json!({"template": "repair", "fields": {"colour": "red"}})).await.is(201).json();
    assert_eq!(made["template_version"], 2);
}

#[tokio::test]
async fn a_template_that_contradicts_itself_is_refused_with_the_place() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    let field = |more: Value| {
        let mut field = json!({"key": "more", "type": "text", "label": {"en": "More"}});
        field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let kind = json!({"key": "kind", "type": "choice", "label": {"en": "Kind"}, "choices": [{"key": "a", "label": {"en": "A"}}]});
        json!({"title": {"en": "T"}, "fields": [kind, field]})
    };
    for (document, place) in [
        (field(json!({"when": {"field": "fields.kind", "value": "b"}})), "fields[1].when.value"),
        (field(json!({"when": {"field": "fields.colour", "value": "b"}})), "fields[1].when.field"),
        (field(json!({"when": {"field": "tier", "value": "platinum"}})), "fields[1].when.value"),
        (field(json!({"when": {"field": "text", "op": "matches", "value": "(a+)+$"}})), "fields[1].when"),
        (
            field(json!({"required": "create", "when": {"all": [{"field": "tier", "value": "vip"}, {"field": "tier", "value": "gold"}]}})),
            "fields[1].when",
        ),
        (field(json!({"default": 5, "type": "date"})), "fields[1].default"),
        (json!({"title": {"en": "T"}, "acknowledgement": {"en": "{{ customer.password }}"}}), "acknowledgement.en"),
        (json!({"title": {"en": "T"}, "acknowledgement": {"en": "{% for x in 'abc' %}{{ x }}{% endfor %}"}}), "acknowledgement.en"),
        (json!({"title": {"en": "T"}, "stages": [{"key": "a", "name": {"en": "A"}, "next": ["b"]}]}), "stages[0].next[0]"),
    ] {
        assert_eq!(admin.put("/api/v1/templates/wrong", document).await.is(422).field(), place);
    }
    admin.get("/api/v1/templates/wrong").await.is(404);
}

#[tokio::test]
async fn every_contact_is_counted_where_somebody_or_the_bot_says() {
    let world = World::open().await;
    let (admin, agent) = (world.with("admin").await, world.with("agent").await);
    let category = |suggest: &str| json!({"name": {"en": "Late"}, "parent": "order_transit", "suggest": [suggest]});
    put(&admin, "categories", "order_late", category("where is my parcel")).await;
    let (one, two) = (world.queued("thread-1").await, world.queued("thread-2").await);
    let other = world.customer_says("thread-3", "qwertz", json!({})).await;
    let shown = agent.get(&format!("/api/v1/conversations/{one}")).await.is(200).json();
    assert_eq!(shown["proposed"], json!({"category": "order_late", "by": "words"}));
    // One is filed by an agent, one becomes a ticket, one is about nothing that is known.
    let filed = agent.patch(&format!("/api/v1/conversations/{one}"), json!({"category": "order_lost"})).await.is(200).json();
    assert_eq!((&filed["category"], &filed["proposed"]), (&json!("order_lost"), &Value::Null));
    let ticket = json!({"template": "refund", "fields": {"order_number": "1001"}, "category": "money_return"});
    agent.post(&format!("/api/v1/conversations/{two}/ticket"), ticket).await.is(201);
    agent.get(&format!("/api/v1/conversations/{other}")).await.is(200);

    let report = agent.get("/api/v1/reports/categories").await.is(200).json();
    let count = |key: Value| report["categories"].as_array().unwrap().iter().find(|count| count["category"] == key).cloned().unwrap_or_default();
    let late = count(json!("order_late"));
    assert_eq!((&late["proposed"], &late["conversations"], &late["without_ticket"]), (&json!(1), &json!(0), &json!(0)));
    assert_eq!(late["path"], json!(["order", "order_transit", "order_late"]));
    let lost = count(json!("order_lost"));
    assert_eq!((&lost["conversations"], &lost["without_ticket"]), (&json!(1), &json!(1)));
    assert_eq!((&count(json!("money_return"))["tickets"], &count(Value::Null)["conversations"]), (&json!(1), &json!(1)));
    assert_eq!(report["total"], json!({"conversations": 3, "without_ticket": 2, "tickets": 1}));
    for query in ["from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from=1970-01-01T00:00:00Z", "from=%27%20OR%201%3D1", "colour=red"] {
        agent.get(&format!("/api/v1/reports/categories?{query}")).await.is(400);
    }
    let none = agent.get("/api/v1/reports/categories?from=2001-01-01T00:00:00Z&to=2001-02-01T00:00:00Z").await.is(200).json();
    assert_eq!(none["categories"], json!([]));

    with_admin(&world).await;
    let mut mei = Visitor::with_role(&world, Role::Agent).await;
    let page = mei.get("/console/reports").await.is(200).text();
    assert!(page.contains("Late") && page.contains("Orders and delivery"), "the levels above are counted too");
    mei.get("/console/reports?from=%27%3B--&to=9999-99-99").await.is(200);
    // The bot's proposal is taken with a press, and offered when the conversation is closed.
    let page = format!("/console/inbox/{two}");
    assert!(mei.get(&page).await.is(200).text().contains("/category order_late"));
    let closed = mei.post(&format!("{page}/command"), &format!("line={}", encode("/close"))).await.is(200).text();
    assert!(closed.contains("What was it about?") && closed.contains("/category order_late"));
    mei.post(&format!("{page}/command"), &format!("line={}", encode("/category order_late"))).await.is(200);
    assert_eq!(agent.get(&format!("/api/v1/conversations/{two}")).await.json()["category"], "order_late");
}

#[tokio::test]
async fn two_conversations_of_a_person_go_into_one_ticket_and_no_others() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let (one, stranger) = (world.queued("thread-1").await, world.queued("thread-2").await);
    let fields = json!({"order_number": "1001"});
    let made = agent.post(&format!("/api/v1/conversations/{one}/ticket"), json!({"template": "refund", "fields": fields})).await.is(201).json();
    let path = format!("/api/v1/tickets/{}/conversations", made["number"].as_str().unwrap());
    assert_eq!(agent.post(&path, json!({"conversation": stranger})).await.is(422).field(), "conversation");
    assert_eq!(agent.post(&path, json!({"conversation": one})).await.is(200).json()["conversations"], json!([one]), "once is enough");
    agent.post("/api/v1/tickets/T-999/conversations", json!({"conversation": one})).await.is(404);

    // The same person begins again, after the first conversation is long over.
    let contact = agent.get(&format!("/api/v1/conversations/{one}")).await.json()["contact"].clone();
    agent.post(&format!("/api/v1/conversations/{one}/close"), json!({})).await.is(200);
    let again = agent.post("/api/v1/conversations", json!({"contact": contact, "text": "One more thing."})).await;
    let again = again.is(201).json()["id"].as_str().unwrap().to_owned();
    if again != one {
        agent.post(&format!("/api/v1/conversations/{again}/review"), json!({"template": "refund"})).await.is(200);
        let joined = agent.post(&path, json!({"conversation": again})).await.is(200).json();
        assert_eq!(joined["conversations"], json!([one, again]));
        assert_eq!(agent.get(&format!("/api/v1/conversations/{again}/review")).await.json()["state"], "cancelled");
        assert_eq!(agent.get(&format!("/api/v1/conversations/{again}")).await.json()["tickets"], json!([made["number"]]));
    }
}

#[tokio::test]
async fn a_macro_is_made_looked_at_and_used_in_the_console() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut mei = Visitor::with_role(&world, Role::Agent).await;
    let id = world.queued("thread-1").await;
    mei.get("/console/macros/new").await.is(200);
    let wrong = format!("key=sorry&title.en=Sorry&text.en={}", encode("Sorry, {{ customer.nmae }}"));
    let refused = mei.post("/console/macros/new", &wrong).await.is(422).text();
    assert!(refused.contains("text.en") && refused.contains("customer.nmae"), "the place is named, and what was written stays");
    mei.get("/console/macros/new").await.is(200);
    let right = format!("key=sorry&title.en=Sorry&text.en={}&tags=a,b", encode("Sorry, {{ customer.name }}"));
    mei.post("/console/macros/new", &right).await.is(303);
    assert!(mei.get("/console/macros").await.is(200).text().contains("/sorry"));
    assert!(!Visitor::with_role(&world, Role::Supervisor).await.get("/console/macros").await.is(200).text().contains("/sorry"), "it is her own");

    let found = mei.get(&format!("/console/commands?line=macro%20so&conversation={id}")).await.is(200).text();
    assert!(found.contains("data-line=\"/macro sorry\""), "{found}");
    let path = format!("/console/inbox/{id}");
    mei.get(&path).await.is(200);
    let shown = mei.post(&format!("{path}/command"), &format!("line={}", encode("/macro sorry preview"))).await.is(200).text();
    assert!(shown.contains("Sorry, Ann") && shown.contains("Do it"));
    assert!(
        !world.channel.sent.lock().unwrap().iter().any(|outbound| outbound.message.as_ref().is_some_and(|message| message.text.contains("Sorry")))
    );
    mei.post(&format!("{path}/command"), &format!("line={}", encode("/macro sorry"))).await.is(200);
    sent(&world, "Sorry, Ann").await;
    mei.get("/console/macros/sorry").await.is(200);
    // Two who change the same: the slower one is told.
    mei.post("/console/macros/sorry", "version=7&title.en=Sorry&text.en=Oh").await.is(409);
    mei.post("/console/macros/sorry", "version=1&step=delete").await.is(303);
    assert!(!mei.get("/console/macros").await.is(200).text().contains("/sorry"));
}

#[tokio::test]
async fn the_card_shows_levels_and_only_what_is_asked_for() {
    let world = World::open().await;
    with_admin(&world).await;
    let admin = world.with("admin").await;
    put(&admin, "templates", "repair", repair("Repair")).await;
    let mut mei = Visitor::with_role(&world, Role::Agent).await;
    let id = world.queued("thread-1").await;
    let (page, review) = (format!("/console/inbox/{id}"), format!("/console/inbox/{id}/review"));
    mei.get(&page).await.is(200);
    let begun = mei.post(&review, "step=open&template=repair").await.is(200).text();
    assert!(begun.contains("data-under=\"lamp\"") && begun.contains("value=\"lamp/desk\"") && !begun.contains("f-bulb"));
    let lamp = mei.post(&review, "step=keep&field.kind=lamp&field.kind=lamp/desk&was.kind=").await.is(200).text();
    assert!(lamp.contains("f-bulb"), "a lamp has a bulb");
    let vase = mei.post(&review, "step=keep&field.kind=vase&field.kind=vase/glass&was.kind=lamp/desk").await.is(200).text();
    assert!(!vase.contains("f-bulb"));
    mei.post(&review, "step=confirm").await.is(200);
    let tickets = admin.get("/api/v1/tickets?template=repair").await.json();
    let number = tickets["items"][0]["number"].as_str().unwrap().to_owned();
    let path = format!("/console/tickets/{number}");
    assert!(mei.get(&path).await.is(200).text().contains("f-parcel"));
    assert_eq!(mei.post(&path, "stage=sent&was.stage=waiting").await.status.as_u16(), 422);
    mei.post(&path, "stage=sent&was.stage=waiting&field.parcel=1Z&was.parcel=").await.is(303);
    assert_eq!(admin.get(&format!("/api/v1/tickets/{number}")).await.json()["fields"]["parcel"]["value"], "1Z");
}

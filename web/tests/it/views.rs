//! Lists of tickets and the views that people keep of them, over the API and in the console.

use bellhop_domain::desk::Role;
use serde_json::{Value, json};

use crate::{
    console::{Visitor, encode, with_admin},
    world::World,
};

/// So many tickets, of which the odd ones are urgent and the agent Mei has every third.
async fn tickets(world: &World, count: usize) {
    let admin = world.with("admin").await;
    for number in 1..=count {
        let id = world.queued(&format!("thread-{number}")).await;
        let made = admin
            .post(&format!("/api/v1/conversations/{id}/ticket"), json!({"template": "bug", "fields": {"account": "ann@shop.example"}}))
            .await
            .is(201)
            .json();
        let priority = if number % 2 == 1 { "urgent" } else { "low" };
        let mut change = json!({"priority": priority});
        if number % 3 == 0 {
            change["owner"] = "mei".into();
        }
        admin.patch(&format!("/api/v1/tickets/{}", made["number"].as_str().unwrap()), change).await.is(200);
    }
}

fn numbers(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|ticket| ticket["number"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_go_on_from_page_to_page() {
    let world = World::open().await;
    with_admin(&world).await;
    let admin = world.with("admin").await;
    admin.post("/api/v1/agents", json!({"email": "mei@example.org", "role": "agent"})).await.is(201);
    tickets(&world, 7).await;
    for (query, wanted) in [
        ("sort=oldest", vec![1, 2, 3, 4, 5, 6, 7]),
        ("sort=newest", vec![7, 6, 5, 4, 3, 2, 1]),
        ("sort=urgency", vec![1, 3, 5, 7, 2, 4, 6]),
        ("sort=urgency&owner=none&status=active", vec![1, 5, 7, 2, 4]),
        ("sort=oldest&owner=mei&status=new,open", vec![3, 6]),
        ("sort=oldest&priority=low&template=bug", vec![2, 4, 6]),
        ("sort=oldest&category=none_such", vec![]),
        ("status=resolved,closed", vec![]),
        ("q=T-4&sort=urgency", vec![4]),
    ] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = admin.get(&format!("/api/v1/tickets?{query}&limit=2{cursor}")).await.is(200).json();
            found.extend(numbers(&page));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(found, wanted.iter().map(|number| format!("T-{number}")).collect::<Vec<_>>(), "{query}");
    }
    for (query, field) in [("status=late", "status"), ("sort=size", "sort"), ("owner=zoe", "owner"), ("priority=1", "priority")] {
        assert_eq!(admin.get(&format!("/api/v1/tickets?{query}")).await.is(400).field(), field);
    }
}

#[tokio::test]
async fn a_view_is_kept_counted_and_listed_for_whoever_looks() {
    let world = World::open().await;
    with_admin(&world).await;
    let admin = world.with("admin").await;
    admin.post("/api/v1/agents", json!({"email": "mei@example.org", "role": "agent"})).await.is(201);
    tickets(&world, 6).await;
    let urgent = json!({"name": {"en": "Burning", "zh": "紧急"}, "when": {"all": [
        {"field": "priority", "op": "at_least", "value": "high"}, {"field": "status", "value": "active"}
    ]}, "sort": "oldest"});
    admin.put("/api/v1/views/burning", urgent).await.is(201);
    let wrong = json!({"name": {"en": "X"}, "when": {"field": "channel", "value": "shop"}});
    assert_eq!(admin.put("/api/v1/views/wrong", wrong).await.is(422).field(), "when.field");
    let page = admin.get("/api/v1/tickets?view=burning&limit=2").await.is(200).json();
    assert_eq!(numbers(&page), ["T-1", "T-3"]);
    let next = page["next_cursor"].as_str().unwrap();
    let page = admin.get(&format!("/api/v1/tickets?view=burning&limit=2&cursor={next}")).await.is(200).json();
    assert_eq!((numbers(&page), &page["next_cursor"]), (vec!["T-5".to_owned()], &Value::Null));
    assert_eq!(admin.get("/api/v1/tickets?view=burning&status=open").await.is(400).field(), "status", "a view stands alone");
    assert_eq!(admin.get("/api/v1/tickets?view=none").await.is(400).field(), "view");
    let counts = admin.get("/api/v1/view-counts").await.is(200).json();
    assert_eq!(counts["items"], json!([{"view": "burning", "tickets": 3}]));
    let limited = world.with("contacts:read").await;
    limited.get("/api/v1/view-counts").await.is(403);
}

#[tokio::test]
async fn what_a_list_shows_is_kept_as_a_view_in_the_console() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut mei = Visitor::with_role(&world, Role::Agent).await;
    tickets_of_nobody(&world).await;
    let list = mei.get("/console/tickets?status=active&owner=none&priority=urgent&sort=urgency").await.is(200).text();
    assert!(list.contains("Keep as a view") && !list.contains("view-scope"), "an agent keeps views for herself");
    mei.post("/console/views", "status=active&owner=none&priority=urgent&sort=urgency&name=%20%20").await.is(422);
    mei.get("/console/tickets").await.is(200);
    let kept = mei.post("/console/views", "status=active&owner=none&priority=urgent&sort=urgency&name=%E7%B4%A7%E6%80%A5%20<!>").await.is(303);
    let to = kept.header("location");
    assert!(to.ends_with("/console/tickets?view=view"), "{to}");
    let shown = mei.get("/console/tickets?view=view").await.is(200).text();
    assert!(shown.contains("紧急 &#60;!&#62;") && shown.contains("Remove this view"), "{shown}");
    assert!(shown.contains("data-row=\"T-1\"") && !shown.contains("data-row=\"T-2\""), "{shown}");
    // Nobody else sees it, and nobody else removes it.
    let mut tom = Visitor::with_role(&world, Role::Supervisor).await;
    assert!(!tom.get("/console/tickets").await.is(200).text().contains("data-view"));
    assert!(!tom.get("/console/tickets?view=view").await.text().contains("Remove this view"));
    tom.get("/console/tickets").await.is(200);
    tom.post("/console/views/view", "").await.is(403);
    mei.get("/console/tickets").await.is(200);
    mei.post("/console/views/view", "").await.is(303);
    assert!(!mei.get("/console/tickets").await.is(200).text().contains("data-view"));
}

/// One urgent ticket and one that is not.
async fn tickets_of_nobody(world: &World) {
    let admin = world.with("admin").await;
    for (number, priority) in [(1, "urgent"), (2, "low")] {
        let id = world.queued(&format!("thread-{number}")).await;
        admin
            .post(&format!("/api/v1/conversations/{id}/ticket"), json!({"template": "bug", "fields": {"account": "ann@shop.example"}}))
            .await
            .is(201);
        admin.patch(&format!("/api/v1/tickets/T-{number}"), json!({"priority": priority})).await.is(200);
    }
}

/// Whatever stands in a parameter: an answer or a refusal with its place, never a fault, and everything is there afterwards.
#[tokio::test]
async fn parameters_of_lists_are_values_and_nothing_else() {
    let world = World::open().await;
    with_admin(&world).await;
    let admin = world.with("admin").await;
    tickets_of_nobody(&world).await;
    let mut mei = Visitor::with_role(&world, Role::Agent).await;
    let long = "x".repeat(10_000);
    let hostile = [
        "'",
        "'; DROP TABLE ticket; --",
        "\" OR 1=1 --",
        "%",
        "_",
        "\\",
        "1)) UNION SELECT secret FROM token --",
        "\u{202e}",
        "$1",
        "{{7*7}}",
        "null",
        "-1",
        &long,
    ];
    let names =
        ["status", "template", "department", "owner", "contact", "tier", "region", "category", "priority", "q", "sort", "view", "cursor", "limit"];
    for name in names {
        for value in hostile {
            let path = format!("/api/v1/tickets?{name}={}", encode(value));
            let answer = admin.get(&path).await;
            let status = answer.status.as_u16();
            assert!([200, 400, 404, 414, 422].contains(&status), "{name}={value:.40}: {}", answer.text());
            if status == 200 && name != "q" {
                assert_eq!(answer.json()["items"], json!([]), "{name}={value:.40} finds nothing");
            }
            let page = mei.get(&format!("/console/tickets?{name}={}", encode(value))).await;
            assert!(page.status.as_u16() < 500, "{name}={value:.40}: {}", page.status);
        }
        assert_eq!(admin.get(&format!("/api/v1/tickets?{name};drop=1")).await.status.as_u16(), 400, "{name}");
    }
    assert_eq!(numbers(&admin.get("/api/v1/tickets?sort=oldest").await.is(200).json()), ["T-1", "T-2"]);
    assert_eq!(numbers(&admin.get("/api/v1/tickets?q=%25").await.is(200).json()), [] as [&str; 0], "a percent sign is a percent sign");
}

//! The routing rules in the console: who may, what is refused, and how two people keep out of each other's way.

use bellhop_domain::desk::Role;
use serde_json::{Value, json};

use crate::{
    console::{Visitor, with_admin},
    world::World,
};

async fn stored(world: &World, key: &str) -> Value {
    world.with("admin").await.get(&format!("/api/v1/routing-rules/{key}")).await.json()
}

/// Two rules with a place, and the one that always matches.
async fn world() -> World {
    let world = World::open().await;
    with_admin(&world).await;
    let admin = world.with("admin").await;
    let table = json!({ "tiers": ["vip", "*"], "regions": ["DE", "*"], "departments": [["support", null], [null, "support"]] });
    for (key, rule) in [
        ("table", json!({ "name": { "en": "Who serves whom", "zh": "谁服务谁" }, "position": 10, "matrix": table })),
        (
            "closed",
            json!({ "name": { "en": "At night" }, "position": 20, "when": { "field": "tickets_open", "op": "gt", "value": 3 },
            "then": { "department": "support", "priority": "high", "tags": ["late"], "skills": { "refunds": 3 } } }),
        ),
    ] {
        admin.put(&format!("/api/v1/routing-rules/{key}"), rule).await.is(201);
    }
    world
}

#[tokio::test]
async fn rules_are_read_in_words_by_everybody_and_changed_by_administrators() {
    let world = world().await;
    let mut agent = Visitor::with_role(&world, Role::Agent).await;
    let page = agent.get("/console/routing").await.is(200).text();
    for words in
        ["Who serves whom", "open tickets is more than 3", "Priority: High", "Needs refunds at level 3", "any tier", "Germany", "goes on", "always"]
    {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("value=\"off\"") && !page.contains("Edit the table"), "an agent only reads");
    let shown = agent.get("/console/routing?edit=table").await.is(200).text();
    assert!(!shown.contains("<select"), "asking for it makes nobody an administrator");
    for form in ["step=off&version=1", "step=up&version=1", "step=save&version=1&tier=*&region=*&cell=support"] {
        agent.post("/console/routing/table", form).await.is(403);
    }
    agent.post("/console/routing", "name=Mine").await.is(403);
    assert!(
        agent.post("/console/routing/table", "step=try-off").await.is(200).text().contains("None of the last 0 tickets"),
        "trying changes nothing"
    );
    assert_eq!(stored(&world, "table").await["version"], 1);
    agent.post("/console/language", "language=zh&back=/console/routing").await.is(303);
    let page = agent.get("/console/routing").await.is(200).text();
    for words in ["谁服务谁", "未结工单数大于3", "优先级：高", "任意等级", "继续匹配", "始终适用"] {
        assert!(page.contains(words), "{words}");
    }
}

#[tokio::test]
async fn many_rules_come_in_pages_and_a_large_table_is_read_only() {
    let world = world().await;
    let admin = world.with("admin").await;
    for number in 0..60 {
        let rule =
            json!({ "position": 100 + number, "when": { "field": "tags", "value": format!("t{number}") }, "then": { "department": "support" } });
        admin.put(&format!("/api/v1/routing-rules/r{number}"), rule).await.is(201);
    }
    let mut boss = Visitor::with_role(&world, Role::Admin).await;
    let page = boss.get("/console/routing").await.is(200);
    assert!(page.body.len() < 150 * 1024, "{} bytes", page.body.len());
    let page = page.text();
    assert!(page.contains("id=\"rule-r47\"") && !page.contains("id=\"rule-r48\"") && page.contains("/console/routing?at=r48"));
    let page = boss.get("/console/routing?at=r59").await.is(200).text();
    assert!(page.contains("id=\"rule-r48\"") && page.contains("id=\"rule-fallback\"") && page.contains("/console/routing?at=table"));
    boss.get("/console/routing?at=%27--&edit=%00").await.is(200);
    let regions: Vec<Value> = admin.get("/api/v1/regions?limit=100").await.is(200).json()["items"].as_array().unwrap().clone();
    let keys: Vec<&str> = regions.iter().map(|region| region["key"].as_str().unwrap()).collect();
    let tiers = ["trial", "standard", "gold", "vip"];
    let departments = vec![vec!["support"; keys.len()]; tiers.len()];
    for number in 0..9 {
        admin.put(&format!("/api/v1/departments/d{number}"), json!({ "name": { "en": "More" } })).await.is(201);
    }
    let large = json!({ "position": 10, "matrix": { "tiers": tiers, "regions": keys, "departments": departments } });
    admin.put("/api/v1/routing-rules/table", large).await.is(200);
    let page = boss.get("/console/routing?edit=table").await.is(200).text();
    assert!(page.contains("too large to be edited here") && !page.contains("name=\"cell\""));
}

#[tokio::test]
async fn rules_are_switched_moved_and_edited_one_version_at_a_time() {
    let world = world().await;
    let mut admin = Visitor::with_role(&world, Role::Admin).await;
    admin.get("/console/routing?edit=table").await.is(200);
    assert_eq!(admin.post("/console/routing/closed", "step=up&version=1").await.is(303).header("location"), "/console/routing?at=closed#rule-closed");
    assert_eq!((&stored(&world, "closed").await["position"], &stored(&world, "table").await["position"]), (&json!(10), &json!(20)));
    admin.post("/console/routing/table", "step=off&version=2").await.is(303);
    assert_eq!(stored(&world, "table").await["enabled"], false);

    // Whoever looked at an old version is told, and their choices stand in the form beside what is stored.
    let cells = "tier=vip&tier=*&region=DE&region=*&cell=&cell=support&cell=&cell=support";
    let answer = admin.post("/console/routing/table", &format!("step=save&version=1&{cells}")).await.is(409).text();
    assert!(answer.contains("Somebody else has changed this rule") && answer.contains("now: Support") && answer.contains("now: goes on"), "{answer}");
    assert_eq!(stored(&world, "table").await["version"], 3);
    admin.post("/console/routing/table", &format!("step=save&version=3&{cells}")).await.is(303);
    let matrix = &stored(&world, "table").await["matrix"];
    assert_eq!(matrix, &json!({ "tiers": ["vip", "*"], "regions": ["*"], "departments": [["support"], ["support"]] }));

    // A row and a column more.
    let more = "step=save&version=4&tier=vip&tier=*&region=*&cell=support&cell=support&add_tier=gold&add_region=CN";
    admin.post("/console/routing/table", more).await.is(303);
    let matrix = &stored(&world, "table").await["matrix"];
    assert_eq!((&matrix["tiers"], &matrix["regions"]), (&json!(["vip", "gold", "*"]), &json!(["CN", "*"])));
    assert_eq!(stored(&world, "table").await["enabled"], false, "nothing else was changed");
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_changes_nothing() {
    let world = world().await;
    let mut admin = Visitor::with_role(&world, Role::Admin).await;
    admin.get("/console/routing").await.is(200);
    for (form, status) in [
        ("step=save&version=1&tier=vip&region=DE&cell=nowhere", 422),
        ("step=save&version=1&tier=vip&region=Atlantis&cell=support", 422),
        ("step=save&version=1&tier=%27%3B+DROP+TABLE+ticket&region=*&cell=support", 422),
        ("step=save&version=1&tier=vip&tier=*&region=*&cell=support", 422),
        ("step=save&version=1", 404),
        ("step=explode&version=1", 404),
        ("step=off", 409),
        ("step=off&version=x", 409),
        ("step=try&last=9999&tier=vip&region=*&cell=support", 422),
        ("step=try&last=5&tier=vip&region=*&cell=nowhere", 422),
        ("role=admin&enabled=false&position=-1", 409),
    ] {
        admin.post("/console/routing/table", form).await.is(status);
    }
    admin.post("/console/routing/unheard_of", "step=off&version=1").await.is(404);
    admin.post("/console/routing/fallback", "step=up&version=1").await.is(409);
    admin.post("/console/routing", "name=+").await.is(422);
    assert_eq!(stored(&world, "table").await["version"], 1);
    let made = admin.post("/console/routing", "name=By+%3Cb%3Etier%3C%2Fb%3E").await.is(303);
    assert_eq!(made.header("location"), "/console/routing?edit=table_2#rule-table_2");
    let page = admin.get("/console/routing?edit=table_2").await.is(200).text();
    assert!(page.contains("By &#60;b&#62;tier") && page.contains("switched off"), "{page}");
}

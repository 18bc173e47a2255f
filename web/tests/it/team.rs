//! Departments and their people, in the console and over the API.

use bellhop_domain::desk::Role;
use serde_json::json;

use crate::{
    console::{Visitor, encode, with_admin},
    world::World,
};

#[tokio::test]
async fn departments_are_added_changed_and_deleted() {
    let world = World::open().await;
    with_admin(&world).await;
    let admin = world.with("admin").await;
    let mut boss = Visitor::with_role(&world, Role::Admin).await;
    let mut agent = Visitor::with_role(&world, Role::Agent).await;
    boss.get("/console/team").await.is(200);
    let wrong = boss.post("/console/team", "name=Returns&key=no+key").await.is(422).text();
    assert!(wrong.contains("value=\"Returns\"") && wrong.contains("cannot be a key"), "{wrong}");
    boss.post("/console/team", &format!("name={}&key=returns", encode("<script>alert(1)</script>"))).await.is(303);
    boss.post("/console/team", "name=Again&key=returns").await.is(422);

    let path = "/console/team/returns";
    let form = |more: &str| format!("step=save&tag=en&name=Returns&tag=zh&name={}&{more}", encode("退货部"));
    boss.post(path, &form("version=1&parent=support&head=agent&member=agent&given=1&chats=1&most_chats=2&most_tickets=9&away_after_minutes=5"))
        .await
        .is(303);
    let stored = admin.get("/api/v1/departments/returns").await.is(200).json();
    assert_eq!((&stored["name"]["zh"], &stored["parent"], &stored["head"]), (&json!("退货部"), &json!("support"), &json!("agent")));
    let automatic = &stored["assignment"];
    assert_eq!((&automatic["chats"], &automatic["tickets"], &automatic["most_chats"]), (&json!(true), &json!(false), &json!(2)));
    let late = boss.post(path, &form("version=1&parent=")).await.is(409).text();
    assert!(late.contains("in the meantime"), "{late}");
    let wrong = boss.post(path, &form("version=2&parent=returns&most_chats=5000&given=1")).await.is(422).text();
    assert!(wrong.contains("above itself") && wrong.contains("from 0 to 1000"), "{wrong}");
    let page = boss.get(path).await.is(200).text();
    assert!(
        page.contains("<option value=\"support\" selected>") && !page.contains("<option value=\"returns\""),
        "nothing stands above itself: {page}"
    );

    // Who may only look sees the same without the form.
    let page = agent.get(path).await.is(200).text();
    assert!(page.contains("0 of 2") && !page.contains("name=\"version\""), "{page}");
    agent.post(path, &form("version=2")).await.is(403);
    agent.post("/console/team", "name=Mine&key=mine").await.is(403);
    assert!(agent.get("/console/team").await.is(200).text().contains("data-depth=\"1\""));
    agent.get("/console/team/nowhere").await.is(404);

    // What something refers to stays, and it is said what does.
    let refused = boss.post("/console/team/support", "step=delete&version=1").await.is(422).text();
    assert!(refused.contains("departments/returns"), "{refused}");
    boss.post(path, "step=delete&version=2").await.is(303);
    boss.get(path).await.is(404);
}

#[tokio::test]
async fn a_team_is_told_over_the_api() {
    let world = World::open().await;
    with_admin(&world).await;
    let admin = world.with("admin").await;
    admin.put("/api/v1/departments/returns", json!({"name": {"en": "Returns"}, "members": ["boss"], "head": "boss"})).await.is(201);
    admin.put("/api/v1/agents/boss/presence", json!({"presence": "away"})).await.is(200);
    let id = world.queued("ann").await;
    admin.post(&format!("/api/v1/conversations/{id}/assign"), json!({"department": "returns"})).await.is(200);
    let team = world.with("read").await.get("/api/v1/departments/returns/team").await.is(200).json();
    assert_eq!((&team["head"], &team["open"], &team["waiting"]), (&json!("boss"), &json!(true), &json!({"chats": 1, "tickets": 0})));
    assert_eq!((&team["people"][0]["agent"], &team["people"][0]["presence"]), (&json!("boss"), &json!("away")));
    assert_eq!((&team["people"][0]["load"]["chats"], &team["people"][0]["capacity"]["chats"]), (&json!(0), &json!(5)));
    admin.get("/api/v1/departments/nowhere/team").await.is(404);
    world.with("contacts:read").await.get("/api/v1/departments/returns/team").await.is(403);
}

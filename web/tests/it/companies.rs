//! Companies in the API and in the console.

use axum::http::Method;
use bellhop_domain::desk::Role;
use serde_json::json;

use crate::{
    console::{Visitor, encode, with_admin},
    world::World,
};

const HOSTILE: [&str; 4] =
    ["<script>alert(1)</script> & \"co\"", "上海云起科技（集团）有限公司", "\u{202e}moc.elpmaxe שלום עולם", "'; DROP TABLE organisation; --"];

#[tokio::test]
async fn the_api_keeps_companies_and_their_people() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    let new = json!({"name": "Acme", "key": "a-1", "domains": ["acme.example"], "tier": "gold", "notes": "pays late"});
    let acme = admin.post("/api/v1/organisations", new.clone()).await.is(201).json();
    assert_eq!((&acme["key"], &acme["notes"]), (&json!("a-1"), &json!("pays late")));
    let again = json!({"name": "Other", "key": "a-1"});
    assert_eq!(admin.post("/api/v1/organisations", again).await.is(422).field(), "key");
    assert_eq!(admin.get("/api/v1/organisations?q=ACME.exam").await.is(200).json()["items"][0]["id"], acme["id"]);
    let path = format!("/api/v1/organisations/{}", acme["id"].as_str().unwrap());
    let ann = admin.post("/api/v1/contacts", json!({"name": "Ann"})).await.is(201).json();
    let member = format!("{path}/members/{}", ann["id"].as_str().unwrap());
    let put = admin.call(Method::PUT, &member, Some(json!({"sees_colleagues": true})), &[]).await.is(200).json();
    assert_eq!((&put["organisation"], &put["sees_colleagues"], &put["tier"]), (&acme["id"], &json!(true), &json!("gold")));
    assert_eq!(put["sources"]["organisation"][0]["source"], "agent");
    admin.post("/api/v1/tickets", json!({"template": "refund", "contact": ann["id"], "fields": {"order_number": "1001"}})).await.is(201);
    let other = admin.post("/api/v1/organisations", json!({"name": HOSTILE[0]})).await.is(201).json();
    let contact = format!("/api/v1/contacts/{}", ann["id"].as_str().unwrap());
    admin.delete(&member).await.is(204);
    admin.delete(&member).await.is(404);
    let gone = admin.get(&contact).await.is(200).json();
    assert_eq!((&gone["organisation"], &gone["sees_colleagues"]), (&json!(null), &json!(false)));
    assert_eq!(gone["sources"]["organisation"][0]["value"], json!(null), "that they belong to none was said");
    assert_eq!(admin.patch(&contact, json!({"sees_colleagues": true})).await.is(422).field(), "sees_colleagues");
    assert_eq!(admin.patch(&contact, json!({"organisation": acme["id"]})).await.is(200).json()["organisation"], acme["id"]);
    assert_eq!(admin.patch(&contact, json!({"organisation": "none"})).await.is(200).json()["organisation"], json!(null));
    admin.patch(&contact, json!({"organisation": acme["id"]})).await.is(200);
    let merged = format!("/api/v1/organisations/{}/merge", other["id"].as_str().unwrap());
    assert_eq!(admin.post(&merged, json!({"other": acme["id"]})).await.is(200).json()["key"], "a-1");
    admin.get(&path).await.is(404);
    assert_eq!(admin.get(&contact).await.is(200).json()["organisation"], other["id"]);
    let path = format!("/api/v1/organisations/{}", other["id"].as_str().unwrap());
    admin.call(Method::DELETE, &path, None, &[("if-match", "\"99\"")]).await.is(412);
    admin.delete(&path).await.is(204);
    assert_eq!(admin.get(&contact).await.is(200).json()["organisation"], json!(null));
    let reader = world.with("read").await;
    reader.call(Method::PUT, &member, Some(json!({})), &[]).await.is(403);
}

#[tokio::test]
async fn the_console_shows_companies_whatever_they_are_called() {
    let world = World::open().await;
    with_admin(&world).await;
    let admin = world.with("admin").await;
    let mut boss = Visitor::with_role(&world, Role::Admin).await;
    assert!(boss.get("/console/organisations").await.is(200).text().contains("Nobody has added a company yet"));
    for name in HOSTILE {
        boss.get("/console/organisations/new").await.is(200);
        boss.post("/console/organisations/new", &format!("step=save&name={}&notes={}", encode(name), encode(name))).await.is(303);
    }
    let list = boss.get("/console/organisations").await.is(200).text();
    assert!(!list.contains("<script>alert") && list.contains("上海云起科技"), "{list}");
    let all = admin.get("/api/v1/organisations").await.is(200).json();
    for organisation in all["items"].as_array().unwrap() {
        let page = boss.get(&format!("/console/organisations/{}", organisation["id"].as_str().unwrap())).await.is(200).text();
        assert!(!page.contains("<script>alert") && page.contains("dir=\"auto\""));
    }
    let id = all["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/console/organisations/{id}");
    let wrong = boss.post(&path, "step=save&version=1&name=&domains=gmail.com").await.is(422).text();
    assert!(wrong.contains("gmail.com") && wrong.contains("1 to 200 characters"), "{wrong}");
    boss.post(&path, "step=save&version=1&name=Acme&domains=acme.example%0Aacme.de&tier=gold&manager=&key=a-1").await.is(303);
    boss.post(&path, "step=save&version=1&name=Late").await.is(409);
    let page = boss.get(&path).await.is(200).text();
    assert!(page.contains("Acme") && page.contains("acme.de"), "{page}");
    for name in [HOSTILE[0], "Bob One", "Bob Two"] {
        admin.post("/api/v1/contacts", json!({"name": name})).await.is(201);
    }
    boss.post(&path, &format!("step=add&person={}", encode("alert(1)"))).await.is(303);
    let page = boss.get(&path).await.is(200).text();
    assert!(page.contains("&#60;script&#62;alert(1)") && !page.contains("<script>alert"), "{page}");
    let several = boss.post(&path, "step=add&person=Bob").await.is(200).text();
    assert!(several.contains("Bob One") && several.contains("Bob Two") && several.contains("Several people fit"), "{several}");
    boss.post(&path, "step=add&person=Nobody").await.is(422);
    let members = admin.get(&format!("/api/v1/contacts?organisation={id}")).await.is(200).json();
    let member = members["items"][0]["id"].as_str().unwrap().to_owned();
    boss.post(&path, &format!("step=allow&member={member}")).await.is(303);
    let seen = async || admin.get(&format!("/api/v1/contacts/{member}")).await.json()["sees_colleagues"].clone();
    assert_eq!(seen().await, true);
    let other = format!("/console/organisations/{}", all["items"][1]["id"].as_str().unwrap());
    boss.post(&other, &format!("step=forbid&member={member}")).await.is(404);
    assert_eq!(seen().await, true, "only on the page of their own company");
    admin.post("/api/v1/tickets", json!({"template": "refund", "contact": member, "fields": {"order_number": "1001"}})).await.is(201);
    let ticket = boss.get("/console/tickets/T-1").await.is(200).text();
    assert!(ticket.contains(&path), "the ticket leads to the company");
    assert!(boss.get(&path).await.is(200).text().contains("T-1"));
    boss.post(&path, &format!("step=forbid&member={member}")).await.is(303);
    assert_eq!(seen().await, false);
    boss.post(&path, &format!("step=remove&member={member}")).await.is(303);
    boss.post(&path, &format!("step=merge&other={}", encode(HOSTILE[1]))).await.is(303);
    boss.post(&path, "step=delete&version=3").await.is(303);
    boss.get(&path).await.is(404);
    boss.get("/console/organisations/org_nothing").await.is(404);
    let mut agent = Visitor::with_role(&world, Role::Readonly).await;
    let page = agent.get(&other).await.is(200).text();
    assert!(!page.contains("name=\"step\""), "who may not change anything is offered nothing");
    agent.post(&other, "step=delete&version=1").await.is(403);
}

#[tokio::test]
async fn a_company_of_many_people_is_read_in_light_pages() {
    let world = World::open().await;
    with_admin(&world).await;
    let admin = world.with("admin").await;
    let notes = "备注".repeat(2_500);
    let acme = admin.post("/api/v1/organisations", json!({"name": "公".repeat(200), "notes": notes})).await.is(201).json();
    let id = acme["id"].as_str().unwrap().to_owned();
    for _ in 0..60 {
        admin.post("/api/v1/contacts", json!({"name": "名".repeat(200), "organisation": id})).await.is(201);
    }
    let mut boss = Visitor::with_role(&world, Role::Admin).await;
    let page = boss.get(&format!("/console/organisations/{id}")).await.is(200);
    crate::weight::is_light("a company", &page);
    let text = page.text();
    assert!(text.contains("60</span>") && text.matches("name=\"member\"").count() == 50, "{}", text.matches("name=\"member\"").count());
    let next = text.split("href=\"").map(|rest| rest.split('"').next().unwrap()).find(|link| link.contains("members=")).unwrap().to_owned();
    let next = next.split('#').next().unwrap().to_owned();
    assert_eq!(boss.get(&next).await.is(200).text().matches("name=\"member\"").count(), 50);
}

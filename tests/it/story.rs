//! The main job, from a question to a routed ticket and on to next week.

use serde_json::{Value, json};

use crate::support::{DAY, Database, HOUR, House, Page, Setup, agent::id, on_both_databases};

on_both_databases!(
    from_a_question_in_chinese_to_a_closed_ticket_and_next_week,
    a_message_within_three_days_reopens_the_conversation,
    the_table_of_tiers_and_regions_routes_too,
    an_agent_who_changes_the_tier_outweighs_the_channel,
    a_ticket_made_without_a_conversation_is_found_again,
);

/// What the shop says about Mei.
fn a_german_vip() -> Value {
    json!({ "locale": "zh", "tier": "vip", "region": "DE", "attributes": { "plan": "team" } })
}

async fn from_a_question_in_chinese_to_a_closed_ticket_and_next_week(database: Database) {
    let house = Setup::on(database).with_articles().with_clock().open().await;
    let agent = &house.agent;
    house.opens_the_vip_desk().await;
    let mei = house.customer("mei").with(a_german_vip());

    // She asks in Chinese and is answered in Chinese, with a link that opens and buttons.
    let asked = mei.says("怎么退货？").await;
    let answer = mei.hears().await;
    assert_eq!((answer.author(), answer.reply_to()), ("bot", Some(asked.as_str())));
    assert!(answer.text().contains("30 天内可以退"), "{}", answer.text());
    assert_eq!(answer.labels(), ["有帮助", "没帮助", "转人工客服"]);
    assert!(answer.ticket().is_null());
    let article = Page::open(&house, answer.link()).await;
    assert_eq!(article.status, 200, "{}", article.html);
    assert!(article.html.contains("怎么退货"), "{}", article.html);

    // What no article answers goes to a person, and she is told her place.
    let told = mei.asks("我家的狗生病了怎么办？").await;
    assert!(told.text().contains("下一位就是您"), "{}", told.text());
    let conversation = agent.finds_with_status(&mei.thread, "queued").await;
    assert_eq!(conversation["channel"], "shop");
    assert_eq!(conversation["language"], "zh");

    // A person answers, and the conversation is theirs.
    agent.replies(&conversation, "您好，我是小美。您想退款吗？").await;
    let heard = mei.hears().await;
    assert_eq!((heard.author(), heard.text()), ("agent", "您好，我是小美。您想退款吗？"));
    agent.finds_with_status(&mei.thread, "open").await;
    mei.says("对，我想退款，东西坏了").await;

    // The ticket needs an order number, and says so.
    let convert = format!("/conversations/{}/ticket", id(&conversation));
    let refused = agent.tries(reqwest::Method::POST, &convert, json!({ "template": "refund", "fields": {} })).await.refused();
    assert_eq!(refused.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), ["fields.order_number"], "{refused:?}");
    assert!(agent.all("/tickets").await.is_empty());

    // Given the number, it is made, filled in and routed, and says why.
    let ticket = agent.post(&convert, json!({ "template": "refund", "fields": { "order_number": "A-1001" } })).await;
    assert_eq!(ticket["number"], "T-1");
    assert_eq!((&ticket["template"], &ticket["tier"], &ticket["region"]), (&json!("refund"), &json!("vip"), &json!("DE")));
    assert_eq!((&ticket["department"], &ticket["priority"]), (&json!("vip_de"), &json!("high")));
    assert_eq!(ticket["conversations"], json!([id(&conversation)]));
    let order_number = &ticket["fields"]["order_number"];
    assert_eq!((&order_number["value"], &order_number["source"]), (&json!("A-1001"), &json!("agent")));
    assert_eq!(ticket["fields"]["reason"]["value"], "damaged", "read from what she wrote: {ticket}");
    assert!(ticket["fields"]["reason"]["message"].is_string(), "{ticket}");
    assert_eq!((&ticket["routing"]["rule"], &ticket["routing"]["department"]), (&json!("german_vips"), &json!("vip_de")));
    let reasons = ticket["routing"]["reasons"].as_array().expect("reasons");
    for (value, source) in [("vip", "signed_identity"), ("DE", "signed_identity")] {
        let reason = reasons.iter().find(|reason| reason["value"] == value && reason["matched"] == true);
        let reason = reason.unwrap_or_else(|| panic!("no matched reason with {value} in {reasons:?}"));
        assert_eq!(reason["source"], source);
        assert!(reason["condition"].as_str().is_some_and(|condition| !condition.is_empty()));
    }

    // She gets the number and a link that opens.
    let notice = mei.hears().await;
    assert!(notice.text().contains("T-1"), "{}", notice.text());
    let told = notice.ticket();
    assert_eq!((&told["number"], &told["template"], &told["status"]), (&json!("T-1"), &json!("refund"), &ticket["status"]));
    assert!(told["stage"].is_null());
    let link = told["tracking_url"].as_str().expect("a link");
    assert!(notice.text().contains(link), "{}", notice.text());
    assert_eq!(ticket["tracking_url"], link);
    let page = Page::open(&house, link).await;
    assert_eq!(page.status, 200);
    for shown in ["T-1", "退款", "德国贵宾服务台"] {
        assert!(page.html.contains(shown), "no {shown} on {}", page.html);
    }
    let forged = Page::open(&house, &format!("{link}x")).await;
    assert!(matches!(forged.status, 403 | 404), "{}", forged.status);

    // There she can add something, and it reaches the conversation.
    let status = page.sends(&house, "照片我也可以发过来").await;
    assert!(matches!(status, 200 | 303), "{status}");
    agent.finds(&mei.thread, "with her addition", |_| true).await;
    crate::support::until("her addition among the messages", || async {
        let messages = agent.messages(&conversation).await;
        messages.iter().any(|message| message["direction"] == "in" && message["text"] == "照片我也可以发过来").then_some(())
    })
    .await;

    // Converting again gives the same ticket.
    let again = agent.tries(reqwest::Method::POST, &convert, json!({ "template": "refund", "fields": { "order_number": "A-1001" } })).await;
    assert_eq!((again.status, &again.json["number"]), (200, &json!("T-1")));
    assert_eq!(agent.all("/tickets").await.len(), 1);

    // The agent closes, and she is told.
    agent.does(&conversation, "close").await;
    let closing = mei.hears().await;
    assert!(closing.text().contains("这次对话已经结束"), "{}", closing.text());
    agent.finds_with_status(&mei.thread, "resolved").await;

    // Next week's message is a new conversation in the same thread.
    house.pass(8 * DAY);
    mei.says("怎么退货？").await;
    mei.hears().await;
    let fresh = agent.finds_with_status(&mei.thread, "bot").await;
    assert_ne!(id(&fresh), id(&conversation));
    assert_eq!(agent.conversations_of(&mei.thread).await.len(), 2);
    assert_eq!(fresh["contact"], conversation["contact"]);
    house.closes().await;
}

async fn a_message_within_three_days_reopens_the_conversation(database: Database) {
    let house = Setup::on(database).with_articles().with_clock().open().await;
    let agent = &house.agent;
    let ann = house.customer("ann");
    ann.asks("how long does shipping take").await;
    let conversation = agent.finds_with_status(&ann.thread, "bot").await;
    agent.does(&conversation, "close").await;
    ann.hears().await;
    house.pass(71 * HOUR);
    let answer = ann.asks("how long does shipping take").await;
    assert!(answer.text().contains("working days"), "{}", answer.text());
    let reopened = agent.finds_with_status(&ann.thread, "bot").await;
    assert_eq!(id(&reopened), id(&conversation));

    // Who had it gets it back, and the bot stays silent.
    agent.replies(&conversation, "Anything else?").await;
    ann.hears().await;
    agent.does(&conversation, "close").await;
    ann.hears().await;
    house.pass(HOUR);
    ann.says("yes, one more thing").await;
    let reopened = agent.finds(&ann.thread, "reopened", |conversation| conversation["status"] != "resolved").await;
    assert_eq!(id(&reopened), id(&conversation));
    house.closes().await;
}

async fn the_table_of_tiers_and_regions_routes_too(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    for department in ["vip_de", "europe", "rest"] {
        agent.put(&format!("/departments/{department}"), json!({ "name": { "en": department } })).await;
    }
    let table = json!({ "tiers": ["vip", "*"], "regions": ["DE", "*"], "departments": [["vip_de", "rest"], ["europe", null]] });
    agent.put("/routing-rules/table", json!({ "name": { "en": "Tiers and regions" }, "position": 5, "matrix": table })).await;
    for (name, tier, region, department) in
        [("a", "vip", "DE", "vip_de"), ("b", "vip", "CN", "rest"), ("c", "standard", "DE", "europe"), ("d", "gold", "JP", "support")]
    {
        let customer = house.customer(name).with(json!({ "tier": tier, "region": region }));
        customer.asks("my cat ate the remote control").await;
        let conversation = agent.finds_with_status(&customer.thread, "queued").await;
        let ticket = refund(&house, &conversation).await;
        assert_eq!(ticket["department"], department, "{tier} from {region}: {ticket}");
        assert!(!ticket["routing"]["reasons"].as_array().expect("reasons").is_empty(), "{ticket}");
    }
    house.closes().await;
}

/// A refund needs nothing but an order number.
async fn refund(house: &House, conversation: &Value) -> Value {
    let body = json!({ "template": "refund", "fields": { "order_number": "1001" } });
    house.agent.post(&format!("/conversations/{}/ticket", id(conversation)), body).await
}

/// Id of the person whom a conversation is with.
fn contact_of(conversation: &Value) -> String {
    conversation["contact"].as_str().map_or_else(|| id(&conversation["contact"]), ToOwned::to_owned)
}

async fn an_agent_who_changes_the_tier_outweighs_the_channel(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    house.opens_the_vip_desk().await;
    let ann = house.customer("ann").with(json!({ "tier": "standard", "region": "DE" }));
    ann.asks("my cat ate the remote control").await;
    let conversation = agent.finds_with_status(&ann.thread, "queued").await;
    agent.patch(&format!("/contacts/{}", contact_of(&conversation)), json!({ "tier": "vip" })).await;
    ann.says("and it wants another").await;
    let ticket = refund(&house, &conversation).await;
    assert_eq!((&ticket["tier"], &ticket["department"]), (&json!("vip"), &json!("vip_de")), "{ticket}");
    let reasons = ticket["routing"]["reasons"].as_array().expect("reasons");
    assert!(reasons.iter().any(|reason| reason["value"] == "vip" && reason["source"] == "agent"), "{reasons:?}");
    house.closes().await;
}

async fn a_ticket_made_without_a_conversation_is_found_again(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    let ann = house.customer("ann");
    ann.asks("my cat ate the remote control").await;
    let conversation = agent.finds_with_status(&ann.thread, "queued").await;
    let ticket =
        agent.post("/tickets", json!({ "template": "refund", "contact": contact_of(&conversation), "fields": { "order_number": "77" } })).await;
    assert_eq!(ticket["number"], "T-1");
    let found = agent.get("/tickets/T-1").await;
    assert_eq!((&found["number"], &found["version"]), (&ticket["number"], &ticket["version"]));
    let timeline = agent.all("/tickets/T-1/timeline").await;
    assert!(!timeline.is_empty());
    let stale = agent.call(reqwest::Method::PATCH, "/tickets/T-1", Some(json!({ "priority": "low" })), &[("if-match", "\"999\"")]).await;
    assert_eq!(stale.status, 412, "{stale:?}");
    let changed = agent.patch("/tickets/T-1", json!({ "priority": "urgent" })).await;
    assert_eq!(changed["priority"], "urgent");
    house.closes().await;
}

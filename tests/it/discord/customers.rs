//! The main job through Discord: a customer in direct messages, or in a thread of their own; agents work through the API.

use serde_json::json;

use crate::support::{Agents, Database, Page, Setup, agent::id, on_both_databases, until};

on_both_databases!(the_whole_story_in_direct_messages, a_thread_of_ones_own_is_a_conversation, what_is_not_taken_is_told_and_keeps_the_queue);

async fn the_whole_story_in_direct_messages(database: Database) {
    let house = Setup::on(database).with_articles().with_discord(Agents::Nowhere).open().await;
    let discord = house.discord();
    house.opens_the_vip_desk().await;
    let mei = discord.person("Mei", "zh-CN");
    let thread = mei.direct().to_string();

    // She asks in Chinese and is answered in Chinese, with buttons.
    let asked = mei.says("怎么退货？");
    let answer = mei.hears_next("answer", |seen| seen.content.contains("30 天内可以退")).await;
    assert_eq!(answer.answers, Some(asked));
    assert_eq!(answer.buttons.iter().map(|button| button.label.as_str()).collect::<Vec<_>>(), ["有帮助", "没帮助", "转人工客服"]);

    // A press is acknowledged, and leads to people.
    let press = mei.presses(mei.direct(), answer.id, answer.button("转人工客服"));
    mei.hears_next("her place", |seen| seen.content.contains("下一位就是您")).await;
    assert_eq!(discord.answer(press).0.expect("an acknowledgement")["type"], 6);
    let conversation = house.agent.finds_with_status(&thread, "queued").await;
    assert_eq!((&conversation["channel"], &conversation["language"]), (&json!("community"), &json!("zh")));

    // What a person writes reaches her; what she changes, takes back and reacts with is seen.
    house.agent.replies(&conversation, "您好，我是小美。\n```\na_b *c*\n```").await;
    let heard = mei.hears_next("the person", |seen| seen.content.contains("我是小美")).await;
    assert!(heard.content.contains("```\na_b *c*\n```"), "{}", heard.content);
    let wrong = mei.says("我想换货");
    mei.edits(mei.direct(), wrong, "我想退款，东西坏了");
    mei.reacts(mei.direct(), heard.id, "👍", false);
    mei.sends_file(mei.direct(), "这是照片", "box.png", "image/png", b"\x89PNG\r\n\x1a\nnot much of a picture");
    let regretted = mei.says("别看这个");
    mei.deletes(mei.direct(), regretted);
    until("everything that she did", || async {
        let messages = house.agent.messages(&conversation).await;
        let has = |text: &str| messages.iter().any(|message| message["text"] == text);
        let file = messages.iter().flat_map(|message| message["attachments"].as_array().into_iter().flatten()).any(|file| file["name"] == "box.png");
        let reacted = messages.iter().any(|message| message["reactions"].as_array().is_some_and(|reactions| !reactions.is_empty()));
        let gone = !has("别看这个") && messages.iter().any(|message| message["deleted_at"].is_string());
        (has("我想退款，东西坏了") && !has("我想换货") && file && reacted && gone).then_some(())
    })
    .await;

    // The ticket, its number, and a link that opens.
    let convert = format!("/conversations/{}/ticket", id(&conversation));
    let ticket = house.agent.post(&convert, json!({ "template": "refund", "fields": { "order_number": "A-1001" } })).await;
    let notice = mei.hears_next("the number", |seen| seen.content.contains("T-1")).await;
    let link = ticket["tracking_url"].as_str().expect("a link");
    assert!(notice.content.contains(link), "{}", notice.content);
    assert_eq!(Page::open(&house, link).await.status, 200);
    house.agent.does(&conversation, "close").await;
    mei.hears_next("the end", |seen| seen.content.contains("这次对话已经结束")).await;
    house.closes().await;
}

/// Somebody presses "contact us" and goes on in a private thread, like in direct messages.
async fn a_thread_of_ones_own_is_a_conversation(database: Database) {
    let house = Setup::on(database).with_articles().with_discord(Agents::Nowhere).open().await;
    let discord = house.discord();
    let ann = discord.person("Ann", "en-US");
    let help = discord.settings().help;
    discord.until("a session", |discord| (discord.begun() > 0).then_some(())).await;
    let button = json!({ "type": 2, "style": 1, "label": "Contact us", "custom_id": "bellhop:contact" });
    let invitation = discord.bot_writes(help, json!({ "content": "Questions?", "components": [{ "type": 1, "components": [button] }] }));
    let shown = discord.seen(help).into_iter().find(|seen| seen.id == invitation).expect("the invitation");
    ann.presses(help, invitation, shown.button("Contact us"));
    let thread = discord.until("a thread", |_| ann.threads().first().copied()).await;
    ann.hears_next_in(thread, "greeting", |seen| seen.content.contains("automatic assistant")).await;
    ann.says_in(thread, "how long does shipping take");
    ann.hears_next_in(thread, "answer", |seen| seen.content.contains("working days")).await;
    ann.says_in(thread, "I want to talk to a person");
    ann.hears_next_in(thread, "her place", |seen| seen.content.contains("next in line")).await;
    let conversation = house.agent.finds_with_status(&thread.to_string(), "queued").await;
    house.agent.replies(&conversation, "Poor cat! <@1> *really*").await;
    let heard = ann.hears_next_in(thread, "the person", |seen| seen.content.contains("Poor cat")).await;
    assert_eq!(heard.content, "Poor cat! \\<@1> _really_");
    assert!(ann.hears().is_empty(), "nothing goes to her direct messages");
    // What is said among strangers beside it is not answered.
    ann.says_in(help, "how long does shipping take");
    house.program.drained(crate::support::PATIENCE).await;
    assert_eq!(ann.hears_in(help).len(), 1, "the invitation, and nothing else");
    house.closes().await;
}

/// Blocked direct messages, a missing permission and a token that was reset are each said in words; what waits goes when that is mended.
async fn what_is_not_taken_is_told_and_keeps_the_queue(database: Database) {
    let house = Setup::on(database).with_discord(Agents::Nowhere).open().await;
    let discord = house.discord();
    let (ann, ben) = (discord.person("Ann", "en-US"), discord.person("Ben", "en-US"));
    for person in [&ann, &ben] {
        person.says("my cat ate the remote control");
        person.hears_next("handoff", |seen| seen.content.contains("person will take over")).await;
    }
    let of_ann = house.agent.finds_with_status(&ann.direct().to_string(), "queued").await;
    let of_ben = house.agent.finds_with_status(&ben.direct().to_string(), "queued").await;
    ann.shuts(true);
    house.agent.replies(&of_ann, "Are you there?").await;
    until("why it did not arrive", || async {
        let messages = house.agent.messages(&of_ann).await;
        let said = |message: &serde_json::Value| message.to_string().contains("does not take direct messages");
        messages.iter().any(said).then_some(())
    })
    .await;

    discord.revoke_token(true);
    house.agent.replies(&of_ben, "I am here now.").await;
    let stopped = until("a stopped channel", || async {
        let channels = house.agent.get("/channels").await;
        let channel = channels["items"].as_array()?.iter().find(|channel| channel["name"] == "community")?.clone();
        channel["stopped"].is_object().then_some(channel)
    })
    .await;
    assert!(stopped["stopped"]["reason"].as_str().is_some_and(|reason| reason.contains("token")), "{stopped}");
    assert!(ben.hears().iter().all(|seen| !seen.content.contains("I am here now")));
    discord.revoke_token(false);
    house.agent.post("/channels/community/resume", json!({})).await;
    ben.hears_next("what waited", |seen| seen.content.contains("I am here now")).await;

    // An intent that is switched off stops it too, in words.
    discord.withhold_content(true);
    discord.end_sessions();
    let stopped = until("a stopped channel", || async {
        let channels = house.agent.get("/channels").await;
        let channel = channels["items"].as_array()?.iter().find(|channel| channel["name"] == "community")?.clone();
        channel["stopped"].is_object().then_some(channel)
    })
    .await;
    assert!(stopped["stopped"]["reason"].as_str().is_some_and(|reason| reason.contains("Message Content Intent")), "{stopped}");
    discord.withhold_content(false);
    house.agent.post("/channels/community/resume", json!({})).await;
    ben.says("thank you");
    until("what she wrote", || async {
        let messages = house.agent.messages(&of_ben).await;
        messages.iter().any(|message| message["text"] == "thank you").then_some(())
    })
    .await;
    house.closes().await;
}

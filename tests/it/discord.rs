//! The main job through Discord on both sides, agents in a forum or a text channel; and each side with Telegram on the other.

mod agents;
mod connection;
mod customers;
mod health;
mod mixed;

use std::time::Duration;

use bellhop_discord_fake::{DiscordFake, Person, Post, Seen};
use serde_json::{Value, json};

use crate::support::{Agents, DAY, Database, House, Page, Setup, agent::id, on_both_databases, until};

on_both_databases!(the_whole_story_in_a_forum);

/// The name of the post for what concerns everybody.
const LOBBY: &str = "📥 Bellhop";

/// Where agents say what concerns no conversation.
async fn lobby(discord: &DiscordFake) -> u64 {
    lobby_of(discord, discord.settings().forum).await
}

/// The same in another forum.
async fn lobby_of(discord: &DiscordFake, forum: u64) -> u64 {
    discord.until("the post for everybody", |discord| discord.posts(forum).into_iter().find(|post| post.name == LOBBY)).await.id
}

/// Somebody who works here and has proven it, in this channel.
async fn linked(house: &House, name: &str, role: &str, channel: u64) -> Person {
    let email = format!("{}@shop.example", name.to_lowercase());
    house.program.prints(&["user", "create", "--email", &email, "--role", role, "--name", name]).await;
    let code = house.program.prints(&["user", "link-code", "--email", &email]).await;
    let discord = house.discord();
    let person = discord.person(name, "en-US");
    let code = code.trim().trim_start_matches("/link").trim().to_owned();
    // A command is there once Discord was given it.
    discord.until("the commands", |discord| (!discord.commands().is_empty()).then_some(())).await;
    let said = person.gives(channel, "link", &[("code", &code)]);
    let shown = discord.until_shown(said).await;
    assert!(words(&shown).contains(name), "{shown}");
    person
}

/// What one person alone reads.
fn words(shown: &Value) -> String {
    let card = shown["embeds"][0]["description"].as_str().unwrap_or_default();
    format!("{}{card}", shown["content"].as_str().unwrap_or_default())
}

/// The posts about conversations.
fn posts(discord: &DiscordFake, parent: u64) -> Vec<Post> {
    discord.posts(parent).into_iter().filter(|post| post.name != LOBBY).collect()
}

/// The post about this person that is not put away, once what was said stands below its card: the program knows it by then.
async fn post_of(discord: &DiscordFake, parent: u64, name: &str) -> Post {
    let found =
        |discord: &DiscordFake| posts(discord, parent).into_iter().find(|post| post.name.contains(name) && !post.archived && post.messages.len() > 1);
    discord.until(&format!("a post of {name}"), found).await
}

/// Waits until this stands in a post.
async fn until_posted(discord: &DiscordFake, post: u64, part: &str) -> Seen {
    discord.until(&format!("{part:?} in the post"), |discord| discord.post(post).says(part).cloned()).await
}

async fn the_whole_story_in_a_forum(database: Database) {
    let house = Setup::on(database).with_articles().with_clock().with_discord(Agents::InForum).open().await;
    let discord = house.discord();
    let forum = discord.settings().forum;
    house.opens_the_vip_desk().await;
    let lobby = lobby(discord).await;
    let bo = linked(&house, "Bo", "agent", lobby).await;
    let mei = discord.person("Mei", "zh-CN");

    // She asks in Chinese and is answered in Chinese, with buttons.
    mei.says("怎么退货？");
    let answer = mei.hears_next("answer", |seen| seen.content.contains("30 天内可以退")).await;
    assert_eq!(answer.labels(), ["有帮助", "没帮助", "转人工客服"]);
    assert!(posts(discord, forum).is_empty(), "people are not called for what the bot answers");

    // What no article answers goes to people: a post that begins with the card, its tag, and what was said so far.
    mei.says("我家的狗生病了怎么办？");
    mei.hears_next("promise", |seen| seen.content.contains("下一位就是您")).await;
    let post = post_of(discord, forum, "Mei").await;
    assert!(post.name.contains("狗生病了") && post.messages[0].is_card(), "{post:?}");
    assert_eq!(post.tags, ["🟡 waiting"]);
    let post = post.id;
    until_posted(discord, post, "我家的狗生病了怎么办？").await;
    until_posted(discord, lobby, "Mei").await;

    // He takes it by the button of the card; the card and the tag say so.
    let card = discord.post(post).messages.remove(0);
    let press = bo.presses(post, card.id, card.button("Take it"));
    discord.until_answered(press).await;
    discord.until("Bo on the card", |discord| discord.post(post).messages.first().filter(|card| card.words().contains("Bo has it")).map(drop)).await;
    discord.until("the tag", |discord| (discord.post(post).tags == ["🟢 open"]).then_some(())).await;

    // What Bo writes reaches her, and so do his changes; notes do not.
    let slip = bo.says_in(post, "您好，我是小博。您想腿款吗？");
    mei.hears_next("reply", |seen| seen.content.contains("您想腿款吗")).await;
    bo.edits(post, slip, "您好，我是小博。您想退款吗？");
    mei.hears_next("correction", |seen| seen.content.contains("您想退款吗") && seen.is_edited).await;
    let wrong = bo.says_in(post, "这句发错了");
    mei.hears_next("slip", |seen| seen.content.contains("这句发错了")).await;
    bo.deletes(post, wrong);
    discord.until("the slip taken back", |_| mei.hears().iter().all(|seen| !seen.content.contains("这句发错了")).then_some(())).await;
    bo.sends_file(post, "这是退货单", "form.png", "image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on");
    mei.hears_next("file", |seen| seen.files.iter().any(|file| file == "form.png")).await;
    bo.says_in(post, "// she sounds like a VIP");
    bo.gives(post, "note", &[("text", "her dog is ill")]);
    mei.sends_file(mei.direct(), "对，我想退款，东西坏了", "broken.png", "image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and more");
    until_posted(discord, post, "对，我想退款").await;
    let conversation = house.agent.finds(&mei.direct().to_string(), "open", |conversation| conversation["status"] == "open").await;
    until("her file with us", || async {
        let messages = house.agent.messages(&conversation).await;
        let files = messages.iter().flat_map(|message| message["attachments"].as_array().into_iter().flatten());
        files.into_iter().any(|file| file["name"] == "broken.png" && file["state"] == "stored").then_some(())
    })
    .await;
    // A post takes few calls a minute.
    house.pass(Duration::from_secs(120));
    discord
        .until("her file", |discord| {
            discord.post(post).messages.iter().any(|seen| seen.files.iter().any(|file| file.contains("broken"))).then_some(())
        })
        .await;
    until("both notes", || async {
        let messages = house.agent.messages(&conversation).await;
        (messages.iter().filter(|message| message["direction"] == "note").count() == 2).then_some(())
    })
    .await;
    assert!(mei.hears().iter().all(|heard| !heard.content.contains("VIP") && !heard.content.contains("dog")));

    // What is meant is suggested while he types; what he sets is answered to him alone.
    let typed = bo.types(post, "tier", "tier", "vi");
    assert_eq!(discord.until_shown(typed).await["choices"][0]["value"], "vip");
    let tier = bo.gives(post, "tier", &[("tier", "vip")]);
    assert!(words(&discord.until_shown(tier).await).contains("VIP"));
    let region = bo.gives(post, "region", &[("region", "DE")]);
    discord.until_shown(region).await;
    let contact = house.agent.get(&format!("/contacts/{}", conversation["contact"].as_str().expect("an id"))).await;
    assert_eq!((&contact["tier"], &contact["region"]), (&json!("vip"), &json!("DE")));

    // The card of the ticket asks for what is missing in a form; no ticket is made without it.
    let begun = discord.post(post).messages.iter().find(|seen| seen.words().contains("我家的狗生病了怎么办")).expect("her question").id;
    let ticket = bo.gives(post, "ticket", &[("template", "refund")]);
    discord.until_answered(ticket).await;
    let card = until_posted(discord, post, "⚠").await;
    assert!(card.is_card() && card.words().contains("German VIP desk"), "{}", card.words());
    assert!(house.agent.all("/tickets").await.is_empty());
    let press = bo.presses(post, card.id, card.button("📝 Fill in"));
    let form = discord.until_shown(press).await;
    assert_eq!(form["components"][0]["component"]["custom_id"], "order_number", "{form}");
    let sent = bo.fills(post, form["custom_id"].as_str().expect("a form"), &[("order_number", "A-1001")]);
    assert!(words(&discord.until_shown(sent).await).contains("Everything is filled in"));
    let ready = discord.until("the card without gaps", |discord| {
        discord.post(post).messages.into_iter().find(|seen| seen.id == card.id && seen.words().contains("A-1001") && !seen.words().contains('⚠'))
    });
    let ready = ready.await;
    let press = bo.presses(post, ready.id, ready.button("Make the ticket"));
    discord.until_answered(press).await;
    discord
        .until("the card with the ticket, which can be taken back", |discord| {
            let messages = discord.post(post).messages;
            messages.into_iter().find(|seen| seen.id == card.id && seen.words().contains("T-1") && seen.labels().contains(&"Undo"))
        })
        .await;
    let ticket = house.agent.get("/tickets/T-1").await;
    assert_eq!((&ticket["template"], &ticket["department"], &ticket["priority"]), (&json!("refund"), &json!("vip_de"), &json!("high")), "{ticket}");
    assert_eq!(ticket["fields"]["order_number"]["value"], "A-1001");
    let notice = mei.hears_next("number", |seen| seen.content.contains("T-1")).await;
    let link = ticket["tracking_url"].as_str().expect("a link");
    assert!(notice.content.contains(link), "{}", notice.content);
    assert_eq!(Page::open(&house, link).await.status, 200);

    // Pointing at a message with "Convert to ticket" leads there too, and makes nothing again; pointing at her shows who she is.
    bo.points(post, 3, "Convert to ticket", begun);
    let who = bo.points(post, 2, "Customer", mei.id());
    assert!(words(&discord.until_shown(who).await).contains("Mei"));
    assert_eq!(house.agent.all("/tickets").await.len(), 1);

    // He closes; she is told, and the post is put away with its tag.
    bo.gives(post, "close", &[]);
    mei.hears_next("goodbye", |seen| seen.content.contains("这次对话已经结束")).await;
    house.pass(Duration::from_secs(120));
    let closed = discord.until("the post put away", |discord| Some(discord.post(post)).filter(|post| post.archived)).await;
    assert!(closed.tags.contains(&"✅ closed".to_owned()), "{:?}", closed.tags);

    // Next week's message is a new conversation, which the bot takes.
    house.pass(8 * DAY);
    let before = mei.hears().len();
    mei.says("怎么退货？");
    discord.until("an answer", |_| (mei.hears().len() > before).then_some(())).await;
    let fresh = house.agent.finds_with_status(&mei.direct().to_string(), "bot").await;
    assert_ne!(id(&fresh), id(&conversation));
    house.closes().await;
}

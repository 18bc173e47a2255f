//! One platform for customers, another one for agents; and threads in a text channel.

use std::time::Duration;

use super::{linked, lobby, post_of, posts, until_posted, words};
use crate::support::{Agents, Database, Setup, on_both_databases};

on_both_databases!(customers_on_telegram_and_agents_on_discord, customers_on_discord_and_agents_on_telegram);

async fn customers_on_telegram_and_agents_on_discord(database: Database) {
    let house = Setup::on(database).with_clock().with_telegram("poll").without_staff_chat().with_discord(Agents::InForum).open().await;
    let (telegram, discord) = (house.telegram(), house.discord());
    let forum = discord.settings().forum;
    let lobby = lobby(discord).await;
    let bo = linked(&house, "Bo", "agent", lobby).await;
    let ann = telegram.person("Ann", "en");
    ann.says("my cat ate the remote control");
    ann.until_hears("person will take over").await;
    let post = post_of(discord, forum, "Ann").await.id;
    until_posted(discord, post, "my cat ate").await;
    bo.says_in(post, "**Which** one?");
    ann.until_hears("Which one?").await;
    ann.says("The black one");
    until_posted(discord, post, "The black one").await;
    let made = bo.gives(post, "ticket", &[("template", "refund")]);
    discord.until_answered(made).await;
    let card = until_posted(discord, post, "⚠").await;
    let press = bo.presses(post, card.id, card.button("📝 Fill in"));
    let form = discord.until_shown(press).await;
    let sent = bo.fills(post, form["custom_id"].as_str().expect("a form"), &[("order_number", "A-1001")]);
    assert!(words(&discord.until_shown(sent).await).contains("Everything is filled in"));
    let ready = discord
        .until("the button", |discord| {
            let card = discord.post(post).messages.into_iter().find(|seen| seen.id == card.id)?;
            card.labels().contains(&"Make the ticket").then_some(card)
        })
        .await;
    bo.presses(post, ready.id, ready.button("Make the ticket"));
    ann.until_hears("T-1").await;
    bo.gives(post, "close", &[]);
    ann.until_hears("closed this conversation").await;
    house.pass(Duration::from_secs(120));
    discord.until("the post put away", |discord| discord.post(post).archived.then_some(())).await;
    house.closes().await;
}

async fn customers_on_discord_and_agents_on_telegram(database: Database) {
    let house = Setup::on(database).with_telegram("poll").with_discord(Agents::Nowhere).open().await;
    let (telegram, discord) = (house.telegram(), house.discord());
    let bo = crate::telegram::linked(&house, "Bo", "agent").await;
    let ann = discord.person("Ann", "en-US");
    ann.says("my cat ate the remote control");
    ann.hears_next("promise", |seen| seen.content.contains("person will take over")).await;
    let topic = crate::telegram::topic_of(telegram, "Ann").await.id;
    telegram.until_posted(topic, "my cat ate").await;
    bo.writes_in(topic, "Which one?");
    ann.hears_next("reply", |seen| seen.content.contains("Which one?")).await;
    ann.says("The black one");
    telegram.until_posted(topic, "The black one").await;
    bo.writes_in(topic, "/ticket refund");
    let card = telegram.until_posted(topic, "⚠").await;
    bo.replies(card.id, "A-1001");
    telegram.until("the button", |telegram| telegram.topic(topic)?.posts.into_iter().find(|post| post.labels().contains(&"Make the ticket"))).await;
    bo.presses(card.id, "Make the ticket").until_answered().await;
    ann.hears_next("number", |seen| seen.content.contains("T-1")).await;
    assert!(posts(discord, discord.settings().forum).is_empty());
    house.closes().await;
}

/// Threads in a text channel: the card is pinned in the thread, and what concerns everybody stands in the channel itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_may_work_in_threads_of_a_text_channel() {
    let house = Setup::on(Database::Sqlite).with_clock().with_discord(Agents::InText).open().await;
    let discord = house.discord();
    let help = discord.settings().help;
    let bo = linked(&house, "Bo", "agent", help).await;
    let ann = discord.person("Ann", "en-US");
    ann.says("my cat ate the remote control");
    let post = post_of(discord, help, "Ann").await.id;
    until_posted(discord, post, "my cat ate").await;
    discord.until("somebody is called", |discord| discord.seen(help).into_iter().find(|seen| seen.words().contains("Ann"))).await;
    bo.says_in(post, "Which one?");
    ann.hears_next("reply", |seen| seen.content.contains("Which one?")).await;
    house.pass(Duration::from_secs(120));
    discord.until("the pinned card", |discord| (!discord.post(post).pinned.is_empty()).then_some(())).await;
    let closed = bo.gives(post, "close", &[]);
    discord.until_answered(closed).await;
    house.pass(Duration::from_secs(120));
    discord.until("the thread put away", |discord| discord.post(post).archived.then_some(())).await;
    house.closes().await;
}

//! What does not work on a channel is seen in one place, whichever way an operator looks, and ends by itself once it is mended.

use std::time::Duration;

use bellhop_discord_fake::Fault;
use serde_json::Value;

use super::{linked, post_of, posts, until_posted};
use crate::support::{Agents, Database, House, Setup, on_both_databases, until};

on_both_databases!(a_wrong_agents_channel_is_seen_and_mends_itself);

/// A channel that nobody has made yet.
const LATER: u64 = 1_000_000_000_000_000_099;

/// The channel as the API shows it.
async fn shown(house: &House) -> Value {
    let channels = house.agent.get("/channels").await;
    channels["items"].as_array().and_then(|all| all.iter().find(|channel| channel["name"] == "community")).expect("the channel").clone()
}

/// Waits until the API shows the channel as it should be.
async fn until_shown(house: &House, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
    until(what, || async { Some(shown(house).await).filter(|channel| fits(channel)) }).await
}

/// Whether something about agents does not work for this reason.
fn troubled(channel: &Value, part: &str) -> bool {
    let troubles = channel["staff"]["troubles"].as_array().map(Vec::as_slice).unwrap_or_default();
    troubles.iter().any(|trouble| trouble["what"] == "posts" && trouble["reason"].as_str().is_some_and(|reason| reason.contains(part)))
}

/// What `/readyz` and the doctor say of the channel; the doctor also whether that is well. Both, once they say this.
async fn told(house: &House, part: &str) -> bool {
    let token = house.discord().token();
    until(&format!("{part:?} at /readyz"), || async {
        let answer = house.program.http().get(format!("{}/readyz", house.program.url())).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "one channel makes nothing less ready");
        let text = answer.text().await.expect("text");
        assert!(text.starts_with("ready\n") && !text.contains(&token), "{text}");
        text.lines().any(|line| line.starts_with("channel community: ") && line.contains(part)).then_some(())
    })
    .await;
    until(&format!("{part:?} from the doctor"), || async {
        let output = house.program.run(&["doctor", "--json"]).await;
        let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
        let check = report["checks"].as_array()?.iter().find(|check| check["name"] == "channel community")?.clone();
        assert!(!check.to_string().contains(&token), "{check}");
        check["found"].as_str()?.contains(part).then(|| check["ok"] == true)
    })
    .await
}

async fn a_wrong_agents_channel_is_seen_and_mends_itself(database: Database) {
    let house =
        Setup::on(database).with_clock().with_discord(Agents::InForum).set("channels.community.staff_channel", &LATER.to_string()).open().await;
    let discord = house.discord();
    let ann = discord.person("Ann", "en-US");
    ann.says("my cat ate the remote control");
    ann.hears_next("promise", |seen| seen.content.contains("person will take over")).await;
    let channel = until_shown(&house, "the trouble", |channel| troubled(channel, "does not know staff_channel")).await;
    assert_eq!((&channel["health"], &channel["state"]), (&Value::from("stopped"), &Value::from("running")), "customers are served: {channel}");
    assert!(!told(&house, "does not know staff_channel").await);

    // Somebody names another one, which is for voices.
    discord.make_channel(LATER, 2);
    house.pass(Duration::from_secs(61));
    until_shown(&house, "the other trouble", |channel| troubled(channel, "neither a forum nor a text channel")).await;
    // It is one for posts, which the bot does not see.
    discord.make_channel(LATER, 15);
    discord.hide_channel(LATER, true);
    house.pass(Duration::from_secs(61));
    let channel = until_shown(&house, "the third", |channel| troubled(channel, "View Channel")).await;
    assert!(channel["health"] == "troubled" || channel["health"] == "stopped", "{channel}");
    assert!(!told(&house, "View Channel").await);

    // It does: everything that waited is there, and all is well.
    discord.hide_channel(LATER, false);
    house.pass(Duration::from_secs(61));
    let post = post_of(discord, LATER, "Ann").await.id;
    until_posted(discord, post, "my cat ate").await;
    until_shown(&house, "its end", |channel| channel["health"] == "well").await;
    assert!(told(&house, "well; connected").await);
    let lobby = super::lobby_of(discord, LATER).await;
    let bo = linked(&house, "Bo", "agent", lobby).await;
    bo.says_in(post, "Which one?");
    ann.hears_next("reply", |seen| seen.content.contains("Which one?")).await;
    house.closes().await;
}

/// A permission that is missing among agents, and one that is missing where a customer writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_permission_is_seen_until_somebody_gives_it() {
    let house = Setup::on(Database::Sqlite).with_clock().with_discord(Agents::InForum).open().await;
    let discord = house.discord();
    let forum = discord.settings().forum;
    super::lobby(discord).await;
    discord.fails_always("POST /channels/{channel_id}/threads", Some(Fault::missing_permission()));
    let ann = discord.person("Ann", "en-US");
    ann.says("my cat ate the remote control");
    ann.hears_next("promise", |seen| seen.content.contains("person will take over")).await;
    let channel = until_shown(&house, "the trouble", |channel| troubled(channel, "lacks a permission in the agents' channel")).await;
    assert_eq!((&channel["health"], &channel["state"]), (&Value::from("troubled"), &Value::from("running")));
    assert!(!told(&house, "nothing is posted for agents").await && posts(discord, forum).is_empty());
    discord.fails_always("POST /channels/{channel_id}/threads", None);
    house.pass(Duration::from_secs(61));
    post_of(discord, forum, "Ann").await;
    until_shown(&house, "its end", |channel| channel["health"] == "well").await;

    let conversation = house.agent.finds_with_status(&ann.direct().to_string(), "queued").await;
    discord.fails_always("POST /channels/{channel_id}/messages", Some(Fault::missing_permission()));
    house.agent.replies(&conversation, "Which one?").await;
    let failing = |channel: &Value| channel["waiting"]["failing"] == 1 && channel["waiting"]["sends"] == 1;
    let channel = until_shown(&house, "what is tried in vain", failing).await;
    assert!(channel["waiting"]["failing_reason"].as_str().is_some_and(|reason| reason.contains("lacks a permission")), "{channel}");
    assert_eq!((&channel["health"], &channel["last_failure"]["reason"]), (&Value::from("troubled"), &channel["waiting"]["failing_reason"]));
    assert!(!told(&house, "1 of them tried in vain").await);
    discord.fails_always("POST /channels/{channel_id}/messages", None);
    house.pass(Duration::from_secs(61));
    ann.hears_next("reply", |seen| seen.content.contains("Which one?")).await;
    until_shown(&house, "its end", |channel| channel["health"] == "well" && channel["waiting"]["sends"] == 0).await;
    assert!(told(&house, "well; connected").await);
    house.closes().await;
}

/// Direct messages that a customer has closed concern that customer; a wrong token and a withheld intent concern everybody. What was last known is told without a server, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_customer_or_the_portal_refuses_is_seen_in_the_same_place() {
    let mut house = Setup::on(Database::Sqlite).with_discord(Agents::Nowhere).open().await;
    let ann = house.discord().person("Ann", "en-US");
    ann.says("my cat ate the remote control");
    ann.hears_next("promise", |seen| seen.content.contains("person will take over")).await;
    let conversation = house.agent.finds_with_status(&ann.direct().to_string(), "queued").await;
    ann.shuts(true);
    house.agent.replies(&conversation, "Are you there?").await;
    let refused = |channel: &Value| {
        let reason = channel["last_failure"]["reason"].as_str();
        reason.is_some_and(|reason| reason.contains("does not take direct messages")) && channel["waiting"]["sends"] == 0
    };
    let channel = until_shown(&house, "why it did not arrive, and that it is not tried again", refused).await;
    assert_eq!(channel["health"], "well", "others are served: {channel}");
    assert!(told(&house, "does not take direct messages").await);
    ann.shuts(false);

    for (portal, part) in [("token", "its token is wrong or was reset"), ("intent", "Message Content Intent")] {
        let discord = house.discord();
        let change = |broken: bool| if portal == "token" { discord.revoke_token(broken) } else { discord.withhold_content(broken) };
        change(true);
        if portal == "token" {
            discord.close(4_004)
        } else {
            discord.end_sessions()
        }
        let stopped = |channel: &Value| channel["stopped"]["reason"].as_str().is_some_and(|reason| reason.contains("token") || reason.contains(part));
        let channel = until_shown(&house, "a stopped channel", stopped).await;
        assert_eq!((&channel["health"], &channel["state"]), (&Value::from("stopped"), &Value::from("stopped")));
        assert!(!told(&house, "nothing is sent since").await);
        house.agent.replies(&conversation, &format!("the {portal} again")).await;
        until_shown(&house, "the queue", |channel| channel["waiting"]["sends"] == 1).await;
        change(false);
        house.agent.post("/channels/community/resume", serde_json::json!({})).await;
        ann.hears_next("what waited", |seen| seen.content.contains(&format!("the {portal} again"))).await;
        until_shown(&house, "its end", |channel| channel["health"] == "well").await;
    }
    let before = shown(&house).await;
    house.program.stop().await;
    let output = house.program.run(&["doctor", "--json"]).await;
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let check = report["checks"].as_array().expect("checks").iter().find(|check| check["name"] == "channel community").expect("the channel").clone();
    assert!(check["ok"] == true && check["found"].as_str().is_some_and(|found| found.contains("no node is live; at ")), "{check}");
    house.program.start().await;
    let after = shown(&house).await;
    assert_eq!(
        (&after["last_event_at"], &after["last_sent_at"]),
        (&before["last_event_at"], &before["last_sent_at"]),
        "a restart forgets no traffic"
    );
    house.closes().await;
}

//! Who may do what in the agents' channel, and what people who mean no good look like there.

use bellhop_discord_fake::Fault;
use serde_json::json;

use super::{linked, lobby, post_of, until_posted, words};
use crate::support::{Agents, Database, PATIENCE, Setup, on_both_databases};

on_both_databases!(a_stranger_in_the_server_can_do_nothing);

async fn a_stranger_in_the_server_can_do_nothing(database: Database) {
    let house = Setup::on(database).with_discord(Agents::InForum).open().await;
    let discord = house.discord();
    let forum = discord.settings().forum;
    let lobby = lobby(discord).await;
    let ann = discord.person("Ann", "en-US");
    ann.says("my cat ate the remote control");
    ann.hears_next("promise", |seen| seen.content.contains("person will take over")).await;
    let post = post_of(discord, forum, "Ann").await;
    let card = post.messages[0].clone();
    let post = post.id;
    discord.until("the commands", |discord| (!discord.commands().is_empty()).then_some(())).await;
    let heard = ann.hears().len();
    let eve = discord.person("Eve", "en-US");
    eve.says_in(post, "Please send me your password");
    until_posted(discord, post, "not linked").await;
    let mut tried = vec![
        eve.gives(post, "close", &[]),
        eve.gives(post, "reply", &[("text", "Please send me your password")]),
        eve.gives(lobby, "invite", &[("room", &discord.settings().help.to_string())]),
        eve.presses(post, card.id, card.button("Take it")),
        eve.points(post, 3, "Convert to ticket", card.id),
        eve.points(post, 2, "Customer", ann.id()),
        eve.fills(post, "a-form", &[("order_number", "A-1")]),
    ];
    for interaction in tried.drain(..) {
        let shown = discord.until_shown(interaction).await;
        assert!(words(&shown).contains("not linked"), "{shown}");
    }
    let wrong = eve.gives(lobby, "link", &[("code", "WRONG-CODE")]);
    assert!(!words(&discord.until_shown(wrong).await).contains("Eve"));
    let typed = eve.types(post, "assign", "agent-or-department", "");
    assert_eq!(discord.until_shown(typed).await["choices"], json!([]));
    house.program.drained(PATIENCE).await;
    assert_eq!(ann.hears().len(), heard, "{:?}", ann.hears());
    let conversation = house.agent.finds_with_status(&ann.direct().to_string(), "queued").await;
    assert!(conversation["assignee"].is_null(), "{conversation}");
    assert!(discord.seen(discord.settings().help).is_empty() && house.agent.all("/tickets").await.is_empty());

    // The same button does it for somebody who works here, and who is no administrator may not do everything either.
    let bo = linked(&house, "Bo", "agent", lobby).await;
    let refused = bo.gives(lobby, "invite", &[("room", &discord.settings().help.to_string())]);
    assert!(!words(&discord.until_shown(refused).await).is_empty());
    assert!(discord.seen(discord.settings().help).is_empty());
    bo.presses(post, card.id, card.button("Take it"));
    let taken = house.agent.finds_with_status(&ann.direct().to_string(), "open").await;
    assert_eq!(taken["assignee"], "bo");
    house.closes().await;
}

/// An administrator puts the message with the button before the public; whoever presses it has a thread of their own, and agents have a post.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_button_before_the_public_leads_to_a_post() {
    let house = Setup::on(Database::Sqlite).with_discord(Agents::InForum).open().await;
    let discord = house.discord();
    let (forum, help) = (discord.settings().forum, discord.settings().help);
    let lobby = lobby(discord).await;
    let bo = linked(&house, "Bo", "admin", lobby).await;
    let said = bo.gives(lobby, "invite", &[("room", &help.to_string())]);
    assert!(words(&discord.until_shown(said).await).contains("Done"));
    let seen = discord.seen(help).pop().expect("the message");
    let ann = discord.person("Ann", "en-US");
    ann.presses(help, seen.id, &seen.buttons[0]);
    let thread = discord.until("a thread of her own", |_| ann.threads().pop()).await;
    ann.says_in(thread, "my cat ate the remote control");
    let post = post_of(discord, forum, "Ann").await.id;
    until_posted(discord, post, "my cat ate").await;
    bo.says_in(post, "Which one?");
    ann.hears_next_in(thread, "reply", |seen| seen.content.contains("Which one?")).await;
    house.closes().await;
}

/// Names and words stay names and words; nobody is called by them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_names_and_texts_stay_in_their_place() {
    let house = Setup::on(Database::Sqlite).with_discord(Agents::InForum).open().await;
    let discord = house.discord();
    let forum = discord.settings().forum;
    let evil = discord.person("**Bo** [pay](https://evil.example)\u{202e}nimda @everyone", "en-US");
    evil.says("my cat ate the remote control");
    evil.says(&format!(
        "**Bo** 12:00 · note\n# big\n> quoted @everyone <@&1> ||x|| [here](https://evil.example) `x`\n\u{202e}{}",
        "long ".repeat(380)
    ));
    let post = post_of(discord, forum, "Bo").await.id;
    let said = until_posted(discord, post, "quoted").await;
    let name = discord.post(post).name;
    assert!(!name.contains('\u{202e}') && name.chars().count() <= 100, "{name:?}");
    assert!(said.words().lines().filter(|line| line.contains("12:00 · note")).all(|line| line.starts_with("> ")), "{}", said.words());
    for message in discord.post(post).messages {
        // A mark that is escaped is none.
        let words = message.words().replace("\\[", "");
        assert!(!words.contains("[pay](https") && !words.contains("[here](https"), "no link hides behind words: {words}");
        assert!(!words.contains('\u{202e}'));
    }
    for route in ["POST /channels/{channel_id}/messages", "PATCH /channels/{channel_id}/messages/{message_id}"] {
        for call in discord.calls(route) {
            assert_eq!(call.body["allowed_mentions"]["parse"], json!([]), "{}", call.body);
        }
    }
    house.closes().await;
}

/// Where the bot may not write among the agents, that is tried again; customers are served all the same, and nothing is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_permission_among_agents_keeps_everything() {
    let house = Setup::on(Database::Sqlite).with_discord(Agents::InForum).open().await;
    let discord = house.discord();
    let forum = discord.settings().forum;
    lobby(discord).await;
    discord.fails("POST /channels/{channel_id}/threads", 1, Fault::missing_permission());
    let ann = discord.person("Ann", "en-US");
    ann.says("my cat ate the remote control");
    ann.hears_next("promise", |seen| seen.content.contains("person will take over")).await;
    discord.until("a try", |discord| discord.calls("POST /channels/{channel_id}/threads").into_iter().find(|call| call.fault.is_some())).await;
    assert!(super::posts(discord, forum).is_empty());
    house.closes().await;
}

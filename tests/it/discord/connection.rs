//! The connection breaks, sessions end, the program is killed: each message is handled once, in order (F-04, F-11).

use crate::support::{Agents, Database, PATIENCE, Setup, on_both_databases, until};

on_both_databases!(whatever_breaks_each_message_is_handled_once_and_in_order, what_was_said_while_nobody_listened_is_answered_after_a_kill);

/// What somebody wrote, as it was stored.
async fn written(house: &crate::support::House, thread: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for conversation in house.agent.conversations_of(thread).await {
        let messages = house.agent.messages(&conversation).await;
        texts.extend(
            messages.iter().filter(|message| message["direction"] == "in").map(|message| message["text"].as_str().unwrap_or_default().to_owned()),
        );
    }
    texts
}

async fn whatever_breaks_each_message_is_handled_once_and_in_order(database: Database) {
    let house = Setup::on(database).with_discord(Agents::Nowhere).open().await;
    let discord = house.discord();
    let ann = discord.person("Ann", "en-US");
    let thread = ann.direct().to_string();
    let mut said = vec!["my cat ate the remote control".to_owned()];
    ann.says(&said[0]);
    ann.hears_next("handoff", |seen| seen.content.contains("person will take over")).await;
    for round in 0..3 {
        for (number, way) in ["dropped", "asked to reconnect", "closed", "shaken", "ended"].into_iter().enumerate() {
            let (begun, resumed) = (discord.begun(), discord.resumed());
            match number {
                0 => discord.drop_connections(),
                1 => discord.ask_to_reconnect(),
                2 => discord.close(4_000),
                3 => discord.shake_sessions(),
                _ => discord.end_sessions(),
            }
            for part in ["a", "b"] {
                let text = format!("{way} {round} {part}");
                ann.says(&text);
                said.push(text);
            }
            discord.until("a session", |discord| (discord.begun() > begun || discord.resumed() > resumed).then_some(())).await;
        }
    }
    until("everything", || async { (written(&house, &thread).await.len() >= said.len()).then_some(()) }).await;
    assert_eq!(written(&house, &thread).await, said);
    house.closes().await;
}

async fn what_was_said_while_nobody_listened_is_answered_after_a_kill(database: Database) {
    let mut house = Setup::on(database).with_articles().with_discord(Agents::Nowhere).open().await;
    let people: Vec<_> = (0..6).map(|number| house.discord().person(&format!("P{number}"), "en-US")).collect();
    for person in &people {
        person.says("hello");
        person.hears_next("greeting", |seen| seen.by_bot).await;
    }
    house.program.drained(PATIENCE).await;
    for (round, person) in people.iter().enumerate() {
        if round % 2 == 0 {
            person.says("how long does shipping take");
        }
        house.program.kill().await;
        // Every other time the session is over when it comes back.
        if round % 4 < 2 {
            house.discord().forget_sessions();
        }
        if round % 2 == 1 {
            person.says("how long does shipping take");
        }
        house.program.start().await;
        person.hears_next("answer", |seen| seen.content.contains("working days")).await;
    }
    house.program.drained(PATIENCE).await;
    for person in &people {
        assert_eq!(written(&house, &person.direct().to_string()).await, ["hello", "how long does shipping take"]);
        let answers = person.hears().iter().filter(|seen| seen.content.contains("working days")).count();
        assert_eq!(answers, 1, "Discord takes a key: nothing is shown twice");
    }
    house.closes().await;
}

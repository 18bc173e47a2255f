//! Telegram is away for longer than a day while messages queue up.

use std::time::Duration;

use bellhop_telegram_fake::{Fault, Person};

use crate::support::{Database, HOUR, Setup, on_both_databases, until, waiting::until_within};

on_both_databases!(what_queued_up_goes_in_order_at_the_limit_and_in_flat_memory);

const CUSTOMERS: usize = 60;
const EACH: usize = 20;
/// Messages a second to all.
const LIMIT: usize = 80;
/// How long the whole may take on a busy machine.
const LONG: Duration = Duration::from_secs(120);
/// KiB by which memory may grow.
const FLAT: u64 = 32 * 1024;

/// F-23.
async fn what_queued_up_goes_in_order_at_the_limit_and_in_flat_memory(database: Database) {
    let setup = Setup::on(database).set("channels.helpdesk.max_per_second", &LIMIT.to_string()).set("channels.helpdesk.per_thread", "0s");
    let mut house = setup.set("handoff.limit", "300h").with_clock().with_telegram("poll").without_staff_chat().open().await;
    let telegram = house.telegram();
    let people: Vec<Person> = (0..CUSTOMERS).map(|number| telegram.person(&format!("P{number}"), "en")).collect();
    let first = people.first().expect("somebody");
    first.says("my cat ate the remote control");
    first.until_hears("person will take over").await;
    for other in people.iter().skip(1) {
        // Whoever comes back has a chat with the bot, and is not answered.
        other.blocks_bot();
        other.unblocks_bot();
    }
    let conversation = house.agent.finds_with_status(&first.id().to_string(), "queued").await;

    // Telegram goes away. What is written from now on waits: one message by an agent, and thousands like it.
    telegram.fails_always("", Some(Fault::Status(502)));
    house.agent.replies(&conversation, "text 0.").await;
    until("a try that failed", || async { telegram.calls("sendMessage").iter().any(|call| call.args["text"] == "text 0.").then_some(()) }).await;
    house.program.stop().await;
    let (data, place) = (house.program.data(), &house.program.place);
    for person in &people {
        let begin = usize::from(person.id() == first.id());
        let sql = format!(
            "INSERT INTO outbox (lane, channel, thread, conversation, message, kind, body, state, attempts, cut_off, due_at, expires_at, give_up_at, created_at)
             WITH RECURSIVE n(i) AS (SELECT {begin} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
             SELECT replace(o.lane, '{old}', '{new}'), o.channel, '{new}', o.conversation, NULL, o.kind,
                    replace(replace(o.body, '\"thread\":\"{old}\"', '\"thread\":\"{new}\"'), 'text 0.', 'text ' || n.i || '.'),
                    0, 0, o.cut_off, o.created_at, NULL, o.give_up_at, o.created_at
             FROM n, outbox o WHERE o.message IS NOT NULL AND o.body LIKE '%text 0.%' ORDER BY n.i",
            last = EACH - 1,
            old = first.id(),
            new = person.id(),
        );
        place.run(&data, &sql).await;
    }
    let all = CUSTOMERS * EACH;
    let waiting = place.count(&data, "SELECT count(*) FROM outbox WHERE state < 2").await;
    assert_eq!(usize::try_from(waiting).expect("a count"), all);

    // It is still away a day and two hours later.
    house.pass(26 * HOUR);
    house.program.start().await;
    let tries = house.telegram().calls("sendMessage").len();
    until("more tries that fail", || async { (house.telegram().calls("sendMessage").len() > tries + LIMIT).then_some(()) }).await;
    let before = house.program.resident();
    house.program.forget_peak();

    // It comes back.
    let telegram = house.telegram();
    telegram.fails_always("", None);
    let begun = std::time::Instant::now();
    // Every pause between tries is over.
    house.pass(HOUR);
    let data = house.program.data();
    until_within(LONG, "end of the queue", || async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        (house.program.place.count(&data, "SELECT count(*) FROM outbox WHERE state < 2").await == 0).then_some(())
    })
    .await;
    let took = begun.elapsed();
    let texts: Vec<String> = (0..EACH).map(|number| format!("text {number}.")).collect();
    for person in &people {
        let heard: Vec<String> = person.hears().into_iter().map(|heard| heard.text).filter(|text| text.starts_with("text")).collect();
        assert_eq!(heard, texts, "everything, once, in order");
    }
    // A second's worth may go at once, the rest at the limit.
    let least = Duration::from_secs(u64::try_from((all - LIMIT) / LIMIT).expect("seconds") - 1);
    assert!(took >= least, "drained within {took:?}, and {least:?} are the least");
    let grown = house.program.peak().saturating_sub(before);
    assert!(grown <= FLAT, "memory grew from {before} KiB by {grown} KiB");
    println!("{all} messages in {took:?}, memory {before} KiB and {grown} KiB more");
    house.closes().await;
}

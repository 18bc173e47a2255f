//! One node polls: whoever holds the database's lock.

use crate::support::{Database, PATIENCE, Setup, on_both_databases};

on_both_databases!(a_second_node_does_not_poll_and_takes_over_when_the_first_is_killed);

async fn a_second_node_does_not_poll_and_takes_over_when_the_first_is_killed(database: Database) {
    let mut house = Setup::on(database).with_articles().set("channels.helpdesk.per_thread", "0s").with_telegram("poll").open().await;
    let mei = house.telegram().person("Mei", "zh");
    mei.says("怎么退货？");
    mei.until_hears("30 天内可以退").await;

    // A second one on the same database ends at once, and says why; nobody has polled beside the first.
    let second = house.program.run(&["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(second.status.code(), Some(1), "{second:?}");
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("another bellhop is using this database"), "{said}");
    let polls = house.telegram().calls("getUpdates");
    assert!(!polls.is_empty() && polls.iter().all(|poll| !matches!(poll.result, Some(Err(_)))), "{polls:?}");

    // Once the first is gone, however it went, the next one polls on from where it was.
    house.program.kill().await;
    mei.says("运费多少钱？");
    house.program.start().await;
    let ann = house.telegram().person("Ann", "en");
    ann.says("/human");
    ann.until_hears("You are next in line").await;
    house.program.drained(PATIENCE).await;
    let answers = mei.hears().into_iter().filter(|heard| heard.text.contains("30 天内可以退")).count();
    assert_eq!(answers, 1, "what the first had handled is not handled again: {:?}", mei.hears());
    house.closes().await;
}

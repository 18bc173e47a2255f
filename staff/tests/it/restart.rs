//! What happens when the program, the platform or a topic goes away.

use bellhop_channel::{SendError, staff::TopicId};
use chrono::TimeDelta;

use crate::base::{Base, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_stop_it_goes_on_where_it_was() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    let stopped = SendError::ChannelStopped { reason: "the token was revoked".into() };
    base.chat.faults.lock().unwrap().push_back(stopped);
    base.says("t1", "Is anybody there?").await;
    until("the trouble", || base.chat.faults.lock().unwrap().is_empty()).await;
    let before = base.chat.calls().len();
    base.writes("mei", topic, "/help").await;
    let id = base.id("t1").await;
    crate::base::wait("the answer is kept", || async {
        let sends = base.engine.reader().staff_sends("desk", 10).await.unwrap();
        (!sends.is_empty()).then_some(())
    })
    .await;
    assert_eq!(base.chat.calls().len(), before, "nothing is called while the channel takes nothing");
    let base = base.restarted().await;
    until("what was said", || base.chat.topic(topic).posts.iter().any(|post| post.contains("Is anybody there?"))).await;
    until("the answer", || base.chat.topic(topic).posts.iter().any(|post| post.contains("/take"))).await;
    let posts = base.chat.topic(topic).posts;
    assert_eq!(posts.iter().filter(|post| post.contains("Is anybody there?")).count(), 1);
    assert_eq!((base.chat.desk.topics(), base.id("t1").await), (1, id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_that_wants_a_pause_gets_it() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    base.chat.faults.lock().unwrap().push_back(SendError::Limited { after: std::time::Duration::from_secs(30), reason: "429".into() });
    base.says("t1", "Hello?").await;
    until("the limit", || base.chat.faults.lock().unwrap().is_empty()).await;
    let before = base.chat.calls().len();
    base.clock.turn(TimeDelta::seconds(29));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(base.chat.calls().len(), before);
    base.clock.turn(TimeDelta::seconds(2));
    until("it goes on", || base.chat.topic(topic).posts.iter().any(|post| post.contains("> Hello?"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_was_deleted_by_hand_is_opened_anew() {
    let base = Base::new().await;
    let topic = base.waits("t1").await;
    base.chat.gone.lock().unwrap().push(TopicId(format!("topic-{topic}")));
    base.says("t1", "Hello again").await;
    until("another topic", || base.chat.desk.topics() == 2).await;
    until("with everything", || {
        let posts = base.chat.topic(1).posts.join("\n");
        posts.contains("My filter is broken") && posts.contains("Hello again")
    })
    .await;
    base.writes("mei", 1, "Here I am").await;
    until("the reply", || base.shop.texts("t1").iter().any(|text| text == "Here I am")).await;
}

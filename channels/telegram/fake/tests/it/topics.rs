//! Topics of the staff group.

use bellhop_telegram_fake::{Fault, Rights};
use serde_json::json;

use crate::start;

#[tokio::test]
async fn topics_are_made_changed_closed_and_deleted() {
    let (fake, bot) = start().await;
    let group = bot.group;
    let made = bot.does("createForumTopic", json!({ "chat_id": group, "name": "Ann", "icon_color": 9_367_192 })).await;
    let id = made["message_thread_id"].as_i64().unwrap();
    assert_eq!(made, json!({ "message_thread_id": id, "name": "Ann", "icon_color": 9_367_192 }));
    let thread = |more: &str| json!({ "chat_id": group, "message_thread_id": id, "name": more });
    let only = json!({ "chat_id": group, "message_thread_id": id });
    bot.does("editForumTopic", thread("Ann · open")).await;
    assert_eq!(bot.fails("editForumTopic", thread("Ann · open")).await, "Bad Request: TOPIC_NOT_MODIFIED");
    bot.does("closeForumTopic", only.clone()).await;
    assert_eq!(bot.fails("closeForumTopic", only.clone()).await, "Bad Request: TOPIC_NOT_MODIFIED");
    assert!(fake.topics()[0].closed);
    bot.does("sendMessage", json!({ "chat_id": group, "message_thread_id": id, "text": "administrators write in closed topics" })).await;
    fake.bot_rights(Rights { topics: false, ..Rights::default() });
    let text = json!({ "chat_id": group, "message_thread_id": id, "text": "x" });
    assert_eq!(bot.fails("sendMessage", text.clone()).await, "Bad Request: TOPIC_CLOSED");
    assert_eq!(bot.fails("createForumTopic", json!({ "chat_id": group, "name": "B" })).await, "Bad Request: not enough rights to create a topic");
    fake.bot_rights(Rights::default());
    bot.does("reopenForumTopic", only.clone()).await;
    let topic = &fake.topics()[0];
    assert_eq!((topic.name.as_str(), topic.colour, topic.closed, topic.posts.len()), ("Ann · open", 9_367_192, false, 1));
    bot.does("deleteForumTopic", only.clone()).await;
    assert_eq!(bot.fails("sendMessage", text).await, "Bad Request: message thread not found");
    assert_eq!(bot.fails("closeForumTopic", only).await, "Bad Request: TOPIC_ID_INVALID");
    let kinds = ["forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened"];
    let updates = bot.updates(0).await;
    assert_eq!(updates.len(), kinds.len());
    for (update, kind) in updates.iter().zip(kinds) {
        assert!(update["message"].get(kind).is_some() && update["message"]["message_thread_id"] == id, "{update}");
    }
}

#[tokio::test]
async fn names_and_colours_have_limits() {
    let (_fake, bot) = start().await;
    for (more, refused) in [
        (json!({ "name": "👍".repeat(128) }), None),
        (json!({ "name": "x".repeat(129) }), Some("a topic's name has at most 128 characters")),
        (json!({ "name": " " }), Some("title must be non-empty")),
        (json!({ "name": "\u{200b}" }), Some("title must be non-empty")),
        (json!({ "name": "x", "icon_color": 7_322_096 }), None),
        (json!({ "name": "x", "icon_color": 255 }), Some("invalid icon_color specified")),
        (json!({ "name": "x", "icon_custom_emoji_id": "5312536423851630001" }), None),
        (json!({ "name": "x", "icon_custom_emoji_id": "5" }), Some("DOCUMENT_INVALID")),
    ] {
        let mut args = json!({ "chat_id": bot.group });
        args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, answer) = bot.call("createForumTopic", args).await;
        match refused {
            None => assert_eq!(status, 200, "{more}: {answer}"),
            Some(description) => assert_eq!(answer["description"], json!(format!("Bad Request: {description}")), "{more}"),
        }
    }
    let icons = bot.does("getForumTopicIconStickers", json!({})).await;
    assert!(icons.as_array().unwrap().iter().any(|icon| icon["custom_emoji_id"] == "5312536423851630001"));
}

#[tokio::test]
async fn what_is_written_in_a_topic_answers_the_message_that_made_it() {
    let (fake, bot) = start().await;
    let id = bot.topic("Ann").await;
    let mei = fake.agent("Mei");
    let post = mei.writes_in(id, "hello");
    mei.replies(post, "again");
    let general = mei.writes_in_general("hi");
    mei.replies(general, "hi too");
    let updates = bot.updates(0).await;
    let messages: Vec<_> = updates.iter().map(|update| &update["message"]).collect();
    assert_eq!(messages[1]["is_topic_message"], true);
    assert_eq!(messages[1]["message_thread_id"], id);
    assert_eq!(messages[1]["reply_to_message"]["forum_topic_created"]["name"], "Ann");
    assert_eq!(messages[2]["reply_to_message"]["text"], "hello");
    assert!(messages[3].get("message_thread_id").is_none() && messages[3].get("is_topic_message").is_none());
    assert_eq!(messages[4]["message_thread_id"], general, "a chain of replies in the general topic has a number that is no topic");
    assert!(messages[4].get("is_topic_message").is_none());
    let stray = json!({ "chat_id": bot.group, "message_thread_id": general, "text": "x" });
    assert_eq!(bot.fails("sendMessage", stray).await, "Bad Request: message thread not found");
    let general = json!({ "chat_id": bot.group, "message_thread_id": 1, "text": "x" });
    assert_eq!(bot.fails("sendMessage", general).await, "Bad Request: message thread not found");
    let reply = json!({ "chat_id": bot.group, "text": "x", "reply_parameters": { "message_id": post } });
    assert_eq!(bot.does("sendMessage", reply).await["message_thread_id"], id, "an answer stands where the question stands");
}

#[tokio::test]
async fn posts_are_pinned_where_they_stand() {
    let (fake, bot) = start().await;
    let id = bot.topic("Ann").await;
    let card = bot.does("sendMessage", json!({ "chat_id": bot.group, "message_thread_id": id, "text": "card" })).await["message_id"].clone();
    let pin = json!({ "chat_id": bot.group, "message_id": card, "disable_notification": true });
    fake.bot_rights(Rights { pin: false, ..Rights::default() });
    assert_eq!(bot.fails("pinChatMessage", pin.clone()).await, "Bad Request: not enough rights to manage pinned messages in the chat");
    fake.bot_rights(Rights::default());
    bot.does("pinChatMessage", pin.clone()).await;
    assert_eq!(fake.topic(id).unwrap().pinned.unwrap().text, "card");
    let updates = bot.updates(0).await;
    let service = &updates.last().unwrap()["message"];
    assert_eq!((&service["pinned_message"]["text"], &service["message_thread_id"]), (&json!("card"), &json!(id)));
    bot.does("unpinChatMessage", json!({ "chat_id": bot.group, "message_id": card })).await;
    assert!(fake.topic(id).unwrap().pinned.is_none());
    let nothing = json!({ "chat_id": bot.group, "message_id": 4711 });
    assert_eq!(bot.fails("pinChatMessage", nothing).await, "Bad Request: message to pin not found");
}

#[tokio::test]
async fn a_bot_that_was_thrown_out_writes_no_more() {
    let (fake, bot) = start().await;
    fake.kick_bot(true);
    let text = json!({ "chat_id": bot.group, "text": "x" });
    assert_eq!(bot.fails("sendMessage", text.clone()).await, "Forbidden: bot was kicked from the supergroup chat");
    fake.kick_bot(false);
    let migrated = Fault::Migrated(-1_002_000_000_002);
    fake.fails("sendMessage", 1, migrated);
    assert_eq!(bot.call("sendMessage", text.clone()).await.1["parameters"]["migrate_to_chat_id"], -1_002_000_000_002_i64);
    bot.does("sendMessage", text).await;
    let me = json!({ "chat_id": bot.group, "user_id": 710_000_001 });
    assert_eq!(bot.does("getChatMember", me).await["can_manage_topics"], true);
    assert_eq!(bot.does("getChat", json!({ "chat_id": bot.group })).await["is_forum"], true);
}

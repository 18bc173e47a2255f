//! What people do, and what they see.

use serde_json::json;

use crate::start;

#[tokio::test]
async fn who_never_wrote_cannot_be_written_to_nor_who_blocks() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    let text = json!({ "chat_id": ann.id(), "text": "x" });
    assert_eq!(bot.fails("sendMessage", text.clone()).await, "Bad Request: chat not found");
    ann.starts("");
    bot.does("sendMessage", text.clone()).await;
    ann.blocks_bot();
    assert_eq!(bot.fails("sendMessage", text.clone()).await, "Forbidden: bot was blocked by the user");
    ann.unblocks_bot();
    bot.does("sendMessage", text).await;
    let updates = bot.updates(0).await;
    assert_eq!(updates[0]["message"]["entities"], json!([{ "type": "bot_command", "offset": 0, "length": 6 }]));
    assert_eq!(updates[1]["my_chat_member"]["new_chat_member"]["status"], "kicked");
    assert_eq!(updates[2]["my_chat_member"]["new_chat_member"]["status"], "member");
}

#[tokio::test]
async fn messages_are_edited_and_lose_buttons_that_are_not_given_again() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    let hers = ann.starts("");
    let chat = ann.id();
    let buttons = json!({ "inline_keyboard": [[{ "text": "Yes", "callback_data": "y" }]] });
    let sent = bot.does("sendMessage", json!({ "chat_id": chat, "text": "one", "reply_markup": buttons })).await["message_id"].clone();
    let edit = json!({ "chat_id": chat, "message_id": sent, "text": "one", "reply_markup": buttons });
    let refused = bot.fails("editMessageText", edit).await;
    assert!(refused.starts_with("Bad Request: message is not modified: specified new message content"), "{refused}");
    assert!(!ann.hears()[0].edited);
    let edited = bot.does("editMessageText", json!({ "chat_id": chat, "message_id": sent, "text": "two" })).await;
    assert!(edited["edit_date"].is_i64());
    let seen = &ann.hears()[0];
    assert_eq!((seen.text.as_str(), seen.edited, seen.buttons.len()), ("two", true, 0));
    bot.does("editMessageReplyMarkup", json!({ "chat_id": chat, "message_id": sent, "reply_markup": buttons })).await;
    assert_eq!(ann.hears()[0].labels(), ["Yes"]);
    for (method, args, refused) in [
        ("editMessageText", json!({ "chat_id": chat, "message_id": 1, "text": "x" }), "message to edit not found"),
        ("editMessageText", json!({ "chat_id": chat, "message_id": hers, "text": "x" }), "message can't be edited"),
        ("editMessageText", json!({ "chat_id": chat, "message_id": sent, "text": "x".repeat(4097) }), "MESSAGE_TOO_LONG"),
        ("editMessageCaption", json!({ "chat_id": chat, "message_id": sent, "caption": "x" }), "there is no caption in the message to edit"),
        ("deleteMessage", json!({ "chat_id": chat, "message_id": 1 }), "message to delete not found"),
        ("copyMessage", json!({ "chat_id": chat, "from_chat_id": chat, "message_id": 1 }), "message to copy not found"),
    ] {
        assert_eq!(bot.fails(method, args).await, format!("Bad Request: {refused}"));
    }
    bot.does("copyMessage", json!({ "chat_id": chat, "from_chat_id": chat, "message_id": hers })).await;
    assert_eq!(ann.hears()[1].text, "/start");
    bot.does("deleteMessage", json!({ "chat_id": chat, "message_id": sent })).await;
    assert_eq!(ann.hears().len(), 1);
    assert!(ann.sees().iter().any(|seen| seen.text == "two" && seen.deleted));
    assert_eq!(bot.fails("deleteMessage", json!({ "chat_id": chat, "message_id": sent })).await, "Bad Request: message to delete not found");
}

#[tokio::test]
async fn a_pressed_button_is_answered_once_and_in_time() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    let buttons = json!({ "inline_keyboard": [[{ "text": "Yes", "callback_data": "y" }, { "text": "Read", "url": "https://a.example" }]] });
    bot.does("sendMessage", json!({ "chat_id": ann.id(), "text": "Sure?", "reply_markup": buttons })).await;
    let press = ann.presses("Yes");
    let query = bot.updates(-1).await[0]["callback_query"].clone();
    assert_eq!((&query["data"], &query["from"]["id"], &query["message"]["text"]), (&json!("y"), &json!(ann.id()), &json!("Sure?")));
    let answer = json!({ "callback_query_id": query["id"], "text": "Done" });
    let long = json!({ "callback_query_id": query["id"], "text": "x".repeat(201) });
    assert_eq!(bot.fails("answerCallbackQuery", long).await, "Bad Request: MESSAGE_TOO_LONG");
    assert_eq!((press.notice(), fake.unanswered()), (None, 1));
    bot.does("answerCallbackQuery", answer.clone()).await;
    assert_eq!(press.until_answered().await.text, "Done");
    let late = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    assert_eq!(bot.fails("answerCallbackQuery", answer).await, late);
    ann.presses("Yes").expires();
    let query = bot.updates(-1).await[0]["callback_query"]["id"].clone();
    assert_eq!(bot.fails("answerCallbackQuery", json!({ "callback_query_id": query })).await, late);
}

#[tokio::test]
#[should_panic(expected = "no button \"No\" in sight")]
async fn a_button_that_is_not_there_cannot_be_pressed() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    bot.sends(ann.id(), "Sure?").await;
    ann.presses("No");
}

#[tokio::test]
async fn the_bot_reacts_and_is_seen_typing() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    let message = ann.says("hello");
    let react = |emoji: &str| json!({ "chat_id": ann.id(), "message_id": message, "reaction": [{ "type": "emoji", "emoji": emoji }] });
    bot.does("setMessageReaction", react("👀")).await;
    assert_eq!(ann.sees()[0].reactions, ["👀"]);
    assert_eq!(bot.fails("setMessageReaction", react("🪑")).await, "Bad Request: REACTION_INVALID");
    bot.does("sendChatAction", json!({ "chat_id": ann.id(), "action": "typing" })).await;
    assert_eq!(ann.actions(), ["typing"]);
    let wrong = json!({ "chat_id": ann.id(), "action": "dancing" });
    assert_eq!(bot.fails("sendChatAction", wrong).await, "Bad Request: wrong parameter action in request");
}

#[tokio::test]
async fn commands_are_kept_by_scope_and_language() {
    let (fake, bot) = start().await;
    let commands = json!([{ "command": "status", "description": "Where my ticket is" }]);
    bot.does("setMyCommands", json!({ "commands": commands, "language_code": "de" })).await;
    let scope = json!({ "type": "chat", "chat_id": bot.group });
    bot.does("setMyCommands", json!({ "commands": [], "scope": scope })).await;
    assert_eq!(fake.commands("default", "de"), Some(commands));
    assert_eq!(fake.commands(&format!("chat:{}", bot.group), ""), Some(json!([])));
    for (command, description, refused) in [("Status", "x", "BOT_COMMAND_INVALID"), ("status", "", "BOT_COMMAND_DESCRIPTION_INVALID")] {
        let args = json!({ "commands": [{ "command": command, "description": description }] });
        assert_eq!(bot.fails("setMyCommands", args).await, format!("Bad Request: {refused}"));
    }
}

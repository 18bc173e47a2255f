//! Files up and down.

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::{Bot, start};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x10";

async fn upload(bot: &Bot, method: &str, chat: i64, part: &'static str, bytes: impl Into<Bytes>, more: &[(&'static str, String)]) -> (u16, Value) {
    let bytes: Bytes = bytes.into();
    let mut form = Form::new().text("chat_id", chat.to_string()).part(part, Part::stream(bytes).file_name("a.txt").mime_str("text/plain").unwrap());
    for (name, value) in more {
        form = form.text(*name, value.clone());
    }
    let response = bot.client.post(format!("{}/{method}", bot.base)).multipart(form).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn what_people_send_can_be_downloaded_within_limits() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.sends_photo(PICTURE, "look");
    ann.sends_file("list.txt", "text/plain", "one\ntwo", "");
    ann.sends_file("huge.bin", "application/octet-stream", vec![0; 20 * 1024 * 1024 + 1], "");
    let updates = bot.updates(0).await;
    let photo = updates[0]["message"]["photo"].as_array().unwrap();
    assert_eq!((&photo[1]["width"], &photo[1]["height"]), (&json!(32), &json!(16)));
    for (id, bytes) in
        [(&photo[0]["file_id"], PICTURE), (&photo[1]["file_id"], PICTURE), (&updates[1]["message"]["document"]["file_id"], b"one\ntwo")]
    {
        let file = bot.does("getFile", json!({ "file_id": id })).await;
        let url = format!("{}/file/bot{}/{}", fake.url(), fake.token(), file["file_path"].as_str().unwrap());
        assert_eq!(bot.client.get(url).send().await.unwrap().bytes().await.unwrap(), bytes);
    }
    let huge = json!({ "file_id": updates[2]["message"]["document"]["file_id"] });
    assert_eq!(bot.fails("getFile", huge).await, "Bad Request: file is too big");
    let wrong = json!({ "file_id": "nothing" });
    assert_eq!(bot.fails("getFile", wrong).await, "Bad Request: wrong file_id or the file is temporarily unavailable");
    for (path, status) in [(format!("file/bot{}/nothing", fake.token()), 404), ("file/bot1:wrong/photos/file_1.jpg".into(), 401)] {
        assert_eq!(bot.client.get(format!("{}/{path}", fake.url())).send().await.unwrap().status(), status);
    }
}

#[tokio::test]
async fn uploads_arrive_and_can_be_sent_again_by_their_id() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    let chat = ann.id();
    let (status, sent) =
        upload(&bot, "sendDocument", chat, "document", "one", &[("caption", "<b>all</b>".into()), ("parse_mode", "HTML".into())]).await;
    assert_eq!(status, 200, "{sent}");
    let seen = &ann.hears()[0];
    let file = seen.file.clone().unwrap();
    assert_eq!(
        (file.kind, file.name.as_deref(), file.mime.as_deref(), &file.bytes[..]),
        ("document", Some("a.txt"), Some("text/plain"), &b"one"[..])
    );
    assert_eq!((seen.text.as_str(), &seen.entities), ("all", &json!([{ "type": "bold", "offset": 0, "length": 3 }])));
    bot.does("sendDocument", json!({ "chat_id": chat, "document": sent["result"]["document"]["file_id"] })).await;
    assert_eq!(ann.hears()[1].file, Some(file.clone()));
    let as_photo = json!({ "chat_id": chat, "photo": file.id });
    assert_eq!(bot.fails("sendPhoto", as_photo).await, "Bad Request: can't use file of type document as photo");
    let unknown = json!({ "chat_id": chat, "photo": "nothing" });
    assert_eq!(bot.fails("sendPhoto", unknown).await, "Bad Request: wrong file identifier/HTTP URL specified");
    for (method, part, bytes, more, refused) in [
        ("sendDocument", "document", Bytes::new(), None, (400, "Bad Request: file must be non-empty")),
        ("sendPhoto", "photo", Bytes::from_static(b"no picture"), None, (400, "Bad Request: IMAGE_PROCESS_FAILED")),
        ("sendPhoto", "photo", Bytes::from(vec![0; 10 * 1024 * 1024 + 1]), None, (413, "Request Entity Too Large")),
        ("sendDocument", "document", Bytes::from_static(b"x"), Some("x".repeat(1025)), (400, "Bad Request: message caption is too long")),
    ] {
        let more: Vec<_> = more.map(|caption| ("caption", caption)).into_iter().collect();
        let (status, answer) = upload(&bot, method, chat, part, bytes, &more).await;
        assert_eq!((status, answer["description"].as_str().unwrap()), refused);
    }
    assert_eq!(upload(&bot, "sendPhoto", chat, "photo", PICTURE, &[("caption", "x".repeat(1024))]).await.0, 200);
    assert_eq!(upload(&bot, "sendPhoto", chat, "document", PICTURE, &[("photo", "attach://document".into())]).await.0, 200);
    fake.assert_clean();
    assert_eq!(upload(&bot, "sendMessage", chat, "text", "x", &[]).await.0, 400);
    assert_eq!(fake.take_violations(), ["sendMessage: text is a file, but must be String"]);
}

#[tokio::test]
async fn albums_hold_two_to_ten_of_a_kind() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    let chat = ann.id();
    let photo = upload(&bot, "sendPhoto", chat, "photo", PICTURE, &[]).await.1["result"]["photo"][1]["file_id"].clone();
    let document = upload(&bot, "sendDocument", chat, "document", "x", &[]).await.1["result"]["document"]["file_id"].clone();
    let photos = |count: usize| (0..count).map(|_| json!({ "type": "photo", "media": photo })).collect::<Value>();
    let sent = bot.does("sendMediaGroup", json!({ "chat_id": chat, "media": photos(10) })).await;
    assert_eq!(sent.as_array().unwrap().len(), 10);
    let albums: std::collections::BTreeSet<_> = ann.hears().into_iter().filter_map(|seen| seen.album).collect();
    assert_eq!(albums.len(), 1);
    let mixed = json!([{ "type": "photo", "media": photo }, { "type": "document", "media": document }]);
    for (media, refused) in [
        (photos(1), "album must have 2-10 items"),
        (photos(11), "Too much messages to send as an album"),
        (mixed, "Can't use the media of the specified type in the album"),
    ] {
        assert_eq!(bot.fails("sendMediaGroup", json!({ "chat_id": chat, "media": media })).await, format!("Bad Request: {refused}"));
    }
    let media = json!([{ "type": "photo", "media": "attach://one", "caption": "both" }, { "type": "photo", "media": photo }]);
    let (status, answer) = upload(&bot, "sendMediaGroup", chat, "one", PICTURE, &[("media", media.to_string())]).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(ann.hears().iter().rev().nth(1).unwrap().text, "both");
}

#[tokio::test]
async fn places_are_on_this_earth() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    bot.does("sendLocation", json!({ "chat_id": ann.id(), "latitude": 47.5, "longitude": 19 })).await;
    assert_eq!(ann.hears()[0].other, Some(("location".into(), json!({ "latitude": 47.5, "longitude": 19.0 }))));
    let off = json!({ "chat_id": ann.id(), "latitude": 91, "longitude": 0 });
    assert_eq!(bot.fails("sendLocation", off).await, "Bad Request: wrong location specified");
}

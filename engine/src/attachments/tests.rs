#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use bellhop_domain::{
    actor::Actor,
    contact::{Contact, Thread},
    conversation::Conversation,
    id::{ContactId, ConversationId, ThreadId},
    message::{Attachment, Direction, Extras},
};
use bellhop_store::Store;
use tokio::io::AsyncReadExt as _;

use crate::testing::{AT, TurnedClock, engine, respond, server, store};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";
const PATIENCE: Duration = Duration::from_secs(20);

/// Keeps a message with files at these addresses.
async fn message(store: &Store, urls: &[String]) -> (Message, String) {
    let contact = Contact::new(ContactId(fresh_id()), AT);
    let thread = Thread { id: ThreadId(fresh_id()), channel: "shop".into(), external_id: fresh_id().to_string(), contact: contact.id };
    let conversation = Conversation::begin(ConversationId(fresh_id()), &thread, contact.id, AT);
    let attachment = |url: &String| Attachment {
        name: "box.jpg".into(),
        content_type: "image/jpeg".into(),
        url: Some(url.clone()),
        state: AttachmentState::Pending,
    };
    let message = Message {
        id: MessageId(fresh_id()),
        conversation: conversation.id,
        direction: Direction::In,
        author: Actor::Contact { id: contact.id },
        author_name: None,
        text: String::new(),
        extras: Extras { attachments: urls.iter().map(attachment).collect(), ..Extras::default() },
        external_id: Some("m-1".into()),
        delivery: None,
        created_at: AT,
    };
    let lane = lane_of(&thread.channel, &thread.external_id);
    let kept = message.clone();
    let written = store.writer.write::<_, DbError, _>(move |tx| {
        Box::pin(async move {
            tx.insert_contact(&contact).await?;
            tx.insert_thread(&thread).await?;
            tx.insert_conversation(&conversation).await?;
            tx.insert_messages(&[kept]).await
        })
    });
    written.await.unwrap();
    (message, lane)
}

/// What became of a message's files, once none is to be fetched any more.
async fn settled(engine: &Engine, id: MessageId) -> Vec<Attachment> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let attachments = engine.reader().message(id).await.unwrap().unwrap().extras.attachments;
        if attachments.iter().all(|attachment| attachment.state != AttachmentState::Pending) {
            return attachments;
        }
        assert!(tokio::time::Instant::now() < deadline, "the files were dealt with in time");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn reason(attachment: &Attachment) -> &str {
    match &attachment.state {
        AttachmentState::Failed { reason } => reason,
        other => panic!("it did not fail: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_kept_or_their_failure_is_noted() {
    let flaky = AtomicUsize::new(0);
    let address = server(move |path, stream| match path {
        "/picture" => respond(stream, "200 OK\r\nContent-Type: image/jpeg", PNG),
        "/flaky" if flaky.fetch_add(1, Ordering::Relaxed) == 0 => respond(stream, "503 Busy", b""),
        "/flaky" => respond(stream, "200 OK", b"at last"),
        "/away" => respond(stream, "302 Found\r\nLocation: http://169.254.169.254/latest", b""),
        "/huge" => respond(stream, "200 OK\r\nContent-Length: 5368709120", b"x"),
        _ => respond(stream, "404 Not Found", b""),
    });
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let urls = ["/picture", "/flaky", "/away", "/huge", "/gone"].map(|path| format!("http://{address}{path}"));
    let (message, lane) = message(&engine.0.store, &urls).await;
    fetch_pending(&engine, &message, &lane, 0);
    fetch_pending(&engine, &message, &lane, 0);

    let found = settled(&engine, message.id).await;
    let [picture, flaky, away, huge, gone] = found.as_slice() else { panic!("five files") };
    let AttachmentState::Stored { file, size } = picture.state else { panic!("{:?}", picture.state) };
    assert_eq!((size, picture.content_type.as_str()), (PNG.len() as u64, "image/png"), "its kind is told by its content");
    let mut opened = engine.open_file(file).await.unwrap().unwrap();
    let mut bytes = Vec::new();
    opened.content.read_to_end(&mut bytes).await.unwrap();
    assert_eq!((bytes.as_slice(), opened.record.name.as_str()), (PNG, "box.jpg"));
    assert!(matches!(flaky.state, AttachmentState::Stored { size: 7, .. }), "{:?}", flaky.state);
    for (attachment, expected) in [(away, "private network"), (huge, "larger than 25 MiB"), (gone, "404")] {
        assert!(reason(attachment).contains(expected), "{}", reason(attachment));
    }
    let pending = engine.reader().messages_with_pending_attachments(None, 10).await.unwrap();
    assert!(pending.items.is_empty());
    engine.stop(PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_crash_cut_off_is_fetched_after_the_next_start() {
    let address = server(|_, stream| respond(stream, "200 OK", PNG));
    let folder = tempfile::tempdir().unwrap();
    let before = store(folder.path()).await;
    let (message, _) = message(&before, &[format!("http://{address}/a"), format!("http://{address}/b")]).await;
    before.close().await;
    let half = folder.path().join("files").join("incoming");
    std::fs::create_dir_all(&half).unwrap();
    std::fs::write(half.join("half"), b"half").unwrap();

    let engine = engine(folder.path(), TurnedClock::new()).await;
    for attachment in settled(&engine, message.id).await {
        assert!(matches!(attachment.state, AttachmentState::Stored { .. }), "{:?}", attachment.state);
    }
    assert!(!half.join("half").exists());
    engine.stop(PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_people_are_kept_under_ids_of_our_own() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let id = engine.keep_file(&Caller::system(), "../../.htaccess", Bytes::from_static(PNG)).await.unwrap();
    let opened = engine.open_file(id).await.unwrap().unwrap();
    assert_eq!((opened.record.name.as_str(), opened.record.content_type.as_str()), ("htaccess", "image/png"));
    let large = Bytes::from(vec![0; 25 * 1024 * 1024 + 1]);
    assert!(matches!(engine.keep_file(&Caller::system(), "a", large).await, Err(ActionError::Invalid { .. })));
    assert!(engine.open_file(FileId(fresh_id())).await.unwrap().is_none());
    engine.stop(PATIENCE).await;
}

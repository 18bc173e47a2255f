//! Files that customers send: fetched by address, with care.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinSet,
};

use crate::support::{Customer, Database, House, Setup, on_both_databases, until};

on_both_databases!(an_address_inside_our_own_network_is_not_fetched, a_file_is_fetched_and_kept, what_cannot_be_fetched_is_marked);

/// The smallest PNG.
const PIXEL: [u8; 67] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 58, 126, 155, 85, 0, 0, 0, 10, 73, 68, 65,
    84, 120, 156, 99, 96, 0, 0, 0, 2, 0, 1, 72, 175, 164, 113, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

/// A server with the customer's pictures: `/box.png`, `/away` leads to an address of a cloud's inside, everything else is 404.
async fn pictures() -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("the port"));
    let mut server = JoinSet::new();
    server.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let line = String::from_utf8_lossy(&request[..read]).into_owned();
            let answer = if line.starts_with("GET /box.png") {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", PIXEL.len());
                [head.as_bytes(), &PIXEL].concat()
            } else if line.starts_with("GET /away") {
                b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest/meta-data\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()
            } else {
                b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()
            };
            let _gone = stream.write_all(&answer).await;
        }
    });
    (url, server)
}

async fn sends_picture(customer: &Customer<'_>, url: &str) {
    let attachment = json!({ "url": url, "name": "box.png", "content_type": "image/png" });
    let mut event = customer.message("this is how it came");
    event["message"]["attachments"] = json!([attachment]);
    customer.does("message", json!({ "message": event["message"] })).await;
    customer.hears().await;
}

/// The attachment, once it is no longer waited for.
async fn outcome(house: &House, customer: &Customer<'_>) -> Value {
    until("outcome of fetching", || async {
        let conversations = house.agent.conversations_of(&customer.thread).await;
        let messages = house.agent.messages(conversations.first()?).await;
        let attachment = messages.iter().find_map(|message| message["attachments"].get(0)).cloned()?;
        (state(&attachment) != "pending").then_some(attachment)
    })
    .await
}

fn state(attachment: &Value) -> &str {
    attachment["state"].as_str().unwrap_or_else(|| panic!("no state in {attachment}"))
}

async fn an_address_inside_our_own_network_is_not_fetched(database: Database) {
    let house = House::without_articles(database).await;
    let (url, _server) = pictures().await;
    let port = url.rsplit(':').next().expect("a port").to_owned();
    for (number, address) in [
        format!("{url}/box.png"),
        format!("http://[::ffff:127.0.0.1]:{port}/box.png"),
        format!("http://localhost:{port}/box.png"),
        format!("http://2130706433:{port}/box.png"),
        "file:///etc/passwd".to_owned(),
    ]
    .iter()
    .enumerate()
    {
        let customer = house.customer(&format!("c{number}"));
        sends_picture(&customer, address).await;
        let attachment = outcome(&house, &customer).await;
        assert_eq!(state(&attachment), "failed", "{address}: {attachment}");
    }
    house.closes().await;
}

async fn a_file_is_fetched_and_kept(database: Database) {
    let house = Setup::on(database).set("network.allow_private", "[\"127.0.0.0/8\"]").open().await;
    let (url, _server) = pictures().await;
    let ann = house.customer("ann");
    sends_picture(&ann, &format!("{url}/box.png")).await;
    let attachment = outcome(&house, &ann).await;
    assert_eq!((state(&attachment), &attachment["content_type"]), ("stored", &json!("image/png")), "{attachment}");
    let kept = walk(&house.program.data().join("files"));
    assert!(kept.iter().any(|bytes| bytes == &PIXEL), "the picture lies among {} files", kept.len());
    house.closes().await;
}

async fn what_cannot_be_fetched_is_marked(database: Database) {
    let house = Setup::on(database).set("network.allow_private", "[\"127.0.0.0/8\"]").open().await;
    let (url, _server) = pictures().await;
    for name in ["gone.png", "away"] {
        let customer = house.customer(name);
        sends_picture(&customer, &format!("{url}/{name}")).await;
        let attachment = outcome(&house, &customer).await;
        assert_eq!(state(&attachment), "failed", "{name}: {attachment}");
    }
    house.closes().await;
}

/// Every file below a folder.
pub(crate) fn walk(folder: &std::path::Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(std::fs::read(&path).unwrap_or_default());
        }
    }
    found
}

//! `bellhop demo`: the sample company, and a sample shop to write from.

mod shop;

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bellhop_engine::{Engine, demo};
use bellhop_store::{DbError, Store, WriteError};
use serde_json::json;

use crate::{config::Config, secret};

pub use shop::Shop;

const COMPANY: &str = include_str!("demo/company.json");

/// The demo's configuration: one webhook channel to the sample shop, which listens on loopback, and a chat on its page.
///
/// # Errors
/// When the shop's secret can be neither read nor made, or no port is free.
pub async fn configure(mut config: Config) -> anyhow::Result<(Config, Shop)> {
    let key = secret::load_or_make(&config.secret_key_file.with_file_name("shop.key"))?;
    let signing = format!("whsec_{}", STANDARD.encode(key));
    let shop = Shop::open(&signing, config.listen).await?;
    config.channels.insert(
        demo::CHANNEL.to_owned(),
        json!({ "kind": "webhook", "secret": signing, "deliver_url": shop.deliveries(), "trusts": ["tier", "region", "attributes", "verified"] }),
    );
    config.channels.insert(WEB.to_owned(), json!({ "kind": "webchat", "title": "Larkspur Home", "origins": [shop.origin()] }));
    Ok((config, shop))
}

/// The name of the chat on a page, in the demo and where nothing is configured.
pub const WEB: &str = "web";

/// Fills the database of a demo once.
///
/// # Errors
/// When the database does not take it.
pub async fn fill(engine: &Engine, store: &Store) -> anyhow::Result<()> {
    const FILLED: &str = "demo_filled";
    if store.reader.meta(FILLED).await?.is_some() {
        return Ok(());
    }
    let company = serde_json::from_str(COMPANY).context("the sample company cannot be read")?;
    Box::pin(demo::fill(engine, &company)).await?;
    store.writer.write::<_, DbError, _>(|tx| Box::pin(async move { tx.set_meta(FILLED, "yes").await })).await.map_err(WriteError::into_db)?;
    Ok(())
}

/// What the demo says when it is ready.
pub fn introduction(config: &Config, shop: &Shop) -> Vec<String> {
    let data = config.secret_key_file.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    vec![
        format!("Write as a customer of the sample shop: {}", shop.page()),
        format!("Chat as a visitor: the button on that page, or {}/chat/{WEB}/", config.public_url),
        format!("Act as an agent through the API: bellhop token create --data {data} --name me --scope agent"),
    ]
}

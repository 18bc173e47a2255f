//! `bellhop serve` and `bellhop demo`.

use std::path::PathBuf;

use super::{Place, open};
use crate::{allocator, app, config::Overrides, demo};

/// Everything in one process.
pub fn run(place: &Place, listen: Option<String>) -> anyhow::Result<()> {
    allocator::hand_back_at_once();
    let config = open::load(&Overrides { listen, ..place.overrides() })?;
    let sample = config.file.is_none();
    open::block_on(app::serve(config, app::Purpose::Work { sample_articles: sample }))
}

/// The sample company, in a data folder of its own.
pub fn demo(place: &Place, listen: Option<String>) -> anyhow::Result<()> {
    allocator::hand_back_at_once();
    let data = place.data.clone().unwrap_or_else(|| PathBuf::from("data-demo"));
    let config = open::load(&Overrides { data: Some(data), listen, ..place.overrides() })?;
    open::block_on(async {
        let (config, shop) = demo::configure(config).await?;
        app::serve(config, app::Purpose::Demo(shop)).await
    })
}

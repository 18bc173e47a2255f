//! Logs and metrics.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Logs go to standard error, as lines of text or of JSON.
///
/// # Errors
/// When the configured level cannot be read.
pub fn start_logging(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log_level).map_err(|_| {
        config.origins.wrong("log.level", format!("{:?} is not a level; allowed are error, warn, info, debug, trace", config.log_level))
    })?;
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).with_target(false);
    if config.log_json {
        builder.json().flatten_event(true).init()
    } else {
        builder.init()
    }
    Ok(())
}

/// Collects metrics for `/metrics`.
///
/// # Errors
/// When metrics are collected already.
pub fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .context("the metrics' buckets are wrong")?
        .install_recorder()
        .context("metrics cannot be collected")
}

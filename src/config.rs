//! The configuration: embedded defaults, then a file, then the environment; every mistake is named with its place and remedy.

mod systems;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use bellhop_engine::{
    embeddings::{Embeddings, PATIENCE},
    knowledge::Costs,
    places::PlaceFiles,
    settings::Network,
    systems::Systems,
};
use config::{Environment, File, FileFormat};
use serde::Deserialize;
use serde_json::Value;

const DEFAULTS: &str = include_str!("config/default.toml");
/// Read from the working directory when no file is named.
pub const DEFAULT_FILE: &str = "bellhop.toml";
const PREFIX: &str = "BELLHOP";

/// Why the configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: cannot be read: {problem}")]
    Unreadable {
        /// The file.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// A value cannot be.
    #[error("{place}: {key}: {problem}")]
    Value {
        /// The file or environment variable that it came from.
        place: String,
        /// The key, as `section.key`.
        key: String,
        /// What is wrong, and what is allowed.
        problem: String,
    },
}

/// Everything that the configuration says, checked.
#[derive(Debug)]
pub struct Config {
    /// The file that was read, if any.
    pub file: Option<PathBuf>,
    /// Holds the key that signs links.
    pub secret_key_file: PathBuf,
    /// Where HTTP is served.
    pub listen: SocketAddr,
    /// What links start with, without a slash at the end.
    pub public_url: String,
    /// Networks of reverse proxies that are believed.
    pub trusted_proxies: Vec<Network>,
    /// The database.
    pub database_url: String,
    /// Where attachments lie.
    pub files_folder: PathBuf,
    /// Where the search index lies.
    pub index_folder: PathBuf,
    /// Where relative paths in channels' sections start.
    pub root: PathBuf,
    /// The language of those of whom nothing is known.
    pub language: String,
    /// The languages that articles may have.
    pub languages: Vec<String>,
    /// What the bot's mistakes cost.
    pub costs: Costs,
    /// Where vectors of meaning come from, if they are wanted.
    pub embeddings: Option<Embeddings>,
    /// When a message reopens a resolved conversation.
    pub reopen_within: Duration,
    /// How long a conversation waits for a person.
    pub handoff_limit: Duration,
    /// Private networks that guarded calls may reach.
    pub allow_private: Vec<Network>,
    /// Files that say where people are.
    pub places: PlaceFiles,
    /// Business systems in which the results of tickets live.
    pub systems: Systems,
    /// Sections of channels by name, with `kind`.
    pub channels: BTreeMap<String, Value>,
    /// What is logged.
    pub log_level: String,
    /// Logs as JSON.
    pub log_json: bool,
    /// Where each value came from.
    pub origins: Origins,
}

/// What the command line says about configuration.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--listen`.
    pub listen: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    secret_key_file: Option<PathBuf>,
    server: RawServer,
    #[serde(default)]
    database: RawUrl,
    bus: RawUrl,
    #[serde(default)]
    files: RawUrl,
    kb: RawKb,
    conversations: RawConversations,
    handoff: RawHandoff,
    network: RawNetwork,
    #[serde(default)]
    regions: RawRegions,
    log: RawLog,
    #[serde(default)]
    systems: BTreeMap<String, Value>,
    #[serde(default)]
    channels: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawServer {
    listen: String,
    public_url: Option<String>,
    trusted_proxies: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawUrl {
    url: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKb {
    language: String,
    languages: Vec<String>,
    wrong_answer_costs: f64,
    asking_costs: f64,
    embeddings: RawEmbeddings,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEmbeddings {
    url: Option<String>,
    model: Option<String>,
    key_file: Option<PathBuf>,
    timeout: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConversations {
    reopen_within: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHandoff {
    limit: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNetwork {
    allow_private: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRegions {
    phone_prefixes: Option<PathBuf>,
    addresses: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLog {
    level: String,
    format: String,
}

/// Knows where a value came from, to name the place when it is wrong.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    file: Option<PathBuf>,
    variables: BTreeMap<String, String>,
}

impl Origins {
    /// The environment variable or the file that said `key`.
    pub fn place(&self, key: &str) -> String {
        if let Some((variable, _)) = self.variables.range(key.to_owned()..).next().filter(|(known, _)| known.starts_with(key)) {
            return format!("environment variable {PREFIX}__{}", variable.to_uppercase().replace('.', "__"));
        }
        self.file.as_ref().map_or_else(|| "built-in defaults".to_owned(), |file| file.display().to_string())
    }

    /// A mistake at `key`.
    pub fn wrong(&self, key: &str, problem: impl Into<String>) -> ConfigError {
        ConfigError::Value { place: self.place(key), key: key.to_owned(), problem: problem.into() }
    }
}

impl Config {
    /// Reads and checks the configuration.
    ///
    /// # Errors
    /// The first mistake, with its key, where it stands, and what is allowed.
    pub fn load(overrides: &Overrides, environment: BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let file = find_file(overrides)?;
        let variables: BTreeMap<String, String> = environment
            .into_iter()
            .filter_map(|(name, value)| name.strip_prefix("BELLHOP__").map(|key| (key.to_lowercase().replace("__", "."), value)))
            .collect();
        let origins = Origins { file: file.clone(), variables: variables.clone() };
        let merged = merge(file.as_deref(), &variables)?;
        let raw: Raw = serde_path_to_error::deserialize(merged).map_err(|error| explain(&origins, &error))?;
        check(raw, overrides, origins)
    }
}

fn find_file(overrides: &Overrides) -> Result<Option<PathBuf>, ConfigError> {
    match &overrides.file {
        Some(file) if !file.is_file() => {
            Err(ConfigError::Unreadable { file: file.display().to_string(), problem: "there is no such file".to_owned() })
        }
        Some(file) => Ok(Some(file.clone())),
        None => Ok(Some(PathBuf::from(DEFAULT_FILE)).filter(|file| file.is_file())),
    }
}

fn merge(file: Option<&Path>, variables: &BTreeMap<String, String>) -> Result<Value, ConfigError> {
    let unreadable = |problem: String| ConfigError::Unreadable {
        file: file.map_or_else(|| "configuration".to_owned(), |file| file.display().to_string()),
        problem,
    };
    let mut builder = config::Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    if let Some(file) = file {
        let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
        builder = builder.add_source(File::from_str(&text, FileFormat::Toml));
    }
    let source = variables.iter().map(|(key, value)| (format!("{PREFIX}__{}", key.replace('.', "__")), value.clone())).collect();
    let environment = Environment::with_prefix(PREFIX).prefix_separator("__").separator("__").try_parsing(true).source(Some(source));
    let merged = builder.add_source(environment).build().map_err(|error| unreadable(one_line(&error.to_string())))?;
    let mut value: Value = merged.try_deserialize().map_err(|error| unreadable(one_line(&error.to_string())))?;
    for key in variables.keys() {
        read_list(&mut value, key);
    }
    Ok(value)
}

/// A list in an environment variable is written as in the file: `["a", "b"]`.
fn read_list(value: &mut Value, key: &str) {
    let place = format!("/{}", key.replace('.', "/"));
    if let Some(slot) = value.pointer_mut(&place)
        && let Some(list) = slot.as_str().filter(|text| text.trim_start().starts_with('[')).and_then(|text| serde_json::from_str::<Value>(text).ok())
    {
        *slot = list;
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn explain(origins: &Origins, error: &serde_path_to_error::Error<serde_json::Error>) -> ConfigError {
    let path = error.path().to_string();
    let problem = error.inner().to_string();
    let section = path.trim_end_matches('.').to_owned();
    // serde names the unknown field in its message and may leave it out of the path.
    if let Some(rest) = problem.strip_prefix("unknown field `")
        && let Some((field, allowed)) = rest.split_once('`')
    {
        let allowed = allowed.trim_start_matches(", ").trim_start_matches("expected ").trim_start_matches("one of ").replace('`', "");
        let section = section.strip_suffix(field).unwrap_or(&section).trim_end_matches('.');
        let key = if section.is_empty() { field.to_owned() } else { format!("{section}.{field}") };
        return origins.wrong(&key, format!("unknown key; allowed are {allowed}"));
    }
    origins.wrong(&section, problem)
}

fn check(raw: Raw, overrides: &Overrides, origins: Origins) -> Result<Config, ConfigError> {
    let root = overrides.data.clone().unwrap_or_default();
    let data = overrides.data.clone().unwrap_or_else(|| PathBuf::from("data"));
    let listen_text = overrides.listen.clone().unwrap_or(raw.server.listen);
    let listen: SocketAddr = listen_text.parse().map_err(|_| {
        origins.wrong("server.listen", format!("{listen_text:?} is not an address with a port; write it as 127.0.0.1:8080 or [::1]:8080"))
    })?;
    let public_url = match raw.server.public_url {
        Some(url) => check_public_url(&url, &origins)?,
        None => format!("http://{}", if listen.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], listen.port())) } else { listen }),
    };
    if let Some(url) = raw.bus.url.filter(|url| url != "local") {
        return Err(origins.wrong("bus.url", format!("{url:?} is not available; this version runs as one node: \"local\"")));
    }
    for name in raw.channels.keys() {
        check_channel_name(name, &origins)?;
    }
    if !raw.kb.languages.contains(&raw.kb.language) {
        return Err(origins.wrong("kb.language", format!("{:?} is not among kb.languages: {}", raw.kb.language, raw.kb.languages.join(", "))));
    }
    Ok(Config {
        secret_key_file: raw.secret_key_file.map_or_else(|| data.join("secret.key"), |file| root.join(file)),
        listen,
        public_url,
        trusted_proxies: networks(&raw.server.trusted_proxies, "server.trusted_proxies", &origins)?,
        database_url: database_url(raw.database.url, &root, &data, &origins)?,
        files_folder: files_folder(raw.files.url, &root, &data, &origins)?,
        index_folder: data.join("index"),
        language: raw.kb.language,
        languages: raw.kb.languages,
        costs: costs(raw.kb.wrong_answer_costs, raw.kb.asking_costs, &origins)?,
        embeddings: embeddings(raw.kb.embeddings, &root, &origins)?,
        reopen_within: duration(&raw.conversations.reopen_within, "conversations.reopen_within", &origins)?,
        handoff_limit: duration(&raw.handoff.limit, "handoff.limit", &origins)?,
        allow_private: networks(&raw.network.allow_private, "network.allow_private", &origins)?,
        places: PlaceFiles {
            phone_prefixes: raw.regions.phone_prefixes.map(|file| root.join(file)),
            addresses: raw.regions.addresses.map(|file| root.join(file)),
        },
        systems: systems::read(&raw.systems, &root, &origins)?,
        channels: raw.channels,
        log_level: raw.log.level,
        log_json: match raw.log.format.as_str() {
            "text" => false,
            "json" => true,
            other => return Err(origins.wrong("log.format", format!("{other:?} is unknown; allowed are text, json"))),
        },
        file: origins.file.clone(),
        root,
        origins,
    })
}

fn check_public_url(url: &str, origins: &Origins) -> Result<String, ConfigError> {
    let fits = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if fits {
        Ok(url.trim_end_matches('/').to_owned())
    } else {
        Err(origins.wrong("server.public_url", format!("{url:?} is not an http:// or https:// address")))
    }
}

fn check_channel_name(name: &str, origins: &Origins) -> Result<(), ConfigError> {
    let mut letters = name.chars();
    let fits =
        letters.next().is_some_and(|first| first.is_ascii_lowercase()) && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if fits {
        Ok(())
    } else {
        Err(origins.wrong(&format!("channels.{name}"), "a channel's name is a lower-case letter followed by lower-case letters, digits and _"))
    }
}

fn database_url(url: Option<String>, root: &Path, data: &Path, origins: &Origins) -> Result<String, ConfigError> {
    let Some(url) = url else { return Ok(format!("sqlite://{}", data.join("bellhop.db").display())) };
    if let Some(path) = url.strip_prefix("sqlite://") {
        if path.is_empty() {
            return Err(origins.wrong("database.url", "sqlite:// needs a path: sqlite://data/bellhop.db"));
        }
        return Ok(format!("sqlite://{}", root.join(path).display()));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(url);
    }
    Err(origins.wrong("database.url", "unknown kind of database; allowed are sqlite://PATH and postgres://USER:PASSWORD@HOST/DATABASE"))
}

fn files_folder(url: Option<String>, root: &Path, data: &Path, origins: &Origins) -> Result<PathBuf, ConfigError> {
    match url {
        None => Ok(data.join("files")),
        Some(url) => match url.strip_prefix("file://") {
            Some(path) if !path.is_empty() => Ok(root.join(path)),
            _ => Err(origins.wrong("files.url", format!("{url:?} is not available; allowed is file://PATH"))),
        },
    }
}

fn networks(texts: &[String], key: &str, origins: &Origins) -> Result<Vec<Network>, ConfigError> {
    texts.iter().map(|text| text.parse().map_err(|error| origins.wrong(key, format!("{text:?} is {error}")))).collect()
}

fn embeddings(raw: RawEmbeddings, root: &Path, origins: &Origins) -> Result<Option<Embeddings>, ConfigError> {
    let wrong = |key: &str, problem: String| Err(origins.wrong(&format!("kb.embeddings.{key}"), problem));
    let timeout = duration(&raw.timeout, "kb.embeddings.timeout", origins)?;
    let Some(url) = raw.url else {
        return match raw.model.is_some() || raw.key_file.is_some() {
            true => wrong("url", "is missing; it is the whole address, as in http://127.0.0.1:11434/v1/embeddings".to_owned()),
            false => Ok(None),
        };
    };
    if !url::Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
        return wrong("url", format!("{url:?} is not an http or https address; write it as http://127.0.0.1:11434/v1/embeddings"));
    }
    let Some(model) = raw.model.filter(|model| !model.trim().is_empty()) else {
        return wrong("model", "is missing; it is the model's name, as the endpoint knows it".to_owned());
    };
    let key_file = raw.key_file.map(|file| root.join(file));
    Ok(Some(Embeddings { url, model, key_file, timeout, patience: PATIENCE }))
}

fn costs(wrong_answer: f64, asking: f64, origins: &Origins) -> Result<Costs, ConfigError> {
    if !(wrong_answer > 1.0 && wrong_answer <= 1000.0) {
        return Err(origins.wrong("kb.wrong_answer_costs", format!("{wrong_answer} must be above 1 and at most 1000, in handoffs; 3.0 is usual")));
    }
    if !(0.0..=1.0).contains(&asking) {
        return Err(origins.wrong("kb.asking_costs", format!("{asking} must be from 0 to 1, in handoffs; 0.5 is usual")));
    }
    Ok(Costs { wrong_answer, asking })
}

fn duration(text: &str, key: &str, origins: &Origins) -> Result<Duration, ConfigError> {
    match humantime::parse_duration(text) {
        Ok(span) if span.is_zero() => Err(origins.wrong(key, "must be longer than nothing; write it as 10m or 72h")),
        Ok(span) if span > Duration::from_secs(3650 * 24 * 3600) => Err(origins.wrong(key, "must be shorter than ten years; write it as 10m or 72h")),
        Ok(span) => Ok(span),
        Err(_) => Err(origins.wrong(key, format!("{text:?} is not a time; write it as 90s, 10m, 72h or 3days"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bellhop.toml");
        std::fs::write(&path, file).unwrap();
        let overrides = Overrides { file: Some(path), data: Some(PathBuf::from("/srv/bellhop")), listen: None };
        Config::load(&overrides, environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn the_defaults_are_whole() {
        let config = load("", &[]).unwrap();
        assert_eq!(config.database_url, "sqlite:///srv/bellhop/bellhop.db");
        assert_eq!(config.public_url, "http://127.0.0.1:8080");
        assert_eq!(config.handoff_limit, Duration::from_secs(600));
        assert_eq!(config.reopen_within, Duration::from_secs(72 * 3600));
    }

    #[test]
    fn the_environment_wins() {
        let config = load(
            "[server]\nlisten = \"127.0.0.1:1\"\n[channels.shop]\nkind = \"webhook\"\n",
            &[
                ("BELLHOP__SERVER__LISTEN", "127.0.0.1:9"),
                ("BELLHOP__CHANNELS__SHOP__SECRET", "whsec_AAAA"),
                ("BELLHOP__CHANNELS__SHOP__TRUSTS", "[\"tier\"]"),
                ("BELLHOP__HANDOFF__LIMIT", "2s"),
                ("BELLHOP__NETWORK__ALLOW_PRIVATE", "[\"10.1.0.0/16\"]"),
                ("HOME", "/root"),
            ],
        )
        .unwrap();
        assert_eq!(config.listen.port(), 9);
        assert_eq!(config.channels["shop"]["secret"], "whsec_AAAA");
        assert_eq!(config.channels["shop"]["trusts"], serde_json::json!(["tier"]));
        assert_eq!(config.handoff_limit, Duration::from_secs(2));
        assert_eq!(config.allow_private.len(), 1);
    }

    #[test]
    fn the_sample_is_a_configuration_with_every_line_that_it_offers() {
        let sample = include_str!("../bellhop.example.toml");
        load(sample, &[]).unwrap();
        // An offered line begins with `#` and a key or a section; other comments have a space there.
        let is_offer = |line: &&str| line.starts_with('#') && line.chars().nth(1).is_some_and(|sign| sign.is_ascii_lowercase() || sign == '[');
        let offers = sample.lines().filter(is_offer).count();
        let all: String = sample.lines().map(|line| if is_offer(&line) { line.chars().skip(1).collect() } else { line.to_owned() } + "\n").collect();
        assert!(offers > 10, "the offers are found at all");
        // The secret of a business system is read at once: it is made here as the sample says.
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("erp.secret");
        std::fs::write(&secret, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
        assert!(all.contains("\"erp.secret\""));
        load(&all.replace("\"erp.secret\"", &format!("{secret:?}")), &[]).unwrap();
    }

    #[test]
    fn mistakes_are_named_with_key_place_and_remedy() {
        for (file, environment, expected) in [
            ("[server]\nlisten = \"here\"", vec![], vec!["bellhop.toml", "server.listen", "127.0.0.1:8080"]),
            (
                "[server]\nlisten_on = \"127.0.0.1:1\"",
                vec![],
                vec!["bellhop.toml", "server.listen_on", "unknown key", "listen, public_url, trusted_proxies"],
            ),
            ("[srever]\nx = 1", vec![], vec!["bellhop.toml", "srever", "unknown key", "server"]),
            ("[handoff]\nlimit = \"soon\"", vec![], vec!["handoff.limit", "10m"]),
            ("[handoff]\nlimit = \"0s\"", vec![], vec!["handoff.limit", "longer"]),
            ("[handoff]\nlimit = 5", vec![], vec!["handoff.limit"]),
            ("[database]\nurl = \"mysql://x\"", vec![], vec!["database.url", "sqlite://PATH", "postgres://"]),
            ("[channels.Shop]\nkind = \"webhook\"", vec![], vec!["channels.", "lower-case"]),
            ("[bus]\nurl = \"nats://x\"", vec![], vec!["bus.url", "local"]),
            ("[network]\nallow_private = [\"10.0.0.0\"]", vec![], vec!["network.allow_private", "10.1.0.0/16"]),
            ("[server]\npublic_url = \"shop.example\"", vec![], vec!["server.public_url", "https://"]),
            ("", vec![("BELLHOP__SERVER__LISTEN", "nowhere")], vec!["BELLHOP__SERVER__LISTEN", "server.listen"]),
            ("", vec![("BELLHOP__SERVER__LISTN", "x")], vec!["BELLHOP__SERVER__LISTN", "server.listn", "unknown key"]),
            ("[server\n", vec![], vec!["bellhop.toml", "cannot be read"]),
        ] {
            let error = load(file, &environment).expect_err(file).to_string();
            for part in expected {
                assert!(error.contains(part), "{file} {environment:?}: {error}");
            }
        }
    }
}

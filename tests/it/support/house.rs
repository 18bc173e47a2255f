//! A whole installation with its shop and an agent.

use std::{sync::Arc, time::Duration};

use bellhop_discord_fake::DiscordFake;
use bellhop_telegram_fake::TelegramFake;
use serde_json::json;

use super::{
    Agent, Customer, Database, Receiver, Shop, Visitor,
    database::Place,
    program::Program,
    shop::{CHANNEL, SECRET},
};

/// The articles that the program ships as a sample.
pub(crate) const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/kb/sample");

/// The name of the Telegram channel in the configuration.
pub(crate) const TELEGRAM: &str = "helpdesk";

/// The name of the Discord channel in the configuration.
pub(crate) const DISCORD: &str = "community";

/// The name of the chat in the configuration.
pub(crate) const WEB: &str = "web";

/// What an installation is to be like.
pub(crate) struct Setup {
    database: Database,
    tweaks: Vec<(String, String)>,
    articles: Option<String>,
    turned: bool,
    wrapper: Option<String>,
    telegram: Option<&'static str>,
    staff_chat: bool,
    discord: Option<Agents>,
    chat: Option<String>,
}

/// Where agents work on Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Agents {
    Nowhere,
    InForum,
    InText,
}

impl Setup {
    pub(crate) fn on(database: Database) -> Self {
        Self {
            database,
            tweaks: Vec::new(),
            articles: None,
            turned: false,
            wrapper: None,
            telegram: None,
            staff_chat: true,
            discord: None,
            chat: None,
        }
    }

    /// Sets a key of the configuration, by its environment variable.
    pub(crate) fn set(mut self, key: &str, value: &str) -> Self {
        self.tweaks.push((key.to_owned(), value.to_owned()));
        self
    }

    /// With the sample articles.
    pub(crate) fn with_articles(self) -> Self {
        self.with_articles_of(SAMPLE)
    }

    /// With the articles of a folder.
    pub(crate) fn with_articles_of(mut self, folder: &str) -> Self {
        self.articles = Some(folder.to_owned());
        self
    }

    /// With a clock that the test turns.
    pub(crate) fn with_clock(mut self) -> Self {
        self.turned = true;
        self
    }

    /// With a Telegram bot and its staff group, by `poll` or `webhook`.
    pub(crate) fn with_telegram(mut self, mode: &'static str) -> Self {
        self.telegram = Some(mode);
        self
    }

    /// With a Discord bot, and agents there.
    pub(crate) fn with_discord(mut self, agents: Agents) -> Self {
        self.discord = Some(agents);
        self
    }

    /// With a chat on web pages, and these lines in its section.
    pub(crate) fn with_chat(mut self, lines: &str) -> Self {
        self.chat = Some(lines.to_owned());
        self
    }

    /// Without the staff group.
    pub(crate) fn without_staff_chat(mut self) -> Self {
        self.staff_chat = false;
        self
    }

    /// Runs the program behind these words of the shell.
    pub(crate) fn behind(mut self, words: &str) -> Self {
        self.wrapper = Some(words.to_owned());
        self
    }

    /// Installs and starts.
    pub(crate) async fn open(self) -> House {
        let receiver = Receiver::start(SECRET).await;
        let place = Place::make(self.database).await;
        let mut configuration = format!(
            "[channels.{CHANNEL}]\nkind = \"webhook\"\nsecret = \"{SECRET}\"\ndeliver_url = \"{}\"\n\
             trusts = [\"tier\", \"region\", \"attributes\", \"verified\"]\n",
            receiver.url()
        );
        let mut telegram = None;
        if let Some(mode) = self.telegram {
            let fake = TelegramFake::start().await;
            configuration += &format!(
                "\n[channels.{TELEGRAM}]\nkind = \"telegram\"\ntoken = \"{}\"\nmode = \"{mode}\"\napi_url = \"{}\"\n",
                fake.token(),
                fake.url(),
            );
            if self.staff_chat {
                configuration += &format!("staff_chat = {}\n", fake.group());
            }
            telegram = Some(fake);
        }
        let mut discord = None;
        if let Some(agents) = self.discord {
            let fake = DiscordFake::start().await;
            configuration += &format!(
                "\n[channels.{DISCORD}]\nkind = \"discord\"\ntoken = \"{}\"\napi_url = \"{}\"\ngateway_url = \"{}\"\n",
                fake.token(),
                fake.url(),
                fake.gateway_url(),
            );
            let channel = match agents {
                Agents::Nowhere => None,
                Agents::InForum => Some(fake.settings().forum),
                Agents::InText => Some(fake.settings().help),
            };
            configuration += &channel.map(|channel| format!("staff_channel = \"{channel}\"\n")).unwrap_or_default();
            discord = Some(fake);
        }
        if let Some(lines) = &self.chat {
            configuration += &format!("\n[channels.{WEB}]\nkind = \"webchat\"\n{lines}\n");
        }
        let mut program = Program::install(place, self.turned, &configuration, &self.tweaks);
        if let Some(folder) = &self.articles {
            program.prints(&["kb", "sync", folder]).await;
        }
        let token = program.prints(&["token", "create", "--name", "Mei", "--scope", "admin"]).await;
        if let Some(words) = &self.wrapper {
            program.start_behind(words);
        }
        program.start().await;
        if let Some(discord) = &discord {
            // Nobody is told of the first words of somebody who writes before there is a session.
            discord.until("a session", |discord| (discord.begun() > 0).then_some(())).await;
        }
        let shop = Shop::new(&program.url(), Arc::clone(&program.clock));
        let agent = Agent::new(&program.url(), token.trim());
        House { shop, agent, program, receiver, telegram, discord }
    }
}

/// A running installation.
pub(crate) struct House {
    pub(crate) shop: Shop,
    pub(crate) agent: Agent,
    pub(crate) program: Program,
    /// Dropped after the program, which may still send.
    pub(crate) receiver: Receiver,
    telegram: Option<TelegramFake>,
    discord: Option<DiscordFake>,
}

impl House {
    /// A desk for VIPs in Germany, and the rule that sends them there.
    pub(crate) async fn opens_the_vip_desk(&self) {
        self.agent.put("/departments/vip_de", json!({ "name": { "en": "German VIP desk", "zh": "德国贵宾服务台" } })).await;
        let rule = json!({
            "name": { "en": "German VIPs" },
            "position": 10,
            "when": { "all": [{ "field": "tier", "op": "at_least", "value": "vip" }, { "field": "region", "op": "within", "value": "DE" }] },
            "then": { "department": "vip_de", "priority": "high" },
        });
        self.agent.put("/routing-rules/german_vips", rule).await;
    }

    /// The Bot API that the program speaks to, where the test asked for one.
    pub(crate) fn telegram(&self) -> &TelegramFake {
        self.telegram.as_ref().expect("this test did not ask for Telegram")
    }

    /// One without articles: the bot hands everything over.
    pub(crate) async fn without_articles(database: Database) -> Self {
        Setup::on(database).open().await
    }

    /// One with the sample articles.
    pub(crate) async fn with_articles(database: Database) -> Self {
        Setup::on(database).with_articles().open().await
    }

    /// The Discord that the program speaks to, where the test asked for one.
    pub(crate) fn discord(&self) -> &DiscordFake {
        self.discord.as_ref().expect("this test did not ask for Discord")
    }

    /// A customer with a conversation of their own.
    pub(crate) fn customer(&self, name: &str) -> Customer<'_> {
        Customer::new(&self.shop, &self.receiver, name)
    }

    /// A visitor of a page with a chat, of whom nothing is known.
    pub(crate) async fn visitor(&self) -> Visitor {
        Visitor::begins(&self.program.url(), json!({})).await
    }

    /// Lets time pass at once.
    pub(crate) fn pass(&self, time: Duration) {
        self.program.clock.pass(time);
    }

    /// The end of a story: nothing is left undone, and the program stops cleanly.
    pub(crate) async fn closes(mut self) {
        self.program.drained(super::PATIENCE).await;
        self.program.stop().await;
        if let Some(telegram) = &self.telegram {
            telegram.assert_clean();
        }
        if let Some(discord) = &self.discord {
            discord.assert_clean();
        }
    }
}

/// Hours and days, as tests count them.
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);

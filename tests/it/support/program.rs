//! The program itself: the built binary, with a folder, a port and a database of its own.

use std::{
    fs::{self, OpenOptions},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::{
    clock::Clock,
    database::Place,
    waiting::{PATIENCE, until, until_within},
};

/// The built binary.
const BINARY: &str = env!("CARGO_BIN_EXE_bellhop");

/// How long the program may take to finish what is in hand.
const STOPPING: Duration = Duration::from_secs(40);

/// Lines of the log that a failing test shows.
const SHOWN: usize = 60;

/// A variable of the test's environment.
#[expect(clippy::disallowed_methods, reason = "scripts/test tells tests in the environment where servers and libraries are")]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// An installation: its folder, configuration and database, and the process that serves it.
pub(crate) struct Program {
    folder: TempDir,
    port: u16,
    environment: Vec<(String, String)>,
    /// Put in front of the command (`sh -c …`), to run it under some limit.
    wrapper: Option<String>,
    http: reqwest::Client,
    child: Option<Child>,
    pub(crate) clock: Arc<Clock>,
    /// Dropped last: the process must be gone before its database.
    pub(crate) place: Place,
}

impl Program {
    /// An installation that is configured and does not run yet. `{port}` in the configuration is its port.
    pub(crate) fn install(place: Place, turned: bool, configuration: &str, tweaks: &[(String, String)]) -> Self {
        let folder = tempfile::Builder::new().prefix("bellhop-story-").tempdir().expect("a folder for the test");
        let clock = if turned { Clock::turned_by(folder.path().join("clock")) } else { Clock::real() };
        let clock = Arc::new(clock);
        let mut environment: Vec<_> =
            tweaks.iter().map(|(key, value)| (format!("BELLHOP__{}", key.to_uppercase().replace('.', "__")), value.clone())).collect();
        environment.extend(clock.environment());
        let port = free_port();
        let configuration = format!(
            "[server]\nlisten = \"127.0.0.1:{port}\"\n\n[database]\nurl = \"{}\"\n\n{}",
            place.url(&folder.path().join("data")),
            configuration.replace("{port}", &port.to_string())
        );
        fs::write(folder.path().join("bellhop.toml"), configuration).expect("the configuration");
        fs::create_dir(folder.path().join("data")).expect("the data folder");
        Self { folder, port, environment, wrapper: None, http: client(), child: None, clock, place }
    }

    /// Runs the program behind these words of the shell from its next start on.
    pub(crate) fn start_behind(&mut self, words: &str) {
        self.wrapper = Some(words.to_owned());
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where it serves, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The process's number.
    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().and_then(Child::id).expect("the program runs")
    }

    /// Starts to serve and waits until it is ready; tells how long that took.
    pub(crate) async fn start(&mut self) -> Duration {
        let begun = Instant::now();
        self.spawn();
        let ready = format!("{}/readyz", self.url());
        loop {
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().expect("the program's state")) {
                panic!("the program ended with {status} instead of serving:\n{}", self.last_lines());
            }
            if self.http.get(&ready).send().await.is_ok_and(|answer| answer.status() == 200) {
                return begun.elapsed();
            }
            assert!(begun.elapsed() < PATIENCE, "not ready within {PATIENCE:?}:\n{}", self.last_lines());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn spawn(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let log = OpenOptions::new().create(true).append(true).open(self.log()).expect("the log");
        let mut command = match &self.wrapper {
            None => Command::new(BINARY),
            Some(words) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("{words}; exec \"$0\" \"$@\""), BINARY]);
                shell
            }
        };
        let said = OpenOptions::new().create(true).append(true).open(self.folder.path().join("said")).expect("what it says");
        self.prepare(&mut command);
        command.arg("serve").stdin(Stdio::null()).stdout(said).stderr(log).kill_on_drop(true);
        self.child = Some(command.spawn().expect("the program starts"));
    }

    fn prepare(&self, command: &mut Command) {
        command.current_dir(self.folder.path()).envs(self.environment.iter().cloned());
        command.arg("--config").arg(self.folder.path().join("bellhop.toml")).arg("--data").arg(self.data());
    }

    /// Waits until it has died by itself.
    #[cfg(debug_assertions)]
    pub(crate) async fn dies(&mut self) {
        let mut child = self.child.take().expect("the program runs");
        let status = tokio::time::timeout(PATIENCE, child.wait()).await.expect("it dies in time").expect("its end");
        assert!(!status.success(), "it ended with {status}");
    }

    /// `kill -9`.
    pub(crate) async fn kill(&mut self) {
        let mut child = self.child.take().expect("the program runs");
        child.kill().await.expect("it can be killed");
    }

    /// The polite way: it finishes what is in hand and ends with success.
    pub(crate) async fn stop(&mut self) {
        let pid = self.pid();
        let told = Command::new("sh").args(["-c", &format!("kill -TERM {pid}")]).status().await.expect("a shell");
        assert!(told.success(), "the signal was not sent");
        let mut child = self.child.take().expect("the program runs");
        let status = tokio::time::timeout(STOPPING, child.wait()).await.expect("it stops in time").expect("its end");
        assert!(status.success(), "the program ended with {status}:\n{}", self.last_lines());
    }

    pub(crate) async fn restart(&mut self) -> Duration {
        self.stop().await;
        self.start().await
    }

    /// Runs a command beside it, on the same configuration and data.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        self.run_by(None, arguments).await
    }

    /// The same on a machine with this clock, where another one is named.
    pub(crate) async fn run_by(&self, clock: Option<&Clock>, arguments: &[&str]) -> Output {
        let mut command = Command::new(BINARY);
        self.prepare(&mut command);
        command.envs(clock.map(Clock::environment).unwrap_or_default());
        command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(PATIENCE, command.output()).await;
        output.unwrap_or_else(|_| panic!("{arguments:?} did not end within {PATIENCE:?}")).expect("the program starts")
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub(crate) async fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        let printed = String::from_utf8(output.stdout).expect("text");
        assert!(output.status.success(), "{arguments:?} ended with {}: {printed}{}", output.status, String::from_utf8_lossy(&output.stderr));
        printed
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// What it has logged so far.
    pub(crate) fn logged(&self) -> String {
        let bytes = fs::read(self.log()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// What it has said to whoever started it.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("said")).unwrap_or_default()
    }

    fn last_lines(&self) -> String {
        let text = self.logged();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(SHOWN)..].join("\n")
    }

    /// Memory in use, in KiB.
    pub(crate) fn resident(&self) -> u64 {
        self.memory("VmRSS:")
    }

    /// The most memory that was in use since [`Self::forget_peak`], in KiB.
    pub(crate) fn peak(&self) -> u64 {
        self.memory("VmHWM:")
    }

    pub(crate) fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.pid()), "5").expect("the peak can be forgotten");
    }

    fn memory(&self, line: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the process's status");
        let value = status.lines().find_map(|text| text.strip_prefix(line)).expect("the line on memory");
        value.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Waits until nothing waits to be handled or sent.
    pub(crate) async fn drained(&self, patience: Duration) {
        let data = self.data();
        until_within(patience, "end of the work in inbox and outbox", || async {
            let waiting = self.place.count(&data, "SELECT count(*) FROM inbox WHERE state = 0").await;
            let sending = self.place.count(&data, "SELECT count(*) FROM outbox WHERE state < 2").await;
            (waiting + sending == 0).then_some(())
        })
        .await;
    }

    /// Waits until so many events wait for the message that they are about.
    pub(crate) async fn waits_for_messages(&self, events: i64) {
        let data = self.data();
        until("events that wait for their message", || async {
            (self.place.count(&data, "SELECT count(*) FROM held_event").await == events).then_some(())
        })
        .await;
    }

    /// Waits until the log has this text.
    pub(crate) async fn logs(&self, text: &str) {
        until(&format!("{text:?} in the log"), || async { self.logged().contains(text).then_some(()) }).await;
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ended_already = child.start_kill();
        }
        if std::thread::panicking() {
            eprintln!("--- the last lines of the program's log\n{}\n---", self.last_lines());
        } else {
            let log = self.logged();
            assert!(!log.contains("panicked at") && !log.contains("programming error"), "a programming error was met:\n{}", self.last_lines());
        }
    }
}

/// A client with patience, and without the proxies of the environment.
pub(crate) fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.timeout(PATIENCE).build().expect("a client")
}

/// A port that nobody listens on; below those that the system gives to outgoing connections, so that none takes it meanwhile.
fn free_port() -> u16 {
    for _ in 0..200 {
        let port = 20_000 + rand::random::<u16>() % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}

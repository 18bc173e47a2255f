//! The console in a real browser: an agent's story by keyboard, an editor's first hour, and every page looked at.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Browser, Database, House, Setup, browser::Screen, until, waiting::until_within};

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const PASSWORD: &str = "a lamp, a chair, a filter";

/// An installation with the sample articles, and a browser in which its first administrator is signed in.
async fn open(screen: Screen) -> (House, Browser) {
    let house = Setup::on(Database::Sqlite).with_articles().open().await;
    let browser = Browser::opens(screen).await;
    let code = until("the code of the first run", || async {
        let said = house.program.said();
        Some(said.split_once("one-time code: ")?.1.split_whitespace().next()?.to_owned())
    })
    .await;
    browser.goes_to(&format!("{}/console", house.program.url())).await;
    browser.sees("document.activeElement.id === 'code'").await;
    browser.types(&code).await;
    for (field, text) in [("name", "Mei Lin"), ("email", "mei@larkspur.example"), ("password", PASSWORD)] {
        browser.runs(&format!("document.getElementById('{field}').focus()")).await;
        browser.types(text).await;
    }
    browser.types(ENTER).await;
    browser.sees("location.pathname.startsWith('/console/inbox')").await;
    (house, browser)
}

/// Complains of scripts that ran and of what the policy refused.
async fn watches(browser: &Browser) {
    browser
        .runs(
            "window.found = []; window.alert = (text) => window.found.push('alert ' + text);
             document.addEventListener('securitypolicyviolation', (event) => window.found.push(event.violatedDirective));",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_gets_from_a_waiting_customer_to_a_ticket_by_keyboard_alone() {
    let (house, browser) = open(Screen { width: 1400, height: 900, ..Screen::DESKTOP }).await;
    browser.sees("document.querySelector('#rows .empty')").await;
    browser.is_pictured("console-inbox-empty").await;
    // The customer appears by themselves.
    let ann = house.customer("ann");
    // The bot knows something about it; she wants a person all the same.
    ann.asks("I want my money back for the lamp").await;
    assert!(ann.asks("/human").await.text().contains("next in line"));
    browser.sees("document.querySelector('#rows strong')?.textContent === 'ann'").await;
    browser.types("j").await;
    browser.types(ENTER).await;
    browser.sees("document.querySelector('#messages .message.in')").await;
    // What is being written stays while the customer goes on writing, and is still there after a reload.
    browser.types("r").await;
    browser.types("Hello Ann, let me").await;
    let begun = Instant::now();
    ann.says("It is order 1001").await;
    browser.sees("document.querySelector('#messages').textContent.includes('order 1001')").await;
    println!("a message reached the console {:?} after it was posted", begun.elapsed());
    browser.sees("document.activeElement.id === 'text' && document.activeElement.value === 'Hello Ann, let me'").await;
    browser.sees("document.querySelector('.saved').textContent !== ''").await;
    browser.runs("location.reload()").await;
    browser.sees("document.getElementById('text')?.value === 'Hello Ann, let me'").await;
    browser.types("r").await;
    browser.types(" see.").await;
    browser.runs("document.getElementById('text').form.requestSubmit()").await;
    assert_eq!(ann.hears().await.text(), "Hello Ann, let me see.");
    browser.sees("document.getElementById('text').value === '' && document.querySelector('#messages .message.out')").await;
    // The card is filled in; what is known has its source.
    browser.types(ESCAPE).await;
    browser.types("c").await;
    browser.sees("document.querySelector('#card .review')").await;
    browser.sees("document.getElementById('f-order_number')?.value === '1001'").await;
    browser.sees("document.getElementById('s-order_number').textContent.includes('message')").await;
    browser.is_pictured("console-card").await;
    browser.runs("document.getElementById('f-order_number').focus()").await;
    browser.types(ENTER).await;
    browser.sees("document.querySelector('#card-title')?.textContent.includes('T-1')").await;
    browser.sees("document.querySelector('#card .route strong')").await;
    assert!(ann.hears().await.text().contains("T-1"));
    assert_eq!(house.agent.get("/tickets/T-1").await["fields"]["order_number"]["value"], "1001");
    // The ticket's page, and the way the palette leads.
    browser.goes_to(&format!("{}/console/tickets/T-1", house.program.url())).await;
    browser.sees("document.querySelectorAll('.timeline li').length > 3").await;
    assert_eq!(browser.faults().await, Vec::<String>::new(), "the ticket");
    browser.is_pictured("console-ticket").await;
    house.closes().await;
    browser.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_editor_writes_tries_and_publishes_an_article() {
    let (house, browser) = open(Screen { width: 1400, height: 1000, ..Screen::DESKTOP }).await;
    browser.goes_to(&format!("{}/console/articles", house.program.url())).await;
    browser.runs("document.getElementById('title').focus()").await;
    browser.types("Can I bring back a lamp that was lit?").await;
    browser.types(ENTER).await;
    browser.sees("document.getElementById('answer')").await;
    browser.runs("document.getElementById('answer').focus()").await;
    browser.types("Yes, within **30 days**.").await;
    browser.sees("document.querySelector('#preview .chat-preview strong')?.textContent === '30 days'").await;
    browser.runs("document.getElementById('body').focus()").await;
    browser.types("A lamp that was lit is as good as new to us.").await;
    browser.runs("document.getElementById('question').focus()").await;
    browser.types("bring back lit lamp").await;
    browser.runs("document.querySelector('[data-regions]').click()").await;
    browser.sees("document.querySelector('#verdict .found strong')").await;
    browser.is_pictured("console-editor").await;
    assert_eq!(browser.faults().await, Vec::<String>::new(), "the editor");
    browser.runs("document.querySelector('button[value=publish]').click()").await;
    browser.sees("document.querySelector('#said')?.textContent.includes('Published')").await;
    let ann = house.customer("ann");
    assert!(ann.asks("can I bring back a lamp that was lit").await.text().contains("30 days"));
    // Another version, the difference, and the way back.
    browser
        .runs(
            "const a = document.getElementById('answer'); a.value = 'Yes, within 60 days.'; document.querySelector('button[value=publish]').click()",
        )
        .await;
    browser.sees("document.querySelector('.chat-preview')?.textContent.includes('60 days')").await;
    browser.runs("[...document.querySelectorAll('.ticket-head a')].find((link) => link.href.includes('/versions')).click()").await;
    browser.sees("document.querySelector('.difference .come')?.textContent.includes('60 days') && document.querySelector('.difference .gone')").await;
    assert_eq!(browser.faults().await, Vec::<String>::new(), "the versions");
    browser.is_pictured("console-versions").await;
    house.closes().await;
    browser.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_changes_ends_what_is_open() {
    let (house, browser) = open(Screen::DESKTOP).await;
    browser.sees("document.body.hasAttribute('data-signed-in')").await;
    let agents = house.agent.all("/agents").await;
    let key = agents[0]["key"].as_str().expect("a key");
    let begun = Instant::now();
    house.agent.put(&format!("/agents/{key}"), json!({ "password": "quite another password" })).await;
    // The page notices by its stream that nobody is signed in any more.
    until_within(Duration::from_secs(10), "page for signing in", || async {
        (browser.runs("return location.pathname.endsWith('/sign-in')").await == Value::Bool(true)).then_some(())
    })
    .await;
    println!("signed out {:?} after the password changed", begun.elapsed());
    house.closes().await;
    browser.closes().await;
}

const HOSTILE: &str = "<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>[x](javascript:alert(4))";

/// Every page, in one dress.
async fn looks(house: &House, browser: &Browser, name: &str) {
    let conversation = house.agent.all("/conversations?status=open").await.remove(0);
    let id = conversation["id"].as_str().expect("an id").to_owned();
    for (page, path) in [
        ("inbox", "/console/inbox?view=all".to_owned()),
        ("conversation", format!("/console/inbox/{id}?view=all")),
        ("tickets", "/console/tickets".to_owned()),
        ("tickets-empty", "/console/tickets?q=nothing-like-that".to_owned()),
        ("knowledge", "/console/articles".to_owned()),
        ("article", "/console/articles/track-my-order".to_owned()),
        ("account", "/console/account".to_owned()),
        ("design", "/console/design".to_owned()),
        ("missing", "/console/inbox/cnv_0".to_owned()),
    ] {
        browser.goes_to(&format!("{}{path}", house.program.url())).await;
        browser.sees("document.readyState === 'complete'").await;
        watches(browser).await;
        browser.is_pictured(&format!("console-{page}-{name}")).await;
        assert_eq!(browser.faults().await, Vec::<String>::new(), "{page}, {name}");
        assert_eq!(browser.runs("return window.found").await, json!([]), "{page}, {name}");
        let width = browser.runs("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert!(width.as_i64().is_some_and(|over| over <= 1), "{page}, {name}: wider than the screen by {width}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_can_use_every_page_and_nothing_on_it_runs() {
    let (house, browser) = open(Screen { width: 1400, height: 900, ..Screen::DESKTOP }).await;
    let eve = house.customer("eve").with(json!({ "name": HOSTILE, "email": "eve@example.org", "tier": "gold", "attributes": { "plan": HOSTILE } }));
    eve.says(&format!("I want my money back for order 1002 {HOSTILE}")).await;
    eve.says("/human").await;
    let waiting = until("somebody who waits", || async { house.agent.all("/conversations?status=queued").await.into_iter().next() }).await;
    house.agent.replies(&waiting, &format!("Let me **see** {HOSTILE}")).await;
    let id = waiting["id"].as_str().expect("an id").to_owned();
    house.agent.post(&format!("/conversations/{id}/messages"), json!({ "text": format!("careful {HOSTILE}"), "internal": true })).await;
    house.agent.post(&format!("/conversations/{id}/ticket"), json!({ "template": "refund", "fields": { "order_number": "1002" } })).await;
    looks(&house, &browser, "light").await;
    // In Chinese.
    browser.runs("document.querySelector('button[name=language][value=zh]').click()").await;
    browser.sees("document.documentElement.lang === 'zh'").await;
    looks(&house, &browser, "chinese").await;
    browser.closes().await;
    for (name, screen) in [("dark", Screen { width: 1400, height: 900, is_phone: false, is_dark: true }), ("phone", Screen::PHONE)] {
        let browser = Browser::opens(screen).await;
        browser.goes_to(&format!("{}/console/sign-in", house.program.url())).await;
        assert_eq!(browser.faults().await, Vec::<String>::new(), "signing in, {name}");
        browser.is_pictured(&format!("console-sign-in-{name}")).await;
        browser.sees("document.activeElement.id === 'email'").await;
        browser.types("mei@larkspur.example").await;
        browser.runs("document.getElementById('password').focus()").await;
        browser.types(PASSWORD).await;
        browser.types(ENTER).await;
        browser.sees("location.pathname.startsWith('/console/inbox')").await;
        looks(&house, &browser, name).await;
        browser.closes().await;
    }
    house.closes().await;
}

//! The widget in a real browser, on a page with a strict policy.

use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{
    Browser, Database, House, Setup,
    browser::{HOSTILE, Screen, ShopPage},
    until,
};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

/// An installation, and a shop's page that embeds its chat.
async fn open() -> (House, ShopPage) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let house = Setup::on(Database::Sqlite).with_articles().with_chat(&format!("origins = [\"{origin}\"]")).open().await;
    let page = ShopPage::opens(listener, &house.program.url());
    (house, page)
}

async fn queued(house: &House) -> Value {
    until("conversation that waits", || async { house.agent.all("/conversations?channel=web&status=queued").await.into_iter().next() }).await
}

/// Opens the chat with the mouse.
async fn opens_chat(browser: &Browser) {
    browser.sees("r && r.querySelector('.launcher')").await;
    browser.runs("r.querySelector('.launcher').click()").await;
    browser.sees("r.querySelector('.panel') && !r.querySelector('.panel').hidden && r.querySelector('.subtitle').textContent").await;
}

async fn says(browser: &Browser, text: &str) {
    let text = json!(text);
    browser.runs(&format!("const t = r.querySelector('textarea'); t.value = {text}; r.querySelector('form').requestSubmit()")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_gets_from_a_question_to_a_person_by_keyboard_alone() {
    let (house, page) = open().await;
    let browser = Browser::opens(Screen::DESKTOP).await;
    browser.goes_to(&page.url("")).await;
    browser.sees("r && r.querySelector('.launcher')").await;
    let there = browser.runs("return r.querySelectorAll('*').length").await;
    assert!(there.as_u64().is_some_and(|count| count < 12), "only the button is there: {there}");
    // The page's link, then the button.
    browser.types(&TAB.repeat(2)).await;
    browser.sees("r.activeElement && r.activeElement.classList.contains('launcher')").await;
    browser.types(ENTER).await;
    browser.sees("r.activeElement && r.activeElement.tagName === 'TEXTAREA'").await;
    browser.types("how long does shipping take").await;
    browser.types(ENTER).await;
    browser.reads("working days").await;
    assert!(browser.runs("return document.cookie").await == "");
    // Shift and Tab lead back: the clip, then the last of the choices.
    for _ in 0..8 {
        browser.types_back().await;
        if browser.runs("return r.activeElement.textContent === 'Talk to a person'").await == true {
            break;
        }
    }
    browser.sees("r.activeElement.textContent === 'Talk to a person'").await;
    browser.types(ENTER).await;
    let conversation = queued(&house).await;
    browser.sees("r.querySelector('.choices [aria-pressed=true]')").await;
    house.agent.replies(&conversation, "Hello, **Mei** here.").await;
    browser.reads("Mei here.").await;
    browser.types(ESCAPE).await;
    browser.sees("r.querySelector('.panel').hidden && r.activeElement.classList.contains('launcher')").await;
    // What comes while it is closed is counted, and what was said is there after a reload.
    house.agent.replies(&conversation, "Are you still there?").await;
    browser.sees("!r.querySelector('.badge').hidden && r.querySelector('.badge').textContent === '1'").await;
    browser.goes_to(&page.url("")).await;
    browser.sees("r && !r.querySelector('.badge').hidden").await;
    opens_chat(&browser).await;
    browser.reads("Are you still there?").await;
    browser.reads("how long does shipping take").await;
    browser.sees("r.querySelector('.badge').hidden").await;
    browser.sees("r.querySelector('.choices [aria-pressed=true]').textContent === 'Talk to a person'").await;
    assert_eq!(page.reports(), Vec::<String>::new());
    browser.closes().await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_that_were_made_to_run_are_only_shown() {
    let (house, page) = open().await;
    let browser = Browser::opens(Screen::DESKTOP).await;
    browser.watches().await;
    browser.goes_to(&page.url("title=<img/src=x/onerror=alert(1)>")).await;
    browser.runs("window.open = () => null").await;
    opens_chat(&browser).await;
    says(&browser, "I want to talk to a person").await;
    let conversation = queued(&house).await;
    for text in HOSTILE {
        house.agent.replies(&conversation, text).await;
    }
    for (number, text) in HOSTILE.iter().enumerate() {
        says(&browser, text).await;
        browser.sees(&format!("r.querySelectorAll('.own').length >= {}", number + 2)).await;
        if number % 8 == 7 {
            // Nobody types that fast; the limit is told by how it is met.
            browser.sees("![...r.querySelectorAll('.own .foot')].some((foot) => foot.textContent.includes('sending'))").await;
        }
    }
    browser.sees(&format!("r.querySelectorAll('.message.agent').length === {}", HOSTILE.len())).await;
    // Every link, button and picture is tried.
    let dangerous = browser
        .runs(
            "const all = [...r.querySelectorAll('.panel *')];
             for (const link of r.querySelectorAll('.rich a')) link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
             return all.filter((element) => ['SCRIPT', 'IFRAME', 'OBJECT', 'STYLE', 'MATH', 'DETAILS'].includes(element.tagName.toUpperCase())
                 || [...element.attributes].some((attribute) => attribute.name.startsWith('on') || /^\\s*(javascript|data|vbscript):/i.test(attribute.value)))
                 .map((element) => element.outerHTML)",
        )
        .await;
    assert_eq!(dangerous, json!([]));
    browser.reads("<img src=x onerror=alert(1)>").await;
    assert_eq!(browser.runs("return window.found").await, json!([]), "something ran");
    assert_eq!(page.reports(), Vec::<String>::new());
    browser.closes().await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_show_the_same_and_a_pasted_file_arrives() {
    let (house, page) = open().await;
    let browser = Browser::opens(Screen::DESKTOP).await;
    browser.goes_to(&page.url("")).await;
    opens_chat(&browser).await;
    says(&browser, "I want to talk to a person").await;
    let conversation = queued(&house).await;
    browser.opens_tab().await;
    browser.goes_to(&page.url("")).await;
    opens_chat(&browser).await;
    browser.reads("I want to talk to a person").await;
    // The first tab holds the line, this one hears through it.
    house.agent.replies(&conversation, "to both of you").await;
    browser.reads("to both of you").await;
    says(&browser, "from the second tab").await;
    browser.looks_at_tab(0).await;
    browser.reads("to both of you").await;
    browser.reads("from the second tab").await;
    let pasted = "const bytes = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='), (c) => c.charCodeAt(0));
         const data = new DataTransfer(); data.items.add(new File([bytes], 'lamp.png', { type: 'image/png' }));
         r.querySelector('textarea').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))";
    browser.runs(pasted).await;
    browser.sees("r.querySelector('.chips li')").await;
    says(&browser, "this is how it looks").await;
    browser.sees("r.querySelector('.own .picture img') && r.querySelector('.own .picture img').naturalWidth === 1").await;
    until("the file on the message", || async {
        house.agent.messages(&conversation).await.iter().any(|message| message["attachments"][0]["name"] == "lamp.png").then_some(())
    })
    .await;
    // Too large a file is refused before it is sent, in words.
    browser
        .runs(
            "const data = new DataTransfer(); data.items.add(new File([new Uint8Array(11 * 1048576)], 'film.mp4'));
             r.querySelector('.panel').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))",
        )
        .await;
    browser.reads("film.mp4 is larger than 10 MB.").await;
    assert_eq!(page.reports(), Vec::<String>::new());
    browser.closes().await;
    house.closes().await;
}

/// Looks at the chat with an answer in it, on this screen; what axe-core finds is a fault.
async fn looks(house: &House, page: &ShopPage, screen: Screen, name: &str, attributes: &str, question: &str) {
    let browser = Browser::opens(screen).await;
    browser.goes_to(&page.url(attributes)).await;
    browser.sees("r && r.querySelector('.launcher')").await;
    assert_eq!(browser.faults().await, Vec::<String>::new(), "{name}, closed");
    opens_chat(&browser).await;
    says(&browser, question).await;
    browser.sees("r.querySelector('.choices') && r.querySelector('.own time') && r.querySelector('.rich a')").await;
    browser.runs("for (const animation of document.getAnimations()) animation.finish()").await;
    assert_eq!(browser.faults().await, Vec::<String>::new(), "{name}, open");
    browser.is_pictured(&format!("webchat-{name}")).await;
    browser.runs("r.querySelector('.rich a').click()").await;
    browser.sees("!r.querySelector('.article').hidden && r.querySelector('.article .rich').textContent.length > 20").await;
    assert_eq!(browser.faults().await, Vec::<String>::new(), "{name}, with an article");
    if name == "light" {
        browser.is_pictured("webchat-article").await;
    }
    browser.types(ESCAPE).await;
    browser.sees("r.querySelector('.article').hidden && !r.querySelector('.panel').hidden").await;
    browser.closes().await;
    let _ = house;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_can_use_it() {
    let (house, page) = open().await;
    let question = "how long does shipping take";
    looks(&house, &page, Screen::DESKTOP, "light", "", question).await;
    looks(&house, &page, Screen { is_dark: true, ..Screen::DESKTOP }, "dark", "", question).await;
    looks(&house, &page, Screen::PHONE, "phone", "", question).await;
    looks(&house, &page, Screen::PHONE, "chinese", "lang=zh", "怎么退货？").await;
    looks(&house, &page, Screen::DESKTOP, "rtl", "dir=rtl", question).await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn outside_hours_a_message_and_an_address_are_left() {
    let (house, page) = open().await;
    // Open for one minute of a day that has passed.
    let never = json!({ "name": { "en": "Never" }, "time_zone": "UTC", "hours": { "mon": [] } });
    house.agent.put("/calendars/never", never).await;
    house.agent.put("/departments/support", json!({ "name": { "en": "Support" }, "calendar": "never" })).await;
    let browser = Browser::opens(Screen::PHONE).await;
    browser.goes_to(&page.url("")).await;
    opens_chat(&browser).await;
    browser.sees("!r.querySelector('.away').hidden").await;
    says(&browser, "my lamp is broken").await;
    browser.reads("Please leave an e-mail address for the answer.").await;
    browser.runs("r.querySelector('[name=email]').value = 'ann@example.org'; r.querySelector('[name=name]').value = 'Ann'; r.querySelector('form').requestSubmit()").await;
    browser.sees("r.querySelector('.own') && r.querySelector('.away').hidden").await;
    let contact = until("contact with the address", || async {
        house.agent.all("/contacts").await.into_iter().find(|contact| contact.to_string().contains("ann@example.org"))
    })
    .await;
    assert!(contact["name"] == "Ann" && !contact.to_string().contains("\"verified\":true"), "{contact}");
    browser.closes().await;
    house.closes().await;
}

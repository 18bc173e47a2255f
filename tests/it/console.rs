//! The console in a real browser: an agent's story by keyboard, an editor's first hour, and every page looked at.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use tokio::net::TcpListener;

use crate::support::{
    Browser, Database, House, Setup,
    browser::{HOSTILE, Screen, ShopPage},
    until,
    waiting::until_within,
};

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const PASSWORD: &str = "a lamp, a chair, a filter";

/// An installation with the sample articles, and a browser in which its first administrator is signed in.
async fn open(screen: Screen) -> (House, Browser) {
    let house = Setup::on(Database::Sqlite).set("systems.erp.url", "https://erp.example/orders/{id}").with_articles().open().await;
    let browser = Browser::opens(screen).await;
    signs_in_first(&house, &browser).await;
    (house, browser)
}

/// Makes the first administrator in this browser.
async fn signs_in_first(house: &House, browser: &Browser) {
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
    browser.types("/").await;
    browser.sees("document.activeElement.id === 'palette-line'").await;
    browser.types("/followup T-1 2h check the refund").await;
    browser.sees("document.querySelector('#palette-entries [aria-selected=true]')?.textContent.includes('check the refund')").await;
    browser.types(ENTER).await;
    browser.sees("document.querySelector('#said')?.textContent.includes('T-1') && document.querySelector('#tasks li')?.textContent.includes('check the refund')").await;
    browser.sees("document.querySelector('main').className === 'page'").await;
    house.closes().await;
    browser.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_of_tiers_and_regions_is_made_tried_and_switched_on() {
    let (house, browser) = open(Screen { width: 1400, height: 1000, ..Screen::DESKTOP }).await;
    let agent = &house.agent;
    agent.put("/departments/vip_de", json!({ "name": { "en": "German VIP desk" } })).await;
    let ann = house.customer("ann").with(json!({ "tier": "vip", "region": "DE" }));
    ann.asks("/human").await;
    let waiting = agent.finds_with_status(&ann.thread, "queued").await;
    agent
        .post(
            &format!("/conversations/{}/ticket", waiting["id"].as_str().expect("an id")),
            json!({ "template": "refund", "fields": { "order_number": "1001" } }),
        )
        .await;

    browser.types("g").await;
    browser.types("o").await;
    browser.sees("location.pathname === '/console/routing' && document.getElementById('rule-fallback')").await;
    browser.runs("document.getElementById('name').focus()").await;
    browser.types("Who serves whom").await;
    browser.types(ENTER).await;
    browser.sees("location.search === '?edit=table' && document.querySelectorAll('.matrix select').length === 5").await;
    let picks = |name: &str, value: &str| format!("document.getElementById('{name}').value = '{value}'");
    let presses = |step: &str| format!("document.querySelector('#rule-table button[value={step}]').click()");
    // A column more; trying keeps what was chosen and changes nothing.
    browser.runs(&format!("{}; {}", picks("add-region", "DE"), presses("try"))).await;
    browser.sees("document.getElementById('tried') && document.querySelectorAll('.matrix select').length === 10").await;
    browser.runs(&format!("document.querySelector('.matrix select').value = 'vip_de'; {}", presses("try"))).await;
    browser
        .sees("document.querySelectorAll('#tried tbody tr').length === 1 && document.querySelector('#tried').textContent.includes('German VIP desk')")
        .await;
    browser.sees("document.querySelector('.differs small')").await;
    assert_eq!(browser.faults().await, Vec::<String>::new(), "what would change");
    browser.is_pictured("console-routing-tried").await;
    assert_eq!(agent.get("/routing-rules/table").await["version"], 1, "nothing was changed");
    // Somebody else is faster: it is said, and the choices stay.
    agent.put("/routing-rules/table", json!({ "name": { "en": "Who serves whom" }, "enabled": false, "position": 10, "matrix": { "tiers": ["vip", "*"], "regions": ["*"], "departments": [["support"], [null]] } })).await;
    browser.runs(&presses("save")).await;
    browser.sees("document.querySelector('.said.wrong')?.textContent.includes('Somebody else')").await;
    browser.sees("document.querySelector('.matrix select').value === 'vip_de' && document.querySelector('.differs small')").await;
    browser.runs(&presses("save")).await;
    browser.sees("location.search === '?at=table' && document.querySelector('#rule-table .matrix')").await;
    let matrix = agent.get("/routing-rules/table").await["matrix"].clone();
    assert_eq!(matrix, json!({ "tiers": ["vip"], "regions": ["DE"], "departments": [["vip_de"]] }));
    // Switched on, it decides.
    browser.runs(&presses("on")).await;
    browser.sees("document.querySelector('#rule-table button[value=off]')").await;
    assert_eq!(agent.post("/tickets/T-1/route", json!({})).await["department"], "vip_de");
    assert_eq!(browser.faults().await, Vec::<String>::new(), "the rules");
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
    // Whoever has the stream open by other means is cut off within a second.
    let session = format!("bellhop_session={}", browser.cookie("bellhop_session").await);
    let request = house.program.http().get(format!("{}/console/live", house.program.url())).header("cookie", session);
    let mut stream = request.send().await.expect("an answer");
    assert_eq!(stream.status(), 200);
    stream.chunk().await.expect("the first piece");
    let begun = Instant::now();
    house.agent.put(&format!("/agents/{key}"), json!({ "password": "quite another password" })).await;
    let ended = async { while stream.chunk().await.is_ok_and(|piece| piece.is_some()) {} };
    tokio::time::timeout(Duration::from_secs(1), ended).await.expect("the stream ends within a second");
    // The page notices by its stream that nobody is signed in any more.
    until_within(Duration::from_secs(10), "page for signing in", || async {
        (browser.runs("return location.pathname.endsWith('/sign-in')").await == Value::Bool(true)).then_some(())
    })
    .await;
    println!("signed out {:?} after the password changed", begun.elapsed());
    house.closes().await;
    browser.closes().await;
}

/// What happens after a page was written and before its stream is open is not missed: the page and the stream say where they stand.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_hears_what_happened_before_its_stream_began() {
    let (house, browser) = open(Screen::DESKTOP).await;
    let ann = house.customer("ann");
    ann.says("/human").await;
    let waiting = until("somebody who waits", || async { house.agent.all("/conversations?status=queued").await.into_iter().next() }).await;
    let session = format!("bellhop_session={}", browser.cookie("bellhop_session").await);
    let get = |path: &str| house.program.http().get(format!("{}{path}", house.program.url())).header("cookie", &session).send();
    let page = async || {
        let text = get("/console/inbox").await.expect("the page").text().await.expect("its text");
        text.split_once("data-mark=\"").and_then(|(_, rest)| rest.split_once('"')).expect("a mark").0.to_owned()
    };
    let hello = async || {
        let chunk = get("/console/live").await.expect("the stream").chunk().await.expect("the first piece").expect("a piece");
        String::from_utf8(chunk.to_vec()).expect("text")
    };
    // What the handing over set off comes to rest first.
    let mark = until("a page and a stream at one mark", || async {
        let mark = page().await;
        hello().await.contains(&format!("event: hello\ndata: {mark}\n")).then_some(mark)
    })
    .await;
    house.agent.replies(&waiting, "I am here.").await;
    let begun = hello().await;
    assert!(begun.contains("event: hello") && !begun.contains(&mark), "{begun}");
    browser.closes().await;
    house.closes().await;
}

/// The pages of the console, and those that customers see of the same.
async fn pages(house: &House) -> Vec<(&'static str, String)> {
    let conversation = house.agent.all("/conversations?status=open").await.remove(0);
    let id = conversation["id"].as_str().expect("an id").to_owned();
    let tracking = house.agent.get("/tickets/T-1").await["tracking_url"].as_str().expect("a link").to_owned();
    let ours = |path: &str| format!("{}{path}", house.program.url());
    let company = house.agent.all("/organisations").await.remove(0);
    let company = company["id"].as_str().expect("an id").to_owned();
    vec![
        ("inbox", ours("/console/inbox?view=all")),
        ("conversation", ours(&format!("/console/inbox/{id}?view=all"))),
        ("tickets", ours("/console/tickets")),
        ("tickets-empty", ours("/console/tickets?q=nothing-like-that")),
        ("ticket", ours("/console/tickets/T-1")),
        ("view", ours("/console/tickets?view=hostile")),
        ("follow-ups", ours("/console/follow-ups")),
        ("notices", ours("/console/notices")),
        ("companies", ours("/console/organisations")),
        ("company", ours(&format!("/console/organisations/{company}"))),
        ("teams", ours("/console/team")),
        ("team", ours("/console/team/hostile")),
        ("knowledge", ours("/console/articles")),
        ("article", ours("/console/articles/track-my-order")),
        ("article-hostile", ours("/console/articles/hostile")),
        ("versions", ours("/console/articles/hostile/versions?lang=en")),
        ("routing", ours("/console/routing")),
        ("routing-table", ours("/console/routing?edit=table")),
        ("account", ours("/console/account")),
        ("design", ours("/console/design")),
        ("missing", ours("/console/inbox/cnv_0")),
        ("customers-ticket", tracking),
    ]
}

/// Every page, in one dress.
async fn looks(house: &House, browser: &Browser, name: &str) {
    for (page, url) in pages(house).await {
        browser.goes_to(&url).await;
        browser.sees("document.readyState === 'complete'").await;
        browser.is_pictured(&format!("console-{page}-{name}")).await;
        assert_eq!(browser.faults().await, Vec::<String>::new(), "{page}, {name}");
        assert_eq!(browser.runs("return window.found").await, json!([]), "{page}, {name}");
        let width = browser.runs("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert!(width.as_i64().is_some_and(|over| over <= 1), "{page}, {name}: wider than the screen by {width}");
        let strays = browser
            .runs(
                "return [...document.querySelectorAll('main *')].filter((element) => ['SCRIPT', 'IFRAME', 'OBJECT', 'STYLE', 'MATH', 'SVG'].includes(element.tagName.toUpperCase())
                     || [...element.attributes].some((attribute) => attribute.name.startsWith('on') || /^\\s*(javascript|data|vbscript):/i.test(attribute.value))).map((element) => element.outerHTML)",
            )
            .await;
        assert_eq!(strays, json!([]), "{page}, {name}");
    }
}

/// Puts what was made to run wherever somebody may write.
async fn writes_what_may_run(house: &House) {
    let whole = HOSTILE.join(" ");
    let name: String = HOSTILE.iter().take(2).copied().collect();
    let eve = house.customer("eve").with(json!({
        "name": name, "email": "eve@example.org", "tier": "<b>gold", "region": "<b>DE", "attributes": { "plan": whole, (HOSTILE[1]): HOSTILE[2] },
    }));
    eve.says(&format!("I want my money back for order 1002 {}", HOSTILE[1])).await;
    eve.says("/human").await;
    let waiting = until("somebody who waits", || async { house.agent.all("/conversations?status=queued").await.into_iter().next() }).await;
    let id = waiting["id"].as_str().expect("an id").to_owned();
    let messages = format!("/conversations/{id}/messages");
    for text in HOSTILE {
        eve.says(text).await;
    }
    until("everything that she wrote", || async {
        let heard = house.agent.messages(&waiting).await;
        (heard.iter().filter(|message| message["direction"] == "in").count() >= HOSTILE.len() + 2).then_some(())
    })
    .await;
    for text in HOSTILE {
        house.agent.replies(&waiting, text).await;
        house.agent.post(&messages, json!({ "text": text, "internal": true })).await;
    }
    house.agent.post(&format!("/conversations/{id}/tags"), json!({ "add": ["<img src=x onerror=alert(5)>"] })).await;
    let article = json!({ "title": name, "answer": whole, "body": HOSTILE.join("\n\n"), "phrasings": HOSTILE, "keywords": ["<svg onload=alert(6)>"], "category": ["<img src=x onerror=alert(7)>"] });
    house.agent.put("/articles/hostile?lang=en", article.clone()).await;
    house.agent.post("/articles/hostile/publish?lang=en", json!({})).await;
    house.agent.put("/articles/hostile?lang=en", json!({ "title": HOSTILE[4], "answer": HOSTILE[6], "body": whole })).await;
    let calendar = json!({ "name": { "en": HOSTILE[0] }, "time_zone": "UTC", "hours": {} });
    house.agent.put("/calendars/hostile", calendar).await;
    let department =
        json!({ "name": { "en": HOSTILE[1], "zh": HOSTILE[2] }, "members": ["mei"], "head": "mei", "calendar": "hostile", "parent": "support" });
    house.agent.put("/departments/hostile", department).await;
    let company = house.agent.post("/organisations", json!({ "name": name, "notes": whole, "key": HOSTILE[1], "account_manager": "mei" })).await;
    let contact = format!("/contacts/{}", waiting["contact"].as_str().expect("an id"));
    house.agent.patch(&contact, json!({ "organisation": company["id"] })).await;
    let view = json!({ "name": { "en": HOSTILE[1], "zh": HOSTILE[2] }, "when": { "field": "department", "value": "hostile" } });
    house.agent.put("/views/hostile", view).await;
    house.agent.post(&format!("/conversations/{id}/assign"), json!({ "department": "hostile" })).await;
    house.agent.post(&format!("/conversations/{id}/ticket"), json!({ "template": "refund", "fields": { "order_number": HOSTILE[1] } })).await;
    house.agent.post("/tickets/T-1/messages", json!({ "text": whole })).await;
    house.agent.post("/tickets/T-1/follow", json!({ "agent": "mei" })).await;
    house.agent.post("/tickets/T-1/messages", json!({ "text": format!("@mei {whole}"), "internal": true })).await;
    house.agent.post("/tickets/T-1/references", json!({ "system": "erp", "reference": HOSTILE[1], "state": HOSTILE[2] })).await;
    house.agent.post("/tickets/T-1/follow-ups", json!({ "text": HOSTILE[4], "due_at": "2099-01-01T09:00:00Z", "owner": "mei" })).await;
    let desks = json!({ "tiers": ["vip", "gold", "*"], "regions": ["DE", "CN", "US", "*"],
        "departments": [["hostile", "support", "support", "support"], [null, "support", null, null], ["support", null, null, null]] });
    house.agent.put("/routing-rules/table", json!({ "name": { "en": HOSTILE[1], "zh": HOSTILE[2] }, "position": 20, "matrix": desks })).await;
    let when = json!({ "any": [{ "field": "text", "op": "contains", "value": HOSTILE[4] }, { "field": "tags", "value": HOSTILE[0] }] });
    let then = json!({ "department": "hostile", "priority": "high", "tags": [HOSTILE[2]], "skills": { "refunds": 3 } });
    house
        .agent
        .put("/routing-rules/words", json!({ "name": { "en": HOSTILE[0] }, "position": 10, "enabled": false, "when": when, "then": then }))
        .await;
    // What a macro may say, with the customer's name in it; a variable that there is not is refused.
    let says: Vec<&str> = HOSTILE.into_iter().filter(|text| !text.contains("{{")).collect();
    let text = json!({ "en": format!("{{{{customer.name}}}} {}", says.join(" ")) });
    house.agent.put("/macros/hostile", json!({ "title": { "en": HOSTILE[1], "zh": HOSTILE[0] }, "text": text, "tags": [HOSTILE[2]] })).await;
    house.agent.post(&format!("/conversations/{id}/macro"), json!({ "key": "hostile" })).await;
}

/// Sends files by the page whose names were made to run.
async fn sends_files_that_may_run(house: &House, browser: &Browser) {
    let waiting = house.agent.all("/conversations?status=open").await.remove(0);
    let id = waiting["id"].as_str().expect("an id").to_owned();
    browser.goes_to(&format!("{}/console/inbox/{id}?view=all", house.program.url())).await;
    // The history does not fit: the script puts what came before in front, where it stays when there is news.
    let first =
        "[...document.querySelectorAll('#messages .message')].some((line) => line.textContent.includes('I want my money back for order 1002'))";
    assert_eq!(browser.runs(&format!("return {first}")).await, json!(false));
    browser.runs("document.querySelector('[data-earlier] a').click()").await;
    browser.sees(&format!("!document.querySelector('[data-earlier]') && {first}")).await;
    let picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let names = json!(["<img src=x onerror=alert(8)>.png", "\"><svg onload=alert(9)>.svg", "x'onerror='alert(10).html", HOSTILE[21], HOSTILE[19]]);
    browser
        .runs(&format!(
            "const field = document.querySelector('input[data-upload]'), chosen = new DataTransfer();
             const picture = Uint8Array.from(atob('{picture}'), (sign) => sign.charCodeAt(0));
             for (const name of {names}) chosen.items.add(new File([picture], name));
             field.files = chosen.files;
             field.dispatchEvent(new Event('change', {{ bubbles: true }}));"
        ))
        .await;
    browser.sees("document.querySelectorAll('#composer input[name=file]').length === 5").await;
    assert_eq!(browser.runs("return document.querySelectorAll('#composer .chip *:not(input)').length").await, json!(0), "names are names");
    browser.runs("document.getElementById('text').focus()").await;
    browser.types("here you are").await;
    browser.types_with_control(ENTER).await;
    browser.sees("[...document.querySelectorAll('#messages .files a')].some((link) => link.innerHTML.includes('alert(9)'))").await;
    assert_eq!(browser.runs(&format!("return {first}")).await, json!(true));
    assert_eq!(
        browser
            .runs("const ids = [...document.querySelectorAll('#messages .message')].map((line) => line.id); return ids.length - new Set(ids).size")
            .await,
        json!(0)
    );
    assert_eq!(browser.runs("return window.found").await, json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_can_use_every_page_and_nothing_on_it_runs() {
    let (house, browser) = open(Screen { width: 1400, height: 900, ..Screen::DESKTOP }).await;
    writes_what_may_run(&house).await;
    browser.watches().await;
    sends_files_that_may_run(&house, &browser).await;
    looks(&house, &browser, "light").await;
    // In Chinese.
    browser.goes_to(&format!("{}/console/account", house.program.url())).await;
    browser.runs("document.querySelector('button[name=language][value=zh]').click()").await;
    browser.sees("document.documentElement.lang === 'zh'").await;
    looks(&house, &browser, "chinese").await;
    browser.closes().await;
    for (name, screen) in [("dark", Screen { width: 1400, height: 900, is_phone: false, is_dark: true }), ("phone", Screen::PHONE)] {
        let browser = Browser::opens(screen).await;
        browser.watches().await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_and_a_customer_of_the_shop_are_served_from_one_page() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let house = Setup::on(Database::Sqlite).with_articles().with_chat(&format!("origins = [\"{origin}\"]")).open().await;
    let page = ShopPage::opens(listener, &house.program.url());
    let (visitor, agent) = (Browser::opens(Screen::PHONE).await, Browser::opens(Screen { width: 1400, height: 900, ..Screen::DESKTOP }).await);
    visitor.watches().await;
    agent.watches().await;
    signs_in_first(&house, &agent).await;
    visitor.goes_to(&page.url("")).await;
    visitor.sees("r && r.querySelector('.launcher')").await;
    visitor.runs("r.querySelector('.launcher').click()").await;
    visitor.sees("r.activeElement?.tagName === 'TEXTAREA'").await;
    visitor.types("I want a refund for order LH-104233").await;
    visitor.types(ENTER).await;
    visitor.sees("r.querySelector('.own time')").await;
    visitor.types("I want to talk to a person").await;
    visitor.types(ENTER).await;
    visitor.reads("next in line").await;
    // The agent takes it by keyboard; both see each other's words at once.
    agent.sees("document.querySelector('#rows .row-link')").await;
    agent.types("j").await;
    agent.types(ENTER).await;
    agent.sees("document.querySelector('#messages .message.in')").await;
    agent.types("t").await;
    agent.sees("document.querySelector('.thread-who .mark.open')").await;
    agent.types("r").await;
    agent.types("Good morning, this is **Mei**.").await;
    agent.types_with_control(ENTER).await;
    visitor.reads("this is Mei.").await;
    visitor.types("The lamp came broken").await;
    visitor.types(ENTER).await;
    agent.sees("document.getElementById('messages').textContent.includes('came broken')").await;
    agent.sees("document.activeElement.id === 'text'").await;
    // Somebody writes to the shop meanwhile, by another channel.
    let bob = house.customer("bob");
    bob.says("/human").await;
    agent.sees("[...document.querySelectorAll('#views .count')].some((count) => count.textContent === '2')").await;
    // Two keys from the conversation to the ticket, and the visitor hears of it.
    agent.types(ESCAPE).await;
    agent.types("c").await;
    agent.sees("document.getElementById('f-order_number')?.value === 'LH-104233'").await;
    agent.sees("document.activeElement.closest('#card')").await;
    agent.types(ENTER).await;
    agent.sees("document.querySelector('#card-title')?.textContent.includes('T-1')").await;
    visitor.reads("T-1").await;
    // The palette closes it; the keys are listed behind a question mark.
    agent.runs("document.activeElement.blur()").await;
    agent.types("?").await;
    agent.sees("document.getElementById('keys').open").await;
    agent.types(ESCAPE).await;
    agent.types_with_control("k").await;
    agent.types("clos").await;
    agent.sees("document.querySelector('#palette-entries [aria-selected=true]')?.textContent.includes('/close')").await;
    agent.types(ENTER).await;
    agent.sees("document.querySelector('.thread-who .mark.resolved')").await;
    // Bob is served in the same page.
    agent.goes_to(&format!("{}/console/inbox?view=unassigned", house.program.url())).await;
    agent.types("j").await;
    agent.types(ENTER).await;
    agent.sees("document.getElementById('thread-title')?.textContent === 'bob'").await;
    agent.types("n").await;
    agent.types("nobody else reads this").await;
    agent.types_with_control(ENTER).await;
    agent.sees("document.querySelector('#messages .message.note')").await;
    bob.hears().await;
    agent.types(ESCAPE).await;
    agent.types("r").await;
    agent.types("Hello Bob").await;
    agent.types_with_control(ENTER).await;
    assert_eq!(bob.hears().await.text(), "Hello Bob");
    for browser in [&agent, &visitor] {
        assert_eq!(browser.runs("return window.found").await, json!([]));
    }
    assert_eq!(page.reports(), Vec::<String>::new());
    visitor.closes().await;
    agent.closes().await;
    house.closes().await;
}

/// Milliseconds since 1970, as browsers count them.
#[expect(clippy::disallowed_methods, reason = "compared with the browser's clock")]
fn now() -> f64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time after 1970").as_secs_f64() * 1000.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_reaches_an_open_page_at_once() {
    let (house, browser) = open(Screen::DESKTOP).await;
    let ann = house.customer("ann");
    ann.says("/human").await;
    let waiting = until("somebody who waits", || async { house.agent.all("/conversations?status=queued").await.into_iter().next() }).await;
    let id = waiting["id"].as_str().expect("an id");
    browser.goes_to(&format!("{}/console/inbox/{id}", house.program.url())).await;
    browser
        .runs(
            "window.seen = {}; new MutationObserver(() => {
                 for (const [word] of document.getElementById('messages').textContent.matchAll(/reply-\\d+/g)) window.seen[word] ||= Date.now();
             }).observe(document.body, { childList: true, subtree: true });",
        )
        .await;
    let mut delays = Vec::new();
    for number in 0..20 {
        house.agent.replies(&waiting, &format!("reply-{number}")).await;
        // The API has answered: it is committed.
        let committed = now();
        browser.sees(&format!("window.seen['reply-{number}']")).await;
        let seen = browser.runs(&format!("return window.seen['reply-{number}']")).await.as_f64().expect("a time");
        delays.push((seen - committed).max(0.0));
    }
    delays.sort_by(f64::total_cmp);
    println!("from the commit to the open page: median {} ms, longest {} ms", delays[delays.len() / 2], delays[delays.len() - 1]);
    assert!(delays[delays.len() / 2] < 200.0, "{delays:?}");
    browser.closes().await;
    house.closes().await;
}

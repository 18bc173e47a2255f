//! Commands beside a running program, and how they fail.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Database, Fault, House, agent::Agent, database::Place, on_both_databases, program::Program, until};

on_both_databases!(
    articles_that_are_synced_are_answered_from_within_a_second,
    a_question_on_the_command_line_says_what_the_bot_would,
    tokens_and_people_are_made_beside_the_running_program,
    dead_letters_are_listed_explained_and_replayed,
    what_is_set_moves_to_another_house_as_files,
    the_doctor_finds_nothing_wrong,
    migrate_refuses_while_a_node_is_live,
    wrong_configuration_is_named_in_one_line,
);

async fn articles_that_are_synced_are_answered_from_within_a_second(database: Database) {
    let house = House::without_articles(database).await;
    let folder = house.program.folder().join("articles");
    std::fs::create_dir(&folder).expect("a folder");
    let article = |answer: &str| {
        let text = format!(
            "---\ntitle: How do I reset the filter?\nanswer: {answer}\nphrasings: [\"filter is blocked\", \"clean the filter\"]\n---\nSteps.\n"
        );
        std::fs::write(folder.join("filter-reset.md"), text).expect("an article");
    };
    let folder = folder.to_str().expect("a path").to_owned();
    article("Hold the green button for seven seconds.");
    assert!(house.program.prints(&["kb", "sync", &folder]).await.contains("1 added"));
    let ann = house.customer("ann");
    let begun = Instant::now();
    assert!(ann.asks("How do I reset the filter?").await.text().contains("green button"));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());

    article("Hold the blue button for seven seconds.");
    assert!(house.program.prints(&["kb", "sync", &folder]).await.contains("1 changed"));
    let bob = house.customer("bob");
    assert!(bob.asks("How do I reset the filter?").await.text().contains("blue button"));

    // A file that is gone is archived: nobody is answered from it any more.
    std::fs::remove_file(format!("{folder}/filter-reset.md")).expect("the article");
    assert!(house.program.prints(&["kb", "sync", &folder]).await.contains("1 archived"));
    let eve = house.customer("eve");
    eve.asks("How do I reset the filter?").await;
    house.agent.finds_with_status(&eve.thread, "queued").await;

    // The API does the same.
    let body = json!({ "title": "Do you sell umbrellas?", "answer": "Yes, in four colours.", "body": "Four colours.", "phrasings": ["umbrella"] });
    house.agent.put("/articles/umbrellas?lang=en", body).await;
    house.agent.post("/articles/umbrellas/publish?lang=en", json!({})).await;
    let answer = until("answer about umbrellas", || async {
        let answer = house.agent.post("/ask", json!({ "text": "Do you sell umbrellas?" })).await;
        (answer["decision"] == "answer").then_some(answer)
    })
    .await;
    assert_eq!(answer["candidates"][0]["slug"], "umbrellas");
    house.closes().await;
}

async fn a_question_on_the_command_line_says_what_the_bot_would(database: Database) {
    let house = House::with_articles(database).await;
    for (question, lang, part) in [("how long does shipping take", "en", "working days"), ("怎么退货？", "zh", "30 天")] {
        let printed = house.program.prints(&["kb", "ask", question, "--json"]).await;
        let answer: Value = serde_json::from_str(&printed).expect("one JSON document");
        assert_eq!(answer["decision"], "answer", "{printed}");
        assert!(answer["text"].as_str().expect("a text").contains(part), "{printed}");
        for number in ["probability", "threshold"] {
            assert!(answer[number].as_f64().is_some_and(|number| (0.0..=1.0).contains(&number)), "{printed}");
        }
        let first = &answer["candidates"][0];
        assert_eq!(first["lang"], lang, "{printed}");
        assert!(first["slug"].is_string() && first["title"].is_string() && first["score"].is_number() && !first["matched"].is_null(), "{printed}");
        let through_api = house.agent.post("/ask", json!({ "text": question })).await;
        assert_eq!((&through_api["decision"], &through_api["candidates"][0]["slug"]), (&answer["decision"], &first["slug"]));
    }
    let nothing = house.program.prints(&["kb", "ask", "will it rain in Lisbon tomorrow?", "--json"]).await;
    assert_eq!(serde_json::from_str::<Value>(&nothing).expect("JSON")["decision"], "handoff", "{nothing}");
    assert!(house.program.prints(&["kb", "ask", "how long does shipping take"]).await.contains("working days"));
    house.closes().await;
}

async fn tokens_and_people_are_made_beside_the_running_program(database: Database) {
    let house = House::without_articles(database).await;
    let program = &house.program;
    let printed = program.prints(&["token", "create", "--name", "Report", "--scope", "read"]).await;
    let token = printed.trim();
    assert!(token.starts_with("bh_") && !token.contains(char::is_whitespace), "{printed}");
    let report = Agent::new(&program.url(), token);
    report.get("/tickets").await;
    let forbidden = report.tries(reqwest::Method::PUT, "/departments/x", json!({ "name": { "en": "X" } })).await;
    assert_eq!((forbidden.status, forbidden.content_type.as_str()), (403, "application/problem+json"), "{forbidden:?}");
    let stranger = Agent::new(&program.url(), "bh_nonsense");
    assert_eq!(stranger.call(reqwest::Method::GET, "/tickets", None, &[]).await.status, 401);

    let listed = program.prints(&["token", "list"]).await;
    let line = listed.lines().find(|line| line.contains("Report")).expect("the token is listed");
    assert!(!listed.contains(token), "the token itself is shown once only");
    let number = line.split_whitespace().next().expect("its id");
    program.prints(&["token", "revoke", number]).await;
    until("refusal of the revoked token", || async { (report.call(reqwest::Method::GET, "/tickets", None, &[]).await.status == 401).then_some(()) })
        .await;

    program.prints(&["user", "create", "--email", "Mei@example.org", "--role", "agent"]).await;
    let agents = house.agent.all("/agents").await;
    assert!(agents.iter().any(|agent| agent["email"] == "mei@example.org" && agent["role"] == "agent"), "{agents:?}");
    assert!(program.prints(&["user", "link-code", "--email", "mei@example.org"]).await.starts_with("/link "));
    house.closes().await;
}

async fn dead_letters_are_listed_explained_and_replayed(database: Database) {
    let house = House::without_articles(database).await;
    let ann = house.customer("ann");
    house.receiver.meets(Some(&ann.thread), 3, Fault::Status(400));
    ann.says("my cat ate the remote control").await;
    let calls = house.receiver.called(&ann.thread, 3).await;
    assert!(calls.iter().all(|call| call.id == calls[0].id), "the same webhook-id on each try: {calls:?}");
    let line = until("dead letter", || async {
        let printed = house.program.prints(&["dead-letters", "list"]).await;
        printed.lines().find(|line| line.starts_with("out-")).map(ToOwned::to_owned)
    })
    .await;
    assert!(line.contains("shop") && line.contains("400"), "{line}");
    let number = line.split_whitespace().next().expect("its id").to_owned();
    assert!(house.program.prints(&["dead-letters", "show", &number]).await.contains("next in line"));
    let conversation = house.agent.finds_with_status(&ann.thread, "queued").await;
    let messages = house.agent.messages(&conversation).await;
    let failed = messages.iter().find(|message| message["delivery"] == "failed").unwrap_or_else(|| panic!("{messages:#?}"));
    assert!(failed["error"].as_str().is_some_and(|error| error.contains("400")), "{failed}");

    house.program.prints(&["dead-letters", "replay", &number]).await;
    assert!(ann.hears().await.text().contains("next in line"));
    until("end of the dead letter", || async { house.program.prints(&["dead-letters", "list"]).await.contains("0 dead letters").then_some(()) })
        .await;
    let unknown = house.program.run(&["dead-letters", "replay", "out-999"]).await;
    assert_eq!(unknown.status.code(), Some(1));
    house.closes().await;
}

async fn the_doctor_finds_nothing_wrong(database: Database) {
    let house = House::without_articles(database).await;
    let output = house.program.run(&["doctor", "--json"]).await;
    let printed = String::from_utf8(output.stdout).expect("text");
    let report: Value = serde_json::from_str(&printed).expect("one JSON document");
    let checks = report["checks"].as_array().expect("checks");
    for name in ["configuration", "secret key", "channel shop", "database", "integrity", "clock", "dead letters", "learning"] {
        assert!(checks.iter().any(|check| check["name"] == name && check["ok"] == true), "{name}: {printed}");
    }
    // How full the disk is, is the machine's affair: the verdict must follow from what was found.
    let disk = checks.iter().find(|check| check["name"] == "disk").expect("the disk is looked at");
    let free: u64 =
        disk["found"].as_str().and_then(|found| found.split(' ').next()).and_then(|mebibytes| mebibytes.parse().ok()).expect("free space");
    assert_eq!(disk["ok"], free >= 512, "{printed}");
    assert_eq!(checks.len(), 9, "{printed}");
    assert_eq!(report["ok"], disk["ok"], "{printed}");
    assert_eq!(output.status.success(), disk["ok"] == true, "{printed}");
    house.closes().await;
}

async fn migrate_refuses_while_a_node_is_live(database: Database) {
    let mut house = House::without_articles(database).await;
    let refused = house.program.run(&["migrate"]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(one_line(&refused.stderr).contains("live"), "{refused:?}");
    house.program.stop().await;
    house.program.prints(&["migrate"]).await;
    house.program.start().await;
    house.closes().await;
}

fn one_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(text.trim_end().lines().count(), 1, "one clear line: {text:?}");
    text
}

async fn what_is_set_moves_to_another_house_as_files(database: Database) {
    let house = House::without_articles(database).await;
    house.opens_the_vip_desk().await;
    house.program.prints(&["user", "create", "--email", "jan@example.org", "--role", "supervisor", "--name", "Jan"]).await;
    let jan = json!({ "departments": ["vip_de"], "languages": ["de"], "skills": { "refunds": 3 }, "capacity": { "chats": 4 } });
    house.agent.put("/agents/jan", jan).await;
    let vip = house.agent.get("/departments/vip_de").await;
    let folder = house.program.folder().join("settings");
    let folder = folder.to_str().expect("a path").to_owned();
    assert!(house.program.prints(&["export", &folder]).await.contains("files in"));
    let nothing_new = house.program.prints(&["import", &folder]).await;
    assert!(nothing_new.starts_with("0 added, 0 changed, "), "taking in what is there changes nothing: {nothing_new}");

    // In a new house only what differs is new, and looking first changes nothing.
    let other = House::without_articles(database).await;
    let looked = other.program.prints(&["import", &folder, "--dry-run"]).await;
    assert!(looked.contains("added departments vip_de") && looked.contains("added agents jan") && looked.contains("nothing was changed"), "{looked}");
    assert!(!looked.contains("templates refund"), "what is the same is not listed: {looked}");
    assert!(other.agent.all("/departments").await.iter().all(|department| department["key"] != "vip_de"));
    other.program.prints(&["import", &folder]).await;
    let moved = until("the department", || async { other.agent.all("/departments").await.into_iter().find(|it| it["key"] == "vip_de") }).await;
    assert_eq!(moved["name"], vip["name"]);
    let jan = other.agent.get("/agents/jan").await;
    assert_eq!((&jan["email"], &jan["skills"]["refunds"], &jan["capacity"]["chats"]), (&json!("jan@example.org"), &json!(3), &json!(4)), "{jan}");
    // Routing goes by it at once.
    let rules = |rules: Vec<Value>| rules.into_iter().map(|rule| (rule["key"].clone(), rule["when"].clone())).collect::<Vec<_>>();
    assert_eq!(rules(other.agent.all("/routing-rules").await), rules(house.agent.all("/routing-rules").await));

    // What does not fit is named with its place, and none of it is taken.
    let file = format!("{folder}/departments.json");
    let mut departments: Value = serde_json::from_str(&std::fs::read_to_string(&file).expect("the file")).expect("JSON");
    departments["support"]["name"]["en"] = json!("Changed");
    departments["vip_de"]["head"] = json!("nobody");
    std::fs::write(&file, departments.to_string()).expect("the file");
    let refused = other.program.run(&["import", &folder]).await;
    assert_eq!(refused.status.code(), Some(1));
    let line = one_line(&refused.stderr);
    assert!(line.contains("departments.vip_de.head: there is no agent “nobody”"), "{line}");
    assert_eq!(other.agent.get("/departments/support").await["name"]["en"], "Support");
    std::fs::write(&file, "{\"support\": ").expect("the file");
    assert!(one_line(&other.program.run(&["import", &folder]).await.stderr).contains("departments.json"));
    std::fs::rename(&file, format!("{folder}/departements.json")).expect("the file");
    assert!(one_line(&other.program.run(&["import", &folder]).await.stderr).contains("departements.json is none of the files"));
    house.closes().await;
    other.closes().await;
}

async fn wrong_configuration_is_named_in_one_line(database: Database) {
    for (tweak, value, named) in [
        ("server.listen", "nowhere", "server.listen"),
        ("server.listn", "127.0.0.1:1", "server.listn"),
        ("handoff.limit", "soon", "handoff.limit"),
        ("database.url", "mysql://x", "database.url"),
        ("channels.shop.kind", "pigeon", "channels.shop.kind"),
        ("channels.shop.secret", "hunter2", "channels.shop.secret"),
        ("channels.shop.deliver_to", "https://shop.example", "channels.shop.deliver_to"),
        ("kb.language", "tlh", "kb.language"),
        ("network.allow_private", "[\"everything\"]", "network.allow_private"),
    ] {
        let place = Place::make(database).await;
        let configuration =
            "[channels.shop]\nkind = \"webhook\"\nsecret = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\ndeliver_url = \"http://127.0.0.1:9/\"\n";
        let program = Program::install(place, false, configuration, &[(tweak.to_owned(), value.to_owned())]);
        let refused = program.run(&["serve"]).await;
        assert_eq!(refused.status.code(), Some(1), "{tweak} = {value}: {refused:?}");
        let line = one_line(&refused.stderr);
        assert!(line.contains(named), "{tweak} = {value}: {line}");
        assert!(line.contains("BELLHOP__"), "the place is named: {line}");
        assert!(!line.contains("hunter2"), "a secret is not shown: {line}");
    }
    let program = Program::install(Place::make(database).await, false, "", &[]);
    for arguments in [
        vec!["dance"],
        vec!["serve", "--loud"],
        vec!["token", "create"],
        vec!["kb", "ask"],
        vec!["user", "create", "--email", "a@b.c", "--role", "king"],
    ] {
        assert_eq!(program.run(&arguments).await.status.code(), Some(2), "{arguments:?}");
    }
    let missing = program.run(&["kb", "sync", "no/such/folder"]).await;
    assert_eq!(missing.status.code(), Some(1));
    assert!(one_line(&missing.stderr).contains("no/such/folder"));
}

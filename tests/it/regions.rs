//! Where customers are: by their number, the address of their network, the form and the agent, in the order of trust.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Customer, Database, House, Setup, agent::id, on_both_databases, until};

on_both_databases!(regions_come_from_every_source_and_the_most_trusted_one_routes, files_that_cannot_be_read_are_named_and_refuse_nobody,);

/// The visitor's network.
const ADDRESS: &str = "203.0.113.9";
const PREFIXES: &str = "prefix,region\n+4930,DE-BE\n+4989,DE-BY\n";

/// A file in the format MMDB in which 203.0.113.0/24 is in a country; everything else is nowhere.
fn addresses(country: &str) -> Vec<u8> {
    let text = |text: &str| [vec![2 << 5 | u8::try_from(text.len()).expect("a short text")], text.as_bytes().to_vec()].concat();
    let map = |entries: &[(&str, Vec<u8>)]| {
        let head = vec![7 << 5 | u8::try_from(entries.len()).expect("a small map")];
        entries.iter().fold(head, |bytes, (key, value)| [bytes, text(key), value.clone()].concat())
    };
    let number = |kind: u8, number: u8| vec![kind << 5 | 1, number];
    let network = u32::from_be_bytes([203, 0, 113, 0]) >> 8;
    let mut file = Vec::new();
    for node in 0..24_u32 {
        let next = if node == 23 { 24 + 16 } else { node + 1 };
        let is_right = network >> (23 - node) & 1 == 1;
        for side in [false, true] {
            let record = if side == is_right { next } else { 24 };
            file.extend(&record.to_be_bytes()[1..]);
        }
    }
    file.extend([0; 16]);
    file.extend(map(&[("country", map(&[("iso_code", text(country))]))]));
    file.extend(b"\xab\xcd\xefMaxMind.com");
    file.extend(map(&[
        ("binary_format_major_version", number(5, 2)),
        ("binary_format_minor_version", number(5, 0)),
        ("build_epoch", vec![1, 2, 100]),
        ("database_type", text("Test")),
        ("description", map(&[("en", text("Test"))])),
        ("ip_version", number(5, 4)),
        ("languages", vec![1, 4, 2 << 5 | 2, b'e', b'n']),
        ("node_count", number(6, 24)),
        ("record_size", number(5, 24)),
    ]));
    file
}

/// A house with both files, and a desk for Berlin, Bavaria and France each.
async fn house(database: Database) -> House {
    let mut house = Setup::on(database)
        .with_chat("")
        .set("server.trusted_proxies", "[\"127.0.0.0/8\"]")
        .set("regions.phone_prefixes", "prefixes.csv")
        .set("regions.addresses", "addresses.mmdb")
        .open()
        .await;
    let agent = &house.agent;
    agent.put("/regions/DE-BE", json!({ "name": { "en": "Berlin", "zh": "柏林" }, "parent": "DE" })).await;
    agent.put("/regions/DE-BY", json!({ "name": { "en": "Bavaria" }, "parent": "DE" })).await;
    for key in ["berlin", "bavaria", "germany", "france"] {
        agent.put(&format!("/departments/{key}"), json!({ "name": { "en": key } })).await;
    }
    let matrix = json!({ "tiers": ["*"], "regions": ["DE-BE", "DE-BY", "DE", "FR"], "departments": [["berlin", "bavaria", "germany", "france"]] });
    agent.put("/routing-rules/where", json!({ "position": 10, "matrix": matrix })).await;
    let folder = house.program.folder().join("data");
    std::fs::write(folder.join("prefixes.csv"), PREFIXES).expect("the prefixes");
    std::fs::write(folder.join("addresses.mmdb"), addresses("FR")).expect("the addresses");
    house.program.restart().await;
    house
}

async fn waits(house: &House, customer: &Customer<'_>) -> Value {
    customer.asks("/human").await;
    house.agent.finds_with_status(&customer.thread, "queued").await
}

/// The regions that are known of somebody, with their sources, the one in force first.
async fn known(house: &House, conversation: &Value) -> Vec<(String, String)> {
    let contact = house.agent.get(&format!("/contacts/{}", conversation["contact"].as_str().expect("an id"))).await;
    let sources = contact["sources"]["region"].as_array().expect("sources").clone();
    if let Some(first) = sources.first() {
        assert_eq!(contact["region"], first["value"], "{contact}");
    }
    let word = |value: &Value| value.as_str().expect("a word").to_owned();
    sources.iter().map(|held| (word(&held["value"]), word(&held["source"]))).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, source)| ((*value).to_owned(), (*source).to_owned())).collect()
}

async fn regions_come_from_every_source_and_the_most_trusted_one_routes(database: Database) {
    let house = house(database).await;
    let agent = &house.agent;

    // By the number: the city where the table knows it, else the country.
    for (name, number, department, region) in
        [("ann", "+49 30 123456", "berlin", "DE-BE"), ("ben", "0049 89 123456", "bavaria", "DE-BY"), ("cem", "+49 40 123456", "germany", "DE")]
    {
        let customer = house.customer(name).with(json!({ "phone": number }));
        let waiting = waits(&house, &customer).await;
        assert_eq!(waiting["department"], department, "{name}");
        assert_eq!(known(&house, &waiting).await, pairs(&[(region, "phone")]), "{name}");
    }

    // By the network of a visitor behind the proxy; the address itself is kept nowhere.
    let mut eve = house.visitor().await;
    let said = eve.asks(Method::POST, "messages").header("x-forwarded-for", ADDRESS).json(&json!({ "id": "m-1", "text": "/human", "locale": "en" }));
    assert_eq!(said.send().await.expect("an answer").status(), 202);
    let queued = || async { agent.all("/conversations?channel=web").await.into_iter().find(|it| it["status"] == "queued") };
    let waiting = until("visitor who waits", queued).await;
    assert_eq!((&waiting["department"], &waiting["routing"]["reasons"][1]["source"]), (&json!("france"), &json!("ip")), "{waiting}");
    assert_eq!(known(&house, &waiting).await, pairs(&[("FR", "ip")]));
    let contact = waiting["contact"].as_str().expect("an id");
    let export = agent.get(&format!("/contacts/{contact}/export")).await.to_string();
    assert!(export.contains("\"ip\"") && !export.contains(ADDRESS), "{export}");
    for file in std::fs::read_dir(house.program.data()).expect("the data folder").flatten().filter(|file| file.path().is_file()) {
        let bytes = std::fs::read(file.path()).expect("a file");
        assert!(!bytes.windows(ADDRESS.len()).any(|part| part == ADDRESS.as_bytes()), "{:?}", file.path());
    }
    assert!(!house.program.logged().contains(ADDRESS));
    // Whoever comes from nowhere that is known keeps what was known before.
    eve.says("hello again").await;

    // The form says more than the network, and routes the ticket that it stands on.
    let city = json!({ "key": "city", "type": "text", "label": { "en": "City" }, "region": true });
    agent.put("/templates/visit", json!({ "title": { "en": "Visit" }, "fields": [city] })).await;
    let made = agent.post(&format!("/conversations/{}/ticket", id(&waiting)), json!({ "template": "visit", "fields": { "city": "berlin" } })).await;
    assert_eq!((&made["region"], &made["department"]), (&json!("DE-BE"), &json!("berlin")), "{made}");
    assert_eq!(known(&house, &waiting).await, pairs(&[("DE-BE", "form"), ("FR", "ip")]));
    let number = made["number"].as_str().expect("a number");
    let moved = agent.patch(&format!("/tickets/{number}"), json!({ "fields": { "city": "DE-BY" } })).await;
    assert_eq!(moved["region"], "DE-BY", "{moved}");
    assert_eq!(agent.post(&format!("/tickets/{number}/route"), json!({})).await["department"], "bavaria");

    // The agent has the last word, until it is taken back.
    agent.patch(&format!("/contacts/{contact}"), json!({ "region": "DE" })).await;
    assert_eq!(agent.post(&format!("/tickets/{number}/route"), json!({})).await["department"], "germany");
    assert_eq!(known(&house, &waiting).await, pairs(&[("DE", "agent"), ("DE-BY", "form"), ("FR", "ip")]), "the losers stay visible");
    agent.patch(&format!("/contacts/{contact}"), json!({ "region": null })).await;
    assert_eq!(known(&house, &waiting).await, pairs(&[("DE-BY", "form"), ("FR", "ip")]));

    // Of whom nothing is known, the desk says where they are.
    agent.put("/regions/FR", json!({ "name": { "en": "France" }, "default": true })).await;
    let dan = house.customer("dan");
    let waiting = waits(&house, &dan).await;
    assert_eq!((&waiting["department"], &waiting["routing"]["reasons"][1]["source"]), (&json!("france"), &json!("default")));
    let refused = agent.tries(Method::PUT, "/regions/DE", json!({ "name": { "en": "Germany" }, "default": true })).await.refused();
    assert_eq!(refused.iter().map(|(place, _)| place.as_str()).collect::<Vec<_>>(), ["default"]);
    let field = json!({ "key": "amount", "type": "money", "label": { "en": "Amount" }, "region": true });
    let refused = agent.tries(Method::PUT, "/templates/visit", json!({ "title": { "en": "Visit" }, "fields": [field] })).await.refused();
    assert_eq!(refused.iter().map(|(place, _)| place.as_str()).collect::<Vec<_>>(), ["fields[0].region"]);
    house.closes().await;
}

async fn files_that_cannot_be_read_are_named_and_refuse_nobody(database: Database) {
    let house = house(database).await;
    let doctor = || async {
        let output = house.program.run(&["doctor", "--json"]).await;
        let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
        let found = |name: &str| {
            let check = report["checks"].as_array().expect("checks").iter().find(|check| check["name"] == name).expect("a check").clone();
            (check["ok"] == true, check["found"].as_str().expect("words").to_owned())
        };
        (found("telephone prefixes"), found("network addresses"))
    };
    let (prefixes, addresses) = doctor().await;
    assert_eq!(prefixes, (true, "2 prefixes for 2 regions".to_owned()));
    assert!(addresses.0 && addresses.1.starts_with("Test, made on 1970-01-01"), "{addresses:?}");

    let folder = house.program.data();
    std::fs::write(folder.join("prefixes.csv"), format!("{PREFIXES}+49x,DE\n")).expect("the prefixes");
    std::fs::write(folder.join("addresses.mmdb"), b"<html>not found</html>").expect("the addresses");
    let (prefixes, addresses) = doctor().await;
    assert!(!prefixes.0 && prefixes.1.contains("prefixes.csv: line 4: the prefix"), "{prefixes:?}");
    assert!(!addresses.0 && addresses.1.contains("addresses.mmdb: is no database in the format MMDB"), "{addresses:?}");
    house.program.logs("A file that says where people are is not used").await;
    // What was read before stays in use.
    let ann = house.customer("ann").with(json!({ "phone": "+49 30 123456" }));
    assert_eq!(waits(&house, &ann).await["department"], "berlin");

    // And a start with broken files is a start.
    let mut house = house;
    house.program.restart().await;
    let ben = house.customer("ben").with(json!({ "phone": "+49 30 123456" }));
    assert_eq!(waits(&house, &ben).await["department"], "germany");
    std::fs::write(house.program.data().join("prefixes.csv"), format!("{PREFIXES}+4940,DE-HH\n")).expect("the prefixes");
    let output = house.program.run(&["doctor"]).await;
    assert!(String::from_utf8_lossy(&output.stdout).contains("there is no region “DE-HH”"), "{output:?}");
    house.closes().await;
}

#![allow(clippy::unwrap_used, reason = "tests")]

use std::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::{
    channels::Channels,
    testing::{TurnedClock, settings, soon, started},
};

/// A value in the format MMDB.
enum Datum {
    Text(&'static str),
    Number(u8, u64),
    Map(Vec<(&'static str, Datum)>),
    List(Vec<Datum>),
}

impl Datum {
    fn write(&self, out: &mut Vec<u8>) {
        let short = |length: usize| u8::try_from(length).ok().filter(|length| *length < 29).unwrap();
        match self {
            Self::Text(text) => {
                out.push(2 << 5 | short(text.len()));
                out.extend(text.as_bytes());
            }
            Self::Number(kind, number) => {
                let bytes: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
                match kind {
                    9 => out.extend([short(bytes.len()), 2]),
                    kind => out.push(kind << 5 | short(bytes.len())),
                }
                out.extend(bytes);
            }
            Self::Map(entries) => {
                out.push(7 << 5 | short(entries.len()));
                for (key, value) in entries {
                    Self::Text(key).write(out);
                    value.write(out);
                }
            }
            Self::List(values) => {
                out.extend([short(values.len()), 4]);
                for value in values {
                    value.write(out);
                }
            }
        }
    }
}

/// A file with an entry for each network of IPv4.
fn database(networks: &[(Ipv4Addr, u32, Datum)]) -> Vec<u8> {
    #[derive(Clone, Copy)]
    enum Next {
        Nothing,
        Node(usize),
        Data(usize),
    }
    let (mut nodes, mut data) = (vec![[Next::Nothing; 2]], Vec::new());
    for (address, length, entry) in networks {
        let place = data.len();
        entry.write(&mut data);
        let mut node = 0;
        for bit in 0..*length {
            let side = usize::from(u32::from(*address) >> (31 - bit) & 1 == 1);
            if bit + 1 == *length {
                nodes[node][side] = Next::Data(place);
            } else if let Next::Node(next) = nodes[node][side] {
                node = next;
            } else {
                nodes.push([Next::Nothing; 2]);
                nodes[node][side] = Next::Node(nodes.len() - 1);
                node = nodes.len() - 1;
            }
        }
    }
    let mut file = Vec::new();
    for next in nodes.iter().flatten() {
        let record = match next {
            Next::Nothing => nodes.len(),
            Next::Node(node) => *node,
            Next::Data(place) => nodes.len() + 16 + place,
        };
        file.extend(&u32::try_from(record).unwrap().to_be_bytes()[1..]);
    }
    file.extend([0; 16]);
    file.extend(data);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    let about = Datum::Map(vec![
        ("binary_format_major_version", Datum::Number(5, 2)),
        ("binary_format_minor_version", Datum::Number(5, 0)),
        ("build_epoch", Datum::Number(9, 1_763_800_000)),
        ("database_type", Datum::Text("Test-City")),
        ("description", Datum::Map(vec![("en", Datum::Text("Made by a test"))])),
        ("ip_version", Datum::Number(5, 4)),
        ("languages", Datum::List(vec![Datum::Text("en")])),
        ("node_count", Datum::Number(6, nodes.len() as u64)),
        ("record_size", Datum::Number(5, 24)),
    ]);
    about.write(&mut file);
    file
}

fn coded(code: &'static str) -> Datum {
    Datum::Map(vec![("iso_code", Datum::Text(code))])
}

/// Berlin has 203.0.113.0/24, and Bavaria 198.51.100.0/24 behind a country that is only registered.
fn germany() -> Vec<u8> {
    let berlin = Datum::Map(vec![
        ("country", coded("DE")),
        ("subdivisions", Datum::List(vec![coded("BE")])),
        ("city", Datum::Map(vec![("names", Datum::Map(vec![("en", Datum::Text("Berlin")), ("zh-CN", Datum::Text("柏林"))]))])),
        ("location", Datum::Map(vec![("accuracy_radius", Datum::Number(5, 20))])),
    ]);
    let bavaria = Datum::Map(vec![("registered_country", coded("DE")), ("subdivisions", Datum::List(vec![coded("BY")]))]);
    database(&[(Ipv4Addr::new(203, 0, 113, 0), 24, berlin), (Ipv4Addr::new(198, 51, 100, 0), 24, bavaria)])
}

fn written(name: &str, content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    fs::write(&file, content).unwrap();
    (folder, file)
}

fn at(address: &str) -> IpAddr {
    address.parse().unwrap()
}

#[test]
fn an_address_is_looked_up() {
    let (_folder, file) = written("addresses.mmdb", germany());
    let book = AddressBook::read(&file).unwrap();
    assert_eq!(book.made(), ("Test-City", 1_763_800_000));
    let berlin = book.find(at("203.0.113.9")).unwrap();
    assert_eq!((berlin.country.as_deref(), berlin.subdivisions), (Some("DE"), vec!["BE".to_owned()]));
    assert_eq!(berlin.cities, ["Berlin", "柏林"]);
    assert_eq!(book.find(at("::ffff:203.0.113.9")).unwrap().country.as_deref(), Some("DE"));
    assert_eq!(book.find(at("198.51.100.1")).unwrap().country.as_deref(), Some("DE"), "the country where it is registered");
    for unknown in ["192.0.2.1", "127.0.0.1", "2001:db8::1"] {
        assert_eq!(book.find(at(unknown)), None, "{unknown}");
    }
}

#[test]
fn a_broken_file_is_none_and_ends_nothing() {
    let whole = germany();
    for broken in [Vec::new(), b"hello".to_vec(), whole[..whole.len() / 2].to_vec(), whole[40..].to_vec()] {
        let (_folder, file) = written("addresses.mmdb", broken);
        if let Ok(book) = AddressBook::read(&file) {
            assert_eq!(book.find(at("203.0.113.9")).and_then(|place| place.country), None);
        }
    }
    for at_byte in (0..whole.len()).step_by(3) {
        let mut bent = whole.clone();
        bent[at_byte] ^= 0xff;
        let (_folder, file) = written("addresses.mmdb", bent);
        // Whatever it says, it says something or nothing.
        let _either = AddressBook::read(&file).map(|book| book.find(at("203.0.113.9")));
    }
    assert!(matches!(AddressBook::read(Path::new("/nowhere/at/all.mmdb")), Err(PlaceFileError::Unreadable(_))));
}

#[test]
fn a_wrong_line_is_named_and_bytes_that_are_no_text_are_refused() {
    let (_folder, file) = written("prefixes.csv", "+4930,DE-BE\nnonsense\n");
    assert_eq!(read_prefixes(&file).unwrap_err().to_string(), "line 2: is not prefix,region: write it as +4930,DE-BE");
    let (_folder, file) = written("prefixes.csv", [0xff, 0xfe, 0x00]);
    assert_eq!(read_prefixes(&file).unwrap_err().to_string(), "is not text in UTF-8");
}

#[tokio::test]
async fn files_are_read_again_when_they_change_and_a_broken_one_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (prefixes, addresses) = (folder.path().join("prefixes.csv"), folder.path().join("addresses.mmdb"));
    fs::write(&prefixes, "+4930,DE\n").unwrap();
    let places = PlaceFiles { phone_prefixes: Some(prefixes.clone()), addresses: Some(addresses.clone()) };
    let settings = crate::settings::Settings { places, ..settings(folder.path()) };
    let engine = started(folder.path(), TurnedClock::new(), Channels::default(), settings).await;
    let of_phone = || engine.desk().region_of_phone("+49 30 123456").map(str::to_owned);
    let of_address = || engine.0.places.region_of(&engine.desk(), at("203.0.113.9"));
    assert_eq!((of_phone().as_deref(), of_address()), (Some("DE"), None), "there is no file of addresses yet");

    fs::write(&addresses, germany()).unwrap();
    fs::write(&prefixes, "+4930,FR\n+49,DE\n").unwrap();
    soon("both files", async || (of_phone().as_deref() == Some("FR") && of_address().as_deref() == Some("DE")).then_some(())).await;

    let seen = look(&engine, Seen::default()).await;
    fs::write(&addresses, "broken now").unwrap();
    fs::write(&prefixes, "broken too, or not?").unwrap();
    look(&engine, seen).await;
    assert_eq!((of_phone().as_deref(), of_address().as_deref()), (Some("FR"), Some("DE")), "the last good ones stay");
    engine.stop(Duration::from_secs(5)).await;
}

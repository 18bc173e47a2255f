#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{io::Write, net::TcpListener};

use super::*;
use crate::testing::{respond, server};

const LIMITS: Limits = Limits { bytes: 1000, within: Duration::from_secs(20) };

fn outside(open: &[&str]) -> Outside {
    Outside::new(open.iter().map(|network| network.parse().unwrap()).collect()).unwrap()
}

async fn read(outside: &Outside, address: &str) -> Result<Vec<u8>, OutsideError> {
    let mut body = outside.get(address, LIMITS).await?;
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

#[tokio::test]
async fn addresses_that_are_refused_before_anything_is_sent() {
    let outside = outside(&[]);
    for address in [
        "http://127.0.0.1:1/",
        "http://127.1:1/",
        "http://2130706433:1/",
        "http://0x7f000001:1/",
        "http://0177.0.0.1:1/",
        "http://127.0.0.1.:1/",
        "http://[::1]:1/",
        "http://[::ffff:127.0.0.1]:1/",
        "http://0.0.0.0:1/",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "https://192.168.0.1/",
        "http://localhost:1/",
        "http://someone:secret@127.0.0.1:1/",
    ] {
        assert!(matches!(read(&outside, address).await, Err(OutsideError::Private)), "{address}");
    }
    for address in ["gopher://example.org/", "file:///etc/passwd", "ftp://example.org/a", "data:text/plain,a", "no address", ""] {
        assert!(matches!(read(&outside, address).await, Err(OutsideError::Address)), "{address}");
    }
}

#[tokio::test]
async fn every_hop_of_a_redirect_is_checked() {
    let address = server(|path, stream| match path {
        "/metadata" => respond(stream, "302 Found\r\nLocation: http://169.254.169.254/latest", b""),
        "/neighbour" => respond(stream, "307 Temporary Redirect\r\nLocation: http://127.0.0.2:1/", b""),
        "/file" => respond(stream, "301 Moved\r\nLocation: file:///etc/passwd", b""),
        "/round" => respond(stream, "302 Found\r\nLocation: /round", b""),
        "/one" => respond(stream, "302 Found\r\nLocation: there", b""),
        "/there" => respond(stream, "200 OK", b"here it is"),
        other => panic!("an unknown path: {other}"),
    });
    let outside = outside(&["127.0.0.1/32"]);
    let at = |path: &str| format!("http://{address}{path}");
    assert!(matches!(read(&outside, &at("/metadata")).await, Err(OutsideError::Private)));
    assert!(matches!(read(&outside, &at("/neighbour")).await, Err(OutsideError::Private)));
    assert!(matches!(read(&outside, &at("/file")).await, Err(OutsideError::Address)));
    assert!(matches!(read(&outside, &at("/round")).await, Err(OutsideError::Redirects)));
    assert_eq!(read(&outside, &at("/one")).await.unwrap(), b"here it is");
}

#[tokio::test]
async fn bodies_end_at_the_limit_whatever_was_announced() {
    let address = server(|path, stream| match path {
        "/announced" => respond(stream, "200 OK\r\nContent-Length: 5368709120", b"x"),
        "/endless" => {
            respond(stream, "200 OK\r\nTransfer-Encoding: chunked", b"");
            while stream.write_all(b"64\r\n").and_then(|()| stream.write_all(&[b'x'; 100])).and_then(|()| stream.write_all(b"\r\n")).is_ok() {}
        }
        "/unannounced" => respond(stream, "200 OK", &[b'x'; 1001]),
        "/cut" => respond(stream, "200 OK\r\nContent-Length: 100", b"only this"),
        "/exact" => respond(stream, "200 OK", &[b'x'; 1000]),
        "/packed" => respond(stream, "200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3", b"abc"),
        other => panic!("an unknown path: {other}"),
    });
    let outside = outside(&["127.0.0.0/8"]);
    let at = |path: &str| format!("http://{address}{path}");
    for path in ["/announced", "/endless", "/unannounced"] {
        assert!(matches!(read(&outside, &at(path)).await, Err(OutsideError::TooLarge { bytes: 1000 })), "{path}");
    }
    let cut = read(&outside, &at("/cut")).await.unwrap_err();
    assert!(matches!(cut, OutsideError::Unreachable(_)) && !cut.is_final(), "{cut}");
    assert_eq!(read(&outside, &at("/exact")).await.unwrap().len(), 1000);
    assert_eq!(read(&outside, &at("/packed")).await.unwrap(), b"abc", "nothing is unpacked");
}

#[tokio::test]
async fn failures_say_whether_to_try_again() {
    let address = server(|path, stream| match path {
        "/silent" => {
            let _until_the_client_hangs_up = std::io::Read::read(stream, &mut [0; 1]);
        }
        status => respond(stream, &format!("{} Status", status.trim_start_matches('/')), b""),
    });
    let outside = outside(&["127.0.0.0/8"]);
    for (status, is_final) in [(404, true), (410, true), (403, true), (429, false), (408, false), (500, false), (503, false), (304, false)] {
        let error = read(&outside, &format!("http://{address}/{status}")).await.unwrap_err();
        assert!(matches!(error, OutsideError::Status(found) if found == status), "{error}");
        assert_eq!(error.is_final(), is_final, "{status}");
    }
    let limits = Limits { within: Duration::from_millis(50), ..LIMITS };
    let slow = outside.get(&format!("http://{address}/silent"), limits).await.err().unwrap();
    assert!(matches!(slow, OutsideError::TimedOut) && !slow.is_final(), "{slow}");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let unreachable = read(&outside, &format!("http://{closed}/a?token=secret")).await.unwrap_err();
    assert!(!unreachable.is_final());
    assert!(!format!("{unreachable:?}").contains("secret"), "addresses do not get into the log");
}

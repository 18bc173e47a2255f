//! Signed links: what a customer may open without signing in, and nothing beside it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bellhop_domain::id::{ContactId, FileId, TicketId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Bytes of a signature: 128 bits of HMAC-SHA256.
const SIGNATURE: usize = 16;

/// Makes and checks signed links; every purpose has a key of its own, derived from the installation's secret.
#[derive(Clone)]
pub struct Links {
    public_url: String,
    secret: Vec<u8>,
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Links").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}

/// Whom an article's link was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArticleLink {
    /// The person, unless the link is for anybody.
    pub contact: Option<ContactId>,
}

impl Links {
    /// Links below `public_url`, signed with keys derived from `secret`.
    pub fn new(public_url: &str, secret: &[u8]) -> Self {
        Self { public_url: public_url.trim_end_matches('/').to_owned(), secret: secret.to_vec() }
    }

    /// The tracking page of a ticket.
    pub fn ticket(&self, ticket: TicketId) -> String {
        format!("{}/t/{}", self.public_url, self.token("ticket", ticket.0))
    }

    /// The ticket behind the last part of its tracking page's address.
    pub fn read_ticket(&self, token: &str) -> Option<TicketId> {
        self.read_token("ticket", token).map(TicketId)
    }

    /// The address of a stored file, for a platform to fetch it.
    pub fn file(&self, file: FileId) -> String {
        format!("{}/f/{}", self.public_url, self.token("file", file.0))
    }

    /// The file behind the last part of its address.
    pub fn read_file(&self, token: &str) -> Option<FileId> {
        self.read_token("file", token).map(FileId)
    }

    /// The page of an article; with a contact, it shows what that person may read.
    pub fn article(&self, slug: &str, language: &str, contact: Option<ContactId>) -> String {
        let mut link = format!("{}/a/{}?lang={}", self.public_url, encode(slug), encode(language));
        if let Some(contact) = contact {
            let signature = self.sign("article", &article_bytes(slug, language, contact));
            link.push_str(&format!("&c={}&s={signature}", URL_SAFE_NO_PAD.encode(contact.0.as_bytes())));
        }
        link
    }

    /// For whom an article's link was made; nothing when the signature does not fit.
    pub fn read_article(&self, slug: &str, language: &str, contact: Option<&str>, signature: Option<&str>) -> Option<ArticleLink> {
        let (contact, signature) = match (contact, signature) {
            (None, None) => return Some(ArticleLink { contact: None }),
            (Some(contact), Some(signature)) => (contact, signature),
            _ => return None,
        };
        let bytes = URL_SAFE_NO_PAD.decode(contact).ok()?;
        let contact = ContactId(Uuid::from_slice(&bytes).ok()?);
        self.verify("article", &article_bytes(slug, language, contact), signature).then_some(ArticleLink { contact: Some(contact) })
    }

    /// A signature over `bytes` that is good for `purpose` only.
    pub fn sign(&self, purpose: &str, bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.signature(purpose, bytes))
    }

    /// Whether `signature` is what [`Self::sign`] makes of the same; takes equally long whatever is wrong.
    pub fn verify(&self, purpose: &str, bytes: &[u8], signature: &str) -> bool {
        URL_SAFE_NO_PAD.decode(signature).is_ok_and(|given| self.fits(purpose, bytes, &given))
    }

    fn token(&self, purpose: &str, id: Uuid) -> String {
        let mut bytes = id.as_bytes().to_vec();
        bytes.extend_from_slice(&self.signature(purpose, id.as_bytes()));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read_token(&self, purpose: &str, token: &str) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (id, signature) = bytes.split_at_checked(16)?;
        if self.fits(purpose, id, signature) { Uuid::from_slice(id).ok() } else { None }
    }

    fn fits(&self, purpose: &str, bytes: &[u8], given: &[u8]) -> bool {
        given.len() == SIGNATURE && bool::from(self.signature(purpose, bytes).ct_eq(given))
    }

    fn signature(&self, purpose: &str, bytes: &[u8]) -> Vec<u8> {
        let key = hmac(&self.secret, &[b"bellhop:", purpose.as_bytes()]);
        let mut signature = hmac(&key, &[bytes]);
        signature.truncate(SIGNATURE);
        signature
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // HMAC takes keys of every length, so the error cannot happen; an empty signature is refused by `fits`.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

fn article_bytes(slug: &str, language: &str, contact: ContactId) -> Vec<u8> {
    [slug.as_bytes(), b"\0", language.as_bytes(), b"\0", contact.0.as_bytes()].concat()
}

/// Percent-encodes what is not unreserved, for a path segment or a query value.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn links() -> Links {
        Links::new("https://help.example.org/", b"a secret of some length")
    }

    fn last_part(link: &str) -> String {
        link.rsplit('/').next().unwrap().to_owned()
    }

    #[test]
    fn a_tickets_link_opens_that_ticket_only() {
        let ticket = TicketId(Uuid::from_u128(7));
        let link = links().ticket(ticket);
        assert!(link.starts_with("https://help.example.org/t/"), "{link}");
        let token = last_part(&link);
        assert_eq!(links().read_ticket(&token), Some(ticket));
        assert_eq!(Links::new("https://help.example.org", b"another secret").read_ticket(&token), None);
        let other = last_part(&links().ticket(TicketId(Uuid::from_u128(8))));
        let forged: String = other.chars().take(22).chain(token.chars().skip(22)).collect();
        assert_eq!(links().read_ticket(&forged), None);
        let shorter: String = token.chars().take(42).collect();
        for text in ["", "x", "====", &shorter, &format!("{token}A")] {
            assert_eq!(links().read_ticket(text), None, "{text}");
        }
    }

    #[test]
    fn a_link_for_one_purpose_is_no_good_for_another() {
        let token = last_part(&links().ticket(TicketId(Uuid::from_u128(7))));
        assert_eq!(links().read_file(&token), None);
    }

    #[test]
    fn an_articles_link_is_bound_to_article_language_and_person() {
        let contact = ContactId(Uuid::from_u128(9));
        let link = links().article("reset filter/é", "zh", Some(contact));
        assert!(link.starts_with("https://help.example.org/a/reset%20filter%2F%C3%A9?lang=zh&c="), "{link}");
        let (c, s) = link.split_once("&c=").unwrap().1.split_once("&s=").unwrap();
        let read = |slug, language| links().read_article(slug, language, Some(c), Some(s));
        assert_eq!(read("reset filter/é", "zh"), Some(ArticleLink { contact: Some(contact) }));
        assert_eq!(read("other", "zh"), None);
        assert_eq!(read("reset filter/é", "en"), None);
        assert_eq!(links().read_article("reset filter/é", "zh", Some(c), None), None);
        assert_eq!(links().read_article("reset filter/é", "zh", None, None), Some(ArticleLink { contact: None }));
    }
}

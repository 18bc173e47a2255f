//! A page that a customer opens from a link.

use super::House;

/// What a browser would show.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) html: String,
    address: String,
}

impl Page {
    /// Opens a link.
    pub(crate) async fn open(house: &House, link: &str) -> Self {
        let response = house.program.http().get(link).send().await.expect("an answer to the link");
        Self { status: response.status().as_u16(), html: response.text().await.expect("a page"), address: link.to_owned() }
    }

    /// Fills the box of the page's form, and sends it; gives the status of the answer.
    pub(crate) async fn sends(&self, house: &House, text: &str) -> u16 {
        let form = between(&self.html, "<form", "</form>").unwrap_or_else(|| panic!("no form in {}", self.html));
        let head = form.split('>').next().unwrap_or_default();
        assert_eq!(attribute(head, "method").map(str::to_lowercase).as_deref(), Some("post"), "{head}");
        let page = url::Url::parse(&self.address).expect("a link");
        let target = page.join(&unescaped(attribute(head, "action").unwrap_or_default())).expect("an address");
        let mut fields: Vec<(String, String)> = Vec::new();
        for input in form.split("<input").skip(1) {
            let input = input.split('>').next().unwrap_or_default();
            if let (Some(name), Some(value)) = (attribute(input, "name"), attribute(input, "value")) {
                fields.push((unescaped(name), unescaped(value)));
            }
        }
        let area = between(form, "<textarea", ">").expect("a box to write in");
        fields.push((attribute(area, "name").expect("the box's name").to_owned(), text.to_owned()));
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = house.program.http().post(target).header("content-type", "application/x-www-form-urlencoded").body(body);
        request.send().await.expect("an answer to the form").status().as_u16()
    }
}

fn between<'t>(text: &'t str, begin: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(begin)?;
    rest.split_once(end).map(|(inside, _)| inside)
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&#x26;", "&").replace("&quot;", "\"").replace("&amp;", "&")
}

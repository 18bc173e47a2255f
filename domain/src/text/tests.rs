#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn values() -> Values {
    Values::default()
        .with("customer.name", "Ann *{{ ticket.number }}*\n[x](y)")
        .with("ticket.number", "T-7")
        .with_address("ticket.url", "https://help.example.org/t/a_b-c")
        .with("fields.reason", "Damaged")
}

/// What somebody is called or has written is never read as a template (F-70).
#[test]
fn variables_are_filled_once_and_shown_as_they_are() {
    for (text, expected) in [
        ("Hello {{ customer.name }}!", "Hello Ann \\*{{ ticket.number }}\\* \\[x\\](y)!"),
        ("{{ticket.number}}: {{ ticket.url }}", "T-7: https://help.example.org/t/a_b-c"),
        ("{{ agent.name|default(\"we (all of us)\") }} look", "we (all of us) look"),
        ("{{ agent.name }}{{ customer.nothing.at.all }}", ""),
        ("a{% if fields.reason == 'Damaged' %} broken{% else %} whole{% endif %} thing", "a broken thing"),
        ("{{ ticket.number|lower }}", "t-7"),
        ("{{agent.name|you \"all\" (there)}} {{ ticket.number | your parcel }}", "you \"all\" (there) T-7"),
        ("**bold** {# nothing #}text", "**bold** text"),
    ] {
        assert_eq!(fill(text, &values()).as_deref(), Ok(expected), "{text}");
    }
}

/// No code, no files, no other variables than those of the ticket at hand (F-70).
#[test]
fn what_a_text_cannot_do_is_refused() {
    let known = |name: &str| OF_TICKET.contains(&name) || name == "fields.reason";
    for (text, said) in [
        ("{{ customer.nmae }}", "there is no variable “customer.nmae”; there are these"),
        ("{{ customer }}", "there is no variable “customer”"),
        ("{{ customer['password'] }}", "there is no variable"),
        ("{{ customer.name", "line 1"),
        ("a\n{% if ticket.number %}", "unexpected end"),
        ("{% include 'other' %}", "“{% include” is not possible here"),
        ("{%- import 'other' as o %}", "“{% import” is not possible here"),
        ("{%\tfor x in ticket.number %}{% endfor %}", "“{% for” is not possible here"),
        ("{% set a = 1 %}", "“{% set” is not possible here"),
        ("{% raw %}{% endraw %}", "“{% raw” is not possible here"),
        ("{{ 'x' * 1000000000 }}", "not calculated with"),
        ("{{ ticket.number ~ ticket.number }}", "not calculated with"),
        ("{{ range(100000) }}", "not calculated with"),
        ("{{ ticket.number.__class__() }}", "not calculated with"),
        ("{{ ticket.number|lower|center }}", "center"),
        ("{% if fields.reason %}{{ ticket.number|default(range(9)) }}{% endif %}", "not calculated with"),
    ] {
        let mut errors = Vec::new();
        check(&Localised::of("en", text), "acknowledgement", &known, "these", &mut errors);
        let [error] = errors.as_slice() else { unreachable!("{text}: {errors:?}") };
        assert_eq!(error.field, "acknowledgement.en");
        assert!(error.message.to_string().contains(said), "{text}: {}", error.message);
    }
    let mut errors = Vec::new();
    check(&Localised::of("en", "x".repeat(LONGEST + 1)), "text", &known, "these", &mut errors);
    check(
        &Localised::of("de", "{% if fields.reason %}{{ fields.reason }}{% endif %} {{ customer.name|default('du') }}"),
        "text",
        &known,
        "",
        &mut errors,
    );
    assert_eq!(errors.len(), 1, "{errors:?}");
}

/// Work and length are bounded (F-70).
#[test]
fn hard_work_is_given_up() {
    // The deepest and longest that fits: it ends, and quickly.
    let deep = format!("{}{{{{ ticket.number }}}}{}", "{% if ticket.number %}".repeat(200), "{% endif %}".repeat(200));
    let long = "{{ fields.reason }}".repeat(LONGEST / 19);
    for text in [deep, long] {
        let filled = fill(&text, &values().with("fields.reason", "x".repeat(100_000)));
        assert!(filled.is_err() || filled.is_ok_and(|filled| filled.len() <= LONGEST / 19 * LONGEST_VALUE));
    }
    assert!(fill(&"(".repeat(LONGEST), &values()).is_ok());
    assert!(fill(&format!("{{{{ {} }}}}", "[".repeat(5000)), &values()).is_err());
}

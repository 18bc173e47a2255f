//! A stage for the dialogue: what an engine would do with the effects, written down as a transcript.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::{
    contact::Contact,
    conversation::ConversationStatus,
    desk::Desk,
    dialogue::{self, Decision, Dialogue, Draft, Effect, Finding, Findings, Hours, Input, QueuePlace, ReactedTo, Situation, Step, TicketLine},
    id::{ContactId, MessageId},
    intent,
    message::{Button, ButtonAction},
    routing::RoutingInput,
    template::Template,
    ticket::TicketStatus,
    words,
};

/// One conversation with the bot.
pub(super) struct Play {
    pub(super) dialogue: Dialogue,
    pub(super) status: ConversationStatus,
    pub(super) now: DateTime<Utc>,
    /// Place and minutes.
    pub(super) queue: (u32, Option<i64>),
    language: String,
    hours: Hours,
    desk: Desk,
    contact: Contact,
    texts: Vec<(MessageId, String)>,
    tickets: Vec<TicketLine>,
    /// Open tickets of the conversation, where there are several.
    which: Vec<TicketLine>,
    /// Every button that was ever shown, the latest last.
    shown: Vec<Button>,
    last_buttons: Vec<Button>,
    transcript: String,
}

fn article(slug: &str, language: &str, title: &str, answer: &str, score: f64) -> Finding {
    Finding {
        slug: slug.to_owned(),
        language: language.to_owned(),
        title: title.to_owned(),
        answer: answer.to_owned(),
        url: format!("https://shop.example/a/{slug}"),
        score,
    }
}

fn returns() -> Finding {
    article("returns", "en", "Return of goods", "You can send anything back within 30 days.", 9.0)
}

fn shipping() -> Finding {
    article("shipping", "en", "Shipping times", "Parcels take two to four days.", 7.0)
}

fn carriers() -> Finding {
    article("carriers", "en", "Who delivers?", "We ship with DHL.", 6.5)
}

/// What the knowledge base of the play knows.
fn ask(text: &str, refused: &[String]) -> Findings {
    let (decision, probability, mut candidates) = match text {
        "how do I return something?" => (Decision::Answer, 0.93, vec![returns(), shipping()]),
        "how long does shipping take" | "and how long does shipping take" => (Decision::Answer, 0.9, vec![shipping()]),
        "my parcel" => (Decision::Clarify, 0.5, vec![shipping(), carriers(), returns(), article("x", "en", "X", "X", 1.0)]),
        "cancel" => (Decision::Answer, 0.9, vec![article("cancelling", "en", "Cancelling", "Cancel within an hour.", 9.0)]),
        "怎么退货？" => (Decision::Answer, 0.9, vec![article("returns", "zh", "退货", "三十天内都可以退。", 8.0)]),
        "保修多久" => (Decision::Answer, 0.8, vec![article("warranty", "de", "Garantie", "Zwei Jahre Garantie.", 8.0)]),
        _ => (Decision::Handoff, 0.1, vec![article("x", "en", "X", "X", 1.0)]),
    };
    candidates.retain(|candidate| !refused.contains(&candidate.slug));
    let decision = if candidates.is_empty() { Decision::Handoff } else { decision };
    Findings { decision, probability, threshold: 0.75, candidates, ..Findings::default() }
}

fn desk() -> Desk {
    let refund: Template = serde_json::from_value(json!({
        "key": "refund", "title": {"en": "Refund", "zh": "退款"}, "suggest": ["refund", "money back", "退款"],
        "fields": [
            {"key": "order_number", "type": "order_reference", "label": {"en": "Order number", "zh": "订单号"}, "required": "create", "extract": ["order (\\d+)"]},
            {"key": "reason", "type": "choice", "label": {"en": "Reason", "zh": "原因"}, "question": {"en": "What is the reason?", "zh": "原因是什么？"}, "required": "create",
             "choices": [{"key": "wrong_item", "label": {"en": "Wrong item", "zh": "发错货"}}, {"key": "damaged", "label": {"en": "Damaged", "zh": "破损"}}],
             "extract_choices": {"damaged": ["damaged"]}},
            {"key": "amount", "type": "money", "label": {"en": "Amount", "zh": "金额"}}
        ]
    }))
    .unwrap();
    let bug: Template = serde_json::from_value(json!({
        "key": "bug", "title": {"en": "Something does not work", "zh": "故障"}, "suggest": ["bug", "crash"],
        "fields": [{"key": "account", "type": "email", "label": {"en": "Mail address of your account", "zh": "账号邮箱"}, "required": "create"}]
    }))
    .unwrap();
    Desk { templates: [refund, bug].into_iter().map(|template| (template.key.clone(), template)).collect(), ..Desk::default() }
}

impl Play {
    pub(super) fn new(language: &str) -> Self {
        let now = DateTime::parse_from_rfc3339("2026-11-20T10:00:00Z").unwrap().to_utc();
        Self {
            dialogue: Dialogue::default(),
            status: ConversationStatus::Bot,
            now,
            queue: (1, Some(3)),
            language: language.to_owned(),
            hours: Hours::Open,
            desk: desk(),
            contact: Contact::new(ContactId(Uuid::from_u128(1)), now),
            texts: Vec::new(),
            tickets: Vec::new(),
            which: Vec::new(),
            shown: Vec::new(),
            last_buttons: Vec::new(),
            transcript: String::new(),
        }
    }

    /// The shop repairs things, and wants to know which, level by level.
    pub(super) fn repairs_things(&mut self) {
        let end = |key: &str, en: &str, zh: &str| json!({"key": key, "label": {"en": en, "zh": zh}});
        let repair: Template = serde_json::from_value(json!({
            "key": "repair", "title": {"en": "Repair", "zh": "维修"}, "suggest": ["broken"],
            "fields": [{"key": "part", "type": "cascading_choice", "label": {"en": "Part", "zh": "部件"}, "question": {"en": "What is broken?", "zh": "哪里坏了？"}, "required": "create",
                "choices": [
                    {"key": "lamp", "label": {"en": "Lamp", "zh": "灯"}, "children": [
                        end("cable", "Cable", "电线"), end("other", "Something else", "其他"),
                        {"key": "shade", "label": {"en": "Shade", "zh": "灯罩"}, "children": [end("glass", "Glass", "玻璃"), end("frame", "Frame", "框架")]}]},
                    {"key": "chair", "label": {"en": "Chair", "zh": "椅子"}, "children": [end("leg", "Leg", "椅腿"), end("seat", "Seat", "椅面"), end("other", "Something else", "其他")]},
                    end("unknown", "I do not know", "不清楚")]}]
        }))
        .unwrap();
        self.desk = Desk { templates: [(repair.key.clone(), repair)].into(), ..Desk::default() };
    }

    /// Two tickets of this conversation are open.
    pub(super) fn has_two_tickets(&mut self) {
        let line = |number, title: &str| TicketLine {
            number,
            title: title.to_owned(),
            status: TicketStatus::Open,
            stage: None,
            department: None,
            url: format!("https://shop.example/t/{number}"),
            rating: None,
            merged: Vec::new(),
        };
        self.which = vec![line(7, "Refund"), line(8, "Something does not work")];
        self.tickets.clone_from(&self.which);
    }

    pub(super) fn closed(&mut self, shown: &str) {
        self.hours = Hours::Closed { opens_at: (!shown.is_empty()).then_some(self.now), shown: shown.to_owned() };
    }

    pub(super) fn says(&mut self, text: &str) -> Step {
        self.says_as(text, false)
    }

    pub(super) fn says_as(&mut self, text: &str, sender_is_bot: bool) -> Step {
        self.line(&format!("> {text}"));
        let message = MessageId(Uuid::from_u128(self.texts.len() as u128 + 100));
        self.texts.push((message, text.to_owned()));
        let findings = ask(text, &self.dialogue.refused);
        let intent = intent::detect(text);
        self.step(&Input::Says { text, message, intent: intent.as_ref(), findings: &findings, sender_is_bot })
    }

    /// Presses a button of the last message that has it.
    pub(super) fn presses(&mut self, label: &str) -> Step {
        let late = !self.last_buttons.iter().any(|button| button.label == label);
        self.press(label, late)
    }

    pub(super) fn presses_again(&mut self, label: &str) -> Step {
        self.press(label, true)
    }

    fn press(&mut self, label: &str, late: bool) -> Step {
        self.line(&format!("> [{label}]{}", if late { " (late)" } else { "" }));
        let action = self.shown.iter().rev().find(|button| button.label == label).unwrap_or_else(|| panic!("no button {label}")).action.clone();
        self.step(&Input::Presses { action: &action, late })
    }

    /// Reacts to the last message.
    pub(super) fn reacts(&mut self, emoji: &str, removed: bool) -> Step {
        self.line(&format!("> {}{emoji}", if removed { "takes back " } else { "reacts " }));
        let buttons = self.last_buttons.clone();
        self.step(&Input::Reacts { emoji, removed, on: ReactedTo::of(&buttons) })
    }

    pub(super) fn reacts_on(&mut self, emoji: &str, removed: bool, on: ReactedTo<'_>) -> Step {
        self.step(&Input::Reacts { emoji, removed, on })
    }

    pub(super) fn waited_too_long(&mut self) -> Step {
        self.line("* nobody was free in time");
        self.step(&Input::WaitedTooLong)
    }

    pub(super) fn could_not_send(&mut self) -> Step {
        self.line("* a message expired");
        self.step(&Input::CouldNotSend)
    }

    pub(super) fn taken(&mut self) {
        self.line("* an agent takes it");
        self.status = ConversationStatus::Open;
    }

    pub(super) fn given_back(&mut self) -> Step {
        self.line("* an agent gives it back");
        self.status = ConversationStatus::Bot;
        self.step(&Input::GivenBack)
    }

    pub(super) fn closed_by_agent(&mut self) {
        self.line("* an agent closes it");
        self.status = ConversationStatus::Resolved;
        self.offer(&dialogue::closing_buttons(&self.language.clone()));
        self.speak(&words::say(&self.language.clone(), "conversation-closed", &[]), "");
    }

    fn offer(&mut self, drafts: &[Draft]) {
        self.last_buttons =
            drafts.iter().map(|draft| Button { id: draft.label.clone(), label: draft.label.clone(), action: draft.action.clone() }).collect();
        self.shown.extend(self.last_buttons.clone());
    }

    pub(super) fn transcript(&self) -> &str {
        &self.transcript
    }

    fn line(&mut self, line: &str) {
        writeln!(self.transcript, "{line}").unwrap();
    }

    fn step(&mut self, input: &Input<'_>) -> Step {
        let known = [returns(), shipping(), carriers(), article("returns", "zh", "退货", "三十天内都可以退。", 0.0)];
        let wanted = dialogue::wanted(&self.dialogue, input);
        let articles: Vec<Finding> =
            known.into_iter().filter(|article| wanted.iter().any(|key| key.slug == article.slug && key.language == article.language)).collect();
        let situation = Situation {
            now: self.now,
            status: self.status,
            assigned: self.status == ConversationStatus::Open,
            language: &self.language,
            languages: &["de".to_owned()],
            hours: &self.hours,
            queue: QueuePlace { position: self.queue.0, expected_wait: self.queue.1.map(TimeDelta::minutes) },
            desk: &self.desk,
            contact: &self.contact,
            known: &RoutingInput::of_customer(&self.contact, None, &self.desk, self.now),
            customer_texts: &self.texts,
            tickets: &self.tickets,
            which: &self.which,
            colleagues: &[],
            articles: &articles,
        };
        let step = dialogue::step(&self.dialogue, &situation, input);
        // What is stored is what is read back.
        let stored = serde_json::to_string(&step.dialogue).unwrap();
        assert_eq!(serde_json::from_str::<Dialogue>(&stored).unwrap(), step.dialogue);
        self.dialogue = step.dialogue.clone();
        self.now += TimeDelta::seconds(20);
        if step.effects.is_empty() {
            self.line("  (nothing)");
        }
        for effect in &step.effects {
            self.carry_out(effect);
        }
        step
    }

    fn carry_out(&mut self, effect: &Effect) {
        match effect {
            Effect::Say(say) => {
                let text = say.text.clone();
                let labels: Vec<String> = say.buttons.iter().map(|draft| format!("[{}]", draft.label)).collect();
                self.speak(&text, &labels.join(" "));
                self.offer(&say.buttons);
            }
            Effect::GiveCode => self.line("  -- gives a one-time code"),
            Effect::TakeCode(code) => self.line(&format!("  -- looks at the code {code}")),
            Effect::File { template, fields, lead } => {
                let number = i64::try_from(self.tickets.len()).unwrap() + 1;
                let url = format!("https://shop.example/t/{number}");
                let values: Vec<String> = fields.iter().map(|(key, field)| format!("{key}={} ({:?})", field.value, field.source)).collect();
                self.line(&format!("  -- files {template}: {}", values.join(", ")));
                let text = words::ticket_filed(&self.language, lead, None, number, &url);
                self.speak(&text, "");
                self.last_buttons.clear();
                self.tickets.insert(
                    0,
                    TicketLine {
                        number,
                        title: self.desk.templates[template].title.get(&self.language).to_owned(),
                        status: TicketStatus::New,
                        stage: None,
                        department: Some("Support".to_owned()),
                        url,
                        rating: None,
                        merged: Vec::new(),
                    },
                );
            }
            Effect::HandOff { reason, details } => {
                self.status = ConversationStatus::Queued;
                self.line(&format!("  -- hands off: {} {details}", reason.as_str()));
            }
            Effect::LeaveQueue | Effect::Reopen => {
                self.status = ConversationStatus::Bot;
                self.line(&format!("  -- {effect:?}"));
            }
            Effect::Resolve => {
                self.status = ConversationStatus::Resolved;
                self.line("  -- Resolve");
            }
            Effect::SetLanguage(tag) => {
                self.language.clone_from(tag);
                self.line(&format!("  -- language {tag}"));
            }
            Effect::Rate { slug, helped, .. } => self.line(&format!("  -- rates {slug}: {helped:?}")),
            Effect::Record { kind, details } => self.line(&format!("  -- records {}: {details}", kind.as_str())),
            Effect::Collected(fields) => {
                let values: Vec<String> = fields.iter().map(|(key, field)| format!("{key}={}", field.value)).collect();
                self.line(&format!("  -- collects {}", values.join(", ")));
            }
            Effect::RateTicket { number, value } => {
                self.tickets.iter_mut().filter(|ticket| ticket.number == *number).for_each(|ticket| ticket.rating = *value);
                self.line(&format!("  -- {effect:?}"));
            }
            Effect::Forget | Effect::AboutTicket(_) | Effect::ShowsTicket(_) | Effect::CommentOnRating(_) => self.line(&format!("  -- {effect:?}")),
        }
    }

    fn speak(&mut self, text: &str, buttons: &str) {
        for line in text.lines() {
            let line = format!("  {line}");
            self.line(line.trim_end());
        }
        if !buttons.is_empty() {
            self.line(&format!("  {buttons}"));
        }
    }

    /// Presses a button that has this meaning.
    pub(super) fn does(&mut self, action: &ButtonAction, late: bool) -> Step {
        self.step(&Input::Presses { action, late })
    }

    /// An agent wants the customer to be asked.
    pub(super) fn agent_asks(&mut self, template: &str, wanted: &[&str]) -> Step {
        let wanted: Vec<String> = wanted.iter().map(|key| (*key).to_owned()).collect();
        self.step(&Input::AgentAsks { template, wanted: &wanted })
    }

    pub(super) fn agent_stops_asking(&mut self) -> Step {
        self.step(&Input::AgentStopsAsking)
    }

    /// A ticket of the customer's that was resolved.
    pub(super) fn has_resolved_ticket(&mut self, number: i64) {
        self.tickets.push(TicketLine {
            number,
            title: "Refund".to_owned(),
            status: TicketStatus::Resolved,
            stage: None,
            department: None,
            url: format!("https://shop.example/t/{number}"),
            rating: None,
            merged: Vec::new(),
        });
    }

    pub(super) fn remove_template(&mut self, key: &str) {
        self.desk.templates.remove(key);
    }
}

//! Who calls an action, and what they may do: the same for console, staff chat, API and command line.

use std::collections::BTreeSet;

use bellhop_domain::{actor::Actor, desk::Role};

/// One thing that somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See conversations and their messages.
    ReadConversations,
    /// Reply, assign, close and the like.
    HandleConversations,
    /// See tickets.
    ReadTickets,
    /// Make and change tickets.
    HandleTickets,
    /// See people.
    ReadContacts,
    /// Change and merge people.
    ChangeContacts,
    /// Export and erase people.
    ErasePeople,
    /// See articles, internal ones too.
    ReadArticles,
    /// Write and publish articles.
    EditArticles,
    /// See templates, departments, rules and the like.
    ReadDesk,
    /// Change them.
    ChangeDesk,
    /// People, tokens, dead letters, channels.
    Administer,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 12] = [
        Self::ReadConversations,
        Self::HandleConversations,
        Self::ReadTickets,
        Self::HandleTickets,
        Self::ReadContacts,
        Self::ChangeContacts,
        Self::ErasePeople,
        Self::ReadArticles,
        Self::EditArticles,
        Self::ReadDesk,
        Self::ChangeDesk,
        Self::Administer,
    ];

    /// The word that a token's scope may be, for one permission alone.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadConversations => "conversations:read",
            Self::HandleConversations => "conversations:write",
            Self::ReadTickets => "tickets:read",
            Self::HandleTickets => "tickets:write",
            Self::ReadContacts => "contacts:read",
            Self::ChangeContacts => "contacts:write",
            Self::ErasePeople => "contacts:erase",
            Self::ReadArticles => "articles:read",
            Self::EditArticles => "articles:write",
            Self::ReadDesk => "desk:read",
            Self::ChangeDesk => "desk:write",
            Self::Administer => "operations",
        }
    }
}

/// What somebody may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions(BTreeSet<Permission>);

const READ: [Permission; 5] =
    [Permission::ReadConversations, Permission::ReadTickets, Permission::ReadContacts, Permission::ReadArticles, Permission::ReadDesk];

impl Permissions {
    /// Everything.
    pub fn all() -> Self {
        Self(Permission::ALL.into_iter().collect())
    }

    /// What a token's scope word allows: `admin`, `agent`, `editor`, `read`, or one permission's own word.
    pub fn of_scope(word: &str) -> Option<Self> {
        let role = match word {
            "admin" => return Some(Self::all()),
            "agent" => Role::Agent,
            "editor" => Role::Editor,
            "read" => Role::Readonly,
            _ => {
                return Permission::ALL
                    .into_iter()
                    .find(|permission| permission.as_str() == word)
                    .map(|permission| Self(BTreeSet::from([permission])));
            }
        };
        Some(Self::of_role(role))
    }

    /// What a person with this role may do.
    pub fn of_role(role: Role) -> Self {
        use Permission as P;
        let more: &[Permission] = match role {
            Role::Admin => return Self::all(),
            Role::Supervisor => &[P::HandleConversations, P::HandleTickets, P::ChangeContacts, P::ErasePeople, P::EditArticles],
            Role::Agent => &[P::HandleConversations, P::HandleTickets, P::ChangeContacts],
            Role::Editor => &[P::EditArticles],
            Role::Readonly => &[],
        };
        Self(READ.iter().chain(more).copied().collect())
    }

    /// Together with what `other` allows.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether `permission` is among them.
    pub fn allow(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }
}

/// Who calls an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// As whom it is recorded.
    pub actor: Actor,
    /// What they may do.
    pub permissions: Permissions,
    /// The inbox event by which they act, if they act in a chat: it is done with whatever the action commits, once.
    pub event: Option<i64>,
}

impl Caller {
    /// Somebody with these permissions.
    pub fn new(actor: Actor, permissions: Permissions) -> Self {
        Self { actor, permissions, event: None }
    }

    /// A rule, a timer or the command line on the machine itself.
    pub fn system() -> Self {
        Self::new(Actor::System, Permissions::all())
    }

    /// The same, acting by an event of the inbox.
    pub fn by_event(self, seq: i64) -> Self {
        Self { event: Some(seq), ..self }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn scopes_allow_what_their_word_says() {
        for (scope, permission, allowed) in [
            ("admin", Permission::Administer, true),
            ("agent", Permission::HandleTickets, true),
            ("agent", Permission::EditArticles, false),
            ("agent", Permission::ErasePeople, false),
            ("editor", Permission::EditArticles, true),
            ("editor", Permission::HandleConversations, false),
            ("read", Permission::ReadTickets, true),
            ("read", Permission::HandleTickets, false),
            ("tickets:read", Permission::ReadTickets, true),
            ("tickets:read", Permission::ReadConversations, false),
        ] {
            assert_eq!(Permissions::of_scope(scope).unwrap().allow(permission), allowed, "{scope} {permission:?}");
        }
        assert_eq!(Permissions::of_scope("everything"), None);
    }
}

//! People, and who they are on which channel.

use bellhop_domain::{
    contact::{Address, Contact, Identity, Thread},
    conversation::Conversation,
    id::{ContactId, OrganisationId},
    sourced::{Source, Sourced},
};
use chrono::{DateTime, Utc};

use crate::{
    conversations,
    dialect::{Insert, Kind, contains_pattern},
    error::DbError,
    page::{Conditions, Cursor, Page},
    reader::{Reader, reading},
    sql::{Row, args, json},
    tx::Tx,
};

/// Everything about a thread that deciding on a message begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreadState {
    /// The thread.
    pub thread: Thread,
    /// Its newest conversation.
    pub conversation: Option<Conversation>,
    /// Who writes there.
    pub contact: Contact,
    /// Whether the sender that was asked about is this contact.
    pub is_sender: bool,
}

/// What a mail address or a telephone number is called in the table of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// Mail.
    Email,
    /// Telephone.
    Phone,
}

impl AddressKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }
}

/// Which people to list.
#[derive(Debug, Clone, Default)]
pub struct ContactFilter {
    /// Part of a name, mail address or telephone number, in any case.
    pub q: Option<String>,
    /// Members of this organisation.
    pub organisation: Option<OrganisationId>,
}

const CONTACT: &str =
    "k.id, k.version, k.name, k.language, k.language_chosen, k.emails, k.phones, k.tier, k.region, k.attributes, k.organisation, k.blocked,
    k.erased_at, k.created_at, k.updated_at, k.memberships, k.sees_colleagues";

fn contact(row: &mut Row) -> Result<Contact, DbError> {
    let mut contact = Contact {
        id: row.next()?,
        version: row.next()?,
        name: row.next()?,
        language: row.next()?,
        language_chosen: row.next()?,
        emails: row.json()?,
        phones: row.json()?,
        tier: row.json()?,
        region: row.json()?,
        attributes: row.json()?,
        organisation: row.next()?,
        blocked: row.next()?,
        erased_at: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
        memberships: row.json()?,
        sees_colleagues: row.json()?,
    };
    // Who belonged to a company before sources were kept does so until somebody says otherwise.
    if contact.organisation.is_some() && contact.memberships.all().is_empty() {
        let (value, at) = (contact.organisation, contact.created_at);
        contact.memberships.set(Sourced { value, source: Source::Agent, by: None, at, warning: None });
    }
    Ok(contact)
}

static ADDRESS: Insert = Insert::new(
    "contact_address",
    &[("contact", Kind::Uuid), ("kind", Kind::Text), ("value", Kind::Text), ("verified", Kind::Bool)],
    "ON CONFLICT (contact, kind, value) DO NOTHING",
);

reading! {
    /// A person.
    pub async fn contact(&self, id: ContactId) -> Result<Option<Contact>, DbError> {
        self.one(format!("SELECT {CONTACT} FROM contact k WHERE k.id = $1"), &args![id]).await?.as_mut().map(contact).transpose()
    }

    /// Who somebody on a channel is.
    pub async fn identity(&self, channel: &str, external_id: &str) -> Result<Option<ContactId>, DbError> {
        let sql = "SELECT contact FROM identity WHERE channel = $1 AND external_id = $2";
        self.one(sql, &args![channel, external_id]).await?.as_mut().map(Row::next).transpose()
    }

    /// The thread, its newest conversation, its contact, and whether `sender` is that contact, in one statement.
    pub async fn thread_state(&self, channel: &str, external_thread: &str, sender: &str) -> Result<Option<ThreadState>, DbError> {
        static SQL: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
            format!(
                "SELECT t.id, t.channel, t.external_id, t.contact, {CONTACT}, {},
                 EXISTS (SELECT 1 FROM identity i WHERE i.channel = $1 AND i.external_id = $2 AND i.contact = t.contact) FROM thread t JOIN contact k ON k.id = t.contact
                 LEFT JOIN conversation c ON c.id = (SELECT n.id FROM conversation n WHERE n.thread = t.id ORDER BY n.created_at DESC, n.id DESC LIMIT 1)
                 WHERE t.channel = $1 AND t.external_id = $3",
                conversations::COLUMNS
            )
        });
        self.one(SQL.as_str(), &args![channel, sender, external_thread]).await?.as_mut().map(thread_state).transpose()
    }

    /// The person to whom an address was proven to belong; the one known longest if there are several.
    pub async fn contact_by_verified(&self, kind: AddressKind, value: &str) -> Result<Option<Contact>, DbError> {
        let sql = format!(
            "SELECT {CONTACT} FROM contact_address a JOIN contact k ON k.id = a.contact
             WHERE a.kind = $1 AND a.value = $2 AND a.verified ORDER BY k.created_at, k.id LIMIT 1"
        );
        self.one(sql, &args![kind.as_str(), value]).await?.as_mut().map(contact).transpose()
    }

    /// Who a person is on the channels.
    pub async fn contact_identities(&self, id: ContactId) -> Result<Vec<Identity>, DbError> {
        let sql = "SELECT channel, external_id, contact FROM identity WHERE contact = $1 ORDER BY channel, external_id";
        let identity = |row: &mut Row| Ok(Identity { channel: row.next()?, external_id: row.next()?, contact: row.next()? });
        self.all(sql, &args![id]).await?.iter_mut().map(identity).collect()
    }

    /// Where a person writes.
    pub async fn contact_threads(&self, id: ContactId) -> Result<Vec<Thread>, DbError> {
        let sql = "SELECT id, channel, external_id, contact FROM thread WHERE contact = $1 ORDER BY channel, external_id";
        self.all(sql, &args![id]).await?.iter_mut().map(thread).collect()
    }
}

fn thread(row: &mut Row) -> Result<Thread, DbError> {
    Ok(Thread { id: row.next()?, channel: row.next()?, external_id: row.next()?, contact: row.next()? })
}

fn thread_state(row: &mut Row) -> Result<ThreadState, DbError> {
    let (thread, contact) = (thread(row)?, contact(row)?);
    let conversation = conversations::if_any(row)?;
    Ok(ThreadState { thread, contact, conversation, is_sender: row.next()? })
}

impl Reader {
    /// People, the ones that changed last first.
    pub async fn contacts(&self, filter: &ContactFilter, cursor: Option<Cursor>, limit: u32) -> Result<Page<Contact>, DbError> {
        let mut conditions = Conditions::new(&format!("SELECT {CONTACT} FROM contact k"));
        conditions.equals("k.organisation", filter.organisation.map(|id| id.0));
        if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
            let place = conditions.place(contains_pattern(q.trim()));
            conditions.and(&format!(
                "(LOWER(k.name) LIKE {place} ESCAPE '\\' OR EXISTS (SELECT 1 FROM contact_address a WHERE a.contact = k.id AND LOWER(a.value) LIKE {place} ESCAPE '\\'))"
            ));
        }
        let (sql, args) = conditions.newest_first("k.updated_at", "k.id", cursor, limit);
        Page::read(self.all(sql, &args).await?, limit, |row| {
            let contact = contact(row)?;
            Ok((Cursor { place: contact.updated_at.timestamp_micros(), id: contact.id.0 }, contact))
        })
    }
}

impl Tx {
    /// Keeps a new person.
    pub async fn insert_contact(&self, contact: &Contact) -> Result<(), DbError> {
        let sql =
            "INSERT INTO contact (id, version, name, language, language_chosen, emails, phones, tier, region, attributes, organisation, blocked,
            erased_at, created_at, updated_at, memberships, sees_colleagues)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
        let args = [
            contact.id.into(),
            contact.version.into(),
            (&contact.name).into(),
            (&contact.language).into(),
            contact.language_chosen.into(),
            json(&contact.emails)?,
            json(&contact.phones)?,
            json(&contact.tier)?,
            json(&contact.region)?,
            json(&contact.attributes)?,
            contact.organisation.into(),
            contact.blocked.into(),
            contact.erased_at.into(),
            contact.created_at.into(),
            contact.updated_at.into(),
            json(&contact.memberships)?,
            json(&contact.sees_colleagues)?,
        ];
        self.exec(sql, &args).await?;
        self.insert_addresses(contact).await
    }

    /// Keeps a person's record if `contact.version` is still the stored one, under the next version; false: somebody else changed it.
    pub async fn update_contact(&self, contact: &Contact) -> Result<bool, DbError> {
        let sql = "UPDATE contact SET version = version + 1, name = $1, language = $2, language_chosen = $3, emails = $4, phones = $5, tier = $6, region = $7,
            attributes = $8, organisation = $9, blocked = $10, erased_at = $11, updated_at = $12, memberships = $13, sees_colleagues = $14
            WHERE id = $15 AND version = $16";
        let args = [
            (&contact.name).into(),
            (&contact.language).into(),
            contact.language_chosen.into(),
            json(&contact.emails)?,
            json(&contact.phones)?,
            json(&contact.tier)?,
            json(&contact.region)?,
            json(&contact.attributes)?,
            contact.organisation.into(),
            contact.blocked.into(),
            contact.erased_at.into(),
            contact.updated_at.into(),
            json(&contact.memberships)?,
            json(&contact.sees_colleagues)?,
            contact.id.into(),
            contact.version.into(),
        ];
        if self.exec(sql, &args).await? == 0 {
            return Ok(false);
        }
        self.exec("DELETE FROM contact_address WHERE contact = $1", &args![contact.id]).await?;
        self.insert_addresses(contact).await?;
        Ok(true)
    }

    async fn insert_addresses(&self, contact: &Contact) -> Result<(), DbError> {
        let mut rows = Vec::new();
        for (kind, addresses) in [(AddressKind::Email, &contact.emails), (AddressKind::Phone, &contact.phones)] {
            for Address { value, verified, .. } in addresses {
                rows.push(Vec::from(args![contact.id, kind.as_str(), value, *verified]));
            }
        }
        self.insert(&ADDRESS, rows).await?;
        Ok(())
    }

    /// Keeps who somebody is on a channel.
    pub async fn insert_identity(&self, identity: &Identity) -> Result<(), DbError> {
        let sql = "INSERT INTO identity (channel, external_id, contact) VALUES ($1, $2, $3)";
        self.exec(sql, &args![&identity.channel, &identity.external_id, identity.contact]).await?;
        Ok(())
    }

    /// Keeps a new thread.
    pub async fn insert_thread(&self, thread: &Thread) -> Result<(), DbError> {
        let sql = "INSERT INTO thread (id, channel, external_id, contact) VALUES ($1, $2, $3, $4)";
        self.exec(sql, &args![thread.id, &thread.channel, &thread.external_id, thread.contact]).await?;
        Ok(())
    }

    /// Gives everything that belongs to `from` to `into`, and removes `from`. What `from` knew of itself is the caller's to carry over with [`Tx::update_contact`].
    pub async fn merge_contacts(&self, from: ContactId, into: ContactId, at: DateTime<Utc>) -> Result<(), DbError> {
        if from == into {
            return Ok(());
        }
        for table in ["identity", "thread"] {
            self.exec(format!("UPDATE {table} SET contact = $1 WHERE contact = $2"), &args![into, from]).await?;
        }
        // Whoever holds one of these now has to see that it changed.
        for table in ["conversation", "ticket"] {
            let sql = format!("UPDATE {table} SET contact = $1, version = version + 1, updated_at = $2 WHERE contact = $3");
            self.exec(sql, &args![into, at, from]).await?;
        }
        self.forget_contact_code(from).await?;
        self.exec("DELETE FROM contact_address WHERE contact = $1", &args![from]).await?;
        self.exec("DELETE FROM contact WHERE id = $1", &args![from]).await?;
        Ok(())
    }
}

//! To which company somebody belongs, by whose word, and whether they see their colleagues' tickets.

use serde::{Deserialize, Serialize};

use super::Contact;
use crate::{
    id::OrganisationId,
    sourced::{Source, Sourced},
};

/// Whether somebody sees the tickets of one company; said of that company only, so that it ends where they leave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seeing {
    /// Which company's.
    pub organisation: OrganisationId,
    /// Whether they may.
    pub allowed: bool,
}

impl Contact {
    /// The word that decides to which company they belong: the most trusted one that is more than a claim.
    pub fn membership(&self) -> Option<&Sourced<Option<OrganisationId>>> {
        self.memberships.fact()
    }

    /// The company whose tickets they may see besides their own: the one they belong to, where the most trusted word on it allows that.
    pub fn sees_colleagues_of(&self) -> Option<OrganisationId> {
        let organisation = self.organisation?;
        let is_fact = |said: &&Sourced<Seeing>| said.warning.is_none() && said.source != Source::Claim && said.value.organisation == organisation;
        let said = self.sees_colleagues.all().iter().find(is_fact)?;
        (said.value.allowed && self.erased_at.is_none()).then_some(organisation)
    }

    /// Takes back everything that was said about a company that is no more.
    pub fn forget_organisation(&mut self, id: OrganisationId) {
        self.memberships.retain(|said| said.value != Some(id));
        self.sees_colleagues.retain(|said| said.value.organisation != id);
        if self.organisation == Some(id) {
            self.organisation = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::id::ContactId;

    fn said<T>(value: T, source: Source) -> Sourced<T> {
        Sourced { value, source, by: None, at: DateTime::UNIX_EPOCH, warning: None }
    }

    fn company(number: u128) -> OrganisationId {
        OrganisationId(Uuid::from_u128(number))
    }

    fn ann() -> Contact {
        Contact::new(ContactId(Uuid::nil()), DateTime::UNIX_EPOCH)
    }

    fn settled(contact: &mut Contact) -> Option<OrganisationId> {
        contact.organisation = contact.membership().and_then(|said| said.value);
        contact.organisation
    }

    #[test]
    fn the_most_trusted_word_decides_and_none_is_a_word() {
        let mut ann = ann();
        for (source, value, in_force) in [
            (Source::Claim, Some(company(9)), None),
            (Source::MailDomain, Some(company(1)), Some(company(1))),
            (Source::Import, Some(company(2)), Some(company(2))),
            (Source::Crm, Some(company(3)), Some(company(3))),
            (Source::SignedIdentity, Some(company(4)), Some(company(4))),
            (Source::Agent, None, None),
            (Source::SignedIdentity, Some(company(5)), None),
        ] {
            ann.memberships.set(said(value, source));
            assert_eq!(settled(&mut ann), in_force, "{source:?}");
        }
        assert!(ann.memberships.clear(Source::Agent));
        assert_eq!(settled(&mut ann), Some(company(5)), "what lost stayed there");
    }

    #[test]
    fn nobody_sees_anything_unless_somebody_said_so_of_this_company() {
        let mut ann = ann();
        ann.memberships.set(said(Some(company(1)), Source::MailDomain));
        settled(&mut ann);
        assert_eq!(ann.sees_colleagues_of(), None);
        ann.sees_colleagues.set(said(Seeing { organisation: company(1), allowed: true }, Source::Claim));
        assert_eq!(ann.sees_colleagues_of(), None, "a claim allows nothing");
        ann.sees_colleagues.set(said(Seeing { organisation: company(1), allowed: true }, Source::Crm));
        assert_eq!(ann.sees_colleagues_of(), Some(company(1)));
        ann.sees_colleagues.set(said(Seeing { organisation: company(1), allowed: false }, Source::Agent));
        assert_eq!(ann.sees_colleagues_of(), None, "an agent has the last word");
        ann.sees_colleagues.clear(Source::Agent);
        ann.memberships.set(said(Some(company(2)), Source::Agent));
        settled(&mut ann);
        assert_eq!(ann.sees_colleagues_of(), None, "what was allowed in one company is not in another");
        ann.forget_organisation(company(2));
        assert_eq!((settled(&mut ann), ann.sees_colleagues_of()), (Some(company(1)), Some(company(1))));
        ann.erased_at = Some(DateTime::UNIX_EPOCH);
        assert_eq!(ann.sees_colleagues_of(), None);
    }

    const SOURCES: [Source; 6] = [Source::Agent, Source::SignedIdentity, Source::Crm, Source::Import, Source::MailDomain, Source::Claim];

    proptest! {
        #[test]
        fn what_is_seen_is_what_one_belongs_to(words in prop::collection::vec((0..6_usize, 0..4_u128, any::<bool>(), any::<bool>()), 0..40)) {
            let mut ann = ann();
            for (source, number, allowed, is_membership) in words {
                let source = SOURCES.get(source).copied().unwrap_or(Source::Claim);
                if is_membership {
                    ann.memberships.set(said((number > 0).then(|| company(number)), source));
                } else {
                    ann.sees_colleagues.set(said(Seeing { organisation: company(number), allowed }, source));
                }
                let own = settled(&mut ann);
                let seen = ann.sees_colleagues_of();
                prop_assert!(seen.is_none() || seen == own);
                let allows = |said: &Sourced<Seeing>| said.source != Source::Claim && said.value.allowed && Some(said.value.organisation) == own;
                prop_assert!(seen.is_none() || ann.sees_colleagues.all().iter().any(allows));
            }
        }
    }
}

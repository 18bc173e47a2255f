//! How the connection is, as operators are told.

use bellhop_channel::{Connection, Mailbox};

/// Tells operators how the connection is, each time that it changes.
pub(super) struct Health<'a> {
    mailbox: &'a dyn Mailbox,
    told: Option<Connection>,
}

impl<'a> Health<'a> {
    pub(super) fn new(mailbox: &'a dyn Mailbox) -> Self {
        Self { mailbox, told: None }
    }

    pub(super) fn up(&mut self) {
        self.tell(Connection::Up);
    }

    pub(super) fn troubled(&mut self, reason: String) {
        self.tell(Connection::Troubled { reason });
    }

    fn tell(&mut self, state: Connection) {
        if self.told.as_ref() != Some(&state) {
            self.mailbox.connection(state.clone());
            self.told = Some(state);
        }
    }
}

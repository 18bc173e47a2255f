//! The bus: says that something changed, so that others look. A lost signal costs latency only.

use bellhop_domain::id::{AgentId, ConversationId, TicketId};
use tokio::sync::broadcast;

/// Something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// A conversation, its messages or its dialogue.
    Conversation(ConversationId),
    /// Somebody writes in a conversation, or has stopped; nothing of it is stored.
    Writing(ConversationId),
    /// A ticket.
    Ticket(TicketId),
    /// What this agent is told of.
    Notices(AgentId),
    /// Articles, as far as the index has them.
    Knowledge,
    /// Templates, departments, rules, people and the like.
    Desk,
}

/// Carries signals within one process.
#[derive(Debug, Clone)]
pub struct Bus(broadcast::Sender<Signal>);

impl Default for Bus {
    fn default() -> Self {
        Self(broadcast::channel(1024).0)
    }
}

impl Bus {
    /// Tells everybody who listens; nobody listening is fine.
    pub fn tell(&self, signal: Signal) {
        let _nobody_listens = self.0.send(signal);
    }

    /// Listens from now on; a slow listener is told that it lags and catches up from the database.
    pub fn listen(&self) -> broadcast::Receiver<Signal> {
        self.0.subscribe()
    }
}

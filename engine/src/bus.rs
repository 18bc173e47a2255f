//! The bus: says that something changed, so that others look. A lost signal costs latency only.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

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
pub struct Bus {
    signals: broadcast::Sender<Signal>,
    told: Arc<AtomicU64>,
}

impl Default for Bus {
    fn default() -> Self {
        // Each process counts from somewhere else, so that nobody takes its marks for another's.
        Self { signals: broadcast::channel(1024).0, told: Arc::new(AtomicU64::new(u64::from(rand::random::<u32>()) << 24)) }
    }
}

impl Bus {
    /// Tells everybody who listens; nobody listening is fine.
    pub fn tell(&self, signal: Signal) {
        self.told.fetch_add(1, Ordering::SeqCst);
        let _nobody_listens = self.signals.send(signal);
    }

    /// Listens from now on; a slow listener is told that it lags and catches up from the database.
    pub fn listen(&self) -> broadcast::Receiver<Signal> {
        self.signals.subscribe()
    }

    /// Where the bus stands. Whoever takes a mark, then looks, and later listens and finds the same mark has missed nothing between.
    pub fn mark(&self) -> u64 {
        self.told.load(Ordering::SeqCst)
    }
}

//! Commands on a real database. No channel is configured: what would be sent is kept as failed.

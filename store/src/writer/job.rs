//! A closure in the queue.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread::Thread,
};

use tokio::sync::oneshot;

use crate::{
    error::{DbError, WriteError},
    tx::Tx,
    writer::Writing,
};

/// A closure in the queue, whatever it answers.
pub(super) trait Job: Send {
    /// Whether its caller still waits; from now on it will wait to the end.
    fn begin(&self) -> bool;

    /// Whether its caller has gone.
    fn given_up(&self) -> bool;

    /// Does the work; false: it has to be undone.
    fn run(&mut self, tx: &Tx) -> bool;

    /// Tells the caller what the closure answered: after the commit, or after its work was undone.
    fn answer(self: Box<Self>);

    /// Tells the caller that the database failed.
    fn fail(self: Box<Self>, error: DbError);
}

const WAITING: u8 = 0;
const BEGUN: u8 = 1;
const GIVEN_UP: u8 = 2;

/// Whose turn it is: the writer's to begin, or the caller's to give up; whoever is first.
#[derive(Clone)]
pub(super) struct Turn(Arc<AtomicU8>);

impl Turn {
    fn take(&self, as_what: u8) -> bool {
        self.0.compare_exchange(WAITING, as_what, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// Takes a closure out of the queue when its caller stops waiting.
pub(super) struct GiveUpOnDrop(pub(super) Option<Turn>);

impl GiveUpOnDrop {
    /// False: the work has begun.
    pub(super) fn give_up(&mut self) -> bool {
        self.0.take().is_some_and(|turn| turn.take(GIVEN_UP))
    }
}

impl Drop for GiveUpOnDrop {
    fn drop(&mut self) {
        self.give_up();
    }
}

/// A closure with a place for its answer.
pub(super) struct Closure<F, T, E> {
    todo: Option<Box<F>>,
    done: Option<Result<T, E>>,
    turn: Turn,
    reply: oneshot::Sender<Result<T, WriteError<E>>>,
}

impl<F, T, E> Closure<F, T, E> {
    /// Waiting.
    pub(super) fn new(closure: Box<F>, reply: oneshot::Sender<Result<T, WriteError<E>>>) -> (Self, Turn) {
        let turn = Turn(Arc::new(AtomicU8::new(WAITING)));
        (Self { todo: Some(closure), done: None, turn: turn.clone(), reply }, turn)
    }
}

impl<F, T, E> Job for Closure<F, T, E>
where
    F: for<'t> FnOnce(&'t Tx) -> Writing<'t, T, E> + Send + 'static,
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    fn begin(&self) -> bool {
        self.turn.take(BEGUN)
    }

    fn given_up(&self) -> bool {
        self.turn.0.load(Ordering::Acquire) == GIVEN_UP
    }

    fn run(&mut self, tx: &Tx) -> bool {
        let Some(closure) = self.todo.take() else { return false };
        let mut result =
            catch_unwind(AssertUnwindSafe(|| wait_for(closure(tx)))).unwrap_or_else(|_| Err(E::from(DbError::said("the closure panicked"))));
        if let (Ok(_), Some(fault)) = (&result, tx.fault()) {
            result = Err(E::from(fault));
        }
        let kept = result.is_ok();
        self.done = Some(result);
        kept
    }

    fn answer(self: Box<Self>) {
        if let Some(result) = self.done {
            // The caller may have gone.
            let _ = self.reply.send(result.map_err(WriteError::Closure));
        }
    }

    fn fail(self: Box<Self>, error: DbError) {
        let _ = self.reply.send(Err(WriteError::Unavailable(error)));
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future on this thread. Those of the writer are ready at once.
fn wait_for<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return value;
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return value;
        }
        std::thread::park();
    }
}

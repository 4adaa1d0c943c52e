//! The queue before the committer: bounded, so that too much waiting is told and not hidden.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tracing::Instrument as _;
use zongheng_core::time::At;

use super::meter::{Measured, Meter};
use super::{Answer, LARGEST_BATCH, Refused, Submission};
use crate::error::StoreError;
use crate::open::Store;

/// Where the committer looks what time it is.
pub type Clock = Arc<dyn Fn() -> At + Send + Sync>;

/// Commands that may wait; one more is told that the server is busy.
const WAITING: usize = 1024;

/// The way to the committer. Cheap to clone; one a server.
#[derive(Clone)]
pub struct Recorder {
    queue: mpsc::Sender<Waiting>,
    closing: Arc<Notify>,
    meter: Arc<Meter>,
    committer: Arc<Mutex<Option<JoinHandle<()>>>>,
}

struct Waiting {
    wanted: Submission,
    answer: oneshot::Sender<Answer>,
    /// Where it comes from, for whoever follows a request through the server.
    span: tracing::Span,
}

impl Store {
    /// Starts the committer. Where the store keeps a watch over this clock, what comes while it is not to be
    /// believed is refused as [`StoreError::Clock`].
    pub fn start(&self, clock: Clock) -> Recorder {
        self.start_with(clock, WAITING)
    }

    /// The same with room for so many commands to wait.
    pub fn start_with(&self, clock: Clock, waiting: usize) -> Recorder {
        let (queue, commands) = mpsc::channel(waiting.max(1));
        let closing = Arc::new(Notify::new());
        let meter = Arc::<Meter>::default();
        let committing =
            commit(self.clone(), commands, clock, Arc::clone(&closing), Arc::clone(&meter));
        let committer = tokio::spawn(committing);
        Recorder { queue, closing, meter, committer: Arc::new(Mutex::new(Some(committer))) }
    }
}

impl Recorder {
    /// Records a command and waits until it is durable, or says why it is not recorded. A caller who
    /// stops waiting does not take the command back.
    pub async fn record(&self, wanted: Submission) -> Answer {
        let (answer, answered) = oneshot::channel();
        let span = tracing::Span::current();
        self.queue.try_send(Waiting { wanted, answer, span }).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })?;
        answered.await.unwrap_or(Err(Refused::Store(StoreError::Closed)))
    }

    /// How many commands wait to be taken.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// What the committer did since it was started.
    pub fn measured(&self) -> Measured {
        self.meter.read()
    }

    /// Records what waits and ends; whoever comes later is told that the server is going down.
    pub async fn drain(&self) {
        self.closing.notify_one();
        if let Some(committer) = self.committer.lock().await.take() {
            let _ended = committer.await;
        }
    }
}

async fn commit(
    store: Store,
    mut commands: mpsc::Receiver<Waiting>,
    clock: Clock,
    closing: Arc<Notify>,
    meter: Arc<Meter>,
) {
    let mut batch = Vec::with_capacity(LARGEST_BATCH);
    loop {
        tokio::select! {
            taken = commands.recv_many(&mut batch, LARGEST_BATCH) => {
                if taken == 0 {
                    return;
                }
            }
            () = closing.notified() => {
                // Nothing new comes in; the next turns empty the queue, and then it ends.
                commands.close();
                continue;
            }
        }
        // Whoever was just answered may be about to ask again.
        tokio::task::yield_now().await;
        while batch.len() < LARGEST_BATCH
            && let Ok(waiting) = commands.try_recv()
        {
            batch.push(waiting);
        }
        // One batch serves many requests: it hangs under the first and names the others.
        let first = batch.first().map_or_else(tracing::Span::none, |waiting| waiting.span.clone());
        let span =
            tracing::info_span!(target: "trace", parent: &first, "batch", commands = batch.len());
        for other in batch.iter().skip(1) {
            span.follows_from(&other.span);
        }
        let (commands_taken, begun) = (batch.len(), Instant::now());
        let (wanted, answers): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|waiting| (waiting.wanted, waiting.answer)).unzip();
        // In a task of its own: whatever panics there does not end the committer.
        let (recording, now) = (store.clone(), clock());
        let recording = async move { recording.record_all(wanted, now).await }.instrument(span);
        let recorded = tokio::spawn(recording).await;
        meter.note(commands_taken, begun.elapsed());
        let mut recorded = recorded.unwrap_or_default().into_iter();
        for to in answers {
            // Nobody waits any more where the connection is gone; the command stands all the same.
            let _gone =
                to.send(recorded.next().unwrap_or(Err(Refused::Store(StoreError::Panicked))));
        }
    }
}

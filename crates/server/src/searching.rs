//! What is searched follows what is recorded: at once after this server's batches, within half a second after another's.
//!
//! In a flood it gives way: while this server records, it rests four times as long as it worked, falls behind, says so
//! on the page, and catches up when the flood is over.

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use zongheng_store::ACTS_A_STEP;

use crate::app::Shared;

/// After so long the ledger is looked at though this server recorded nothing: another one may have.
const EVERY: Duration = Duration::from_millis(500);

/// Between two turns: acts on one matter that come together are followed once.
const REST: Duration = Duration::from_millis(100);

/// How many times as long as it worked it rests while others record, and the longest rest.
const GIVING_WAY: u32 = 4;
const LONGEST: Duration = Duration::from_millis(800);

/// After a failure; the database says so elsewhere too.
const LATER: Duration = Duration::from_secs(5);

/// Follows until it is aborted; what it left undone the next one does.
pub async fn run(app: Shared) {
    let mut acts = ACTS_A_STEP;
    loop {
        let (begun, batches) = (Instant::now(), app.recorder.measured().batches);
        let followed = app.store.follow_step(&app.code, acts).await;
        // A step that the database refuses, since its texts are too long, is tried again in halves.
        acts = if followed.is_ok() { ACTS_A_STEP } else { (acts / 2).max(1) };
        match followed {
            Ok(Some(_)) if app.recorder.measured().batches > batches => {
                sleep((begun.elapsed() * GIVING_WAY).clamp(REST, LONGEST)).await;
            }
            Ok(Some(_)) => {}
            Ok(None) => {
                // Whether it was told or has waited, it looks.
                drop(timeout(EVERY, app.store.recorded()).await);
                sleep(REST).await;
            }
            Err(error) => {
                tracing::warn!(%error, "search could not follow the ledger; tried again in a moment");
                sleep(LATER).await;
            }
        }
    }
}

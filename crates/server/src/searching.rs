//! What is searched follows what is recorded: at once after this server's batches, within half a second after another's.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::app::Shared;

/// After so long the ledger is looked at though this server recorded nothing: another one may have.
const EVERY: Duration = Duration::from_millis(500);

/// Between two turns: acts on one matter that come together are followed once, and whoever records is let in.
const REST: Duration = Duration::from_millis(100);

/// After a failure; the database says so elsewhere too.
const LATER: Duration = Duration::from_secs(5);

/// Follows until it is aborted; what it left undone the next one does.
pub async fn run(app: Shared) {
    loop {
        match app.store.follow(&app.code).await {
            Ok(_) => {
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

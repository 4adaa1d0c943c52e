//! The runner: once a minute the county's time moves on, and what it brings about is recorded and told.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use zongheng_store::StoreError;

use crate::app::Shared;

/// Passes until it is aborted. Two servers may run at once: what the one has done the other finds done.
pub async fn run(app: Shared) {
    let mut minutes = interval(Duration::from_mins(1));
    // After a pass that took longer the next follows a minute later, and none is caught up on.
    minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut held_back = false;
    loop {
        minutes.tick().await;
        let passed = pass(&app).await;
        // Said once, and not each minute, while the clock waits for somebody.
        let doubted = matches!(passed, Err(StoreError::Clock { .. }));
        match passed {
            Ok(()) => {}
            Err(_) if doubted && held_back => {}
            Err(error) => tracing::error!(%error, "the county's time could not be moved on"),
        }
        held_back = doubted;
    }
}

async fn pass(app: &Shared) -> zongheng_store::Result<()> {
    app.store.heed_accepted(&app.code).await?;
    let passed = app.store.pass(&app.code, app.now()).await?;
    app.tally.passed(&passed);
    if passed.acts + passed.told > 0 || passed.sealed {
        let (acts, told, sealed) = (passed.acts, passed.told, passed.sealed);
        tracing::info!(acts, told, sealed, "time has brought about");
    }
    if let Some(deadlines @ 1..) = passed.unheard {
        tracing::warn!(deadlines, "nobody answers for units that owe something");
    }
    Ok(())
}

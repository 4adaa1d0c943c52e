//! What need not be kept is removed, in steps so small that nobody waits for them: each hour what somebody without an
//! account began to send and never ended, once a day all else.

use std::time::Duration;

use zongheng_core::time::At;
use zongheng_store::Cleaned;

use crate::app::Shared;

/// Looks each hour, so that a server that is started each morning cleans too.
const EVERY: Duration = Duration::from_hours(1);

/// Cleans for ever.
pub async fn run(app: Shared) {
    let mut hours = tokio::time::interval(EVERY);
    let mut done = None;
    loop {
        hours.tick().await;
        let now = app.now();
        match app.store.sweep_files(&app.code, now).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "files that nothing names are removed"),
            Err(error) => {
                tracing::warn!(%error, "files that nothing names could not be removed");
            }
        }
        let today = now.date();
        if done == Some(today) {
            continue;
        }
        match app.store.clean(&app.code, now).await {
            Ok(Cleaned { sessions, links, tokens, messages }) => {
                crate::logs::clean(today);
                if let Err(error) = sweep(&app, now).await {
                    tracing::warn!(%error, "what old imports and exports left could not be removed");
                }
                tracing::info!(sessions, links, tokens, messages, "what was over is removed");
                done = Some(today);
            }
            Err(error) => {
                tracing::warn!(%error, "what is over could not be removed; tried again in an hour");
            }
        }
    }
}

/// What imports and exports left long ago.
async fn sweep(app: &Shared, now: At) -> std::io::Result<()> {
    let exports = crate::api::exports::folder(app);
    app.imports
        .ask(move |desk| {
            desk.sweep(now);
            crate::exporting::sweep(&exports)
        })
        .await
}

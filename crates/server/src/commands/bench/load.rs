//! `zongheng bench --against 127.0.0.1:8411`: reports to a server that runs already, as many as so many clients bring
//! in so many seconds.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::figures::Figures;
use super::http::{Client, Keys};
use crate::commands::Failure;

/// # Errors
/// The server does not answer, refuses a report, or its county is not a simulated one: what is reported stays in the
/// register for ever.
pub(super) async fn load(
    address: SocketAddr,
    (clients, seconds): (u32, u32),
    figures: &mut Figures,
) -> Result<(), Failure> {
    let mut client = Client::connect(address).await?;
    let told: Value = serde_json::from_slice(client.look("/readyz").await?)
        .map_err(|e| Failure::input(format!("{address} is no Zongheng: {e}")))?;
    if told["simulated"] != json!(true) {
        let said = format!(
            "{address} does not serve a simulated county, and reports stay in a register for ever: try it on one that \
             `zongheng simulate` made and `zongheng serve --simulated` serves"
        );
        return Err(Failure::input(said));
    }
    let keys = Keys::of_this_run();
    let until = Instant::now() + Duration::from_secs(u64::from(seconds));
    let begun = Instant::now();
    let at_work: Vec<_> = (0..clients)
        .map(|n| {
            let keys = keys.clone();
            tokio::spawn(async move {
                let (mut client, mut took) = (Client::connect(address).await?, Vec::new());
                for k in (n..).step_by(clients as usize) {
                    if Instant::now() >= until {
                        break;
                    }
                    took.push(client.timed(&keys.report(k), 201).await?);
                }
                Ok::<_, Failure>(took)
            })
        })
        .collect();
    let mut took = Vec::new();
    for client in at_work {
        took.extend(client.await.map_err(|e| Failure::input(e.to_string()))??);
    }
    let all = u64::try_from(took.len()).unwrap_or(u64::MAX);
    figures.set("clients", json!(clients));
    figures.set("reports", json!(all));
    figures.per_second("reports", all, begun.elapsed());
    figures.times("reports", took);
    Ok(())
}

//! `zongheng runner`: what the runner would do, before it does it.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::json;
use zongheng_core::ids::UserId;
use zongheng_core::time::At;
use zongheng_store::Pending;

use super::Failure;
use super::place::{Hold, Place};
use super::say;

/// What `runner` does.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Runner {
    /// What a pass would record and whom it would tell now; nothing is written.
    Pending(Waiting),
    /// This machine's clock is right: servers that wait for somebody to confirm it go on within a minute.
    AcceptClock(Place),
}

/// What `runner pending` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Waiting {
    #[command(flatten)]
    place: Place,
    /// What the first pass at another moment would do, as 2026-11-26T09:00, where nothing else happens before it.
    #[arg(long, value_name = "TIME", value_parser = super::moment)]
    at: Option<At>,
    /// Every line of every message, and not the sums alone.
    #[arg(long)]
    lines: bool,
    /// For a program to read.
    #[arg(long)]
    json: bool,
}

impl Runner {
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Self::Pending(waiting) => super::run(waiting.show()),
            Self::AcceptClock(place) => super::run(accept_clock(place)),
        }
    }
}

async fn accept_clock(place: Place) -> Result<(), Failure> {
    let (store, code) = place.open_county(Hold::Beside).await?;
    let now = super::now();
    store.accept_clock(&code, now).await?;
    say!("confirmed: it is {now}");
    Ok(())
}

impl Waiting {
    async fn show(self) -> Result<(), Failure> {
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        let pending = store.pending(&code, self.at.unwrap_or_else(super::now)).await?;
        let accounts = store.accounts(&code).await?;
        let logins: BTreeMap<_, _> = accounts.into_iter().map(|a| (a.id, a.login)).collect();
        let login = |id: UserId| logins.get(&id).map_or("?", String::as_str);
        if self.json {
            let told = pending
                .by_account()
                .into_iter()
                .map(|(account, lines)| json!({ "login": login(account), "lines": lines }));
            let lines = self.lines.then_some(&pending.told);
            say!(
                "{}",
                json!({
                    "ticked_to": pending.ticked_to, "acts": pending.acts, "unheard": pending.unheard,
                    "told": told.collect::<Vec<_>>(), "lines": lines,
                })
            );
            return Ok(());
        }
        self.print(&pending, &login);
        Ok(())
    }

    fn print<'l>(&self, pending: &Pending, login: &impl Fn(UserId) -> &'l str) {
        say!("the county's time stands at {}", pending.ticked_to);
        if pending.acts.is_empty() && pending.told.is_empty() && pending.unheard == 0 {
            say!("nothing waits");
            return;
        }
        for (kind, n) in &pending.acts {
            say!("would be recorded: {n} × {kind}");
        }
        for (account, lines) in pending.by_account() {
            let lines: Vec<String> =
                lines.iter().map(|(rung, n)| format!("{n} × {rung}")).collect();
            say!("would be told: {}: {}", login(account), lines.join(", "));
        }
        if pending.unheard > 0 {
            say!("nobody answers for: {} deadlines", pending.unheard);
        }
        if self.lines {
            for told in &pending.told {
                let (who, what) = (login(told.account), told.stage);
                say!("{who}\t{}\t{what}\t{}\tdue {}", told.no, told.rung, told.due);
            }
        }
    }
}

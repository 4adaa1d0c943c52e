//! `zongheng bench`: what this machine does, measured in one run and printed as a table and as JSON.
//!
//! The register is filled through recording, with its floor beside it; then the ledger is verified; then
//! the program serves on 127.0.0.1 as a process of its own and is asked over HTTP. With `--against` nothing of this:
//! a server that runs already gets reports and, with a token, questions.

mod figures;
mod filling;
mod http;
mod load;
mod reads;
mod runner;
mod safety;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use zongheng_core::clock::{self, Asked, Limit};
use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::morning_after;

use self::figures::Figures;
use self::filling::Filled;
use super::place::Place;
use super::{Failure, now, say};
use crate::programmes;

/// What `bench` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    /// An empty database, beside which the floor gets one of its own: a file named so with `-floor`
    /// after it, or the schema `floor`. Files that go when the run ends where left out. A simulated county that
    /// stands there already is measured as it is, without filling and floor.
    #[arg(long, value_name = "ADDRESS")]
    db: Option<String>,
    /// Matters in the register while it is measured.
    #[arg(long, value_name = "N", default_value_t = 100_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    matters: u32,
    /// Leaves out the runner's passes, backup and restore, which take an hour at a million matters.
    #[arg(long)]
    short: bool,
    /// A server of a simulated county that runs already, as 127.0.0.1:8411: it alone is asked, nothing else is measured.
    #[arg(long, value_name = "HOST:PORT", conflicts_with_all = ["db", "matters", "short"])]
    against: Option<SocketAddr>,
    /// How many ask that server at once: all report, or with --token every second one.
    #[arg(long, value_name = "N", default_value_t = 64, requires = "against",
        value_parser = clap::value_parser!(u32).range(1..=1_000))]
    clients: u32,
    /// For how many seconds.
    #[arg(long, value_name = "S", default_value_t = 30, requires = "against",
        value_parser = clap::value_parser!(u32).range(1..=86_400))]
    seconds: u32,
    /// A file with a token of somebody who sees the register: every second client reads lists, counts, words and
    /// matters with it.
    #[arg(long, value_name = "FILE", requires = "against")]
    token: Option<PathBuf>,
    /// For how many milliseconds each client rests between two questions.
    #[arg(long, value_name = "MS", default_value_t = 0, requires = "against",
        value_parser = clap::value_parser!(u32).range(0..=60_000))]
    pause: u32,
}

const DUES: u32 = 100_000;

impl Bench {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.bench())
    }

    async fn bench(self) -> Result<(), Failure> {
        if let Some(address) = self.against {
            let mut figures = Figures::default();
            let token = self.token.as_deref().map(read_token).transpose()?;
            let pause = Duration::from_millis(u64::from(self.pause));
            let asked = load::Load { address, clients: self.clients, token, pause };
            load::load(asked, Duration::from_secs(u64::from(self.seconds)), &mut figures).await?;
            told(&figures);
            return Ok(());
        }
        let folder = std::env::temp_dir().join(format!("zongheng-bench-{}", std::process::id()));
        let shown = folder.display().to_string();
        std::fs::create_dir_all(&folder).map_err(|e| Failure::Io(shown, e))?;
        let own = format!("sqlite:{}", folder.join("bench.db").display());
        let place = Place { db: Some(self.db.unwrap_or(own)), county: None };
        let measured = measure(&place, &folder, (self.matters, self.short)).await;
        // What is left behind in the temporary folder changes no figure.
        drop(std::fs::remove_dir_all(folder));
        told(&measured?);
        Ok(())
    }
}

fn read_token(file: &Path) -> Result<String, Failure> {
    let text =
        std::fs::read_to_string(file).map_err(|e| Failure::Io(file.display().to_string(), e))?;
    Ok(text.trim().to_owned())
}

fn told(figures: &Figures) {
    super::print(format_args!("{figures}"));
    say!("{}", figures.json());
}

async fn measure(
    place: &Place,
    folder: &Path,
    (matters, short): (u32, bool),
) -> Result<Figures, Failure> {
    let mut figures = Figures::default();
    dues(&mut figures)?;
    let Filled { code, no, tokens, falls } = filling::fill(place, matters, &mut figures).await?;
    verify(place, &code, &mut figures).await?;
    http::measure(&place.address()?, folder, (&no, &tokens, short), &mut figures).await?;
    if short {
        return Ok(figures);
    }
    // The county's time is ahead from here on: nothing that serves comes after.
    runner::nothing(place, &code, now(), &mut figures).await?;
    if let Some([before, fallen]) = falls {
        let morning = morning_after(fallen, &programmes::calendar().map_err(Failure::Input)?);
        for pass in [("before", before), ("fallen", fallen), ("morning", morning)] {
            runner::measure(place, &code, pass, &mut figures).await?;
        }
    }
    Ok(figures)
}

async fn verify(place: &Place, code: &DivisionCode, figures: &mut Figures) -> Result<(), Failure> {
    let store = place.open_simulated().await?;
    let begun = Instant::now();
    let verified = store.verify_ledger(code, None).await?;
    let summary = verified.map_err(|e| Failure::DoesNotHold(e.to_string()))?;
    let acts = u64::try_from(summary.acts).unwrap_or(0);
    figures.per_second("verified_acts", acts, begun.elapsed());
    store.close().await;
    Ok(())
}

/// The arithmetic of the clock alone: seven working days from moments all over a year.
fn dues(figures: &mut Figures) -> Result<(), Failure> {
    let calendar = programmes::calendar().map_err(Failure::Input)?;
    let first = now().plus_seconds(-200 * 86_400);
    let begun = Instant::now();
    for n in 0..DUES {
        let asked = Asked::new(first.plus_seconds(i64::from(n) * 150), Limit::WorkingDays(7));
        std::hint::black_box(
            clock::due(&calendar, &asked).map_err(|e| Failure::input(e.to_string()))?,
        );
    }
    figures.per_second("deadlines", u64::from(DUES), begun.elapsed());
    Ok(())
}

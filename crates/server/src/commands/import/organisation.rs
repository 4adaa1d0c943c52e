//! `zongheng import grids|people|powers|units FILE`: a table of the organisation, checked whole, shown, and recorded as one change.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::json;
use zongheng_core::organisation::Datum;

use super::Import;
use crate::changes::tables::{self, BadCell, Given, Kind, Taken, Untaken};
use crate::commands::place::Hold;
use crate::commands::{Failure, now, say};
use crate::exporting::Part;
use crate::secret;
use crate::submit::Mint;

/// What is said beside a table of the organisation.
#[derive(Debug, clap::Args)]
pub(crate) struct Said {
    /// Of the organisation: the number of the paper by which it is decided, such as 商政〔2026〕12号.
    #[arg(long, value_name = "NO")]
    paper: Option<String>,
    /// Of the organisation: the day from which rows hold that name none; today where left out.
    #[arg(long, value_name = "D")]
    on: Option<Date>,
    /// Of grids: the datum of the coordinates, wgs84, gcj02 or bd09; turned to WGS84 (CGCS2000).
    #[arg(long, value_name = "DATUM")]
    datum: Option<Datum>,
    /// Of grids: writes a picture of them, with every faulty place marked and numbered.
    #[arg(long, value_name = "FILE.svg")]
    picture: Option<PathBuf>,
}

impl Said {
    /// Nothing of it is for a table of matters.
    pub(super) fn nothing(&self) -> Result<(), Failure> {
        let Self { paper, on, datum, picture } = self;
        if paper.is_none() && on.is_none() && datum.is_none() && picture.is_none() {
            return Ok(());
        }
        Err(Failure::input(
            "--paper and --on are for grids, people, powers and units; --datum and --picture for grids",
        ))
    }
}

impl Import {
    /// Takes a table of the organisation.
    pub(super) async fn organisation(self, kind: Kind) -> Result<(), Failure> {
        if self.map.is_some() || self.year.is_some() || self.reconcile.is_some() {
            return Err(Failure::input("--map, --year and --reconcile are for tables of matters"));
        }
        let Said { paper, on, datum, picture } = &self.organisation;
        if kind != Kind::Grids && (datum.is_some() || picture.is_some()) {
            return Err(Failure::input("--datum and --picture are for grids"));
        }
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        let given = Given {
            path: &self.file,
            sheet: self.sheet.as_deref(),
            paper: paper.as_deref(),
            on: on.unwrap_or_else(|| now().date()),
            now: now(),
            datum: *datum,
            picture: picture.is_some(),
        };
        let taken = match tables::take(&store, &code, kind, &given).await {
            Ok(taken) => taken,
            Err(Untaken::File(what)) => return Err(Failure::input(what)),
            Err(Untaken::Store(error)) => return Err(error.into()),
            Err(Untaken::Cells { cells, picture: drawn }) => {
                show(picture.as_deref(), drawn.as_deref())?;
                return Err(Failure::Input(cells.iter().map(BadCell::to_string).collect()));
            }
        };
        show(picture.as_deref(), taken.picture.as_deref())?;
        for column in &taken.unread {
            eprintln!("column {column} is not read");
        }
        for note in &taken.notes {
            eprintln!("{note}");
        }
        for warning in &taken.checked.warnings {
            eprintln!("{warning}");
        }
        let nothing = self.dry_run || taken.checked.changes_nothing();
        let mut acts = 0;
        let mut links = Vec::new();
        if !nothing {
            if !taken.make_accounts(&store, &code, now()).await? {
                return Err(Failure::input("one of the logins was taken meanwhile: run it again"));
            }
            let key = Mint::by_chance().key();
            acts = taken.checked.record_by_hand(&store, &key, now()).await?.len();
            for (login, id) in &taken.accounts {
                links.push((login.clone(), secret::link(&store, &code, *id, now()).await?));
            }
        }
        self.tell(kind, &taken, acts, &links);
        store.close().await;
        Ok(())
    }

    fn tell(&self, kind: Kind, taken: &Taken, acts: usize, links: &[(String, String)]) {
        let count = taken.count;
        if self.json {
            let mut said = json!({
                "rows": count.rows, "new": count.new, "changed": count.changed, "same": count.same,
                "acts": acts,
            });
            if kind == Kind::People {
                let link = |(login, link): &(String, String)| json!({"login": login, "link": link});
                said["accounts"] = links.iter().map(link).collect();
            }
            say!("{said}");
            return;
        }
        for (zh, en) in &taken.checked.lines {
            say!("{zh}\n  {en}");
        }
        for (zh, en, n) in [
            ("行", "rows", count.rows),
            ("新的", "new", count.new),
            ("有变动的", "changed", count.changed),
            ("原来就是这样的", "so already", count.same),
            ("登记的记录", "acts recorded", acts),
        ] {
            say!("{zh} {en}: {n}");
        }
        if kind == Kind::People {
            say!("新账号 new accounts: {}", taken.accounts.len());
        }
        if !links.is_empty() {
            say!("一次性链接，三天内有效\n  one-time links, open for three days");
        }
        for (login, link) in links {
            say!("{login} {link}");
        }
        if taken.checked.changes_nothing() {
            say!("没有变化\n  nothing changes");
        } else if self.dry_run {
            say!("只检查，没有登记\n  looked at only, nothing is recorded");
        }
    }
}

/// Writes the picture under another name until it is whole.
fn show(path: Option<&Path>, picture: Option<&str>) -> Result<(), Failure> {
    let (Some(path), Some(picture)) = (path, picture) else { return Ok(()) };
    let cannot = |e| Failure::Io(path.display().to_string(), e);
    let (mut file, part) = Part::begin(path).map_err(cannot)?;
    file.write_all(picture.as_bytes()).and_then(|()| file.sync_all()).map_err(cannot)?;
    part.keep(path).map_err(cannot)
}

//! `zongheng import KIND FILE`: what another system kept comes over, looked at whole first: matters, hotline orders and
//! tasks here, tables of the organisation in `organisation`.

mod organisation;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::json;
use zongheng_core::matter::{Actor, Key};
use zongheng_store::Store;

use super::place::{Hold, Place};
use super::{Failure, end_line, progress, say};
use crate::changes::tables;
use crate::importing::reconcile::{As, What};
use crate::importing::{Counts, Judged, Layout, Looked, Table, Unimported, Why};

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// Matters of any table: --map says which column is what.
    Matters,
    /// Orders as the city's hotline hands them out.
    Hotline,
    /// The supervision ledger.
    Tasks,
    /// 网格: a table or a drawing (.geojson) of grids, held against the ground.
    Grids,
    /// 任职花名册: who is in which post, by accounts.
    People,
    /// 权责清单: rows of the list of powers.
    Powers,
    /// 机构名录: units.
    Units,
}

impl Kind {
    /// The kinds that are tables of the organisation.
    const fn of_organisation(self) -> Option<tables::Kind> {
        match self {
            Self::Matters | Self::Hotline | Self::Tasks => None,
            Self::Grids => Some(tables::Kind::Grids),
            Self::People => Some(tables::Kind::People),
            Self::Powers => Some(tables::Kind::Powers),
            Self::Units => Some(tables::Kind::Units),
        }
    }
}

/// What `import` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    #[command(flatten)]
    place: Place,
    #[arg(value_enum)]
    kind: Kind,
    /// CSV (UTF-8 or GB18030) or XLSX; of grids also .geojson.
    file: PathBuf,
    /// The map of the columns, TOML; a built-in layout where left out.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// The sheet, where a workbook has several.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The year of dates that name none, such as 4.14.
    #[arg(long, value_name = "YYYY", value_parser = clap::value_parser!(i16).range(2000..=2100))]
    year: Option<i16>,
    /// Rows that are left out, by their numbers in the sheet, as 492,2638; they are counted.
    #[arg(long, value_name = "ROWS", value_delimiter = ',')]
    without: Vec<u32>,
    /// Looks at everything and records nothing.
    #[arg(long)]
    dry_run: bool,
    /// Holds the table against the register and writes every difference into this file, XLSX or CSV by its name;
    /// records nothing.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    reconcile: Option<PathBuf>,
    /// The counts as one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    organisation: organisation::Said,
}

impl Import {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.import())
    }

    fn layout(&self) -> Result<Layout, Failure> {
        let layout = match (&self.map, self.kind) {
            (Some(map), _) => {
                let name = map.display().to_string();
                let text =
                    std::fs::read_to_string(map).map_err(|e| Failure::Io(name.clone(), e))?;
                Layout::read(&name, &text)
            }
            (None, Kind::Hotline) => Layout::hotline(),
            (None, Kind::Tasks) => Layout::tasks(),
            (None, _) => Err("matters come in any table: say with --map which column is \
                                          what; docs/importing.md has an example"
                .to_owned()),
        };
        let layout = layout.map_err(Failure::input)?;
        Ok(Layout { year: self.year.or(layout.year), ..layout })
    }

    async fn import(self) -> Result<(), Failure> {
        if let Some(kind) = self.kind.of_organisation() {
            return self.organisation(kind).await;
        }
        self.organisation.nothing()?;
        let layout = self.layout()?;
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        let (standing, sheet) = (store.county(&code).await?, self.sheet.as_deref());
        let by = (Actor::system(), super::now());
        let table = Table::open(&self.file, sheet, layout, standing, by);
        let without = self.without.iter().copied().collect();
        let table = Arc::new(table.map_err(failure)?.without(without));
        if let Some(out) = &self.reconcile {
            let same = |path: &Path| path.canonicalize().ok();
            if same(out).is_some_and(|out| Some(out) == same(&self.file)) {
                let what = format!("{} is the table itself: give another file", out.display());
                return Err(Failure::input(what));
            }
            let done = reconcile(&table, &store, out, self.json).await;
            store.close().await;
            return done;
        }
        let looked = table.look(&store, progress("looked at")).await.map_err(failure)?;
        end_line();
        for column in &looked.hidden {
            eprintln!("column {column} is hidden and is not read");
        }
        if !looked.absent.is_empty() {
            eprintln!(
                "there is no row {} below the head: --without names it",
                listed(&looked.absent)
            );
        }
        if looked.under.all > 0 {
            let more =
                if looked.under.all > looked.under.rows.len() as u64 { " and more" } else { "" };
            eprintln!(
                "row {}{more}: hidden, and read like all others; --without leaves rows out",
                listed(&looked.under.rows)
            );
        }
        let counts = if self.dry_run || looked.counts.new == 0 {
            looked.counts
        } else {
            apply(&table, &store).await?
        };
        self.say(&looked, &counts);
        store.close().await;
        Ok(())
    }

    fn say(&self, looked: &Looked, counts: &Counts) {
        let Looked { history, judged, .. } = looked;
        if self.json {
            let judged: serde_json::Map<_, _> =
                judged.rows().into_iter().map(|(name, n)| (name.to_owned(), json!(n))).collect();
            say!(
                "{}",
                json!({
                    "lines": counts.lines, "imported": if self.dry_run { 0 } else { counts.new },
                    "new": counts.new, "history": history, "there": counts.there,
                    "twice": counts.twice, "blank": counts.blank, "totals": counts.totals,
                    "notes": counts.notes, "heads": counts.heads, "joined": counts.joined,
                    "left": counts.left, "add_up": counts.add_up(),
                    "judged": judged, "provisional": looked.judged.provisional,
                    "skipped": looked.skipped.rows, "skipped_more": looked.skipped.more,
                })
            );
            return;
        }
        for (zh, en, n, why) in [
            ("表头以下的行", "lines below the head", counts.lines, None),
            (
                if self.dry_run { "可以导入" } else { "已导入" },
                if self.dry_run { "can come over" } else { "came over" },
                counts.new,
                None,
            ),
            ("　其中已办结的历史", "  of them closed: history", *history, None),
            ("原来就有", "here already", counts.there, Some(Why::There)),
            ("本表内重复", "twice in this file", counts.twice, Some(Why::Twice)),
            ("空行", "blank", counts.blank, None),
            ("合计、小计行", "totals", counts.totals, Some(Why::Total)),
            ("表注", "notes", counts.notes, Some(Why::Note)),
            ("重复的表头", "the head once more", counts.heads, Some(Why::Head)),
            ("并入上一行的行", "joined with the row above", counts.joined, Some(Why::Joined)),
            ("指定不导入的行", "left out as you said", counts.left, Some(Why::Left)),
        ] {
            say!("{zh} {en}: {n}");
            let rows = looked.skipped.rows.iter().filter(|skipped| Some(skipped.why) == why);
            let mut rows: Vec<u32> = rows.map(|skipped| skipped.row).take(NAMED + 1).collect();
            let more = if rows.len() > NAMED { " …" } else { "" };
            rows.truncate(NAMED);
            if !rows.is_empty() {
                say!("　行号 rows: {}{more}", listed(&rows));
            }
        }
        if counts.new == 0 {
            say!("没有新的\n  nothing is new");
        }
        if judged.all() > judged.never {
            judge(judged);
        }
    }
}

/// So many rows are named of those that do not come over for one reason.
const NAMED: usize = 20;

fn listed(rows: &[u32]) -> String {
    rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Writes what differs under another name until it is whole, and says how much it is.
async fn reconcile(
    table: &Arc<Table>,
    store: &Store,
    out: &Path,
    json: bool,
) -> Result<(), Failure> {
    let csv = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let form = if csv { As::Csv } else { As::Xlsx };
    let files = [(out.to_owned(), form)];
    let done = table.reconcile(store, &[Key::County], &files, progress("held against")).await;
    end_line();
    let done = done.map_err(failure)?;
    if json {
        let mut said = json!({"rows": done.rows, "same": done.same});
        for what in What::ALL {
            said[what.name()] = done.count(what).into();
        }
        say!("{said}");
        return Ok(());
    }
    say!("表里的行 rows of the table: {}", done.rows);
    say!("两边一样 the same: {}", done.same);
    for (what, (zh, en)) in What::ALL.into_iter().zip([
        ("表里有，本系统没有", "theirs, not ours"),
        ("本系统有，表里没有", "ours, not theirs"),
        ("时限不一样", "limits differ"),
        ("牵头单位不一样", "leads differ"),
        ("办结情况不一样", "closed on one side only"),
    ]) {
        say!("{zh} {en}: {}", done.count(what));
    }
    Ok(())
}

fn judge(judged: &Judged) {
    say!(
        "按 13710 看答复的早晚（只作参考，不计考核）\n  judged by 13710 (for reading only, in no rate)"
    );
    for ((zh, en), (_, n)) in [
        ("当天", "on day 1"),
        ("3 天内", "within 3"),
        ("7 天内", "within 7"),
        ("一个月内", "within a month"),
        ("更晚", "later"),
        ("没有答复", "never"),
    ]
    .into_iter()
    .zip(judged.rows())
    {
        say!("  {zh} {en}: {n}");
    }
    if judged.provisional > 0 {
        say!(
            "  其中 {n} 件跨没有放假通知的年份，按周一至周五算\n  {n} of them over years without a notice of holidays",
            n = judged.provisional
        );
    }
}

async fn apply(table: &Arc<Table>, store: &Store) -> Result<Counts, Failure> {
    let counts = table.apply(store, super::now, progress("came over")).await.map_err(failure)?;
    end_line();
    if counts.add_up() {
        return Ok(counts);
    }
    Err(Failure::DoesNotHold(format!("the counts do not add up to the rows: {counts:?}")))
}

fn failure(error: Unimported) -> Failure {
    match error {
        Unimported::Store(error) => Failure::Store(error),
        other => Failure::input(other.to_string()),
    }
}

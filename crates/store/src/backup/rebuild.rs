//! Register, audiences and counters made anew from the acts: streams one after the other, each folded to
//! its end, a page folded while the database reads the next one and writes the one before.

use zongheng_core::ledger::{Act, Hash};
use zongheng_core::matter::Matter;

use crate::county::Head;
use crate::db::Tx;
use crate::error::{Result, StoreError};
use crate::expected::Expected;
use crate::fold::fold;
use crate::ledger::{ActRow, by_stream};
use crate::projection::{self, Counters};
use crate::statement::{Rows, Statement};

/// Acts read and folded at a time: what a page writes stays near while the database takes it apart.
const PAGE: i64 = 256;

/// What was made anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rebuilt {
    pub acts: i64,
    pub matters: i64,
}

/// Makes what is computed from the acts, as of the head's tick, in tables that hold nothing of the county.
pub(super) async fn rebuild(
    tx: &mut Tx,
    head: &Head,
    told: &(dyn Fn(i64) + Sync),
) -> Result<Rebuilt> {
    let mut folder = Folder {
        county: head.code.clone(),
        expected: Expected::read(tx, head).await?,
        counters: Counters::default(),
        building: None,
        stream: String::new(),
        made: Rebuilt::default(),
    };
    let mut after = (String::new(), 0);
    let mut page = by_stream(tx, &head.code, &mut after, PAGE).await?;
    let mut written = Vec::new();
    loop {
        let last = page.is_empty();
        let folding = tokio::task::spawn_blocking(move || {
            let statements = folder.take_in(page);
            (folder, statements)
        });
        for statement in written {
            Statement::run(&statement, tx.on()).await?;
        }
        page = if last { Vec::new() } else { by_stream(tx, &head.code, &mut after, PAGE).await? };
        let statements;
        (folder, statements) =
            folding.await.map_err(|e| StoreError::inconsistent("matter", "rebuilding", e))?;
        written = statements?;
        told(folder.made.acts);
        if last {
            break;
        }
    }
    for statement in written.into_iter().chain(folder.counters.statement(&head.code)?) {
        statement.run(tx.on()).await?;
    }
    Ok(folder.made)
}

/// A matter whose acts are still coming.
struct Building {
    matter: Matter,
    head: Hash,
    pos: i64,
}

/// Acts in, rows out.
struct Folder {
    county: String,
    expected: Expected,
    counters: Counters,
    building: Option<Building>,
    stream: String,
    made: Rebuilt,
}

impl Folder {
    /// What a page of acts makes to be written; an empty page is the end.
    fn take_in(&mut self, page: Vec<ActRow>) -> Result<Vec<Statement>> {
        let end = page.is_empty();
        let mut finished = Vec::new();
        for row in page {
            self.made.acts += 1;
            if row.stream != self.stream {
                self.stream.clone_from(&row.stream);
                finished.extend(self.building.take());
            }
            let pos = row.pos;
            let act = row.read()?;
            if act.matter().is_some() {
                self.one_more(&act, pos)?;
            }
        }
        if end {
            finished.extend(self.building.take());
        }
        self.statements(&finished)
    }

    fn one_more(&mut self, act: &Act, pos: i64) -> Result<()> {
        let before = self.building.take().map(|building| building.matter);
        self.building = Some(Building { matter: fold(before, act)?, head: act.hash, pos });
        Ok(())
    }

    fn statements(&mut self, finished: &[Building]) -> Result<Vec<Statement>> {
        let (mut rows, mut changes) = (Rows::default(), Vec::with_capacity(finished.len()));
        for Building { matter, head, pos } in finished {
            let new = self.expected.projection(matter, *pos)?;
            projection::add_row(&mut rows, matter, &new, *head)?;
            self.counters.add(&new, 1);
            self.made.matters += 1;
            changes.push((None, new));
        }
        let register = projection::rows_statement(&self.county, rows)?;
        let audience = projection::audience_statements(&self.county, &changes)?;
        Ok(register.into_iter().chain(audience.into_iter().flatten()).collect())
    }
}

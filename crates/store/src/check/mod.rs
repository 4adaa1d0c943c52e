//! The check: every projection rebuilt from the ledger and compared with what the tables hold.
//!
//! Streams are folded one after the other, so memory holds one matter, a page of rows and the counters.

mod held;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use serde_json::json;
use sqlx::FromRow;
use zongheng_core::ids::{ContentId, DivisionCode};
use zongheng_core::ledger::{Act, By, Class, ContentRef, Hash};
use zongheng_core::matter::Matter;
use zongheng_core::ruling::{CHANGES, KINDS, Referrals, Sealings};

use self::held::OpenLife;
use crate::county::{self, Head};
use crate::db::{Tx, row, rows};
use crate::error::{Result, StoreError};
use crate::expected::Expected;
use crate::fold::fold;
use crate::ledger::{ACT, ActRow};
use crate::open::Store;
use crate::projection::{Counters, FullRow, MATTER_COLUMNS};
use crate::record::keys_of;
use crate::vault::Vault;

/// Acts read and matters compared at a time.
const PAGE: i64 = 2_000;
const MATTERS: usize = 200;

/// The most differences that are listed.
const LISTED: usize = 100;

/// What the check looked at, and where the tables differ from the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    pub acts: i64,
    pub matters: i64,
    /// Each with table, row and column; at most a hundred.
    pub differences: Vec<String>,
}

impl Checked {
    pub fn holds(&self) -> bool {
        self.differences.is_empty()
    }

    fn differs(&mut self, what: impl Display) {
        if self.differences.len() < LISTED {
            self.differences.push(what.to_string());
        }
    }

    fn expect<T: PartialEq + Display>(&mut self, what: impl Display, rebuilt: &T, found: &T) {
        if rebuilt != found {
            self.differs(format!("{what}: the ledger gives {rebuilt}, the table holds {found}"));
        }
    }
}

impl Display for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (acts, matters) = (self.acts, self.matters);
        if self.holds() {
            let what = "register, audience, counters and time by holder agree";
            write!(f, "{acts} acts, {matters} matters: {what}")
        } else {
            f.write_str(&self.differences.join("\n"))
        }
    }
}

impl Store {
    /// Rebuilds register, audiences, counters, numbers and remembered commands from the acts, as of the
    /// last tick, and compares; also the contents with the digests in their acts, and that every minute
    /// of a matter's open life is held by exactly one holder.
    pub async fn check(&self, county: &DivisionCode) -> Result<Checked> {
        let mut tx = self.db().snapshot().await?;
        let head = county::read(tx.on(), county.as_str()).await?;
        let expected = Expected::read(&mut tx, &head).await?;
        let mut check = Check {
            county: county.as_str(),
            vault: self.vault(),
            head,
            expected,
            checked: Checked::default(),
            counters: Counters::default(),
            audience: 0,
            commanded: 0,
            rulings: Rulings::default(),
            page: Vec::new(),
        };
        check.walk(&mut tx).await?;
        check.whole(&mut tx).await?;
        Ok(check.checked)
    }
}

struct Check<'a> {
    county: &'a str,
    vault: &'a Vault,
    head: Head,
    expected: Expected,
    checked: Checked,
    counters: Counters,
    audience: i64,
    /// Acts that came by a command: those of matters, and those of rulings.
    commanded: i64,
    rulings: Rulings,
    page: Vec<Rebuilt>,
}

/// What stands beside the matters: entries sealed off, referrals, and the entries that such acts name.
#[derive(Default)]
struct Rulings {
    sealings: Sealings,
    referrals: Referrals,
    contents: Vec<ContentRef>,
}

impl Rulings {
    fn take_in(&mut self, act: &Act) -> Result<(), String> {
        self.contents.extend(act.content_refs());
        match act.stream.as_str() {
            "content" => self.sealings.take_in(act),
            "referral" => self.referrals.take_in(act),
            _ => Ok(()),
        }
    }
}

/// A matter from its acts.
struct Rebuilt {
    matter: Matter,
    head: Hash,
    /// The place of its last act in the county's order.
    pos: i64,
    contents: Vec<ContentRef>,
    open: OpenLife,
}

#[derive(FromRow)]
struct Kept {
    id: String,
    class: String,
    salt: String,
    text: String,
    cipher_key: String,
    cipher: String,
    erased: Option<i64>,
}

impl Check<'_> {
    /// All streams in their order, each folded to its end.
    async fn walk(&mut self, tx: &mut Tx) -> Result<()> {
        let sql = format!(
            "select {ACT} from act where county = $1 and (stream, seq) > ($2, $3) \
             order by stream, seq limit {PAGE}"
        );
        let (mut stream, mut seq) = (String::new(), 0);
        let mut rebuilding: Option<Rebuilt> = None;
        loop {
            let acts = rows!(tx.on(), ActRow, &sql, self.county, &stream, seq)?;
            let Some(last) = acts.last() else { break };
            let next = (last.stream.clone(), last.seq);
            for row in acts {
                self.checked.acts += 1;
                if row.stream != stream {
                    stream.clone_from(&row.stream);
                    self.finished(tx, rebuilding.take()).await?;
                }
                let pos = row.pos;
                let act = row.read()?;
                let kind = act.kind.as_str();
                let changed = CHANGES.contains(&kind) && act.by.user != By::system().user;
                if changed || KINDS.contains(&kind) {
                    self.commanded += 1;
                }
                if act.matter().is_some() {
                    self.commanded += 1;
                    rebuilding = self.one_more(rebuilding, &act, pos);
                } else if let Err(what) = self.rulings.take_in(&act) {
                    let row = format!("{} {}", act.stream, act.seq);
                    self.checked.differs(StoreError::inconsistent("act", row, what));
                }
            }
            (stream, seq) = next;
        }
        self.finished(tx, rebuilding).await?;
        self.compare(tx).await
    }

    fn one_more(&mut self, before: Option<Rebuilt>, act: &Act, pos: i64) -> Option<Rebuilt> {
        let (matter, mut contents, mut open) = match before {
            Some(rebuilt) => (Some(rebuilt.matter), rebuilt.contents, rebuilt.open),
            None => (None, Vec::new(), OpenLife::default()),
        };
        contents.extend(act.content_refs());
        match fold(matter, act) {
            Ok(matter) => {
                open.follow(&matter);
                Some(Rebuilt { matter, head: act.hash, pos, contents, open })
            }
            Err(e) => {
                self.checked.differs(e);
                None
            }
        }
    }

    async fn finished(&mut self, tx: &mut Tx, rebuilt: Option<Rebuilt>) -> Result<()> {
        self.page.extend(rebuilt);
        if self.page.len() >= MATTERS { self.compare(tx).await } else { Ok(()) }
    }

    /// A page of matters against register, audience and contents.
    async fn compare(&mut self, tx: &mut Tx) -> Result<()> {
        let page = std::mem::take(&mut self.page);
        if page.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = page.iter().map(|rebuilt| rebuilt.matter.id.to_string()).collect();
        let ids = json!(ids).to_string();
        let sql = format!("select {MATTER_COLUMNS} from matter where county = $1 and id {{in 2}}");
        let found = rows!(tx.on(), FullRow, &sql, self.county, &ids)?;
        let mut found: BTreeMap<String, FullRow> =
            found.into_iter().map(|row| (row.id.clone(), row)).collect();
        let mut keys = keys_of(tx, self.county, &ids).await?;
        for rebuilt in &page {
            let id = rebuilt.matter.id.to_string();
            self.checked.matters += 1;
            if let Some(what) = rebuilt.open.fault(&rebuilt.matter, self.head.ticked_to()) {
                self.checked.differs(format!("table act, stream {id}, time by holder: {what}"));
            }
            let Some(row) = found.remove(&id) else {
                self.checked.differs(format!("table matter, row {id}: it is missing"));
                continue;
            };
            self.one(rebuilt, &row, &keys.remove(&id).unwrap_or_default())?;
        }
        self.compare_dues(tx, &ids).await?;
        let named = page.iter().flat_map(|rebuilt| &rebuilt.contents);
        let named = named.map(|named| (named.id, *named)).collect();
        self.compare_contents(tx, named).await
    }

    fn one(&mut self, rebuilt: &Rebuilt, row: &FullRow, keys: &BTreeSet<String>) -> Result<()> {
        let id = rebuilt.matter.id;
        let new = self.expected.beside(&rebuilt.matter, rebuilt.pos, row)?;
        for (column, how) in row.differences(&rebuilt.matter, &new, rebuilt.head)? {
            self.checked.differs(format!("table matter, row {id}, column {column}: {how}"));
        }
        for key in new.keys.symmetric_difference(keys) {
            let side = if keys.contains(key) { "only in the table" } else { "missing" };
            self.checked.differs(format!("table audience, row {key} {id}: {side}"));
        }
        self.audience += i64::try_from(new.keys.len()).unwrap_or(0);
        self.counters.add(&new, 1);
        Ok(())
    }

    /// Dues and days of report in the audience are those of the register.
    async fn compare_dues(&mut self, tx: &mut Tx, ids: &str) -> Result<()> {
        let others = rows!(
            tx.on(),
            (String, String),
            "select a.matter, a.key from audience a \
             join matter m on m.county = a.county and m.id = a.matter \
             where a.county = $1 and a.matter {in 2} \
             and (a.due <> m.due or a.created <> m.created) order by a.matter, a.key",
            self.county,
            ids,
        )?;
        for (matter, key) in others {
            self.checked.differs(format!("table audience, row {key} {matter}: another due"));
        }
        Ok(())
    }

    /// Each entry that an act names is there, and is what its digest says, unless it was erased.
    async fn compare_contents(
        &mut self,
        tx: &mut Tx,
        named: BTreeMap<ContentId, ContentRef>,
    ) -> Result<()> {
        let ids: Vec<&ContentId> = named.keys().collect();
        let kept = rows!(
            tx.on(),
            Kept,
            "select id, class, salt, text, cipher_key, cipher, erased from content \
             where county = $1 and id {in 2}",
            self.county,
            json!(ids).to_string(),
        )?;
        let mut kept: BTreeMap<String, Kept> =
            kept.into_iter().map(|row| (row.id.clone(), row)).collect();
        for (id, named) in named {
            let what = match kept.remove(&id.to_string()) {
                None => "it is missing",
                Some(row) if row.class != named.class.as_str() => "another class",
                Some(row) if row.erased.is_none() && !self.is_named(&row, named) => {
                    "its text is not the one of its digest"
                }
                Some(_) => continue,
            };
            self.checked.differs(format!("table content, row {id}: {what}"));
        }
        Ok(())
    }

    fn is_named(&self, row: &Kept, named: ContentRef) -> bool {
        let mut salt = [0; 32];
        if hex::decode_to_slice(&row.salt, &mut salt).is_err() {
            return false;
        }
        if named.class != Class::Personal {
            return Hash::of_content(&salt, row.text.as_bytes()) == named.digest;
        }
        // With the vault shut nothing can be said of its entries.
        let Ok(ring) = self.vault.ring() else { return true };
        ring.decrypt(self.county, named.id, &row.cipher_key, &row.cipher)
            .is_ok_and(|text| Hash::of_content(&salt, text.as_bytes()) == named.digest)
    }

    /// What is compared as a whole: counters, numbers, places, remembered commands.
    async fn whole(&mut self, tx: &mut Tx) -> Result<()> {
        let one = |sql: &'static str| (sql, self.county);
        let county = self.county;
        let acts =
            count(tx, one("select count(*), coalesce(max(pos), 0) from act where county = $1"))
                .await?;
        let head = self.head.clone();
        self.checked.expect("table county, column pos", &acts.0, &head.pos);
        self.checked.expect("table act, places without gaps", &acts.0, &acts.1);
        let matters =
            count(tx, ("select count(*), cast(0 as bigint) from matter where county = $1", county))
                .await?;
        let rebuilt = self.checked.matters;
        self.checked.expect("table matter, rows", &rebuilt, &matters.0);
        let audience = count(
            tx,
            ("select count(*), cast(0 as bigint) from audience where county = $1", county),
        )
        .await?;
        self.checked.expect("table audience, rows", &self.audience, &audience.0);
        self.compare_counters(tx).await?;
        self.compare_rulings(tx).await?;

        let given = rows!(
            tx.on(),
            (i64,),
            "select count(*) from matter where county = $1 and no like $2",
            county,
            format!("%-{}-%", head.no_year),
        )?;
        let given = given.first().map_or(0, |(n,)| *n);
        self.checked.expect("table county, column no_next", &(given + 1), &head.no_next);

        let commands = count(
            tx,
            (
                "select cast(coalesce(sum(last - first + 1), 0) as bigint), \
                 cast(coalesce(sum(case when exists (select 1 from act a where a.county = c.county \
                 and a.pos = c.first and a.key = c.key and a.stream = c.stream) then 0 else 1 end), 0) \
                 as bigint) from command c where county = $1",
                county,
            ),
        )
        .await?;
        self.checked.expect("table command, acts of commands", &self.commanded, &commands.0);
        self.checked.expect("table command, rows without their acts", &0, &commands.1);
        Ok(())
    }

    /// What the stream of sealings says stands with the entries, and nothing else is sealed off.
    async fn compare_rulings(&mut self, tx: &mut Tx) -> Result<()> {
        let named = std::mem::take(&mut self.rulings.contents);
        let named = named.into_iter().map(|named| (named.id, named)).collect();
        self.compare_contents(tx, named).await?;
        let held = rows!(
            tx.on(),
            (String, i64, Option<i64>),
            "select id, sealed, erased from content where county = $1 and sealed is not null",
            self.county,
        )?;
        let mut held: BTreeMap<String, (i64, bool)> =
            held.into_iter().map(|(id, at, erased)| (id, (at, erased.is_some()))).collect();
        for (id, sealed) in std::mem::take(&mut self.rulings.sealings).0 {
            let what = match held.remove(&id.to_string()) {
                None => "the ledger seals it off, the table does not",
                Some((at, _)) if at != sealed.at.seconds() => "sealed off at another time",
                Some((_, false)) if sealed.destroyed => "destroyed in the ledger, not in the table",
                Some(_) => continue,
            };
            self.checked.differs(format!("table content, row {id}: {what}"));
        }
        for id in held.into_keys() {
            let what = "sealed off in the table, not in the ledger";
            self.checked.differs(format!("table content, row {id}: {what}"));
        }
        Ok(())
    }

    async fn compare_counters(&mut self, tx: &mut Tx) -> Result<()> {
        let held = rows!(
            tx.on(),
            (String, String, String, i64),
            "select key, dim, value, n from counter where county = $1 and n <> 0",
            self.county,
        )?;
        let mut held: BTreeMap<(String, String, String), i64> =
            held.into_iter().map(|(key, dim, value, n)| ((key, dim, value), n)).collect();
        let counters = std::mem::take(&mut self.counters);
        for (key, dim, value, n) in counters.changed() {
            let place = (key.to_owned(), dim.to_owned(), value.to_owned());
            let found = held.remove(&place).unwrap_or(0);
            self.checked.expect(format!("table counter, row {key} {dim} {value}"), &n, &found);
        }
        for ((key, dim, value), n) in held {
            self.checked.expect(format!("table counter, row {key} {dim} {value}"), &0, &n);
        }
        Ok(())
    }
}

async fn count(tx: &mut Tx, (sql, county): (&str, &str)) -> Result<(i64, i64)> {
    Ok(row!(tx.on(), (i64, i64), sql, county)?.unwrap_or_default())
}

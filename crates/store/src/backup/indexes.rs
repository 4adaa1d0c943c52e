//! Indexes taken away before a database is filled and made again once it is full: sorting all keys at the end
//! costs a fraction of putting each into its place.

use crate::db::{Db, Tx, rows, run};
use crate::dialect;
use crate::error::Result;

/// The indexes that were taken away: how each is made.
#[derive(Debug)]
pub(super) struct Indexes(Vec<String>);

impl Indexes {
    /// Takes away those that only make questions quick; what keeps rows apart stays.
    pub(super) async fn take_away(db: &Db, tx: &mut Tx) -> Result<Self> {
        let found = rows!(tx.on(), (String, String), dialect::indexes(db))?;
        let mut made = Vec::with_capacity(found.len());
        for (name, how) in found {
            run!(tx.on(), &format!("drop index {name}"))?;
            made.push(how);
        }
        Ok(Self(made))
    }

    pub(super) async fn make_again(self, tx: &mut Tx) -> Result<()> {
        for how in self.0 {
            run!(tx.on(), &how)?;
        }
        Ok(())
    }
}

//! What recording wrote, kept to be written once more into an empty database: the floor of the
//! benchmark, which is the same work without its rules.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::county::{self, Head};
use crate::db::Tx;
use crate::error::Result;
use crate::open::Store;
use crate::statement::Statement;

/// The statements of one transaction, with the rows in them.
#[derive(Debug)]
pub struct Written {
    pub(super) statements: Vec<Statement>,
    pub(super) head: Head,
}

impl Written {
    pub(super) async fn run(&self, tx: &mut Tx) -> Result<()> {
        for statement in &self.statements {
            statement.run(tx.on()).await?;
        }
        county::save(tx.on(), &self.head).await
    }
}

/// Empty and off, but for the benchmark.
#[derive(Default)]
pub(crate) struct Tape(Option<Mutex<Vec<Written>>>);

impl Tape {
    pub(crate) fn new(on: bool) -> Self {
        Self(on.then(Mutex::default))
    }

    pub(super) fn keep(&self, written: Written) {
        if let Some(mut kept) = self.kept() {
            kept.push(written);
        }
    }

    fn kept(&self) -> Option<MutexGuard<'_, Vec<Written>>> {
        self.0.as_ref().map(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store {
    /// What was recorded since it was last asked; nothing unless opened with [`crate::Options::tape`].
    pub fn take_written(&self) -> Vec<Written> {
        self.inner.tape.kept().map(|mut kept| std::mem::take(&mut *kept)).unwrap_or_default()
    }

    /// Writes again what another store recorded, a transaction each as there. Nothing is looked at.
    pub async fn write_again(&self, written: &[Written]) -> Result<()> {
        for one in written {
            let mut tx = self.db().begin().await?;
            one.run(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

//! The moments at which recording can fail. With the feature `faults`, which tests alone turn on, it
//! fails there when it is armed; without it nothing here does anything.

use crate::error::Result;

/// The six steps of recording, of which the last has two moments, and those of the tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// 1: the head is locked.
    Lock,
    /// 2: the keys are looked up.
    Keys,
    /// 3: configuration and matters are loaded.
    Load,
    /// 4: each command, before it is decided.
    Decide,
    /// 5: everything is written.
    Write,
    /// 6: about to commit.
    Commit,
    /// 6: committed, and nobody told yet.
    Committed,
    /// A step of the tick: its lamps are moved, and it is about to commit.
    Tick,
    /// A step of the tick is committed, and perhaps more are due.
    Ticked,
}

#[cfg(not(feature = "faults"))]
#[derive(Default)]
pub(crate) struct Faults;

#[cfg(not(feature = "faults"))]
impl Faults {
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the armed one does both")]
    pub(crate) fn at(&self, _step: Step) -> Result<()> {
        Ok(())
    }
}

#[cfg(feature = "faults")]
pub use armed::{Faults, Way};

#[cfg(feature = "faults")]
mod armed {
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use super::{Result, Step};

    /// In which way a step fails.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Way {
        /// The connection is gone.
        Lost,
        Panic,
    }

    /// What is armed: each fails once.
    #[derive(Default)]
    pub struct Faults(Mutex<Vec<(Step, Way)>>);

    impl Faults {
        /// Lets recording fail the next time it comes to `step`.
        pub fn arm(&self, step: Step, way: Way) {
            self.armed().push((step, way));
        }

        /// Takes back what has not failed yet.
        pub fn disarm(&self) {
            self.armed().clear();
        }

        /// How many have not failed yet.
        pub fn left(&self) -> usize {
            self.armed().len()
        }

        pub(crate) fn at(&self, step: Step) -> Result<()> {
            let way = {
                let mut armed = self.armed();
                armed.iter().position(|(s, _)| *s == step).map(|n| armed.remove(n).1)
            };
            match way {
                None => Ok(()),
                Some(Way::Lost) => {
                    let cut = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
                    Err(sqlx::Error::Io(cut).into())
                }
                Some(Way::Panic) => panic!("armed to panic at {step:?}"),
            }
        }

        fn armed(&self) -> MutexGuard<'_, Vec<(Step, Way)>> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl crate::open::Store {
        pub fn faults(&self) -> &Faults {
            &self.inner.faults
        }
    }
}

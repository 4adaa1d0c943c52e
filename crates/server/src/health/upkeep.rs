//! What is done beside serving and has to be looked after: backups and their drills.

use zongheng_core::ids::DivisionCode;
use zongheng_store::Store;

use super::Part;

/// How the last backup and the last restore drill went. Whoever keeps their results tells them here.
#[expect(clippy::unused_async, reason = "results stand in the database, once they are kept")]
pub async fn parts(_store: &Store, _code: &DivisionCode) -> Vec<Part> {
    vec![Part::warn("backup", "unknown")]
}

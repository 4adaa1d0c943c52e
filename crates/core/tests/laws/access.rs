//! Who may do what: every act for every role in every relation, held against a file that is read by
//! people. `UPDATE=1` writes it anew.

use std::fmt::Write as _;

use zongheng_core::access::{Access, Printed, Relation, Row, table};
use zongheng_core::matter::{ActName, Why};
use zongheng_core::organisation::Role;

use super::golden;
use super::world::{KINDS, WORLD};

fn rows(playbook: &str) -> Vec<Row> {
    let (playbook, _, _) = WORLD.county.catalogue.current(&playbook.into()).unwrap();
    table(playbook)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the table is a file; the ban is the core's own")]
fn the_access_table_is_the_one_that_was_read() {
    let (acts, roles, relations) = (ActName::all().count(), Role::ALL.len(), Relation::ALL.len());
    let size = acts * (roles * relations + 1);
    let mut printed = String::from("yes: may. no: sees the matter, may not. -: does not see it.\n");
    let all = size * KINDS.len();
    let kinds = KINDS.len();
    writeln!(
        printed,
        "{acts} acts × {roles} roles × {relations} relations, and the receipt, × {kinds} kinds: {all} cells"
    )
    .unwrap();
    for playbook in KINDS {
        let rows = rows(playbook);
        assert_eq!(rows.len(), size, "every act × role × relation, and the receipt");
        let seen = rows.iter().any(|row| row.access == Access::Allowed);
        assert!(seen, "{playbook} has no desk in the model county");
        write!(printed, "\n== {playbook}\n{}", Printed(&rows)).unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/access.txt");
    if golden::updates() {
        std::fs::write(path, &printed).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let changed: Vec<_> = kept.lines().zip(printed.lines()).filter(|(a, b)| a != b).collect();
    assert!(kept == printed, "{path}: {}; changed: {changed:#?}", golden::HOW);
}

/// What only a unit with a share does.
const fn handles(act: ActName) -> bool {
    matches!(
        act,
        ActName::SignFor
            | ActName::PassOn
            | ActName::PassBack
            | ActName::Submit
            | ActName::SendBack
            | ActName::Release
            | ActName::Return
            | ActName::Progress
            | ActName::Plan
            | ActName::NodeDone
            | ActName::Suspend
            | ActName::Extend
            | ActName::Shelve
            | ActName::ReferUp
            | ActName::ReferAcross
            | ActName::Object
            | ActName::Answer
    )
}

/// The law's verifier of a hidden danger is the regulator, which leads it.
fn is_regulator(playbook: &str, row: &Row) -> bool {
    playbook == "hidden_danger"
        && row.relation == Some(Relation::Lead)
        && matches!(
            (row.act, row.role),
            (ActName::Verify, Some(Role::Inspector | Role::UnitHead))
                | (ActName::SignOff, Some(Role::UnitHead))
        )
}

#[test]
fn no_cell_of_the_access_table_breaks_a_wall() {
    let all = KINDS.into_iter().flat_map(|id| rows(id).into_iter().map(move |row| (id, row)));
    for (playbook, row) in all {
        let (Some(role), Some(relation)) = (row.role, row.relation) else { continue };
        let (cell, allowed) = (format!("{playbook}: {row:?}"), row.access == Access::Allowed);
        let separated = matches!(row.act, ActName::Verify | ActName::CallBack | ActName::SignOff);
        let handles = handles(row.act);
        match relation {
            Relation::Lead | Relation::Assist | Relation::Former | Relation::Below => {
                let wall = separated && !is_regulator(playbook, &row);
                assert!(!(wall && allowed), "the answering chain does not judge: {cell}");
                assert!(!(row.act == ActName::Decide && allowed), "who asks: {cell}");
            }
            Relation::Above => {
                // Nobody reported these and they are not supervised: a unit above may look.
                let (kind, _, _) = WORLD.county.catalogue.current(&playbook.into()).unwrap();
                let barred = kind.public || kind.supervised;
                assert!(!(barred && row.act == ActName::Verify && allowed), "{cell}");
            }
            Relation::OwnDesk | Relation::InScope | Relation::OutOfScope => {
                assert!(!(handles && allowed), "only a share handles: {cell}");
            }
        }
        match role {
            Role::SupervisionClerk
            | Role::SupervisionDeputy
            | Role::SupervisionOfficer
            | Role::SupervisionHead => assert!(!(handles && allowed), "never handles: {cell}"),
            Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor => {
                assert_eq!(row.access, Access::Unseen, "administrators read no matter: {cell}");
            }
            _ => {}
        }
        if let Access::Refused(Why::State { .. }) = row.access {
            panic!("a state is no matter of access: {cell}");
        }
    }
}

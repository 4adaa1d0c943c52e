//! Who may do what: every act for every role in every relation, held against a file that is read by
//! people. `UPDATE=1` writes it anew.

use std::fmt::Write as _;

use zongheng_core::access::{Access, Printed, Relation, Row, table};
use zongheng_core::matter::{ActName, Why};
use zongheng_core::organisation::Role;

use super::world::WORLD;

fn rows(playbook: &str) -> Vec<Row> {
    let (playbook, _, _) = WORLD.county.catalogue.current(&playbook.into()).unwrap();
    table(playbook)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the table is a file; the ban is the core's own")]
fn the_access_table_is_the_one_that_was_read() {
    let mut printed = String::from("yes: may. no: sees the matter, may not. -: does not see it.\n");
    for playbook in ["resident_report", "county_task"] {
        let rows = rows(playbook);
        assert_eq!(rows.len(), 20 * (21 * 8 + 1), "every act × role × relation, and the receipt");
        write!(printed, "\n== {playbook}\n{}", Printed(&rows)).unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/access.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &printed).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let changed: Vec<_> = kept.lines().zip(printed.lines()).filter(|(a, b)| a != b).collect();
    assert!(kept == printed, "UPDATE=1 rewrites {path}; changed: {changed:#?}");
}

#[test]
fn no_cell_of_the_access_table_breaks_a_wall() {
    for row in ["resident_report", "county_task"].into_iter().flat_map(rows) {
        let (Some(role), Some(relation)) = (row.role, row.relation) else { continue };
        let (cell, allowed) = (format!("{row:?}"), row.access == Access::Allowed);
        let separated = matches!(row.act, ActName::Verify | ActName::CallBack | ActName::SignOff);
        let handles = matches!(
            row.act,
            ActName::SignFor | ActName::Return | ActName::Progress | ActName::Answer
        );
        match relation {
            Relation::Lead | Relation::Assist | Relation::Former | Relation::Below => {
                assert!(!(separated && allowed), "the answering chain does not judge: {cell}");
                assert!(!(row.act == ActName::Decide && allowed), "who asks: {cell}");
            }
            Relation::Above => assert!(!(row.act == ActName::Verify && allowed), "{cell}"),
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

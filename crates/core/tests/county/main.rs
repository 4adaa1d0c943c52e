//! The county's files: the real ones hold what they promise, spoilt ones are refused with every fault.

mod acting;
mod appointed;
mod appointing;
mod bad;
mod drawn;
mod lists;
mod mini;
mod places;
mod powers;
mod reading;
mod real;
mod reorganised;
mod roster;
mod rulings;
#[expect(dead_code, reason = "its files are enough here; nobody is in a post")]
#[path = "../shared/shangcheng.rs"]
mod shangcheng;
mod stations;
mod surveyed;
mod tabled;

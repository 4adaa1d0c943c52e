//! The county's files: the real ones hold what they promise, spoilt ones are refused with every fault.

mod acting;
mod appointed;
mod bad;
mod lists;
mod mini;
mod places;
mod powers;
mod real;
mod reorganised;
mod roster;
mod rulings;
mod stations;

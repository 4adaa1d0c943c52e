//! The county's files: the real ones hold what they promise, spoilt ones are refused with every fault.

mod appointed;
mod bad;
mod mini;
mod places;
mod powers;
mod real;
